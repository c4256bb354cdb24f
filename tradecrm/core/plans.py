"""Collection and payment plans (收付款计划): expected days, buckets of time, repeats, running cash (section 3.8)."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.dates import add_months
from tradecrm.core.money import round_to
from tradecrm.core.text import N_

ZERO = Decimal(0)


class Ground(enum.StrEnum):
    """Why money is expected on a day: promised, due, due with the usual delay, estimated, or not known at all."""

    PROMISED = "promised"
    DUE = "due"
    DELAYED = "delayed"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


GROUND_TITLES: tuple[tuple[Ground, str], ...] = (
    (Ground.PROMISED, N_("Promised")),
    (Ground.DUE, N_("Due date")),
    (Ground.DELAYED, N_("Due date with usual delay")),
    (Ground.ESTIMATED, N_("Estimated")),
    (Ground.UNKNOWN, N_("Not known")),
)


class Step(enum.StrEnum):
    """How long a bucket of a plan is; weeks begin on Monday."""

    WEEK = "week"
    MONTH = "month"


class Every(enum.StrEnum):
    """How often planned money repeats."""

    ONCE = "once"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


_MONTHS = {Every.MONTHLY: 1, Every.QUARTERLY: 3, Every.YEARLY: 12}


@dataclass(frozen=True, slots=True)
class Expected:
    """The day on which money is expected, None when nobody can tell, and why."""

    day: date | None
    ground: Ground


def expected_day(
    promised: date | None, due: date | None, delay: int | None = None, estimated: date | None = None
) -> Expected:
    """Answer the promised day, else the due day with the usual ``delay`` in days, else the estimate (section 3.8)."""
    if promised is not None:
        return Expected(promised, Ground.PROMISED)
    if due is not None:
        if delay:
            return Expected(due + timedelta(days=delay), Ground.DELAYED)
        return Expected(due, Ground.DUE)
    if estimated is not None:
        return Expected(estimated, Ground.ESTIMATED)
    return Expected(None, Ground.UNKNOWN)


def average_delay(weighted: Decimal, amount: Decimal, *, floor: bool = False) -> int | None:
    """Answer Σ(days late × amount) / Σ amount in whole days, half up; None without any paid instalment.

    Early payment is negative; ``floor`` takes it as 0 (section 3.8).
    """
    if amount == 0:
        return None
    days = int(round_to(weighted / amount, 0))
    return max(days, 0) if floor else days


def period_start(day: date, step: Step) -> date:
    """Answer the first day of the week or month of ``day``."""
    if step is Step.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday())


def next_period(start: date, step: Step) -> date:
    """Answer the first day of the period after the one that begins on ``start``."""
    return add_months(start, 1) if step is Step.MONTH else start + timedelta(days=7)


def period_of(day: date | None, today: date, step: Step) -> date | None:
    """Answer the first day of the bucket of money expected on ``day``; ``date.min`` for overdue, None for undated."""
    if day is None:
        return None
    return date.min if day < today else period_start(day, step)


def repeats(first: date, every: Every, until: date | None, start: date, end: date) -> Iterator[date]:
    """Yield the days from ``start`` to ``end`` of money planned from ``first`` on; the 31st falls on month ends."""
    last = end if until is None else min(end, until)
    months = _MONTHS.get(every, 0)
    count = 0
    day = first
    while day <= last:
        if day >= start:
            yield day
        if not months:
            return
        count += 1
        day = add_months(first, months * count)


@dataclass(frozen=True, slots=True)
class Running:
    """Running cash at the end of a day with movement; ``incoming`` and ``outgoing`` without sign."""

    day: date
    incoming: Decimal
    outgoing: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Projection:
    """What an account will hold: ``opening + in − out`` by day, the least balance, and the first negative day."""

    opening: Decimal
    days: tuple[Running, ...]
    least: Decimal
    first_negative: date | None


def project(opening: Decimal, today: date, flows: Iterable[tuple[date, Decimal]]) -> Projection:
    """Run the cash of an account from ``opening`` on; what was expected before ``today`` counts today (section 3.8)."""
    sums: dict[date, list[Decimal]] = {}
    for day, amount in flows:
        pair = sums.setdefault(max(day, today), [ZERO, ZERO])
        pair[0 if amount > 0 else 1] += abs(amount)
    balance = least = opening
    negative = today if opening < 0 else None
    days = []
    for day in sorted(sums):
        incoming, outgoing = sums[day]
        balance += incoming - outgoing
        least = min(least, balance)
        if balance < 0 and negative is None:
            negative = day
        days.append(Running(day, incoming, outgoing, balance))
    return Projection(opening, tuple(days), least, negative)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What a contract still brings or costs beyond what is invoiced: the deposit asked for, and the balance."""

    deposit: Decimal
    balance: Decimal


def undelivered(
    *, rest: Decimal, total: Decimal, deposit_due: Decimal, received: Decimal, left: Decimal, share: Decimal
) -> Undelivered:
    """Split what is still to come of a contract (section 16.13); amounts in its currency.

    ``rest`` is its undelivered value, ``left`` the deposit money not applied yet, which pays part of it;
    ``received`` all deposit money ever received; ``share`` the part of ``deposit_due`` that belongs to ``rest``.
    """
    if total <= 0 or rest <= 0:
        return Undelivered(ZERO, ZERO)
    to_come = max(ZERO, rest - max(ZERO, left))
    missing = max(ZERO, deposit_due - received)
    deposit = min(to_come, missing, max(ZERO, share - max(ZERO, left)))
    return Undelivered(deposit, to_come - deposit)


def periods_between(first: date, last: date, step: Step) -> Sequence[date]:
    """Answer the first days of all periods that touch the days from ``first`` to ``last``."""
    found, at = [], period_start(first, step)
    while at <= last:
        found.append(at)
        at = next_period(at, step)
    return found
