"""Connections and engines of a book on a server: one writer at a time, readers that see one state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from tradecrm.core.address import ServerAddress
from tradecrm.storage.engines import APPLICATION_ID, READER_LANES

if TYPE_CHECKING:
    import psycopg

OLDEST_SERVER = 15
REACH_SECONDS = 10
"""So long a server that does not answer is waited for."""

TURN_SECONDS = 60
"""So long another person's writing is waited for."""

WRITING = f"SELECT pg_advisory_xact_lock({APPLICATION_ID}, 1)"
"""Takes the one turn to write, until the transaction ends; the server gives it back when a program dies."""


@dataclass(frozen=True, slots=True)
class Login:
    """How a person signs in at a server: ``repr`` never shows the password, so no log can hold it."""

    address: ServerAddress
    password: str | None = field(default=None, repr=False)


def client_version() -> int:
    """Answer the version of the library that speaks with servers (170002 is 17.2); ImportError when it is not there."""
    import psycopg

    return int(psycopg.pq.version())


def connect(login: Login, *, reading: bool = False) -> psycopg.Connection[Any]:
    """Open a connection; raises psycopg's errors. ``reading``: it refuses to write, one snapshot a transaction."""
    import psycopg

    address = login.address
    connection = psycopg.connect(
        host=address.host,
        port=address.port,
        dbname=address.database,
        user=address.user,
        password=login.password,
        connect_timeout=REACH_SECONDS,
        application_name="TradeCRM",
        client_encoding="UTF8",
        # A line that is dead is noticed within a minute, not after two hours.
        keepalives_idle=20,
        keepalives_interval=10,
        keepalives_count=3,
        # Our tables only, whatever schema the server would look into first for this person.
        options=f"-c search_path=public -c lock_timeout={TURN_SECONDS}s -c idle_in_transaction_session_timeout=0",
    )
    if reading:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
    return connection


def _engine(creator: Callable[[], Any], **pool: Any) -> Engine:
    from tradecrm.storage.server_dialect import write_alike

    return write_alike(
        create_engine("postgresql+psycopg://", creator=creator, use_native_hstore=False, **pool)
    )


def writer_engine(login: Login, begin: Callable[[Connection], None]) -> Engine:
    """Answer the engine of the one writer lane: every transaction waits for its turn, then ``begin`` looks.

    Writers follow one another as they do in a file. Each statement then sees all that was committed before,
    so what an operation checks is still so when it writes: no figure is computed on a state that is gone.
    """
    engine = _engine(
        lambda: connect(login),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=TURN_SECONDS,
        pool_pre_ping=True,
    )

    def take_turn(connection: Connection) -> None:
        connection.exec_driver_sql(WRITING)
        begin(connection)

    event.listen(engine, "begin", take_turn)
    return engine


def server_reader_engine(login: Login, lanes: int = READER_LANES) -> Engine:
    """Answer the engine of the reader lanes: connections that refuse to write, one snapshot a transaction."""
    return _engine(
        lambda: connect(login, reading=True),
        poolclass=QueuePool,
        pool_size=lanes,
        max_overflow=lanes,
        pool_pre_ping=True,
    )


def building_engine(login: Login) -> Engine:
    """Answer an engine for making and upgrading the tables; it takes the turn to write, keeps nothing open."""
    engine = _engine(lambda: connect(login), poolclass=NullPool)

    def take_turn(connection: Connection) -> None:
        connection.exec_driver_sql(WRITING)

    event.listen(engine, "begin", take_turn)
    return engine
