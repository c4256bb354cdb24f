"""Warnings before printing: which places of a paper hold characters that no embedded font has."""

from __future__ import annotations

from collections.abc import Iterator

from tradecrm.core.text import _, current_language
from tradecrm.documents.content import Cell, Goods, Lines, Number, Paper, Party
from tradecrm.documents.labels import LABELS
from tradecrm.documents.words import PaperLanguage, Words
from tradecrm.render.pdf.fonts import missing_glyphs


def glyph_warnings(paper: Paper, language: PaperLanguage) -> list[str]:
    """Answer one sentence a place with characters that will print as a box, naming place and characters."""
    return [
        _("{field}: no font has the characters {characters}; they print as □.").format(
            field=place, characters=" ".join(found)
        )
        for place, text in _texts(paper, language)
        if (found := missing_glyphs(text))
    ]


def _name(label: Words) -> str:
    """Answer a label of the paper in the language of the interface."""
    return label.label("zh" if current_language() == "zh_CN" else "en")


def _said(place: str, words: Words, language: PaperLanguage) -> Iterator[tuple[str, str]]:
    for text in words.texts(language):
        yield place, text


def _texts(paper: Paper, language: PaperLanguage) -> Iterator[tuple[str, str]]:
    """Walk through a paper and answer (name of the place, text) of everything that prints."""
    yield _("Number"), paper.number
    yield from _party(_("Letterhead"), paper.sender, language)
    for box in paper.boxes:
        yield from _party(_name(box.role), box.party, language)
    for said in (*paper.facts, *paper.strong, *(each for part in paper.sections for each in part.rows)):
        yield from _said(_name(said.label), said.value, language)
    if paper.lines is not None:
        yield from _lines(paper.lines, language)
    for number, clause in enumerate(paper.clauses, start=1):
        place = _("Clause {number}").format(number=number)
        yield from _said(place, clause.title, language)
        yield from _said(place, clause.text, language)
    for signature in paper.signatures:
        yield _name(signature.role), signature.person


def _party(place: str, party: Party, language: PaperLanguage) -> Iterator[tuple[str, str]]:
    for words in (party.name, party.address):
        yield from _said(place, words, language)
    for key, text in (("contact", party.contact), ("phone", party.phone), ("email", party.email)):
        yield f"{place} · {_name(LABELS[key])}", text


def _lines(lines: Lines, language: PaperLanguage) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(lines.rows, start=1):
        for column, content in zip(lines.columns, row, strict=True):
            place = _("Line {number} · {column}").format(number=number, column=_name(column.head))
            for words in _words(content):
                yield from _said(place, words, language)


def _words(content: Cell) -> tuple[Words, ...]:
    if isinstance(content, Goods):
        return content.name, content.detail, content.codes
    if isinstance(content, Number):
        return (Words(content.unit, content.unit),)
    return () if content is None else (content,)
