"""Estimate against actual: the list says of every shipment what its own sheet says (domain.md section 2.10)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tradecrm.core.table import Table
from tradecrm.reports.registry import report_table
from tradecrm.services.book import Seat
from tradecrm.services.data.sample.running_example import Example, play_example
from tradecrm.services.figures.estimate_actual import compared_shipments
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.estimate_card import contract_estimate
from tradecrm.services.trade.estimates import (
    SaveEstimate,
    SubmitEstimate,
    save_estimate,
    submit_estimate,
)

D = Decimal
PERIOD = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def example(seat: Seat) -> Example:
    account = OpenAccount("Bank of China USD", "BANK", "USD", date(2026, 1, 1))
    played = play_example(seat, seat.perform(open_account, account).value)
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
