"""Bringing customers in from a spreadsheet, with checks, duplicates and undo, against the least that must be done."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench import words
from bench.books import opened
from bench.measure import Line, compared, seconds
from tradecrm.services.book import Seat
from tradecrm.services.data.imports import ImportBatch, run_import
from tradecrm.services.data.imports_undo import UndoImport, undo_import
from tradecrm.storage.engines import connect

ROWS = {"S": 2_000, "M": 20_000, "L": 100_000}
_FIRST = 1_000_000
_COLUMNS = ("name", "name_zh", "country", "city", "website", "email", "phone", "tax_no")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the reader of spreadsheets gives it."""

    row_number: int
    values: Mapping[str, Any]
    keys: tuple[tuple[str, str], ...] = ()


def _sheet(path: Path, count: int) -> None:
    """Write a sheet of customers that the book does not have."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, _COLUMNS)
    for at, firm in enumerate(words.firms(Random(3), count), 1):
        host = f"import-{at}.net"
        tax = f"IM{_FIRST + at}"
        row = (f"{firm.name} {at}", "", firm.country, firm.city, host, f"sales@{host}", "", tax)
        sheet.write_row(at, 0, row)
    book.close()


def _read(path: Path) -> list[list[Any]]:
    from python_calamine import load_workbook

    rows: list[list[Any]] = load_workbook(str(path)).get_sheet_by_index(0).to_python()
    return rows[1:]


def _rows(path: Path) -> tuple[Row, ...]:
    return tuple(
        Row(at, {key: value for key, value in zip(_COLUMNS, row, strict=True) if value})
        for at, row in enumerate(_read(path), 2)
    )


def _bring_in(seat: Seat, path: Path) -> int:
    result = seat.perform(run_import, ImportBatch("customers", path.name, _rows(path))).value
    assert result.created > result.refused, result.outcomes[:3]
    return result.run_id or 0


def _least(sheet: Path, book: Path) -> None:
    """Read the rows, look for empty names and doubles, insert, and index by name: nothing more."""
    connection = connect(book, mode="rwc")
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute(
        "CREATE TABLE party (id INTEGER PRIMARY KEY, name, name_zh, country, city, website, email, phone, tax_no)"
    )
    seen: set[str] = set()
    rows = []
    for row in _read(sheet):
        name = str(row[0]).strip()
        if name and name.upper() not in seen:
            seen.add(name.upper())
            rows.append(row)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO party (name, name_zh, country, city, website, email, phone, tax_no) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    connection.execute("CREATE VIRTUAL TABLE found USING fts5(name, prefix='2 3')")
    connection.execute("INSERT INTO found (rowid, name) SELECT id, name FROM party")
    connection.execute("CREATE INDEX by_name ON party (name)")
    connection.execute("COMMIT")
    connection.close()


def run(path: Path, scale: str) -> Iterator[Line]:
    """Measure on a copy of the book at ``path``: once each, for an import is no matter of milliseconds."""
    count = ROWS[scale]
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        sheet, copy = Path(folder) / "customers.xlsx", Path(folder) / path.name
        _sheet(sheet, count)
        shutil.copyfile(path, copy)
        book = opened(copy)
        seat = book.seat()
        runs: list[int] = []
        mine = seconds(lambda: runs.append(_bring_in(seat, sheet)))
        theirs = seconds(lambda: _least(sheet, Path(folder) / "least.tcrm"))
        yield compared(f"import of {count:,} customers", 2, mine, theirs)
        undone = seconds(lambda: seat.perform(undo_import, UndoImport(runs[0])))
        yield compared(f"undo of {count:,} customers, to their import", 1, undone, mine, "import")
        book.close()
