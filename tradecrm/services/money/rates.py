"""The rate table: entering rates, and finding the one that holds (domain.md section 0)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Select, bindparam, select

from tradecrm.core.money import currency_problems
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import FoundRate, Quote, RateRow, RateType, find_rate, parse_quote, stale_warning
from tradecrm.core.text import _
from tradecrm.models import Rate
from tradecrm.services.prepared import prepared_rows
from tradecrm.services.work import Reader, Work, operation

_WHOLE_PERIOD = frozenset({RateType.BUDGET, RateType.CUSTOMS})


def rate_for(
    reader: Reader, kind: RateType, currency: str, day: date, *, manual: Decimal | None = None
) -> FoundRate:
    """Answer the rate of ``currency`` on ``day``; raises RateMissing. A stale rate warns within an operation."""
    rows: list[RateRow] = []
    base = reader.base
    if currency != base and manual is None:
        stale = reader.settings.max_stale_days
        first = day.replace(month=1, day=1) if kind in _WHOLE_PERIOD else day - timedelta(days=stale)
        last = day.replace(month=12, day=31) if kind in _WHOLE_PERIOD else day
        keys = {"kind": kind.value, "currency": currency, "first": first, "last": last}
        rows = [
            RateRow(kind, currency, at, rate, source)
            for at, rate, source in prepared_rows(reader.session, _rates_between(), **keys)
        ]
    found = find_rate(
        rows,
        kind,
        currency,
        day,
        base=base,
        manual=manual,
        max_stale_days=reader.settings.max_stale_days,
    )
    warning = stale_warning(found, kind, currency, day)
    if warning and isinstance(reader, Work):
        reader.warn(warning)
    return found


@functools.cache
def _rates_between() -> Select[date, Decimal, str]:
    first, last = (bindparam(name, type_=Rate.day.type) for name in ("first", "last"))
    return select(Rate.day, Rate.rate, Rate.source).where(
        Rate.kind == bindparam("kind"),
        Rate.currency == bindparam("currency"),
        Rate.day >= first,
        Rate.day <= last,
    )


@dataclass(frozen=True, slots=True)
class SaveRate:
    """A rate to enter: type, currency, day and the quote as typed (``7.06``, ``706/100``, ``1/0.1416``).

    With ``rate`` the quote is only words, such as those of a cross rate.
    """

    kind: RateType
    currency: str
    day: date
    quote: str
    source: str = ""
    rate: Decimal | None = None

    def read(self) -> Quote:
        """Answer the rate with its quote; raises Refusal for a quote that cannot be read."""
        return parse_quote(self.quote) if self.rate is None else Quote(self.rate, self.quote)


def check_rate(command: SaveRate) -> list[Problem]:
    """Answer what is wrong with a rate."""
    if wrong := currency_problems("currency", command.currency):
        return wrong
    if command.rate is not None and command.rate <= 0:
        return [Problem("rate", _("The rate must be above zero."))]
    return []


@operation("rate.write", check=check_rate)
def save_rate(work: Work, command: SaveRate) -> int:
    """Enter or replace the rate of a type, currency and day; answers its id. The base currency has none."""
    _demand_foreign(work, (command,), "currency")
    quote = command.read()
    found = work.session.scalars(
        select(Rate).where(
            Rate.kind == command.kind.value, Rate.currency == command.currency, Rate.day == command.day
        )
    ).one_or_none()
    if found is None:
        found = Rate(kind=command.kind.value, currency=command.currency, day=command.day)
    found.rate = quote.rate
    found.quote = quote.text
    found.source = command.source
    return work.add(found).id


def _demand_foreign(work: Work, rates: Sequence[SaveRate], field: str) -> None:
    """Refuse rates of the base currency, each at its ``field``: no figure would ever use them."""
    problems = tuple(
        Problem(field.format(place=place), _("The rate of the base currency is always 1."))
        for place, rate in enumerate(rates)
        if rate.currency == work.base
    )
    if problems:
        raise Refusal(problems)


@dataclass(frozen=True, slots=True)
class SaveRates:
    """Many rates to enter at once, such as a bank's table of a month."""

    rates: tuple[SaveRate, ...]


def check_rates(command: SaveRates) -> list[Problem]:
    """Answer what is wrong with the rates, each at its place in the list."""
    return [
        Problem(f"rates.{position}.{problem.field}", problem.message)
        for position, rate in enumerate(command.rates)
        for problem in check_rate(rate)
    ]


@operation("rate.write", check=check_rates)
def save_rates(work: Work, command: SaveRates) -> int:
    """Enter or replace many rates in one unit of work; answers how many. The last of two for one day stays."""
    if not command.rates:
        return 0
    _demand_foreign(work, command.rates, "rates.{place}.currency")
    first, last = min(rate.day for rate in command.rates), max(rate.day for rate in command.rates)
    stored = work.session.scalars(select(Rate).where(Rate.day >= first, Rate.day <= last))
    known = {(row.kind, row.currency, row.day): row for row in stored}
    for rate in command.rates:
        quote = rate.read()
        key = (rate.kind.value, rate.currency, rate.day)
        row = known.get(key)
        if row is None:
            row = known[key] = Rate(kind=key[0], currency=rate.currency, day=rate.day)
            work.session.add(row)
        row.rate, row.quote, row.source = quote.rate, quote.text, rate.source
    work.session.flush()
    return len(command.rates)


@dataclass(frozen=True, slots=True)
class KnownRate:
    """What the table holds already for the type, currency and day of a rate: the rate and its source."""

    rate: Decimal
    source: str


def known_rates(reader: Reader, rates: Sequence[SaveRate]) -> dict[tuple[str, str, date], KnownRate]:
    """Answer the rates of the table that entering these would replace or repeat, by type, currency and day.

    Replacing a rate changes no figure that was posted: what was posted keeps its own rate.
    """
    reader.actor.demand("rate.read")
    if not rates:
        return {}
    first, last = min(rate.day for rate in rates), max(rate.day for rate in rates)
    wanted = {(rate.kind.value, rate.currency, rate.day) for rate in rates}
    rows = reader.session.scalars(select(Rate).where(Rate.day >= first, Rate.day <= last))
    return {
        key: KnownRate(row.rate, row.source)
        for row in rows
        if (key := (row.kind, row.currency, row.day)) in wanted
    }
