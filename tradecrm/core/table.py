"""The frozen table that every report answers; screen, chart, Excel, PDF, CSV and JSON draw the same one."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link

Cell = str | int | Decimal | date | datetime | bool | None
"""One value of a table; percentages are fractions, money is Decimal in the row's or column's currency."""


class RowStyle(enum.StrEnum):
    """How a row stands among the others."""

    NORMAL = "normal"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    SECTION = "section"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: key, translated title, kind, and the currency of its money where all rows share one.

    A money column without ``currency`` takes the currency of each row (``TableRow.currency``).
    """

    key: str
    title: str
    kind: FieldKind = FieldKind.TEXT
    currency: str | None = None
    width: int = 0


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: one cell a column, for each cell what it opens, the indent level and the style."""

    cells: tuple[Cell, ...]
    links: tuple[Link | None, ...] = ()
    currency: str | None = None
    level: int = 0
    style: RowStyle = RowStyle.NORMAL

    def link(self, index: int) -> Link | None:
        """Answer what the cell at ``index`` opens, None when nothing."""
        return self.links[index] if index < len(self.links) else None


class ChartKind(enum.StrEnum):
    """The charts the program draws."""

    BAR = "bar"
    STACKED = "stacked"
    LINE = "line"
    WATERFALL = "waterfall"


@dataclass(frozen=True, slots=True)
class Series:
    """A named run of values, one a category, each with what it opens; None is a gap."""

    name: str
    values: tuple[Decimal | None, ...]
    links: tuple[Link | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as data: categories on one axis, series of values in ``unit`` (a currency or other unit).

    In a waterfall a category named in ``totals`` stands on zero; the others float on the sum before them.
    """

    kind: ChartKind
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    totals: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """A finished report: what it is, its columns and rows, totals, notes below it, and its chart if any."""

    key: str
    title: str
    subtitle: str
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    totals: tuple[TableRow, ...] = ()
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    params: tuple[tuple[str, str], ...] = field(default=())
