"""What people read is true: links and pictures exist, both languages have the same chapters, commands are real."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import typer

from tests.meta.sources import ROOT
from tradecrm.cli import _app
from tradecrm.importing.columns import import_kinds
from tradecrm.reports.registry import REPORTS
from tradecrm.storage.keys import PUBLISHED

GUIDE = ROOT / "docs" / "guide"
PICTURES = ROOT / "docs" / "pictures"
LARGEST_PICTURE = 250_000
PAGES = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "docs" / "book-format.md",
    *sorted(GUIDE.rglob("*.md")),
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_VALUED = ("--book", "--lang")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _typed(text: str) -> list[str]:
    """Answer what stands as typed: lines after a prompt, and text between single backquotes."""
    lines = [line.partition("$ ")[2] for line in text.splitlines() if line.strip().startswith("$ ")]
    return [*lines, *re.findall(r"`([^`\n]+)`", text)]


def _words(line: str) -> list[str]:
    """Answer the words of a command line after ``tradecrm``, without options that stand before the command."""
    words = line.split()
    if not words or words[0] not in {"tradecrm", "tradecrm-console"}:
        return []
    rest = words[1:]
    while rest and rest[0].startswith("--"):
        rest = rest[2:] if rest[0] in _VALUED else rest[1:]
    return rest


@cache
def _commands() -> dict[str, set[str]]:
    """Answer the options of each command."""
    group = typer.main.get_command(_app())
    common = {name for param in group.params for name in param.opts}
    listed = getattr(group, "commands", {})
    return {
        name: common | {opt for param in command.params for opt in param.opts}
        for name, command in listed.items()
    }


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_and_pictures_exist(page: Path) -> None:
    """A link that leads nowhere is worse than none."""
    broken = [
        target
        for target in _LINK.findall(page.read_text(encoding="utf-8"))
        if not target.startswith(("http://", "https://", "#"))
        and not (page.parent / target.partition("#")[0]).exists()
    ]
    assert broken == []


def test_every_picture_is_shown_and_small() -> None:
    """Pictures are shown somewhere, are PNG files, and do not make the repository heavy."""
    shown = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in _LINK.findall(page.read_text(encoding="utf-8"))
        if target.endswith(".png")
    }
    there = {path.resolve() for path in PICTURES.iterdir()}
    assert there == shown
    for path in there:
        assert path.read_bytes().startswith(b"\x89PNG\r\n"), path.name
        assert path.stat().st_size < LARGEST_PICTURE, path.name


def test_both_languages_have_the_same_chapters() -> None:
    """The same files, each linked from the contents of its language."""
    english, chinese = ({path.name for path in (GUIDE / code).glob("*.md")} for code in ("en", "zh"))
    assert english == chinese
    assert len(english) >= 13
    for code in ("en", "zh"):
        contents = _LINK.findall((GUIDE / code / "README.md").read_text(encoding="utf-8"))
        assert english - {"README.md"} <= set(contents)


def test_both_languages_show_the_same_figures_of_the_example() -> None:
    """Domain.md section 2.5: the printed figures of T1 stand in the chapter on profit, in both languages."""
    for code in ("en", "zh"):
        text = (GUIDE / code / "06-profit-of-a-shipment.md").read_text(encoding="utf-8")
        for figure in ("108,680.16", "86,499.35", "22,180.81", "−323.82", "21,856.99", "14,238.16", "5.4881"):
            assert figure in text, (code, figure)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_commands_and_options_are_real(page: Path) -> None:
    """Each command that is told to be typed exists, with the options told."""
    known = _commands()
    for line in _typed(page.read_text(encoding="utf-8")):
        words = _words(line)
        if not words:
            continue
        name, *rest = words
        assert name in known, line
        options = {word.partition("=")[0] for word in rest if re.fullmatch(r"--?[a-z][a-z-]*(=.*)?", word)}
        assert options <= known[name], line


def test_reports_and_kinds_of_import_are_the_programs() -> None:
    """The chapter on the command line names every report and every kind of import, and no other."""
    for code in ("en", "zh"):
        text = (GUIDE / code / "11-command-line.md").read_text(encoding="utf-8")
        table = [line for line in text.splitlines() if line.startswith("| `")]
        named = {key for line in table for key in re.findall(r"`([a-z_]+)`", line.split("|")[1])}
        assert named == {spec.key for spec in REPORTS}
        for kind in import_kinds():
            assert f"`{kind}`" in text
        asked = [_words(line) for line in _typed(text)]
        assert {words[1] for words in asked if words[:1] == ["report"] and len(words) > 1} <= named
        assert {words[1] for words in asked if words[:1] == ["import"] and len(words) > 1} <= set(
            import_kinds()
        )


def test_the_published_key_is_published() -> None:
    """A book without a password opens in any tool: the page on the format gives the key in full."""
    text = (ROOT / "docs" / "book-format.md").read_text(encoding="utf-8")
    assert set(re.findall(r"[0-9a-f]{64}", text)) == {PUBLISHED.raw}


def test_the_two_commands_come_first() -> None:
    """Whoever opens the project sees what to type before anything else."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    typed = [line.strip() for line in lines[:6]]
    assert any(line.startswith("python3 dev.py run") for line in typed)
    assert any(line.startswith("python3 dev.py test") for line in typed)
