"""Verified backups of a book: made while it is open, listed only when proved, thinned, restored, carried away."""

from __future__ import annotations

import enum
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlcipher3 import dbapi2

from tradecrm.core.clock import Clock
from tradecrm.core.errors import BookDamaged, BookError
from tradecrm.core.text import _
from tradecrm.storage import files
from tradecrm.storage.damage import Cause, judge, opens, sentence
from tradecrm.storage.engines import connect
from tradecrm.storage.failures import explained, missing, no_folder
from tradecrm.storage.inspection import faults_of, row_counts
from tradecrm.storage.keys import PUBLISHED, BookKey
from tradecrm.storage.lock import BookLock
from tradecrm.storage.thinning import plan_thinning

Verify = Callable[[Path], list[str]]
"""The services' own check of a closed copy: answers sentences, none when all is well."""

Tell = Callable[[int, int], None]
"""Told (pages done, pages in all) during a copy; may raise Stopped."""

_PAGES = 1000
_RECORD = ".json"
_PART = ".part"
_UNFINISHED_SECONDS = 3600
"""What was not written to for so long nobody is writing any more."""


class Reason(enum.StrEnum):
    """Why a backup was made."""

    CLOSING = "closing"
    REGULAR = "regular"
    UPGRADE = "upgrade"
    IMPORT = "import"
    RESTORE = "restore"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified backup: where, of which book, when made (UTC), why, rows in all, and size in bytes."""

    path: Path
    book: str
    made: datetime
    reason: Reason
    rows: int
    size: int


def copy_online(
    source: dbapi2.Connection, target: Path, key: BookKey, tell: Tell | None = None
) -> dict[str, int]:
    """Copy an open book as of one moment to the new file ``target``; answers the row counts of that moment.

    Writers go on meanwhile: the moment is held by a read transaction on ``source``. Raises the driver's errors.
    """
    copy = connect(target, key, mode="rwc")

    def progress(_status: int, remaining: int, total: int) -> None:
        if tell is not None:
            tell(total - remaining, total)

    try:
        source.execute("BEGIN")
        try:
            counts = row_counts(source)
            source.backup(copy, pages=_PAGES, progress=progress, sleep=0.0)
        finally:
            source.execute("ROLLBACK")
        # A copy that is not in WAL mode opens from a read-only stick too.
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        copy.close()
    return counts


def _prove(copy: Path, key: BookKey, counts: dict[str, int], verify: Verify | None, book: Path) -> None:
    connection = connect(copy, key, mode="ro")
    try:
        faults = faults_of(connection)
        if row_counts(connection) != counts:
            faults.append(_("The copy does not hold the same number of rows."))
    finally:
        connection.close()
    if not faults and verify is not None:
        faults = verify(copy)
    if faults:
        raise BookDamaged(
            _(
                "The copy of {path} was not kept, because its check found: {faults}. The last good backup is "
                "still there. Run the check of the book, and restore that backup if it finds the same."
            ).format(path=book, faults="; ".join(faults[:5]))
        )


def _proved_copy(
    book: Path, target: Path, key: BookKey, verify: Verify | None, tell: Tell | None
) -> dict[str, int]:
    """Make a verified, durable copy under a temporary name and rename it to ``target``."""
    part = part_of(target)
    try:
        with explained(book):
            source = connect(book, key)
        try:
            with explained(target):
                files.remove(part)
                counts = copy_online(source, part, key, tell)
        finally:
            source.close()
        with explained(target):
            _prove(part, key, counts, verify, book)
            files.swap_in(part, target)
    finally:
        with suppress(OSError):
            files.remove(part)
    return counts


def make_backup(
    book: Path,
    folder: Path,
    clock: Clock,
    reason: Reason,
    *,
    key: BookKey = PUBLISHED,
    verify: Verify | None = None,
    tell: Tell | None = None,
) -> Backup:
    """Back ``book`` up, open or closed, into ``folder`` (made if missing); answers the verified backup.

    Raises BookDamaged when the copy's check finds a fault, DiskFull, BookReadOnly, BookMissing, Stopped; no
    file is left then.
    """
    if not book.is_file():
        raise missing(book)
    made = clock.now()
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _clear_unfinished(folder, book)
    target = _free_name(folder, f"{book.stem} {made.astimezone():%Y-%m-%d %H%M%S} {reason}", book.suffix)
    counts = _proved_copy(book, target, key, verify, tell)
    backup = Backup(target, book.stem, made, reason, sum(counts.values()), target.stat().st_size)
    with explained(folder):
        _write_record(backup)
    return backup


def _clear_unfinished(folder: Path, book: Path) -> None:
    """Remove what backups of ``book`` that were cut off left unfinished: as large as the book, and seen by nobody."""
    for path in list(folder.iterdir()):
        unfinished = f"{book.suffix}{_PART}" in path.name or f"{book.suffix}{_RECORD}{_PART}" in path.name
        if path.name.startswith(f".{book.stem} ") and unfinished:
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _UNFINISHED_SECONDS:
                    path.unlink()


def _free_name(folder: Path, stem: str, suffix: str) -> Path:
    target, number = folder / f"{stem}{suffix}", 2
    while target.exists():
        target, number = folder / f"{stem} {number}{suffix}", number + 1
    return target


def part_of(path: Path) -> Path:
    """Answer the name under which a file is written until it is whole."""
    return path.with_name(f".{path.name}{_PART}")


def _record_of(path: Path) -> Path:
    return path.with_name(path.name + _RECORD)


def _write_record(backup: Backup) -> None:
    """Write beside a proved backup what it is; only a file with its record is listed."""
    place = _record_of(backup.path)
    part = part_of(place)
    content = {
        "book": backup.book,
        "made": backup.made.isoformat(),
        "reason": backup.reason.value,
        "rows": backup.rows,
        "size": backup.size,
    }
    # A name may have bytes that are no text: they are kept as they are.
    part.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8", errors="surrogateescape")
    files.swap_in(part, place)


def _read_record(record: Path) -> Backup | None:
    path = record.with_name(record.name.removesuffix(_RECORD))
    try:
        content = json.loads(record.read_text(encoding="utf-8", errors="surrogateescape"))
        backup = Backup(
            path,
            content["book"],
            datetime.fromisoformat(content["made"]),
            Reason(content["reason"]),
            int(content["rows"]),
            int(content["size"]),
        )
        return backup if path.stat().st_size == backup.size else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def list_backups(folder: Path, book: Path) -> list[Backup]:
    """Answer the verified backups of ``book`` in ``folder``, newest first; others' files are passed over."""
    if not folder.is_dir():
        return []
    found = (_read_record(record) for record in folder.glob(f"*{book.suffix}{_RECORD}"))
    mine = [backup for backup in found if backup is not None and backup.book == book.stem]
    return sorted(mine, key=lambda each: (each.made, each.path.name), reverse=True)


def thin(folder: Path, book: Path, now: datetime) -> list[Path]:
    """Remove the backups of ``book`` that the rule of ``plan_thinning`` lets go; answers their paths."""
    backups = list_backups(folder, book)
    gone = plan_thinning((each.made for each in backups), now)
    removed = []
    for backup in backups:
        if backup.made in gone:
            with explained(backup.path):
                _record_of(backup.path).unlink()
                backup.path.unlink()
            removed.append(backup.path)
    return removed


def copy_to(
    book: Path,
    target: Path,
    *,
    key: BookKey = PUBLISHED,
    verify: Verify | None = None,
    tell: Tell | None = None,
) -> Path:
    """Make a verified copy of ``book``, open or closed, at ``target``, such as a stick; answers ``target``.

    Raises BookError when something stands there already, and what ``make_backup`` raises.
    """
    if not book.is_file():
        raise missing(book)
    if target.exists():
        raise BookError(
            _("{path} is there already. Choose another name, or remove that file first.").format(path=target)
        )
    if not target.parent.is_dir():
        raise no_folder(target.parent)
    _proved_copy(book, target, key, verify, tell)
    return target


def restore(
    backup: Path,
    book: Path,
    folder: Path,
    person: str,
    clock: Clock,
    *,
    key: BookKey = PUBLISHED,
    verify: Verify | None = None,
    tell: Tell | None = None,
) -> Path | None:
    """Put ``backup`` in the place of the closed ``book``; answers where the present book was kept, if there was one.

    The present book is saved first: as a verified backup, or, when it is damaged, as a plain copy with what
    lies beside it. No backup is thinned. Raises BookLocked while the book is open, and what ``copy_to`` raises;
    the book is then as it was.
    """
    if not backup.is_file():
        raise missing(backup)
    if not opens(backup, key) and judge(backup, key) is Cause.NOT_A_BOOK:
        raise sentence(backup, Cause.NOT_A_BOOK)
    lock = BookLock.take(book, person, clock)
    fresh = book.with_name(f".{book.name}.restored")
    try:
        with explained(book):
            files.remove(fresh)
        _proved_copy(backup, fresh, key, verify, tell)
        # Only now: what is restored is good, and nothing is kept for a restore that is refused.
        kept = _keep_present(book, folder, clock, key) if book.exists() else None
        with explained(book):
            files.swap_in(fresh, book)
        return kept
    finally:
        with suppress(OSError):
            files.remove(fresh)
        lock.release()


def _keep_present(book: Path, folder: Path, clock: Clock, key: BookKey) -> Path:
    try:
        return make_backup(book, folder, clock, Reason.RESTORE, key=key).path
    except BookDamaged:
        import shutil

        aside = _free_name(
            book.parent, f"{book.stem} damaged {clock.now().astimezone():%Y-%m-%d %H%M%S}", book.suffix
        )
        with explained(book):
            for source, target in zip(
                (book, *files.side_files(book)), (aside, *files.side_files(aside)), strict=True
            ):
                if source.exists():
                    shutil.copy2(source, target)
        return aside
