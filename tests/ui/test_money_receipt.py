"""Recording money by the keyboard alone: a receipt with a bank charge over two invoices, reversed again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.services.conftest import TODAY
from tests.services.trading_kit import Deal, line_of
from tests.ui.money_book import Room, enter, make_trading_book, press, room_of
from tests.ui.walking import walk_by_tab
from tradecrm.core.links import Link
from tradecrm.services.money.cards import item_card, receipt_card
from tradecrm.services.money.receivables import open_items
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.money_card import AccountPage, ItemPage
from tradecrm.ui.pages.money_receipt import ReceiptPage
from tradecrm.ui.pages.trade_dialog import OperationDialog


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Deal]:
    folder = tmp_path_factory.mktemp("money")
    return folder / "trading.tcrm", make_trading_book(folder)


@pytest.fixture
def room(made: tuple[Path, Deal], tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with room_of(made[0], tmp_path / "book.tcrm", made[1], qtbot) as opened:
        yield opened


def second_invoice(room: Room) -> int:
    """Ship the rest of the contract, so that two invoices are open."""
    seat, deal = room.context.seat, room.deal
    goods = (ShipmentLineDraft(seat.ask(line_of, deal.contract), Decimal(400)),)
    shipment = seat.perform(save_shipment, SaveShipment(TODAY, goods, etd=TODAY)).value
    return int(seat.perform(depart_shipment, DepartShipment(shipment, TODAY, "BL8")).value)


def focused() -> object:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def pick(room: Room, page: ReceiptPage, key: str, text: str) -> None:
    """Type into a picker that has the keyboard and take its first answer with Enter."""
    editor = page.boxes[key].editor
    room.qtbot.waitUntil(editor.hasFocus)
    press(editor, text)
    room.qtbot.waitUntil(editor.offers)  # type: ignore[union-attr]
    enter(editor)
    room.settle()


def type_amount(page: ReceiptPage, key: str, text: str) -> None:
    editor = page.boxes[key].editor
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    editor.selectAll()  # type: ignore[union-attr]
    press(editor, text)
    enter(editor)


def filled(room: Room) -> ReceiptPage:
    """A receipt of USD 4,000 credited and 25 kept by banks, typed with the keyboard."""
    page = room.page(Link.to("receipt"))
    assert isinstance(page, ReceiptPage)
    pick(room, page, "party", "Kern")
    page.boxes["account"].editor.setFocus(Qt.FocusReason.TabFocusReason)
    pick(room, page, "account", "USD")
    type_amount(page, "credited", "4000")
    type_amount(page, "charge", "25")
    return page


def test_a_receipt_with_a_charge_over_two_invoices_by_keyboard(room: Room) -> None:
    """Gross is credited and charge together; the invoices are settled gross (domain.md section 3.4)."""
    second = second_invoice(room)
    page = filled(room)
    assert page.session.draft.number("gross") == Decimal(4025)
    rows = page.session.draft.rows("items")
    assert next(row["number"] for row in rows) == room.context.seat.ask(item_card, room.deal.invoice).number
    assert len(rows) == 2
    QTest.keyClick(page, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    page.spread()
    amounts = [row["amount"] for row in page.session.draft.rows("items")]
    assert sum(amount or Decimal(0) for amount in amounts) == Decimal(4025)  # type: ignore[misc]
    QTest.keyClick(page.boxes["party"].editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    room.settle()
    assert page.session.draft.id is not None
    card = room.context.seat.ask(receipt_card, page.session.draft.id)
    assert (card.gross, card.charge, card.unapplied) == (Decimal(4025), Decimal(25), Decimal(0))
    assert {row.item_id for row in card.settled} == {room.deal.invoice, second}
    assert room.host.toasts[-1] == "The receipt is posted."
    room.host.actions[-1]()
    room.settle()
    assert room.context.seat.ask(receipt_card, card.id).reversed_on == TODAY
    open_now = room.context.seat.ask(open_items, room.deal.customer, "USD")
    assert {row.id for row in open_now} == {room.deal.invoice, second}


def test_tab_goes_through_the_receipt_in_the_order_of_work(room: Room) -> None:
    page = room.page(Link.to("receipt", party=room.deal.customer))
    assert isinstance(page, ReceiptPage)
    page.boxes["party"].editor.setFocus(Qt.FocusReason.TabFocusReason)
    reached = walk_by_tab(page)
    order = (
        "party",
        "account",
        "day",
        "credited",
        "charge",
        "interest",
        "gross",
        "rate",
        "bearer",
        "payer",
        "reference",
    )
    assert [reached.index(page.boxes[key].editor) for key in order] == list(range(len(order)))
    assert page.save_button in reached
    assert page.spread_button in reached


@pytest.mark.parametrize("target", ["account_form", "transfer", "expense", "payment", "rate"])
def test_tab_goes_through_every_form_of_money(room: Room, target: str) -> None:
    page = room.page(Link.to(target))
    assert isinstance(page, FormPage)
    fields = [box.editor for box in page.boxes.values() if box.isVisible()]
    fields[0].setFocus(Qt.FocusReason.TabFocusReason)
    reached = walk_by_tab(page)
    walked = [widget for widget in reached if widget in fields]
    assert walked == [field for field in fields if field.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(walked) >= 4
    assert page.save_button in reached


def test_a_day_shows_whole_beside_its_calendar(room: Room) -> None:
    page = room.page(Link.to("receipt"))
    editor = page.boxes["day"].editor  # type: ignore[attr-defined]
    assert editor.fontMetrics().horizontalAdvance("2026-11-18") + 56 <= editor.width()


def test_the_toast_offers_to_open_and_to_reverse(room: Room) -> None:
    page = filled(room)
    page.save()
    room.settle()
    assert page.session.draft.id is not None
    room.host.actions[-2]()
    assert room.host.opened[-1] == Link.to("receipt", id=page.session.draft.id)


def test_a_receipt_is_reversed_from_the_list_on_the_day_it_bounced(room: Room) -> None:
    page = room.page(Link.to("receipts"))
    assert isinstance(page, ListPage)
    action = next(each for each in page.spec.actions if each.key == "reverse")
    page.run(action, [{"id": 2, "number": "RC-2606-0002"}])
    room.settle()
    dialog = page.findChild(OperationDialog)
    assert dialog is not None
    assert "RC-2606-0002" in dialog.heading.text()
    dialog._on_typed("reason", "bounced")
    dialog.commit()
    room.settle()
    assert room.context.seat.ask(receipt_card, 2).reversed_on == TODAY


def test_the_third_amount_follows_the_two_typed_last(room: Room) -> None:
    page = filled(room)
    type_amount(page, "gross", "4030")
    assert page.session.draft.number("credited") == Decimal(4005)
    type_amount(page, "credited", "4000")
    assert page.session.draft.number("charge") == Decimal(30)


def test_more_than_is_open_is_refused_at_its_cell(room: Room) -> None:
    page = filled(room)
    page.session.put_cell("items", 0, "amount", Decimal(99_999))
    page.save()
    room.settle()
    assert page.session.draft.id is None
    assert "has only" in page.session.problems()["items.0.amount"]
    assert "more than what was received" in page.session.problems()["items"]


def test_what_stays_unapplied_is_shown_while_typing(room: Room) -> None:
    page = filled(room)
    page.session.put_cell("items", 0, "amount", Decimal(1000))
    page._show()
    from tradecrm.screens.money.receipts import money_facts

    facts = {fact.label: fact.value for fact in money_facts(page.session.draft)}
    assert facts["Stays unapplied"] == "USD 3,025.00"
    assert facts["To invoices"] == "USD 1,000.00"


def test_a_posted_receipt_is_shown_and_cannot_be_typed_in(room: Room) -> None:
    page = room.page(Link.to("receipt", id=2))
    assert isinstance(page, ReceiptPage)
    assert page.boxes["gross"].editor.isReadOnly()  # type: ignore[union-attr]
    assert not page.spread_button.isVisible()
    assert not page.save_button.isEnabled()
    assert [row["amount"] for row in page.session.draft.rows("items")] == [Decimal(2000)]


def test_money_in_hand_settles_an_invoice_and_is_taken_back(room: Room) -> None:
    """An allocation is undone by a row of its own (domain.md section 3.1)."""
    page = room.page(Link.to("receivable", id=room.deal.invoice))
    assert isinstance(page, ItemPage)
    assert page.card is not None
    before = page.card.open_amount
    standing = len([row for row in page.card.settled if row.standing])
    page.settle_with(page.credits[-1])
    room.settle()
    page.reload()
    room.settle()
    assert page.card.open_amount < before
    page.settled.body.setCurrentIndex(page.settled.body.table.index(len(page.card.settled) - 1, 0))
    assert page.take_back.isEnabled()
    page.take_back.click()
    room.settle()
    dialog = page.findChild(OperationDialog)
    assert dialog is not None
    dialog._on_typed("reason", "Meant for another invoice")
    dialog.commit()
    room.settle()
    page.reload()
    room.settle()
    assert page.card.open_amount == before
    assert len([row for row in page.card.settled if row.standing]) == standing


def test_the_page_of_an_account_is_its_statement(room: Room) -> None:
    page = room.page(Link.to("account", id=2))
    assert isinstance(page, AccountPage)
    assert page.title() == "USD"
    table = page.statement.table
    assert table is not None
    assert page.card is not None
    assert table.totals[-1].cells[-1] == page.card.balance
    page.buttons["transfer"].click()
    assert room.host.opened[-1] == Link.to("transfer", account=2)
