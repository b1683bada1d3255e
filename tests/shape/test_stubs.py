"""Every compiled module has a stub that names what is there, and no function is only a promise."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path
from types import ModuleType

import pytest

from .sources import PACKAGE, ROOT, is_generated, module_name

COMPILED = sorted((PACKAGE / "_core").rglob("*.pyx"))
SOURCES = [path for path in sorted(PACKAGE.rglob("*.py")) if not is_generated(path)]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def stub_names(body: list[ast.stmt]) -> dict[str, ast.stmt]:
    """Names that a stub's body declares, without private ones and protocols, which only type checkers see."""
    names: dict[str, ast.stmt] = {}
    for node in body:
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Protocol" for base in node.bases):
            continue
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names[node.name] = node
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names[node.target.id] = node
    return {name: node for name, node in names.items() if not name.startswith("_")}


def runtime_names(module: ModuleType) -> set[str]:
    """Public classes and functions that the module itself defines."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or inspect.isroutine(value))
        and getattr(value, "__module__", None) == module.__name__
    }


def members(kind: type) -> set[str]:
    """Public members that a class itself defines."""
    return {name for name in vars(kind) if not name.startswith("_")}


def load(path: Path) -> tuple[ModuleType, ast.Module]:
    stub = path.with_suffix(".pyi")
    assert stub.is_file(), f"{relative(path)} has no stub"
    return importlib.import_module(module_name(path)), ast.parse(stub.read_text())


@pytest.mark.parametrize("path", COMPILED, ids=relative)
def test_a_stub_names_what_its_module_has(path: Path) -> None:
    module, stub = load(path)
    declared = stub_names(stub.body)
    assert set(declared) - set(dir(module)) == set()
    assert runtime_names(module) - set(declared) == set()


@pytest.mark.parametrize("path", COMPILED, ids=relative)
def test_a_stub_names_what_its_classes_have(path: Path) -> None:
    module, stub = load(path)
    for name, node in stub_names(stub.body).items():
        if isinstance(node, ast.ClassDef):
            declared = set(stub_names(node.body))
            kind = getattr(module, name)
            assert declared - set(dir(kind)) == set(), name
            assert members(kind) - declared == set(), name


@pytest.mark.parametrize("path", COMPILED, ids=relative)
def test_a_stub_is_typed_whole(path: Path) -> None:
    _, stub = load(path)
    for node in ast.walk(stub):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            untyped = [a.arg for a in [*node.args.args, *node.args.kwonlyargs] if a.annotation is None]
            assert set(untyped) <= {"self", "cls"} and (node.returns is not None), node.name


def is_empty(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """`pass`, `...` or a NotImplementedError, and no docstring that says why that is all."""
    body = node.body[1:] if len(node.body) > 1 and ast.get_docstring(node) else node.body
    (only,) = body if len(body) == 1 else (None,)
    text = ast.unparse(only) if only is not None else ""
    return isinstance(only, ast.Pass) or text == "..." or text.startswith("raise NotImplementedError")


def may_be_empty(node: ast.FunctionDef | ast.AsyncFunctionDef, owner: ast.ClassDef | None) -> bool:
    """Abstract methods, and methods of protocols."""
    words = {ast.unparse(d).split(".")[-1] for d in node.decorator_list} | {
        ast.unparse(base).split(".")[-1].split("[")[0] for base in (owner.bases if owner else [])
    }
    return bool(words & {"abstractmethod", "overload", "Protocol"})


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_no_function_is_only_a_promise(path: Path) -> None:
    tree = ast.parse(path.read_text())
    owners = {id(f): c for c in ast.walk(tree) if isinstance(c, ast.ClassDef) for f in c.body}
    empty = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and is_empty(node)
        and not may_be_empty(node, owners.get(id(node)))
    ]
    assert empty == []
