"""Proposals for rows of the bank, and outflows brought to the moving average (domain.md sections 4 and 16.6)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tradecrm.core.bank_matching import BankSide, BookSide, Proposal, Why, propose
from tradecrm.core.carrying import FxBalance, FxMove, average_corrections

D = Decimal
DAY = date(2026, 5, 12)
FIRST = DAY.toordinal()


def row(key: int, amount: int, day: int = 0, name: str = "", words: str = "") -> BankSide:
    return BankSide(key, FIRST + day, amount, name, words)


def entry(
    key: int, amount: int, day: int = 0, name: str = "", words: str = "", party: int | None = None
) -> BookSide:
    return BookSide(key, FIRST + day, amount, name, words, party)


def proposals(rows: list[BankSide], entries: list[BookSide]) -> dict[int, Proposal]:
    known = {each.id: each for each in entries}
    raw = sorted(
        ((each.id, date.fromordinal(each.day).isoformat(), each.amount) for each in entries),
        key=lambda each: (each[1], each[0]),
    )
    found = propose(rows, raw, lambda keys: {key: known[key] for key in keys})
    return {each.row_id: each for each in found}


def test_exact_amount_within_five_days() -> None:
    entries = [entry(1, 100, 5), entry(2, 200, 6), entry(3, -100, 0)]
    found = proposals([row(1, 100), row(2, 200)], entries)
    assert found[1].entry_ids == (1,)
    assert 2 not in found


def test_two_that_fit_alike_are_left_to_the_person() -> None:
    found = proposals([row(1, 100)], [entry(1, 100, 1), entry(2, 100, -1)])
    assert not found[1].sure
    named = [entry(1, 100, 1, "Kern Tool Corp."), entry(2, 100, -1, "Veld B.V.")]
    chosen = proposals([row(1, 100, 0, "VELD BV")], named)[1]
    assert (chosen.entry_ids, chosen.sure, chosen.why) == ((2,), True, (Why.NEAR_DAY, Why.NAME))


def test_the_best_fit_goes_first_and_each_entry_once() -> None:
    entries = [entry(1, 100, 0, words="CI-26001"), entry(2, 100, 1, words="CI-26002")]
    found = proposals([row(1, 100, 0, words="inv ci26002"), row(2, 100, 1, words="CI-26001")], entries)
    assert found[1].entry_ids == (2,)
    assert found[2].entry_ids == (1,)
    assert found[1].sure
    assert found[2].sure


def test_a_row_may_be_several_entries_of_one_party() -> None:
    entries = [
        entry(1, -60, 0, "Kern", party=7),
        entry(2, -40, 1, "Kern", party=7),
        entry(3, -40, 0, party=8),
    ]
    found = proposals([row(1, -100, 1, "KERN")], entries)[1]
    assert (set(found.entry_ids), found.sure, found.why) == ({1, 2}, True, (Why.SUM, Why.NAME))
    unknown = proposals([row(1, -100)], [entry(1, -60), entry(2, -40), entry(3, -70), entry(4, -30)])
    assert unknown == {}


moves = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.integers(-40_000, 40_000).filter(bool),
        st.integers(60_000, 80_000),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
)


@given(moves)
def test_corrections_bring_every_outflow_to_the_average(drawn: list[tuple[int, int, int, bool]]) -> None:
    """After them the account carries what it would had everything been entered in order (16.6)."""
    posted = [
        FxMove(
            DAY + timedelta(days=day),
            D(cents).scaleb(-2),
            (D(cents) * rate).scaleb(-6).quantize(D("0.01")),
            cents < 0 and averaged,
        )
        for day, cents, rate, averaged in sorted(drawn, key=lambda each: each[0])
    ]
    start = FxBalance(D(500), D(3500))
    found = average_corrections(start, posted, "CNY")
    balance = start
    for move in posted:
        if move.averaged and balance.amount > 0:
            balance = balance.outflow(-move.amount, "CNY")[1]
        else:
            balance = balance.inflow(move.amount, move.base)
    corrected = start.base + sum((move.base for move in posted), D(0)) + sum(found.values(), D(0))
    assert corrected == balance.base
    assert set(found) <= {move.day for move in posted if move.averaged}
