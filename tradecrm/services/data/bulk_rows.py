"""Rows written as the driver takes them: one statement, values made once a column, nothing built for each row."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, repeat
from typing import Any

from sqlalchemy import Connection, Dialect, insert

BATCH = 5_000
"""Rows of one statement."""


def insert_columns(connection: Connection, table: Any, count: int, columns: Mapping[str, Any]) -> None:
    """Write ``count`` rows given by column: a list or range with a value for each row, or one value for all.

    A text is one value. Columns that are not named get the models' defaults, which are plain values there.
    """
    given = {**_defaults(table, columns), **columns}
    statement, names, positional = _insert(table, connection.dialect, tuple(given))
    rows: Iterable[Any] = zip(
        *(_bound(connection, table.c[name], given[name]) for name in names), strict=False
    )
    if not positional:
        rows = (dict(zip(names, row, strict=True)) for row in rows)
    connection.exec_driver_sql(statement, list(islice(rows, count)))


@functools.lru_cache(maxsize=256)
def _insert(table: Any, dialect: Dialect, columns: tuple[str, ...]) -> tuple[str, tuple[str, ...], bool]:
    """Answer the text of the statement, its columns in the order of its values, and whether these have no names."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(columns))
    return str(compiled), tuple(compiled.positiontup or columns), compiled.positional


def _defaults(table: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    missing = (column for column in table.c if column.name not in given)
    return {
        column.name: column.default.arg
        for column in missing
        if getattr(column, "default", None) is not None and column.default.is_scalar
    }


def _bound(connection: Connection, column: Any, values: Any) -> Iterable[Any]:
    """Answer the values as they are stored; what most columns hold needs nothing done."""
    make = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if not isinstance(values, (list, range)):
        return repeat(values if make is None else make(values))
    return values if make is None else map(make, values)


def spans(ids: Iterable[int]) -> list[tuple[int, int]]:
    """Answer numbers as ranges, both ends included: what was written in set form is one or few."""
    found: list[tuple[int, int]] = []
    for each in sorted(set(ids)):
        if found and each == found[-1][1] + 1:
            found[-1] = (found[-1][0], each)
        else:
            found.append((each, each))
    return found


def by_column(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Turn rows that name their columns alike into columns."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
