"""From inquiry to contract through the window: typed once, then one button after another (sections 1.1 and 1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.services.quoting_kit import Offer, offer_book
from tests.ui.driving import fill_cell, opened, pick, press, settle, type_in
from tests.ui.trade_room import Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.services.trade.contract_card import contract_card
from tradecrm.services.trade.inquiries import inquiry_card
from tradecrm.services.trade.price_lists import (
    PriceLineDraft,
    SavePriceList,
    price_list_card,
    save_price_list,
)
from tradecrm.services.trade.proforma_card import proforma_card
from tradecrm.services.trade.quotation_card import quotation_card
from tradecrm.ui.context import PageFactory
from tradecrm.ui.pages.trade import trade_pages
from tradecrm.ui.pages.trade_form import TradeFormPage


@pytest.fixture(scope="module")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("deals") / "book.tcrm"
    write_book(path, full=False)
    return path


@pytest.fixture
def room(empty_book: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with trade_room(tmp_path, empty_book) as made:
        yield made


@pytest.fixture
def offer(room: Room) -> Offer:
    made = offer_book(room.seat)
    lines = (PriceLineDraft(made.lantern, Decimal("6.85")), PriceLineDraft(made.kit, Decimal("14.40")))
    room.seat.perform(save_price_list, SavePriceList("2026", "USD", lines=lines))
    return made


@pytest.fixture(scope="module")
def pages() -> dict[str, PageFactory]:
    return trade_pages()


def choose(qtbot: QtBot, room: Room, page: TradeFormPage, key: str) -> None:
    """Take an action from the menu of further ones."""
    action = next(each for each in page.spec.actions if each.key == key)
    page.run_action(action)
    settle(qtbot, room)


def save(qtbot: QtBot, room: Room, page: TradeFormPage) -> int:
    QTest.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, room)
    qtbot.waitUntil(lambda: page.session.draft.id is not None, timeout=10_000)
    assert page.session.draft.id is not None
    return page.session.draft.id


def inquiry(qtbot: QtBot, room: Room, pages: dict[str, PageFactory]) -> TradeFormPage:
    page: TradeFormPage = opened(qtbot, room, pages, Link.to("inquiry"))
    pick(qtbot, room, page, "customer", "Veld")
    type_in(page, "subject", "Lanterns and kits")
    for row, (code, quantity) in enumerate((("LN-1", "1200"), ("GK-1", "800"))):
        fill_cell(qtbot, room, page, row, "product", code)
        fill_cell(qtbot, room, page, row, "quantity", quantity)
    save(qtbot, room, page)
    return page


def made_of_inquiry(room: Room, key: int) -> Link:
    """Answer the link of the quotation in the chain of an inquiry."""
    return room.seat.ask(inquiry_card, key).after[-1].link


def test_t1_is_typed_once_and_becomes_quotation_and_contract(
    qtbot: QtBot, room: Room, offer: Offer, pages: dict[str, PageFactory]
) -> None:
    """Section 1.9: 1,200 lanterns at 6.85 and 800 kits at 14.40 are 19,740.00, deposit 5,922.00."""
    asked = inquiry(qtbot, room, pages)
    key = asked.session.draft.id
    assert key is not None
    press(qtbot, room, asked, "quote")
    assert room.host.toasts[-1] == "The quotation is a draft of today."
    page = opened(qtbot, room, pages, made_of_inquiry(room, key))
    quotation = page.session.draft.id
    assert page.session.draft.number("total") == Decimal("19740.00")
    press(qtbot, room, page, "send")
    assert room.seat.ask(quotation_card, quotation).status == "sent"
    assert room.seat.ask(inquiry_card, key).status == "quoted"
    press(qtbot, room, page, "contract")
    assert room.host.toasts[-1] == "The contract is drawn up."
    link = room.seat.ask(quotation_card, quotation).after[-1].link
    made = room.seat.ask(contract_card, int(str(link.param("id"))))
    assert (made.values["total"], made.values["deposit_due"]) == (Decimal("19740.00"), Decimal("5922.00"))
    assert room.seat.ask(quotation_card, quotation).status == "accepted"
    contract = opened(qtbot, room, pages, link)
    assert contract.session.draft.ref_id("customer") == offer.customer
    page.reload()
    settle(qtbot, room)
    assert not any(action.key == "contract" for button, action in page._next if button.isVisible())


def test_a_proforma_invoice_that_is_the_contract_is_locked(
    qtbot: QtBot, room: Room, offer: Offer, pages: dict[str, PageFactory]
) -> None:
    asked = inquiry(qtbot, room, pages)
    press(qtbot, room, asked, "quote")
    page = opened(qtbot, room, pages, made_of_inquiry(room, asked.session.draft.id or 0))
    press(qtbot, room, page, "send")
    choose(qtbot, room, page, "proforma_contract")
    link = room.seat.ask(quotation_card, page.session.draft.id).after[0].link
    assert link.target == "proforma"
    paper = opened(qtbot, room, pages, link)
    made = room.seat.ask(proforma_card, int(str(link.param("id"))))
    assert made.contract == made.number
    assert not paper.save_button.isVisible()
    assert not any(button.isVisible() for button, _action in paper._next)
    choose(qtbot, room, paper, "to_contract")
    assert room.host.links[-1] == Link.to("contract", id=made.contract_id or 0)
    assert offer.customer == made.values["customer_id"]


def test_a_price_list_is_typed(qtbot: QtBot, room: Room, offer: Offer, pages: dict[str, PageFactory]) -> None:
    """The floor that cost demands stands beside the one that is typed: 5.44 for T1's lantern (section 6)."""
    page = opened(qtbot, room, pages, Link.to("price_list"))
    type_in(page, "name", "Spring")
    pick(qtbot, room, page, "customer", "Veld")
    fill_cell(qtbot, room, page, 0, "product", "LN-1")
    fill_cell(qtbot, room, page, 0, "price", "7.10")
    fill_cell(qtbot, room, page, 0, "floor", "6.50")
    assert page.session.draft.rows()[0]["cost_floor"] == Decimal("5.44")
    key = save(qtbot, room, page)

    card = room.seat.ask(price_list_card, key)
    assert (card.values["party_id"], card.lines[0].price, card.lines[0].floor) == (
        offer.customer,
        Decimal("7.10"),
        Decimal("6.50"),
    )
