"""Axes and spans of charts: round steps, and where the bars of a waterfall begin and end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


def ticks(values: Iterable[Decimal], wanted: int = 5) -> list[Decimal]:
    """Answer round axis values that hold all ``values`` and zero, about ``wanted`` steps of them."""
    known = [Decimal(0), *values]
    low, high = min(known), max(known)
    if low == high:
        high = Decimal(1)
    raw = (high - low) / wanted
    power = Decimal(1).scaleb(raw.adjusted())
    step = next(power * step for step in _STEPS if power * step >= raw)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return [step * number for number in range(int(first), int(last) + 1)]


def waterfall_spans(
    values: Sequence[Decimal | None], totals: Collection[int]
) -> list[tuple[Decimal, Decimal]]:
    """Answer (from, to) of each bar: totals stand on zero, the others float on the sum before them."""
    spans: list[tuple[Decimal, Decimal]] = []
    running = Decimal(0)
    for index, value in enumerate(values):
        amount = value or Decimal(0)
        start = Decimal(0) if index in totals else running
        running = start + amount
        spans.append((start, running))
    return spans


def stacks(columns: Sequence[Sequence[Decimal | None]]) -> list[tuple[Decimal, Decimal]]:
    """Answer for each category the sum of its negative and of its positive values."""
    sums = []
    for values in zip(*columns, strict=True):
        known = [value for value in values if value is not None]
        sums.append(
            (
                sum((value for value in known if value < 0), Decimal(0)),
                sum((value for value in known if value > 0), Decimal(0)),
            )
        )
    return sums


def short_number(value: Decimal) -> str:
    """Write an axis value shortly and exactly enough: ``1,200``, ``2.5M``."""
    for size, sign in ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M")):
        if abs(value) >= size:
            return f"{(value / size).normalize():,f}{sign}"
    return f"{value.normalize():,f}"
