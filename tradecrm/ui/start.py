"""Starts the window: theme, lanes, shell; paints first, then lets the book be opened on a lane."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from tradecrm import __version__
from tradecrm.core.address import Place, ServerAddress, SignIn, is_address, place_of, whole
from tradecrm.core.clock import Clock
from tradecrm.core.errors import TradeError
from tradecrm.core.links import Link
from tradecrm.core.money import round_as, show_whole_as
from tradecrm.core.problems import Refusal
from tradecrm.core.resources import resource_path
from tradecrm.core.text import _
from tradecrm.screens.menu import HOME
from tradecrm.ui.ahead import Ahead, with_first_page
from tradecrm.ui.context import PageContext, PageFactory
from tradecrm.ui.crash import CrashReports
from tradecrm.ui.entries import menu_entries, with_chinese
from tradecrm.ui.front import Application
from tradecrm.ui.interrupt import Interrupts
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.present import Presenter
from tradecrm.ui.quiet import QuietHours
from tradecrm.ui.serving import Serving
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.shell.window import MainWindow, Supply
from tradecrm.ui.speaking import speak
from tradecrm.ui.theme import Mode, Theme

if TYPE_CHECKING:
    from tradecrm.services.book import Book, Seat
    from tradecrm.ui.front import Front
    from tradecrm.ui.reminding import Reminding
    from tradecrm.ui.safekeeping import Safekeeping
    from tradecrm.ui.shell.matching import Entry
    from tradecrm.ui.shell.palette import Found, Provider

SWITCH_SECONDS = 0.002
"""How long a reader may hold the interpreter while the window waits; Python's own 5 ms is felt in scrolling."""


BEHIND_MS = 600
"""So long the first page has the lanes for itself, before the other pages are imported."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the rest of the program brings to the window, imported only after the first paint.

    ``open_book(path, firm, last)`` opens the book, or makes one for ``firm``, off the GUI thread, and imports the
    pages; ``last`` is what a good opening left (``Opened.proof``). ``records(reader, text)`` finds records for
    the search box. ``restore(backup, book)`` puts a backup in the place of a closed book. ``sample()`` answers
    the path of the sample book, made when it is not there. ``sign_in(address, given)`` keeps what a person gives to
    be let in by a server, for the next opening of its book. ``ready(window, context, book)`` starts what else
    lives beside the pages.
    """

    open_book: Callable[[Place, str, tuple[str, str] | None], Opened]
    records: Callable[..., Sequence[Entry]] | None = None
    ready: Callable[[MainWindow, PageContext, Book], None] | None = None
    restore: Callable[[Path, Path], object] | None = None
    sample: Callable[[], Path] | None = None
    sign_in: Callable[[ServerAddress, SignIn], None] | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """An open book with all that the window shows of it."""

    book: Book
    seat: Seat
    registry: Mapping[str, PageFactory]
    firm: str
    currency: str
    proof: tuple[str, str] = ("", "")
    """What tells a wrong password from a damaged file at the next opening, kept with the person's own settings."""
    warnings: tuple[str, ...] = ()
    people: tuple[tuple[int, str], ...] = ()
    """Id and name of everyone who may act; with more than one the window asks who it is."""
    ahead: Ahead | None = None
    """What the first page asks, asked already."""


class _AfterPaint(QObject):
    """Calls once, after the window has painted for the first time."""

    def __init__(self, window: MainWindow, then: Callable[[], object]) -> None:
        super().__init__(window)
        self._then: Callable[[], object] | None = then
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint."""
        if event.type() is QEvent.Type.Paint and self._then is not None:
            then, self._then = self._then, None
            QTimer.singleShot(0, self, then)
        return super().eventFilter(watched, event)


class Root:
    """Holds the parts of a running window together; it lives as long as the application."""

    def __init__(self, application: QApplication, rooms: Rooms, clock: Clock, state: ShellState) -> None:
        self.rooms = rooms
        self.state = state
        self.crashes = CrashReports(state.path.parent / "reports", __version__, clock)
        self.theme = Theme(_mode(state.text("theme")))
        self.theme.apply(application)
        self.jobs = Jobs()
        self.window = MainWindow(self.theme, state, self.jobs)
        self.presenter = Presenter(self.window.toast, self.window.show_dialog, self.crashes.record)
        self.window.on_faults_asked(self.show_last_fault)
        self.jobs.begun.connect(self.crashes.step)
        self.window.tabs.fronted.connect(self._on_front)
        self.opened: Opened | None = None
        self.context: PageContext | None = None
        self.keeper: Safekeeping | None = None
        self.reminding: Reminding | None = None
        self.again: Callable[[], object] | None = None
        """What is to be done with the closed book before the window opens it again; None to end."""
        self.next_book: Place | None = None
        """The book to open then; None for the same."""
        self._before: Callable[[], object] = _nothing
        self._closed = False
        self.serving = Serving(self)

    def start(self, path: Place | None, before: Callable[[], object] | None = None, why: str = "") -> None:
        """Show the window; load and open the book after the first paint, and after ``before``, on a lane.

        Without a book the first page says ``why`` there is none.
        """
        if before is not None:
            self._before = before
        if path is not None:
            self.window.restore_tabs(str(whole(path)))
        _AfterPaint(self.window, lambda: self._begin(path, why))
        self.window.show()

    def open_path(self, path: Place) -> None:
        """Open the book at ``path`` on a reader lane; the window is filled when it is there."""
        before, self._before = self._before, _nothing
        self.serving.trying(path)

        front = self.window.tabs.front or HOME

        def _open() -> Opened:
            before()
            return with_first_page(self.rooms.open_book(path, "", self._proof(path)), front)

        self.jobs.read(_open, then=self._meet, failed=self._not_opened, name="open_book")

    def create(self, path: Place, firm: str) -> None:
        """Make a new book for ``firm`` at ``path`` and open it."""
        self.serving.trying(path)
        self.jobs.read(
            lambda: with_first_page(self.rooms.open_book(path, firm, None), HOME),
            then=self._meet,
            failed=self._not_opened,
            name="create_book",
        )

    def open_sample(self) -> None:
        """Make the sample book if it is not there yet, and open it."""
        sample = self.rooms.sample
        if sample is None:
            return
        self.window.toast(_("The sample book is being made; the first time this takes up to a minute."))
        self.jobs.read(
            lambda: with_first_page(self.rooms.open_book(sample(), "", None), HOME),
            then=self._meet,
            failed=self._not_opened,
            name="open_sample",
        )

    def open_asked(self, path: Path) -> None:
        """Go to the book that the system's file manager was told to open, once what is under way is done."""
        from tradecrm.ui.switching import Switching

        self.jobs.when_idle(lambda: Switching(self).open_path(path))

    def close(self) -> None:
        """Let the writing finish and close the book."""
        self._closed = True
        if self.reminding is not None:
            self.reminding.stop()
        self.jobs.close()
        round_as(None)
        show_whole_as(None)
        if self.opened is not None:
            if self.opened.ahead is not None:
                self.opened.ahead.close()
            self.opened.book.close()

    def show_last_fault(self) -> None:
        """Show the newest report of a fault, or say that there is none."""
        from tradecrm.ui.crash_dialog import CrashDialog

        reports = self.crashes.all()
        if reports:
            CrashDialog(reports[-1], self.window, self.crashes.mark_seen).open()
        else:
            self.window.toast(_("There is no report of a fault."))

    def _on_front(self, link: Link | None) -> None:
        if link is not None:
            # The target alone: parameters may hold what a person typed.
            self.crashes.step(f"page {link.target}")

    def _begin(self, path: Place | None, why: str) -> None:
        from tradecrm.ui.switching import Switching

        self.window.on_books_asked(Switching(self).verbs())
        self.window.build_menus()
        if path is None:
            self._welcome(why)
        else:
            self.open_path(path)
        if self.crashes.unseen():
            self.window.toast(
                _("Last time a fault was recorded."), _("Look at the report"), self.show_last_fault
            )

    def _welcome(self, why: str) -> None:
        self.jobs.garbage.begin()
        from tradecrm.ui.shell.welcome import Welcome, own_folder

        sample = self.open_sample if self.rooms.sample is not None else None
        page = Welcome(self.create, self.open_path, own_folder(), sample, self.serving.ask, self._speak)
        page.say(why)
        self.window.show_welcome(page)
        page.firm.setFocus()

    def _meet(self, opened: Opened) -> None:
        """Ask who is working when the book has more than one person, then go in."""
        if len(opened.people) < 2:
            self._fill(opened)
            return
        from tradecrm.ui.shell.who import WhoPage

        self.opened = opened  # So that it is closed with the window.
        known = self.state.values.get("people")
        last = known.get(str(opened.book.place)) if isinstance(known, dict) else None
        page = WhoPage(
            opened.firm,
            opened.people,
            last if isinstance(last, int) else None,
            lambda person_id: self._enter_as(opened, person_id),
        )
        self.window.show_welcome(page)
        page.begin()

    def _enter_as(self, opened: Opened, person_id: int) -> None:
        """Go into the book as this person, who is offered first the next time."""
        known = self.state.values.get("people")
        path = str(opened.book.place)
        self.state.set("people", {**(known if isinstance(known, dict) else {}), path: person_id})
        self.state.save()
        self.jobs.read(
            lambda: opened.book.seat(person_id),
            then=lambda seat: self._fill(replace(opened, seat=seat)),
            failed=self._not_opened,
            name="seat",
        )

    def work_as_other(self) -> None:
        """Open the book again and ask who is working."""
        if self.opened is None or len(self.opened.people) < 2:
            self.window.toast(_("Nobody else works with this book. Add people under Settings, People."))
        else:
            self._reopen(_nothing)

    def _fill(self, opened: Opened) -> None:
        from tradecrm.ui.lists.state import SettingsViews
        from tradecrm.ui.reminding import Reminding
        from tradecrm.ui.safekeeping import Safekeeping
        from tradecrm.ui.tending import Tending

        self.opened = opened
        # What pages reckon while somebody types is rounded as what the book keeps.
        round_as(opened.book.rounding)
        show_whole_as(opened.book.shown_whole)
        context = self.context = PageContext(opened.seat, self.theme, self.jobs, self.window, self.presenter)
        context.ahead = opened.ahead
        path = str(opened.book.place)
        if not self.window.tabs.links:
            self.window.restore_tabs(path)
        self.state.set("book", path)
        self.serving.opened(opened.book.place)
        context.views = SettingsViews(self.state, path, opened.seat.actor.person_id)
        self._keep_proof(path, opened.proof)
        self.keeper = context.keeper = Safekeeping(self.window, context, opened.book, self._restore)
        self.keeper.stayed.connect(self._stay)
        self.keeper.moved.connect(lambda folder: self._keep_folder(path, folder))
        context.speak = self._speak
        context.quiet = QuietHours.from_text(self.state.text("quiet"))
        context.quieted.connect(self._keep_quiet)
        self.reminding = Reminding(self.window, context)
        Tending(self.window, self.jobs, opened.book.tend, self.presenter.show)
        supply = Supply(
            context,
            opened.registry,
            path,
            opened.firm,
            opened.currency,
            opened.seat.actor.name,
            entries=menu_entries(opened.seat.actor.can),
            provider=self._provider(context),
            due_actions=self.reminding.actions,
            today=opened.book.clock.today,
        )
        self.window.supply(supply)
        self.jobs.when_idle(context.forget_ahead)
        for warning in opened.warnings:
            self.window.toast(warning)
        # What came due is told when the first page stands: it marks what it told, and asks the page to read again.
        self.jobs.when_idle(self.reminding.start)
        # Imports hold the interpreter: the figures of the first page go before them.
        QTimer.singleShot(
            BEHIND_MS, self.window, lambda: self.jobs.when_idle(lambda: self._load_behind(supply))
        )
        if self.rooms.ready is not None:
            self.rooms.ready(self.window, context, opened.book)

    def _load_behind(self, supply: Supply) -> None:
        """Import the pages nobody has opened yet and the words of search, while the person looks at the first page."""
        self.jobs.garbage.begin()
        if self.opened is None or self._closed:
            return
        pages = self.opened.registry
        self.jobs.read(lambda: len(pages), name="load_pages")
        self.jobs.read(
            lambda: with_chinese(supply.entries),
            then=lambda entries: self.window.set_entries(entries, supply.provider),
            name="search_words",
        )

    def _proof(self, path: Place) -> tuple[str, str] | None:
        kept = self.state.values.get("proofs")
        pair = kept.get(str(whole(path))) if isinstance(kept, dict) else None
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair):
            return pair[0], pair[1]
        return None

    def _keep_proof(self, path: str, proof: tuple[str, str]) -> None:
        kept = self.state.values.get("proofs")
        self.state.set("proofs", {**(kept if isinstance(kept, dict) else {}), path: list(proof)})
        self.state.save()

    def _keep_folder(self, path: str, folder: Path) -> None:
        kept = self.state.values.get("backups")
        self.state.set("backups", {**(kept if isinstance(kept, dict) else {}), path: str(folder)})
        self.state.save()

    def _keep_quiet(self, hours: QuietHours) -> None:
        self.state.set("quiet", hours.as_text())
        self.state.save()

    def _restore(self, backup: Path) -> None:
        """Close the window and the book, put ``backup`` in its place, and open it again."""
        restore, opened = self.rooms.restore, self.opened
        if restore is not None and opened is not None:
            book = opened.book.file.path
            self._reopen(lambda: restore(backup, book))

    def _speak(self, language: str) -> None:
        self.state.set("language", language)
        self._reopen(_nothing)

    def leave_for(self, path: Place) -> None:
        """Close the present book as on closing the window, then open the one at ``path``; or stay, if asked to."""
        self.next_book = path
        self._reopen(_nothing)

    def _stay(self) -> None:
        self.again = self.next_book = None

    def _reopen(self, before: Callable[[], object]) -> None:
        self.again = before
        if not self.window.close() and not (self.keeper is not None and self.keeper.closing):
            # A page has something unsaved, and the person stays with it.
            self._stay()

    def _provider(self, context: PageContext) -> Provider | None:
        records = self.rooms.records
        if records is None:
            return None

        def _find(typed: str, found: Found) -> None:
            context.ask(records, typed, then=found, replaces="palette")

        return _find

    def _not_opened(self, error: Exception) -> None:
        if isinstance(error, TradeError | Refusal):
            self._welcome(str(error))
            self.serving.not_opened(error, told=True)
        else:
            self.presenter.show(error)
            self._welcome(_("The book could not be opened. A report was kept."))


def run(
    path: Place | None,
    rooms: Rooms,
    clock: Clock,
    state: ShellState,
    *,
    language: str = "",
    front: Front | None = None,
) -> int:
    """Run the window until it is closed; answers the exit status. Without ``path`` the last book is opened.

    ``front`` is the frame that stands there until the window has painted itself.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("TradeCRM")
    application.setApplicationVersion(__version__)
    application.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
    application.setWindowIcon(QIcon(str(resource_path("icons", "tradecrm.svg"))))
    before: Callable[[], object] | None = None
    while True:
        chosen = state.text("language")
        uncompiled = speak(application, language or chosen)
        last = state.text("book")
        root = Root(application, rooms, clock, state)
        root.crashes.install()
        if front is not None:
            front.hand_over(root.window)
            _AfterPaint(root.window, front.close)
            front = None
        root.start(path or _still_there(last), before, "" if path else _gone(last))
        if uncompiled:
            root.window.toast(uncompiled)
        if isinstance(application, Application):
            application.hand_to(root.open_asked)
        interrupts = Interrupts(root.window.close)
        try:
            status = application.exec()
        finally:
            interrupts.stop()
            root.close()
        if root.again is None:
            return status
        # The next event loop destroys the closed window with its pages; else each one left would stay in memory.
        root.window.deleteLater()
        before, path = root.again, root.next_book
        if state.text("language") != chosen:
            language = ""


def _still_there(last: str) -> Place | None:
    """Answer the book opened last, None when its file is gone; a server is asked only by opening."""
    if is_address(last):
        with suppress(Refusal):
            return place_of(last)
    return Path(last) if last and Path(last).is_file() else None


def _gone(last: str) -> str:
    """Answer why the book opened last is not opened; nothing where there was none."""
    if not last or is_address(last):
        return ""
    return _("The book {book} is not there. Was it moved, or is its disk away?").format(book=last)


def _nothing() -> None:
    """Do nothing before the book is opened."""


def _mode(text: str) -> Mode:
    return Mode(text) if text in set(Mode) else Mode.SYSTEM
