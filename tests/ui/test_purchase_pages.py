"""Purchasing through the pages: T1 split by factory, sent, received, billed; an import job typed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.services.purchase_kit import Deal, plan_shipment, put_into_effect, sign_deal, statuses
from tests.ui.driving import commit, opened, press, settle
from tests.ui.trade_room import Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.ledger import AP
from tradecrm.services.work import Reader
from tradecrm.ui.context import PageFactory
from tradecrm.ui.pages.purchasing import purchasing_pages
from tradecrm.ui.pages.trade import trade_pages

D = Decimal


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("purchases") / "book.tcrm"
    write_book(path, full=False)
    return path


@pytest.fixture
def room(blank: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with trade_room(tmp_path, blank) as made:
        yield made


@pytest.fixture(scope="module")
def pages() -> dict[str, PageFactory]:
    return {**trade_pages(), **purchasing_pages()}


def payables(reader: Reader) -> list[tuple[str, Decimal]]:
    from sqlalchemy import select

    from tradecrm.models import Item

    rows = reader.session.execute(select(Item.number, Item.amount).where(Item.side == AP))
    return [(number, amount) for number, amount in rows]


def deal_in_effect(room: Room) -> Deal:
    deal = sign_deal(room.seat)
    put_into_effect(room.seat, deal)
    return deal


def test_t1_is_bought_through_the_pages(qtbot: QtBot, room: Room, pages: dict[str, PageFactory]) -> None:
    """Domain sections 1.9 and 1.3: 47,460.00 and 57,856.00; sent, received in part, billed with its shipment."""
    deal = deal_in_effect(room)
    contract = opened(qtbot, room, pages, Link.to("contract", id=deal.contract))
    press(qtbot, room, contract, "split")
    assert room.host.toasts[-1] == "The purchase contracts are drafted, one for each factory."
    assert list(room.seat.ask(statuses).values()) == ["draft", "draft"]
    assert not any(button.isVisible() for button, action in contract._next if action.key == "split")

    page = opened(qtbot, room, pages, Link.to("purchase", id=1))
    assert page.lines[0].total.text() == "CNY 47,460.00"
    for step in ("submit", "send", "confirm"):
        press(qtbot, room, page, step)
    commit(qtbot, room, page, Link.to("receive_goods", purchase=1), quantity=D(1201))
    assert room.seat.ask(statuses)[1] == "confirmed"
    commit(qtbot, room, page, Link.to("receive_goods", purchase=1), quantity=D(700), day=date(2026, 6, 15))
    assert room.seat.ask(statuses)[1] == "partly_received"
    assert page.session.draft.rows()[0]["received"] == 700

    plan_shipment(room.seat, deal)
    commit(qtbot, room, page, Link.to("bill_purchase", purchase=1), bill_number="8801")
    assert room.seat.ask(payables) == [("8801", D("47460.00"))]
    assert opened(qtbot, room, pages, Link.to("purchase", id=2)).lines[0].total.text() == "CNY 57,856.00"


def test_a_line_takes_over_what_it_is_bought_for(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory]
) -> None:
    """Section 1.1: choosing a sold line fills goods, quantity to buy, and the factory price."""
    deal_in_effect(room)
    page = opened(qtbot, room, pages, Link.to("purchase"))
    grid: Any = page.grids()[0]
    grid.setFocus()
    grid.setCurrentIndex(grid.grid.index(0, 0))
    grid.edit(grid.currentIndex())
    editor: Any = grid.cells.open_editor()
    for sign in "GK-44":
        QApplication.sendEvent(
            editor, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
        )
    qtbot.waitUntil(editor.offers, timeout=10_000)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, room)
    qtbot.waitUntil(lambda: grid.cells.open_editor() is None)
    line = page.session.draft.rows()[0]
    assert (line["description_cn"], line["quantity"], line["price"]) == ("园艺工具五件套", D(800), D("72.32"))
    assert page.session.draft.number("total") == D("57856.00")


def test_an_import_job_shows_its_landed_cost_while_typed(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory]
) -> None:
    """Domain section 2.9: landed 256,000.00, 32.00 a piece; opened again with the same figures."""
    party = SaveParty(name="Rhein Motor GmbH", country="DE", is_customer=False, is_supplier=True)
    supplier = room.seat.perform(save_party, party).value
    page = opened(qtbot, room, pages, Link.to("import_job"))
    from tradecrm.screens.draft import Ref

    page.session.put("supplier", Ref(supplier, "Rhein Motor GmbH"))
    for key, value in (("booking_rate", D("7.80")), ("port_cost", D(3280))):
        page.session.put(key, value)
    for key, cell in (
        ("description", "Linear motors"),
        ("quantity", D(8000)),
        ("amount", D(30000)),
        ("duty_rate", D("0.08")),
    ):
        page.session.put_cell("lines", 0, key, cell)
    line = page.session.draft.rows()[0]
    assert (line["landed"], line["unit_cost"]) == (D("256000.00"), D(32))
    page.save()
    settle(qtbot, room)
    again = opened(qtbot, room, pages, Link.to("import_job", id=1))
    assert again.lines[0].total.text() == "CNY 256,000.00"
