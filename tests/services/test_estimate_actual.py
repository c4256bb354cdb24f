"""Estimate against actual: the list says of every shipment what its own sheet says (domain.md section 2.10)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.example_kit import t1
from tests.services.shipping_kit import DAY, OPEN_ACCOUNT, Firm, start
from tradecrm.core.table import Table
from tradecrm.models import ContractLine
from tradecrm.reports.registry import report_table
from tradecrm.services.book import Seat
from tradecrm.services.claims.commission import (
    ReckonCommission,
    SaveCommissionRule,
    reckon_commission,
    run_lines,
    save_commission_rule,
)
from tradecrm.services.data.sample.running_example import Example
from tradecrm.services.figures.estimate_actual import compared_shipments
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.estimate_card import contract_estimate
from tradecrm.services.trade.estimates import (
    EstimateRowDraft,
    SaveEstimate,
    SubmitEstimate,
    save_estimate,
    submit_estimate,
)
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

D = Decimal
PERIOD = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def example(seat: Seat) -> Example:
    played = t1(seat)
    seat.perform(depart_shipment, DepartShipment(played.second_shipment, date(2026, 6, 10), rate=D("7.05")))
    return played


def test_section_2_10_list_and_sheet_agree(seat: Seat, example: Example) -> None:
    rows = seat.ask(contract_estimate, example.contract).rows
    estimate = seat.perform(save_estimate, SaveEstimate(example.contract, D("7.00"), rows)).value
    seat.perform(submit_estimate, SubmitEstimate(estimate))
    found = seat.ask(compared_shipments, *PERIOD)
    assert len(found) == 2
    for line in found:
        sheet = seat.ask(shipment_profit, line.actual.shipment_id)
        assert sheet.estimate is not None
        assert line.estimate is not None
        assert line.estimate.revenue == sheet.estimate.revenue
        assert line.estimate.cost == sheet.estimate.total_cost
        assert line.actual.profit == sheet.result.trading_profit
        assert line.variance is not None
        assert line.variance.difference == sheet.result.trading_profit - sheet.estimate.trading_profit


def test_a_shipment_without_estimate_is_named_and_left_out_of_the_total(seat: Seat, example: Example) -> None:
    table: Table = seat.ask(report_table, "estimate_actual", {"first": "2026-01-01", "last": "2026-12-31"})
    assert [row.cells[0] for row in table.rows] == ["SH-26001", "SH-26002"]
    assert table.rows[1].cells[3] is None
    assert table.totals[0].cells[3] == table.rows[0].cells[3]
    assert table.notes == ("1 shipment has no approved estimate and is not in the total.",)


def estimated(firm: Firm, rate: str, inland: str) -> int:
    """Answer a contract over USD 10,000 that allows 5 % more, its estimate approved at ``rate``."""
    line = ContractLineDraft(None, "Lamp", D(1000), D(10), cost=D(40))
    command = SaveContract(
        firm.customer, DAY, "USD", "FOB", "Ningbo", OPEN_ACCOUNT, (line,), tolerance_over=D("0.05")
    )
    contract = int(firm.seat.perform(save_contract, command).value)
    for state in ("signed", "effective"):
        firm.seat.perform(move_contract, MoveContract(contract, state, DAY))
    rows = (EstimateRowDraft("INL", "CNY", D(inland)),)
    estimate = firm.seat.perform(save_estimate, SaveEstimate(contract, D(rate), rows)).value
    firm.seat.perform(submit_estimate, SubmitEstimate(estimate))
    return contract


def first_line(reader: Reader, contract: int) -> int:
    found = select(ContractLine.id).where(ContractLine.contract_id == contract)
    return reader.session.scalars(found).one()


def test_goods_of_two_contracts_take_a_share_of_both_estimates(seat: Seat) -> None:
    """40 % of one at 7.00 and 60 % of the other at 7.20: 28,000 + 43,200, and 400.04 + 60.03 of the costs (2.6)."""
    firm = start(seat)
    parts = ((estimated(firm, "7.00", "1000.10"), 400), (estimated(firm, "7.20", "100.05"), 600))
    goods = tuple(ShipmentLineDraft(seat.ask(first_line, key), D(quantity)) for key, quantity in parts)
    shipment = int(seat.perform(save_shipment, SaveShipment(DAY, goods)).value)
    firm.depart(shipment)
    sheet = seat.ask(shipment_profit, shipment)
    (line,) = seat.ask(compared_shipments, *PERIOD)
    assert sheet.estimate is not None
    assert line.estimate is not None
    assert (line.estimate.revenue, line.estimate.cost) == (D("71200.00"), D("460.07"))
    assert (sheet.estimate.revenue, sheet.estimate.total_cost) == (D("71200.00"), D("460.07"))
    # N x R at the rate that makes both revenues: 7.12.
    assert sheet.estimate.reference_profit == D("71200.00") - D("460.07")


def test_goods_beyond_the_order_are_compared_with_as_much_more(seat: Seat) -> None:
    """1,050 of 1,000 within the tolerance: 105 % of 70,000 and of 1,000.10 (2.10)."""
    firm = start(seat)
    firm.depart(firm.shipment(estimated(firm, "7.00", "1000.10"), 1050))
    (line,) = seat.ask(compared_shipments, *PERIOD)
    assert line.estimate is not None
    assert (line.estimate.revenue, line.estimate.cost) == (D("73500.00"), D("1050.11"))


def test_goods_on_their_way_under_a_d_rule_have_no_result_yet(seat: Seat) -> None:
    """Between departure and delivery they are goods in transit; then commission is earned too (1.3)."""
    firm = start(seat)
    command = SaveCommissionRule("Revenue", "revenue", D("0.01"), date(2026, 1, 1))
    seat.perform(save_commission_rule, command)
    line = ContractLineDraft(None, "Lamp", D(1000), D(10))
    paper = SaveContract(firm.customer, DAY, "USD", "DAP", "Rotterdam", OPEN_ACCOUNT, (line,))
    contract = int(seat.perform(save_contract, paper).value)
    for state in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(contract, state, DAY))
    shipment = firm.shipment(contract)
    left, there = date(2026, 5, 30), date(2026, 6, 10)
    firm.depart(shipment, left)
    assert seat.ask(compared_shipments, *PERIOD) == []
    firm.move(shipment, "arrived", "delivered", day=there)
    assert [row.actual.revenue for row in seat.ask(compared_shipments, *PERIOD)] == [D("70000.00")]
    run = seat.perform(reckon_commission, ReckonCommission(date(2026, 6, 1), date(2026, 6, 15))).value
    assert [row.amount for row in seat.ask(run_lines, run)] == [D("700.00")]
