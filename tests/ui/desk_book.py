"""A real book with one customer, one contract and two tasks, and a window over it, for the tests of the desktop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tradecrm.core.clock import FixedClock
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.services.control.tasks import SaveTask, save_task
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.storage.store import create_book
from tradecrm.ui.context import PageContext
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.pictures import wait_idle
from tradecrm.ui.registry import all_pages
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.shell.window import MainWindow, Supply
from tradecrm.ui.theme import Mode, Theme

TODAY = date(2026, 6, 15)


def new_book(folder: Path, *, filled: bool = True) -> Book:
    """Answer an open book; filled, it holds a signed contract without its deposit, and tasks late and to come."""
    clock = FixedClock.on(TODAY)
    store = create_book(folder / "desk.tcrm", "Li Na", clock)
    set_up_book(store, clock, SetUp("Ningbo Harbor", owner_name="Li Na", language="en"))
    book = Book(store, clock)
    if filled:
        seat = book.seat()
        veld = seat.perform(save_party, SaveParty(name="Veld B.V.", is_customer=True, country="NL")).value
        line = ContractLineDraft(None, "lantern", Decimal(100), Decimal("6.85"))
        terms = "TT;P30@ORDER;B@BL_COPY+7D"
        draft = SaveContract(veld, date(2026, 6, 1), "CNY", "FOB", "Ningbo", terms, (line,))
        contract = seat.perform(save_contract, draft).value
        seat.perform(move_contract, MoveContract(contract, "signed", date(2026, 6, 2)))
        seat.perform(save_task, SaveTask("Reply to the inquiry", TODAY - timedelta(days=3), party_id=veld))
        seat.perform(save_task, SaveTask("Book the vessel", TODAY + timedelta(days=2)))
    return book


@dataclass
class Desk:
    book: Book
    window: MainWindow
    context: PageContext

    @property
    def clock(self) -> FixedClock:
        clock = self.book.clock
        assert isinstance(clock, FixedClock)
        return clock

    def settle(self) -> None:
        wait_idle(self.context.jobs)


@contextmanager
def desk(book: Book, seat: Seat | None = None) -> Iterator[Desk]:
    """Answer a window over an open book, its owner's or this person's; the book stays open afterwards."""
    theme, jobs = Theme(Mode.LIGHT), Jobs()
    window = MainWindow(theme, ShellState(book.file.path.parent / "window.json"), jobs)
    window.resize(1366, 768)
    window.restore_tabs("book")
    context = PageContext(seat or book.seat(), theme, jobs, window, window.presenter)
    window.supply(Supply(context, all_pages(), "book", "Harbor", "CNY", "Li Na", today=book.clock.today))
    window.show()
    made = Desk(book, window, context)
    made.settle()
    try:
        yield made
    finally:
        jobs.close()
        window.hide()
        window.deleteLater()
        QApplication.processEvents()
