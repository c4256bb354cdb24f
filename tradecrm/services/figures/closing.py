"""Closing rates of one day for figures in base currency: a missing rate makes the figure unknown, never 1."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from math import gcd
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, select

from tradecrm.core.errors import RateMissing
from tradecrm.core.money import Rounding, convert, minor_units, rounding
from tradecrm.core.rates import RATE_DECIMALS, FoundRate, RateRow, RateType, find_rate, stale_warning
from tradecrm.models import Rate
from tradecrm.models.base import AMOUNT_SCALE, RATE_SCALE, from_scaled, to_scaled
from tradecrm.services.data.lean import lean_rows
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader

_WHOLE = 10**AMOUNT_SCALE


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
        if currency != base:
            self._read()
        rows = (self._table or {}).get(currency, ())
        return find_rate(rows, RateType.MID, currency, self.day, base=base, max_stale_days=stale)

    def _read(self) -> None:
        """Read the rates of all currencies, once."""
        if self._table is not None:
            return
        first = self.day - timedelta(days=self._reader.settings.max_stale_days)
        values = {"first": first.isoformat(), "day": self.day.isoformat()}
        self._table = {}
        for code, day, rate, source in lean_rows(self._reader, _middle_rates, values=values):
            row = RateRow(
                RateType.MID, code, date.fromisoformat(day), from_scaled(rate, RATE_DECIMALS), source
            )
            self._table.setdefault(code, []).append(row)

    def all_of_today(self) -> bool:
        """Tell whether every rate is of the day itself: whatever is converted then leaves no note, if it is known."""
        self._read()
        return all(any(row.day == self.day for row in rows) for rows in (self._table or {}).values())

    def value(self, amount: Decimal, currency: str) -> Decimal | None:
        """Answer ``amount`` in base currency, rounded once; None when its rate is missing; nothing is nothing."""
        if amount == 0:
            return Decimal(0)
        rate = self.rate(currency)
        return None if rate is None else convert(amount, rate, self._reader.base)

    def fractions(self) -> tuple[dict[str, int], int]:
        """Answer (times, part): an amount as the book keeps it, times ``times[currency]``, by ``part``, is base units.

        These are minor units of the base currency; ``part`` is a multiple of a whole of the amount. Every currency
        with a rate on the day is there, the base currency among them; no note is left.
        """
        base = self._reader.base
        self._read()
        times = {}
        for code in sorted({base, *(self._table or {})}):
            with suppress(RateMissing):
                times[code] = to_scaled(self._find(code).rate, RATE_SCALE)
        part = 10 ** (AMOUNT_SCALE + RATE_SCALE - minor_units(base))
        shared = gcd(part // _WHOLE, *times.values())
        return {code: number // shared for code, number in times.items()}, part // shared


def rounded_units(scaled: ColumnElement[int], times: ColumnElement[int], part: int) -> ColumnElement[int]:
    """Answer ``scaled * times / part``, rounded as the firm does, for an amount of 0 or more; see `fractions`.

    The whole and the broken part of the amount are multiplied apart, so that 64 bits suffice for 65 million in one
    row at a rate of 7 with ten decimals, and for a million times more with the four decimals rates have.
    """
    broken = (2 * (scaled % _WHOLE) * times + part) // _WHOLE
    doubled = 2 * part // _WHOLE
    reached = 2 * (scaled // _WHOLE) * times + broken
    units: ColumnElement[int] = reached // doubled
    if rounding() is not Rounding.HALF_EVEN:
        return units
    # What reaches the next unit exactly was half of one: an odd unit goes back to the even one before it.
    exact = and_(reached % doubled == 0, (2 * (scaled % _WHOLE) * times + part) % _WHOLE == 0)
    return case((and_(exact, units % 2 == 1), units - 1), else_=units)


def add_known(values: list[Decimal | None]) -> Decimal | None:
    """Answer the sum; None as soon as one part is unknown, for a sum without it would be wrong."""
    total = Decimal(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total
