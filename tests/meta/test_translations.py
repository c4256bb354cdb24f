"""Every text a person reads has its Chinese, and no Chinese is left that nobody uses (architecture, section 8)."""

from __future__ import annotations

import ast
import functools
import string
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tests.meta.sources import ROOT, place, python_files, tree

PARTS = ROOT / "resources" / "locale" / "parts"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


@functools.cache
def _used() -> dict[str, tuple[str, set[str]]]:
    """Answer each English text of the program with its place and the names of its placeholders."""
    used: dict[str, tuple[str, set[str]]] = {}
    for path in python_files("tradecrm"):
        for line, text, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
            forms = (text,) if isinstance(text, str) else tuple(text)
            names = set().union(*(_placeholders(form) for form in forms))
            used.setdefault(forms[0], (f"{path.relative_to(ROOT).as_posix()}:{line}", names))
    return used


def _placeholders(text: str) -> set[str]:
    """Answer the names in braces: ``{number}`` and ``{amount:,}`` hold ``number`` and ``amount``."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@functools.cache
def _translated() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Answer each English text of the parts with the file it stands in and its Chinese forms."""
    texts: dict[str, tuple[str, tuple[str, ...]]] = {}
    for path in sorted(PARTS.glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale="zh_CN", abort_invalid=True)
        for message in catalog:
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                forms = message.string or ""
                texts[key] = (path.name, (forms,) if isinstance(forms, str) else tuple(forms))
    return texts


def test_every_text_has_its_chinese() -> None:
    known = _translated()
    missing = [
        f"{where} {text!r}"
        for text, (where, _) in _used().items()
        if not all(known.get(text, ("", ("",)))[1])
    ]
    assert not missing, f"{len(missing)} texts have no Chinese in resources/locale/parts:\n" + "\n".join(
        missing
    )


def test_the_chinese_has_the_placeholders_of_the_english() -> None:
    known = _translated()
    wrong = [
        f"{known[text][0]}: {text!r} has {sorted(names)}, its Chinese {form!r} {sorted(_placeholders(form))}"
        for text, (_, names) in _used().items()
        if text in known
        for form in known[text][1]
        if form and _placeholders(form) != names
    ]
    assert not wrong, "\n".join(wrong)


def test_no_chinese_is_left_that_nobody_uses() -> None:
    used = _used()
    left = [f"{name}: {text!r}" for text, (name, _) in _translated().items() if text not in used]
    assert not left, f"{len(left)} texts are used nowhere, take them out:\n" + "\n".join(left)


def test_one_text_has_one_chinese() -> None:
    """Two parts may hold the same text, with the same translation."""
    seen: dict[str, tuple[str, object]] = {}
    conflicts: list[str] = []
    for path in sorted(PARTS.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                key = str(message.id)
                first, chinese = seen.setdefault(key, (path.name, message.string))
                if message.id and chinese != message.string:
                    conflicts.append(f"{key}: {chinese!r} in {first}, {message.string!r} in {path.name}")
    assert not conflicts, "\n".join(conflicts)


def _at_import(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """Answer the calls a module makes while it is imported, those inside class bodies included."""
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield from _at_import(statement.body)
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            lazy = {
                id(inner)
                for node in ast.walk(statement)
                if isinstance(node, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef)
                for inner in ast.walk(node)
            }
            yield from (
                node for node in ast.walk(statement) if isinstance(node, ast.Call) and id(node) not in lazy
            )


def _early(path: Path) -> list[str]:
    """Answer the places where a text would be translated before the language is chosen."""
    return [
        place(path, call)
        for call in _at_import(tree(path).body)
        if isinstance(call.func, ast.Name) and call.func.id in {"_", "ngettext"}
    ]


def test_declarations_are_marked_and_not_yet_translated() -> None:
    early = [where for path in python_files("tradecrm") for where in _early(path)]
    assert not early, f"use N_ where a module is imported, _ where it is shown: {early}"
