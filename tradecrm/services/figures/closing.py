"""Closing rates of one day for figures in base currency: a missing rate makes the figure unknown, never 1."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tradecrm.core.errors import RateMissing
from tradecrm.core.money import convert
from tradecrm.core.rates import RateType, stale_warning
from tradecrm.services.money.rates import rate_for
from tradecrm.services.work import Reader


class ClosingRates:
    """The middle rates of a day, each looked up once (domain.md sections 0 and 3.6.5).

    ``notes`` are sentences about rates that are missing or older than the day.
    """

    def __init__(self, reader: Reader, day: date) -> None:
        self._reader = reader
        self._rates: dict[str, Decimal | None] = {}
        self.day = day
        self.notes: list[str] = []

    def rate(self, currency: str) -> Decimal | None:
        """Answer the middle rate of ``currency``; None when there is none, with a note that says so."""
        if currency not in self._rates:
            try:
                found = rate_for(self._reader, RateType.MID, currency, self.day)
            except RateMissing as missing:
                self._rates[currency] = None
                self.notes.append(str(missing))
            else:
                self._rates[currency] = found.rate
                warning = stale_warning(found, RateType.MID, currency, self.day)
                if warning:
                    self.notes.append(warning)
        return self._rates[currency]

    def value(self, amount: Decimal, currency: str) -> Decimal | None:
        """Answer ``amount`` in base currency, rounded once; None when its rate is missing; nothing is nothing."""
        if amount == 0:
            return Decimal(0)
        rate = self.rate(currency)
        return None if rate is None else convert(amount, rate, self._reader.base)


def add_known(values: list[Decimal | None]) -> Decimal | None:
    """Answer the sum; None as soon as one part is unknown, for a sum without it would be wrong."""
    total = Decimal(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total
