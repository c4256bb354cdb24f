"""What the page that brings a bank statement in works with: the file read, its account, what would come in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tradecrm.core.bank_rows import BankFile
from tradecrm.core.fields import FieldKind
from tradecrm.core.problems import Refusal
from tradecrm.core.progress import Progress
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import _
from tradecrm.importing.bank_heads import BankField
from tradecrm.importing.bank_table import BankLayout, BankSource, BankTable, read_bank_file, read_table
from tradecrm.importing.convert import plain_text
from tradecrm.services.money.cards import account_choices
from tradecrm.services.money.statements import (
    ImportStatement,
    StatementPreview,
    account_of,
    kept_layout,
    preview_statement,
)

SUFFIXES = ("csv", "xlsx", "xls", "ods", "txt", "tsv", "ofx", "qfx", "xml", "sta", "mt940", "940", "html")
SHOWN = 200
"""So many rows of a file are shown before it is brought in."""


@dataclass(frozen=True, slots=True)
class OpenedBank:
    """A file that was read: its digest, and which of its statements is looked at."""

    source: BankSource
    sha256: str
    number: int = 0

    @property
    def table(self) -> BankTable | None:
        """Answer the table that the file holds, None for an exchange format."""
        return self.source.table

    def statement(self) -> BankFile:
        """Answer the statement that is looked at; Refusal when its table cannot be read."""
        if self.source.table is not None:
            return read_table(self.source.table)
        return self.source.statements[self.number]

    def ready(self) -> bool:
        """Tell whether nothing has to be asked about the columns."""
        return self.source.table is None or self.source.table.settled

    def with_table(self, table: BankTable) -> OpenedBank:
        """Answer the file with its table read by another layout."""
        return replace(self, source=replace(self.source, table=table))


@dataclass(frozen=True, slots=True)
class Guessed:
    """What the book knows of a file: the account it is probably of, accounts to choose from, a kept layout."""

    account_id: int | None
    accounts: tuple[tuple[int, str], ...]
    layout: str


def open_bank_file(path: Path, progress: Progress, encoding: str | None = None) -> OpenedBank:
    """Read a bank's file in the child; raises ImportRefused with a sentence, or Stopped."""
    source = read_bank_file(path, progress, encoding)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return OpenedBank(source, digest)


def accounts_shown(reader: Any) -> tuple[tuple[int, str], ...]:
    """Answer the accounts in use as (id, name with currency)."""
    return tuple((each.id, f"{each.name}  {each.currency}") for each in account_choices(reader, limit=10_000))


def guess_account(reader: Any, opened: OpenedBank, account_id: int | None) -> Guessed:
    """Answer which account a file is probably of, and how a table with its heads was read before."""
    table, layout = opened.table, ""
    if table is not None:
        layout = kept_layout(reader, table.key, account_id)
    guess = account_id
    if guess is None and opened.ready():
        guess = account_of(reader, opened.statement())
    return Guessed(guess, accounts_shown(reader), layout)


def with_kept(opened: OpenedBank, layout: str) -> OpenedBank:
    """Answer the file read as a table with its heads was read before."""
    table = opened.table
    if table is None or not layout:
        return opened
    kept = BankLayout.from_text(layout, table.layout.header)
    order = kept.day_order or table.layout.day_order
    return opened.with_table(table.with_layout(replace(kept, day_order=order)))


def with_columns(opened: OpenedBank, fields: Mapping[int, BankField], day_order: str) -> OpenedBank:
    """Answer the file with its columns as the person said."""
    table = opened.table
    if table is None:
        return opened
    order = day_order or table.layout.day_order
    return opened.with_table(table.with_layout(BankLayout(table.layout.header, dict(fields), order)))


def read_opened(opened: OpenedBank) -> tuple[BankFile | None, tuple[str, ...]]:
    """Answer the statement of a file; None, and in words why, while it cannot be read."""
    if opened.table is not None and opened.table.asks_order:
        return None, ()
    try:
        return opened.statement(), ()
    except Refusal as refusal:
        return None, tuple(
            f"{p.field}: {p.message}" if "!" in p.field else p.message for p in refusal.problems
        )


def look_over(reader: Any, account_id: int, file: BankFile) -> StatementPreview:
    """Answer what bringing the statement in would do."""
    return preview_statement(reader, account_id, file)


def import_command(
    opened: OpenedBank, account_id: int, file: BankFile, with_alike: bool = False
) -> ImportStatement:
    """Answer the command that brings the statement in, with the layout of its table to be kept."""
    table = opened.table
    heads, columns = ("", "") if table is None else (table.key, table.layout.to_text())
    name = opened.source.path.name
    return ImportStatement(account_id, file, name, opened.sha256, heads, columns, with_alike)


def raw_table(table: BankTable) -> Table:
    """Answer the table as the file has it, from its heads on."""
    columns = tuple(
        TableColumn(str(number), head or "—") for number, head in enumerate(table.heads)
    )  # fmt: skip
    rows = tuple(
        TableRow(tuple(plain_text(table.sheet.cell(index, column)) for column in range(len(table.heads))))
        for index in range(table.layout.header + 1, min(len(table.sheet.rows), table.layout.header + SHOWN))
    )
    return Table("raw", "", "", columns, rows)


def statement_table(file: BankFile, currency: str, found: StatementPreview | None = None) -> Table:
    """Answer the rows of a statement as they would be brought in; those the book has are muted and say so."""
    columns = [
        TableColumn("day", _("Date"), FieldKind.DATE),
        TableColumn("name", _("Other party")),
        TableColumn("text", _("Text")),
        TableColumn("reference", _("Reference")),
        TableColumn("amount", _("Amount"), FieldKind.MONEY, currency or None),
        TableColumn("balance", _("Balance"), FieldKind.MONEY, currency or None),
    ]
    told = {} if found is None else _told(found)
    if told:
        columns.insert(0, TableColumn("known", _("In the book")))
    rows = []
    for place, line in enumerate(file.lines[:SHOWN]):
        cells = (line.day, line.name, line.text, line.reference, line.amount, line.balance)
        style = RowStyle.MUTED if place in told else RowStyle.NORMAL
        known = (told.get(place, ""),) if told else ()
        rows.append(TableRow((*known, *cells), currency=currency, style=style))
    return Table("statement", "", "", tuple(columns), tuple(rows))


def _told(found: StatementPreview) -> dict[int, str]:
    """Answer of each line that the book has, by its place, how it has it."""
    told = {place: _("the same row") for place in found.same}
    for place, words in found.alike.items():
        told[place] = _("as: {words}").format(words=words) if words else _("a row of that day and amount")
    return told
