"""Changing a purchase contract that the factory has: versions and their approval (domain.md sections 1.3 and 6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.approval_kit import switch
from tests.services.conftest import Seats, hire
from tests.services.purchase_kit import TODAY, command_of, purchase_of, sign_deal
from tradecrm.core.errors import Conflict
from tradecrm.core.problems import Refusal
from tradecrm.models import ApprovalRequest
from tradecrm.screens.trade.purchase_amendment import build_amendment, load_amendment
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.trade.purchase_amendments import (
    AmendPurchase,
    DropPurchaseAmendment,
    amend_purchase,
    drop_purchase_amendment,
    purchase_versions,
)
from tradecrm.services.trade.purchase_moves import (
    MovePurchase,
    SubmitPurchase,
    move_purchase,
    submit_purchase,
)
from tradecrm.services.trade.purchase_receipts import ReceiveGoods, receive_goods
from tradecrm.services.trade.purchase_split import SplitContract, split_contract
from tradecrm.services.trade.purchases import SavePurchase, save_purchase
from tradecrm.services.work import Reader

D = Decimal


@pytest.fixture
def people(book: Book) -> Seats:
    return hire(book)


def sent(seat: Seat) -> int:
    """Buy the lanterns of T1, 1,200 at CNY 39.55, and send the contract: 47,460.00."""
    deal = sign_deal(seat)
    purchase, _kits = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    seat.perform(submit_purchase, SubmitPurchase(purchase))
    seat.perform(move_purchase, MovePurchase(purchase, "send"))
    return int(purchase)


def with_line(command: SavePurchase, **changes: object) -> SavePurchase:
    line = replace(command.lines[0], **changes)  # type: ignore[arg-type]
    return replace(command, lines=(line, *command.lines[1:]))


def waiting(reader: Reader) -> int:
    return reader.session.scalars(select(ApprovalRequest.id).where(ApprovalRequest.status == "pending")).one()


def states(seat: Seat, purchase: int) -> list[tuple[int, str, Decimal]]:
    return [(row.version_no, row.status, row.total) for row in seat.ask(purchase_versions, purchase)]


def test_without_a_rule_the_new_version_is_in_force_at_once(seat: Seat) -> None:
    purchase = sent(seat)
    new = with_line(seat.ask(command_of, purchase), price=D("39.00"))
    with pytest.raises(Refusal, match="Amend it"):
        seat.perform(save_purchase, new)
    seat.perform(amend_purchase, AmendPurchase(new, "the factory gave way"))
    kept = seat.ask(purchase_of, purchase)
    assert (kept.total, kept.status) == (D("46800.00"), "sent")
    assert states(seat, purchase) == [(2, "in_force", D("46800.00")), (1, "superseded", D("47460.00"))]


def test_with_a_rule_the_old_version_stands_until_it_is_approved(people: Seats) -> None:
    seat = people.owner
    purchase = sent(seat)
    switch(seat, "purchase_version", "protected_change")
    new = with_line(seat.ask(command_of, purchase), price=D("41.00"))
    version = seat.perform(amend_purchase, AmendPurchase(new, "copper")).value
    assert seat.ask(purchase_of, purchase).total == D("47460.00")
    assert states(seat, purchase)[0] == (2, "submitted", D("49200.00"))
    assert seat.ask(load_amendment, version).rows()[0]["price"] == D("41.00")
    with pytest.raises(Refusal, match="waits for approval"):
        seat.perform(amend_purchase, AmendPurchase(new, "again"))
    people.manager.perform(decide, Decide(seat.ask(waiting), "reject", "too dear"))
    assert states(seat, purchase)[0] == (2, "draft", D("49200.00"))
    again = build_amendment(seat.ask(load_amendment, version))
    seat.perform(amend_purchase, replace(again, purchase=with_line(again.purchase, price=D("40.00"))))
    people.manager.perform(decide, Decide(seat.ask(waiting), "approve"))
    assert seat.ask(purchase_of, purchase).total == D("48000.00")
    assert states(seat, purchase)[0] == (2, "in_force", D("48000.00"))


def test_remarks_need_no_approval(people: Seats) -> None:
    seat = people.owner
    purchase = sent(seat)
    switch(seat, "purchase_version", "protected_change")
    new = replace(seat.ask(command_of, purchase), remarks="call before loading")
    seat.perform(amend_purchase, AmendPurchase(new, "as the driver wants"))
    assert seat.ask(purchase_of, purchase).remarks == "call before loading"


def test_an_amendment_may_be_dropped(people: Seats) -> None:
    seat = people.owner
    purchase = sent(seat)
    switch(seat, "purchase_version", "protected_change")
    new = with_line(seat.ask(command_of, purchase), quantity=D(1300))
    version = seat.perform(amend_purchase, AmendPurchase(new, "more")).value
    seat.perform(drop_purchase_amendment, DropPurchaseAmendment(version))
    assert states(seat, purchase)[0][1] == "dropped"
    assert seat.ask(purchase_of, purchase).total == D("47460.00")
    with pytest.raises(Refusal, match="in force or was"):
        seat.perform(drop_purchase_amendment, DropPurchaseAmendment(version))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quantity": D(300), "links": ()}, "cannot be less"),
        ({"price": D("38.00")}, "at the old price"),
        ({"unit": "sets"}, "other goods"),
    ],
)
def test_what_came_in_cannot_be_amended_away(seat: Seat, changes: dict[str, object], words: str) -> None:
    purchase = sent(seat)
    line = seat.ask(command_of, purchase).lines[0].id or 0
    seat.perform(receive_goods, ReceiveGoods(line, D(400), TODAY))
    before = seat.ask(command_of, purchase)
    with pytest.raises(Refusal, match=words):
        seat.perform(amend_purchase, AmendPurchase(with_line(before, **changes), "less"))
    assert seat.ask(command_of, purchase) == before
    assert states(seat, purchase) == []


def test_what_was_changed_meanwhile_and_drafts_are_refused(seat: Seat) -> None:
    purchase = sent(seat)
    old = seat.ask(command_of, purchase)
    seat.perform(amend_purchase, AmendPurchase(with_line(old, price=D(39)), "first"))
    with pytest.raises(Conflict, match="meanwhile"):
        seat.perform(amend_purchase, AmendPurchase(with_line(old, price=D(38)), "second"))
    other = replace(old, id=None, version=None, number="", lines=(replace(old.lines[0], id=None, links=()),))
    draft = seat.perform(save_purchase, replace(other, stock_purchase=True)).value
    with pytest.raises(Refusal, match="only a contract the factory has"):
        seat.perform(amend_purchase, AmendPurchase(seat.ask(command_of, draft), "why"))
