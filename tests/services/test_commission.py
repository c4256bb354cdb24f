"""Salesperson commission: reckoned once, posted, paid, taken back; what each person sees (issue: item 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY
from tests.services.example_kit import t1
from tradecrm.core.commission import CommissionBasis, CommissionTerms, Earned, reckon
from tradecrm.core.errors import NotAllowed
from tradecrm.core.problems import Refusal
from tradecrm.models import LedgerEntry, Shipment
from tradecrm.reports.registry import report_table
from tradecrm.reports.walk import Record, unlinked_figures, walk
from tradecrm.services.book import Book, Seat
from tradecrm.services.claims.commission import (
    MoveRun,
    PayRun,
    ReckonCommission,
    SaveCommissionRule,
    move_run,
    pay_run,
    reckon_commission,
    run_lines,
    save_commission_rule,
)
from tradecrm.services.claims.commission_card import commission_rows
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.data.check import check_book
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.work import Reader, Work, operation

D = Decimal
START = date(2026, 1, 1)
APRIL, MAY, JUNE = date(2026, 4, 30), date(2026, 5, 31), TODAY


@dataclass(frozen=True)
class Scene:
    shipment: int
    yuan: int


@pytest.fixture
def scene(seat: Seat) -> Scene:
    """Play T1 and open a yuan account with 1,000."""
    example = t1(seat)
    yuan = OpenAccount("ICBC CNY", "BANK", "CNY", START, D(5000))
    return Scene(example.shipment, seat.perform(open_account, yuan).value)


def _rule(seat: Seat, basis: str, rate: str, above: str = "0", person: int | None = None) -> int:
    command = SaveCommissionRule(f"{basis} {rate}", basis, D(rate), START, person, D(above))
    return seat.perform(save_commission_rule, command).value


def _run(seat: Seat, first: date, last: date) -> int:
    return seat.perform(reckon_commission, ReckonCommission(first, last)).value


def _amounts(seat: Seat, run: int) -> list[Decimal]:
    return [line.amount for line in seat.ask(run_lines, run)]


def _owed(reader: Reader) -> Decimal:
    query = select(func.sum(LedgerEntry.base_amount)).where(LedgerEntry.book == "STAFF")
    return -(reader.session.scalar(query) or D(0))


def test_own_rules_replace_common_ones_and_steps_stack() -> None:
    """2 % of all, 1 % more above 20,000: 22,180.81 x 2 % = 443.62 and 2,180.81 x 1 % = 21.81."""
    profit = CommissionBasis.PROFIT
    common = CommissionTerms(1, profit, None, D("0.02"), D(0), START)
    step = CommissionTerms(2, profit, None, D("0.01"), D(20000), START)
    own = CommissionTerms(3, profit, 7, D("0.05"), D(0), date(2026, 6, 1))
    shipment = Earned(profit, 1, 7, date(2026, 5, 20), D("22180.81"))
    assert [each.amount for each in reckon([common, step, own], [shipment])] == [D("443.62"), D("21.81")]
    later = Earned(profit, 2, 7, date(2026, 6, 2), D("1000"))
    assert [each.rule_id for each in reckon([common, step, own], [later])] == [3]
    loss = Earned(profit, 3, 7, date(2026, 5, 20), D("-50"))
    assert reckon([common], [loss]) == ()


def test_each_shipment_and_receipt_is_counted_once_over_runs(seat: Seat, scene: Scene) -> None:
    """T1: profit 22,180.81 x 2 %; receipts 5,922 x 7.02 and 10,794 x 7.03 at 0.5 %."""
    _rule(seat, "profit", "0.02")
    _rule(seat, "collection", "0.005")
    april = _run(seat, START, APRIL)
    assert _amounts(seat, april) == [D("207.86")]
    may = _run(seat, date(2026, 5, 1), MAY)
    assert _amounts(seat, may) == [D("443.62")]
    june = _run(seat, START, JUNE)
    assert _amounts(seat, june) == [D("379.41")]
    with pytest.raises(Refusal, match="not reckoned yet"):
        _run(seat, START, JUNE)
    seat.perform(move_run, MoveRun(may, "reverse", JUNE))
    again = _run(seat, START, JUNE)
    assert _amounts(seat, again) == [D("443.62")]
    seat.perform(reckon_commission, ReckonCommission(START, JUNE, again))
    assert _amounts(seat, again) == [D("443.62")]


def test_a_shipment_counts_when_its_costs_are_known_even_if_it_left_before(seat: Seat, scene: Scene) -> None:
    _rule(seat, "profit", "0.02")
    late = SaveCost(scene.shipment, "OTH", "CNY", D(100), rate=D(1))
    cost = seat.perform(save_cost, late).value
    with pytest.raises(Refusal, match="not reckoned yet"):
        _run(seat, START, MAY)
    party = seat.ask(_payee, scene.shipment)
    from tradecrm.services.trade.costs import BillCost, bill_cost

    known = SaveCost(scene.shipment, "OTH", "CNY", D(100), rate=D(1), party_id=party, id=cost, version=1)
    seat.perform(save_cost, known)
    seat.perform(bill_cost, BillCost(cost, date(2026, 6, 1)))
    assert _amounts(seat, _run(seat, date(2026, 6, 1), JUNE)) == [D("441.62")]


@operation("shipment.write")
def give_shipment(work: Work, command: tuple[int, int]) -> None:
    """Give a shipment to a person."""
    work.get(Shipment, command[0], "Shipment").owner_id = command[1]


def _payee(reader: Reader, shipment: int) -> int:
    from tradecrm.models import CostLine

    query = select(CostLine.party_id).where(CostLine.shipment_id == shipment, CostLine.party_id.is_not(None))
    return reader.session.scalars(query).first() or 0


def test_a_run_is_owed_to_the_staff_until_it_is_paid_and_every_step_is_taken_back(
    seat: Seat, book: Book, scene: Scene
) -> None:
    _rule(seat, "revenue", "0.01")
    run = _run(seat, START, MAY)
    assert _amounts(seat, run) == [D("1086.80")]  # 108,680.16 x 1 %
    with pytest.raises(Refusal, match="not possible"):
        seat.perform(pay_run, PayRun(run, scene.yuan, JUNE))
    with pytest.raises(Refusal, match="last day or later"):
        seat.perform(move_run, MoveRun(run, "post", APRIL))
    assert seat.perform(move_run, MoveRun(run, "post", MAY)).value == "posted"
    assert seat.ask(_owed) == D("1086.80")
    table = seat.ask(report_table, "commission", {})
    assert table.totals[0].cells[-1] == D("1086.80")
    assert unlinked_figures(table) == []
    reached = {each.target for each in seat.ask(walk, table).values() if isinstance(each, Record)}
    assert {"commission_run", "shipment"} <= reached
    seat.perform(pay_run, PayRun(run, scene.yuan, JUNE))
    assert seat.ask(_owed) == 0
    with pytest.raises(Refusal, match="not possible"):
        seat.perform(move_run, MoveRun(run, "reverse", JUNE, "wrong"))
    with pytest.raises(Refusal, match="why"):
        seat.perform(move_run, MoveRun(run, "unpay", JUNE))
    seat.perform(move_run, MoveRun(run, "unpay", JUNE, "wrong account"))
    assert seat.ask(_owed) == D("1086.80")
    seat.perform(move_run, MoveRun(run, "reverse", JUNE, "wrong rate"))
    assert seat.ask(_owed) == 0
    assert check_book(book.store.reader) == []


def test_only_finance_reckons_and_a_salesperson_sees_their_own_lines(
    seat: Seat, book: Book, scene: Scene
) -> None:
    clerk = seat.perform(add_person, AddPerson("Wu Fan", "sales")).value
    own = book.seat(clerk)
    with pytest.raises(NotAllowed, match="commission"):
        own.perform(save_commission_rule, SaveCommissionRule("x", "profit", D("0.5"), START))
    _rule(seat, "profit", "0.02")
    run = _run(seat, START, MAY)
    assert own.ask(run_lines, run) == []
    assert own.ask(report_table, "commission", {}).rows == ()
    seat.perform(give_shipment, (scene.shipment, clerk))
    seat.perform(reckon_commission, ReckonCommission(START, MAY, run))
    assert [line.amount for line in own.ask(run_lines, run)] == [D("443.62")]
    (line,) = own.ask(commission_rows)
    assert (line.run, line.base_amount) == ("CM-2605-0001", None)
