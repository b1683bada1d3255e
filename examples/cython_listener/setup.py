"""Builds the listener against the .pxd files that the installed hftx carries: python setup.py build_ext --inplace"""

from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

import hftx

setup(
    name="cython_listener",
    ext_modules=cythonize(
        [Extension("listener", ["listener.pyx"])],
        include_path=[str(Path(hftx.__file__).parents[1])],
        language_level=3,
    ),
)
