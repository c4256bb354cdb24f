"""Round axes for any run of values, and short numbers beside them. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from tradecrm.core.money import MINUS, format_money, format_number
from tradecrm.core.table import Chart, ChartKind
from tradecrm.core.text import current_language

NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


def ticks(low: Decimal, high: Decimal, most: int = 5) -> tuple[Decimal, ...]:
    """Answer round values from below ``low`` to above ``high``, zero among them, about ``most`` of them."""
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    span = high - low
    if not span:
        return (Decimal(0), Decimal(1))
    rough = span / max(1, most - 1)
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(nice * power for nice in NICE if nice * power >= rough)
    first = int((low / step).to_integral_value(rounding="ROUND_FLOOR"))
    last = int((high / step).to_integral_value(rounding="ROUND_CEILING"))
    return tuple(step * number for number in range(first, last + 1))


def in_lines(name: str, most: int, width: Callable[[str], float], room: float) -> tuple[str, ...]:
    """Answer a name on one line where ``room`` allows, else on two as even as its words, or letters, make them."""
    if most < 2 or width(name) <= room or len(name) < 2:
        return (name,)
    spaces = [n for n, char in enumerate(name) if char == " "] or [len(name) // 2]
    halves = [(name[:at], name[at:].lstrip()) for at in spaces]
    return min(halves, key=lambda pair: max(width(pair[0]), width(pair[1])))


def short(value: Decimal) -> str:
    """Answer a number as an axis shows it: 1.2M, 35k in English; 120万, 3.5万 in Chinese."""
    units = (
        ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
        if current_language() == "zh_CN"
        else ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
    )
    for size, name in units:
        if abs(value) >= size:
            return f"{_plain(value / size)}{name}"
    return _plain(value)


def exact(value: Decimal, unit: str) -> str:
    """Answer a value as the tip shows it, with its unit and all its decimals."""
    whole = value == value.to_integral_value()
    if _is_currency(unit):
        return format_money(value, unit)
    number = f"{value:,.0f}" if whole else f"{value:,f}"
    return f"{number} {unit}".replace("-", MINUS).strip()


def extent(chart: Chart) -> tuple[Decimal, Decimal]:
    """Answer the lowest and highest point the chart draws; (0, 0) when it has no values."""
    points = list(_points(chart)) or [Decimal(0)]
    return min(points), max(points)


def floats(chart: Chart) -> tuple[tuple[Decimal, Decimal] | None, ...]:
    """Answer (from, to) of each bar of a waterfall; a total stands on zero and sets the running sum."""
    running = Decimal(0)
    spans: list[tuple[Decimal, Decimal] | None] = []
    values = chart.series[0].values if chart.series else ()
    for index, value in enumerate(values):
        if value is None:
            spans.append(None)
            continue
        start = Decimal(0) if index in chart.totals else running
        running = start + value
        spans.append((start, running))
    return tuple(spans)


def is_empty(chart: Chart) -> bool:
    """Tell whether there is nothing to draw."""
    return not chart.categories or all(value is None for one in chart.series for value in one.values)


def _points(chart: Chart) -> Iterable[Decimal]:
    if chart.kind is ChartKind.WATERFALL:
        yield from (point for span in floats(chart) if span is not None for point in span)
    elif chart.kind is ChartKind.STACKED:
        for column in zip(*(one.values for one in chart.series), strict=False):
            yield sum((value for value in column if value is not None and value > 0), Decimal(0))
            yield sum((value for value in column if value is not None and value < 0), Decimal(0))
    else:
        yield from (value for one in chart.series for value in one.values if value is not None)


def _plain(value: Decimal) -> str:
    text = format_number(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_currency(unit: str) -> bool:
    return len(unit) == 3 and unit.isascii() and unit.isupper()
