"""The rate table of the sample book: a smooth curve by month, quoted every Monday, and the days T1 needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from tradecrm.core.money import round_to
from tradecrm.core.rates import RateType
from tradecrm.services.money.rates import SaveRate

SOURCE = "Bank of China"
_MONTHS = tuple(date(2024 + number // 12, number % 12 + 1, 1) for number in range(10, 38, 3))
_CURVES = {
    "USD": "7.13 7.28 7.24 7.16 7.11 7.08 7.02 7.06 7.03 7.02",
    "EUR": "7.66 7.55 8.02 8.28 8.24 8.22 8.18 8.14 8.19 8.16",
    "GBP": "9.20 9.05 9.56 9.62 9.42 9.48 9.44 9.50 9.46 9.43",
    "JPY": "0.0468 0.0478 0.0496 0.0485 0.0462 0.0455 0.0452 0.0448 0.0454 0.0457",
    "AUD": "4.70 4.52 4.62 4.66 4.61 4.70 4.78 4.75 4.72 4.74",
}
CURRENCIES = tuple(_CURVES)
_BUDGET = {
    2024: "7.10 7.60 9.10 0.0470 4.65",
    2025: "7.10 7.70 9.20 0.0475 4.60",
    2026: "7.00 8.10 9.40 0.0450 4.70",
}
_MARGIN = Decimal("0.0028")
_DAILY = 14
"""So many days up to the last one are quoted daily, so that the figures of today need no older rate."""

_EXACT = {
    (RateType.BUY, date(2026, 4, 3)): "7.02",
    (RateType.MID, date(2026, 5, 20)): "7.06",
    (RateType.SELL, date(2026, 5, 20)): "7.08",
    (RateType.BUY, date(2026, 6, 12)): "7.03",
}
"""What the running example needs of the US dollar, to the digit (domain.md sections 1.9 and 2.5)."""


def middle(currency: str, day: date) -> Decimal:
    """Answer the middle rate of a day: CNY for one unit, between the values of the months around it."""
    if currency == "CNY":
        return Decimal(1)
    values = [Decimal(word) for word in _CURVES[currency].split()]
    for (before, low), (after, high) in pairwise(zip(_MONTHS, values, strict=True)):
        if day < after:
            share = Decimal((day - before).days) / (after - before).days
            wave = Decimal((day.toordinal() * 37) % 11 - 5) / 4000
            return round_to((low + (high - low) * share) * (1 + wave), 6 if currency == "JPY" else 4)
    return values[-1]


def budget(currency: str, year: int) -> Decimal:
    """Answer the firm's own budget rate of a year."""
    return Decimal(1) if currency == "CNY" else Decimal(_BUDGET[year].split()[CURRENCIES.index(currency)])


def all_quotes(first: date, last: date) -> Iterator[SaveRate]:
    """Answer every rate from ``first`` to ``last``: each Monday's, the last days' daily, and the budgets."""
    for year in range(first.year, last.year + 1):
        for currency in CURRENCIES:
            yield SaveRate(
                RateType.BUDGET, currency, date(year, 1, 1), str(budget(currency, year)), "Management"
            )
    day = first - timedelta(days=first.weekday())
    while day <= last:
        for currency in CURRENCIES:
            yield from _of_day(currency, day)
        day += timedelta(days=7 if day < last - timedelta(days=_DAILY) else 1)
    for (kind, exact), quote in _EXACT.items():
        yield SaveRate(kind, "USD", exact, quote, SOURCE)


def _of_day(currency: str, day: date) -> Iterator[SaveRate]:
    value = middle(currency, day)
    for kind, factor in ((RateType.MID, 0), (RateType.BUY, -1), (RateType.SELL, 1)):
        quote = round_to(value * (1 + factor * _MARGIN), 6 if currency == "JPY" else 4)
        if (kind, day) not in _EXACT or currency != "USD":
            yield SaveRate(kind, currency, day, str(quote), SOURCE)
