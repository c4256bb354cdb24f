"""A late bill entered on a closed shipment through the window (domain.md section 2.11)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.services.late_kit import bills, choose, closed_shipment
from tests.ui.driving import opened, pick, settle
from tests.ui.test_freight_pages import fill
from tests.ui.trade_room import TODAY, Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.ui.pages.reports import report_pages
from tradecrm.ui.pages.trade import trade_pages

D = Decimal


@pytest.fixture
def room(tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    path = tmp_path / "blank.tcrm"
    write_book(path, full=False)
    with trade_room(tmp_path, path) as made:
        yield made


def test_a_closed_shipment_takes_a_late_bill_where_the_firm_says_so(qtbot: QtBot, room: Room) -> None:
    scene = closed_shipment(room.seat)
    before = room.seat.ask(shipment_profit, scene.shipment).result
    pages = {**trade_pages(), **report_pages()}
    choose(room.seat, "reopen")
    page = opened(qtbot, room, pages, Link.to("shipment", id=scene.shipment))
    action = next(each for each in page.spec.actions if each.key == "late_bill")
    assert action.enabled is not None
    assert not action.enabled([page._row()])
    choose(room.seat, "prior")
    page = opened(qtbot, room, pages, Link.to("shipment", id=scene.shipment))
    assert action.enabled([page._row()])
    dialog = page.ask_for(Link.to("bill_late", shipment=scene.shipment))
    qtbot.waitUntil(lambda: dialog.loaded, timeout=10_000)
    dialog._on_typed("category", "FRT")
    pick(qtbot, room, dialog, "party", "Ningbo Sea")
    fill(dialog, "amount", "100")
    settle(qtbot, room)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert any(f"{TODAY:%Y-%m}" in text and "Late cost of" in text for text in said), said
    assert "CNY 700.00" in said
    dialog.commit()
    settle(qtbot, room)
    assert [row[1:] for row in room.seat.ask(bills)] == [(D(100), D(700))]
    assert room.seat.ask(shipment_profit, scene.shipment).result == before
    told = [label.text() for label in page.findChildren(QLabel)]
    assert "Late costs after closing" in told
