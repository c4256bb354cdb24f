"""Freight where someone cunning or careless tries to get past it: names, prices, quantities, bills (2.3, 6, 10.1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.conftest import TODAY
from tests.services.freight_kit import ETD, D, Freight, asked, inquiry_of, prepare, quote, quotes
from tests.services.purchase_kit import command_of
from tests.services.test_freight_bill import command, payables
from tradecrm.core.problems import Refusal
from tradecrm.models import SalesContract
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.freight import (
    MakeFreightInquiry,
    VoidFreightInquiry,
    make_freight_inquiry,
    save_freight_inquiry,
    void_freight_inquiry,
)
from tradecrm.services.trade.freight_bills import (
    BillLineDraft,
    ConfirmFreightBill,
    PostFreightBill,
    SaveFreightBill,
    accept_as_quoted,
    post_freight_bill,
    save_freight_bill,
)
from tradecrm.services.trade.freight_card import bill_card, bill_start, inquiry_draft
from tradecrm.services.trade.freight_choice import ChooseQuote, choose_quote
from tradecrm.services.trade.freight_quotes import ChargeDraft, SaveFreightQuote, save_freight_quote
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.purchase_split import SplitContract, split_contract
from tradecrm.services.trade.purchases import save_purchase


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("remarks", "lamps for KERN  TOOL", "It names Kern Tool Corp."),
        ("port_of_discharge", "Kern Tool Corp.", "It names Kern Tool Corp."),
        ("cargo", "明灯厂的台灯", "It names 宁波明灯厂"),
        ("remarks", "sold at USD 12.40", "It tells 12.40"),
        ("cargo", "lamps worth 119,040.00", "It tells 119,040.00"),
    ],
)
def test_neither_a_short_name_nor_a_price_is_sent(seat: Seat, field: str, text: str, said: str) -> None:
    kit = prepare(seat)
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    draft = replace(seat.ask(inquiry_draft, made), **{field: text})  # type: ignore[arg-type]
    with pytest.raises(Refusal) as caught:
        seat.perform(save_freight_inquiry, draft)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert said in caught.value.problems[0].message
    assert getattr(seat.ask(inquiry_of, made), field) != text


def test_goods_called_by_the_customer_lose_its_name(seat: Seat) -> None:
    kit = prepare(seat)
    customer = seat.ask(lambda reader: reader.session.get_one(SalesContract, kit.contract).customer_id)
    seat.perform(save_party, SaveParty(name="Desk B.V.", country="NL", id=customer, version=1))
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    draft = seat.ask(inquiry_draft, made)
    assert draft.cargo == "lamp / 台灯"
    # Typed by hand it may be what the goods are, such as the tools of Garden Tools GmbH.
    seat.perform(save_freight_inquiry, replace(draft, cargo="desk lamps"))


def test_the_factory_that_really_makes_them_is_not_named_either(seat: Seat) -> None:
    kit = prepare(seat)
    (purchase,) = seat.perform(split_contract, SplitContract(kit.contract, TODAY)).value
    other = SaveParty(name="Yiwu Brightway Factory", is_customer=False, is_supplier=True, country="CN")
    maker = seat.perform(save_party, other).value
    seat.perform(save_purchase, replace(seat.ask(command_of, purchase), supplier_id=maker))
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    with pytest.raises(Refusal, match="It names Yiwu Brightway Factory"):
        seat.perform(
            save_freight_inquiry,
            replace(seat.ask(inquiry_draft, made), remarks="pick up at Yiwu Brightway Factory"),
        )


def test_a_quote_for_less_than_is_carried_is_warned_of(seat: Seat) -> None:
    kit = prepare(seat)
    inquiry = asked(seat, kit)
    charges = (ChargeDraft("FREIGHT", "container", D("0.5"), "USD", D(1900)),)
    given = SaveFreightQuote(
        inquiry, kit.forwarders[0], charges, "Ningbo", "Rotterdam", "40HQ", 1,
        valid_from=TODAY, valid_until=ETD,
    )  # fmt: skip
    warnings = seat.perform(save_freight_quote, given).warnings
    assert warnings == ("Base freight: it is charged for 0.5, and 1 is to be carried. Check the quantity.",)


@pytest.fixture
def kit(seat: Seat) -> Freight:
    made = prepare(seat)
    inquiry = asked(seat, made)
    seat.perform(choose_quote, ChooseQuote(inquiry, quotes(seat, made, inquiry)[1], "no transhipment"))
    return made


def test_an_accepted_line_that_is_changed_waits_to_be_accepted_again(seat: Seat, kit: Freight) -> None:
    bill = seat.perform(save_freight_bill, command(seat.ask(bill_start, kit.shipment))).value
    seat.perform(accept_as_quoted, ConfirmFreightBill(bill))
    edited = command(seat.ask(bill_card, bill))
    first = replace(edited.lines[0], amount=D(9999))
    done = seat.perform(save_freight_bill, replace(edited, lines=(first, *edited.lines[1:])))
    assert done.warnings == ("Accepted lines that were changed, and wait to be accepted again: 1.",)
    states = [line.state for line in seat.ask(bill_card, bill).lines]
    assert states == ["open", "accepted", "accepted"]
    seat.perform(post_freight_bill, PostFreightBill(bill))
    assert [row[2] for row in seat.ask(payables)] == [D(150), D(1050)]  # not the 9,999 nobody accepted


def test_a_bill_is_not_entered_twice_in_other_letters_nor_unseen_by_hand(seat: Seat, kit: Freight) -> None:
    made = command(seat.ask(bill_start, kit.shipment), number="SW-88")
    seat.perform(save_freight_bill, made)
    with pytest.raises(Refusal, match="Bill sw -88 of Sinoway Freight is entered already"):
        seat.perform(save_freight_bill, replace(made, number="sw -88"))
    by_hand = SaveCost(kit.shipment, "FRT", "USD", D(1760), party_id=kit.forwarders[1])
    cost = seat.perform(save_cost, by_hand).value
    warnings = seat.perform(bill_cost, BillCost(cost, TODAY, "SW-88")).warnings
    assert any("is entered as a forwarder's bill already" in each for each in warnings)


def test_nothing_is_asked_chosen_or_billed_for_a_void_shipment(seat: Seat) -> None:
    kit = prepare(seat)
    inquiry = asked(seat, kit)
    chosen = quote(seat, inquiry, kit.forwarders[0], (ChargeDraft("ALL_IN", "shipment", D(1), "CNY", D(9)),))
    seat.perform(move_shipment, MoveShipment(kit.shipment, "void", TODAY))
    with pytest.raises(Refusal, match="is void"):
        seat.perform(choose_quote, ChooseQuote(inquiry, chosen, "one is enough"))
    line = BillLineDraft("FREIGHT", "USD", D(1900), "accepted")
    with pytest.raises(Refusal, match="is void"):
        seat.perform(
            save_freight_bill, SaveFreightBill(kit.shipment, kit.forwarders[0], "X-1", TODAY, (line,))
        )
    seat.perform(void_freight_inquiry, VoidFreightInquiry(inquiry))
    with pytest.raises(Refusal, match="is void"):
        seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment))
    assert seat.ask(payables) == []
