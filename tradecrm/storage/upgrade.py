"""Upgrade of an older book: on a copy, checked, compared with a fresh book, then swapped in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from tradecrm.core.clock import Clock
from tradecrm.core.errors import BookError, BookTooNew
from tradecrm.core.text import _
from tradecrm.storage import files, objects
from tradecrm.storage.backup import Backup, Reason, copy_online, make_backup
from tradecrm.storage.engines import building_engine, connect
from tradecrm.storage.failures import explained
from tradecrm.storage.inspection import inspect_file
from tradecrm.storage.keys import PUBLISHED, BookKey
from tradecrm.storage.schema import Schema

if TYPE_CHECKING:
    from alembic.config import Config


def alembic_config(connection: Connection, schema: Schema) -> Config:
    """Answer Alembic's settings for one run on ``connection``; no file of settings is read."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(schema.scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = schema.metadata
    return config


def migrate(connection: Connection, schema: Schema) -> None:
    """Run the migrations that are missing, up to the schema's head, in the connection's transaction."""
    from alembic import command

    command.upgrade(alembic_config(connection, schema), schema.head)


def fresh_catalog(schema: Schema) -> dict[str, str]:
    """Answer the catalog of a fresh book of ``schema``, made in memory."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool
    from sqlcipher3 import dbapi2

    engine = create_engine("sqlite+pysqlite://", module=dbapi2, poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            schema.build(connection)
            return objects.catalog(connection)
    finally:
        engine.dispose()


def too_new(path: Path, revision: str, schema: Schema) -> BookTooNew:
    """Answer the error of a book that a newer program has written."""
    return BookTooNew(
        _(
            "The book {path} was written by a newer program (revision {found}; this one knows up to {known}). "
            "Nothing was changed. Update the program on this computer, then open the book again."
        ).format(path=path, found=revision, known=schema.head)
    )


def upgrade_book(
    path: Path,
    folder: Path,
    clock: Clock,
    schema: Schema,
    *,
    key: BookKey = PUBLISHED,
    tell: Callable[[int, int], None] | None = None,
) -> Backup:
    """Bring the closed, locked book at ``path`` to the schema's head; answers the backup of the old one.

    Works on a copy beside the book; whatever goes wrong, the book stays as it was. Raises BookError when the
    result is not what a fresh book is, DiskFull, BookDamaged, and what a migration raises.
    """
    copy = path.with_name(f".{path.name}.upgrade")
    kept = make_backup(path, folder, clock, Reason.UPGRADE, key=key, tell=tell)
    with explained(path):
        files.remove(copy)
        try:
            source = connect(path, key)
            try:
                copy_online(source, copy, key, tell)
            finally:
                source.close()
            faults = _upgrade_copy(copy, key, schema)
            if faults:
                raise BookError(
                    _(
                        "The book {path} could not be brought to this version of the program: {faults}. It is as "
                        "it was. Use the former version of the program, and send this message to its makers."
                    ).format(path=path, faults="; ".join(faults))
                )
            files.swap_in(copy, path)
        finally:
            files.remove(copy)
    return kept


def _upgrade_copy(copy: Path, key: BookKey, schema: Schema) -> list[str]:
    engine = building_engine(copy, key)
    try:
        with engine.begin() as connection:
            migrate(connection, schema)
            objects.apply(connection, schema.metadata)
            found = objects.catalog(connection)
    finally:
        engine.dispose()
    faults = inspect_file(copy, key)
    if not faults:
        faults = objects.differences(found, fresh_catalog(schema))
    return faults
