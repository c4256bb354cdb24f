"""Settling items (domain.md sections 3.1, 3.4, 3.5): worked numbers, days, refusals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.services.conftest import TODAY
from tests.services.money_kit import Invoice, customer, enter_item
from tradecrm.core.problems import Refusal
from tradecrm.models import Allocation, Item
from tradecrm.services.book import Seat
from tradecrm.services.control.periods import ClosePeriod, close_period
from tradecrm.services.figures.aging import AgingQuery, aging, ledger_balances
from tradecrm.services.money.allocations import (
    Allocate,
    OpenItem,
    Unallocate,
    allocate,
    plan_oldest_first,
    unallocate,
)
from tradecrm.services.work import Reader

D = Decimal


@pytest.fixture
def party(seat: Seat) -> int:
    return customer(seat)


def _enter(seat: Seat, invoice: Invoice) -> int:
    return seat.perform(enter_item, invoice).value


def _item(seat: Seat, key: int) -> Item:
    def read(reader: Reader) -> Item:
        return reader.session.get_one(Item, key)

    return seat.ask(read)


def _fx(seat: Seat, key: int) -> Decimal:
    def read(reader: Reader) -> Decimal:
        return reader.session.get_one(Allocation, key).fx

    return seat.ask(read)


def test_section_3_5_example_of_realized_differences(seat: Seat, party: int) -> None:
    invoice = _enter(seat, Invoice(party, date(2026, 3, 2), D(8650), D("7.1120")))
    assert _item(seat, invoice).base_amount == D("61518.80")
    first = _enter(seat, Invoice(party, date(2026, 4, 1), D(-5000), D("7.09"), number="R1"))
    row = seat.perform(allocate, Allocate(invoice, first, D(5000))).value
    assert _fx(seat, row) == D("-110.00")
    open_item = _item(seat, invoice)
    assert (open_item.open_amount, open_item.open_base) == (D(3650), D("25958.80"))
    second = _enter(seat, Invoice(party, date(2026, 5, 4), D(-3650), D("7.155"), number="R2"))
    row = seat.perform(allocate, Allocate(invoice, second, D(3650))).value
    assert _fx(seat, row) == D("156.95")
    settled = _item(seat, invoice)
    assert (settled.open_amount, settled.open_base, settled.settled_on) == (D(0), D(0), date(2026, 5, 4))


def test_section_3_6_history_example(seat: Seat, party: int) -> None:
    """A moved receipt leaves the reports of earlier days as they were."""
    due = ((D(2400), date(2026, 4, 10)),)
    first = _enter(seat, Invoice(party, date(2026, 3, 11), D(2400), due=due, number="I1"))
    other_due = ((D(2400), date(2026, 6, 30)),)
    second = _enter(seat, Invoice(party, date(2026, 4, 12), D(2400), due=other_due, number="I2"))
    receipt = _enter(seat, Invoice(party, date(2026, 5, 5), D(-2400), number="R1"))

    def ages(day: date) -> list[tuple[Decimal, ...]]:
        return [row.amounts for row in seat.ask(aging, AgingQuery("AR", day))]

    row = seat.perform(allocate, Allocate(first, receipt, D(2400))).value
    april = [(D(2400), D(2400), D(0), D(0), D(0))]
    may_5 = [(D(2400), D(0), D(0), D(0), D(0))]
    assert ages(date(2026, 4, 30)) == april
    assert ages(date(2026, 5, 5)) == may_5
    seat.perform(unallocate, Unallocate(row, date(2026, 5, 20)))
    seat.perform(allocate, Allocate(second, receipt, D(2400)))
    assert ages(date(2026, 4, 30)) == april
    assert ages(date(2026, 5, 5)) == may_5
    assert ages(date(2026, 5, 19)) == may_5
    assert ages(date(2026, 5, 20)) == [(D(0), D(0), D(2400), D(0), D(0))]


@pytest.mark.parametrize(
    ("due", "bucket"),
    [
        (date(2026, 8, 12), 0),
        (date(2026, 7, 31), 0),
        (date(2026, 7, 14), 1),
        (date(2026, 7, 1), 1),
        (date(2026, 6, 30), 2),
        (date(2026, 6, 1), 2),
        (date(2026, 5, 2), 3),
        (date(2026, 5, 1), 4),
        (None, 0),
    ],
)
def test_section_3_6_boundaries_as_of_31_july(
    seat: Seat, party: int, clock: object, due: date | None, bucket: int
) -> None:
    from datetime import UTC, datetime

    from tradecrm.core.clock import FixedClock

    assert isinstance(clock, FixedClock)
    clock.moment = datetime(2026, 9, 1, 9, tzinfo=UTC)
    _enter(seat, Invoice(party, date(2026, 4, 1), D(100), due=((D(100), due),)))
    for today in (date(2026, 9, 1), date(2026, 7, 31)):
        clock.moment = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
        rows = seat.ask(aging, AgingQuery("AR", date(2026, 7, 31)))
        expected = tuple(D(100) if index == bucket else D(0) for index in range(5))
        assert [row.amounts for row in rows] == [expected]


def test_a_receipt_cannot_be_used_twice_on_any_day(seat: Seat, party: int) -> None:
    """Section 3.1: taken back on day 20, the receipt is free from then on and not in between."""
    first = _enter(seat, Invoice(party, date(2026, 3, 1), D(500), number="I1"))
    second = _enter(seat, Invoice(party, date(2026, 3, 1), D(500), number="I2"))
    receipt = _enter(seat, Invoice(party, date(2026, 4, 1), D(-500), number="R1"))
    row = seat.perform(allocate, Allocate(first, receipt, D(500))).value
    with pytest.raises(Refusal, match=r"R1 has only USD 0\.00 open"):
        seat.perform(allocate, Allocate(second, receipt, D(500)))
    seat.perform(unallocate, Unallocate(row, date(2026, 5, 20)))
    with pytest.raises(Refusal, match="cannot be settled before 2026-05-20"):
        seat.perform(allocate, Allocate(second, receipt, D(500), day=date(2026, 5, 1)))
    seat.perform(allocate, Allocate(second, receipt, D(500)))
    assert _item(seat, second).settled_on == date(2026, 5, 20)
    assert _item(seat, first).settled_on is None


def test_each_invoice_is_checked_for_itself(seat: Seat, party: int) -> None:
    small = _enter(seat, Invoice(party, date(2026, 3, 1), D(100), number="I1"))
    _enter(seat, Invoice(party, date(2026, 3, 1), D(900), number="I2"))
    receipt = _enter(seat, Invoice(party, date(2026, 4, 1), D(-500), number="R1"))
    with pytest.raises(Refusal, match=r"I1 has only USD 100\.00 open; USD 500\.00 cannot be allocated"):
        seat.perform(allocate, Allocate(small, receipt, D(500)))
    assert _item(seat, small).open_amount == D(100)
    assert _item(seat, receipt).open_amount == D(-500)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"amount": D(0)}, "above zero"),
        ({"amount": D("1.001")}, "fit USD"),
        ({"amount": D(10), "day": date(2026, 6, 16)}, "after today"),
    ],
)
def test_refused_amounts_and_days(seat: Seat, party: int, command: dict[str, object], words: str) -> None:
    invoice = _enter(seat, Invoice(party, date(2026, 3, 1), D(100), number="I1"))
    receipt = _enter(seat, Invoice(party, date(2026, 4, 1), D(-100), number="R1"))
    with pytest.raises(Refusal, match=words):
        seat.perform(allocate, Allocate(invoice, receipt, **command))  # type: ignore[arg-type]
    assert _item(seat, invoice).open_amount == D(100)


def test_what_a_later_reversal_left_room_for_takes_the_base_of_its_day(seat: Seat, party: int) -> None:
    """Section 12 number 3, on any day: 33.33 is 16.67 and 16.66, also when the first half was taken back since."""
    invoice = _enter(seat, Invoice(party, date(2026, 1, 5), D(100), D("0.3333")))
    halves = [
        _enter(seat, Invoice(party, date(2026, 1, 10), D(-50), D("0.3333"), number=f"R{n}")) for n in (1, 2)
    ]
    first = seat.perform(allocate, Allocate(invoice, halves[0], D(50))).value
    seat.perform(unallocate, Unallocate(first, date(2026, 2, 1)))
    second = seat.perform(allocate, Allocate(invoice, halves[1], D(50))).value
    rows = seat.ask(lambda reader: [reader.session.get_one(Allocation, key) for key in (first, second)])
    assert [(row.day, row.debit_base) for row in rows] == [
        (date(2026, 1, 10), D("16.67")),
        (date(2026, 1, 10), D("16.66")),
    ]
    assert _item(seat, invoice).open_base == D("16.67")


def test_another_partys_money_settles_nothing(seat: Seat, party: int) -> None:
    other = customer(seat, "Åberg & Co AB")
    invoice = _enter(seat, Invoice(party, date(2026, 3, 1), D(100), number="I1"))
    receipt = _enter(seat, Invoice(other, date(2026, 4, 1), D(-100), number="R1"))
    with pytest.raises(Refusal, match="different parties"):
        seat.perform(allocate, Allocate(invoice, receipt, D(100)))


def test_another_currency_needs_both_amounts(seat: Seat, party: int) -> None:
    """Sections 3.4 and 3.5: both amounts fixed, the ledger of either currency follows."""
    invoice = _enter(seat, Invoice(party, date(2026, 3, 1), D(1000), D("7.10"), number="I1"))
    receipt = _enter(seat, Invoice(party, date(2026, 4, 1), D(-900), D("7.80"), currency="EUR", number="R1"))
    with pytest.raises(Refusal, match="enter both amounts"):
        seat.perform(allocate, Allocate(invoice, receipt, D(1000)))
    row = seat.perform(allocate, Allocate(invoice, receipt, D(1000), D(900))).value
    assert _fx(seat, row) == D("7020.00") - D("7100.00")
    assert seat.ask(ledger_balances, "AR", TODAY) == {}
    assert list(seat.ask(aging, AgingQuery("AR", TODAY))) == []


def test_closed_months_never_move(seat: Seat, party: int) -> None:
    own: dict[str, Any] = {"currency": "CNY", "rate": D(1)}
    invoice = _enter(seat, Invoice(party, date(2026, 3, 1), D(100), number="I1", **own))
    receipt = _enter(seat, Invoice(party, date(2026, 4, 1), D(-100), number="R1", **own))
    seat.perform(close_period, ClosePeriod(date(2026, 4, 30), confirmed=True))
    seat.perform(allocate, Allocate(invoice, receipt, D(100)))
    assert _item(seat, invoice).settled_on == date(2026, 5, 1)
    with pytest.raises(Refusal, match="closed until 2026-04-30"):
        _enter(seat, Invoice(party, date(2026, 4, 30), D(5), number="I9"))


def test_taken_back_twice_is_refused(seat: Seat, party: int) -> None:
    invoice = _enter(seat, Invoice(party, date(2026, 3, 1), D(100), number="I1"))
    receipt = _enter(seat, Invoice(party, date(2026, 4, 1), D(-100), number="R1"))
    row = seat.perform(allocate, Allocate(invoice, receipt, D(100))).value
    with pytest.raises(Refusal, match="before that day"):
        seat.perform(unallocate, Unallocate(row, date(2026, 3, 31)))
    seat.perform(unallocate, Unallocate(row))
    with pytest.raises(Refusal, match="taken back already"):
        seat.perform(unallocate, Unallocate(row))


def test_plan_oldest_first_takes_earmarked_then_due_then_document_day() -> None:
    """Section 3.1, order of automatic allocation."""
    items = [
        OpenItem(1, D(100), date(2026, 5, 1), date(2026, 4, 1), "B"),
        OpenItem(2, D(100), date(2026, 4, 1), date(2026, 4, 2), "A"),
        OpenItem(3, D(100), None, date(2026, 1, 1), "C"),
        OpenItem(4, D(100), date(2026, 9, 1), date(2026, 4, 1), "D", earmarked=True),
    ]
    assert plan_oldest_first(D(250), items) == [(4, D(100)), (2, D(100)), (1, D(50))]
    assert plan_oldest_first(D(0), items) == []


def test_amounts_of_ten_trillion_minor_units(seat: Seat, party: int) -> None:
    """Architecture section 4: exact far beyond what a float or a product in SQL could hold."""
    huge = D("100000000000.01")
    invoice = _enter(seat, Invoice(party, date(2026, 3, 1), huge, D("7.1234567891"), number="I1"))
    receipt = _enter(seat, Invoice(party, date(2026, 4, 1), -huge, D("7.2"), number="R1"))
    seat.perform(allocate, Allocate(invoice, receipt, D("99999999999.99")))
    rows = seat.ask(aging, AgingQuery("AR", TODAY))
    assert [row.total for row in rows] == [D(0)]
    assert rows[0].amounts[-1] + rows[0].amounts[-2] == D("0.02")
    past = seat.ask(aging, AgingQuery("AR", date(2026, 3, 2)))
    assert [row.total for row in past] == [huge]


def test_cents_of_two_roundings_are_no_exchange_difference(seat: Seat, party: int) -> None:
    """Section 11: up to 0.05 in base of a cross-currency settlement stands on the rounding account."""
    from sqlalchemy import select

    from tradecrm.models import LedgerEntry

    def entered(rate: str, number: str) -> str:
        debit = _enter(seat, Invoice(party, date(2026, 3, 1), D(100), D("7.10"), number=f"I{number}"))
        money = Invoice(party, date(2026, 4, 1), D(-90), D(rate), currency="EUR", number=f"R{number}")
        seat.perform(allocate, Allocate(debit, _enter(seat, money), D(100), D(90)))

        def read(reader: Reader) -> str:
            rows = (
                select(LedgerEntry.category).where(LedgerEntry.book == "FX").order_by(LedgerEntry.id.desc())
            )
            return reader.session.scalars(rows.limit(1)).one()

        return seat.ask(read)

    assert entered("7.8894", "1") == "ROUNDING"
    assert entered("7.90", "2") == "REALIZED"


@pytest.mark.parametrize("amount", [D(-90), D("90.001")])
def test_the_credits_own_amount_is_checked_too(seat: Seat, party: int, amount: Decimal) -> None:
    debit = _enter(seat, Invoice(party, date(2026, 3, 1), D(100), D("7.10"), number="I1"))
    credit = _enter(seat, Invoice(party, date(2026, 4, 1), D(-90), D("7.9"), currency="EUR", number="R1"))
    with pytest.raises(Refusal, match="R1: the amount must be above zero and fit EUR"):
        seat.perform(allocate, Allocate(debit, credit, D(100), amount))
    assert (_item(seat, debit).open_amount, _item(seat, credit).open_amount) == (D(100), D(-90))


def test_nothing_is_taken_back_after_today(seat: Seat, party: int) -> None:
    """Section 3.1: money expected later is a plan, so that what is kept for today is true today."""
    debit = _enter(seat, Invoice(party, date(2026, 3, 1), D(100), number="I1"))
    credit = _enter(seat, Invoice(party, date(2026, 4, 1), D(-100), number="R1"))
    row = seat.perform(allocate, Allocate(debit, credit, D(100))).value
    with pytest.raises(Refusal, match="after today"):
        seat.perform(unallocate, Unallocate(row, date(2026, 6, 16)))
    assert _item(seat, debit).open_amount == D(0)
