"""Statements compiled once and answered as the driver gives the rows, for what is asked at every key press.

Building and compiling a statement costs more than running it, and the objects around a row more than the row.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.dialects import sqlite

from tradecrm.services.prepared import connection_of, run
from tradecrm.services.work import Reader


@functools.cache
def _dialect(store: str) -> Dialect:
    if store == "postgresql":
        from tradecrm.storage.server_dialect import server_dialect

        return server_dialect()
    return sqlite.dialect(paramstyle="named")


@functools.cache
def _spelled(make: Callable[..., Any], args: tuple[Any, ...], store: str) -> tuple[str, Mapping[str, Any]]:
    compiled = make(*args).compile(dialect=_dialect(store))
    return str(compiled), dict(compiled.params)


def as_in_file(value: Any) -> Any:
    """Answer a server's cell as a file keeps it: a day as ISO text, yes and no as 1 and 0."""
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool | Decimal) else value


def driver_rows(connection: Connection, statement: Select[Any]) -> Iterator[Any]:
    """Answer the rows of a statement as the driver gives them: for walks over whole tables of texts and numbers."""
    result = connection.execute(statement)
    cursor: Any = result.cursor
    try:
        yield from cursor
    finally:
        result.close()


def lean_rows(
    reader: Reader, make: Callable[..., Any], *args: Any, values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """Answer the rows of the statement that ``make(*args)`` builds, which is built once for the same ``args``.

    It reads plain tables: its callers see to it that the acting person may see all of them. ``values`` and the
    cells of the rows are as the book keeps them: days as ISO text, money as scaled integers.
    """
    connection = connection_of(reader.session)
    store = connection.dialect.name
    text, fixed = _spelled(make, args, store)
    rows = list(run(connection, text, {**fixed, **values}))
    if store == "postgresql":
        return [tuple(map(as_in_file, row)) for row in rows]
    return rows
