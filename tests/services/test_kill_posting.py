"""kill -9 at random moments of posting: nothing acknowledged is lost, nothing is half (safekeeping.md section 5)."""

from __future__ import annotations

import random
import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.killer import Announce, trials
from tests.services.money_kit import Invoice, customer, enter_item
from tradecrm.core.clock import FixedClock
from tradecrm.models import Receipt
from tradecrm.services.book import Book, Seat
from tradecrm.services.data.check import check_book
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.work import Reader
from tradecrm.storage.store import open_book

TRIALS = 30
D = Decimal
ACCOUNT, PARTY = 1, 1


def _open(path: Path) -> Book:
    clock = FixedClock.on(TODAY)
    return Book(open_book(path, "Tests", clock), clock)


def post_receipts(path: Path, seed: int, announce: Announce) -> None:
    """Post an invoice and a receipt that settles part of it, for ever; announce each receipt."""
    seat = _open(path).seat()
    chance = random.Random(seed)
    number = 0
    while True:
        number += 1
        day = date(2026, 1, 1) + timedelta(days=chance.randint(0, 120))
        amount = D(chance.randint(10_000, 900_000)).scaleb(-2)
        bill = Invoice(PARTY, day, amount, D("7.11"), number=f"K-{number}")
        invoice = seat.perform(enter_item, bill).value
        paid = (amount / 2).quantize(D("0.01"))
        command = RecordReceipt(
            day + timedelta(days=20),
            PARTY,
            ACCOUNT,
            paid,
            D("1.00"),
            D("7.05"),
            allocations=(Share(invoice, paid),),
        )
        announce(seat.perform(record_receipt, command).value)


def verify_posting(path: Path, acknowledged: list[int]) -> list[str]:
    """Demand every announced receipt, at most one more, and a book in which the whole check finds nothing."""
    book = _open(path)
    try:

        def receipts(reader: Reader) -> list[int]:
            return list(reader.session.scalars(select(Receipt.id)))

        there = book.seat().ask(receipts)
        faults = [f"receipt {key} was acknowledged and is lost" for key in acknowledged if key not in there]
        if len(there) > len(acknowledged) + 1:
            faults.append("more was posted than one unit beyond the acknowledged")
        return faults + [fault.sentence for fault in check_book(book.store.reader)]
    finally:
        book.close()


@pytest.fixture
def ready_book(blank_book: Path, tmp_path: Path) -> Path:
    """Answer a closed book with one customer and one account."""
    path = tmp_path / "ready.tcrm"
    shutil.copyfile(blank_book, path)
    book = _open(path)
    seat: Seat = book.seat()
    assert customer(seat) == PARTY
    opening = OpenAccount("Bank of China USD", "BANK", "USD", date(2026, 1, 1))
    assert seat.perform(open_account, opening).value == ACCOUNT
    book.close()
    return path


def test_nothing_acknowledged_is_lost_when_posting_is_killed(ready_book: Path, tmp_path: Path) -> None:
    found = trials(post_receipts, verify_posting, ready_book, tmp_path, TRIALS, most=6)
    assert [each for each in found if each.faults] == []
    assert sum(len(each.acknowledged) for each in found) > TRIALS
