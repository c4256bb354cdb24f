"""What a cell of a report shows, in every form it is drawn in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from tradecrm.core.clock import local_moment
from tradecrm.core.fields import MAX_DECIMALS, NUMERIC, FieldKind
from tradecrm.core.money import format_amount, format_number, minor_units, shown_units
from tradecrm.core.table import Cell, RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import _

HEAVY = frozenset({RowStyle.SUBTOTAL, RowStyle.TOTAL, RowStyle.SECTION})
"""Row styles set in bold."""


def is_number(column: TableColumn) -> bool:
    """Tell whether a column holds numbers and stands right-aligned."""
    return column.kind in NUMERIC


def head_text(column: TableColumn) -> str:
    """Answer the head of a column, with the currency of its money where the title does not say it."""
    if column.currency and column.currency not in column.title:
        return f"{column.title} {column.currency}"
    return column.title


def currency_of(column: TableColumn, row: TableRow) -> str | None:
    """Answer the currency of the money in a cell: the column's, else the row's, else none."""
    return column.currency or row.currency


def decimals_of(value: Decimal, kind: FieldKind) -> int:
    """Answer how many decimals ``value`` shows: what it has, at most what the book keeps of its kind."""
    exponent = value.normalize().as_tuple().exponent
    return min(max(0, -exponent) if isinstance(exponent, int) else 0, MAX_DECIMALS.get(kind, 10))


def cell_text(value: Cell, column: TableColumn, row: TableRow) -> str:
    """Answer a cell as people read it: ``12,345.00``, ``12.50%``, ``2026-05-31``, Yes; empty for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal | int):
        return _number_text(Decimal(value), column, row)
    if isinstance(value, datetime):
        return f"{local_moment(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else value


def _number_text(value: Decimal, column: TableColumn, row: TableRow) -> str:
    currency = currency_of(column, row)
    if column.kind is FieldKind.MONEY and currency:
        return format_amount(value, currency)
    if column.kind is FieldKind.PERCENT:
        return format_number(value * 100, 2) + " %"
    if column.kind is FieldKind.CODE or column.kind not in NUMERIC:
        return f"{value:f}"
    least = shown_units(currency, value) if column.kind is FieldKind.PRICE and currency else 0
    return format_number(value, max(least, decimals_of(value, column.kind)))


def exact_text(value: Cell, column: TableColumn, row: TableRow) -> str:
    """Answer a cell as programs read it: no thousands marks, all decimals, percentages as ``12.5%``."""
    if (
        isinstance(value, Decimal)
        and column.kind is FieldKind.MONEY
        and (currency := currency_of(column, row))
    ):
        return f"{value:.{max(minor_units(currency), decimals_of(value, column.kind))}f}"
    if isinstance(value, Decimal) and column.kind is FieldKind.PERCENT:
        return f"{(value * 100).normalize():f}%"
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return cell_text(value, column, row)


def all_rows(table: Table) -> tuple[TableRow, ...]:
    """Answer the rows with the totals at their end."""
    return table.rows + table.totals


def widest_rows(table: Table, index: int) -> tuple[TableRow, ...]:
    """Answer the rows that decide the width of a column: the extremes of numbers, else the first 300."""
    if not is_number(table.columns[index]):
        return table.rows[:300]
    numbers = [
        (Decimal(value), row)
        for row in table.rows
        if isinstance(value := row.cells[index], Decimal | int) and not isinstance(value, bool)
    ]
    if not numbers:
        return table.rows[:1]
    low = min(numbers, key=lambda pair: pair[0])[1]
    high = max(numbers, key=lambda pair: pair[0])[1]
    longest = max(numbers, key=lambda pair: len(pair[0].as_tuple().digits))[1]
    return low, high, longest
