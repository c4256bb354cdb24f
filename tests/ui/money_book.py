"""A real book with a small firm at work, opened for tests of pages: seat, theme, lanes, a host that remembers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.services.conftest import TODAY
from tests.services.page_books import make_trading_book
from tests.services.trading_kit import Deal
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.services.book import Book
from tradecrm.storage.store import open_book
from tradecrm.ui.context import Page, PageContext, PageFactory
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.pages.crm import crm_pages
from tradecrm.ui.pages.money import money_pages
from tradecrm.ui.pages.reports import report_pages
from tradecrm.ui.present import Presenter
from tradecrm.ui.theme import Theme
from tradecrm.ui.toasts import ToastAction

__all__ = ["Room", "enter", "make_trading_book", "press", "registry", "room_of"]


@dataclass
class Host:
    """Remembers what pages opened and said."""

    opened: list[Link] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    actions: list[Callable[[], None]] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def open_link(self, link: Link) -> None:
        self.opened.append(link)

    def toast(
        self,
        text: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        *more: ToastAction,
    ) -> None:
        self.toasts.append(text)
        if action is not None:
            self.actions += [action, *(then for _words, then in more)]


@dataclass
class Room:
    """An open book with a context for its pages."""

    book: Book
    context: PageContext
    host: Host
    deal: Deal
    qtbot: QtBot

    def page(self, link: Link) -> Page:
        """Open the page of a link at the size of a small notebook."""
        made = registry()[link.target](self.context, link)
        assert isinstance(made, Page)
        self.qtbot.addWidget(made)
        made.resize(1178, 698)
        made.show()
        self.settle()
        return made

    def settle(self) -> None:
        """Wait until nothing is asked or written any more."""
        jobs = self.context.jobs
        self.qtbot.waitUntil(lambda: not jobs._open, timeout=20_000)


def registry() -> dict[str, PageFactory]:
    return {**crm_pages(), **money_pages(), **report_pages()}


@contextmanager
def room_of(source: Path, path: Path, deal: Deal, qtbot: QtBot) -> Iterator[Room]:
    """Open a copy of a book; everything is closed afterwards."""
    shutil.copyfile(source, path)
    clock = FixedClock.on(TODAY)
    book, jobs, host = Book(open_book(path, "Tests", clock), clock), Jobs(), Host()
    presenter = Presenter(host.toast, crash=host.faults.append)
    yield Room(book, PageContext(book.seat(), Theme(), jobs, host, presenter), host, deal, qtbot)
    jobs.close()
    book.close()
    if host.faults:
        raise host.faults[0]


def press(widget: QWidget, text: str) -> None:
    """Type letters of any script into the widget that has the keyboard."""
    for sign in text:
        event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
        QApplication.sendEvent(widget, event)


def enter(widget: QWidget) -> None:
    """Press Enter in a widget."""
    QTest.keyClick(widget, Qt.Key.Key_Return)
