#!/usr/bin/env bash
# sdist -> wheel -> fresh virtual environment -> tests from another folder, with hftx from site-packages.
# Usage: tools/check_wheel.sh [PYTHON]. Needs the package `build` in that interpreter.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${1:-python3}
work=$(mktemp -d "${TMPDIR:-/tmp}/hftx-wheel.XXXXXX")
trap 'rm -rf "$work"' EXIT

mkdir "$work/tree"
(cd "$root" && tar -cf - --exclude='*.so' --exclude='*.c' --exclude=./build --exclude=./.git --exclude=./.venv .) \
  | tar -xf - -C "$work/tree"
"$python" -m build --outdir "$work/dist" "$work/tree"      # the wheel is built from the sdist
sdist=("$work"/dist/*.tar.gz)
wheel=("$work"/dist/*.whl)
if tar -tzf "${sdist[0]}" | grep -E '\.(c|so)$'; then
  echo "generated files are in the sdist" >&2
  exit 1
fi
if [ "$(wc -c <"${wheel[0]}")" -ge 3000000 ]; then
  echo "the wheel has $(wc -c <"${wheel[0]}") bytes, must be under 3 MB" >&2
  exit 1
fi
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install -q "${wheel[0]}[test]"

mkdir "$work/source" "$work/elsewhere"
tar -xzf "${sdist[0]}" -C "$work/source" --strip-components=1
for part in tests examples benchmarks docs README.md CONTRIBUTING.md pyproject.toml; do
  cp -R "$work/source/$part" "$work/elsewhere/"
done
cd "$work/elsewhere"
"$work/venv/bin/python" - <<'PY'
import hftx

assert "site-packages" in hftx.__file__, hftx.__file__
print("tests run against", hftx.__file__)
PY
"$work/venv/bin/python" -m pytest --ignore=tests/shape   # which looks at the source tree, not at the package
