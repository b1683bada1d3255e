#!/usr/bin/env bash
# ASan and UBSan over the tests of the core, on a copy of the tree. Linux with GCC or Clang.
# Usage: tools/sanitize.sh [pytest arguments]; needs an active environment with hftx's [test] extra.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/hftx-sanitize.XXXXXX")
trap 'rm -rf "$work"' EXIT

(cd "$root" && tar -cf - --exclude='*.so' --exclude='*.c' --exclude=./build --exclude=./.git hftx tests setup.py \
  pyproject.toml README.md) | tar -xf - -C "$work"
cd "$work"
HFTX_BUILD=debug HFTX_SANITIZE=1 python setup.py -q build_ext --inplace >build.log 2>&1 || { tail -40 build.log; exit 1; }

library() { "${CC:-cc}" -print-file-name="$1"; }
# Python keeps memory until it exits, so leaks are not asked for here; tests/core counts live objects itself.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export PYTHONMALLOC=malloc LD_PRELOAD="$(library libasan.so) $(library libubsan.so)"
# A sanitizer keeps freed memory, so resident memory says nothing.
python -m pytest -p no:faulthandler --deselect tests/core/test_allocation.py "${@:-tests/core}"
