"""Backups of an open book as the window asks for them: made, proved by the check, thinned, listed, restored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from tradecrm.core.clock import Clock
from tradecrm.core.progress import Progress
from tradecrm.core.text import _
from tradecrm.models import Account, Party, Product, Rate
from tradecrm.services.book import Book
from tradecrm.services.work import BookSession
from tradecrm.storage.backup import Backup, Reason, restore, thin
from tradecrm.storage.store import backup_folder

CLOSING, REGULAR, ASKED = Reason.CLOSING.value, Reason.REGULAR.value, Reason.ASKED.value


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A verified backup as a list shows it: its file, when it was made (UTC), why in words, rows and bytes."""

    path: Path
    made: datetime
    why: str
    rows: int
    size: int


def reason_title(reason: Reason) -> str:
    """Answer why a backup was made, in words."""
    return {
        Reason.CLOSING: _("on closing"),
        Reason.REGULAR: _("during work"),
        Reason.UPGRADE: _("before an upgrade"),
        Reason.IMPORT: _("before an import"),
        Reason.RESTORE: _("before a restore"),
        Reason.ASKED: _("asked for"),
    }[reason]


def _row(backup: Backup) -> BackupRow:
    return BackupRow(backup.path, backup.made, reason_title(backup.reason), backup.rows, backup.size)


def backup_rows(book: Book) -> tuple[BackupRow, ...]:
    """Answer the verified backups of an open book, newest first."""
    return tuple(_row(backup) for backup in book.file.backups())


def regular_backup_due(book: Book) -> bool:
    """Tell whether something changed and the last backup is 30 minutes old."""
    return book.file.backup_due(book.clock.now())


def back_up_book(book: Book, reason: str, progress: Progress | None = None) -> BackupRow:
    """Make a backup, prove it by the whole check of the book, then let old ones go.

    Raises BookDamaged when the check finds a fault (no backup is listed then), DiskFull, Stopped.
    """
    progress = progress or Progress()

    def tell(done: int, total: int) -> None:
        progress.tell(done, total, _("Copying"))

    def prove(copy: Path) -> list[str]:
        progress.tell(0, 0, _("Checking the copy"))
        from tradecrm.services.data.check import verify_book  # Not needed to open a book.

        return verify_book(copy)

    made = book.file.back_up(book.clock, Reason(reason), prove, tell)
    thin(book.file.folder, book.file.path, book.clock.now())
    return _row(made)


def back_up_before_import(book: Book, progress: Progress | None = None) -> BackupRow | None:
    """Make a verified backup before a bulk import (safekeeping.md section 1); None while the book holds nothing.

    None too for a book on a server, whose administrator keeps the backups. Raises what ``back_up_book`` raises;
    nothing should be brought in then.
    """
    if not book.in_file or not _holds_data(book):
        return None
    return back_up_book(book, Reason.IMPORT.value, progress)


def _holds_data(book: Book) -> bool:
    """Tell whether anything stands in the book that an import could spoil, whoever may see it."""
    with book.store.guard(), BookSession(book.store.reader) as session:
        return any(
            session.scalar(select(entity.id).limit(1)) is not None
            for entity in (Party, Product, Rate, Account)
        )


def restore_book(
    backup: Path, book: Path, person: str, clock: Clock, folder: Path | None = None
) -> Path | None:
    """Put a backup in the place of the closed book; answers where the present one was kept.

    That is in ``folder``, else in the usual one beside the book.
    Raises what ``storage.backup.restore`` raises; the book is then as it was.
    """
    from tradecrm.services.data.check import verify_book

    return restore(backup, book, folder or backup_folder(book), person, clock, verify=verify_book)
