"""Price memory: what a customer was offered and paid, what a product cost last, and who may see it (section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.services.conftest import TODAY, Seats
from tests.services.quoting_kit import DAY, Offer, offer_book, quote, t1_lines
from tradecrm.core.presets import preset_terms
from tradecrm.core.terms import encode_terms
from tradecrm.models import PurchaseContract, PurchaseLine, Quotation
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.price_memory import PriceMemory, price_memory
from tradecrm.services.work import Work, operation

D = Decimal
TERMS = encode_terms(preset_terms("TT_30_70"))


@dataclass(frozen=True, slots=True)
class Put:
    """A quotation to be put in a state."""

    quotation: int
    status: str


@operation("quotation.write")
def put_status(work: Work, command: Put) -> None:
    work.get(Quotation, command.quotation, "Quotation").status = command.status


@dataclass(frozen=True, slots=True)
class Buy:
    """A purchase of one product."""

    product: int
    supplier: int
    price: Decimal
    number: str
    day: date = DAY
    vat_included: bool = True
    status: str = "sent"


@operation("purchase.write")
def buy(work: Work, command: Buy) -> int:
    paper = work.add(
        PurchaseContract(
            number=command.number,
            day=command.day,
            supplier_id=command.supplier,
            status=command.status,
            vat_included=command.vat_included,
            owner_id=work.actor.person_id,
        )
    )
    line = PurchaseLine(
        purchase_id=paper.id,
        position=1,
        product_id=command.product,
        description_cn="灯笼",
        unit="pcs",
        quantity=D(100),
        price=command.price,
        amount=command.price * 100,
        owner_id=work.actor.person_id,
    )
    work.add(line)
    return paper.id


@pytest.fixture
def offer(seat: Seat) -> Offer:
    return offer_book(seat)


def memory(seat: Seat, offer: Offer, **more: int) -> PriceMemory:
    return seat.ask(price_memory, offer.customer, offer.lantern, **more)


def contract(seat: Seat, offer: Offer, price: str, day: date, *, signed: bool = True) -> int:
    line = ContractLineDraft(offer.lantern, "Lantern", D(500), D(price), discount=D("0.1"))
    draft = SaveContract(offer.customer, day, "USD", "FOB", "Ningbo", TERMS, (line,))
    key = seat.perform(save_contract, draft).value
    if signed:
        seat.perform(move_contract, MoveContract(key, "signed", day))
    return key


def test_offers_and_contracts_stand_newest_first_at_the_price_after_discount(
    seat: Seat, offer: Offer
) -> None:
    old = quote(seat, offer)
    seat.perform(put_status, Put(old, "sent"))
    key = contract(seat, offer, "7.00", DAY + timedelta(days=10))
    found = memory(seat, offer).sold
    assert [(one.kind, one.price, one.incoterm, one.quantity) for one in found] == [
        ("contract", D("6.30"), "FOB", D(500)),
        ("quotation", D("6.85"), "CIF", D(1200)),
    ]
    assert found[0].link.param("id") == key
    assert found[1].number == "QT-2603-0001"


def test_what_the_customer_has_not_seen_is_no_price_of_theirs(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer)
    contract(seat, offer, "7.00", DAY, signed=False)
    for status in ("draft", "submitted", "approved", "void"):
        seat.perform(put_status, Put(key, status))
        assert memory(seat, offer).sold == ()
    for status in ("sent", "rejected", "expired", "superseded", "accepted"):
        seat.perform(put_status, Put(key, status))
        assert [one.number for one in memory(seat, offer).sold] == ["QT-2603-0001"]
    assert memory(seat, offer, but=key).sold == ()


def test_another_customers_price_is_not_remembered(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer)
    seat.perform(put_status, Put(key, "sent"))
    other = seat.perform(save_party, SaveParty(name="Kern Tool Corp.", country="DE")).value
    assert seat.ask(price_memory, other, offer.lantern).sold == ()
    assert seat.ask(price_memory, None, offer.lantern).sold == ()


def test_the_last_purchase_with_its_vat(seat: Seat, offer: Offer) -> None:
    seat.perform(buy, Buy(offer.lantern, offer.factory_a, D("38.00"), "PC-1"))
    seat.perform(
        buy,
        Buy(offer.lantern, offer.factory_b, D("35.00"), "PC-2", DAY + timedelta(days=1), vat_included=False),
    )
    seat.perform(buy, Buy(offer.lantern, offer.factory_a, D("20.00"), "PC-3", TODAY, status="draft"))
    bought = memory(seat, offer).bought
    assert bought is not None
    assert (bought.number, bought.supplier, bought.price, bought.currency) == (
        "PC-2",
        "Factory B",
        D("39.55"),
        "CNY",
    )


def test_without_a_purchase_the_factory_price_of_the_product_stands(seat: Seat, offer: Offer) -> None:
    bought = memory(seat, offer).bought
    assert bought is not None
    assert (bought.number, bought.day, bought.supplier, bought.price) == ("", None, "Factory A", D("39.55"))


def test_costs_are_told_only_to_who_may_see_them(seats: Seats) -> None:
    """Section 6, visibility: a salesperson sees their own prices, and no factory price."""
    offer = offer_book(seats.owner)
    seats.owner.perform(buy, Buy(offer.lantern, offer.factory_a, D("38.00"), "PC-1"))
    mine = seats.sales.perform(save_party, SaveParty(name="Mine Ltd.", country="US")).value
    key = quote(seats.sales, offer, customer_id=mine, lines=t1_lines(offer)[:1])
    seats.sales.perform(put_status, Put(key, "sent"))
    own = seats.sales.ask(price_memory, mine, offer.lantern)
    assert [one.price for one in own.sold] == [D("6.85")]
    assert own.bought is None
    assert seats.manager.ask(price_memory, mine, offer.lantern).bought is not None
    hidden = seats.other.ask(price_memory, mine, offer.lantern)
    assert (hidden.sold, hidden.customer) == ((), "")
