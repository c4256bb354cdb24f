"""A book on the firm's own server: opened, made and brought up with every refusal in words."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from tradecrm.core.address import ServerAddress
from tradecrm.core.errors import BookDamaged, BookEmpty, BookError, BookOlder, BookTooNew
from tradecrm.core.text import _
from tradecrm.storage import server_objects
from tradecrm.storage.schema import VERSION_TABLE, Schema, present_schema
from tradecrm.storage.server_engines import (
    OLDEST_SERVER,
    Login,
    building_engine,
    server_reader_engine,
    writer_engine,
)
from tradecrm.storage.server_failures import explained

MARK = "TradeCRM book"
"""The comment on the table of the revision, by which a book is known among other databases."""

_REVISION = text("SELECT version_num FROM alembic_version")
_TABLES = text(
    "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')"
)
_MARKED = text("SELECT obj_description(to_regclass('public.alembic_version'), 'pg_class')")


@dataclass(frozen=True, slots=True)
class ServerOpening:
    """How a book on a server is opened; ``upgrade`` brings the tables of an older program up."""

    password: str | None = None
    upgrade: bool = False
    schema: Schema | None = None

    def __repr__(self) -> str:
        """Show no password."""
        return f"ServerOpening(upgrade={self.upgrade})"


class ServerStore:
    """A book on a server, held open by this process. Safe to use from several threads.

    It keeps no backups and has no file: the server's administrator sees to them.
    """

    def __init__(self, login: Login, schema: Schema) -> None:
        self.place = login.address
        self.warnings: tuple[str, ...] = ()
        self.changed = False
        self.reader: Engine = server_reader_engine(login)
        self.writer: Engine = writer_engine(login, _same_revision(login.address, schema))

    def guard(self) -> AbstractContextManager[None]:
        """Answer a block in which errors of the server are raised as BookErrors or Conflict, in words."""
        return explained(self.place)

    def mark_changed(self) -> None:
        """Note nothing: no backup of this program's own depends on it."""

    def tend(self) -> bool:
        """Do nothing: the server tends its indexes itself."""
        return False

    def close(self) -> None:
        """End the connections; doing it twice is harmless."""
        self.reader.dispose()
        self.writer.dispose()


def _same_revision(address: ServerAddress, schema: Schema) -> Callable[[Connection], None]:
    """Answer what refuses to write when a newer program has brought the book up meanwhile."""

    def look(connection: Connection) -> None:
        found = connection.execute(_REVISION).scalar()
        if found != schema.head:
            raise _too_new(address, str(found), schema)

    return look


def _too_new(address: ServerAddress, revision: str, schema: Schema) -> BookTooNew:
    return BookTooNew(
        _(
            "The book {book} was brought up by a newer program (revision {found}; this one knows up to {known}). "
            "Nothing was changed. Update the program on this computer, then open the book again."
        ).format(book=address.database, found=revision, known=schema.head)
    )


def open_server_book(address: ServerAddress, opening: ServerOpening | None = None) -> ServerStore:
    """Open the book at ``address``.

    Raises PasswordNeeded, ServerAway, BookMissing, BookEmpty (tables may be made), BookOlder (they may be brought
    up), BookTooNew, BookDamaged when it is no book of this program, BookReadOnly; the book is then as it was.
    """
    opening = opening or ServerOpening()
    schema = opening.schema or present_schema()
    login = Login(address, opening.password)
    with explained(address):
        revision = _look(login)
        if revision is None:
            raise BookEmpty(
                _("The database {database} on {host} is empty: there is no book in it yet.").format(
                    database=address.database, host=address.host
                )
            )
        if revision not in schema.revisions:
            raise _too_new(address, revision, schema)
        if revision != schema.head:
            if not opening.upgrade:
                raise BookOlder(
                    _(
                        "The book {book} has the tables of an older program (revision {found}, now {known}). Once "
                        "they are brought up, every computer of the firm needs this version of the program."
                    ).format(book=address.database, found=revision, known=schema.head)
                )
            _bring_up(login, schema)
        return ServerStore(login, schema)


def create_server_book(address: ServerAddress, opening: ServerOpening | None = None) -> ServerStore:
    """Make the tables of a book in the empty database at ``address`` and open it.

    Raises BookError when tables stand there already, and what ``open_server_book`` raises; all tables are made
    or none.
    """
    opening = opening or ServerOpening()
    schema = opening.schema or present_schema()
    login = Login(address, opening.password)
    with explained(address):
        engine = building_engine(login)
        try:
            _look(login)
            with engine.begin() as connection:
                if connection.execute(_TABLES).scalar() and not _unused(connection, schema):
                    raise BookError(
                        _(
                            "The database {database} on {host} is not empty. Open the book in it, or ask the "
                            "server's administrator for an empty database."
                        ).format(database=address.database, host=address.host)
                    )
                if not connection.execute(_TABLES).scalar():
                    schema.build(connection)
                    _mark(connection)
        finally:
            engine.dispose()
    return open_server_book(address, opening)


def _unused(connection: Connection, schema: Schema) -> bool:
    """Tell whether a book was made here and never begun: the connection was lost before its first rows."""
    return (
        connection.execute(_MARKED).scalar() == MARK
        and connection.execute(_REVISION).scalar() == schema.head
        and connection.exec_driver_sql("SELECT count(*) FROM person").scalar() == 0
    )


def _mark(connection: Connection) -> None:
    connection.exec_driver_sql(f"COMMENT ON TABLE {VERSION_TABLE.name} IS '{MARK}'")


def _look(login: Login) -> str | None:
    """Answer the revision of the book, None for a database without tables; raises what keeps it from use."""
    address = login.address
    engine = server_reader_engine(login, 1)
    try:
        with engine.connect() as connection:
            version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
            signs = str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())
            _demand_server(address, version, signs)
            if not connection.execute(_TABLES).scalar():
                return None
            if connection.execute(_MARKED).scalar() != MARK:
                raise BookDamaged(
                    _(
                        "The database {database} on {host} holds other tables, not a book of this program. Look at "
                        "the name, or ask the server's administrator for an empty database."
                    ).format(database=address.database, host=address.host)
                )
            return str(connection.execute(_REVISION).scalar_one())
    finally:
        engine.dispose()


def _demand_server(address: ServerAddress, version: int, signs: str) -> None:
    if version < OLDEST_SERVER:
        raise BookError(
            _(
                "The server {host} is PostgreSQL {found}; books need {needed} or newer. Ask its administrator to "
                "update it."
            ).format(host=address.host, found=version, needed=OLDEST_SERVER)
        )
    if signs != "UTF8":
        raise BookError(
            _(
                "The database {database} keeps text as {found}, in which not every name can be written. Ask the "
                "server's administrator for a database with the encoding UTF8."
            ).format(database=address.database, found=signs)
        )


def _bring_up(login: Login, schema: Schema) -> None:
    """Bring the tables to the program's revision in one transaction; whatever goes wrong, they are as they were."""
    from tradecrm.storage.upgrade import migrate

    engine = building_engine(login)
    try:
        with engine.begin() as connection:
            migrate(connection, schema)
            server_objects.apply(connection, schema.metadata)
    finally:
        engine.dispose()
