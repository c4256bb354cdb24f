"""A paper as an Excel file: the same content as the PDF, numbers as numbers, one sheet."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from tradecrm.documents.content import Cell, Goods, Lines, Number, Paper, Party, Said
from tradecrm.documents.labels import LABELS
from tradecrm.documents.words import PaperLanguage, Words, long_date, same
from tradecrm.render.xlsx import CellForm, XlsxFile, XlsxSheet, XlsxValue, number_format

_TEXT = CellForm(wrap=True)
_LABEL = CellForm(muted=True)
_BOLD = CellForm(bold=True)
_TITLE = CellForm(bold=True, size=16)
_NAME = CellForm(bold=True, size=13)
_WIDTH = 92.0
"""Characters of all columns together, about a sheet of A4."""
_FILLED = 0.9
"""The part of a line that words which wrap fill at least, in letters of a usual width."""
_HIGHEST = 409.0
"""Points that a row may be high in Excel."""


def write_sheet(paper: Paper, path: Path, language: PaperLanguage) -> None:
    """Write the paper as one sheet; raises ``OSError`` when the file cannot be written."""
    with XlsxFile(path) as file:
        sheet = file.sheet(paper.title.texts("zh" if language == "zh" else "en")[0].title())
        table = paper.lines or paper.to_fill or (paper.tables[0].lines if paper.tables else None)
        columns = max(2, len(table.columns) if table else 2)
        widths = _widths(table, columns)
        sheet.widths(widths)
        writer = _Writer(sheet, widths, language)
        writer.head(paper)
        if paper.lines is not None:
            writer.lines(paper.lines)
        for each in paper.tables:
            writer.text(each.title.label(language), _BOLD)
            writer.lines(each.lines)
        for said in paper.strong:
            writer.said(said)
        for section in paper.sections:
            if any(row.value.texts(language) for row in section.rows):
                writer.gap()
                writer.text(section.title.label(language), _BOLD)
            for row in section.rows:
                writer.said(row)
        if paper.to_fill is not None:
            writer.gap()
            writer.lines(paper.to_fill)
        writer.foot(paper)
        sheet.raw.set_paper(9)
        sheet.raw.fit_to_pages(1, 0)
        sheet.raw.set_footer("&L&F&R&P / &N")


def _widths(lines: Lines | None, columns: int) -> list[float]:
    if lines is None:
        return [26.0, _WIDTH - 26]
    total = sum(column.share for column in lines.columns)
    return [max(7.0, _WIDTH * column.share / total) for column in lines.columns][:columns]


class _Writer:
    """Writes rows of one sheet; a text runs over the columns to its right."""

    def __init__(self, sheet: XlsxSheet, widths: list[float], language: PaperLanguage) -> None:
        self._sheet = sheet
        self._widths = widths
        self._columns = len(widths)
        self._language = language

    def text(self, value: XlsxValue, form: CellForm = _TEXT) -> None:
        """Write one text over the whole width."""
        self._merged(0, value, form)
        self._sheet.next_row += 1

    def _merged(self, first: int, value: XlsxValue, form: CellForm) -> None:
        """Write a text into a merged range of the row that is next; heights follow its lines."""
        row, last = self._sheet.next_row, self._columns - 1
        if isinstance(value, str):
            wanted = _lines_in(value, sum(self._widths[first:]) * 10 / form.size)
            if wanted > 1:
                self._sheet.height(min(_HIGHEST, wanted * 14.5 * form.size / 10))
        if last > first:
            self._sheet.merge(row, first, last, value, form)
        else:
            self._sheet.put(row, first, value, form)

    def gap(self) -> None:
        """Leave a row empty."""
        self._sheet.next_row += 1

    def said(self, said: Said) -> None:
        """Write a label and its value; nothing without a value."""
        texts = said.value.texts(self._language)
        if not texts:
            return
        first = 2 if self._columns > 3 else 1
        row = self._sheet.next_row
        label = said.label.label(self._language)
        if first > 1:
            self._sheet.merge(row, 0, first - 1, label, _LABEL)
        else:
            self._sheet.put(row, 0, label, _LABEL)
        self._merged(first, "\n".join(texts), _TEXT)
        self._sheet.next_row += 1

    def _party(self, party: Party, name: CellForm) -> None:
        for text in party.name.texts(self._language):
            self.text(text, name)
        for text in party.address.texts(self._language):
            self.text(text)
        for key in ("contact", "phone", "email", "tax_number"):
            if getattr(party, key):
                self.said(Said(LABELS[key], same(getattr(party, key))))

    def head(self, paper: Paper) -> None:
        """Write letterhead, title, parties and facts."""
        self._party(paper.sender, _NAME)
        self.gap()
        title = paper.title.label(self._language)
        draft = f"   ({LABELS['draft'].label(self._language)})" if paper.draft else ""
        self.text(f"{title}{draft}", _TITLE)
        self.said(Said(paper.number_label, same(paper.number)))
        if paper.day is not None:
            self.said(Said(LABELS["date"], long_date(paper.day)))
        for fact in paper.facts:
            self.said(fact)
        for box in paper.boxes:
            self.gap()
            self.text(box.role.label(self._language), _LABEL)
            self._party(box.party, _BOLD)
        for text in paper.opening.texts(self._language):
            self.text(text)
        self.gap()

    def lines(self, lines: Lines) -> None:
        """Write the lines under their heads, and the totals."""
        heads = ["\n".join(_head(column.head, column.unit, self._language)) for column in lines.columns]
        forms = [CellForm(bold=True, shaded=True, wrap=True, right=column.number) for column in lines.columns]
        self._sheet.height(16.0 * max(head.count("\n") + 1 for head in heads))
        self._sheet.row(heads, forms)
        first = self._sheet.next_row
        for row in lines.rows:
            pairs = [_cell(content, self._language) for content in row]
            longest = max(
                (
                    _lines_in(value, width)
                    for (value, _form), width in zip(pairs, self._widths, strict=False)
                    if isinstance(value, str)
                ),
                default=1,
            )
            if longest > 1:
                self._sheet.height(min(_HIGHEST, 14.5 * longest))
            self._sheet.row([value for value, _form in pairs], [form for _value, form in pairs])
        if self._sheet.next_row > first:
            self._sheet.raw.repeat_rows(first - 1)
        for parts in lines.totals:
            self._totals(parts)
        self.gap()

    def _totals(self, cells: tuple[tuple[Cell, ...], ...]) -> None:
        """Write a row of totals, one more for each further unit of a quantity."""
        numbers = [[part for part in parts if isinstance(part, Number)] for parts in cells]
        for depth in range(max(1, *(len(each) for each in numbers))):
            values: list[XlsxValue] = []
            forms = []
            for parts, found in zip(cells, numbers, strict=True):
                words = [part.label(self._language) for part in parts if isinstance(part, Words)]
                value: XlsxValue = "   ".join(each for each in words if each) if not depth else None
                form = CellForm(bold=True, ruled=not depth)
                if depth < len(found):
                    value, plain = _cell(found[depth], self._language)
                    form = CellForm(number_format=plain.number_format, bold=True, ruled=not depth, right=True)
                values.append(value)
                forms.append(form)
            self._sheet.row(values, forms)

    def foot(self, paper: Paper) -> None:
        """Write clauses and who signs."""
        if paper.clauses:
            self.gap()
            self.text(LABELS["general_terms"].label(self._language), _BOLD)
        for number, clause in enumerate(paper.clauses, start=1):
            self.text(f"{number}. {clause.title.label(self._language)}", _BOLD)
            for text in clause.text.texts(self._language):
                self.text(text)
        for signature in paper.signatures:
            self.gap()
            self.text(signature.role.label(self._language), _LABEL)
            for text in signature.firm.texts(self._language):
                self.text(text, _BOLD)
            self.said(Said(LABELS["signatory"], same(signature.person)))


def _head(words: Words, unit: str, language: PaperLanguage) -> Iterator[str]:
    first, *others = words.texts(language) or ("",)
    yield f"{first} {unit}".rstrip()
    yield from others


def _wide(text: str) -> int:
    """Answer how many Latin letters wide a text is; a Chinese character takes two."""
    return sum(2 if char > "\u2e7f" else 1 for char in text)


def _lines_in(text: str, width: float) -> int:
    """Answer how many lines a text takes in cells ``width`` letters wide; words that wrap leave some of it empty."""
    usable = max(1.0, width * _FILLED)
    return sum(max(1, math.ceil(_wide(part) / usable)) for part in text.split("\n"))


def _cell(content: Cell, language: PaperLanguage) -> tuple[XlsxValue, CellForm]:
    """Answer a cell's value and form: a number stays a number, its unit stands in the format."""
    if content is None:
        return None, _TEXT
    if isinstance(content, Number):
        plain = "#,##0" + ("." + "0" * content.places if content.places else "")
        form = plain if content.places else number_format(6)
        unit = content.unit.replace('"', "'")
        if content.value == content.value.to_integral_value() and not content.places:
            form = "#,##0"
        return content.value, CellForm(number_format=f'{form} "{unit}"' if unit else form, right=True)
    if isinstance(content, Goods):
        texts = (
            *content.name.texts(language),
            *content.detail.texts(language),
            *content.codes.texts("zh" if language == "zh" else "en"),
        )
        return "\n".join(texts), _TEXT
    return "\n".join(content.texts(language)), _TEXT
