"""Random histories of everything that settles, on both sides and both stores, against plain papers (section 12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.services.conftest import TODAY
from tests.services.money_kit import Invoice, enter_item
from tests.services.play_kit import PHASES, THOROUGH, examples, steps
from tests.services.settling_kit import Bill, Firm, counts, enter_bill, found
from tradecrm.core.errors import RateMissing
from tradecrm.core.problems import Refusal
from tradecrm.models import (
    Allocation,
    Contra,
    Item,
    LedgerEntry,
    Note,
    Party,
    Payment,
    Receipt,
    Refund,
    WriteOffRequest,
)
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.periods import ClosePeriod, ReopenPeriod, close_period, reopen_period
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.aging import AgingQuery, aging, ledger_balances
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.accounts import MakeTransfer, make_transfer
from tradecrm.services.money.allocations import Allocate, Unallocate, allocate, unallocate
from tradecrm.services.money.contra import RecordContra, ReverseContra, record_contra, reverse_contra
from tradecrm.services.money.notes import ReverseNote, WriteNote, reverse_note, write_note
from tradecrm.services.money.payments import RecordPayment, ReversePayment, record_payment, reverse_payment
from tradecrm.services.money.receipts import (
    RecordReceipt,
    ReverseReceipt,
    Share,
    record_receipt,
    reverse_receipt,
)
from tradecrm.services.money.refunds import RecordRefund, ReverseRefund, record_refund, reverse_refund
from tradecrm.services.money.write_offs import ReverseWriteOff, WriteOff, reverse_write_off, write_off
from tradecrm.services.work import Reader

D = Decimal
START = date(2026, 5, 1)
DAYS = (TODAY - START).days
REVERSALS: tuple[tuple[Any, Any, Any], ...] = (
    (Receipt, reverse_receipt, ReverseReceipt),
    (Payment, reverse_payment, ReversePayment),
    (Note, reverse_note, ReverseNote),
    (WriteOffRequest, reverse_write_off, ReverseWriteOff),
    (Refund, reverse_refund, ReverseRefund),
    (Contra, reverse_contra, ReverseContra),
)
FLOWS = {"RCT": 1, "RFD": -1, "PAY": -1}
"""What a receivable item does to the account; a payable mirrors it."""


@dataclass
class Paper:
    """An item of the model: side, day, signed amount, and (day, amount taken) for each allocation."""

    side: str
    kind: str
    day: date
    amount: Decimal
    moves: list[tuple[date, Decimal]] = field(default_factory=list)

    def open_at(self, day: date) -> Decimal:
        """Answer what is open without sign; nothing before the item's day."""
        taken = sum((amount for at, amount in self.moves if at <= day), D(0))
        return abs(self.amount) - taken if self.day <= day else D(0)


class Play:
    """Plays one history for a new partner; after each step the book is held against the plain papers."""

    def __init__(self, seat: Seat, firm: Firm) -> None:
        self.seat = seat
        number = seat.ask(_last, Party)
        party = SaveParty(name=f"Model {number} GmbH", country="DE", is_supplier=True)
        self.firm = Firm(seat.perform(save_party, party).value, firm.usd, firm.cny)
        self.papers: dict[int, Paper] = {}
        self.rows: list[int] = []
        self.seen = seat.ask(_last, Allocation), seat.ask(_last, Item)
        self.held = seat.ask(_held, firm.usd)
        self.closed: date | None = None

    def step(self, name: str, which: int, other: int, day: date, amount: Decimal) -> None:
        """Carry one step out, or see that a refusal changed nothing; then check what must hold always."""
        before = counts(self.seat)
        try:
            moved = getattr(self, f"_{name}")(which, other, day, amount) or D(0)
        except (Refusal, RateMissing):
            assert counts(self.seat) == before
            return
        self.held += moved
        self._take_up()
        self._check()

    def _pick(self, number: int, side: str, *, debit: bool) -> int | None:
        keys = [k for k, p in self.papers.items() if p.side == side and (p.amount > 0) == debit]
        return keys[number % len(keys)] if keys else None

    def _invoice(self, which: int, other: int, day: date, amount: Decimal) -> None:
        rate = D(700 + other).scaleb(-2)
        command = Invoice(self.firm.party, day, amount, rate, number=f"I{len(self.papers)}")
        self.seat.perform(enter_item, command)

    def _bill(self, which: int, other: int, day: date, amount: Decimal) -> None:
        rate = D(700 + other).scaleb(-2)
        self.seat.perform(enter_bill, Bill(self.firm.party, day, amount, rate, "USD", f"B{len(self.papers)}"))

    def _receive(self, which: int, other: int, day: date, amount: Decimal) -> Decimal:
        rate = D(700 + other).scaleb(-2)
        self.seat.perform(
            record_receipt, RecordReceipt(day, self.firm.party, self.firm.usd, amount, rate=rate)
        )
        return amount

    def _pay(self, which: int, other: int, day: date, amount: Decimal) -> Decimal:
        rate = D(700 + other).scaleb(-2)
        self.seat.perform(record_payment, RecordPayment(day, self.firm.party, self.firm.usd, amount, rate))
        return -amount

    def _allocate(self, which: int, other: int, day: date, amount: Decimal) -> None:
        side = "AR" if day.day % 2 else "AP"
        debit, credit = self._pick(which, side, debit=True), self._pick(other, side, debit=False)
        if debit is not None and credit is not None:
            expected = self._first_day(debit, credit, amount)
            try:
                self.seat.perform(allocate, Allocate(debit, credit, amount))
            except Refusal:
                assert expected is None, "section 3.1: possible, and refused"
                raise
            assert self._latest_day() == expected

    def _first_day(self, debit: int, credit: int, amount: Decimal) -> date | None:
        """Search by brute force the earliest day from which both keep room for ever after (section 3.1)."""
        pair = (self.papers[debit], self.papers[credit])
        first = max(paper.day for paper in pair)
        if self.closed is not None:
            first = max(first, self.closed + timedelta(days=1))
        days = [START + timedelta(days=n) for n in range(DAYS + 1)]
        tight = [day for day in days if min(paper.open_at(day) for paper in pair) < amount]
        first = max([first, *(day + timedelta(days=1) for day in tight)])
        return first if first <= TODAY else None

    def _latest_day(self) -> date:
        def read(reader: Reader) -> date:
            return reader.session.scalars(
                select(Allocation.day).order_by(Allocation.id.desc()).limit(1)
            ).one()

        return self.seat.ask(read)

    def _take_back(self, which: int, other: int, day: date, amount: Decimal) -> None:
        if self.rows:
            self.seat.perform(unallocate, Unallocate(self.rows[which % len(self.rows)], day, "moved"))

    def _note(self, which: int, other: int, day: date, amount: Decimal) -> None:
        side = "AR" if other % 2 else "AP"
        key = self._pick(which, side, debit=True)
        if key is not None and self.papers[key].kind == "INV":
            kind = "CN" if other % 3 else "DN"
            self.seat.perform(write_note, WriteNote(kind, side, day, amount, "claim", invoice_id=key))

    def _write_off(self, which: int, other: int, day: date, amount: Decimal) -> None:
        key = self._pick(which, "AR" if other % 2 else "AP", debit=True)
        if key is not None:
            rest = min(amount, self.papers[key].open_at(TODAY))
            kind = "small" if other % 3 else "bad_debt"
            self.seat.perform(write_off, WriteOff(key, rest, day, "rest", kind))

    def _refund(self, which: int, other: int, day: date, amount: Decimal) -> Decimal:
        side = "AR" if other % 2 else "AP"
        key = self._pick(which, side, debit=False)
        if key is None:
            return D(0)
        shares = (Share(key, amount),)
        command = RecordRefund(side, day, self.firm.party, self.firm.usd, shares, "paid twice", rate=D("7.1"))
        self.seat.perform(record_refund, command)
        return -amount if side == "AR" else amount

    def _contra(self, which: int, other: int, day: date, amount: Decimal) -> None:
        left, right = self._pick(which, "AR", debit=True), self._pick(other, "AP", debit=True)
        if left is not None and right is not None:
            command = RecordContra(
                day, self.firm.party, (Share(left, amount),), (Share(right, amount),), "agreed", D("7.05")
            )
            self.seat.perform(record_contra, command)

    def _reverse(self, which: int, other: int, day: date, amount: Decimal) -> Decimal:
        entity, operation, command = REVERSALS[which % len(REVERSALS)]
        found_one = self.seat.ask(_one_of, entity, self.firm.party, other)
        if found_one is None:
            return D(0)
        key, flow = found_one
        self.seat.perform(operation, command(key, day, "wrong"))
        return -flow

    def _transfer(self, which: int, other: int, day: date, amount: Decimal) -> Decimal:
        command = MakeTransfer(day, self.firm.usd, self.firm.cny, amount, (amount * 7).quantize(D("0.01")))
        self.seat.perform(make_transfer, command)
        return -amount

    def _close(self, which: int, other: int, day: date, amount: Decimal) -> None:
        if self.closed is None and which % 3 == 0:
            self.seat.perform(close_period, ClosePeriod(day, confirmed=True))
            self.closed = day
        elif self.closed is not None:
            self.reopen()

    def reopen(self) -> None:
        """Open the books again, so that the next history begins like the first."""
        if self.closed is not None:
            self.seat.perform(reopen_period, ReopenPeriod(None, "a bill came late"))
            self.closed = None

    def _take_up(self) -> None:
        """Take the items and allocations that a step wrote into the model."""
        items, rows = self.seat.ask(_new, self.firm.party, *self.seen)
        for key, side, kind, day, amount in items:
            self.papers[key] = Paper(side, kind, day, amount)
        for key, debit, credit, day, amount in rows:
            assert day <= TODAY
            assert self.closed is None or day > self.closed, "a closed period never moves"
            for paper in (self.papers[debit], self.papers[credit]):
                paper.moves.append((day, amount))
            if amount > 0:
                self.rows.append(key)
        self.seen = self.seat.ask(_last, Allocation), self.seat.ask(_last, Item)

    def _check(self) -> None:
        """Hold the book against the model: nothing overdrawn on any day, kept amounts, ledger, account."""
        for paper in self.papers.values():
            for day in {paper.day, TODAY, *(at for at, _amount in paper.moves)}:
                assert 0 <= paper.open_at(day) <= abs(paper.amount)
        for key, (opened, base) in self.seat.ask(_opened, self.firm.party).items():
            paper = self.papers[key]
            sign = 1 if paper.amount >= 0 else -1
            assert opened == sign * paper.open_at(TODAY)
            assert opened != 0 or base == 0, "section 12 number 3"
        assert self.seat.ask(_held, self.firm.usd) == self.held, "section 12 number 10"
        for side in ("AR", "AP"):
            balances = self.seat.ask(ledger_balances, side, TODAY)
            assert balances.get((self.firm.party, "USD"), D(0)) == self._balance(side, TODAY)

    def _balance(self, side: str, day: date) -> Decimal:
        mine = [paper for paper in self.papers.values() if paper.side == side]
        return sum((p.open_at(day) if p.amount >= 0 else -p.open_at(day) for p in mine), D(0))

    def check_day(self, day: date) -> None:
        """Section 12 numbers 1 and 2: buckets and unapplied column as of any day are what the papers say."""
        for side in ("AR", "AP"):
            rows = [r for r in self.seat.ask(aging, AgingQuery(side, day)) if r.party_id == self.firm.party]
            owed = sum((sum(row.amounts, D(0)) for row in rows), D(0))
            hand = sum((row.advance for row in rows), D(0))
            mine = [paper for paper in self.papers.values() if paper.side == side]
            assert owed == sum((p.open_at(day) for p in mine if p.amount > 0), D(0))
            assert hand == -sum((p.open_at(day) for p in mine if p.amount < 0), D(0))

    def check_life(self) -> None:
        """Section 12 number 4: what is carried is what was booked, less what money and differences released."""
        booked, carried, gained, posted = self.seat.ask(_life, self.firm.party)
        assert booked + gained == carried
        assert posted == -gained


def _last(reader: Reader, entity: type[Allocation | Item | Party]) -> int:
    return reader.session.scalar(select(func.max(entity.id))) or 0


def _held(reader: Reader, account: int) -> Decimal:
    return balance_at(reader, account, TODAY).amount


def _new(reader: Reader, party: int, after_row: int, after_item: int) -> tuple[list[Any], list[Any]]:
    items = reader.session.execute(
        select(Item.id, Item.side, Item.kind, Item.day, Item.amount).where(
            Item.id > after_item, Item.party_id == party
        )
    )
    row = Allocation
    rows = reader.session.execute(
        select(row.id, row.debit_item_id, row.credit_item_id, row.day, row.debit_amount)
        .where(row.id > after_row, row.party_id == party)
        .order_by(row.id)
    )
    return list(items), list(rows)


def _opened(reader: Reader, party: int) -> dict[int, tuple[Decimal, Decimal]]:
    rows = reader.session.execute(
        select(Item.id, Item.open_amount, Item.open_base).where(Item.party_id == party)
    )
    return {key: (opened, base) for key, opened, base in rows}


def _one_of(reader: Reader, entity: Any, party: int, number: int) -> tuple[int, Decimal] | None:
    """Answer a posted paper of the party that stands, and what it moved on the account."""
    query = select(entity).where(entity.reversed_on.is_(None)).order_by(entity.id)
    if entity is WriteOffRequest:
        query = query.join(Item, Item.id == entity.item_id).where(Item.party_id == party)
    else:
        query = query.where(entity.party_id == party)
    papers = reader.session.scalars(query).all()
    if not papers:
        return None
    paper = papers[number % len(papers)]
    flow = D(0)
    if isinstance(paper, Receipt):
        flow = paper.gross
    elif isinstance(paper, Payment):
        flow = -paper.amount
    elif isinstance(paper, Refund):
        flow = -paper.amount if paper.side == "AR" else paper.amount
    return paper.id, flow


def _life(reader: Reader, party: int) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Answer, AR as positive: base booked, base carried, realized differences, and those of the ledger."""
    booked = carried = D(0)
    for side, base, opened in reader.session.execute(
        select(Item.side, Item.base_amount, Item.open_base).where(Item.party_id == party)
    ):
        sign = 1 if side == "AR" else -1
        booked, carried = booked + sign * base, carried + sign * opened
    gained = reader.session.scalar(select(func.sum(Allocation.fx)).where(Allocation.party_id == party))
    posted = reader.session.scalar(
        select(func.sum(LedgerEntry.base_amount)).where(
            LedgerEntry.book == "FX", LedgerEntry.party_id == party
        )
    )
    return booked, carried, gained or D(0), posted or D(0)


names = st.one_of(
    st.sampled_from(("invoice", "bill", "receive", "pay", "allocate", "take_back")),
    st.sampled_from(("allocate", "note", "write_off", "refund", "contra", "reverse", "transfer", "close")),
)
small = st.integers(0, 11)
days = st.integers(0, DAYS).map(lambda n: START + timedelta(days=n))
cents = st.integers(100, 90_000).map(lambda n: D(n).scaleb(-2))
histories = st.lists(st.tuples(names, small, small, days, cents), min_size=8, max_size=steps(22))


@pytest.mark.timeout(120 if THOROUGH == 1 else 0)
@settings(
    max_examples=examples(14),
    deadline=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories, asked=st.lists(days, min_size=2, max_size=2))
def test_whatever_is_settled_and_taken_back_the_books_agree(
    book: Book, history: list[tuple[str, int, int, date, Decimal]], asked: list[date]
) -> None:
    seat = book.seat()
    play = Play(seat, _firm(book, seat))
    try:
        for step in history:
            play.step(*step)
        for day in (*asked, TODAY):
            play.check_day(day)
        play.check_life()
    finally:
        play.reopen()
    # A reader that looked while a write was rolled back reads the search index anew at its second look.
    assert not check_book(book.store.reader) or check_book(book.store.reader) == []


def _firm(book: Book, seat: Seat) -> Firm:
    """Found the firm with the first history that runs in a book."""
    known: Firm | None = getattr(book, "model_firm", None)
    if known is None:
        known = found(seat)
        book.model_firm = known  # type: ignore[attr-defined]
    return known
