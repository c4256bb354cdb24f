"""Excel sheets in constant memory: text stays text, money has its currency's decimals, nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tradecrm.core.clock import local_moment
from tradecrm.core.money import MINUS

EXACT_DIGITS = 15
"""Digits that a number cell keeps exactly (a double); what has more is written as text, exactly."""

MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
_EARLIEST = date(1900, 3, 1)
_CONTROL = dict.fromkeys([*range(9), *range(11, 32), 0xFFFE, 0xFFFF])

XlsxValue = str | int | Decimal | bool | date | datetime | None
"""What a cell can hold."""


@dataclass(frozen=True, slots=True)
class CellForm:
    """The form of a cell: number format, weight, shade, indent level, and the lines around it."""

    number_format: str = ""
    bold: bool = False
    muted: bool = False
    shaded: bool = False
    ruled: bool = False
    wrap: bool = False
    right: bool = False
    indent: int = 0
    size: int = 10


def money_format(decimals: int) -> str:
    """Answer Excel's format of an amount with ``decimals`` decimals and a true minus: ``#,##0.00;"−"#,##0.00``."""
    number = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'{number};"{MINUS}"{number}'


def number_format(decimals: int) -> str:
    """Answer the format of a quantity or rate: up to ``decimals`` decimals, without idle zeros."""
    return "#,##0" + ("." + "#" * decimals if decimals else "")


def fits_number(value: int | Decimal) -> bool:
    """Tell whether a number cell keeps ``value`` exactly: no more than 15 significant digits, and finite."""
    exact = value if isinstance(value, Decimal) else Decimal(value)
    if not exact.is_finite() or abs(exact.adjusted()) >= 300:
        return False
    digits = exact.as_tuple().digits
    return len(digits) <= EXACT_DIGITS or len(exact.normalize().as_tuple().digits) <= EXACT_DIGITS


class SheetFull(ValueError):
    """More rows than an Excel sheet has (1,048,576); the export must be split or go to CSV."""


class XlsxFile:
    """An xlsx file being written row by row; use it in a ``with`` block, which saves it.

    On an exception nothing is saved. Raises ``SheetFull`` beyond Excel's rows and ``OSError`` from the disk.
    """

    def __init__(self, path: Path | str, *, constant_memory: bool = True) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": constant_memory,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_date_format": "yyyy-mm-dd",
            },
        )
        self._forms: dict[CellForm, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._save()
        else:
            self._discard()

    def _save(self) -> None:
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:
            self._discard()
            cause = error.args[0] if error.args else error
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error

    def _discard(self) -> None:
        """Leave no file and no temporary rows behind."""
        self._book.fileclosed = True  # the writer's own mark that there is nothing to save
        for sheet in self._book.worksheets():
            rows = getattr(sheet, "row_data_fh", None)
            if rows is not None:
                rows.close()
                Path(sheet.row_data_filename).unlink(missing_ok=True)

    def sheet(self, name: str) -> XlsxSheet:
        """Add a sheet; its name is freed of what Excel forbids, cut at 31 characters and made unlike the others."""
        clean = "".join(" " if char in "[]:*?/\\" else char for char in name.translate(_CONTROL))
        short = clean.strip("' ")[:31].strip("' ") or "Sheet"
        taken = {sheet.get_name().casefold() for sheet in self._book.worksheets()}
        number = 1
        while short.casefold() in taken:
            number += 1
            short = f"{short[:27].rstrip()} {number}"
        return XlsxSheet(self, self._book.add_worksheet(short))

    def form(self, form: CellForm) -> Any:
        """Answer the writer's format of ``form``, made once."""
        known = self._forms.get(form)
        if known is None:
            known = self._forms[form] = self._book.add_format(_properties(form))
        return known

    @property
    def book(self) -> Any:
        """The writer's workbook, for charts."""
        return self._book


def _properties(form: CellForm) -> dict[str, object]:
    found: dict[str, object] = {"font_size": form.size, "valign": "top", "font_color": "#1B2330"}
    if form.number_format:
        found["num_format"] = form.number_format
    if form.bold:
        found["bold"] = True
    if form.muted:
        found["font_color"] = "#5B6475"
    if form.shaded:
        found["bg_color"] = "#EEF0F3"
    if form.ruled:
        found |= {"top": 1, "top_color": "#1B2330"}
    if form.wrap:
        found["text_wrap"] = True
    if form.right:
        found["align"] = "right"
    if form.indent:
        found["indent"] = min(form.indent, 15)
    return found


@dataclass(frozen=True, slots=True)
class RowForms:
    """The forms of a row as the writer knows them, from `XlsxSheet.forms`."""

    drawn: tuple[Any, ...]


def _cell_text(text: str) -> str:
    """Answer a text as a cell can hold it: line feeds only, no control marks, at most 32,767 letters."""
    if text.isprintable() and len(text) <= MAX_TEXT:
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


class XlsxSheet:
    """A sheet of the file, written from the top row to the last (constant memory allows no way back)."""

    def __init__(self, file: XlsxFile, sheet: Any) -> None:
        self._file = file
        self._sheet = sheet
        self.next_row = 0
        sheet.hide_gridlines(2)

    @property
    def raw(self) -> Any:
        """The writer's worksheet, for charts and print settings."""
        return self._sheet

    def widths(self, widths: Sequence[float]) -> None:
        """Set the column widths in characters."""
        for index, width in enumerate(widths):
            self._sheet.set_column(index, index, min(max(width, 4), 80))

    def freeze(self, row: int, column: int = 0) -> None:
        """Keep the rows above ``row`` and the columns left of ``column`` in sight."""
        self._sheet.freeze_panes(row, column)

    def height(self, points: float) -> None:
        """Set the height of the row that is written next."""
        self._sheet.set_row(self.next_row, points)

    def put(self, row: int, column: int, value: XlsxValue, form: CellForm) -> None:
        """Write one cell of the row that is next, or of one below it."""
        self._write(row, column, value, self._file.form(form))

    def merge(self, row: int, first: int, last: int, value: XlsxValue, form: CellForm) -> None:
        """Write one value over the columns ``first`` to ``last`` of a row."""
        drawn = self._file.form(form)
        self._sheet.merge_range(row, first, row, last, "", drawn)
        self._write(row, first, value, drawn)

    def forms(self, forms: Sequence[CellForm]) -> RowForms:
        """Prepare the forms of a row once, for the many rows that share them."""
        return RowForms(tuple(self._file.form(form) for form in forms))

    def row(self, values: Sequence[XlsxValue], forms: Sequence[CellForm] | RowForms) -> int:
        """Write the next row and answer its number, counted from 0."""
        if self.next_row >= MAX_ROWS:
            raise SheetFull(
                f"An Excel sheet holds {MAX_ROWS:,} rows and this table has more; export it as CSV."
            )
        number = self.next_row
        ready = forms if isinstance(forms, RowForms) else self.forms(forms)
        for column, (value, drawn) in enumerate(zip(values, ready.drawn, strict=True)):
            self._write(number, column, value, drawn)
        self.next_row += 1
        return number

    def _write(self, row: int, column: int, value: XlsxValue, drawn: Any) -> None:
        """Write one cell by its type; text never becomes a formula, a link or a number."""
        if value is None or value == "":
            self._sheet.write_blank(row, column, None, drawn)
        elif isinstance(value, bool):
            self._sheet.write_boolean(row, column, value, drawn)
        elif isinstance(value, int | Decimal):
            if fits_number(value):
                self._sheet.write_number(row, column, value, drawn)
            else:
                self._sheet.write_string(
                    row, column, f"{value:,f}" if isinstance(value, Decimal) else str(value), drawn
                )
        elif isinstance(value, date):
            self._write_date(row, column, value, drawn)
        else:
            self._sheet.write_string(row, column, _cell_text(value), drawn)

    def _write_date(self, row: int, column: int, value: date, drawn: Any) -> None:
        """Write a date, as text before March 1900: Excel counts a 29 February 1900 that never was."""
        here = local_moment(value) if isinstance(value, datetime) else datetime.combine(value, time())
        if here.date() < _EARLIEST:
            self._sheet.write_string(row, column, value.isoformat(), drawn)
            return
        moment = here.replace(tzinfo=None)
        self._sheet.write_datetime(row, column, moment, drawn)
