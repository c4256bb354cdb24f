"""Small bricks that every report builds its rows from: a value with what it opens, and links to reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import Cell, RowStyle, TableColumn, TableRow
from tradecrm.core.text import N_, _

ZERO = Decimal(0)
_CENT = Decimal("0.01")

BOOK_TITLES = (
    ("AR", N_("Receivables")),
    ("AP", N_("Payables")),
    ("BANK", N_("Bank and cash")),
    ("REVENUE", N_("Revenue")),
    ("COST", N_("Costs")),
    ("PRIOR", N_("Late costs of closed shipments")),
    ("FX", N_("Exchange differences")),
    ("REBATE", N_("Export rebate receivable")),
    ("STOCK", N_("Goods in stock")),
    ("TRANSIT", N_("Goods in transit")),
    ("WRITEOFF", N_("Written off")),
    ("EXPENSE", N_("Income and expenses")),
    ("EQUITY", N_("Capital and opening")),
    ("STAFF", N_("Owed to staff")),
    ("LOAN", N_("Loans")),
    ("REVAL", N_("Revaluation at period ends")),
)


class Linked(NamedTuple):
    """A cell and what it opens."""

    value: Cell
    link: Link | None


def row(
    cells: Sequence[Cell | Linked],
    *,
    currency: str | None = None,
    level: int = 0,
    style: RowStyle = RowStyle.NORMAL,
) -> TableRow:
    """Answer a row; a bare cell opens nothing."""
    pairs = [cell if isinstance(cell, Linked) else Linked(cell, None) for cell in cells]
    return TableRow(
        tuple(_tidy(pair.value) for pair in pairs), tuple(pair.link for pair in pairs), currency, level, style
    )


def _tidy(value: Cell) -> Cell:
    """Leave out the zeros that a scaled integer brings beyond two decimals: ``4626.0000`` is ``4626.00``."""
    if not isinstance(value, Decimal) or not value.is_finite():
        return value
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= -2:
        return value
    short = value.normalize()
    return short if short.as_tuple().exponent <= -2 else short.quantize(_CENT)  # type: ignore[operator]


def report_link(key: str, **params: str | int | date | bool | None) -> Link:
    """Answer the link to a report; what is None is left to its default."""
    values: dict[str, str | int | None] = {}
    for name, value in params.items():
        if isinstance(value, bool):
            values[name] = int(value)
        elif isinstance(value, date):
            values[name] = value.isoformat()
        elif value is not None and value != "":
            values[name] = value
    return Link.to(f"report/{key}", **values)


def column(
    key: str, title: str, kind: FieldKind = FieldKind.TEXT, currency: str | None = None
) -> TableColumn:
    """Answer a column of a title that is already translated."""
    return TableColumn(key, title, kind, currency)


def money(key: str, title: str, currency: str | None = None) -> TableColumn:
    """Answer a money column, of one currency or of the row's."""
    return TableColumn(key, title, FieldKind.MONEY, currency)


def book_title(book: str) -> str:
    """Answer the translated name of a book of the ledger."""
    return _(dict(BOOK_TITLES).get(book, book))


def more_note(shown: int, count: int) -> str:
    """Answer the sentence that says that only some rows are shown; totals are of all."""
    return _("{shown} of {count} rows are shown; totals are of all rows.").format(shown=shown, count=count)
