"""Price lists give lines their floors and limits; wrong ones are refused in words (domain.md section 6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.conftest import Seats
from tests.services.quoting_kit import DAY, Offer, offer_book, quote, t1_lines, t1_quotation
from tradecrm.core.errors import Conflict, NotAllowed
from tradecrm.core.problems import Refusal
from tradecrm.models import PriceList, Quotation
from tradecrm.services.book import Seat
from tradecrm.services.trade.floors import breaches, terms_of
from tradecrm.services.trade.price_lists import (
    PriceLineDraft,
    PriceQuestion,
    SavePriceList,
    listed_prices,
    price_list_card,
    save_price_list,
)
from tradecrm.services.trade.products import product_card, save_product
from tradecrm.services.trade.quotation_card import quotation_card
from tradecrm.services.trade.quotations import lines_of, save_quotation
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@pytest.fixture
def offer(seat: Seat) -> Offer:
    return offer_book(seat)


def a_list(offer: Offer, **more: object) -> SavePriceList:
    lines = (
        PriceLineDraft(offer.lantern, Decimal("6.90"), floor=Decimal("6.40")),
        PriceLineDraft(offer.lantern, Decimal("6.60"), Decimal(1000), Decimal("6.20")),
    )
    values: dict[str, object] = {"name": "2026", "currency": "USD", "lines": lines} | more
    return SavePriceList(**values)  # type: ignore[arg-type]


def floors(seat: Seat, key: int) -> list[Decimal | None]:
    return [line.values["floor"] for line in seat.ask(quotation_card, key).lines]


def fob(seat: Seat, offer: Offer, **more: object) -> int:
    draft = replace(t1_quotation(offer, **more), incoterm="FOB", incoterm_place="Ningbo")
    return seat.perform(save_quotation, draft).value


def test_without_a_list_cost_and_least_margin_make_the_floor(seat: Seat, offer: Offer) -> None:
    """Lantern: 39.55 / 1.13 = 35.00 net of the whole VAT; at 7.00 and 8 % 5.4347..., up to 5.44.

    Kit: 72.32 / 1.13 = 64.00, VAT 8.32, rebate 5.76, net 66.56; at 7.00 and 8 % 10.3354..., up to 10.34.
    """
    assert floors(seat, fob(seat, offer)) == [Decimal("5.44"), Decimal("10.34")]


def test_the_floor_of_the_quantity_reached_is_kept_with_the_line(seat: Seat, offer: Offer) -> None:
    seat.perform(save_price_list, a_list(offer))
    few = replace(t1_lines(offer)[0], quantity=Decimal(999))
    assert floors(seat, fob(seat, offer)) == [Decimal("6.20"), Decimal("10.34")]
    assert floors(seat, fob(seat, offer, lines=(few,))) == [Decimal("6.40")]


def test_a_floor_of_a_list_on_fob_carries_freight_and_insurance_on_cif(seat: Seat, offer: Offer) -> None:
    """Freight 600 over one line of 1,200: 0.50 each; (6.20 + 0.50) / (1 - 1.1 x 0.32 %) = 6.723667..."""
    seat.perform(save_price_list, a_list(offer))
    key = quote(
        seat,
        offer,
        lines=t1_lines(offer)[:1],
        freight=Decimal(600),
        insurance_rate=Decimal("0.0032"),
    )
    assert floors(seat, key) == [Decimal("6.723668")]


def test_a_typed_floor_does_not_help_where_the_floor_is_known(seat: Seat, offer: Offer) -> None:
    low = replace(t1_lines(offer)[0], floor=Decimal("0.01"))
    assert floors(seat, fob(seat, offer, lines=(low,))) == [Decimal("5.44")]


def test_own_list_before_grade_before_everyone(seat: Seat, offer: Offer) -> None:
    """The customer is of grade A."""
    seat.perform(save_price_list, a_list(offer))

    def asked() -> str:
        question = PriceQuestion(offer.customer, "USD", DAY, ((offer.lantern, Decimal(10)),))
        (found,) = seat.ask(listed_prices, question)
        return "" if found is None else found.list_name

    assert asked() == "2026"
    seat.perform(save_price_list, a_list(offer, name="B", grade="B"))
    assert asked() == "2026"
    seat.perform(save_price_list, a_list(offer, name="A", grade="A"))
    assert asked() == "A"
    seat.perform(save_price_list, a_list(offer, name="Veld", party_id=offer.customer))
    assert asked() == "Veld"
    past = {"valid_from": DAY.replace(day=1), "valid_until": DAY.replace(day=2)}
    seat.perform(save_price_list, a_list(offer, name="Past", party_id=offer.customer, **past))
    off = {"active": False, "valid_from": DAY}
    seat.perform(save_price_list, a_list(offer, name="Off", party_id=offer.customer, **off))
    assert asked() == "Veld"


def test_breaches_are_said_line_by_line(seat: Seat, offer: Offer) -> None:
    """Listed 6.60 from 1,000 with at most 5 % off: 6.27; the floor is 6.20."""
    seat.perform(save_price_list, a_list(offer, max_discount=Decimal("0.05")))

    def said(price: str, discount: str = "0") -> list[str]:
        line = replace(t1_lines(offer)[0], price=Decimal(price), discount=Decimal(discount))
        key = fob(seat, offer, lines=(line,))

        def query(reader: Reader) -> list[str]:
            paper = reader.get(Quotation, key, "Quotation")
            found = breaches(reader, paper, lines_of(reader, key), terms_of(reader, paper, paper))
            return [each.sentence for each in found]

        return seat.ask(query)

    assert said("6.60", "0.05") == []
    assert said("6.60", "0.06") == [
        "Line 1, LN-1: 6.204 is 6 % below “2026”, which allows 5 %.",
    ]
    assert said("6.19") == [
        "Line 1, LN-1: 6.19 is below the floor of 6.20 USD.",
        "Line 1, LN-1: 6.19 is 6.21 % below “2026”, which allows 5 %.",
    ]


def test_everything_wrong_is_said_at_once(seat: Seat, offer: Offer) -> None:
    lines = (
        PriceLineDraft(offer.lantern, ZERO),
        PriceLineDraft(offer.lantern, Decimal(5), floor=Decimal(6)),
        PriceLineDraft(offer.kit, Decimal("1.1234567"), Decimal(-1)),
    )
    bad = SavePriceList(
        " ", "USX", "ABC", "A", offer.customer, DAY, DAY.replace(day=1), Decimal(1), lines=lines
    )
    with pytest.raises(Refusal) as refused:
        seat.perform(save_price_list, bad)
    assert {problem.field for problem in refused.value.problems} == {
        "name", "currency", "incoterm", "grade", "valid_until", "max_discount", "lines.0.price",
        "lines.1.floor", "lines.1.from_quantity", "lines.2.price", "lines.2.from_quantity",
    }  # fmt: skip
    assert seat.ask(_count) == 0


def _count(reader: Reader) -> int:
    return reader.session.scalar(select(func.count()).select_from(PriceList)) or 0


def test_names_versions_and_rights_are_guarded(seats: Seats) -> None:
    offer = offer_book(seats.owner)
    key = seats.owner.perform(save_price_list, a_list(offer)).value
    card = seats.owner.ask(price_list_card, key)
    with pytest.raises(Refusal, match="already"):
        seats.owner.perform(save_price_list, a_list(offer))
    with pytest.raises(Conflict, match="2026 was changed"):
        seats.owner.perform(save_price_list, a_list(offer, id=key, version=card.version + 1))
    with pytest.raises(NotAllowed, match="keep price lists"):
        seats.sales.perform(save_price_list, a_list(offer, name="Mine"))
    with pytest.raises(Refusal, match="is not a customer"):
        seats.owner.perform(save_price_list, a_list(offer, name="F", party_id=offer.factory_a))
    assert seats.owner.ask(price_list_card, key) == card
    assert seats.owner.ask(_count) == 1


def test_a_list_is_written_whole(seat: Seat, offer: Offer) -> None:
    key = seat.perform(save_price_list, a_list(offer)).value
    one = a_list(offer, lines=(PriceLineDraft(offer.kit, Decimal(15)),), id=key, version=1)
    seat.perform(save_price_list, one)
    card = seat.ask(price_list_card, key)
    assert [(line.code, line.price, line.floor) for line in card.lines] == [("GK-1", Decimal(15), None)]


def test_the_floor_of_the_product_counts_where_no_list_has_one(seat: Seat, offer: Offer) -> None:
    """Manual goes before what the cost makes (section 6), in its own currency only."""
    product = seat.ask(product_card, offer.lantern).draft
    seat.perform(save_product, replace(product, floor=Decimal("6.05")))
    assert floors(seat, fob(seat, offer)) == [Decimal("6.05"), Decimal("10.34")]
    version = seat.ask(product_card, offer.lantern).draft.version
    seat.perform(save_product, replace(product, floor=Decimal(40), floor_currency="CNY", version=version))
    assert floors(seat, fob(seat, offer)) == [Decimal("5.44"), Decimal("10.34")]
    with pytest.raises(Refusal, match="above zero"):
        seat.perform(save_product, replace(product, floor=Decimal(-1), version=version + 1))
