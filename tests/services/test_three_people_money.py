"""Three people, three scopes, one ledger: bank balances, and what factories are owed (domain.md section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.services.conftest import TODAY, Seats, hire
from tests.services.trading_kit import line_of, rates
from tradecrm.core.errors import NotAllowed
from tradecrm.core.presets import preset_terms
from tradecrm.core.table import Table
from tradecrm.core.terms import encode_terms
from tradecrm.reports.registry import report_table
from tradecrm.services.book import Book, Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.cards import item_card
from tradecrm.services.money.payments import RecordPayment, record_payment
from tradecrm.services.money.receipts import RecordReceipt, record_receipt
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment

D = Decimal
DAY = TODAY - timedelta(days=30)


@dataclass(frozen=True)
class Scene:
    """Four people; ``bills`` are the payables to one factory, each for a shipment of the person named."""

    seats: Seats
    factory: int
    account: int
    bills: dict[str, int]

    def table(self, who: str, key: str, **given: Any) -> Table:
        """Answer a report as one of them sees it."""
        seat: Seat = getattr(self.seats, who)
        return seat.ask(report_table, key, given)


def shipped(seat: Seat, product: int) -> tuple[int, int]:
    """Answer a new customer of a person, and a shipment planned for it."""
    name = f"Buyer of {seat.actor.name}"
    customer = seat.perform(save_party, SaveParty(name=name, country="DE")).value
    line = ContractLineDraft(product, "Desk lamp", D(100), D("12.40"), cost=D(60))
    terms = encode_terms(preset_terms("OA_N"))
    draft = SaveContract(customer, DAY, "USD", "FOB", "Ningbo", terms, (line,))
    contract = seat.perform(save_contract, draft).value
    for state in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(contract, state, DAY))
    goods = (ShipmentLineDraft(seat.ask(line_of, contract), D(100)),)
    return customer, seat.perform(save_shipment, SaveShipment(DAY, goods, etd=DAY)).value


@pytest.fixture(scope="module")
def scene(module_book: Book) -> Scene:
    """Each of "sales" and "other" has a customer that paid 500 dollars and a bill of one factory over 1,000 yuan."""
    seats = hire(module_book)
    rates(seats.owner)
    product = seats.owner.perform(save_product, SaveProduct("L-1", "Desk lamp", "台灯")).value
    lamps = SaveParty(name="宁波明灯厂", is_customer=False, is_supplier=True)
    factory = seats.owner.perform(save_party, lamps).value
    account = seats.owner.perform(open_account, OpenAccount("USD", "BANK", "USD", DAY, D(100))).value
    yuan = seats.owner.perform(open_account, OpenAccount("CNY", "BANK", "CNY", DAY, D(9_000))).value
    bills = {}
    for who in ("sales", "other"):
        seat: Seat = getattr(seats, who)
        customer, shipment = shipped(seat, product)
        seats.owner.perform(record_receipt, RecordReceipt(DAY, customer, account, D(500)))
        cost = seat.perform(save_cost, SaveCost(shipment, "INL", "CNY", D(1_000), party_id=factory)).value
        bills[who] = seat.perform(bill_cost, BillCost(cost, DAY, f"BILL-{who}")).value
    seats.owner.perform(record_payment, RecordPayment(DAY, factory, yuan, D(300)))
    return Scene(seats, factory, account, bills)


@pytest.mark.parametrize("who", ["owner", "manager"])
def test_a_bank_statement_is_whole_for_whoever_may_see_accounts(scene: Scene, who: str) -> None:
    """Section 6: managers see all bank balances; a statement without some of its rows has a wrong balance."""
    statement = scene.table(who, "account_statement", account=scene.account, first=DAY.isoformat())
    assert statement.totals[0].cells[-1] == D("1100.00")
    balances = scene.table(who, "account_balances")
    assert D("1100.00") in [cell for row in balances.rows for cell in row.cells]
    entries = scene.table(who, "journal", first=DAY.isoformat())
    debits, credits_ = (cell for cell in entries.totals[0].cells if isinstance(cell, Decimal))
    assert debits == credits_
    assert len(entries.rows) == len(scene.table("owner", "journal", first=DAY.isoformat()).rows)


@pytest.mark.parametrize(
    ("who", "owed"), [("owner", D(1_700)), ("manager", D(1_700)), ("sales", None), ("other", None)]
)
def test_what_a_factory_is_owed_is_for_those_who_may_see_what_factories_are_paid(
    scene: Scene, who: str, owed: Decimal | None
) -> None:
    """Two bills of 1,000.00 less the payment of 300.00: the same sum in aging and statement, or neither of them."""
    aged = scene.table(who, "aging", side="AP")
    found = [row.cells[[column.key for column in aged.columns].index("total")] for row in aged.rows]
    assert found == ([] if owed is None else [owed])
    entries = scene.table(who, "ledger_entries", book="AP")
    assert bool(entries.rows) is (owed is not None)
    details = scene.table(who, "aging_detail", side="AP")
    assert bool(details.rows) is (owed is not None)
    asked = {"party": scene.factory, "side": "AP", "first": DAY.isoformat()}
    if owed is None:
        with pytest.raises(NotAllowed, match="may not see what factories are paid"):
            scene.table(who, "party_statement", **asked)
        return
    statement = scene.table(who, "party_statement", **asked)
    assert owed in [cell for row in (*statement.rows, *statement.totals) for cell in row.cells]


def test_the_bill_of_ones_own_shipment_is_there_with_its_due_date(scene: Scene) -> None:
    card = scene.seats.sales.ask(item_card, scene.bills["sales"])
    assert (card.open_amount, card.due()) == (D(1_000), DAY)
