"""A real book with the running example T1, and a context for the pages of trade."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.services.conftest import TODAY
from tests.services.page_books import write_book
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.services.book import Book, Seat
from tradecrm.services.data.sample.running_example import Example
from tradecrm.storage.store import open_book
from tradecrm.ui.context import PageContext
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.theme import Mode, Theme

__all__ = ["TODAY", "Room", "trade_room", "write_book"]


@dataclass
class Host:
    """Remembers what was opened and said."""

    links: list[Link] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)

    def open_link(self, link: Link) -> None:
        self.links.append(link)

    def toast(self, text: str, action_text: str = "", action: object = None, *more: object) -> None:
        self.toasts.append(text)


@dataclass
class Room:
    """A seat at an open book, the context of its pages, and the ids of the example if it was played."""

    seat: Seat
    context: PageContext
    host: Host
    dollars: int
    example: Example | None


@contextmanager
def trade_room(
    folder: Path, source: Path, application: QApplication | None = None, mode: Mode = Mode.LIGHT
) -> Iterator[Room]:
    """Open a copy of a book that `write_book` wrote, with a context over it."""
    path = folder / "trade.tcrm"
    shutil.copyfile(source, path)
    clock = FixedClock.on(TODAY)
    book = Book(open_book(path, "Tests", clock), clock)
    seat = book.seat()
    theme = Theme(mode)
    if application is not None:
        theme.apply(application)
    jobs = Jobs()
    host = Host()
    context = PageContext(seat, theme, jobs, host)
    try:
        yield Room(seat, context, host, 1, None)
    finally:
        jobs.close()
        book.close()
