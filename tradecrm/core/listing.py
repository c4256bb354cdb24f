"""What may be asked of a list: filters, periods and order as data, by the kind of field."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tradecrm.core.fields import NUMERIC, FieldKind


class Op(enum.StrEnum):
    """What a filter asks of a field."""

    CONTAINS = "contains"
    STARTS = "starts"
    IS = "is"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    PERIOD = "period"
    YES = "yes"
    NO = "no"
    EMPTY = "empty"
    FILLED = "filled"


class Period(enum.StrEnum):
    """Periods relative to today, so that a saved view stays true tomorrow."""

    TODAY = "today"
    THIS_WEEK = "this_week"
    NEXT_7_DAYS = "next_7_days"
    LAST_30_DAYS = "last_30_days"
    NEXT_30_DAYS = "next_30_days"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    NEXT_MONTH = "next_month"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"
    BEFORE_TODAY = "before_today"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition: the column's key, the operator, and its values (a period's name for ``PERIOD``)."""

    key: str
    op: Op
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order; empty values come last either way."""

    key: str
    descending: bool = False


TEXTS = frozenset({FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.CODE, FieldKind.EMAIL, FieldKind.PHONE,
                   FieldKind.URL})  # fmt: skip
_CODED = frozenset({FieldKind.CHOICE, FieldKind.CURRENCY, FieldKind.COUNTRY, FieldKind.REF})


def operators(kind: FieldKind) -> tuple[Op, ...]:
    """Answer what may be asked of a field of this kind, the usual question first."""
    empties = (Op.EMPTY, Op.FILLED)
    if kind in TEXTS:
        return (Op.CONTAINS, Op.STARTS, Op.IS, *empties)
    if kind in _CODED:
        return (Op.ANY_OF, Op.NONE_OF, *empties)
    if kind in NUMERIC:
        return (Op.AT_LEAST, Op.AT_MOST, Op.BETWEEN, Op.IS, *empties)
    if kind is FieldKind.BOOL:
        return (Op.YES, Op.NO)
    return (Op.PERIOD, Op.BETWEEN, Op.AT_LEAST, Op.AT_MOST, Op.IS, *empties)


def period_range(period: Period, today: date) -> tuple[date | None, date]:
    """Answer first and last day of a period seen from ``today``; no first day means since ever."""
    month = today.replace(day=1)
    after = _next_month(month)
    week = today - timedelta(days=today.weekday())
    day = timedelta(days=1)
    return {
        Period.TODAY: (today, today),
        Period.THIS_WEEK: (week, week + 6 * day),
        Period.NEXT_7_DAYS: (today, today + 6 * day),
        Period.LAST_30_DAYS: (today - 29 * day, today),
        Period.NEXT_30_DAYS: (today, today + 29 * day),
        Period.THIS_MONTH: (month, after - day),
        Period.LAST_MONTH: ((month - day).replace(day=1), month - day),
        Period.NEXT_MONTH: (after, _next_month(after) - day),
        Period.THIS_YEAR: (date(today.year, 1, 1), date(today.year, 12, 31)),
        Period.LAST_YEAR: (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        Period.BEFORE_TODAY: (None, today - day),
    }[period]


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
