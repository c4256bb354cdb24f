"""A card of facts: each in a row of its own, so that a long value takes no room from the labels of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.ui.trade_room import Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.screens.spec import Fact
from tradecrm.ui.labels import ElidedButton
from tradecrm.ui.lists.preview import FactsCard

FACTS = (
    Fact("Profit after exchange differences", "16,314.97"),
    Fact("Factory", "Cixi Mingdeng Lighting and Electric Appliance Factory"),
    Fact("Forwarder", "Ningbo Zhenhai Yuanyang Freight Forwarding Co., Ltd.", link=Link.to("supplier", id=1)),
)


@pytest.fixture
def room(tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    book = tmp_path / "book.tcrm"
    write_book(book, full=False)
    with trade_room(tmp_path, book) as made:
        yield made


def test_a_long_value_breaks_or_is_cut_before_any_label_breaks(room: Room, qtbot: QtBot) -> None:
    card = FactsCard(room.context, "Facts")
    qtbot.addWidget(card)
    card.resize(320, 260)
    card.show_facts(FACTS)
    card.show()
    QApplication.processEvents()
    labels = {label.text(): label for label in card.findChildren(QLabel)}
    for fact in FACTS:
        label = labels[fact.label]
        assert label.width() >= label.fontMetrics().horizontalAdvance(fact.label), fact.label
    value, line = labels[FACTS[1].value], labels["Factory"].fontMetrics().height()
    assert value.height() >= 2 * line, "the name takes a second line"
    (button,) = card.findChildren(ElidedButton)
    assert button.geometry().right() <= 320
    assert FACTS[2].value in button.toolTip()


def test_a_new_figure_does_not_move_its_label(room: Room, qtbot: QtBot) -> None:
    card = FactsCard(room.context)
    qtbot.addWidget(card)
    card.resize(320, 120)
    card.show_facts((Fact("Revenue", "1,105,115.50"),))
    card.show()
    QApplication.processEvents()
    (value,) = (label for label in card.findChildren(QLabel) if label.text() == "1,105,115.50")
    left = value.x()
    card.show_facts((Fact("Revenue", "9.00"),))
    QApplication.processEvents()
    assert (value.text(), value.x()) == ("9.00", left)
