"""Purchases that need approval, and who sees what factories are paid (domain.md section 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import Seats
from tests.services.purchase_kit import TODAY, Deal, command_of, purchase_of, sign_deal, statuses
from tradecrm.core.problems import Refusal
from tradecrm.models import ApprovalRequest, PurchaseContract
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approval_rules import SwitchRules, switch_rules
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.data.lists import ListRequest, fetch_window
from tradecrm.services.trade.purchase_card import purchase_card, purchase_receipts
from tradecrm.services.trade.purchase_lists import PURCHASES
from tradecrm.services.trade.purchase_moves import (
    MovePurchase,
    SubmitPurchase,
    move_purchase,
    submit_purchase,
)
from tradecrm.services.trade.purchase_split import SplitContract, split_contract
from tradecrm.services.trade.purchases import PurchaseLineDraft, SavePurchase, purchase_lines, save_purchase
from tradecrm.services.work import Reader, Work, operation

D = Decimal


@operation("purchase.write")
def give(work: Work, command: tuple[int, int]) -> None:
    """Give a purchase contract to a person, as those of their own sales contracts are theirs."""
    purchase_id, person_id = command
    head = work.get(PurchaseContract, purchase_id, "Purchase contract")
    head.owner_id = person_id
    for line in purchase_lines(work, purchase_id):
        line.owner_id = person_id


def reasons(reader: Reader) -> str:
    rows = reader.session.scalars(select(ApprovalRequest).order_by(ApprovalRequest.id.desc()))
    found = rows.first()
    return "" if found is None else found.reasons


def waiting(reader: Reader) -> int:
    return reader.session.scalars(select(ApprovalRequest.id).where(ApprovalRequest.status == "pending")).one()


@pytest.fixture
def finance(seats: Seats, book: Book) -> Seat:
    """Answer the seat of someone in finance, with the rules of purchasing switched on."""
    person = seats.owner.perform(add_person, AddPerson("Sun Li", "finance")).value
    seats.owner.perform(switch_rules, SwitchRules("purchase_contract", active=True))
    return book.seat(person)


def stock(
    deal: Deal, price: str, terms: str = "TT;P30@ORDER;B@BEFORE_SHIP", day: date = TODAY
) -> SavePurchase:
    line = PurchaseLineDraft(deal.lantern, "太阳能花园灯", D(100), D(price), item_no="LN-210")
    return SavePurchase(deal.lantern_factory, day, (line,), stock_purchase=True, terms=terms)


def test_a_price_more_than_five_percent_above_the_last_waits_for_the_manager(
    seats: Seats, finance: Seat
) -> None:
    """Section 6: PC price above last price, > 5 % over last PC: manager. Exactly 5 % passes."""
    deal = sign_deal(seats.owner)
    seat = seats.owner
    first = seat.perform(save_purchase, stock(deal, "40", day=date(2026, 6, 1))).value
    assert seat.perform(submit_purchase, SubmitPurchase(first)).value == "approved"
    same = seat.perform(save_purchase, stock(deal, "42", day=date(2026, 6, 2))).value
    assert seat.perform(submit_purchase, SubmitPurchase(same)).value == "approved"
    dear = seat.perform(save_purchase, stock(deal, "44.11")).value
    assert seat.perform(submit_purchase, SubmitPurchase(dear)).value == "submitted"
    assert "LN-210: CNY 44.11 is 5.0 % above CNY 42.00 of PC-2606-0002" in seat.ask(reasons)
    for step in ("send", "approve"):
        with pytest.raises(Refusal):
            seat.perform(move_purchase, MovePurchase(dear, step))
    with pytest.raises(Refusal, match=r"cannot be edited\. Return it to draft first"):
        seat.perform(save_purchase, replace(seat.ask(command_of, dear), remarks="x"))
    with pytest.raises(Refusal, match="nobody approves their own submission"):
        seat.perform(decide, Decide(seat.ask(waiting), "approve"))
    assert seat.ask(statuses)[dear] == "submitted"
    seats.manager.perform(decide, Decide(seat.ask(waiting), "approve"))
    assert seat.ask(statuses)[dear] == "approved"


def test_a_large_prepayment_waits_for_finance_and_a_rejection_returns_it(seats: Seats, finance: Seat) -> None:
    """Section 6: > 30 % or > 50,000 CNY: finance; rejected goes back to draft (section 16.3)."""
    deal = sign_deal(seats.owner)
    seat = seats.owner
    made = seat.perform(save_purchase, stock(deal, "40", "TT;P40@ORDER;B@BEFORE_SHIP")).value
    assert seat.perform(submit_purchase, SubmitPurchase(made)).value == "submitted"
    assert "40.0 % are prepaid, more than 30 %." in seat.ask(reasons)
    finance.perform(decide, Decide(seat.ask(waiting), "reject", "30 % as always"))
    assert seat.ask(statuses)[made] == "draft"
    large = seat.perform(save_purchase, stock(deal, "2000")).value
    assert seat.perform(submit_purchase, SubmitPurchase(large)).value == "submitted"
    assert "CNY 60,000.00 are prepaid, more than CNY 50,000.00." in seat.ask(reasons)


def test_taking_it_back_lets_it_be_changed_again(seats: Seats, finance: Seat) -> None:
    deal = sign_deal(seats.owner)
    seat = seats.owner
    made = seat.perform(save_purchase, stock(deal, "40", "TT;P40@ORDER;B@BEFORE_SHIP")).value
    seat.perform(submit_purchase, SubmitPurchase(made))
    assert seat.perform(move_purchase, MovePurchase(made, "return")).value == "draft"
    cheaper = replace(seat.ask(command_of, made), terms="TT;P30@ORDER;B@BEFORE_SHIP")
    seat.perform(save_purchase, cheaper)
    assert seat.perform(submit_purchase, SubmitPurchase(made)).value == "approved"


def test_a_salesperson_sees_the_contract_and_not_its_prices(seats: Seats, book: Book) -> None:
    """Section 6, visibility: purchase prices are for purchaser, finance, manager and owner."""
    purchaser = book.seat(seats.owner.perform(add_person, AddPerson("Gao Min", "purchaser")).value)
    deal = sign_deal(seats.owner)
    first, _second = seats.owner.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    seats.owner.perform(give, (first, seats.sales.actor.person_id))
    card = seats.sales.ask(purchase_card, first)
    assert not card.priced
    assert (card.values["total"], card.values["deposit_due"]) == (None, None)
    assert (card.lines[0].values["price"], card.lines[0].values["amount"]) == (None, None)
    assert card.lines[0].values["quantity"] == 1200
    window = seats.sales.ask(fetch_window, PURCHASES, ListRequest())
    assert window.ids
    assert "total" not in window.keys
    assert seats.sales.ask(purchase_receipts, first) == ()
    seats.owner.perform(give, (first, purchaser.actor.person_id))
    assert purchaser.ask(purchase_card, first).values["total"] == D("47460.00")
    assert seats.owner.ask(purchase_of, first).total == D("47460.00")
