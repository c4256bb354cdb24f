"""Statements compiled once and answered as the driver gives the rows, for what is asked at every key press.

Building and compiling a statement costs more than running it, and the objects around a row more than the row.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.dialects import sqlite

from tradecrm.services.work import Reader


@functools.cache
def _spelled(make: Callable[..., Any], args: tuple[Any, ...]) -> tuple[str, Mapping[str, Any]]:
    compiled = make(*args).compile(dialect=sqlite.dialect(paramstyle="named"))
    return str(compiled), dict(compiled.params)


def lean_rows(
    reader: Reader, make: Callable[..., Any], *args: Any, values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """Answer the rows of the statement that ``make(*args)`` builds, which is built once for the same ``args``.

    It reads plain tables: its callers see to it that the acting person may see all of them. ``values`` and the
    cells of the rows are as the book keeps them: days as ISO text, money as scaled integers.
    """
    text, fixed = _spelled(make, args)
    result = reader.session.connection().exec_driver_sql(text, {**fixed, **values})
    assert result.cursor is not None
    rows = list(result.cursor.fetchall())
    result.close()
    return rows
