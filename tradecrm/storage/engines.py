"""Connections and engines of a book: keyed, durable, and with transactions begun by statement only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool
from sqlcipher3 import dbapi2

from tradecrm.core.errors import BookError
from tradecrm.core.text import _
from tradecrm.storage.keys import PUBLISHED, BookKey

OLDEST_SQLITE = (3, 53, 0)
APPLICATION_ID = 0x5443524D
"""``TCRM`` in the header of every book."""

WAIT_SECONDS = 5.0
_LANE_SECONDS = 60.0
READER_LANES = 4
_CACHE_KIB = 24_000


def require_sqlite(version: tuple[int, ...] = dbapi2.sqlite_version_info) -> None:
    """Raise BookError when the SQLite inside is older than 3.53, which can lose commits in WAL mode."""
    if version < OLDEST_SQLITE:
        raise BookError(
            _(
                "This program was installed with SQLite {found}; it needs {needed} or newer to keep books "
                "safely. Install the program again."
            ).format(
                found=".".join(map(str, version)),
                needed=".".join(map(str, OLDEST_SQLITE)),
            )
        )


def file_uri(path: Path, mode: str) -> str:
    """Answer SQLite's address of ``path``; ``mode`` is ro, rw or rwc (only rwc makes a file).

    A name may have bytes that are no text, such as one of an old stick in GB18030.
    """
    posix = path.absolute().as_posix()
    lead = "" if posix.startswith("/") else "/"
    return f"file://{lead}{quote(os.fsencode(posix), safe='/:')}?mode={mode}"


def connect(
    path: Path, key: BookKey = PUBLISHED, *, mode: str = "rw", wait: float = WAIT_SECONDS
) -> dbapi2.Connection:
    """Open a keyed connection with no transactions of the driver's own; its caller closes it.

    Usable from any one thread at a time. ``wait`` is how long a busy book is waited for, in seconds. Raises
    the driver's errors (see ``failures.explain``); the key itself is tried at the first statement.
    """
    connection = dbapi2.connect(
        file_uri(path, mode), uri=True, isolation_level=None, check_same_thread=False, timeout=wait
    )
    try:
        for statement in (
            key.pragma,
            "PRAGMA cipher_log_level = NONE",
            "PRAGMA trusted_schema = OFF",
            "PRAGMA temp_store = MEMORY",
            "PRAGMA mmap_size = 0",
            f"PRAGMA cache_size = -{_CACHE_KIB}",
        ):
            connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def _writing(path: Path, key: BookKey, *, mode: str = "rw", foreign_keys: bool = True) -> dbapi2.Connection:
    connection = connect(path, key, mode=mode)
    try:
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}",
            # INSERT OR REPLACE fires the triggers that refuse deletes only with this.
            "PRAGMA recursive_triggers = ON",
        ):
            connection.execute(statement).fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _reading(path: Path, key: BookKey) -> dbapi2.Connection:
    connection = connect(path, key)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _begin_with(engine: Engine, statement: str) -> Engine:
    def begin(connection: Connection) -> None:
        # By the driver itself: the library takes ten times as long to pass on a word, before every question.
        connection.connection.cursor().execute(statement)

    event.listen(engine, "begin", begin)
    return engine


def _engine(creator: Any, **pool: Any) -> Engine:
    return create_engine("sqlite+pysqlite://", module=dbapi2, creator=creator, **pool)


def writer_engine(path: Path, key: BookKey = PUBLISHED) -> Engine:
    """Answer the engine of the one writer lane: one connection, every transaction a ``BEGIN IMMEDIATE``.

    A read that turns into a write would get BUSY at once, so a unit of work takes the write lock first. The
    connection is kept, not reopened: opening costs 0.3 ms, but its page cache saves decrypting pages again.
    """
    engine = _engine(
        lambda: _writing(path, key),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=_LANE_SECONDS,
    )
    return _begin_with(engine, "BEGIN IMMEDIATE")


def reader_engine(path: Path, key: BookKey = PUBLISHED, lanes: int = READER_LANES) -> Engine:
    """Answer the engine of the reader lanes: connections that refuse to write, one snapshot a transaction."""
    engine = _engine(lambda: _reading(path, key), poolclass=QueuePool, pool_size=lanes, max_overflow=lanes)
    return _begin_with(engine, "BEGIN")


def building_engine(path: Path, key: BookKey = PUBLISHED, *, mode: str = "rw") -> Engine:
    """Answer an engine for making and upgrading books: foreign keys off, nothing kept open in a pool.

    Recreating a table with foreign keys on would delete its children by cascade.
    """
    engine = _engine(lambda: _writing(path, key, mode=mode, foreign_keys=False), poolclass=NullPool)
    return _begin_with(engine, "BEGIN IMMEDIATE")
