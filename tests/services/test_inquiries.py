"""Inquiries: written, assigned, quoted, won, lost and reopened, each guard in words (domain.md section 1.3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY, Seats
from tests.services.quoting_kit import DAY, Offer, offer_book
from tradecrm.core.errors import Conflict, NotFound
from tradecrm.core.problems import Refusal
from tradecrm.models import Inquiry, Quotation
from tradecrm.services.book import Seat
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contracts import MoveContract, move_contract
from tradecrm.services.trade.inquiries import (
    InquiryCard,
    InquiryLineDraft,
    QuotationOfInquiry,
    SaveInquiry,
    inquiry_card,
    quotation_of_inquiry,
    save_inquiry,
)
from tradecrm.services.trade.inquiry_moves import AssignInquiry, MoveInquiry, assign_inquiry, move_inquiry
from tradecrm.services.trade.price_lists import PriceLineDraft, SavePriceList, save_price_list
from tradecrm.services.trade.quotation_card import quotation_card
from tradecrm.services.trade.quotation_makes import ContractOfQuotation, contract_of_quotation
from tradecrm.services.trade.quotation_moves import (
    MoveQuotation,
    ReviseQuotation,
    move_quotation,
    revise_quotation,
)
from tradecrm.services.work import Reader


@pytest.fixture
def offer(seat: Seat) -> Offer:
    return offer_book(seat)


def ask_for(seat: Seat, offer: Offer, **more: object) -> int:
    lines = (
        InquiryLineDraft("Lantern", offer.lantern, Decimal(1200), target_price=Decimal("6.50")),
        InquiryLineDraft("Something like your kit, in green"),
    )
    values: dict[str, object] = {"lines": lines, "subject": "Lanterns for spring"} | more
    return seat.perform(save_inquiry, SaveInquiry(offer.customer, DAY, **values)).value  # type: ignore[arg-type]


def card(seat: Seat, key: int) -> InquiryCard:
    return seat.ask(inquiry_card, key)


def test_it_is_written_and_read(seat: Seat, offer: Offer) -> None:
    found = card(seat, ask_for(seat, offer, source="Canton Fair", reply_by=DAY.replace(day=27)))
    assert (found.number, found.status, found.customer) == ("IQ-2603-0001", "new", "Veld B.V.")
    assert [line.product_code for line in found.lines] == ["LN-1", ""]
    assert found.lines[0].values["target_price"] == Decimal("6.50")


def test_everything_wrong_is_said_at_once(seat: Seat, offer: Offer) -> None:
    lines = (InquiryLineDraft(" ", quantity=Decimal(0), unit="", target_price=Decimal(-1)),)
    bad = SaveInquiry(offer.customer, DAY, "", currency="XX", reply_by=DAY.replace(day=1), lines=lines)
    with pytest.raises(Refusal) as refused:
        seat.perform(save_inquiry, bad)
    assert {problem.field for problem in refused.value.problems} == {
        "subject", "currency", "reply_by", "lines.0.description_en", "lines.0.quantity", "lines.0.unit",
        "lines.0.target_price",
    }  # fmt: skip
    assert seat.ask(_count) == 0


def _count(reader: Reader) -> int:
    return reader.session.scalar(select(func.count()).select_from(Inquiry)) or 0


def test_stale_versions_taken_numbers_and_strangers_are_refused(seat: Seat, offer: Offer) -> None:
    key = ask_for(seat, offer, number="IQ-9")
    before = card(seat, key)
    with pytest.raises(Conflict, match="IQ-9 was changed"):
        ask_for(seat, offer, id=key, version=before.version + 1)
    with pytest.raises(Refusal, match="already an inquiry IQ-9"):
        ask_for(seat, offer, number="IQ-9")
    with pytest.raises(Refusal, match="Factory A is not a customer"):
        seat.perform(save_inquiry, SaveInquiry(offer.factory_a, DAY, "x"))
    assert card(seat, key) == before
    assert seat.ask(_count) == 1


def test_it_is_lost_with_a_reason_and_reopened(seat: Seat, offer: Offer) -> None:
    key = ask_for(seat, offer)
    before = card(seat, key)
    with pytest.raises(Refusal, match="Say why the inquiry was lost"):
        seat.perform(move_inquiry, MoveInquiry(key, "lose", " "))
    assert card(seat, key) == before
    seat.perform(move_inquiry, MoveInquiry(key, "lose", "Price"))
    assert (card(seat, key).status, card(seat, key).lost_reason) == ("lost", "Price")
    with pytest.raises(Refusal, match="is “Lost” and cannot be edited"):
        ask_for(seat, offer, id=key, version=card(seat, key).version)
    with pytest.raises(Refusal, match="reopen it before it is answered"):
        seat.perform(quotation_of_inquiry, QuotationOfInquiry(key))
    seat.perform(move_inquiry, MoveInquiry(key, "reopen"))
    assert (card(seat, key).status, card(seat, key).lost_reason) == ("new", "")


@pytest.mark.parametrize("step", ["quote", "win", "assign"])
def test_what_follows_from_others_is_not_done_by_hand(seat: Seat, offer: Offer, step: str) -> None:
    key = ask_for(seat, offer)
    with pytest.raises(Refusal, match="follows from other records"):
        seat.perform(move_inquiry, MoveInquiry(key, step))
    assert card(seat, key).status == "new"


def test_it_is_handed_to_the_person_who_answers(seats: Seats) -> None:
    offer = offer_book(seats.owner)
    key = ask_for(seats.owner, offer)
    with pytest.raises(NotFound):
        card(seats.sales, key)
    seats.owner.perform(assign_inquiry, AssignInquiry(key, seats.sales.actor.person_id))
    found = card(seats.sales, key)
    assert (found.status, found.person) == ("assigned", "Zhao Lei")
    assert len(found.lines) == 2
    seats.owner.perform(move_inquiry, MoveInquiry(key, "lose", "Price"))
    with pytest.raises(Refusal, match="“Assign” is not possible while the state is “Lost”"):
        seats.owner.perform(assign_inquiry, AssignInquiry(key, seats.other.actor.person_id))
    assert card(seats.owner, key).person == "Zhao Lei"
    assert seats.owner.perform(add_person, AddPerson("New", "sales")).value


def test_one_action_makes_the_quotation(seat: Seat, offer: Offer) -> None:
    """Prices of the list that holds before the target; the customer's inquiry is linked."""
    lines = (PriceLineDraft(offer.lantern, Decimal("6.60"), Decimal(1000)),)
    seat.perform(save_price_list, SavePriceList("2026", "USD", lines=lines))
    key = ask_for(seat, offer)
    made = seat.ask(quotation_card, seat.perform(quotation_of_inquiry, QuotationOfInquiry(key)).value)
    assert (made.status, made.values["day"], made.values["inquiry_id"]) == ("draft", TODAY, key)
    assert [part.kind for part in made.before] == ["inquiry"]
    lantern, green = made.lines
    assert (lantern.values["quantity"], lantern.values["price"]) == (Decimal(1200), Decimal("6.60"))
    assert (lantern.values["item_no"], lantern.values["description_cn"]) == ("LN-1", "灯笼")
    assert lantern.values["cost"] == Decimal("39.55")
    assert (green.values["description_en"], green.values["price"]) == ("Something like your kit, in green", 0)
    assert [part.kind for part in card(seat, key).after] == ["quotation"]
    with pytest.raises(Refusal, match="has quotations; mark it as lost instead"):
        seat.perform(move_inquiry, MoveInquiry(key, "void"))
    assert card(seat, key).status == "new"


def test_an_inquiry_without_goods_is_not_quoted(seat: Seat, offer: Offer) -> None:
    key = ask_for(seat, offer, lines=())
    with pytest.raises(Refusal, match="has no lines"):
        seat.perform(quotation_of_inquiry, QuotationOfInquiry(key))
    assert seat.ask(lambda reader: reader.session.scalar(select(func.count(Quotation.id)))) == 0
    assert seat.perform(move_inquiry, MoveInquiry(key, "void")).value == "void"


def test_quoted_by_the_first_sending_and_won_when_the_contract_takes_effect(seat: Seat, offer: Offer) -> None:
    """Section 1.3: Quoted {first quotation sent}, Won {SC effective}; T1's deposit is 5,922.00."""
    lines = (InquiryLineDraft("Lantern", offer.lantern, Decimal(1200), target_price=Decimal("6.85")),)
    key = ask_for(seat, offer, lines=lines)
    quotation = seat.perform(quotation_of_inquiry, QuotationOfInquiry(key)).value
    assert card(seat, key).status == "new"
    seat.perform(move_quotation, MoveQuotation(quotation, "send", TODAY))
    assert card(seat, key).status == "quoted"
    again = seat.perform(revise_quotation, ReviseQuotation(quotation)).value
    seat.perform(move_quotation, MoveQuotation(again, "send", TODAY))
    assert card(seat, key).status == "quoted"
    contract = seat.perform(contract_of_quotation, ContractOfQuotation(again, TODAY)).value
    seat.perform(move_contract, MoveContract(contract, "signed", TODAY))
    assert card(seat, key).status == "quoted"
    with pytest.raises(Refusal, match="waits for its deposit"):
        seat.perform(move_contract, MoveContract(contract, "effective", TODAY))
    assert card(seat, key).status == "quoted"
    usd = seat.perform(open_account, OpenAccount("USD", "BANK", "USD", date(2026, 1, 1))).value
    due = Decimal(10_000)
    receipt = RecordReceipt(
        TODAY, offer.customer, usd, due, rate=Decimal(7), earmarks=(Share(contract, due),)
    )
    seat.perform(record_receipt, receipt)
    seat.perform(move_contract, MoveContract(contract, "effective", TODAY))
    assert card(seat, key).status == "won"
    assert [part.kind for part in card(seat, key).after] == ["quotation", "contract"]
