"""Closing rates of one day for figures in base currency: a missing rate makes the figure unknown, never 1."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from tradecrm.core.errors import RateMissing
from tradecrm.core.money import convert, minor_units
from tradecrm.core.rates import RATE_DECIMALS, FoundRate, RateRow, RateType, find_rate, stale_warning
from tradecrm.models import Rate
from tradecrm.models.base import AMOUNT_SCALE, RATE_SCALE, from_scaled, to_scaled
from tradecrm.services.data.lean import lean_rows
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader


def _middle_rates() -> Any:
    """Select the middle rates of all currencies between two days."""
    rate = plain(Rate)
    return select(rate.currency, rate.day, rate.rate, rate.source).where(
        rate.kind == RateType.MID.value, rate.day.between(bindparam("first"), bindparam("day"))
    )


class ClosingRates:
    """The middle rates of a day, all read at once when the first is asked for (domain.md sections 0 and 3.6.5).

    ``notes`` are sentences about rates that are missing or older than the day.
    """

    def __init__(self, reader: Reader, day: date) -> None:
        self._reader = reader
        self._rates: dict[str, Decimal | None] = {}
        self._table: dict[str, list[RateRow]] | None = None
        self.day = day
        self.notes: list[str] = []

    def rate(self, currency: str) -> Decimal | None:
        """Answer the middle rate of ``currency``; None when there is none, with a note that says so."""
        if currency not in self._rates:
            try:
                found = self._find(currency)
            except RateMissing as missing:
                self._rates[currency] = None
                self.notes.append(str(missing))
            else:
                self._rates[currency] = found.rate
                warning = stale_warning(found, RateType.MID, currency, self.day)
                if warning:
                    self.notes.append(warning)
        return self._rates[currency]

    def _find(self, currency: str) -> FoundRate:
        """Answer the rate by the one order of look-up; raises RateMissing."""
        base, stale = self._reader.base, self._reader.settings.max_stale_days
        if self._table is None and currency != base:
            first = self.day - timedelta(days=stale)
            values = {"first": first.isoformat(), "day": self.day.isoformat()}
            self._table = {}
            for code, day, rate, source in lean_rows(self._reader, _middle_rates, values=values):
                row = RateRow(
                    RateType.MID, code, date.fromisoformat(day), from_scaled(rate, RATE_DECIMALS), source
                )
                self._table.setdefault(code, []).append(row)
        rows = (self._table or {}).get(currency, ())
        return find_rate(rows, RateType.MID, currency, self.day, base=base, max_stale_days=stale)

    def value(self, amount: Decimal, currency: str) -> Decimal | None:
        """Answer ``amount`` in base currency, rounded once; None when its rate is missing; nothing is nothing."""
        if amount == 0:
            return Decimal(0)
        rate = self.rate(currency)
        return None if rate is None else convert(amount, rate, self._reader.base)

    def in_units(self, scaled: int, currency: str) -> int | None:
        """Answer the same for an amount as the book keeps it, in minor units of the base currency, by whole numbers.

        Rounded half away from zero like ``value``; for sums over a hundred thousand rows.
        """
        if scaled == 0:
            return 0
        rate = self.rate(currency)
        if rate is None:
            return None
        per: int = 10 ** (AMOUNT_SCALE + RATE_SCALE - minor_units(self._reader.base))
        product = abs(scaled) * to_scaled(rate, RATE_SCALE)
        units: int = (2 * product + per) // (2 * per)
        return units if scaled > 0 else -units


def add_known(values: list[Decimal | None]) -> Decimal | None:
    """Answer the sum; None as soon as one part is unknown, for a sum without it would be wrong."""
    total = Decimal(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total
