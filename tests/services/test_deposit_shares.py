"""What an invoice takes of deposits, before it is booked and then: credit, gates, tranches (domain.md 3.3, 3.5, 5)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import DAY, DEPOSIT, Firm, start
from tests.services.test_credit import loading_credit
from tradecrm.models import Allocation, Instalment, Item
from tradecrm.services.book import Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.figures.exposure import credit_state
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.earmarks import MoveDeposit, move_deposit
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.credit import SaveCreditTerms, save_credit_terms
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.shipment_card import departure
from tradecrm.services.work import Reader

BEFORE_BALANCE = "TT;P30@ORDER;B@BEFORE_SHIP"


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def ordered(firm: Firm, terms: str = DEPOSIT, policy: str = "PRO_RATA", paid: str = "3000") -> int:
    """Draw up a contract over 1,000 lamps at USD 10 whose deposit came at 7.123456, and put it into effect."""
    line = ContractLineDraft(None, "Lamp", Decimal(1000), Decimal(10), cost=Decimal(40))
    command = SaveContract(firm.customer, DAY, "USD", "FOB", "Ningbo", terms, (line,), deposit_policy=policy)
    contract = int(firm.seat.perform(save_contract, command).value)
    firm.seat.perform(move_contract, MoveContract(contract, "signed", DAY))
    share = (Share(contract, Decimal(paid)),)
    receipt = RecordReceipt(
        DAY, firm.customer, firm.account, Decimal(paid), rate=Decimal("7.123456"), earmarks=share
    )
    firm.seat.perform(record_receipt, receipt)
    firm.seat.perform(move_contract, MoveContract(contract, "effective", DAY))
    return contract


def open_amounts(reader: Reader) -> list[Decimal]:
    found = select(Item.open_amount).where(Item.side == "AR", Item.kind == "INV").order_by(Item.id)
    return list(reader.session.scalars(found))


def differences(reader: Reader) -> list[Decimal]:
    return list(reader.session.scalars(select(Allocation.fx).order_by(Allocation.id)))


def test_a_deposit_shared_over_three_shipments_leaves_no_difference(firm: Firm) -> None:
    """3,000.00 at 7.123456 is 21,370.37: 999.00 is 7,116.33 twice, and 1,002.00 takes the rest, 7,137.71 (3.5)."""
    contract = ordered(firm)
    shipments = [firm.shipment(contract, quantity) for quantity in (333, 333, 334)]
    for shipment in shipments:
        firm.depart(shipment)
    sheets = [firm.seat.ask(shipment_profit, shipment) for shipment in shipments]
    booked = [sheet.revenue[0].base_amount for sheet in sheets]
    assert booked == [Decimal("7116.33"), Decimal("7116.33"), Decimal("7137.71")]
    assert firm.seat.ask(differences) == [0, 0, 0]
    assert [sheet.result.realized_fx for sheet in sheets] == [0, 0, 0]


@pytest.mark.parametrize(
    ("policy", "backlog", "quantity", "after"),
    [
        ("LAST", True, 800, 8_000),  # 8,000 owed; the 3,000 kept more than cover the 2,000 still to go.
        ("PRO_RATA", True, 800, 7_000),  # An order counted already needs no new room (section 5).
        ("PRO_RATA", False, 400, 2_800),  # 4,000 less 40 % of the deposit.
        ("FIRST", False, 400, 1_000),
    ],
)
def test_credit_at_loading_counts_the_deposit_as_the_invoice_will_take_it(
    firm: Firm, policy: str, backlog: bool, quantity: int, after: int
) -> None:
    firm.seat.perform(change_settings, ChangeSettings((("credit_backlog", backlog),)))
    firm.seat.perform(save_credit_terms, SaveCreditTerms(firm.customer, Decimal(50_000)))
    shipment = firm.ready(ordered(firm, policy=policy), quantity)
    loading = firm.seat.ask(loading_credit, shipment)
    firm.depart(shipment)
    state = firm.seat.ask(credit_state, firm.customer)
    assert loading is not None
    assert state is not None
    assert state.exposure is not None
    assert (loading.after, state.exposure.total) == (Decimal(after), Decimal(after))


def test_a_deposit_for_all_pays_no_air_shipment_of_a_part(firm: Firm) -> None:
    """Goods for 2,000 take 600 of 3,000 kept for all: 1,400 are not paid, so they do not leave by air (1.6, 16.2)."""
    shipment = firm.shipment(ordered(firm), 200, "AIR")
    said = firm.refused(depart_shipment, DepartShipment(shipment, TODAY, "AWB1"))
    assert "1,400.00 is not paid" in said
    assert (firm.status(shipment), firm.seat.ask(open_amounts)) == ("planned", [])


def test_money_asked_before_a_shipment_pays_that_shipment(firm: Firm) -> None:
    """30 % with the order, the rest before each delivery: 1,400 came for goods of 2,000, which take 600 more (3.3)."""
    contract = ordered(firm, BEFORE_BALANCE)
    firm.pay(1_400, contract)
    first = firm.shipment(contract, 200, "AIR")
    shown = firm.seat.ask(departure, first, TODAY)
    assert (shown.deposits[0].share, shown.balance) == (Decimal(2000), Decimal(0))
    firm.depart(first)
    firm.pay(2_100, contract)
    second = firm.shipment(contract, 300, "AIR")
    firm.depart(second)
    assert firm.seat.ask(open_amounts) == [0, 0]


@pytest.mark.parametrize(
    ("policy", "parts"),
    [
        ("PRO_RATA", [(Decimal(2_400), TODAY), (Decimal(5_600), None)]),
        ("FIRST", [(Decimal(3_000), TODAY), (Decimal(5_000), None)]),
        ("LAST", [(Decimal(1_000), TODAY), (Decimal(7_000), None)]),
    ],
)
def test_a_share_that_was_not_received_is_due_on_the_day_of_the_invoice(
    firm: Firm, policy: str, parts: list[tuple[Decimal, object]]
) -> None:
    """Of 8,000 out of 10,000 the terms want 2,400 before the goods go; nothing is left of the deposit (3.2)."""
    firm.seat.perform(change_settings, ChangeSettings((("instalment_guard", False),)))
    contract = ordered(firm, policy=policy)
    held = firm.seat.ask(
        lambda reader: reader.session.scalars(select(Item.id).where(Item.kind == "RCT")).one()
    )
    firm.seat.perform(move_deposit, MoveDeposit(held, contract, Decimal(3_000)))
    firm.depart(firm.shipment(contract, 800))
    assert firm.seat.ask(instalments) == parts


def instalments(reader: Reader) -> list[tuple[Decimal, object]]:
    debts = select(Instalment).where(Instalment.side == "AR", ~Instalment.is_credit)
    rows = reader.session.scalars(debts.order_by(Instalment.item_id, Instalment.position))
    return [(row.amount, row.due_on) for row in rows]
