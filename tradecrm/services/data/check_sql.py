"""Plain SQL of the check, said in the words of the store at hand; cells answered as a file keeps them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from tradecrm.services.data.lean import as_in_file

_FILE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bgreatest\("), "max("),
    (re.compile(r"\bleast\("), "min("),
    (re.compile(r"\bmonth_of\(([\w.]+)\)"), r"substr(\1, 1, 7)"),
    (re.compile(r"\bday_of\(([\w.]+)\)"), r"\1"),
    (re.compile(r"\bjson_text\(([\w.]+)\)"), r"json_extract(\1, '$')"),
)
_SERVER: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("%"), "%%"),
    (re.compile(r"\bmonth_of\(([\w.]+)\)"), r"to_char(\1, 'YYYY-MM')"),
    (re.compile(r"\bday_of\(([\w.]+)\)"), r"CAST(\1 AS DATE)"),
    (re.compile(r"\bjson_text\(([\w.]+)\)"), r"(CAST(\1 AS json) #>> '{}')"),
)


@functools.lru_cache(maxsize=256)
def said(statement: str, store: str) -> str:
    """Answer a statement in the words of a store, by the name of its dialect.

    Five words are ours: ``greatest`` and ``least`` of several values, ``month_of(day)`` as ``2026-05``,
    ``day_of(text)`` and ``json_text(value)``. The rest is written so that both stores read it.
    """
    for pattern, words in _SERVER if store == "postgresql" else _FILE:
        statement = pattern.sub(words, statement)
    return statement


def answer(connection: Connection, statement: str) -> Iterator[tuple[Any, ...]]:
    """Answer the rows of a statement: days as ISO text, sums as whole numbers, in either store."""
    store = connection.dialect.name
    rows = connection.exec_driver_sql(said(statement, store))
    if store == "postgresql":
        return (tuple(map(as_in_file, row)) for row in rows)
    return (tuple(row) for row in rows)
