"""Costs charged on to the customer: both show, net nothing (domain.md sections 2.3, 2.8 and 2.11)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import Firm, start
from tradecrm.models import Note
from tradecrm.services.book import Seat
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.notes import ReverseNote, WriteNote, reverse_note, write_note
from tradecrm.services.trade.cost_card import cost_card
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.trade.recharges import RechargeCost, recharge_cost, recharge_start


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def prepaid_freight(firm: Firm, shipment: int) -> tuple[int, tuple[str, ...]]:
    """Enter ocean freight of USD 500 at 7.00, which the buyer bears under FOB."""
    command = SaveCost(shipment, "FRT", "USD", Decimal(500), "accrued", rate=Decimal(7))
    outcome = firm.seat.perform(save_cost, command)
    return outcome.value, outcome.warnings


def test_freight_prepaid_under_fob_nets_to_nothing_when_charged_on(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    before = firm.seat.ask(shipment_profit, shipment)
    cost, warnings = prepaid_freight(firm, shipment)
    assert "the buyer bears" in warnings[0]
    assert firm.seat.ask(recharge_start, cost).amount == Decimal(500)
    firm.seat.perform(recharge_cost, RechargeCost(cost, TODAY, Decimal(500)))
    after = firm.seat.ask(shipment_profit, shipment)
    assert after.result.trading_profit == before.result.trading_profit
    assert sum(row.base_amount for row in after.revenue[1:]) == Decimal(3500)
    card = firm.seat.ask(cost_card, cost)
    assert card.recharged
    change = SaveCost(
        shipment, "FRT", "USD", Decimal(500), "accrued", rate=Decimal(7), id=cost, version=card.version
    )
    assert firm.seat.perform(save_cost, change).warnings == ()


def test_a_cost_is_charged_on_once(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    cost, _warnings = prepaid_freight(firm, shipment)
    firm.seat.perform(recharge_cost, RechargeCost(cost, TODAY, Decimal(500)))
    once = firm.seat.ask(shipment_profit, shipment)
    assert "already" in firm.refused(recharge_cost, RechargeCost(cost, TODAY, Decimal(500)))
    assert firm.seat.ask(shipment_profit, shipment) == once


def test_a_debit_note_taken_back_lets_the_cost_be_charged_on_again(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    cost, _warnings = prepaid_freight(firm, shipment)
    firm.seat.perform(recharge_cost, RechargeCost(cost, TODAY, Decimal(500)))
    found = select(Note.id).where(Note.kind == "DN")
    (note,) = firm.seat.ask(lambda reader: reader.session.scalars(found).all())
    firm.seat.perform(reverse_note, ReverseNote(note))
    assert not firm.seat.ask(cost_card, cost).recharged
    other = WriteNote(
        "DN", "AR", TODAY, Decimal(500), "Extra cartons", party_id=firm.customer, currency="USD"
    )
    firm.seat.perform(recharge_cost, RechargeCost(cost, TODAY, Decimal(500)))
    firm.seat.perform(reverse_note, ReverseNote(firm.seat.perform(write_note, other).value))
    assert firm.seat.ask(cost_card, cost).recharged  # it was another note
