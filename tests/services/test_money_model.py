"""Random histories of invoices, receipts, allocations and their reversal against a plain model (section 12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.conftest import TODAY, blank_copy
from tests.services.money_kit import Invoice, customer, enter_item
from tests.services.play_kit import THOROUGH, examples, steps
from tradecrm.core.aging import bucket_index
from tradecrm.core.problems import Refusal
from tradecrm.services.book import Seat
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.aging import AgingQuery, aging, aging_totals, ledger_balances
from tradecrm.services.money.allocations import Allocate, Unallocate, allocate, unallocate

D = Decimal
START = date(2026, 1, 1)
DAYS = (TODAY - START).days


@dataclass
class Paper:
    """A document of the model: its day, signed amount, dues, and (day, amount taken) for each allocation."""

    party: int
    day: date
    amount: Decimal
    dues: list[tuple[Decimal, date | None]]
    moves: list[tuple[date, Decimal]] = field(default_factory=list)

    def open_at(self, day: date) -> Decimal:
        sign = 1 if self.amount > 0 else -1
        taken = sum((amount for at, amount in self.moves if at <= day), D(0))
        return self.amount - sign * taken if self.day <= day else D(0)


def _expected(papers: list[Paper], day: date) -> dict[int, tuple[tuple[Decimal, ...], Decimal]]:
    """Age the model's papers as section 3.6 says, straight from the rules."""
    rows: dict[int, tuple[list[Decimal], Decimal]] = {}
    for paper in papers:
        open_amount = paper.open_at(day)
        buckets, unapplied = rows.get(paper.party, ([D(0)] * 5, D(0)))
        if paper.amount < 0:
            unapplied += open_amount
        else:
            left = paper.amount - open_amount if paper.day <= day else paper.amount
            for amount, due in sorted(paper.dues, key=lambda part: part[1] or date.max):
                paid = min(left, amount)
                left -= paid
                days = None if due is None else (day - due).days
                buckets[bucket_index(days)] += amount - paid
        rows[paper.party] = (buckets, unapplied)
    return {
        party: (tuple(buckets), unapplied)
        for party, (buckets, unapplied) in rows.items()
        if any(buckets) or unapplied
    }


cents = st.integers(min_value=100, max_value=500_000).map(lambda n: D(n).scaleb(-2))
days = st.integers(min_value=0, max_value=DAYS).map(lambda n: START + timedelta(days=n))
rates = st.integers(min_value=60_000, max_value=80_000).map(lambda n: D(n).scaleb(-4))
invoices = st.tuples(
    st.just("invoice"), st.integers(0, 1), days, cents, rates, st.lists(days, min_size=1, max_size=3)
)
receipts = st.tuples(st.just("receipt"), st.integers(0, 1), days, cents, rates)
allocations = st.tuples(st.just("allocate"), st.integers(0, 9), st.integers(0, 9), cents)
reversals = st.tuples(st.just("take_back"), st.integers(0, 9), days)
histories = st.lists(
    st.one_of(invoices, receipts, allocations, allocations, reversals), min_size=4, max_size=steps(16)
)


class Play:
    """Plays one history in the book and in the model side by side."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.parties = [customer(seat, "Kern Tool Corp."), customer(seat, "Qasr Al Noor LLC")]
        self.papers: dict[int, Paper] = {}
        self.rows: list[tuple[int, int, int, Decimal]] = []

    def step(self, step: tuple[object, ...]) -> None:
        getattr(self, f"_{step[0]}")(*step[1:])

    def _invoice(self, who: int, day: date, amount: Decimal, rate: Decimal, dues: list[date]) -> None:
        share = (amount / len(dues)).quantize(D("0.01"))
        parts = [(share, due) for due in dues[1:]]
        parts.insert(0, (amount - share * (len(dues) - 1), dues[0]))
        self._enter(who, day, amount, rate, parts)

    def _receipt(self, who: int, day: date, amount: Decimal, rate: Decimal) -> None:
        self._enter(who, day, -amount, rate, [])

    def _enter(
        self, who: int, day: date, amount: Decimal, rate: Decimal, parts: list[tuple[Decimal, date]]
    ) -> None:
        number = f"T-{len(self.papers)}"
        due = tuple((part, on) for part, on in parts)
        command = Invoice(self.parties[who], day, amount, rate, number=number, due=due)
        key = self.seat.perform(enter_item, command).value
        self.papers[key] = Paper(self.parties[who], day, amount, [(part, on) for part, on in parts])

    def _allocate(self, debit: int, credit: int, amount: Decimal) -> None:
        debits = [key for key, paper in self.papers.items() if paper.amount > 0]
        credits_ = [key for key, paper in self.papers.items() if paper.amount < 0]
        if not debits or not credits_:
            return
        first, second = debits[debit % len(debits)], credits_[credit % len(credits_)]
        try:
            row = self.seat.perform(allocate, Allocate(first, second, amount)).value
        except Refusal:
            assert not self._possible(first, second, amount)
            return
        day = self._first_day(first, second, amount)
        assert day is not None
        for key in (first, second):
            self.papers[key].moves.append((day, amount))
        self.rows.append((row, first, second, amount))

    def _first_day(self, first: int, second: int, amount: Decimal) -> date | None:
        """Search the earliest day by brute force over every later day (section 3.1)."""
        debit, credit = self.papers[first], self.papers[second]
        room = [
            min(debit.open_at(day), -credit.open_at(day)) >= amount
            for day in (START + timedelta(days=n) for n in range(DAYS + 1))
        ]
        last_refused = max((n for n, enough in enumerate(room) if not enough), default=-1)
        day = max(debit.day, credit.day, START + timedelta(days=last_refused + 1))
        return day if day <= TODAY else None

    def _possible(self, first: int, second: int, amount: Decimal) -> bool:
        same = self.papers[first].party == self.papers[second].party
        return same and self._first_day(first, second, amount) is not None

    def _take_back(self, which: int, day: date) -> None:
        if not self.rows:
            return
        row, first, second, amount = self.rows[which % len(self.rows)]
        try:
            self.seat.perform(unallocate, Unallocate(row, day))
        except Refusal:
            return
        for key in (first, second):
            self.papers[key].moves.append((day, -amount))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model")


@pytest.mark.timeout(120 if THOROUGH == 1 else 0)
@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, asked=st.lists(days, min_size=3, max_size=3))
def test_every_figure_agrees_with_the_model(
    request: pytest.FixtureRequest,
    kind_of_store: str,
    folder: Path,
    history: list[tuple[object, ...]],
    asked: list[date],
) -> None:
    with blank_copy(request, kind_of_store, folder) as book:
        play = Play(book.seat())
        for step in history:
            play.step(step)
        papers = list(play.papers.values())
        for day in (*asked, TODAY):
            expected = _expected(papers, day)
            rows = play.seat.ask(aging, AgingQuery("AR", day))
            assert {row.party_id: (row.amounts, row.advance) for row in rows} == expected
            totals = play.seat.ask(aging_totals, AgingQuery("AR", day))
            whole = sum((row.total for row in rows), D(0))
            assert sum((row.total for row in totals), D(0)) == whole
            balances = play.seat.ask(ledger_balances, "AR", day)
            assert {(row.party_id, row.currency): row.total for row in rows if row.total} == balances
        assert check_book(book.store.reader) == []
