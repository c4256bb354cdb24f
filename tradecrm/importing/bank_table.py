"""Makes a bank's statement of what was read: rows of an exchange format, or a table by its columns."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from tradecrm.core.bank_rows import BankFile, BankLine, with_balances
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.progress import Progress
from tradecrm.core.text import _
from tradecrm.importing.bank_amounts import bank_number, way
from tradecrm.importing.bank_heads import (
    DIRECTION_IN,
    DIRECTION_OUT,
    FIELD_TITLES,
    BankField,
    guess_fields,
    is_enough,
)
from tradecrm.importing.columns import normalize_header
from tradecrm.importing.convert import plain_text
from tradecrm.importing.days import day_order, parse_day
from tradecrm.importing.frames import CellValue
from tradecrm.importing.reader import read_workbook
from tradecrm.importing.sheets import Sheet
from tradecrm.importing.sniff import BANK_KINDS

_LOOK_AT = 40
_TABLE_FORMATS = {"text": "csv", "xlsx": "xlsx", "xls": "xls", "ods": "ods", "html": "html"}
_FOOT = re.compile(
    r"合计|小计|总计|期初|期末|承前|汇总|笔数|total|opening balance|closing balance|brought forward|carried",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class BankLayout:
    """How a bank's table is read: where its heads stand, column → field, and which of day and month comes first."""

    header: int
    fields: Mapping[int, BankField]
    day_order: str = ""

    def to_text(self) -> str:
        """Answer the layout as JSON, for keeping it with the account."""
        columns = {str(column): field.value for column, field in self.fields.items()}
        return json.dumps({"columns": columns, "day_order": self.day_order}, sort_keys=True)

    @classmethod
    def from_text(cls, text: str, header: int) -> BankLayout:
        """Build a kept layout for a table whose heads stand in row ``header``."""
        kept = json.loads(text)
        fields = {int(column): BankField(field) for column, field in kept["columns"].items()}
        return cls(header, fields, kept["day_order"])


@dataclass(frozen=True, slots=True)
class BankTable:
    """A table that may be a statement: its sheet, the layout guessed, and the key of its heads."""

    format: str
    sheet: Sheet
    layout: BankLayout
    heads: tuple[str, ...]
    key: str

    @property
    def settled(self) -> bool:
        """Tell whether the layout has what a statement needs."""
        return is_enough(list(self.layout.fields.values())) and not self.asks_order

    @property
    def asks_order(self) -> bool:
        """Tell whether its dates can be read two ways and nobody has said which."""
        return not self.layout.day_order and bool(day_example(self.sheet, self.layout))

    def with_layout(self, layout: BankLayout) -> BankTable:
        """Answer the table read by another layout."""
        return BankTable(self.format, self.sheet, layout, _heads(self.sheet, layout.header), self.key)


@dataclass(frozen=True, slots=True)
class BankSource:
    """A file that was read: statements ready to be brought in, or a table whose columns may have to be said."""

    path: Path
    statements: tuple[BankFile, ...] = ()
    table: BankTable | None = None
    warnings: tuple[str, ...] = ()
    encoding: str = ""


def read_bank_file(path: Path, progress: Progress, encoding: str | None = None) -> BankSource:
    """Read a bank's file of any known kind in a child process; raises ImportRefused with a sentence, or Stopped."""
    book = read_workbook(
        path,
        encoding=encoding,
        bank=True,
        progress=lambda done, total: progress.tell(done, total, _("Reading the file")),
        stop=lambda: progress.stopped,
    )
    if book.kind in {kind.value for kind in BANK_KINDS}:
        found = tuple(_exchanged(sheet, book.kind) for sheet in book.sheets)
        return BankSource(path, found, None, book.warnings, book.encoding)
    sheets = sorted((sheet for sheet in book.sheets if sheet.rows), key=lambda sheet: sheet.hidden)
    tables = [plan_table(sheet, _TABLE_FORMATS.get(book.kind, "csv")) for sheet in sheets]
    table = next((each for each in tables if is_enough(list(each.layout.fields.values()))), tables[0])
    return BankSource(path, (), table, book.warnings, book.encoding)


def _number(value: CellValue) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) and value else None


def _day(value: CellValue) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _exchanged(sheet: Sheet, kind: str) -> BankFile:
    """Answer a statement of an exchange format as the child has laid it."""
    head = [*sheet.rows[0], *[None] * 7][:7]
    lines = []
    for index in range(1, len(sheet.rows)):
        day, value_day, amount, name, text, reference = (sheet.cell(index, column) for column in range(6))
        lines.append(
            BankLine(
                _day(day) or date.min,
                _number(amount) or Decimal(0),
                plain_text(name),
                plain_text(text),
                plain_text(reference),
                _day(value_day),
                place=_("row {number}").format(number=index),
            )
        )
    return with_balances(
        BankFile(
            kind,
            tuple(line for line in lines if line.amount),
            plain_text(head[1]),
            plain_text(head[2]),
            _number(head[3]),
            _number(head[4]),
            _day(head[5]),
            _day(head[6]),
        )
    )


def _heads(sheet: Sheet, header: int) -> tuple[str, ...]:
    return tuple(plain_text(sheet.cell(header, column)) for column in range(sheet.width))


def plan_table(sheet: Sheet, file_format: str) -> BankTable:
    """Find the row of heads under the title rows, and guess what each column holds."""
    best, best_fields = 0, guess_fields(_heads(sheet, 0))
    for index in range(min(_LOOK_AT, len(sheet.rows))):
        fields = guess_fields(_heads(sheet, index))
        better = (is_enough(list(fields.values())), len(fields)) > (
            is_enough(list(best_fields.values())),
            len(best_fields),
        )
        if better:
            best, best_fields = index, fields
    _find_direction(sheet, best, best_fields)
    heads = _heads(sheet, best)
    joined = "\x1f".join(normalize_header(head) for head in heads)
    key = hashlib.sha256(joined.encode()).hexdigest()
    layout = BankLayout(best, best_fields)
    order = day_order(_day_texts(sheet, layout))[0]
    return BankTable(file_format, sheet, BankLayout(best, best_fields, order), heads, key)


def _find_direction(sheet: Sheet, header: int, fields: dict[int, BankField]) -> None:
    """Take a column of nothing but in and out (来账, 往账, Dr, Cr) for the direction, whatever its head says."""
    if BankField.AMOUNT not in fields.values() or BankField.DIRECTION in fields.values():
        return
    for column in range(sheet.width):
        cells = (sheet.cell(index, column) for index in range(header + 1, len(sheet.rows)))
        words = {plain_text(cell).strip().casefold() for cell in cells} - {""}
        words = {word for word in words if not _FOOT.search(word)}
        if column not in fields and words and words <= DIRECTION_IN | DIRECTION_OUT:
            fields[column] = BankField.DIRECTION
            return


def _day_texts(sheet: Sheet, layout: BankLayout) -> list[str]:
    columns = [c for c, field in layout.fields.items() if field in (BankField.DAY, BankField.VALUE_DAY)]
    cells = (
        sheet.cell(index, column) for index in range(layout.header + 1, len(sheet.rows)) for column in columns
    )
    return [cell for cell in cells if isinstance(cell, str)]  # fmt: skip


def day_example(sheet: Sheet, layout: BankLayout) -> str:
    """Answer a date of the table that can be read two ways, empty when none has to be asked about."""
    return day_order(_day_texts(sheet, layout))[1]


class _Reading:
    """Reads the rows of one table by its layout, gathering what is wrong with them."""

    def __init__(self, table: BankTable) -> None:
        self.sheet = table.sheet
        self.layout = table.layout
        self.columns: dict[BankField, list[int]] = {}
        for column, field in sorted(table.layout.fields.items()):
            self.columns.setdefault(field, []).append(column)
        self.problems: list[Problem] = []
        self.currencies: set[str] = set()
        self.numbers: set[str] = set()

    def cell(self, index: int, field: BankField) -> CellValue:
        """Answer the cell of a field in a row, None without such a column."""
        columns = self.columns.get(field)
        return self.sheet.cell(index, columns[0]) if columns else None

    def text(self, index: int, field: BankField) -> str:
        """Answer the texts of all columns of a field, joined."""
        parts = (plain_text(self.sheet.cell(index, column)) for column in self.columns.get(field, ()))
        return " ".join(" ".join(part.split()) for part in parts if part)

    def wrong(self, index: int, field: BankField, text: str) -> None:
        """Note what is wrong with a cell."""
        column = self.columns[field][0] if field in self.columns else 0
        self.problems.append(Problem(self.sheet.place(index, column), text))

    def money(self, index: int, field: BankField) -> Decimal | None:
        """Answer the amount of a cell; what is no number is a problem, an empty cell or a dash none."""
        value = self.cell(index, field)
        if isinstance(value, Decimal):
            return value
        text = plain_text(value)
        if not text.strip(" -—–") or isinstance(value, (bool, date)):
            return None
        found = bank_number(text)
        if found is None:
            self.wrong(index, field, _("“{text}” is not a number.").format(text=text))
        return found

    def day(self, index: int, field: BankField) -> date | None:
        """Answer the day of a cell, None when it holds none."""
        value = self.cell(index, field)
        return _day(value) or (
            parse_day(plain_text(value), self.layout.day_order) if value is not None else None
        )

    def amount(self, index: int) -> Decimal | None:
        """Answer the signed amount of a row, None when it has none."""
        if BankField.AMOUNT not in self.columns:
            credit, debit = self.money(index, BankField.IN), self.money(index, BankField.OUT)
            if credit is None and debit is None:
                return None
            return (credit or Decimal(0)) - abs(debit or Decimal(0))
        found = self.money(index, BankField.AMOUNT)
        words = self.text(index, BankField.DIRECTION)
        if found is None or not words:
            return found
        if said := way(words):
            return said * abs(found)
        self.wrong(
            index, BankField.DIRECTION, _("“{text}” says neither in nor out.").format(text=words)
        )  # fmt: skip
        return None

    def line(self, index: int) -> BankLine | None:
        """Answer the line of a row; None for sums, empty rows and what is wrong."""
        before = len(self.problems)
        day = self.day(index, BankField.DAY)
        foot = _FOOT.search(" ".join(plain_text(value) for value in self.sheet.rows[index]))
        if day is None and foot:
            return None
        amount = self.amount(index)
        if day is None or amount is None:
            empty = day is None and amount is None
            if not foot and not empty and len(self.problems) == before:
                field = BankField.DAY if day is None else BankField.AMOUNT
                self.wrong(
                    index, field, _("This row has no date.") if day is None else _("This row has no amount.")
                )
            return None
        if amount == 0:
            return None
        other = BankField.PAYER if amount > 0 else BankField.PAYEE
        currency = normalize_currency(self.text(index, BankField.CURRENCY))
        self.currencies |= {currency} - {""}
        self.numbers |= {self.text(index, BankField.NUMBER)} - {""}
        return BankLine(
            day,
            amount,
            self.text(index, BankField.NAME) or self.text(index, other),
            self.text(index, BankField.TEXT),
            self.text(index, BankField.REFERENCE),
            self.day(index, BankField.VALUE_DAY),
            self.money(index, BankField.BALANCE),
            self.sheet.place(index, 0),
        )


def normalize_currency(text: str) -> str:
    """Answer the ISO code of a currency as banks write it (美元, RMB, USD), empty for nothing."""
    from tradecrm.importing.places import currency_code

    return (currency_code(text) or "") if text.strip() else ""


def read_table(table: BankTable) -> BankFile:
    """Answer the statement that a table holds.

    Raises Refusal naming each cell that cannot be read, or saying that no row was found.
    """
    fields = list(table.layout.fields.values())
    if not is_enough(fields):
        titles = _("{day}, and {amount} or both {money_in} and {money_out}").format(
            day=_(FIELD_TITLES[BankField.DAY]),
            amount=_(FIELD_TITLES[BankField.AMOUNT]),
            money_in=_(FIELD_TITLES[BankField.IN]),
            money_out=_(FIELD_TITLES[BankField.OUT]),
        )
        raise Refusal.of(_("Say which columns hold: {fields}.").format(fields=titles), "file")
    reading = _Reading(table)
    lines = [reading.line(index) for index in range(table.layout.header + 1, len(table.sheet.rows))]
    found = tuple(line for line in lines if line is not None)
    if reading.problems:
        raise Refusal(reading.problems[:20])
    if not found:
        sentence = _("No row of a statement was found below the heads of {sheet}.")
        raise Refusal.of(sentence.format(sheet=table.sheet.name), "file")
    about = _title_values(table.sheet, table.layout.header)
    number = next(iter(reading.numbers), "") if len(reading.numbers) == 1 else ""
    if len(reading.currencies) > 1:
        raise Refusal.of(
            _("The rows are in several currencies: {codes}. Export one account at a time.").format(
                codes=", ".join(sorted(reading.currencies))
            ),
            "file",
        )
    currency = next(iter(reading.currencies), "") or about.get("currency", "")
    return with_balances(BankFile(table.format, found, number or about.get("number", ""), currency))


_TITLE_NUMBER = re.compile(
    r"(?:[账帐][号户]|卡号|account(?: no\.?| number)?)\D{0,12}([0-9][0-9 \-*]{3,40})", re.IGNORECASE
)
_TITLE_CURRENCY = re.compile(
    r"(?:币种|币别|货币|currency)\W{0,6}([A-Za-z]{3}|[\u4e00-\u9fff]{2,3})", re.IGNORECASE
)


def _title_values(sheet: Sheet, header: int) -> dict[str, str]:
    """Answer account number and currency from the rows above the heads."""
    rows: Sequence[Sequence[CellValue]] = sheet.rows[:header]
    words = "\n".join(" ".join(plain_text(value) for value in row) for row in rows)
    found = {}
    number, currency = _TITLE_NUMBER.search(words), _TITLE_CURRENCY.search(words)
    if number is not None:
        found["number"] = number[1].strip()
    if currency is not None:
        found["currency"] = normalize_currency(currency[1])
    return found
