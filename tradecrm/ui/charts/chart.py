"""A chart on the screen: bar, stacked, line, waterfall; the value under the mouse, a click opens its rows.

What stands where is worked out here; pyqtgraph draws it (``plot``), loaded with the first chart that has values.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from tradecrm.core.table import Chart, ChartKind
from tradecrm.core.text import _
from tradecrm.ui.charts.picture import PITCH, SECOND_LINE, Mark, Picture
from tradecrm.ui.charts.scale import exact, extent, floats, is_empty, short, ticks
from tradecrm.ui.theme import Theme, plain_tip

if TYPE_CHECKING:
    from tradecrm.ui.charts.plot import Plot

UNBROKEN = re.compile(r"[^\s\u2e80-\uffef]+|[\u2e80-\uffef]")
"""What stays on one line of a wrapped name: a word, or a single Chinese character."""
NAMES_WRAPPED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
GAP, TOP, AXIS = 8.0, 12.0, 22.0
WIDEST_BAR = 44.0
MANY = 10
"""With so many short names, such as months, every other one is left out; the last is always there."""

SHORT = 40.0


def load_engine() -> None:
    """Load the library that draws charts; on a lane, so that the window goes on."""
    import tradecrm.ui.charts.plot  # noqa: F401 - loaded for its effect


class ChartView(QWidget):
    """Draws one Chart. ``opened`` carries the link of a clicked value; arrows and Enter do the same."""

    opened = Signal(object)

    def __init__(
        self, theme: Theme, chart: Chart | None = None, empty_text: str = "", *, strong: int | None = None
    ) -> None:
        """Draw ``chart``; with ``strong`` one category has the strong color and the others the pale one."""
        super().__init__()
        self._theme = theme
        self._chart = chart
        self._strong = strong
        self._drawn: Plot | None = None
        self._empty_text = empty_text
        self._marks: list[Mark] = []
        self._plot = QRectF()
        self._ticks: tuple[Decimal, ...] = (Decimal(0), Decimal(1))
        self._every, self._lines, self._turned = 1, 1, 0.0
        self._legend: list[QPointF] = []
        self._hot: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 140)
        theme.changed.connect(self._lay_out)
        self._lay_out()

    def set_chart(self, chart: Chart | None) -> None:
        """Draw this chart instead."""
        self._chart = chart
        self._hot = None
        self._lay_out()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Answer the drawn values in the order of the categories."""
        return tuple(self._marks)

    def tip(self, mark: Mark) -> str:
        """Answer what is said about a value under the mouse."""
        unit = self._chart.unit if self._chart is not None else ""
        name = f"{mark.category} • {mark.series}" if mark.series else mark.category
        return f"{name}\n{exact(mark.value, unit)}"

    def sizeHint(self) -> QSize:
        """Answer the size it would like."""
        return QSize(420, 260)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        self._lay_out()
        super().resizeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what lies under the mouse."""
        self._set_hot(self._at(event.position()))
        hot = self._hot
        link = self._marks[hot].link if hot is not None else None
        self.setCursor(Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor)
        if hot is None:
            QToolTip.hideText()
        else:
            self._say(hot, event.globalPosition().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        """Start counting again."""
        self._set_hot(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open what lies under the mouse."""
        found = self._at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and found is not None:
            self._open(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and open with the keyboard."""
        steps = {int(Qt.Key.Key_Right): 1, int(Qt.Key.Key_Left): -1}
        if event.key() in steps and self._marks:
            at = -1 if self._hot is None else self._hot
            self._set_hot((max(at, 0) + steps[event.key()]) % len(self._marks) if at >= 0 else 0)
            if self._hot is not None:
                where = self._marks[self._hot].rect.topRight().toPoint()
                self._say(self._hot, self.mapToGlobal(where))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hot is not None:
            self._open(self._hot)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Say that there is nothing to draw."""
        if self._chart is None or is_empty(self._chart):
            painter = QPainter(self)
            painter.setPen(self._theme.muted)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(
                self.rect().adjusted(16, 16, -16, -16), flags, self._empty_text or _("Nothing to show yet.")
            )

    def _open(self, index: int) -> None:
        link = self._marks[index].link
        if link is not None:
            self.opened.emit(link)

    def _say(self, index: int, where: QPoint) -> None:
        text = plain_tip(self.tip(self._marks[index])).replace("\n", "<br>")
        QToolTip.showText(where, text, self)

    def _set_hot(self, index: int | None) -> None:
        if index != self._hot:
            self._hot = index
            self._draw()

    def _at(self, point: QPointF) -> int | None:
        """Answer the mark at a point; small values are found by their column, the nearest first."""
        if not self._marks or not self._plot.adjusted(-4, -8, 4, 8).contains(point):
            return None
        for index, mark in enumerate(self._marks):
            if mark.rect.adjusted(-2, -3, 2, 3).contains(point):
                return index
        near = [
            (abs(mark.rect.center().x() - point.x()), abs(mark.rect.center().y() - point.y()), index)
            for index, mark in enumerate(self._marks)
        ]
        across, _down, index = min(near)
        return index if across <= self._slot() / 2 else None

    # Where everything stands

    def _lay_out(self) -> None:
        self._marks = []
        chart = self._chart
        if chart is not None and not is_empty(chart):
            self._place(chart)
            self._marks = list(
                self._line_marks(chart) if chart.kind is ChartKind.LINE else self._bar_marks(chart)
            )
        words = chart.title if chart is not None else self._empty_text
        self.setAccessibleName(words)
        self.setAccessibleDescription(
            "; ".join(self.tip(mark).replace("\n", " ") for mark in self._marks[:40])
        )
        self._draw()
        self.update()

    def _draw(self) -> None:
        """Hand what is laid out to the library that draws it."""
        chart = self._chart
        if chart is None or not self._marks:
            if self._drawn is not None:
                self._drawn.hide()
            return
        if self._drawn is None:
            from tradecrm.ui.charts.plot import Plot

            self._drawn = Plot(self)
        self._drawn.setGeometry(self.rect())
        self._drawn.draw(
            Picture(
                chart=chart,
                theme=self._theme,
                marks=self._marks,
                plot=self._plot,
                ticks=self._ticks,
                legend=[(place, self._color(number)) for number, place in enumerate(self._legend)],
                every=self._every,
                lines=self._lines,
                turned=self._turned,
                hot=self._hot,
            )
        )
        self._drawn.show()

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self._theme.font(11, tabular=True))

    def _place(self, chart: Chart) -> None:
        metrics = self._metrics()
        self._legend = self._legend_places(chart)
        head = TOP + (16 if chart.unit else 0)
        if self._legend:
            head += self._legend[-1].y() + 18
        foot, plot = AXIS, QRectF()
        for _again in range(2):
            # The room for names depends on the width of the numbers, and their number on the height left.
            room = max(30.0, self.height() - head - foot)
            self._ticks = ticks(*extent(chart), most=max(2, min(8, int(room / 30))))
            widest = max(metrics.horizontalAdvance(short(value)) for value in self._ticks)
            left = widest + GAP + 4
            plot = QRectF(left, head, max(20.0, self.width() - left - 8), room)
            foot = self._choose_names(chart, metrics, plot.width() / len(chart.categories))
        plot.setBottom(max(head + 30, self.height() - foot))
        self._plot = plot

    def _choose_names(self, chart: Chart, metrics: QFontMetricsF, slot: float) -> float:
        """Choose how the names of the categories stand, so that none is cut needlessly; answer their height."""
        names = [metrics.horizontalAdvance(name) for name in chart.categories]
        words = [
            metrics.horizontalAdvance(word) for name in chart.categories for word in UNBROKEN.findall(name)
        ]
        self._every, self._lines, self._turned = 1, 1, 0.0
        if max(names) + 6 <= slot:
            return AXIS
        months = len(names) >= MANY and max(names) <= SHORT and max(names) + 6 <= slot * 2
        if not months and max(words, default=0.0) + 6 <= slot and max(names) <= slot * 2.4:
            # As tall as the names become when they are wrapped, words being longer than an even share.
            tall = max(
                metrics.boundingRect(QRectF(0, 0, slot - 6, 1000), NAMES_WRAPPED, name).height()
                for name in chart.categories
            )
            self._lines = max(2, math.ceil(tall / metrics.lineSpacing()))
            return max(AXIS, tall + 9)
        if months or (len(names) > 12 and max(names) + 6 <= slot * 4):
            self._every = math.ceil((max(names) + 6) / slot)
            return AXIS
        # Names too long to lie side by side stand aslant; as many as there is room to read.
        self._every = max(1, math.ceil(18 / slot))
        self._turned = min(max(names) + 4, 150.0, self.height() * 0.5)
        if max(names) + 4 > self._turned and slot * self._every * 0.7 >= 2 * PITCH:
            self._lines = 2
        return self._turned * 0.72 + 14 + SECOND_LINE * (self._lines - 1)

    def _legend_places(self, chart: Chart) -> list[QPointF]:
        """Answer where each series is named: in rows, so that every name is whole."""
        if len(chart.series) < 2:
            return []
        metrics, places = self._metrics(), []
        x, y = 0.0, 0.0
        for one in chart.series:
            width = 30 + metrics.horizontalAdvance(one.name)
            if x and x + width > self.width():
                x, y = 0.0, y + 18
            places.append(QPointF(x, y))
            x += width
        return places

    def _slot(self) -> float:
        count = len(self._chart.categories) if self._chart is not None else 1
        return self._plot.width() / max(1, count)

    def _y(self, value: Decimal) -> float:
        low, high = self._ticks[0], self._ticks[-1]
        share = float((value - low) / (high - low))
        return self._plot.bottom() - share * self._plot.height()

    def _color(self, index: int) -> QColor:
        series = self._theme.series
        return series[index % len(series)]

    def _line_marks(self, chart: Chart) -> Iterator[Mark]:
        slot = self._slot()
        for number, one in enumerate(chart.series):
            for index, value in enumerate(one.values):
                if value is None:
                    continue
                x = self._plot.left() + slot * (index + 0.5)
                rect = QRectF(x - 4, self._y(value) - 4, 8, 8)
                link = one.links[index] if index < len(one.links) else None
                yield Mark(rect, chart.categories[index], one.name, value, link, self._color(number))

    def _bar_marks(self, chart: Chart) -> Iterator[Mark]:
        slot = self._slot()
        spans = floats(chart) if chart.kind is ChartKind.WATERFALL else ()
        beside = len(chart.series) if chart.kind is ChartKind.BAR else 1
        width = max(1.5, min(slot * 0.62, WIDEST_BAR * beside))
        for index, name in enumerate(chart.categories):
            left = self._plot.left() + slot * (index + 0.5) - width / 2
            up, down = Decimal(0), Decimal(0)
            for number, one in enumerate(chart.series):
                value = one.values[index] if index < len(one.values) else None
                if value is None:
                    continue
                start, end, color = Decimal(0), value, self._color(number)
                x, wide = left, width
                if chart.kind is ChartKind.BAR:
                    wide = width / beside
                    x = left + wide * number
                elif chart.kind is ChartKind.STACKED:
                    start = up if value >= 0 else down
                    end = start + value
                    up, down = (end, down) if value >= 0 else (up, end)
                else:
                    start, end = spans[index] or (start, end)
                    color = self._fall_color(chart, index, value)
                if self._strong is not None and chart.kind is ChartKind.BAR and beside == 1:
                    color = self._theme.series[0 if index == self._strong else 1]
                top, bottom = sorted((self._y(start), self._y(end)))
                rect = QRectF(x, top, max(1.0, wide - (1 if beside > 1 else 0)), max(1.0, bottom - top))
                link = one.links[index] if index < len(one.links) else None
                yield Mark(rect, name, one.name if len(chart.series) > 1 else "", value, link, color)

    def _fall_color(self, chart: Chart, index: int, value: Decimal) -> QColor:
        if index in chart.totals:
            return self._theme.series[0] if value >= 0 else self._theme.bad
        return self._theme.series[1] if value >= 0 else self._theme.series[2]
