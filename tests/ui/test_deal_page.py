"""The page of a deal: the map and its tables on the running example, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.trade_room import Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.ui.pages.deal import DealPage


@pytest.fixture(scope="module")
def full_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("deal") / "book.tcrm"
    write_book(path, full=True)
    return path


@pytest.fixture
def room(full_book: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with trade_room(tmp_path, full_book) as made:
        yield made


@pytest.fixture
def page(room: Room, qtbot: QtBot) -> DealPage:
    made = DealPage(room.context, Link.to("deal", id=1))
    qtbot.addWidget(made)
    made.resize(1150, 760)
    made.show()
    qtbot.waitUntil(lambda: bool(made.map.steps))
    return made


def test_steps_open_by_mouse_and_keyboard(page: DealPage, room: Room) -> None:
    keys = [step.key for step in page.map.steps]
    shipment = keys.index("shipment")
    QTest.mouseClick(page.map, Qt.MouseButton.LeftButton, pos=page.map.box(shipment).center())
    assert room.host.links[-1] == Link.to("shipment", id=2)
    for _press in range(shipment - keys.index("sales_contract")):
        QTest.keyClick(page.map, Qt.Key.Key_Left)
    QTest.keyClick(page.map, Qt.Key.Key_Return)
    assert room.host.links[-1] == Link.to("contract", id=1)


def test_page_names_the_deal_and_shows_its_papers(page: DealPage) -> None:
    assert page.title() == "Deal SC-26001"
    papers = page.tables["Papers"].body.table.rows
    numbers = [row.cells[1] for row in papers]
    assert numbers[:5] == ["SC-26001", "PC-2604-0001", "PC-2604-0002", "SH-26001", "SH-26002"]
    assert "Commercial invoice" in numbers[5:]


def test_no_card_of_the_map_leaves_the_page(page: DealPage) -> None:
    page.resize(700, 600)
    QTest.qWait(1)
    assert all(page.map.box(n).right() < page.map.width() for n in range(len(page.map.steps)))
