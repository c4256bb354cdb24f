"""Commands that write papers: one by its number, or the whole set of a shipment into a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tradecrm.commands.run import Run, open_book_of
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _

if TYPE_CHECKING:
    from tradecrm.documents.words import PaperLanguage
    from tradecrm.services.work import Reader

PAPER_LANGUAGES: Mapping[str, PaperLanguage] = {"en": "en", "zh": "zh", "both": "both"}


def _language(language: str) -> PaperLanguage | None:
    """Answer the language asked for, None for the usual one of each paper; Refusal for another."""
    if not language:
        return None
    if language not in PAPER_LANGUAGES:
        raise Refusal.of(_("The language of a paper is en, zh or both."), "lang")
    return PAPER_LANGUAGES[language]


def print_paper(run: Run, kind: str, number: str, out: Path, language: str) -> None:
    """Write a paper as PDF, or as Excel where the file ends so; characters that no font has are said."""
    from tradecrm.documents.build import draw_paper, save_sheet
    from tradecrm.documents.registry import paper_by_number

    _language(language)
    form = out.suffix.casefold()
    if form not in {"", ".pdf", ".xlsx"}:
        raise Refusal.of(_("A paper is written as .pdf or .xlsx."), "out")
    with open_book_of(run) as book:
        paper = book.seat().ask(paper_by_number, kind, number)
    chosen = _language(language) or paper.language
    warnings: list[str] = []
    if form == ".xlsx":
        save_sheet(paper, out, chosen)
    else:
        warnings = draw_paper(paper, out, chosen)
    for warning in warnings:
        run.note(warning)
    run.answer(
        {"ok": True, "file": str(out), "number": number, "warnings": warnings},
        [_("Written: {path}").format(path=out)],
    )


def print_set(run: Run, number: str, folder: Path, language: str) -> None:
    """Write all papers of a shipment into a folder; contradictions between them are said first."""
    from tradecrm.documents.paper_set import PaperSet, paper_set, write_set
    from tradecrm.services.trade.papers import record_by_number

    chosen = _language(language)

    def ready(reader: Reader) -> PaperSet:
        return paper_set(reader, record_by_number(reader, "shipment", number))

    with open_book_of(run) as book:
        found = book.seat().ask(ready)
    written = write_set(found, folder, chosen)
    sentences = [each.sentence for each in found.contradictions]
    for sentence in (*sentences, *written.warnings):
        run.note(sentence)
    run.answer(
        {
            "ok": True,
            "number": found.number,
            "files": [str(path) for path in written.files],
            "contradictions": sentences,
            "warnings": list(written.warnings),
        },
        [_("Written: {path}").format(path=path) for path in written.files],
    )
