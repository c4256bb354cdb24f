"""The chart of a report drawn into a PDF as vectors: bars, stacks, lines and waterfalls, negatives included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from tradecrm.core.money import format_number
from tradecrm.core.table import Chart, ChartKind
from tradecrm.render.pdf.fonts import printable, text_width
from tradecrm.render.pdf.text import (
    BAD,
    HAIR,
    INK,
    LABEL,
    MUTED,
    STRONG,
    Align,
    Block,
    Color,
    break_lines,
    color,
    draw_line,
    para,
)
from tradecrm.reports.draw.scale import short_number, stacks, ticks, waterfall_spans

SERIES = tuple(color(code) for code in ("2358D5", "9DB7F3", "E0A23B", "D9694B", "B0302A"))
_AXIS = 52.0
_FOOT = 30.0
_LABEL = LABEL.but(size=7, leading=9)


class ChartBlock(Block):
    """A chart with title, unit, legend and axes, of a fixed height; it never splits."""

    def __init__(self, chart: Chart, *, height: float = 230, before: float = 10) -> None:
        self.chart = chart
        self.before = before
        self._height = height
        self._ticks = ticks(_extremes(chart))

    def height(self, width: float) -> float:
        """Answer the fixed height in points."""
        del width
        return self._height

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the chart."""
        chart = self.chart
        head = f"{chart.title}   {chart.unit}".strip()
        para(_fitted(head, width, bold=True), STRONG).draw(canvas, x, top, width)
        top -= 18
        if self._has_legend():
            self._draw_legend(canvas, x, top, width)
            top -= 14
        if not chart.categories or not any(series.values for series in chart.series):
            return
        bottom = top - self._height + 18 + _FOOT + (14 if self._has_legend() else 0)
        plot = _Plot(canvas, x + _AXIS, bottom, width - _AXIS, top - 14 - bottom, self._ticks)
        plot.draw_axis(x)
        plot.draw_categories(chart.categories)
        _DRAW[chart.kind](plot, chart)
        plot.draw_zero()

    def _has_legend(self) -> bool:
        return len(self.chart.series) > 1 and self.chart.kind is not ChartKind.WATERFALL

    def _draw_legend(self, canvas: Any, x: float, top: float, width: float) -> None:
        share = width / max(len(self.chart.series), 1)
        for index, series in enumerate(self.chart.series):
            name = _fitted(series.name, min(share, 160) - 22)
            canvas.setFillColorRGB(*SERIES[index % len(SERIES)])
            canvas.rect(x, top - 9, 7, 7, stroke=0, fill=1)
            draw_line(canvas, name, LABEL, x=x + 11, baseline=top - 8.5, width=share)
            x += min(text_width(name, LABEL.size) + 28, share)


@dataclass(frozen=True, slots=True)
class _Plot:
    """The drawing area in points and how values and categories lie in it."""

    canvas: Any
    x: float
    y: float
    width: float
    height: float
    ticks: list[Decimal]

    def at(self, value: Decimal) -> float:
        """Answer the height of ``value`` on the sheet."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.y + float((value - low) / (high - low)) * self.height

    def slot(self, index: int, count: int) -> tuple[float, float]:
        """Answer left edge and width of the room of one category."""
        wide = self.width / count
        return self.x + index * wide, wide

    def draw_axis(self, left: float) -> None:
        """Draw the grid lines with their values."""
        right = _LABEL.but(align=Align.RIGHT)
        for tick in self.ticks:
            y = self.at(tick)
            self.canvas.setStrokeColorRGB(*HAIR)
            self.canvas.setLineWidth(0.5)
            self.canvas.line(self.x, y, self.x + self.width, y)
            draw_line(self.canvas, short_number(tick), right, x=left, baseline=y - 2.5, width=_AXIS - 6)

    def draw_categories(self, names: tuple[str, ...]) -> None:
        """Set the names below the plot, every second or third one where they would not fit."""
        wide = self.width / len(names)
        step = max(1, int(34 / wide) + (1 if wide < 34 else 0))
        style = _LABEL.but(align=Align.CENTER)
        for index in range(0, len(names), step):
            left, _room = self.slot(index, len(names))
            for row, line in enumerate(break_lines(names[index], wide * step - 3, style)[:2]):
                baseline = self.y - 10 - 9 * row
                draw_line(
                    self.canvas,
                    line,
                    style,
                    x=left,
                    baseline=baseline,
                    width=wide * step if step > 1 else wide,
                )

    def bar(self, left: float, wide: float, start: Decimal, end: Decimal, ink: Color) -> None:
        """Draw a bar from one value to another, however thin; nothing stands where there is nothing."""
        if start == end:
            return
        low, high = sorted((self.at(start), self.at(end)))
        self.canvas.setFillColorRGB(*ink)
        self.canvas.rect(left, low, wide, max(high - low, 0.4), stroke=0, fill=1)

    def draw_zero(self) -> None:
        """Draw the line of zero over everything."""
        self.canvas.setStrokeColorRGB(*MUTED)
        self.canvas.setLineWidth(0.7)
        self.canvas.line(self.x, self.at(Decimal(0)), self.x + self.width, self.at(Decimal(0)))


def _bars(plot: _Plot, chart: Chart) -> None:
    for number, series in enumerate(chart.series):
        for index, value in enumerate(series.values):
            if value is None:
                continue
            left, wide = plot.slot(index, len(chart.categories))
            one = min(wide * 0.7 / len(chart.series), 34)
            start = left + (wide - one * len(chart.series)) / 2 + one * number
            plot.bar(start, one * 0.94, Decimal(0), value, SERIES[number % len(SERIES)])


def _stacked(plot: _Plot, chart: Chart) -> None:
    for index in range(len(chart.categories)):
        left, wide = plot.slot(index, len(chart.categories))
        one = min(wide * 0.62, 40)
        above = below = Decimal(0)
        for number, series in enumerate(chart.series):
            value = series.values[index] or Decimal(0)
            start = above if value >= 0 else below
            if value >= 0:
                above += value
            else:
                below += value
            plot.bar(left + (wide - one) / 2, one, start, start + value, SERIES[number % len(SERIES)])


def _lines(plot: _Plot, chart: Chart) -> None:
    canvas = plot.canvas
    for number, series in enumerate(chart.series):
        ink = SERIES[number % len(SERIES)]
        canvas.setStrokeColorRGB(*ink)
        canvas.setFillColorRGB(*ink)
        canvas.setLineWidth(1.5)
        before: tuple[float, float] | None = None
        for index, value in enumerate(series.values):
            if value is None:
                before = None
                continue
            left, wide = plot.slot(index, len(chart.categories))
            point = (left + wide / 2, plot.at(value))
            if before:
                canvas.line(*before, *point)
            canvas.circle(*point, 1.8, stroke=0, fill=1)
            before = point


def _waterfall(plot: _Plot, chart: Chart) -> None:
    values = chart.series[0].values
    spans = waterfall_spans(values, chart.totals)
    style = _LABEL.but(ink=INK, align=Align.CENTER)
    for index, (start, end) in enumerate(spans):
        left, wide = plot.slot(index, len(chart.categories))
        one = min(wide * 0.62, 46)
        total = index in chart.totals
        falls = end < start
        ink = SERIES[3] if falls else SERIES[1]
        if total:
            ink = BAD if falls else SERIES[0]  # a loss is the only thing in red
        plot.bar(left + (wide - one) / 2, one, start, end, ink)
        if index + 1 < len(spans):
            plot.canvas.setStrokeColorRGB(*MUTED)
            plot.canvas.setLineWidth(0.4)
            following = left + wide + (wide - one) / 2
            plot.canvas.line(left + (wide + one) / 2, plot.at(end), following, plot.at(end))
        label = format_number(values[index] or Decimal(0), 0)
        if text_width(label, style.size) <= wide:
            y = plot.at(min(start, end)) - 9 if max(start, end) <= 0 else plot.at(max(start, end)) + 3
            draw_line(plot.canvas, label, style, x=left, baseline=y, width=wide)


def _extremes(chart: Chart) -> Iterator[Decimal]:
    if chart.kind is ChartKind.WATERFALL and chart.series:
        for span in waterfall_spans(chart.series[0].values, chart.totals):
            yield from span
    elif chart.kind is ChartKind.STACKED:
        for sums in stacks([series.values for series in chart.series]):
            yield from sums
    else:
        for series in chart.series:
            yield from (value for value in series.values if value is not None)


def _fitted(text: str, width: float, *, bold: bool = False) -> str:
    """Shorten a label of a chart to its room; the table beside it has the text in full."""
    text = printable(text).replace("\n", " ")
    size = STRONG.size if bold else _LABEL.size
    if text_width(text, size, bold=bold) <= width:
        return text
    while text and text_width(text + "…", size, bold=bold) > width:
        text = text[: max(0, len(text) * 9 // 10 if len(text) > 60 else len(text) - 1)]
    return text + "…" if text else ""


_DRAW = MappingProxyType(
    {
        ChartKind.BAR: _bars,
        ChartKind.STACKED: _stacked,
        ChartKind.LINE: _lines,
        ChartKind.WATERFALL: _waterfall,
    }
)
