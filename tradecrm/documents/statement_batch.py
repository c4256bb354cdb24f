"""The statements of all partners with a balance, as files in one folder (section 3.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tradecrm.core.text import _
from tradecrm.documents.build import draw_paper, file_stem, save_sheet
from tradecrm.documents.registry import read_paper
from tradecrm.documents.words import PaperLanguage
from tradecrm.services.figures.aging import AgingQuery, aging
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class Batch:
    """Which statements: side, days, style; ``language`` None is the usual one of each partner."""

    side: str
    first: date
    last: date
    style: str = "forward"
    language: PaperLanguage | None = None
    sheets: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The files written, and warnings about characters that no font has."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...]


def partners_with_balance(reader: Reader, side: str, day: date) -> tuple[int, ...]:
    """Answer the partners the actor may see with something open at the end of a day."""
    rows = aging(reader, AgingQuery(side, day))
    return tuple(dict.fromkeys(row.party_id for row in rows if row.unapplied or any(row.buckets)))


def write_statements(
    ask: Callable[..., Any],
    batch: Batch,
    folder: Path,
    tell: Callable[[int, int, str], None] | None = None,
) -> Written:
    """Write the statement of each partner with a balance as PDF, with ``sheets`` as Excel too; raises OSError.

    ``ask`` runs a query at the actor's seat: one for each partner, so that no long read holds the book.
    """
    partners: Sequence[int] = ask(partners_with_balance, batch.side, batch.last)
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    warnings: list[str] = []
    for number, key in enumerate(partners, 1):
        if tell is not None:
            tell(number, len(partners), _("Writing statements of account"))
        for path, found in _written(ask, batch, folder, key):
            files.append(path)
            warnings += found
    return Written(tuple(files), tuple(dict.fromkeys(warnings)))


def _written(
    ask: Callable[..., Any], batch: Batch, folder: Path, key: int
) -> Iterator[tuple[Path, list[str]]]:
    options = {
        "side": batch.side,
        "first": batch.first.isoformat(),
        "last": batch.last.isoformat(),
        "style": batch.style,
    }
    paper = ask(read_paper, "statement", key, options)
    language = batch.language or paper.language
    path = folder / f"{file_stem(paper, language)}.pdf"
    yield path, draw_paper(paper, path, language)
    if batch.sheets:
        sheet = folder / f"{file_stem(paper, language)}.xlsx"
        save_sheet(paper, sheet, language)
        yield sheet, []
