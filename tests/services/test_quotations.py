"""Quotations are written with the copies their lines keep, edited, copied, and refused in words (sections 1.2, 11)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY
from tests.services.quoting_kit import DAY, Offer, offer_book, quote, t1_lines, t1_quotation
from tradecrm.core.errors import Conflict, RateMissing
from tradecrm.core.problems import Refusal
from tradecrm.models import Quotation
from tradecrm.services.book import Seat
from tradecrm.services.data.search import search
from tradecrm.services.trade.products import SaveProduct, product_card, save_product
from tradecrm.services.trade.quotation_card import QuotationCard, quotation_card
from tradecrm.services.trade.quotations import CopyQuotation, copy_quotation, save_quotation
from tradecrm.services.work import Reader


@pytest.fixture
def offer(seat: Seat) -> Offer:
    return offer_book(seat)


def card_of(seat: Seat, key: int) -> QuotationCard:
    return seat.ask(quotation_card, key)


def count(reader: Reader) -> int:
    return reader.session.scalar(select(func.count()).select_from(Quotation)) or 0


def test_lines_keep_cost_packing_and_factory_of_the_product(seat: Seat, offer: Offer) -> None:
    card = card_of(seat, quote(seat, offer))
    assert (card.number, card.revision, card.status, card.current) == ("QT-2603-0001", 0, "draft", True)
    lantern, kit = card.lines
    assert (lantern.amount, kit.amount, card.total) == (
        Decimal("8220.00"),
        Decimal("11520.00"),
        Decimal("19740.00"),
    )  # domain.md section 1.9
    assert lantern.values["cost"] == Decimal("39.55")
    assert lantern.values["per_carton"] == 24
    assert lantern.values["carton_tare"] == Decimal("1.2")
    assert (lantern.supplier, kit.supplier) == ("Factory A", "Factory B")
    assert card.values["rate"] == 7
    assert card.values["insurance_markup"] == Decimal("0.1")  # the setting of section 13


def test_a_line_keeps_its_copies_when_the_product_changes_later(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer)
    product = seat.ask(product_card, offer.lantern).draft
    assert isinstance(product, SaveProduct)
    seat.perform(save_product, replace(product, cost=Decimal(50), per_carton=Decimal(12)))
    draft = t1_quotation(offer, remarks="Second look", id=key, version=card_of(seat, key).version)
    ids = [line.id for line in card_of(seat, key).lines]
    lines = tuple(replace(line, id=number) for line, number in zip(draft.lines, ids, strict=True))
    seat.perform(save_quotation, replace(draft, lines=lines))
    after = card_of(seat, key)
    assert after.values["remarks"] == "Second look"
    assert (after.lines[0].values["cost"], after.lines[0].values["per_carton"]) == (Decimal("39.55"), 24)


def test_the_total_is_the_sum_of_rounded_lines(seat: Seat, offer: Offer) -> None:
    """Section 11: three lines of 3 x 4.1815 are 37.62, not 37.63."""
    line = replace(t1_lines(offer)[0], quantity=Decimal(3), price=Decimal("4.1815"))
    key = quote(seat, offer, lines=(line, line, line))
    assert card_of(seat, key).total == Decimal("37.62")


def test_everything_wrong_is_said_at_once(seat: Seat, offer: Offer) -> None:
    bad = replace(
        t1_quotation(offer),
        incoterm_place="",
        currency="XXQ",
        commission_rate=Decimal(1),
        freight=Decimal(-1),
        valid_until=DAY.replace(day=1),
        lines=(replace(t1_lines(offer)[0], quantity=Decimal(0), price=Decimal("1.2345678")),),
    )
    with pytest.raises(Refusal) as refused:
        seat.perform(save_quotation, bad)
    assert {problem.field for problem in refused.value.problems} == {
        "incoterm_place",
        "currency",
        "commission_rate",
        "freight",
        "valid_until",
        "lines.0.quantity",
        "lines.0.price",
    }
    assert seat.ask(count) == 0


def test_a_stale_version_and_a_taken_number_are_refused(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer, number="Q-77")
    before = card_of(seat, key)
    with pytest.raises(Conflict, match="Q-77 was changed by someone else"):
        seat.perform(save_quotation, t1_quotation(offer, id=key, version=before.version + 1))
    with pytest.raises(Refusal, match="already a quotation Q-77"):
        quote(seat, offer, number="Q-77")
    assert card_of(seat, key) == before
    assert seat.ask(count) == 1


def test_without_a_budget_rate_it_says_so(seat: Seat, offer: Offer) -> None:
    with pytest.raises(RateMissing, match="EUR"):
        seat.perform(save_quotation, replace(t1_quotation(offer), currency="EUR"))
    assert seat.ask(count) == 0


def test_only_to_customers_and_their_own_contacts(seat: Seat, offer: Offer) -> None:
    with pytest.raises(Refusal, match="Factory A is not a customer"):
        quote(seat, offer, customer_id=offer.factory_a)
    assert seat.ask(count) == 0


def test_a_copy_takes_todays_costs_and_leaves_the_old_one_alone(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer, customer_po="PO-1")
    before = card_of(seat, key)
    product = seat.ask(product_card, offer.lantern).draft
    seat.perform(save_product, replace(product, cost=Decimal(41)))
    copied = card_of(seat, seat.perform(copy_quotation, CopyQuotation(key)).value)
    assert copied.number == "QT-2606-0001"
    assert (copied.values["day"], copied.values["customer_po"]) == (TODAY, "")
    assert copied.lines[0].values["cost"] == Decimal(41)
    assert copied.total == before.total
    assert card_of(seat, key) == before


def test_it_is_found_by_its_number_and_order_number(seat: Seat, offer: Offer) -> None:
    quote(seat, offer, customer_po="PO-8811")
    assert [hit.kind for hit in seat.ask(search, "PO-8811").hits] == ["quotation"]
    assert [hit.kind for hit in seat.ask(search, "QT-2603-0001").hits] == ["quotation"]
