"""The rate collected as the reference rate R of a shipment, on T1 (domain.md sections 2.4 and 2.5)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.services.conftest import TODAY
from tests.services.scenes import played_once
from tests.services.shipping_kit import start
from tradecrm.core.links import Link
from tradecrm.core.money import round_to
from tradecrm.core.problems import Refusal
from tradecrm.core.table import Table
from tradecrm.reports.registry import report_table
from tradecrm.services.book import Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.data.sample.running_example import Example, play_example
from tradecrm.services.figures.explain import Ask
from tradecrm.services.figures.explain_results import explain_shipment
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.money.write_offs import WriteOff, write_off

D = Decimal


@pytest.fixture
@played_once
def example(seat: Seat) -> Example:
    command = OpenAccount("Bank of China USD", "BANK", "USD", date(2026, 1, 1))
    return play_example(seat, seat.perform(open_account, command).value)


def _compare_with(seat: Seat, rate: str) -> None:
    seat.perform(change_settings, ChangeSettings((("reference_rate", rate),)))


def test_the_two_settings_are_one_of_their_ways(seat: Seat) -> None:
    with pytest.raises(Refusal, match="Choose the rate that export costs are compared with"):
        _compare_with(seat, "budget")
    with pytest.raises(Refusal, match="Choose what is done with a bill for a closed shipment"):
        seat.perform(change_settings, ChangeSettings((("late_bills", "never"),)))
    assert seat.ask(lambda reader: (reader.settings.reference_rate, reader.settings.late_bills)) == (
        "recognition",
        "reopen",
    )


def _sheet(seat: Seat, shipment: int) -> Table:
    return seat.ask(report_table, "shipment_profit", {"shipment": shipment})


def _measures(table: Table) -> dict[str, object]:
    return {str(row.cells[0]): row.cells[2] for row in table.rows}


def test_t1_is_compared_with_what_both_receipts_brought(seat: Seat, example: Example) -> None:
    """Deposit 4,626.00 at 7.02 and balance 10,794.00 at 7.03, gross of the charge: 108,356.34 / 15,420.00 = 7.0270.

    N 14,238.16 x 7.027 = 100,051.55; less K 78,140.00 that is 21,911.55, 28.04 % of K = 7.027 / 5.4881 - 1.
    """
    before = seat.ask(shipment_profit, example.shipment)
    assert (before.result.reference_rate, before.collected) == (D("7.06"), None)
    assert before.result.reference_profit == D("22381.41")  # 14,238.16 x 7.06 = 100,521.41, less K.
    _compare_with(seat, "collected")
    sheet = seat.ask(shipment_profit, example.shipment)
    came, result = sheet.collected, sheet.result
    assert came is not None
    assert (came.amount, came.base_amount) == (D(15420), D("108356.34"))
    assert result.reference_rate == D("7.027")
    assert (result.fx_net_income, result.export_cost) == (D("14238.16"), D("78140.00"))
    assert result.reference_profit == D("21911.55")
    assert result.profit_rate is not None
    assert round_to(result.profit_rate, 4) == D("0.2804") == round_to(D("7.027") / D("5.4881") - 1, 4)
    # What is no comparison with R stays.
    assert result.trading_profit == before.result.trading_profit == D("22180.81")


def test_the_sheet_and_its_explanation_name_the_rate(seat: Seat, example: Example) -> None:
    booked = _measures(_sheet(seat, example.shipment))
    assert booked["Reference rate R: the recognition rate"] == "7.0600"
    assert booked["Profit rate at the reference rate"] == "28.64 %"
    _compare_with(seat, "collected")
    came = _measures(_sheet(seat, example.shipment))
    assert came["Reference rate R: the rate collected"] == "7.0270"
    assert came["Profit at the reference rate (N × R − K)"] == D("21911.55")
    assert came["Profit rate at the reference rate"] == "28.04 %"
    asked = Ask(TODAY, example.shipment)
    steps = {step.words: step for step in seat.ask(explain_shipment, asked).steps}
    rate = steps["Reference rate R: the rate collected"]
    assert (rate.formula, rate.value) == ("108,356.34 ÷ 15,420.00", D("7.027"))
    profit = steps["Profit at the reference rate (N × R − K)"]
    assert profit.formula == "14,238.16 × 7.0270 − 78,140.00"
    assert profit.link == Link.to("report/shipment_profit", shipment=example.shipment)


def test_until_receipts_settled_everything_r_is_the_recognition_rate(seat: Seat) -> None:
    """10,000.00 are owed: 9,960.00 came, 40.00 are written off: that brought no rate for the whole."""
    firm = start(seat)
    _compare_with(seat, "collected")
    shipment = firm.shipment(firm.contract())
    invoice = firm.depart(shipment, TODAY - timedelta(days=40))
    booked = seat.ask(shipment_profit, shipment).rate
    share = (Share(invoice, D(9960)),)
    seat.perform(
        record_receipt,
        RecordReceipt(TODAY, firm.customer, firm.account, D(9960), allocations=share, rate=D(7)),
    )
    sheet = _sheet(seat, shipment)
    assert (
        "R is the recognition rate until receipts have settled all receivables of the shipment."
        in sheet.notes
    )
    assert seat.ask(shipment_profit, shipment).result.reference_rate == booked
    seat.perform(write_off, WriteOff(invoice, D(40), TODAY, "The bank kept it"))
    assert seat.ask(shipment_profit, shipment).collected is None
