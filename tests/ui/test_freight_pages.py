"""Three freight quotes through the pages: asked from the shipment, copied, entered, compared, chosen, billed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.services.freight_kit import CUSTOMER, ETD, F1, F2, F3, Freight, costs, prepare, quote
from tests.ui.driving import opened, settle
from tests.ui.trade_room import TODAY, Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.services.trade.freight_bills import DISPUTED
from tradecrm.services.trade.freight_card import comparison, inquiry_card, running_inquiry
from tradecrm.ui.context import PageFactory
from tradecrm.ui.pages.freight import ComparePage, MessagesPage
from tradecrm.ui.pages.trade import trade_pages
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.pages.trade_form import TradeFormPage

D = Decimal


@pytest.fixture(scope="module")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("freight") / "book.tcrm"
    write_book(path, full=False)
    return path


@pytest.fixture
def room(empty_book: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with trade_room(tmp_path, empty_book) as made:
        yield made


@pytest.fixture
def kit(room: Room) -> Freight:
    return prepare(room.seat)


@pytest.fixture(scope="module")
def pages() -> dict[str, PageFactory]:
    return trade_pages()


def act(qtbot: QtBot, room: Room, page: TradeFormPage, key: str) -> None:
    """Carry out an action of a form page, which must be possible now."""
    action = next(each for each in page.spec.actions if each.key == key)
    assert action.enabled is None or action.enabled([page._row()]), key
    page.run_action(action)
    settle(qtbot, room)


def press(qtbot: QtBot, room: Room, button: QPushButton) -> None:
    qtbot.waitUntil(button.isVisible, timeout=10_000)
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(qtbot, room)


def fill(dialog: OperationDialog, key: str, text: str) -> None:
    """Put a text into a field of a dialog, as typing it would."""
    editor: Any = dialog.boxes[key].editor
    editor.setFocus()
    editor.setText(text)
    editor.setModified(True)
    editor.commit()
    assert dialog.session.draft.text(key) == text


def ask_for_freight(qtbot: QtBot, room: Room, pages: dict[str, PageFactory], kit: Freight) -> int:
    """Ask from the shipment's page and answer the inquiry, which is sent from the page of its messages."""
    shipment = opened(qtbot, room, pages, Link.to("shipment", id=kit.shipment))
    act(qtbot, room, shipment, "ask_freight")
    inquiry = room.seat.ask(running_inquiry, kit.shipment)
    assert inquiry is not None
    return inquiry


def test_the_messages_are_copied_and_sent(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory], kit: Freight
) -> None:
    inquiry = ask_for_freight(qtbot, room, pages, kit)
    page = opened(qtbot, room, pages, Link.to("freight_messages", id=inquiry))
    assert isinstance(page, MessagesPage)
    assert len(page.people) == 3
    press(qtbot, room, page.copy_text)
    chinese = QGuiApplication.clipboard().text()
    assert "装运港：Ningbo" in chinese
    press(qtbot, room, page.languages["en"])
    press(qtbot, room, page.copy_text)
    english = QGuiApplication.clipboard().text()
    assert english != chinese
    assert "Rotterdam" in english
    assert CUSTOMER not in chinese + english
    press(qtbot, room, page.copy_subject)
    assert "FI-2606-0001" in QGuiApplication.clipboard().text()
    assert not page.copy_email.isEnabled()
    second = list(page.people)[1]
    press(qtbot, room, page.people[second])
    message = page.message()
    assert message is not None
    assert page.text.toPlainText() == message.text.zh
    press(qtbot, room, page.send)
    assert room.seat.ask(inquiry_card, inquiry).values["status"] == "sent"
    assert not page.send.isVisible()


def test_a_quote_is_typed_and_ranked(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory], kit: Freight
) -> None:
    inquiry = ask_for_freight(qtbot, room, pages, kit)
    form = opened(qtbot, room, pages, Link.to("freight_inquiry", id=inquiry))
    act(qtbot, room, form, "send")
    page = opened(qtbot, room, pages, Link.to("freight_quote", inquiry=inquiry))
    page.session.put("valid_until", ETD + timedelta(days=5))
    for row, price in ((0, D(1900)), (1, D(1100))):
        page.session.put_cell("charges", row, "price", price)
    page._show()
    assert [row.get("amount") for row in page.session.draft.rows("charges")][:2] == [D(1900), D(1100)]
    page.save()
    settle(qtbot, room)
    (one,) = room.seat.ask(comparison, inquiry).quotes
    # Lines without a price are not charges of the quote.
    assert (one.ranked.all_in, one.ranked.rank, len(one.amounts)) == (D(14400), 1, 2)


def test_the_comparison_is_chosen_from_with_a_reason(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory], kit: Freight
) -> None:
    inquiry = ask_for_freight(qtbot, room, pages, kit)
    act(qtbot, room, opened(qtbot, room, pages, Link.to("freight_inquiry", id=inquiry)), "send")
    three = [quote(room.seat, inquiry, kit.forwarders[at], each) for at, each in enumerate((F1, F2, F3))]
    page = opened(qtbot, room, pages, Link.to("freight_compare", id=inquiry))
    assert isinstance(page, ComparePage)
    totals = page.table.totals.table
    assert [totals.look(0, column).text for column in (1, 2, 3)] == ["14,400.00", "14,420.00", "14,950.00"]
    assert [totals.look(3, column).text for column in (1, 2, 3)] == ["1", "2", "3"]
    assert list(page.choose_buttons) == three
    dialog = page.choose(three[1])
    settle(qtbot, room)
    dialog.commit()
    settle(qtbot, room)
    assert room.seat.ask(inquiry_card, inquiry).values["status"] == "comparing"
    assert "Say why" in dialog.session.problems().get("reason", "")
    dialog.accept_button.setEnabled(True)
    fill(dialog, "reason", "sails two days sooner")
    dialog.commit()
    settle(qtbot, room)
    assert room.seat.ask(inquiry_card, inquiry).chosen == "Sinoway Freight"
    assert page.choose_buttons == {}
    assert [row[2] for row in room.seat.ask(costs, kit.shipment)] == [D(1760), D(150), D(1050)]


def test_the_bill_is_laid_over_the_quote_and_accepted_lines_are_posted(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory], kit: Freight
) -> None:
    test_the_comparison_is_chosen_from_with_a_reason(qtbot, room, pages, kit)
    inquiry = room.seat.ask(running_inquiry, kit.shipment)
    form = opened(qtbot, room, pages, Link.to("freight_inquiry", id=inquiry))
    act(qtbot, room, form, "book")
    page = opened(qtbot, room, pages, Link.to("freight_bill", shipment=kit.shipment))
    page.session.put("number", "SW-88")
    page.session.put("day", TODAY)
    page.session.put_cell("lines", 1, "amount", D(210))
    page.session.put_cell("lines", 1, "state", DISPUTED)
    page.session.put_cell("lines", 1, "reason", "150 was quoted")
    assert page.session.draft.rows()[1].get("difference") == D(60)
    page.save()
    settle(qtbot, room)
    act(qtbot, room, page, "accept")
    act(qtbot, room, page, "post")
    assert [(row[2], row[4]) for row in room.seat.ask(costs, kit.shipment)] == [
        (D(1760), "invoiced"), (D(150), "estimated"), (D(1050), "invoiced"),
    ]  # fmt: skip


def test_a_forwarder_withdraws_through_its_dialog(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory], kit: Freight
) -> None:
    test_the_comparison_is_chosen_from_with_a_reason(qtbot, room, pages, kit)
    inquiry = room.seat.ask(running_inquiry, kit.shipment)
    page = opened(qtbot, room, pages, Link.to("freight_inquiry", id=inquiry))
    dialog = page.ask_for(Link.to("freight_give_up", inquiry=inquiry))
    settle(qtbot, room)
    fill(dialog, "reason", "no space")
    dialog.commit()
    settle(qtbot, room)
    assert room.seat.ask(inquiry_card, inquiry or 0).values["status"] == "comparing"
    assert room.seat.ask(costs, kit.shipment) == []


def test_a_new_inquiry_takes_the_cargo_of_the_shipment_chosen(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory], kit: Freight
) -> None:
    from tradecrm.screens.trade.freight import shipments_for_freight

    page = opened(qtbot, room, pages, Link.to("freight_inquiry"))
    (choice,) = room.seat.ask(shipments_for_freight, "", {})
    page.session.put("shipment", choice)
    draft = page.session.draft
    assert (draft.text("port_of_discharge"), draft.number("packages")) == ("Rotterdam", 400)
    assert len(draft.rows("invites")) == 3
    page.save()
    settle(qtbot, room)
    assert room.seat.ask(running_inquiry, kit.shipment) is not None
    assert room.seat.ask(shipments_for_freight, "", {}) == []
