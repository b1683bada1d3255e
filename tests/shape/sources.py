"""The project's files as text and imports. Knows no rule about them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "hftx"
FOLDERS = ("hftx", "tests", "benchmarks", "examples", "tools")
_CYTHON_IMPORT = re.compile(r"^\s*(?:from\s+([\w.]+)\s+c?import|c?import\s+([\w.]+))", re.MULTILINE)


def is_generated(path: Path) -> bool:
    """Written by protoc."""
    return "_pb2." in path.name


def project_files(*suffixes: str) -> list[Path]:
    """Hand-written files of the project with these suffixes."""
    found = [ROOT / "setup.py"] if ".py" in suffixes else []
    for folder in FOLDERS:
        found += [path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in suffixes]
    return [path for path in found if not is_generated(path) and "build" not in path.relative_to(ROOT).parts]


def module_files() -> list[Path]:
    """What the package is made of: .py, .pyx and .pxd, without stubs."""
    paths = [path for path in sorted(PACKAGE.rglob("*")) if path.suffix in (".py", ".pyx", ".pxd")]
    return [path for path in paths if not is_generated(path)]


def module_name(path: Path) -> str:
    """`hftx._core.book` of `hftx/_core/book.pyx`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Modules that a file imports or cimports, absolute."""
    text = path.read_text()
    if path.suffix != ".py":
        code = re.sub(r'"""[\s\S]*?"""', "", text)
        yield from (match[1] or match[2] for match in _CYTHON_IMPORT.finditer(code))
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported(node, path)


def _imported(node: ast.ImportFrom, path: Path) -> Iterator[str]:
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    base = package[: len(package) - node.level + 1] if node.level else []
    origin = ".".join([*base, *([node.module] if node.module else [])])
    for alias in node.names:  # `from hftx.venues import mexc` imports hftx.venues.mexc
        inner = ROOT / Path(*origin.split("."), alias.name)
        yield f"{origin}.{alias.name}" if inner.is_dir() or inner.with_suffix(".py").is_file() else origin
