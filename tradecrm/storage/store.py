"""An open book: made, opened with every refusal in words, backed up, and closed to one file."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlcipher3 import dbapi2

from tradecrm.core.clock import Clock
from tradecrm.core.errors import BookError
from tradecrm.core.text import _
from tradecrm.storage import damage, files
from tradecrm.storage.backup import Backup, Reason, Tell, Verify, list_backups, make_backup, part_of
from tradecrm.storage.damage import Fingerprint
from tradecrm.storage.engines import (
    APPLICATION_ID,
    building_engine,
    connect,
    reader_engine,
    require_sqlite,
    writer_engine,
)
from tradecrm.storage.failures import damaged, explained, missing, no_folder
from tradecrm.storage.keys import PUBLISHED, BookKey
from tradecrm.storage.lock import BookLock
from tradecrm.storage.places import warnings_about
from tradecrm.storage.schema import Schema, present_schema
from tradecrm.storage.tending import merge_some
from tradecrm.storage.thinning import due


@dataclass(frozen=True, slots=True)
class Opening:
    """How a book is opened.

    ``folder`` holds its backups; ``last`` is the fingerprint kept from the last good opening; ``take_over``
    takes the lock that another computer left; ``schema`` is the program's own unless a test gives another.
    """

    key: BookKey = PUBLISHED
    folder: Path | None = None
    last: Fingerprint | None = None
    take_over: bool = False
    schema: Schema | None = None


def backup_folder(book: Path) -> Path:
    """Answer where the backups of ``book`` lie unless the person chose another place: a folder beside it."""
    return book.parent / f"{book.stem} backups"


class Store:
    """A book held open by this process: a writer engine, a reader engine, the lock, and its backups.

    ``warnings`` are sentences about where it lies or what was done on opening. Safe to use from several
    threads: SQLAlchemy's pools hand each its own connection.
    """

    def __init__(self, path: Path, lock: BookLock, opening: Opening, warnings: tuple[str, ...]) -> None:
        self.path = path
        self.key = opening.key
        self.folder = opening.folder or backup_folder(path)
        self.warnings = warnings
        self.fingerprint = damage.fingerprint(path, opening.key)
        self.writer = writer_engine(path, opening.key)
        self.reader = reader_engine(path, opening.key)
        self._lock = lock
        self._counting = threading.Lock()
        self._changes = 0
        self._kept = 0
        self._closed = False

    @property
    def place(self) -> Path:
        """Answer where the book lies: its file."""
        return self.path

    def guard(self) -> AbstractContextManager[None]:
        """Answer a block in which errors of disk, file and lock are raised as BookErrors in words."""
        return explained(self.path)

    def mark_changed(self) -> None:
        """Note that a unit of work was committed, so that a backup is worth making."""
        with self._counting:
            self._changes += 1

    def tend(self) -> bool:
        """Merge a piece of the search index, a few milliseconds long; answer whether more may be left."""
        with explained(self.path):
            return merge_some(self.writer)

    @property
    def changed(self) -> bool:
        """Tell whether anything was committed since the last backup of this opening."""
        return self._changes > self._kept

    def backups(self) -> list[Backup]:
        """Answer the verified backups of this book, newest first."""
        return list_backups(self.folder, self.path)

    def backup_due(self, now: datetime) -> bool:
        """Tell whether the backup of every 30 minutes of use is due."""
        if not self.changed:
            return False
        made = self.backups()
        return due(now, made[0].made if made else None, changed=True)

    def back_up(
        self, clock: Clock, reason: Reason, verify: Verify | None = None, tell: Tell | None = None
    ) -> Backup:
        """Make a verified backup of the open book; raises what ``make_backup`` raises."""
        seen = self._changes
        backup = make_backup(self.path, self.folder, clock, reason, key=self.key, verify=verify, tell=tell)
        with self._counting:
            self._kept = max(self._kept, seen)
        return backup

    def close(self) -> None:
        """Write everything into the one file, remove what stood beside it and give the book free."""
        if self._closed:
            return
        self._closed = True
        try:
            self.reader.dispose()
            self.writer.dispose()
            with explained(self.path):
                _fold(self.path, self.key)
        finally:
            self._lock.release()


def _fold(path: Path, key: BookKey) -> None:
    connection = connect(path, key)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def create_book(path: Path, person: str, clock: Clock, opening: Opening | None = None) -> Store:
    """Make an empty book at ``path`` and open it for ``person``.

    Raises BookError when something stands there already, BookReadOnly, DiskFull, BookLocked.
    """
    require_sqlite()
    opening = opening or Opening()
    schema = opening.schema or present_schema()
    path = path.absolute()
    if path.exists():
        raise BookError(
            _("{path} is there already. Choose another name, or open that book.").format(path=path)
        )
    if not path.parent.is_dir():
        raise no_folder(path.parent)
    lock = BookLock.take(path, person, clock, take_over=opening.take_over)
    fresh = path.with_name(f".{path.name}.new")
    try:
        with explained(path):
            files.remove(fresh)
            _build(fresh, opening.key, schema)
            files.swap_in(fresh, path)
    finally:
        with suppress(OSError):
            files.remove(fresh)
        lock.release()
    return open_book(path, person, clock, opening)


def _build(fresh: Path, key: BookKey, schema: Schema) -> None:
    engine = building_engine(fresh, key, mode="rwc")
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            schema.build(connection)
    finally:
        engine.dispose()


def open_book(path: Path, person: str, clock: Clock, opening: Opening | None = None) -> Store:
    """Open the book at ``path`` for ``person``; an older one is upgraded first, its old file kept as a backup.

    Raises BookMissing, BookLocked (naming the holder), BookReadOnly, BookDamaged (saying whether the key or the
    file is the likely cause), BookTooNew, DiskFull; the book is then as it was.
    """
    require_sqlite()
    opening = opening or Opening()
    schema = opening.schema or present_schema()
    try:
        path = Path(path).resolve()
    except RuntimeError as circle:
        # Links that lead to one another lead to no book.
        raise missing(path) from circle
    if not path.is_file():
        raise missing(path)
    with explained(path), path.open("rb+"):
        pass
    lock = BookLock.take(path, person, clock, take_over=opening.take_over)
    try:
        warnings = warnings_about(path)
        _clear_unfinished(path)
        revision = _revision(path, opening)
        if revision != schema.head:
            warnings += _bring_up(path, revision, clock, opening, schema)
        return Store(path, lock, opening, warnings)
    except BaseException:
        lock.release()
        raise


def _clear_unfinished(path: Path) -> None:
    """Remove what an upgrade or a restoring that was cut off left beside the book: as large, and seen by nobody."""
    restored = path.with_name(f".{path.name}.restored")
    for left in (path.with_name(f".{path.name}.upgrade"), restored, part_of(restored)):
        with suppress(OSError):
            files.remove(left)


def _revision(path: Path, opening: Opening) -> str:
    """Answer the revision of the book by one SELECT; raises BookDamaged when it is no book of ours or broken."""
    try:
        connection = connect(path, opening.key)
        try:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise damage.sentence(path, damage.Cause.NOT_A_BOOK)
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
    except dbapi2.DatabaseError as exc:
        with explained(path):
            raise _cause_of(exc, path, opening) from exc
    if row is None:
        raise damaged(path)
    return str(row[0])


def _cause_of(exc: Exception, path: Path, opening: Opening) -> Exception:
    name = getattr(exc, "sqlite_errorname", "")
    if name == "SQLITE_ERROR":
        return damage.sentence(path, damage.Cause.NOT_A_BOOK)
    if name != "SQLITE_NOTADB":
        return exc
    folder = opening.folder or backup_folder(path)
    kept = [each.path for each in list_backups(folder, path)]
    return damage.sentence(path, damage.judge(path, opening.key, opening.last, kept))


def _bring_up(path: Path, revision: str, clock: Clock, opening: Opening, schema: Schema) -> tuple[str, ...]:
    from tradecrm.storage.upgrade import too_new, upgrade_book

    if revision not in schema.revisions:
        raise too_new(path, revision, schema)
    folder = opening.folder or backup_folder(path)
    kept = upgrade_book(path, folder, clock, schema, key=opening.key)
    return (
        _(
            "The book was brought to this version of the program. As it was before, it is kept at {path}."
        ).format(path=kept.path),
    )
