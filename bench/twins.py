"""The proof of the bulk books: one story told twice, in bulk and through the services, gives the same figures."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from bench import words
from bench.books import begin_book, make_book, opened
from bench.story import ACCOUNTS, DAYS, FIRST, TODAY, Expense, Invoice, Receipt, Size, Story
from tradecrm.core.aging import AgingBasis
from tradecrm.core.clock import FixedClock
from tradecrm.models import Instalment, Item
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.figures.accounts import account_sums
from tradecrm.services.figures.aging import AgingQuery, aging, aging_totals, ledger_balances
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.accounts import BookExpense, book_expense
from tradecrm.services.money.ledger import AR, REVENUE, NewItem, Part, Row, Source, add_item
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.work import Reader, Work, operation
from tradecrm.storage.store import create_book

SMALL = Size(60, 300, 450, 120)
EDGES = ((30, 60, 90), (15, 45), (30, 60, 90, 180))


def money(scaled: int) -> Decimal:
    """Answer the amount behind an integer of 1/10,000."""
    return Decimal(scaled).scaleb(-4)


@dataclass(frozen=True, slots=True)
class EnterInvoice:
    """An invoice of the story with its number."""

    invoice: Invoice
    number: str


@operation("receipt.write")
def enter_invoice(work: Work, command: EnterInvoice) -> int:
    """Post an invoice as opening balances are posted; answers its item."""
    told = command.invoice
    new = NewItem(
        side=AR,
        kind="INV",
        number=command.number,
        party_id=told.party,
        day=told.day,
        document_day=told.document_day,
        currency=told.currency,
        amount=money(told.amount),
        rate=Decimal(told.rate).scaleb(-10),
        base_amount=money(told.base),
        parts=tuple(Part(money(amount), "", due, told.day) for amount, due in told.parts),
    )
    base = money(told.base)
    against = (Row(REVENUE, work.base, -base, -base, party_id=told.party),)
    return add_item(work, new, "opening", Source("party", told.party), against).id


def play(path: Path, size: Size, seed: int = 1) -> None:
    """Tell the story of ``seed`` to a new book through the services."""
    clock = FixedClock.on(TODAY)
    store = create_book(path, "Bench", clock)
    set_up_book(store, clock, SetUp("Ningbo Harbor Trading Co., Ltd.", owner_name="Lin Yue", language="en"))
    book, tale = Book(store, clock), Story(size, seed)
    seat = book.seat()
    begin_book(seat, tale)
    for firm in words.firms(Random(seed), size.parties):
        seat.perform(
            save_party,
            SaveParty(
                name=firm.name,
                name_local=firm.name_local,
                country=firm.country,
                city=firm.city,
                website=firm.website,
                email=firm.email,
                phone=firm.phone,
                tax_no=firm.tax_no,
            ),
        )
    numbers: dict[str, int] = {}
    for day, invoices, receipts, expenses in tale.days():
        for invoice in invoices:
            period = f"{day:%y%m}"
            numbers[period] = numbers.get(period, 0) + 1
            number = f"CI-{period}-{numbers[period]:04d}"
            invoice.id = seat.perform(enter_invoice, EnterInvoice(invoice, number)).value
        for receipt in receipts:
            _receive(seat, receipt)
        for expense in expenses:
            _spend(seat, expense)
    book.close()


def _receive(seat: Seat, told: Receipt) -> None:
    seat.perform(
        record_receipt,
        RecordReceipt(
            told.day,
            told.party,
            told.account,
            money(told.gross),
            money(told.charge),
            rate=Decimal(told.rate).scaleb(-10),
            allocations=tuple(Share(part.invoice.id, money(part.amount)) for part in told.settled),
        ),
    )


def _spend(seat: Seat, told: Expense) -> None:
    seat.perform(book_expense, BookExpense(told.day, told.account, "FEE", money(told.amount), "Bank fee"))


def random_figures(reader: Reader, size: Size, count: int, seed: int = 7) -> list[tuple[Any, ...]]:
    """Answer ``count`` figures, which ones is chosen by ``seed``: (what was asked, the answer) each."""
    rng = Random(seed)
    ask = _Figures(reader)
    kinds = (ask.aging, ask.aging, ask.totals, ask.account, ask.sums, ask.ledger, ask.item, ask.part)
    answers = []
    for _each in range(count):
        day = TODAY - timedelta(days=int(rng.random() ** 2 * DAYS))
        kind = rng.choice(kinds)
        answers.append((kind.__name__, day, *kind(rng, day, size)))
    return answers


class _Figures:
    """The figures that are compared; each answers what was asked and what it is."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._cells = functools.cache(self._rows)

    def _rows(self, query: AgingQuery) -> dict[tuple[int, str], Any]:
        return {(row.party_id, row.currency): row for row in aging(self._reader, query)}

    def aging(self, rng: Random, day: date, size: Size) -> tuple[Any, ...]:
        """Answer a row of the aging of a day, of one of those that have one."""
        del size
        # Few days, so that the many cells of an aging are all looked at.
        day = FIRST + timedelta(days=(day - FIRST).days // 40 * 40) if rng.random() < 0.7 else TODAY
        rows = self._cells(AgingQuery("AR", day, rng.choice(list(AgingBasis)), rng.choice(EDGES)))
        if not rows:
            return (day, None)
        key = rng.choice(sorted(rows))
        return (day, key, rows[key])

    def totals(self, rng: Random, day: date, size: Size) -> tuple[Any, ...]:
        """Answer the totals of all parties."""
        del size
        return (aging_totals(self._reader, AgingQuery("AR", day, rng.choice(list(AgingBasis)))),)

    def account(self, rng: Random, day: date, size: Size) -> tuple[Any, ...]:
        """Answer the balance of an account."""
        del size
        number = rng.randint(1, len(ACCOUNTS))
        return (number, balance_at(self._reader, number, day))

    def sums(self, rng: Random, day: date, size: Size) -> tuple[Any, ...]:
        """Answer all balances."""
        del rng, size
        return (account_sums(self._reader, day),)

    def ledger(self, rng: Random, day: date, size: Size) -> tuple[Any, ...]:
        """Answer what the ledger says of a party, which the aging must say too."""
        party = rng.randint(1, size.parties)
        found = ledger_balances(self._reader, "AR", day, party)
        rows = aging(self._reader, AgingQuery("AR", day, parties=(party,)))
        aged = {(row.party_id, row.currency): row.total for row in rows if row.total}
        if aged != found:
            raise AssertionError(f"party {party} on {day}: aging {aged}, ledger {found}")
        return (party, found)

    def item(self, rng: Random, day: date, size: Size) -> tuple[Any, ...]:
        """Answer what is kept on an item."""
        del day
        key = rng.randint(1, size.invoices + size.receipts)
        return tuple(
            self._reader.session.execute(
                select(Item.number, Item.amount, Item.open_amount, Item.open_base, Item.settled_on).where(
                    Item.id == key
                )
            ).all()
        )

    def part(self, rng: Random, day: date, size: Size) -> tuple[Any, ...]:
        """Answer what is kept on the instalments of an item."""
        del day
        key = rng.randint(1, size.invoices + size.receipts)
        return tuple(
            self._reader.session.execute(
                select(Instalment.position, Instalment.due_on, Instalment.open_amount, Instalment.settled_on)
                .where(Instalment.item_id == key)
                .order_by(Instalment.position)
            ).all()
        )


def compare_twins(folder: Path, size: Size = SMALL, count: int = 1_000) -> list[str]:
    """Write the twins into ``folder`` and answer every figure in which they differ, in words."""
    bulk, played = folder / "bulk.tcrm", folder / "played.tcrm"
    make_book(bulk, size)
    play(played, size)
    answers = []
    for path in (bulk, played):
        book = opened(path)
        answers.append(book.seat().ask(random_figures, size, count))
        book.close()
    return [f"{one} is not {other}" for one, other in zip(*answers, strict=True) if one != other]
