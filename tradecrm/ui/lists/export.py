"""Exactly what a list shows, as a table: all matching rows, the shown columns in their order, the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tradecrm.core.progress import Progress
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import _
from tradecrm.screens.spec import ColumnSpec
from tradecrm.services.data.lists import (
    ListRequest,
    ListSource,
    count_and_sums,
    fetch_rows,
    ordered_ids,
    visible_columns,
)
from tradecrm.services.work import Reader

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A list to be written down: its title, the words of its filters, request and shown columns."""

    key: str
    title: str
    subtitle: str
    source: ListSource
    request: ListRequest
    columns: tuple[ColumnSpec, ...]


def list_table(reader: Reader, wanted: ExportRequest, progress: Progress | None = None) -> Table:
    """Answer the table of all matching rows; raises Stopped when the person presses Stop."""
    seen = {column.key for column in visible_columns(reader, wanted.source)}
    wanted = replace(wanted, columns=tuple(column for column in wanted.columns if column.key in seen))
    ids = ordered_ids(reader, wanted.source, wanted.request)
    rows: list[TableRow] = []
    for start in range(0, len(ids), _AT_ONCE):
        window = fetch_rows(reader, wanted.source, ids[start : start + _AT_ONCE])
        for cells in window.rows:
            values = dict(zip(window.keys, cells, strict=True))
            rows.append(_row(wanted.columns, values))
        if progress is not None:
            progress.tell(min(start + _AT_ONCE, len(ids)), len(ids))
    sums = count_and_sums(reader, wanted.source, wanted.request).sums
    columns = tuple(TableColumn(c.key, _(c.title), c.kind, width=c.width) for c in wanted.columns)
    return Table(
        wanted.key, wanted.title, wanted.subtitle, columns, tuple(rows), _totals(wanted.columns, sums)
    )


def _row(columns: Sequence[ColumnSpec], values: Mapping[str, Any]) -> TableRow:
    cells: list[Any] = []
    currency: str | None = None
    for column in columns:
        value = values.get(column.key)
        if column.choices:
            value = next((_(c.label) for c in column.choices if c.value == value), value)
        if column.currency_key and currency is None:
            currency = values.get(column.currency_key)
        cells.append(value)
    return TableRow(tuple(cells), currency=currency)


def _totals(columns: Sequence[ColumnSpec], sums: Mapping[str, Mapping[str, Decimal]]) -> tuple[TableRow, ...]:
    """Answer one total row for each currency that occurs, sorted by code."""
    currencies = sorted({code for by_currency in sums.values() for code in by_currency})
    totals = []
    for code in currencies:
        cells: list[Any] = [sums.get(column.key, {}).get(code) for column in columns]
        if not any(cell is not None for cell in cells):
            continue
        if cells and cells[0] is None:
            cells[0] = _("Total {currency}").format(currency=code).strip()
        totals.append(TableRow(tuple(cells), currency=code or None, style=RowStyle.TOTAL))
    return tuple(totals)
