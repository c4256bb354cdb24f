"""Books written to files for tests of pages and declarations: the running example, and a small firm's deal."""

from __future__ import annotations

import functools
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.services.bank_kit import bring_in, line, statement
from tests.services.conftest import TODAY
from tests.services.trading_kit import Deal, trade
from tradecrm.core.clock import FixedClock
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.services.data.sample.running_example import play_example
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.loans import OpenLoan, open_loan
from tradecrm.storage.store import create_book


def make_trading_book(folder: Path) -> Deal:
    """Make a book in ``folder`` with the small firm's deal in it."""
    content, deal = _trading_book()
    (folder / "trading.tcrm").write_bytes(content)
    return deal


@functools.cache
def _trading_book() -> tuple[bytes, Deal]:
    """Answer the file of that book and what stands in it; played once, as every book of it is the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trading.tcrm"
        clock = FixedClock.on(TODAY)
        store = create_book(path, "Tests", clock)
        set_up_book(store, clock, SetUp("Ningbo Harbor Trading", owner_name="Lin Yue", language="en"))
        book = Book(store, clock)
        deal = trade(book.seat())
        _bank(book.seat())
        book.close()
        return path.read_bytes(), deal


def _bank(seat: Seat) -> None:
    """Bring in a statement of one row and enter a loan, so that their lists hold something."""
    bring_in(seat, 1, statement(line(date(2026, 6, 12), "-10", text="Fee")))
    seat.perform(open_loan, OpenLoan("bank", "Bank of Ningbo", "CNY", date(2026, 6, 1)))


def write_book(path: Path, *, full: bool) -> None:
    """Write a book with a dollar account; a full one holds T1."""
    path.write_bytes(_example_book(full=full))


@functools.cache
def _example_book(*, full: bool) -> bytes:
    """Answer the file of that book; played once, as every book of it is the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.tcrm"
        clock = FixedClock.on(TODAY)
        store = create_book(path, "Tests", clock)
        set_up_book(
            store, clock, SetUp("Ningbo Harbor Trading Co., Ltd.", owner_name="Lin Yue", language="en")
        )
        book = Book(store, clock)
        seat = book.seat()
        opened = date(2026, 1, 1)
        dollars = seat.perform(open_account, OpenAccount("Bank of China USD", "BANK", "USD", opened)).value
        seat.perform(open_account, OpenAccount("Bank of China CNY", "BANK", "CNY", opened, Decimal(500_000)))
        if full:
            play_example(seat, dollars)
        book.close()
        return path.read_bytes()
