"""Driver and system errors turned into sentences a person can act on: the one place that sorts codes."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import TimeoutError as PoolTimeout

from tradecrm.core.errors import (
    BookDamaged,
    BookError,
    BookLocked,
    BookMissing,
    BookReadOnly,
    DiskFull,
    Stopped,
    TradeError,
)
from tradecrm.core.text import _

_PERM, _BUSY, _LOCKED, _READONLY, _INTERRUPT, _IOERR = 3, 5, 6, 8, 9, 10
_CORRUPT, _FULL, _CANTOPEN, _NOTADB = 11, 13, 14, 26
_PRIMARY = 0xFF
_SAID = {
    "database or disk is full": _FULL,
    "attempt to write a readonly database": _READONLY,
    "unable to open database file": _CANTOPEN,
    "disk I/O error": _IOERR,
    "database disk image is malformed": _CORRUPT,
    "file is not a database": _NOTADB,
    "database is locked": _BUSY,
}
_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_DENIED = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))


def disk_full(path: Path) -> DiskFull:
    """Answer the error of a disk without room for what was to be written to ``path``."""
    return DiskFull(
        _(
            "There is no room left on the disk of {path}. Nothing was changed. "
            "Free some space there, then do it again."
        ).format(path=path)
    )


def read_only(path: Path) -> BookReadOnly:
    """Answer the error of a file or folder that does not let itself be written."""
    return BookReadOnly(
        _(
            "{path} cannot be written: the folder or the file is read-only for you. "
            "Copy the book to a folder of your own and open it there, or ask for the right to write."
        ).format(path=path)
    )


def missing(path: Path) -> BookMissing:
    """Answer the error of a book that is not where it was looked for."""
    return BookMissing(
        _(
            "There is no book at {path}. Choose another file, or look on the disk or stick it was moved to."
        ).format(path=path)
    )


def no_folder(path: Path) -> BookMissing:
    """Answer the error of a folder that something was to be written into."""
    return BookMissing(
        _("There is no folder {path}. Make it first, or choose another one.").format(path=path)
    )


def damaged(path: Path) -> BookDamaged:
    """Answer the error of a book with a page that is not what was written."""
    return BookDamaged(
        _(
            "The book {path} is damaged: a page is not what was written. No figure from it can be trusted. "
            "Close it and restore the last backup."
        ).format(path=path)
    )


def busy(path: Path) -> BookLocked:
    """Answer the error of a book that another program is writing to at this moment."""
    return BookLocked(
        _(
            "Another program is using the book {path} just now. Nothing was changed. "
            "Close that program, then do it again."
        ).format(path=path)
    )


def disk_error(path: Path) -> BookError:
    """Answer the error of a disk, stick or connection that failed while reading or writing."""
    return BookError(
        _(
            "The disk of {path} gave an error while it was read or written. What was last saved is kept. "
            "Check the disk, stick or cable, copy the book to another disk, and open it again."
        ).format(path=path)
    )


def _of_system(exc: OSError, path: Path) -> TradeError:
    if exc.errno in _NO_ROOM:
        return disk_full(path)
    if exc.errno in _DENIED:
        return read_only(path)
    if exc.errno == errno.ENOENT:
        return missing(path)
    return disk_error(path)


def _of_driver(code: int, path: Path) -> TradeError | None:
    primary = code & _PRIMARY
    if primary == _CANTOPEN and not path.exists():
        return missing(path)
    answer = {
        _FULL: disk_full,
        _READONLY: read_only,
        _CANTOPEN: read_only,
        _PERM: read_only,
        _NOTADB: damaged,
        _CORRUPT: damaged,
        _BUSY: busy,
        _LOCKED: busy,
        _IOERR: disk_error,
    }.get(primary)
    if answer is not None:
        return answer(path)
    if primary == _INTERRUPT:
        return Stopped(_("Stopped. Nothing was changed."))
    return None


def explain(exc: BaseException, path: Path) -> TradeError | None:
    """Answer the sentence for a driver's or the system's error about the book at ``path``.

    Takes the driver's own errors, those wrapped by SQLAlchemy and OSError. None means that the world did
    not do it (a constraint, a wrong statement): the caller lets the error through as a fault to report.
    """
    if isinstance(exc, TradeError):
        return exc
    if isinstance(exc, PoolTimeout):
        return busy(path)
    original = getattr(exc, "orig", None) or exc
    code = getattr(original, "sqlite_errorcode", None)
    if code is None and type(original).__module__.startswith("sqlcipher3"):
        # The driver's online backup raises its errors without a code.
        code = _SAID.get(str(original))
    if isinstance(code, int):
        return _of_driver(code, path)
    if isinstance(original, OSError):
        return _of_system(original, path)
    return None


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raise the errors of the world inside the block as the sentences of ``explain``; let others through."""
    try:
        yield
    except Exception as exc:
        known = explain(exc, path)
        if known is None or known is exc:
            raise
        raise known from exc
