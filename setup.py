"""Builds the compiled core by HFTX_BUILD=release|debug|trace; HFTX_ANNOTATE=1 writes HTML, HFTX_SANITIZE=1 has ASan."""

import os
import sys
from importlib.metadata import version
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

MODE = os.environ.get("HFTX_BUILD", "release")
if MODE not in ("release", "debug", "trace"):
    raise SystemExit(f"HFTX_BUILD is {MODE!r}; use release, debug or trace")
CHECKED = MODE != "release"
SOURCES = sorted(Path("hftx/_core").rglob("*.pyx"))
assert SOURCES, "no .pyx files here: is the source distribution complete?"
# Without -g0 the interpreter's flags add debug information, three quarters of a wheel. C needs no tables for unwinding.
# Methods of Cython are also called by address, so that GCC hardly inlines them: 4 % of an account event's time.
GCC = ["-fno-plt", "--param=max-inline-insns-auto=80", "--param=max-inline-insns-single=400"]
FAST = ["-O3", "-g0", "-fno-asynchronous-unwind-tables", *(GCC if sys.platform == "linux" else [])]
FLAGS = ["-O1", "-g", "-UNDEBUG"] if CHECKED else FAST
LINK: list[str] = []
if os.environ.get("HFTX_SANITIZE"):
    LINK = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]
    FLAGS = ["-O1", "-g", "-fno-omit-frame-pointer", *LINK]
MACROS = [("HFTX_BUILD_MODE", f'"{MODE}"'), ("HFTX_PICOWS", f'"{version("picows")}"')]
if MODE == "trace":
    MACROS += [("CYTHON_TRACE_NOGIL", "1"), ("CYTHON_USE_SYS_MONITORING", "0")]

# Cython compares timestamps, not directives: another way to build must translate everything again.
way, stamp = repr((FLAGS, MACROS)), Path("build/mode")
changed = not stamp.exists() or stamp.read_text() != way
stamp.parent.mkdir(exist_ok=True)
stamp.write_text(way)


def extension(path: Path) -> Extension:
    name = ".".join(path.with_suffix("").parts)
    return Extension(name, [str(path)], extra_compile_args=FLAGS, extra_link_args=LINK, define_macros=MACROS)


setup(
    options={"build_ext": {"parallel": os.cpu_count()}},
    ext_modules=cythonize(
        [extension(path) for path in SOURCES],
        force=changed,
        annotate=bool(os.environ.get("HFTX_ANNOTATE")),
        compiler_directives={
            "language_level": 3,
            "auto_pickle": False,   # copies of a session would share its pointers
            "boundscheck": CHECKED,
            "wraparound": False,
            "cdivision": not CHECKED,
            "nonecheck": CHECKED,
            "initializedcheck": CHECKED,
            "linetrace": MODE == "trace",
            "embedsignature": True,
        },
    ),
)
