"""What a chart hands to the library that draws it: every value with its place, in pixels. No plotting library here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from tradecrm.core.links import Link
from tradecrm.core.table import Chart
from tradecrm.ui.theme import Theme

SECOND_LINE = 5.0
"""Pixels by which names aslant in two lines stand lower, clear of the axis."""
PITCH = 13.0
"""Pixels from one line to the next of a name aslant."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One drawn value: where it is, what it says, what it opens, which color it has."""

    rect: QRectF
    category: str
    series: str
    value: Decimal
    link: Link | None
    color: QColor


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart laid out: the room of the plot, the ticks, and how the names of the categories stand.

    ``every`` n-th name is shown in so many ``lines``, or aslant in so many within ``turned`` pixels;
    ``hot`` is the mark under the mouse.
    """

    chart: Chart
    theme: Theme
    marks: Sequence[Mark]
    plot: QRectF
    ticks: Sequence[Decimal]
    legend: Sequence[tuple[QPointF, QColor]]
    every: int
    lines: int
    turned: float
    hot: int | None

    @property
    def slot(self) -> float:
        """Answer the width of one category."""
        return self.plot.width() / max(1, len(self.chart.categories))

    def height_of(self, value: Decimal) -> float:
        """Answer where a value stands between the lowest tick (0) and the highest (1)."""
        low, high = self.ticks[0], self.ticks[-1]
        return float((value - low) / (high - low))

    def y(self, value: Decimal) -> float:
        """Answer where a value stands in pixels from above."""
        return self.plot.bottom() - self.height_of(value) * self.plot.height()

    def ink(self, index: int) -> QColor:
        """Answer the color of a mark, a little stronger under the mouse."""
        color = self.marks[index].color
        if index != self.hot:
            return color
        return color.lighter(118) if self.theme.dark else color.darker(112)
