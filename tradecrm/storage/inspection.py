"""Is this file whole: page HMACs, structure, references, and the count of every table's rows."""

from __future__ import annotations

from pathlib import Path

from sqlcipher3 import dbapi2

from tradecrm.core.text import _
from tradecrm.storage.engines import connect
from tradecrm.storage.keys import PUBLISHED, BookKey

_MOST = 20


def faults_of(connection: dbapi2.Connection) -> list[str]:
    """Answer what is wrong with an open book as a file, at most 20 of each kind; empty when it is whole."""
    faults = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check").fetchmany(_MOST)]
    if faults:
        return faults
    found = connection.execute(f"PRAGMA integrity_check({_MOST})").fetchall()
    faults = [str(row[0]) for row in found if row[0] != "ok"]
    for child, rowid, parent, _number in connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST):
        faults.append(
            _("Row {row} of {table} refers to a row of {parent} that is not there.").format(
                row=rowid, table=child, parent=parent
            )
        )
    return faults


def row_counts(connection: dbapi2.Connection) -> dict[str, int]:
    """Answer the number of rows of every table that keeps rows of its own, by name."""
    names = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
    ).fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}  # noqa: S608


def inspect_file(path: Path, key: BookKey = PUBLISHED) -> list[str]:
    """Answer the faults of a closed book; the driver's errors mean that it cannot be read at all."""
    # A read-only connection to a book in WAL mode would leave files beside it.
    connection = connect(path, key)
    try:
        return faults_of(connection)
    finally:
        connection.close()
