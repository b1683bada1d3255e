"""Length and cyclomatic complexity of functions. Knows Python by its syntax tree, Cython by its indentation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEAD = re.compile(r"^( *)(?:async )?(?:def|cdef|cpdef)\b(?! class\b)[^=]*?\b(\w+)\(")
_BRANCH = re.compile(r"^\s*(?:if|elif|for|while|except|case)\b")


@dataclass(frozen=True)
class Function:
    """A function of a file."""

    path: Path
    name: str
    lines: int
    complexity: int

    def __str__(self) -> str:
        return f"{self.path.name}:{self.name}"


def functions(path: Path) -> Iterator[Function]:
    """Every function of a .py, .pyx or .pxd file."""
    return _python(path) if path.suffix == ".py" else _cython(path)


def _python(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Function(path, node.name, lines, 1 + sum(_weight(inner) for inner in ast.walk(node)))


def _weight(node: ast.AST) -> int:
    if isinstance(node, ast.Try | ast.TryStar):
        return len(node.handlers) + bool(node.orelse)
    if isinstance(node, ast.For | ast.AsyncFor | ast.While):
        return 1 + bool(node.orelse)
    if isinstance(node, ast.Match):
        return len(node.cases)
    return int(isinstance(node, ast.If))


def _cython(path: Path) -> Iterator[Function]:
    lines = path.read_text().splitlines()
    for at, line in enumerate(lines):
        head = _HEAD.match(line)
        if head is None:
            continue
        body = _body(lines, at, len(head[1]))
        if body:
            yield Function(path, head[2], len(body) + 1, 1 + sum(bool(_BRANCH.match(text)) for text in body))


def _body(lines: list[str], at: int, indent: int) -> list[str]:
    end = at
    while end < len(lines) and not lines[end].rstrip().endswith(":"):  # a head of several lines
        if end > at and len(lines[end]) - len(lines[end].lstrip()) <= indent:
            return []  # a declaration
        end += 1
    body: list[str] = []
    for text in lines[end + 1 :]:
        if text.strip() and len(text) - len(text.lstrip()) <= indent:
            break
        body.append(text)
    while body and not body[-1].strip():
        body.pop()
    return body
