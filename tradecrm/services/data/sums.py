"""Sums of scaled columns that are the same exact integers in SQLite and in PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func
from sqlalchemy import type_coerce as coerce


def money_sum(expression: Any) -> ColumnElement[Any]:
    """Answer the sum of a scaled column in the column's own type, None for no rows.

    PostgreSQL adds 64-bit integers up to a numeric; cast back, a sum that does not fit is an error in both
    stores and never a rounded number.
    """
    added = cast(func.sum(coerce(expression, BigInteger)), BigInteger)
    return coerce(added, expression.type)


def whole(expression: Any) -> ColumnElement[int]:
    """Answer the sum of a scaled column as the stored 64-bit integer, 0 for no rows."""
    return func.coalesce(cast(func.sum(coerce(expression, BigInteger)), BigInteger), 0)
