"""What dates the revenue of a shipment: on board, or the delivery under D rules (domain.md sections 1.3, 5, 16.1)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import DAY, Firm, start
from tests.services.test_letters_of_credit import letter
from tradecrm.core.errors import RateMissing
from tradecrm.core.rates import RateType
from tradecrm.models import Item
from tradecrm.services.book import Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.figures.estimate_actual import compared_shipments
from tradecrm.services.figures.exposure import credit_state
from tradecrm.services.figures.profit import profits_between
from tradecrm.services.figures.profit_rows import profit_rows
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.closing import closing_gaps
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.credit import SaveCreditTerms, save_credit_terms
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.gates import release_stops
from tradecrm.services.trade.letters import MoveLetter, move_letter, save_letter
from tradecrm.services.trade.moving import SaveShippingData, save_shipping_data
from tradecrm.services.trade.shipment_card import departure
from tradecrm.services.work import Reader

LEFT = TODAY - timedelta(days=12)
THERE = TODAY - timedelta(days=2)
HALF = "TT;P30@ORDER;B@ARRIVAL+7D"


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def delivered_contract(firm: Firm) -> int:
    """Draw up a contract over USD 10,000 DDP Rotterdam with a deposit of 30 % that has come in."""
    line = ContractLineDraft(None, "Lamp", Decimal(1000), Decimal(10), cost=Decimal(40))
    command = SaveContract(
        firm.customer, DAY, "USD", "DDP", "Rotterdam", HALF, (line,), port_of_loading="Ningbo"
    )
    contract = int(firm.seat.perform(save_contract, command).value)
    firm.seat.perform(move_contract, MoveContract(contract, "signed", DAY))
    firm.pay(3000, contract)
    firm.seat.perform(move_contract, MoveContract(contract, "effective", DAY))
    return contract


def leave(firm: Firm, shipment: int) -> int:
    firm.move(shipment, "loaded", "declared", day=LEFT)
    return firm.seat.perform(depart_shipment, DepartShipment(shipment, LEFT, "BL1")).value


def invoices(reader: Reader) -> list[tuple[date, Decimal, Decimal, Decimal]]:
    rows = reader.session.scalars(select(Item).where(Item.side == "AR", Item.kind == "INV"))
    return [(row.day, row.amount, row.open_amount, row.base_amount) for row in rows]


def test_under_a_d_rule_revenue_comes_with_the_delivery(firm: Firm) -> None:
    """Deposit 3,000 at 7.00 keeps its rate (policy A); the rest is booked at 7.20 of the delivery: 71,400.00."""
    firm.seat.perform(save_rate, SaveRate(RateType.MID, "USD", THERE, "7.20", "bank"))
    firm.seat.perform(save_credit_terms, SaveCreditTerms(firm.customer, Decimal(50_000)))
    shipment = firm.ready(delivered_contract(firm))
    assert firm.seat.ask(departure, shipment, LEFT).on_delivery
    assert leave(firm, shipment) == 0
    assert firm.seat.ask(invoices) == []
    state = firm.seat.ask(credit_state, firm.customer)
    assert state is not None
    assert state.exposure is not None
    assert (state.exposure.receivable, state.exposure.unposted) == (Decimal(0), Decimal(7000))
    assert "7,000.00 is not paid" in firm.seat.ask(release_stops, shipment, "original")[0].sentence
    assert any("comes with its delivery" in gap for gap in firm.seat.ask(closing_gaps, shipment))
    firm.move(shipment, "arrived", "delivered", day=THERE)
    assert firm.seat.ask(invoices) == [(THERE, Decimal(10_000), Decimal(7000), Decimal("71400.00"))]
    assert not any("comes with its delivery" in gap for gap in firm.seat.ask(closing_gaps, shipment))


def test_a_missing_rate_stops_the_delivery_and_nothing_changes(firm: Firm) -> None:
    shipment = firm.ready(delivered_contract(firm))
    leave(firm, shipment)
    firm.seat.perform(change_settings, ChangeSettings((("max_stale_days", 0),)))
    firm.move(shipment, "arrived", day=THERE)
    before = firm.status(shipment)
    with pytest.raises(RateMissing, match="USD"):
        firm.move(shipment, "delivered", day=TODAY - timedelta(days=1))
    assert (firm.status(shipment), firm.seat.ask(invoices)) == (before, [])


def test_the_export_date_may_date_the_revenue(firm: Firm) -> None:
    firm.seat.perform(change_settings, ChangeSettings((("revenue_event", "export"),)))
    shipment = firm.ready(firm.contract())
    firm.move(shipment, "loaded", "declared", day=LEFT)
    assert "export date" in firm.refused(depart_shipment, DepartShipment(shipment, LEFT, "BL1"))
    exported = LEFT - timedelta(days=1)
    firm.seat.perform(save_shipping_data, SaveShippingData(shipment, export_date=exported))
    firm.seat.perform(depart_shipment, DepartShipment(shipment, LEFT, "BL1"))
    assert firm.seat.ask(invoices)[0][0] == exported


def test_a_contract_under_a_confirmed_letter_may_stay_out_of_the_backlog(firm: Firm) -> None:
    """Section 16.17: up to the undrawn amount of the confirmed credit."""
    firm.seat.perform(save_credit_terms, SaveCreditTerms(firm.customer, Decimal(50_000)))
    contract = firm.contract(total=10_000)
    command = letter(firm, contract, amount=Decimal(8_000), tolerance_over=Decimal("0.25"), confirmed=True)
    key = firm.seat.perform(save_letter, command).value
    firm.seat.perform(move_letter, MoveLetter(key, "check"))

    def backlog() -> Decimal:
        state = firm.seat.ask(credit_state, firm.customer)
        assert state is not None
        assert state.exposure is not None
        return state.exposure.backlog

    assert backlog() == 10_000
    firm.seat.perform(change_settings, ChangeSettings((("credit_letters_out", True),)))
    assert backlog() == 2_000


@pytest.mark.parametrize(
    ("name", "value"), [("min_margin", Decimal(2)), ("revenue_event", "moon"), ("release_days", 0)]
)
def test_a_setting_out_of_range_is_refused(firm: Firm, name: str, value: object) -> None:
    before = firm.seat.ask(lambda reader: reader.settings)
    firm.refused(change_settings, ChangeSettings(((name, value),)))
    assert firm.seat.ask(lambda reader: reader.settings) == before


def test_a_profit_counts_in_the_period_its_revenue_is_booked_in(firm: Firm) -> None:
    """Sections 1.3 and 2.1: what left on one day and is delivered on a later one counts in the later one's period."""
    firm.seat.perform(save_rate, SaveRate(RateType.MID, "USD", THERE, "7.20", "bank"))
    shipment = firm.ready(delivered_contract(firm))
    leave(firm, shipment)
    firm.move(shipment, "arrived", "delivered", day=THERE)
    assert firm.seat.ask(profits_between, LEFT, LEFT) == []
    (total,) = firm.seat.ask(profits_between, THERE, THERE)
    assert (total.shipment_id, total.day, total.revenue) == (shipment, THERE, Decimal(71400))
    (listed,) = firm.seat.ask(profit_rows, THERE, THERE)
    assert (listed.day, listed.customer, listed.profit) == (THERE, "Veld B.V.", total.profit)
    (compared,) = firm.seat.ask(compared_shipments, THERE, THERE)
    assert compared.actual == listed
    assert firm.seat.ask(compared_shipments, LEFT, LEFT) == []
