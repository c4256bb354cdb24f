"""Revaluation of a period against raw SQL, and the journal of 100,000 rows against the writer of Excel files alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.books import opened
from bench.measure import PROCESSOR, Line, ratio
from bench.story import TODAY
from tradecrm.core.table import Table
from tradecrm.reports.draw.excel import to_xlsx
from tradecrm.reports.journal import run_journal
from tradecrm.reports.params import read_params
from tradecrm.reports.registry import find_report
from tradecrm.services.figures.revaluing import valuation
from tradecrm.storage.engines import connect

ROWS = 100_000
END = TODAY.replace(day=1)
"""Rates of the story are of the first of each month."""

_LATER = """
WITH later(item_id, amount, base) AS (
  SELECT item_id, sum(amount), sum(base) FROM (
    SELECT debit_item_id AS item_id, debit_amount AS amount, debit_base AS base FROM allocation
    WHERE side IN ('AR', 'AP') AND day > :day
    UNION ALL SELECT credit_item_id, credit_amount, credit_base FROM allocation
    WHERE side IN ('AR', 'AP') AND day > :day) GROUP BY item_id)
"""
_NO_ADVANCE = "item.kind NOT IN ('RCT', 'PAY') AND (item.kind <> 'OPEN' OR item.amount > 0)"
_OPEN = f"""{_LATER}
SELECT item.side, item.id, item.currency,
  item.open_amount + CASE WHEN item.amount > 0 THEN 1 ELSE -1 END * coalesce(later.amount, 0),
  item.open_base + CASE WHEN item.amount > 0 THEN 1 ELSE -1 END * coalesce(later.base, 0)
FROM item LEFT JOIN later ON later.item_id = item.id
WHERE item.open_amount <> 0 AND item.day <= :day AND item.currency <> 'CNY' AND {_NO_ADVANCE}
UNION ALL
SELECT item.side, item.id, item.currency, CASE WHEN item.amount > 0 THEN 1 ELSE -1 END * later.amount,
  CASE WHEN item.amount > 0 THEN 1 ELSE -1 END * later.base
FROM item JOIN later ON later.item_id = item.id
WHERE item.open_amount = 0 AND item.day <= :day AND item.currency <> 'CNY' AND {_NO_ADVANCE}
  AND later.amount <> 0
"""
_RATES = (
    "SELECT currency, day, rate FROM rate WHERE kind = 'MID' AND day BETWEEN date(:day, '-7 days') AND :day "
    "ORDER BY day"
)


def _raw(connection: Any, day: date) -> int:
    """Value every open row by integers alone, rounded half up: the least that a revaluation has to do."""
    values = {"day": day.isoformat()}
    rates = {code: rate for code, _day, rate in connection.execute(_RATES, values)}
    total, part = 0, 10**12
    for side, _key, code, amount, carrying in connection.execute(_OPEN, values):
        rate = rates.get(code)
        if rate is None:
            continue
        worth = (2 * abs(amount) * rate + part) // (2 * part) * 100
        sign = 1 if side == "AR" else -1
        total += sign * ((worth if amount >= 0 else -worth) - carrying)
    return total


def run(path: Path, scale: str) -> Iterator[Line]:
    """Measure the work of a period end on the book at ``path``."""
    del scale
    book = opened(path)
    seat, raw = book.seat(), connect(path)
    found = seat.ask(valuation, END)
    items = [row for row in found.rows if row.book in ("AR", "AP")]
    assert _raw(raw, END) == sum(row.gain or 0 for row in items), "both find the same difference"
    yield ratio(
        f"revaluation of {END}, {len(items):,} open items",
        3,
        lambda: seat.ask(valuation, END).total,
        lambda: _raw(raw, END),
        clock=PROCESSOR,
    )
    spec = find_report("journal")
    given = {"first": "2000-01-01", "last": END.isoformat(), "limit": ROWS}
    table = seat.ask(lambda reader: run_journal(reader, read_params(reader, spec.params, given)))
    with tempfile.TemporaryDirectory() as folder:
        yield ratio(
            f"journal of {len(table.rows):,} × {len(table.columns)} to xlsx",
            2,
            lambda: to_xlsx(table, Path(folder) / "ours.xlsx"),
            lambda: _bare(table, Path(folder) / "bare.xlsx"),
            1,
            clock=PROCESSOR,
        )
    raw.close()
    book.close()


def _bare(table: Table, path: Path) -> None:
    """Write the same cells with the kept writer and nothing around it."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    day, money = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet()
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.title)
    for number, row in enumerate(table.rows, 1):
        for place, value in enumerate(row.cells):
            if isinstance(value, Decimal):
                sheet.write_number(number, place, value, money)
            elif isinstance(value, date):
                sheet.write_datetime(number, place, value, day)
            elif value:
                sheet.write_string(number, place, str(value))
    book.close()
