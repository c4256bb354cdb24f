"""The SQL condition behind each filter of a list."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_

from tradecrm.core.fields import FieldKind
from tradecrm.core.listing import TEXTS, Filter, Op, Period, operators, period_range
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _


def like_pattern(text: str, *, start: bool = False) -> str:
    """Answer the LIKE pattern of a typed text, its own percent signs and underscores taken literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%" if start else f"%{escaped}%"


def criterion(expression: Any, kind: FieldKind, chosen: Filter, today: date) -> ColumnElement[bool]:
    """Answer the condition of one filter.

    Raises Refusal when the operator does not belong to the kind or a value is missing.
    """
    if chosen.op not in operators(kind):
        raise Refusal.of(_("This list cannot be filtered that way; take the filter off."), chosen.key)
    if chosen.op in (Op.EMPTY, Op.FILLED):
        return _emptiness(expression, kind, empty=chosen.op is Op.EMPTY)
    if chosen.op in (Op.YES, Op.NO):
        return (
            expression.is_(True) if chosen.op is Op.YES else or_(expression.is_(False), expression.is_(None))
        )
    if chosen.op in (Op.ANY_OF, Op.NONE_OF):
        inside: ColumnElement[bool] = expression.in_(list(chosen.values)) if chosen.values else false()
        return inside if chosen.op is Op.ANY_OF else or_(not_(inside), expression.is_(None))
    if not chosen.values:
        raise Refusal.of(_("The filter has no value; type one or take the filter off."), chosen.key)
    if chosen.op is Op.PERIOD:
        first, last = period_range(Period(chosen.values[0]), today)
        return _between(expression, kind, first, last)
    return _compared(expression, kind, chosen)


def _compared(expression: Any, kind: FieldKind, chosen: Filter) -> ColumnElement[bool]:
    value = chosen.values[0]
    if chosen.op in (Op.CONTAINS, Op.STARTS):
        pattern = like_pattern(str(value), start=chosen.op is Op.STARTS)
        answer: ColumnElement[bool] = expression.ilike(pattern, escape="\\")
        return answer
    if chosen.op is Op.BETWEEN:
        return _between(expression, kind, value, chosen.values[1] if len(chosen.values) > 1 else None)
    if chosen.op is Op.AT_LEAST:
        return _between(expression, kind, value, None)
    if chosen.op is Op.AT_MOST:
        return _between(expression, kind, None, value)
    if kind in (FieldKind.DATE, FieldKind.DATETIME):
        return _between(expression, kind, value, value)
    same: ColumnElement[bool] = expression == value
    return same


def _between(expression: Any, kind: FieldKind, first: Any, last: Any) -> ColumnElement[bool]:
    """Compare with both ends included; a moment on the last day is still that day."""
    parts: list[ColumnElement[bool]] = []
    moments = kind is FieldKind.DATETIME
    if first is not None:
        low = datetime(first.year, first.month, first.day) if moments else first  # noqa: DTZ001 - kept in UTC
        parts.append(expression >= low)
    if last is not None:
        if moments:
            day_after = last + timedelta(days=1)
            end = datetime(day_after.year, day_after.month, day_after.day)  # noqa: DTZ001 - kept in UTC
            parts.append(expression < end)
        else:
            parts.append(expression <= last)
    return and_(*parts) if parts else expression.is_not(None)


def _emptiness(expression: Any, kind: FieldKind, *, empty: bool) -> ColumnElement[bool]:
    blank: ColumnElement[bool] = expression.is_(None)
    if kind in TEXTS:
        blank = or_(blank, expression == "")
    return blank if empty else not_(blank)
