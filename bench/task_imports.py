"""Bringing customers in from a spreadsheet, with checks, duplicates and undo, against the least that must be done."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from bench import words
from bench.books import opened
from bench.least_import import bring_in
from bench.measure import Line, compared, seconds, spell
from tradecrm.importing.plan import draft_rows, plan_sheet
from tradecrm.importing.reader import read_workbook
from tradecrm.services.book import Seat
from tradecrm.services.data.imports import ImportBatch, run_import
from tradecrm.services.data.imports_undo import UndoImport, undo_import
from tradecrm.services.data.terms import document_terms
from tradecrm.storage.engines import connect

ROWS = {"S": 2_000, "M": 20_000, "L": 100_000}
_FIRST = 1_000_000
_PROOFS = (
    "SELECT code, name, country, city, website, email, tax_no, owner_id FROM party ORDER BY id",
    "SELECT party_id, kind, value FROM party_key ORDER BY 1, 2, 3",
    "SELECT rowid, terms FROM search_index WHERE rowid < 2 << 48 ORDER BY rowid",
    "SELECT kind, record_id, sheet_row FROM imported_record ORDER BY record_id",
)
_COLUMNS = ("name", "name_zh", "country", "city", "website", "email", "phone", "tax_no")


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


def _bring_in(seat: Seat, path: Path) -> int:
    """Bring the sheet in as a person does: read, plan, draft, import."""
    plan = plan_sheet("customers", read_workbook(path).sheets[0])
    assert plan.settled
    result = seat.perform(run_import, ImportBatch("customers", path.name, draft_rows(plan).good)).value
    assert result.created == len(plan.sheet.rows) - 1, result.outcomes[:3]
    return result.run_id or 0


def _clocked(work: Callable[[], Any]) -> tuple[float, float]:
    """Answer how long ``work`` takes by the clock, and of processors, its child processes included."""
    gc.collect()
    before = os.times()
    wall = seconds(work)
    after = os.times()
    return wall, sum(after[:4]) - sum(before[:4])


def _same_rows(ours: Path, least: Path) -> None:
    """Prove that both books hold the same customers, keys and terms."""
    one, other = connect(ours), connect(least)
    for query in _PROOFS:
        assert one.execute(query).fetchall() == other.execute(query).fetchall(), query
    one.close()
    other.close()


def run(path: Path, scale: str) -> Iterator[Line]:
    """Measure on copies of the book at ``path``: once each, for an import is no matter of milliseconds.

    Judged by the time of processors, the reading child's included: by the clock one run tells more of what else
    the machine does than of the work. The clock stands beside it.
    """
    count = ROWS[scale]
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        sheet, copy, bare = (
            Path(folder) / "customers.xlsx",
            Path(folder) / path.name,
            Path(folder) / "least.tcrm",
        )
        _sheet(sheet, count)
        shutil.copyfile(path, copy)
        shutil.copyfile(path, bare)
        document_terms(("宁波",))
        book = opened(copy)
        seat = book.seat()
        runs: list[int] = []
        least, least_cpu = _clocked(lambda: bring_in(sheet, bare))
        mine, mine_cpu = _clocked(lambda: runs.append(_bring_in(seat, sheet)))
        _same_rows(copy, bare)
        clocks = f"; by the clock {spell(mine)} | {spell(least)}"
        judged = compared(f"import of {count:,} customers, processors", 2, mine_cpu, least_cpu)
        yield replace(judged, limit=judged.limit + clocks)
        _undone, undone_cpu = _clocked(lambda: seat.perform(undo_import, UndoImport(runs[0])))
        yield compared(f"undo of {count:,} customers, to their import", 1, undone_cpu, mine_cpu, "import")
        book.close()
