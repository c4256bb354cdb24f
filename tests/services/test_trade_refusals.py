"""Refusals that keep money, quantities and states right: each in words, and nothing changes (sections 1.3-1.10, 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.example_kit import t1
from tests.services.shipping_kit import DAY, Firm
from tests.services.test_trade_guards import whole_book
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.models import ContractLine, ShipmentLine
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.data.sample.running_example import Example
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.closing import MarkSettled, mark_settled
from tradecrm.services.trade.container_types import SaveContainerType, save_container_type
from tradecrm.services.trade.containers import SaveContainer, save_container
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.trade.credit import SaveCreditTerms, save_credit_terms
from tradecrm.services.trade.estimates import EstimateRowDraft, SaveEstimate, save_estimate
from tradecrm.services.trade.freight import SaveFreightInquiry, save_freight_inquiry
from tradecrm.services.trade.freight_bills import BillLineDraft, SaveFreightBill, save_freight_bill
from tradecrm.services.trade.inquiries import SaveInquiry, save_inquiry
from tradecrm.services.trade.joint import JoinShipments, join_shipments
from tradecrm.services.trade.letters import SaveLetter, save_letter
from tradecrm.services.trade.milestones import MeetMilestone, meet_milestone
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.price_lists import PriceLineDraft, SavePriceList, save_price_list
from tradecrm.services.trade.quotations import SaveQuotation, save_quotation
from tradecrm.services.trade.releases import REOPEN, AskRelease, ask_release
from tradecrm.services.trade.returns import ReturnLineDraft, SaveReturn, save_return
from tradecrm.services.trade.sale_papers import SaleLineDraft
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.trade.short_close import ShortClose, short_close
from tradecrm.services.work import Operation, Reader

pytestmark = pytest.mark.file_book
D = Decimal


@dataclass(frozen=True)
class Scene:
    """T1 with shipment 1 gone and 2 planned, and a contract of another customer: one part gone unpaid, one planned."""

    seat: Seat
    t1: Example
    customer: int
    contract: int
    gone: int
    planned: int
    void: int
    inquiry: int
    goods: dict[int, list[int]]
    lines: dict[int, list[int]]


def _ids(reader: Reader, column: Any, of: Any) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key, owner in reader.session.execute(select(column, of).order_by(column)):
        found.setdefault(owner, []).append(key)
    return found


@pytest.fixture(scope="module")
def scene(module_book: Book) -> Scene:
    seat = module_book.seat()
    example = t1(seat)
    for kind in (RateType.MID, RateType.BUY, RateType.SELL):
        seat.perform(save_rate, SaveRate(kind, "USD", TODAY, "7.00", "bank"))
    customer = seat.perform(save_party, SaveParty(name="Kern Tool Corp.", country="US")).value
    account = seat.perform(open_account, OpenAccount("Second USD", "BANK", "USD", DAY)).value
    firm = Firm(seat, customer, account)
    contract = firm.contract(total=1_000)
    gone = firm.ready(contract, 60)
    firm.move(gone, "loaded", "declared")
    firm.depart(gone)
    for shipment in (gone, example.shipment):
        firm.move(shipment, "arrived")
    planned, void = firm.shipment(contract, 10), firm.shipment(contract, 5)
    firm.move(void, "void")
    inquiry = seat.perform(save_inquiry, SaveInquiry(customer, DAY, "Lamps")).value
    parent = SaveCreditTerms(customer, D(50_000))
    seat.perform(save_credit_terms, parent)
    child = seat.perform(save_party, SaveParty(name="Kern Tool West", country="US")).value
    seat.perform(save_credit_terms, SaveCreditTerms(child, D(10_000), group_id=customer))
    seat.perform(save_credit_terms, SaveCreditTerms(example.cast.customer, D(90_000)))
    goods = seat.ask(_ids, ShipmentLine.id, ShipmentLine.shipment_id)
    lines = seat.ask(_ids, ContractLine.id, ContractLine.contract_id)
    return Scene(seat, example, customer, contract, gone, planned, void, inquiry, goods, lines)


def _ship(*lines: tuple[int, int], **more: Any) -> SaveShipment:
    return SaveShipment(
        TODAY, tuple(ShipmentLineDraft(line, D(quantity)) for line, quantity in lines), **more
    )


def _price(*lines: PriceLineDraft, **more: Any) -> SavePriceList:
    return SavePriceList("Spring", "USD", lines=lines, **more)


def _quotation(s: Scene) -> SaveQuotation:
    line = SaleLineDraft(None, "Lamp", D(1), D(10))
    terms = "OA;P100@BL+30D"
    return SaveQuotation(
        s.t1.cast.customer, TODAY, "USD", "FOB", "Ningbo", terms, (line,), inquiry_id=s.inquiry
    )


def _bill(s: Scene, amount: int, state: str) -> SaveFreightBill:
    line = BillLineDraft("FREIGHT", "USD", D(amount), state)
    return SaveFreightBill(s.t1.shipment, s.t1.cast.forwarder, "F-1", TODAY, (line,))


def _return(s: Scene, goods: int, **more: Any) -> SaveReturn:
    return SaveReturn(s.gone, TODAY, (ReturnLineDraft(goods, D(1), **more),), "damaged")


Case = tuple[Operation[Any, Any], Callable[[Scene], object], Sequence[str]]
CASES: dict[str, Case] = {
    "more than ordered": (
        save_shipment,
        lambda s: _ship((s.lines[s.t1.contract][0], 1)),
        ["line 1: 1,200 may be shipped, 1,200 is planned or gone; 0 is left"],
    ),
    "goods of two customers": (
        save_shipment,
        lambda s: _ship((s.lines[s.contract][0], 1), (s.lines[s.t1.contract][1], 1)),
        ["SC-26001 is another customer's than SC-"],
    ),
    "short of what is on shipments": (
        short_close,
        lambda s: ShortClose(s.t1.contract, ((s.lines[s.t1.contract][1], D(1)),), "sold out"),
        ["GK-44: only 0 sets are open beside what is on shipments."],
    ),
    "delivered tomorrow": (
        move_shipment,
        lambda s: MoveShipment(s.gone, "delivered", TODAY + timedelta(days=1)),
        ["cannot be dated after today"],
    ),
    "rolled to no day": (
        move_shipment,
        lambda s: MoveShipment(s.planned, "rolled", TODAY),
        ["that step is not possible from there"],
    ),
    "leaving as a milestone": (
        meet_milestone,
        lambda s: MeetMilestone(s.planned, "ATD", TODAY),
        ["Leaving posts the invoice: take the step “Depart” of SH-"],
    ),
    "opening what is open": (
        ask_release,
        lambda s: AskRelease(REOPEN, "a late bill", shipment_id=s.gone),
        ["is not closed."],
    ),
    "a release without a reason": (
        ask_release,
        lambda s: AskRelease("payment", "  ", shipment_id=s.planned),
        ["Say why; whoever approves it reads this."],
    ),
    "an end of rebate that is none": (
        mark_settled,
        lambda s: MarkSettled(s.gone, "lost", no_further_bill=False),
        ["Choose how the rebate ended."],
    ),
    "a purchase without VAT": (
        save_cost,
        lambda s: SaveCost(s.gone, "PUR", "CNY", D(100)),
        ["A purchase needs its VAT rate and its rebate rate."],
    ),
    "a cost of other goods": (
        save_cost,
        lambda s: SaveCost(
            s.gone, "INL", "CNY", D(100), basis="direct", shipment_line_id=s.goods[s.t1.shipment][0]
        ),
        ["That line belongs to another shipment."],
    ),
    "an estimate with a cost below zero and a rebate above": (
        save_estimate,
        lambda s: SaveEstimate(
            s.contract,
            D(7),
            (EstimateRowDraft("INL", "CNY", D(-1), D(1)), EstimateRowDraft("REB", "CNY", D(1), D(1))),
        ),
        ["A cost is above zero; rebate and credited VAT are below zero."] * 2,
    ),
    "a parent that has a parent": (
        save_credit_terms,
        lambda s: SaveCreditTerms(s.customer, D(50_000), group_id=s.t1.cast.customer, version=1),
        ["Kern Tool Corp. is a parent itself."],
    ),
    "a container larger than it is": (
        save_container_type,
        lambda _s: SaveContainerType("20GP", D("33.2"), D(35_001)),
        ["A 20GP holds more than nothing and at most 33.1 m³.", "above 0 and at most 35,000 kg"],
    ),
    "a container of no type": (
        save_container,
        lambda s: SaveContainer(s.planned, "30XX"),
        ["Choose the type of the container."],
    ),
    "two in one container already": (
        join_shipments,
        lambda s: JoinShipments(s.planned, s.planned),
        ["share a container already"],
    ),
    "a void shipment in a container": (
        join_shipments,
        lambda s: JoinShipments(s.planned, s.void),
        ["is void and travels nowhere"],
    ),
    "a credit for another's contract": (
        save_letter,
        lambda s: SaveLetter(
            "LC-1", s.customer, "USD", D(100), TODAY + timedelta(days=90), contract_id=s.t1.contract
        ),
        ["SC-26001 is another customer's contract."],
    ),
    "a quotation for another's inquiry": (save_quotation, _quotation, ["is of another customer."]),
    "two prices from one quantity, with too many decimals": (
        save_price_list,
        lambda s: _price(
            PriceLineDraft(s.t1.cast.kit, D("1.0000001")), PriceLineDraft(s.t1.cast.kit, D(2), floor=D(3))
        ),
        [
            "more than 6 decimals",
            "The floor is above the price.",
            "has a price from this quantity already",
        ],
    ),
    "a bill accepted for nothing": (
        save_freight_bill,
        lambda s: _bill(s, 0, "accepted"),
        ["Nothing is billed on this line; leave it open."],
    ),
    "a bill decided otherwise": (
        save_freight_bill,
        lambda s: _bill(s, 10, "maybe"),
        ["Choose: undecided, accepted, disputed or dropped."],
    ),
    "goods back from another shipment": (
        save_return,
        lambda s: _return(s, s.goods[s.t1.shipment][0]),
        ["That line belongs to another shipment."],
    ),
    "more credited than invoiced": (
        save_return,
        lambda s: _return(s, s.goods[s.gone][0], amount=D("600.01")),
        ["At most USD 600.00 of “Lamp” can still be credited."],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_words_and_nothing_changes(scene: Scene, case: str) -> None:
    wrong, make, sentences = CASES[case]
    before = scene.seat.ask(whole_book)
    with pytest.raises(Refusal) as caught:
        scene.seat.perform(wrong, make(scene))
    told = [problem.message for problem in caught.value.problems]
    assert len(told) >= len(sentences)
    for sentence in sentences:
        assert any(sentence in each for each in told), told
    assert scene.seat.ask(whole_book) == before


def test_a_shipment_is_not_closed_while_its_invoice_or_its_rebate_is_open(scene: Scene) -> None:
    """Section 1.8: receivable open = 0, rebate received, refused or not applicable; each gap in a sentence."""
    for shipment, sentence in (
        (scene.gone, "The customer still owes USD 600.00."),
        (scene.t1.shipment, "The VAT rebate is neither received, refused nor marked as not applicable."),
    ):
        before = scene.seat.ask(whole_book)
        with pytest.raises(Refusal) as caught:
            scene.seat.perform(move_shipment, MoveShipment(shipment, "closed", TODAY))
        assert sentence in str(caught.value)
        assert scene.seat.ask(whole_book) == before


def test_freight_inquiries_that_are_switched_off_are_not_written(scene: Scene) -> None:
    scene.seat.perform(change_settings, ChangeSettings((("freight_inquiries", False),)))
    before = scene.seat.ask(whole_book)
    command = SaveFreightInquiry(date(2026, 6, 1), "Ningbo", "Rotterdam", "Lamps")
    with pytest.raises(Refusal, match=r"switched off\. Switch them on under Settings"):
        scene.seat.perform(save_freight_inquiry, command)
    assert scene.seat.ask(whole_book) == before
    scene.seat.perform(change_settings, ChangeSettings((("freight_inquiries", True),)))
