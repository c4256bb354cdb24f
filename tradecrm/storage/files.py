"""Moving whole files so that a crash leaves either the old one or the new one, and one book is one file."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

_SIDES = ("-wal", "-shm", "-journal")


def side_files(book: Path) -> list[Path]:
    """Answer the files that SQLite may keep beside ``book``, there or not."""
    return [book.with_name(book.name + side) for side in _SIDES]


def remove(book: Path) -> None:
    """Remove a temporary book and everything beside it, as far as it is there."""
    for path in (book, *side_files(book)):
        with suppress(FileNotFoundError):
            path.unlink()


def remove_sides(book: Path) -> None:
    """Remove what lies beside a closed book: an old ``-wal`` would be replayed into whatever stands there."""
    for path in side_files(book):
        with suppress(FileNotFoundError):
            path.unlink()


def sync(path: Path) -> None:
    """Make the content of a file durable."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable; Windows keeps them without being asked."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def swap_in(fresh: Path, place: Path) -> None:
    """Put the finished file ``fresh`` at ``place`` in one step, durably, with nothing left beside it."""
    sync(fresh)
    remove_sides(place)
    fresh.replace(place)
    sync_folder(place.parent)
