"""Products with packing data (domain.md section 9.2), and each person's desktop."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.services.conftest import Seats, open_again
from tradecrm.core.errors import Conflict, NotFound
from tradecrm.core.problems import Refusal
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.desktop import (
    CARD,
    DEFAULT_CARDS,
    DEFAULT_SHORTCUTS,
    SHORTCUT,
    ArrangeDesktop,
    arrange_desktop,
    desktop,
)
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.data.check import check_book
from tradecrm.services.trade.products import (
    ArchiveProduct,
    SaveProduct,
    archive_product,
    product_card,
    product_picker,
    save_product,
)

LAMP = SaveProduct(
    code="L-100",
    name_en="Desk lamp",
    name_cn="台灯",
    hs_code="9405.21",
    price=Decimal("12.40"),
    cost=Decimal("58.5"),
    per_carton=Decimal(24),
    carton_length=Decimal(60),
    carton_width=Decimal(40),
    carton_height=Decimal(33),
    unit_net_weight=Decimal("0.62"),
    carton_tare=Decimal("1.1"),
)


def test_a_product_is_written_read_back_and_picked(book: Book, seat: Seat) -> None:
    factory = seat.perform(save_party, SaveParty(name="Bright", is_customer=False, is_supplier=True)).value
    key = seat.perform(save_product, replace(LAMP, supplier_id=factory)).value
    card = seat.ask(product_card, key)
    assert card.supplier == "Bright"
    assert replace(card.draft, id=None, version=0, supplier_id=None) == LAMP
    choice = seat.ask(product_picker, "台灯")[0]
    assert (choice.code, choice.per_carton, choice.carton_tare) == ("L-100", Decimal(24), Decimal("1.1"))
    assert [row.code for row in seat.ask(product_picker)] == ["L-100"]
    assert check_book(book.store.reader) == []


def test_versions_codes_and_archive(seat: Seat) -> None:
    key = seat.perform(save_product, LAMP).value
    with pytest.raises(Refusal, match="L-100 already"):
        seat.perform(save_product, LAMP)
    draft = seat.ask(product_card, key).draft
    seat.perform(save_product, replace(draft, name_en="Reading lamp"))
    assert [row.name_en for row in seat.ask(product_picker, "reading")] == ["Reading lamp"]
    with pytest.raises(Conflict):
        seat.perform(save_product, replace(draft, name_en="Late"))
    with pytest.raises(Conflict):
        seat.perform(archive_product, ArchiveProduct(key, 1))
    seat.perform(archive_product, ArchiveProduct(key, 2))
    assert seat.ask(product_picker, "lamp") == ()
    with pytest.raises(NotFound):
        seat.ask(product_card, 99)


def test_every_problem_stands_at_its_field(seat: Seat) -> None:
    bad = SaveProduct(
        hs_code="94A",
        unit=" ",
        price=Decimal(-1),
        price_currency="EURO",
        cost=Decimal("1.1234567"),
        vat_rate=Decimal(13),
        rebate_rate=Decimal(14),
        per_carton=Decimal(0),
        carton_length=Decimal(5),
        category="x" * 121,
    )
    with pytest.raises(Refusal) as caught:
        seat.perform(save_product, bad)
    assert {problem.field for problem in caught.value.problems} == {
        "code", "name_en", "unit", "price", "price_currency", "cost", "vat_rate", "rebate_rate", "per_carton",
        "carton_length", "hs_code", "category",
    }  # fmt: skip


def test_a_desktop_starts_with_the_defaults_and_is_ones_own(book: Book, seats: Seats) -> None:
    assert seats.sales.ask(desktop).cards == DEFAULT_CARDS
    fewer = tuple(card for card in DEFAULT_CARDS if card != "aging")
    seats.sales.perform(arrange_desktop, ArrangeDesktop(CARD, fewer))
    seats.sales.perform(arrange_desktop, ArrangeDesktop(SHORTCUT, (*DEFAULT_SHORTCUTS, "report/profit")))
    assert seats.sales.ask(desktop).shortcuts == (*DEFAULT_SHORTCUTS, "report/profit")
    assert "aging" not in seats.sales.ask(desktop).cards
    assert seats.owner.ask(desktop).cards == DEFAULT_CARDS
    with pytest.raises(Refusal, match="cannot stand on the desktop twice"):
        seats.sales.perform(arrange_desktop, ArrangeDesktop(CARD, ("today", "today")))
    assert seats.sales.ask(desktop).cards == fewer


def test_order_and_emptiness_last_over_a_restart(book: Book, seat: Seat) -> None:
    seat.perform(arrange_desktop, ArrangeDesktop(CARD, ("today", "figures")))
    seat.perform(arrange_desktop, ArrangeDesktop(SHORTCUT, ()))
    for bad in (ArrangeDesktop("wall", ()), ArrangeDesktop(CARD, ("a", "a")), ArrangeDesktop(CARD, ("",))):
        with pytest.raises(Refusal):
            seat.perform(arrange_desktop, bad)
    book.close()
    again = open_again(book)
    after = again.seat().ask(desktop)
    assert (after.cards, after.shortcuts) == (("today", "figures"), ())
    again.close()
