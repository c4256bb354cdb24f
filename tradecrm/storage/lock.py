"""The lock that keeps a book to one program at a time and names who has it open."""

from __future__ import annotations

import errno
import json
import os
import platform
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from tradecrm.core.clock import Clock
from tradecrm.core.errors import BookLocked
from tradecrm.core.text import _
from tradecrm.storage.failures import explained

_FAR = 1 << 30
_HELD = frozenset((errno.EAGAIN, errno.EACCES, errno.EDEADLK))
_UNSUPPORTED = frozenset((errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL))


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a book open: person, computer, process, and since when (UTC, ISO text)."""

    person: str
    machine: str
    pid: int
    started: float
    since: str

    @classmethod
    def here(cls, person: str, clock: Clock) -> Holder:
        """Answer this process as the holder."""
        return cls(
            person, platform.node(), os.getpid(), _started(os.getpid()) or 0.0, clock.now().isoformat()
        )

    @property
    def is_here(self) -> bool:
        """Tell whether the holder is on this computer."""
        return self.machine == platform.node()

    @property
    def is_alive(self) -> bool:
        """Tell whether the holder's process still runs; a later process with the same number does not count."""
        started = _started(self.pid)
        return started is not None and abs(started - self.started) < 1.0


def _started(pid: int) -> float | None:
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def _seize(descriptor: int) -> bool | None:
    """Take the system's lock without waiting: True taken, False held, None when the disk knows no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            # Windows hides locked bytes from readers, so a byte far behind the holder's name is locked.
            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        if exc.errno in _HELD:
            return False
        if exc.errno in _UNSUPPORTED:
            return None
        raise
    return True


def _read(descriptor: int) -> Holder | None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        return Holder(**json.loads(os.read(descriptor, 4096).decode("utf-8")))
    except (ValueError, TypeError):
        return None


def _locked(path: Path, holder: Holder | None) -> BookLocked:
    if holder is None:
        return BookLocked(
            _("The book {path} is open in another program. Close it there, then open it here.").format(
                path=path
            )
        )
    since = datetime.fromisoformat(holder.since).astimezone().strftime("%Y-%m-%d %H:%M")
    if holder.is_here:
        text = _(
            "The book {path} has been open on this computer since {since}, by {person}. "
            "Use that window, or close it first."
        )
    else:
        text = _(
            "The book {path} has been open on the computer {machine} since {since}, by {person}. "
            "Close it there first. If that computer was switched off, take the book over."
        )
    return BookLocked(text.format(path=path, machine=holder.machine, since=since, person=holder.person))


def lock_path(book: Path) -> Path:
    """Answer the file beside ``book`` that is locked while it is open and gone when it is closed."""
    return book.with_name(book.name + ".lock")


class BookLock:
    """The lock of one book, held until ``release``; it ends by itself when the process dies."""

    def __init__(self, book: Path, descriptor: int, holder: Holder) -> None:
        self.book = book
        self.holder = holder
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, book: Path, person: str, clock: Clock, *, take_over: bool = False) -> BookLock:
        """Lock ``book`` for ``person``.

        A lock left by a process of this computer that has died is taken quietly. One left by another computer
        is taken only with ``take_over``, and never from a program that still holds it. Raises BookLocked naming
        the holder, BookReadOnly or DiskFull when the folder takes no file.
        """
        place = lock_path(book)
        with explained(book):
            while True:
                descriptor = os.open(place, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
                try:
                    _seize_or_refuse(descriptor, book, take_over)
                    # The last holder may have removed the file between our opening and our locking it.
                    if _same_file(descriptor, place):
                        lock = cls(book, descriptor, Holder.here(person, clock))
                        lock._write()
                        return lock
                except BaseException:
                    os.close(descriptor)
                    raise
                os.close(descriptor)

    def _write(self) -> None:
        content = json.dumps(asdict(self.holder), ensure_ascii=False).encode("utf-8")
        descriptor = self._descriptor
        assert descriptor is not None
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, content)
        os.fsync(descriptor)

    def release(self) -> None:
        """Give the book free and remove the file beside it; doing it twice is harmless."""
        if self._descriptor is None:
            return
        place = lock_path(self.book)
        if sys.platform == "win32":
            os.close(self._descriptor)
            with suppress(OSError):
                place.unlink()
        else:
            with suppress(OSError):
                place.unlink()
            os.close(self._descriptor)
        self._descriptor = None


def _seize_or_refuse(descriptor: int, book: Path, take_over: bool) -> None:
    taken = _seize(descriptor)
    other = _read(descriptor)
    if taken is False or _still_held(other, taken, take_over):
        raise _locked(book, other)


def _still_held(other: Holder | None, taken: bool | None, take_over: bool) -> bool:
    if other is None:
        return False
    if not other.is_here:
        return not take_over
    return taken is None and other.is_alive


def _same_file(descriptor: int, place: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), place.stat())
    except FileNotFoundError:
        return False
