"""Files and functions stay small enough to be read at once (style: the house's own)."""

from __future__ import annotations

import ast

from tests.meta.sources import ROOT, definitions, place, python_files, tree

FILE_LIMIT = 500
FUNCTION_LIMIT = 60


def test_files_and_functions_are_short() -> None:
    long = []
    for path in python_files():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines >= FILE_LIMIT:
            long.append(f"{place(path)} has {lines} lines, {FILE_LIMIT} is too many: split it")
        long += [
            f"{place(path, node)} {node.name} has {node.end_lineno - node.lineno + 1} lines"
            for node in definitions(path)
            if not isinstance(node, ast.ClassDef)
            and node.end_lineno is not None
            and node.end_lineno - node.lineno + 1 >= FUNCTION_LIMIT
        ]
    assert not long, "\n".join(long)


def _public(body: list[ast.stmt], owner: str = "") -> list[str]:
    """Answer the public functions, classes and methods of a body that have no docstring."""
    bare: list[str] = []
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None and not _needs_none(node):
            bare.append(f"{owner}{node.name} (line {node.lineno})")
        if isinstance(node, ast.ClassDef):
            bare += _public(node.body, f"{node.name}.")
    return bare


def _needs_none(node: ast.AST) -> bool:
    """Say whether a function only repeats another one: an overload or an override."""
    marks = {"overload", "override"}
    return any(
        isinstance(mark, ast.Name) and mark.id in marks for mark in getattr(node, "decorator_list", [])
    )


def test_everything_public_says_what_it_is() -> None:
    silent = []
    for path in [ROOT / "dev.py", *python_files("tradecrm", "packaging")]:
        module = tree(path)
        if not ast.get_docstring(module):
            silent.append(f"{place(path)} has no line saying what it is for")
        if bare := _public(module.body):
            silent.append(f"{place(path)} has no docstring at: {', '.join(bare)}")
    assert not silent, "\n".join(silent)


def test_every_test_module_says_what_it_is() -> None:
    silent = [place(path) for path in python_files("tests", "bench") if not ast.get_docstring(tree(path))]
    assert not silent, f"no line says what these are for: {silent}"
