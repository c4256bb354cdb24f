"""Draws a laid-out chart with pyqtgraph; imported with the first chart, because that library takes long to load."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from tradecrm.core.table import ChartKind
from tradecrm.ui.charts.picture import PITCH, SECOND_LINE, Picture
from tradecrm.ui.charts.scale import floats, in_lines, short

GAP = 8.0
BEHIND = -1000
"""Behind the box of the values, which the library itself puts at -100."""
RADIUS = 3.0
DOTS_SHOWN = 24
"""A line with more points shows no dots: they would run into each other."""


class Bars(pg.BarGraphItem):  # type: ignore[misc] # the library has no types
    """Bars with slightly rounded corners; ``radius`` is in pixels, ``scale`` pixels to a unit of each axis."""

    def __init__(self, picture: Picture) -> None:
        plot, slot = picture.plot, picture.slot
        rects = [mark.rect for mark in picture.marks]
        super().__init__(
            x0=[(rect.left() - plot.left()) / slot for rect in rects],
            y0=[(plot.bottom() - rect.bottom()) / plot.height() for rect in rects],
            width=[rect.width() / slot for rect in rects],
            height=[rect.height() / plot.height() for rect in rects],
            brushes=[pg.mkBrush(picture.ink(index)) for index in range(len(rects))],
            pen=pg.mkPen(None),
        )
        self._picture_of = picture

    def paint(self, painter: QPainter, *_args: Any) -> None:
        """Paint."""
        picture = self._picture_of
        plot, slot = picture.plot, picture.slot
        square = picture.chart.kind is ChartKind.STACKED
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for index, mark in enumerate(picture.marks):
            rect = mark.rect
            radius = 0.0 if square else min(RADIUS, rect.width() / 3, rect.height() / 2)
            painter.setBrush(picture.ink(index))
            box = QRectF(
                (rect.left() - plot.left()) / slot,
                (plot.bottom() - rect.bottom()) / plot.height(),
                rect.width() / slot,
                rect.height() / plot.height(),
            )
            painter.drawRoundedRect(box, radius / slot, radius / plot.height())


class Frame(pg.GraphicsObject):  # type: ignore[misc] # the library has no types
    """Grid, numbers, names and legend around the plot: whole, never cut by the axis of a library."""

    def __init__(self, picture: Picture, room: QRectF) -> None:
        super().__init__()
        self._picture = picture
        self._room = room
        self.setZValue(BEHIND)

    def boundingRect(self) -> QRectF:
        """Answer the room it takes."""
        return self._room

    def paint(self, painter: QPainter, *_args: Any) -> None:
        """Paint."""
        picture = self._picture
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(picture.theme.font(11, tabular=True))
        self._grid(painter)
        self._names(painter)
        if picture.chart.kind is ChartKind.WATERFALL:
            self._joints(painter)
        self._legend(painter)

    def _grid(self, painter: QPainter) -> None:
        picture = self._picture
        theme, plot = picture.theme, picture.plot
        for value in picture.ticks:
            y = round(picture.y(value)) + 0.5
            zero = value == 0 and picture.ticks[0] < 0
            painter.setPen(QPen(theme.muted if zero else theme.grid, 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.muted)
            box = QRectF(0, y - 9, plot.left() - GAP, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short(value))
        if picture.chart.unit:
            head = QRectF(0, 0, self._room.width(), 16)
            painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, picture.chart.unit)

    def _names(self, painter: QPainter) -> None:
        picture = self._picture
        plot, slot = picture.plot, picture.slot
        metrics = QFontMetricsF(painter.font())
        painter.setPen(picture.theme.muted)
        middle = Qt.AlignmentFlag.AlignHCenter
        for index, name in enumerate(picture.chart.categories):
            if (len(picture.chart.categories) - 1 - index) % picture.every:
                continue
            x = plot.left() + slot * (index + 0.5)
            if not picture.turned:
                wide = slot * picture.every - (6 if picture.lines > 1 else 0)
                # The last name may be wider than half of the slot that is left to its right.
                reach = min(metrics.horizontalAdvance(name), wide) / 2 if picture.lines == 1 else 0
                x = min(x, self._room.right() - reach)
                box = QRectF(x - wide / 2, plot.bottom() + 5, wide, metrics.lineSpacing() * picture.lines + 2)
                wrapped = middle | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
                painter.drawText(box, wrapped if picture.lines > 1 else middle, name)
                continue
            painter.save()
            painter.translate(x + 5, plot.bottom() + 8 + SECOND_LINE * (picture.lines - 1))
            painter.rotate(-45)
            left = (x + 5) / math.sin(math.radians(45)) - PITCH / 2 * (picture.lines - 1)
            room = min(picture.turned, left)
            halves = in_lines(name, picture.lines, metrics.horizontalAdvance, room)
            for line, half in enumerate(halves):
                text = metrics.elidedText(half, Qt.TextElideMode.ElideRight, room)
                down = metrics.ascent() / 2 + (line - (len(halves) - 1) / 2) * PITCH
                painter.drawText(QPointF(-metrics.horizontalAdvance(text), down), text)
            painter.restore()

    def _joints(self, painter: QPainter) -> None:
        picture = self._picture
        painter.setPen(QPen(picture.theme.border, 1))
        spans = [span for span in floats(picture.chart) if span is not None]
        for one, other, span in zip(picture.marks, picture.marks[1:], spans, strict=False):
            y = picture.y(span[1])
            painter.drawLine(QPointF(one.rect.right(), y), QPointF(other.rect.left(), y))

    def _legend(self, painter: QPainter) -> None:
        picture = self._picture
        for one, (place, color) in zip(picture.chart.series, picture.legend, strict=False):
            x, y = place.x(), place.y() + (18 if picture.chart.unit else 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawRoundedRect(QRectF(x, y + 4, 10, 10), 3, 3)
            painter.setPen(picture.theme.muted)
            painter.drawText(QPointF(x + 15, y + 13), one.name)


class Plot(pg.GraphicsView):  # type: ignore[misc] # the library has no types
    """The view of one chart. It takes no mouse and no key: the chart around it does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, background=None)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setStyleSheet("background: transparent; border: none;")
        self.viewport().setAutoFillBackground(False)
        self.setBackgroundBrush(Qt.BrushStyle.NoBrush)
        self.setAntialiasing(True)
        self.enableMouse(False)
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self._box.setBackgroundColor(None)
        self.addItem(self._box)
        self._frame: Frame | None = None

    def draw(self, picture: Picture) -> None:
        """Draw this instead of what was drawn."""
        self._box.clear()
        if self._frame is not None:
            self.scene().removeItem(self._frame)
        self._frame = Frame(picture, QRectF(self.rect()))
        self.addItem(self._frame)
        self._box.setGeometry(picture.plot)
        count = max(1, len(picture.chart.categories))
        self._box.setRange(xRange=(0, count), yRange=(0, 1), padding=0, disableAutoRange=True)
        if picture.chart.kind is ChartKind.LINE:
            self._lines(picture)
        else:
            self._box.addItem(Bars(picture), ignoreBounds=True)

    def _lines(self, picture: Picture) -> None:
        count = len(picture.chart.categories)
        runs: dict[str, list[int]] = {}
        for index, mark in enumerate(picture.marks):
            runs.setdefault(mark.series, []).append(index)
        for indexes in runs.values():
            # A missing value is a gap in the line, never a straight line across it.
            heights = [math.nan] * count
            for index in indexes:
                mark = picture.marks[index]
                place = int((mark.rect.center().x() - picture.plot.left()) / picture.slot)
                heights[min(max(place, 0), count - 1)] = picture.height_of(mark.value)
            color = picture.marks[indexes[0]].color
            middles = [place + 0.5 for place in range(count)]
            self._box.addItem(
                pg.PlotCurveItem(
                    middles, heights, pen=pg.mkPen(color, width=2), connect="finite", antialias=True
                ),
                ignoreBounds=True,
            )
            shown = [index for index in indexes if len(indexes) <= DOTS_SHOWN or index == picture.hot]
            centers = [picture.marks[index].rect.center() for index in shown]
            self._box.addItem(
                pg.ScatterPlotItem(
                    [(center.x() - picture.plot.left()) / picture.slot for center in centers],
                    [picture.height_of(picture.marks[index].value) for index in shown],
                    size=[11 if index == picture.hot else 8 for index in shown],
                    brush=pg.mkBrush(color),
                    pen=pg.mkPen(picture.theme.surface, width=1.5),
                ),
                ignoreBounds=True,
            )
