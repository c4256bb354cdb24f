"""What the mapped classes cannot say: append-only triggers, the search index, and the catalog to compare by.

Recreating a table in a migration drops its triggers and some of its indexes without a word, so ``apply`` runs
after each upgrade as it runs in a fresh book.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, MetaData, Table, column, table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

SEARCH_NAME = "search_index"
SEARCH_INDEX = table(SEARCH_NAME, column("rowid"), column("terms"))
"""The search index as a construct for statements; ``SEARCH_INDEX.c.rowid`` comes from ``search_rowid``."""

_KINDS = 256
_RECORDS = 1 << 48
SEARCH_DDL = (
    f"CREATE VIRTUAL TABLE {SEARCH_NAME} USING fts5(terms, "
    # Terms come prepared as ASCII words; Chinese is found by phrases, so positions are kept. A prefix of a length
    # that is not listed is put together in memory from all its rows before the first is answered: 25 ms where
    # 100,000 records have the word, against 1 ms. Each word has a letter before it: these are 1 to 5 typed signs.
    "tokenize='ascii', columnsize=0, prefix='2 3 4 5 6')"
)
MERGE_WHEN_ASKED = f"INSERT INTO {SEARCH_NAME}({SEARCH_NAME}, rank) VALUES ('automerge', 0)"  # noqa: S608
"""Lets the index merge its parts in ``tending``, or when 16 stand on one level: by itself it merges within one writing
in thirty, for 40 to 80 ms of it."""
_SHADOWS = frozenset(f"{SEARCH_NAME}_{part}" for part in ("data", "idx", "content", "docsize", "config"))


class Matching(FunctionElement[bool]):
    """The rows of the search index that match: the query in a file's spelling, and in a server's."""

    inherit_cache = True
    name = "matching"
    # Of no type: where there are no booleans, one would be compared with 1, which MATCH does not bear.
    type = NullType()  # type: ignore[assignment]


@compiles(Matching)
def _in_file(element: Any, compiler: Any, **kw: Any) -> str:
    query, _other = element.clauses
    return f"{SEARCH_NAME} MATCH {compiler.process(query, **kw)}"


@compiles(Matching, "postgresql")
def _on_server(element: Any, compiler: Any, **kw: Any) -> str:
    _other, query = element.clauses
    return f"{SEARCH_NAME}.words @@ CAST({compiler.process(query, **kw)} AS tsquery)"


def follow_ids(connection: Connection, table: str) -> None:
    """Let the next id of a table come after those that were given by hand; a file needs nothing for it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\""  # noqa: S608
        )


def search_rowid(kind: int, record: int) -> int:
    """Answer the row of a record in the search index; ``kind`` is the number of its kind, 0 to 255.

    FTS5 finds rows by rowid only, so kind and record are folded into it: a change is one delete and one insert.
    The kind leads, so that the latest records of one kind are a range, which FTS5 walks without the others.
    """
    if not 0 <= kind < _KINDS:
        raise ValueError(f"a kind's number is 0 to {_KINDS - 1}, not {kind}")
    return kind * _RECORDS + record


def search_record(rowid: int) -> tuple[int, int]:
    """Answer (number of the kind, record) of a row of the search index."""
    return divmod(rowid, _RECORDS)


def append_only(metadata: MetaData) -> tuple[tuple[Table, tuple[str, ...]], ...]:
    """Answer the tables whose rows are never deleted, each with the columns that may still change.

    Declared by ``info={"append_only": True, "mutable": ("open_amount",)}``. KeyError names a mutable column
    that the table does not have.
    """
    found = []
    for entry in metadata.sorted_tables:
        if entry.info.get("append_only"):
            mutable = tuple(entry.columns[name].name for name in entry.info.get("mutable", ()))
            found.append((entry, mutable))
    return tuple(found)


def sqlite_triggers(metadata: MetaData) -> dict[str, str]:
    """Answer name and DDL of every trigger of an SQLite book."""
    triggers = {}
    for entry, mutable in append_only(metadata):
        kept = [f'"{each.name}"' for each in entry.columns if each.name not in mutable]
        of_columns = f" OF {', '.join(kept)}" if mutable else ""
        refuse = f"BEGIN SELECT RAISE(ABORT, '{entry.name} is append-only'); END"
        triggers[f"{entry.name}_no_update"] = (
            f"CREATE TRIGGER {entry.name}_no_update BEFORE UPDATE{of_columns} ON {entry.name} {refuse}"
        )
        triggers[f"{entry.name}_no_delete"] = (
            f"CREATE TRIGGER {entry.name}_no_delete BEFORE DELETE ON {entry.name} {refuse}"
        )
    return triggers


def apply(connection: Connection, metadata: MetaData) -> None:
    """Make the triggers anew, the search index and every index of ``metadata`` that is missing."""
    if connection.dialect.name == "postgresql":
        from tradecrm.storage import server_objects

        server_objects.apply(connection, metadata)
        return
    present = {
        name: kind for kind, name in connection.exec_driver_sql("SELECT type, name FROM sqlite_master").all()
    }
    for name, kind in present.items():
        if kind == "trigger":
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    for ddl in sqlite_triggers(metadata).values():
        connection.exec_driver_sql(ddl)
    if SEARCH_NAME not in present:
        connection.exec_driver_sql(SEARCH_DDL)
        connection.exec_driver_sql(MERGE_WHEN_ASKED)
    for entry in metadata.sorted_tables:
        for index in sorted(entry.indexes, key=lambda each: str(each.name)):
            if index.name not in present and entry.name in present:
                index.create(connection)


def build(connection: Connection, metadata: MetaData) -> None:
    """Make the whole schema of a fresh book, without its revision."""
    metadata.create_all(connection, checkfirst=False)
    apply(connection, metadata)


def catalog(connection: Connection) -> dict[str, str]:
    """Answer every object of an SQLite book by ``type name``, in a form that is equal for equal schemas.

    Columns and constraints are compared as a set, since ALTER TABLE puts a new column last; blanks and quotes
    do not count. Internal tables, statistics and the search index's shadows are left out.
    """
    rows = connection.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
    ).all()
    return {f"{kind} {name}": _normal(kind, sql) for kind, name, sql in rows if name not in _SHADOWS}


def differences(found: dict[str, str], wanted: dict[str, str]) -> list[str]:
    """Answer the objects of two catalogs that are missing, too many or not the same, by name."""
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))


def _normal(kind: str, sql: str) -> str:
    text = re.sub(r"\s+", " ", sql.replace('"', "")).strip()
    if kind != "table" or text.upper().startswith("CREATE VIRTUAL") or "(" not in text:
        return text
    head, body = text.split("(", 1)
    return f"{head.strip()} ({', '.join(sorted(_items(body.rsplit(')', 1)[0])))})"


def _items(body: str) -> Iterator[str]:
    """Part the body of a CREATE TABLE at its outer commas; text in quotes is left whole."""
    depth, quoted, start = 0, False, 0
    for at, sign in enumerate(body):
        if sign == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
        elif sign == "," and depth == 0:
            yield body[start:at].strip()
            start = at + 1
    yield body[start:].strip()
