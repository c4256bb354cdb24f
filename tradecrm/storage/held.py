"""What every open book has, whichever store holds it: a file, or a database on the firm's server."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Engine

from tradecrm.core.address import Place


class BookStore(Protocol):
    """An open book's engines, the guard that says errors in words, and its place.

    What only a file has (backups, its key, what stands beside it) is asked of ``storage.store.Store``; the
    server's own administrator keeps the backups of a book on a server.
    """

    @property
    def place(self) -> Place:
        """Answer where the book lies, by which it is known again."""

    @property
    def writer(self) -> Engine:
        """Answer the engine of the one writer: a transaction begins by waiting for its turn."""

    @property
    def reader(self) -> Engine:
        """Answer the engine of the readers: they cannot write, and see one state from begin to end."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Answer what the person should know about the place, or what was done on opening."""

    def guard(self) -> AbstractContextManager[None]:
        """Answer a block in which errors of the world are raised as BookErrors or Conflict, in words."""

    def mark_changed(self) -> None:
        """Note that a unit of work was committed."""

    @property
    def changed(self) -> bool:
        """Tell whether a backup of this program's own is worth making."""

    def tend(self) -> bool:
        """Do a small piece of what keeps the store quick, while nobody waits; answer whether more may be left."""

    def close(self) -> None:
        """Give the book free; doing it twice is harmless."""
