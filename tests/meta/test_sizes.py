"""Files and functions stay small enough to be read at once (style: the house's own)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.meta.sources import ROOT, definitions, place, python_files, tree

FILE_LIMIT = 500
FUNCTION_LIMIT = 60


@pytest.mark.parametrize("path", python_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_file_and_its_functions_are_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines < FILE_LIMIT, f"{place(path)} has {lines} lines, {FILE_LIMIT} is too many: split it"
    long = [
        f"{place(path, node)} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in definitions(path)
        if not isinstance(node, ast.ClassDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 >= FUNCTION_LIMIT
    ]
    assert not long, long


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


@pytest.mark.parametrize(
    "path",
    [ROOT / "dev.py", *python_files("tradecrm", "packaging")],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_everything_public_says_what_it_is(path: Path) -> None:
    module = tree(path)
    assert ast.get_docstring(module), f"{place(path)} has no line saying what it is for"
    bare = _public(module.body)
    assert not bare, f"{place(path)} has no docstring at: {', '.join(bare)}"


@pytest.mark.parametrize(
    "path", python_files("tests", "bench"), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_every_test_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(tree(path)), f"{place(path)} has no line saying what it is for"
