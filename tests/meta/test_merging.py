"""Translations of the parts become one catalog, and a disagreement is named."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.meta.sources import ROOT


@pytest.fixture(scope="module")
def tool() -> dict[str, Any]:
    """The merging tool, which stands outside the packages."""
    return runpy.run_path(str(ROOT / "packaging" / "translations.py"))


def _part(folder: Path, name: str, *pairs: tuple[str, str]) -> None:
    text = "".join(f'msgid "{english}"\nmsgstr "{chinese}"\n\n' for english, chinese in pairs)
    (folder / f"{name}.po").write_text(text, encoding="utf-8")


def test_parts_are_merged(tool: dict[str, Any], tmp_path: Path) -> None:
    _part(tmp_path, "a", ("Customer", "客户"), ("Open", "打开"))
    _part(tmp_path, "b", ("Open", "打开"), ("Aging", "账龄"))
    catalog, conflicts = tool["merge_parts"](tmp_path)
    assert conflicts == []
    assert {message.id: message.string for message in catalog if message.id} == {
        "Customer": "客户",
        "Open": "打开",
        "Aging": "账龄",
    }


def test_two_translations_of_one_text_name_both_files(tool: dict[str, Any], tmp_path: Path) -> None:
    _part(tmp_path, "a", ("Open", "打开"))
    _part(tmp_path, "b", ("Open", "未结"))
    _, conflicts = tool["merge_parts"](tmp_path)
    assert len(conflicts) == 1
    assert all(word in conflicts[0] for word in ("a.po", "b.po", "打开", "未结"))


def test_a_damaged_part_is_named(tool: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "bad.po").write_text('msgid "a"\nmsgstr "b"\nmsgnothing here\n', encoding="utf-8")
    _, conflicts = tool["merge_parts"](tmp_path)
    assert len(conflicts) == 1
    assert "bad.po" in conflicts[0]
