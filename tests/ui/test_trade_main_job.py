"""The main job through the pages: a contract is drawn up, its deposit comes, goods are shipped and depart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.driving import fill_cell, opened, pick, press, settle, type_in
from tests.ui.trade_room import TODAY, Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.core.rates import RateType
from tradecrm.screens.money.receipts import blank_receipt
from tradecrm.screens.trade.contract_draft import build_contract, load_contract
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.data.sample.running_example import _CUSTOMER, _KIT, _LANTERN
from tradecrm.services.figures.aging import ledger_balances
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contracts import save_contract
from tradecrm.services.trade.products import save_product
from tradecrm.ui.context import PageFactory
from tradecrm.ui.pages.trade import trade_pages
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.pages.trade_form import TradeFormPage
from tradecrm.ui.pages.trade_shipment import ShipmentPage


@pytest.fixture(scope="module")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "book.tcrm"
    write_book(path, full=False)
    return path


@pytest.fixture(scope="module")
def full_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("full") / "book.tcrm"
    write_book(path, full=True)
    return path


@pytest.fixture
def room(empty_book: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with trade_room(tmp_path, empty_book) as made:
        yield made


@pytest.fixture
def full(full_book: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with trade_room(tmp_path, full_book) as made:
        yield made


@pytest.fixture(scope="module")
def pages() -> dict[str, PageFactory]:
    return trade_pages()


def stock(room: Room) -> int:
    """Write the customer, the two products and the rates of domain section 1.9."""
    for kind, day, quote in (
        (RateType.BUDGET, date(2026, 1, 1), "7.00"),
        (RateType.MID, date(2026, 5, 20), "7.06"),
    ):
        room.seat.perform(save_rate, SaveRate(kind, "USD", day, quote))
    factory = SaveParty(name="宁波明灯厂", is_customer=False, is_supplier=True, country="CN")
    room.seat.perform(save_party, factory)
    for product in (_LANTERN, _KIT):
        room.seat.perform(save_product, product)
    return room.seat.perform(save_party, _CUSTOMER).value


def save(qtbot: QtBot, room: Room, page: TradeFormPage) -> int:
    page.save()
    settle(qtbot, room)
    qtbot.waitUntil(lambda: page.session.draft.id is not None and not page.session.dirty, timeout=10_000)
    settle(qtbot, room)
    assert page.session.draft.id is not None
    return page.session.draft.id


def test_contract_deposit_shipment_and_departure_through_the_pages(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory]
) -> None:
    """Domain sections 1.9 and 2.5: 19,740.00 with 5,922.00 deposit, shipped 15,420.00 at 7.06."""
    customer = stock(room)
    page = opened(qtbot, room, pages, Link.to("contract"))
    pick(qtbot, room, page, "customer", "Veld")
    draft = page.session.draft
    assert (draft.text("incoterm"), draft.text("incoterm_place")) == ("CIF", "Rotterdam")
    type_in(page, "number", "SC-26001")
    for row, code, quantity in ((0, "LN-210", "1200"), (1, "GK-44", "800")):
        fill_cell(qtbot, room, page, row, "product", code)
        fill_cell(qtbot, room, page, row, "quantity", quantity)
    assert page.session.draft.number("total") == Decimal("19740.00")
    assert page.session.draft.number("deposit_due") == Decimal("5922.00")
    assert page.lines[0].total.text() == "USD 19,740.00"
    assert "NINETEEN THOUSAND SEVEN HUNDRED AND FORTY" in page.lines[0].words.text()
    contract = save(qtbot, room, page)

    _put_into_effect(qtbot, room, page, customer, contract)
    press(qtbot, room, page, "ship")

    ship = opened(qtbot, room, pages, room.host.links[-1])
    assert [line["quantity"] for line in ship.session.draft.rows()] == [Decimal(1200), Decimal(800)]
    fill_cell(qtbot, room, ship, 1, "quantity", "900")
    ship.save()
    assert "800" in ship.lines[0].problem.text()
    fill_cell(qtbot, room, ship, 1, "quantity", "500")
    assert ship.lines[0].total.text() == "USD 15,420.00"
    shipment = save(qtbot, room, ship)
    ship.costs.buttons["purchases"].click()
    settle(qtbot, room)
    assert ship.costs.table.totals.table.look(0, 4).text == "75,280.00"
    press(qtbot, room, ship, "depart")
    _depart(qtbot, room, ship)
    assert ship.session.draft.text("status") == "departed"

    found = room.seat.ask(shipment_profit, shipment)
    assert found.result.revenue == Decimal("108680.16")
    # The deposit was 5,922.00: 4,626.00 of it is applied, the rest still waits for the second shipment.
    owed = room.seat.ask(ledger_balances, "AR", TODAY)
    assert owed == {(customer, "USD"): Decimal("9498.00")}


def _put_into_effect(qtbot: QtBot, room: Room, page: TradeFormPage, customer: int, contract: int) -> None:
    press(qtbot, room, page, "sign")
    assert page.session.draft.text("status") == "signed"
    # Without its deposit the contract does not come into effect, and the page says why.
    press(qtbot, room, page, "effect")
    assert page.session.draft.text("status") == "signed"
    assert "5,922.00" in page.banner.text.text()
    press(qtbot, room, page, "deposit")
    link = room.host.links[-1]
    assert link == Link.to("receipt", party=customer, contract=contract, account=room.dollars)
    receipt = room.seat.ask(blank_receipt, link)
    assert receipt.number("gross") == Decimal("5922.00")
    assert [line["amount"] for line in receipt.rows("deposits")] == [Decimal("5922.00")]
    room.seat.perform(
        record_receipt,
        RecordReceipt(
            date(2026, 4, 3),
            customer,
            room.dollars,
            Decimal(5922),
            rate=Decimal("7.02"),
            earmarks=(Share(contract, Decimal(5922)),),
        ),
    )
    page.reload()
    settle(qtbot, room)
    press(qtbot, room, page, "effect")
    assert page.session.draft.text("status") == "effective"


def _depart(qtbot: QtBot, room: Room, ship: TradeFormPage) -> None:
    dialog = ship.findChild(OperationDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.loaded, timeout=10_000)
    type_in(dialog, "day", "2026-06-20")
    dialog.commit()
    settle(qtbot, room)
    assert "today" in dialog.boxes["day"].problem.text()
    type_in(dialog, "day", "2026-05-20")
    type_in(dialog, "bl_no", "OOLU2694418820")
    dialog.boxes["bl_no"].editor.commit()
    settle(qtbot, room)
    facts = _texts(dialog.panels)
    assert {"USD 4,626.00", "7.06", "USD 10,794.00"} <= facts
    dialog.commit()
    settle(qtbot, room)
    settle(qtbot, room)


def _texts(widget: QWidget) -> set[str]:
    from PySide6.QtWidgets import QLabel

    return {label.text() for label in widget.findChildren(QLabel)}


def test_the_keyboard_alone_reaches_every_field_and_the_next_step(
    qtbot: QtBot, full: Room, pages: dict[str, PageFactory]
) -> None:
    page = opened(qtbot, full, pages, Link.to("shipment", contract=1))
    typed = [box for box in page.boxes.values() if not box.spec.read_only and box.isVisible()]
    typed[0].editor.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    for _step in typed:
        focused = QApplication.focusWidget()
        assert focused is not None
        seen += [box.spec.key for box in typed if box.editor is focused]
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == [box.spec.key for box in typed]
    assert page.grids()[0].hasFocus()


def test_a_cost_is_added_in_a_dialog_and_its_bill_entered(
    qtbot: QtBot, full: Room, pages: dict[str, PageFactory]
) -> None:
    full.seat.perform(save_rate, SaveRate(RateType.SELL, "USD", TODAY, "7.10"))
    page: ShipmentPage = opened(qtbot, full, pages, Link.to("shipment", id=2))
    assert page.costs is not None
    page.costs.buttons["add_cost"].click()
    dialog = page.findChild(OperationDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.loaded, timeout=10_000)
    choice: Any = dialog.boxes["category"].editor
    choice.setCurrentIndex(choice.findData("FRT"))
    choice.activated.emit(choice.currentIndex())
    assert dialog.session.draft.text("currency") == "USD"
    assert dialog.session.draft.ref("party") is not None
    type_in(dialog, "amount", "260.5")
    dialog.commit()
    settle(qtbot, full)
    settle(qtbot, full)
    rows = page.costs.table.body.table
    assert rows.look(rows.rowCount() - 1, 3).text == "260.50"
    page.costs.table.body.setCurrentIndex(rows.index(rows.rowCount() - 1, 0))
    cost = page.costs.current_cost()
    page.costs.enter_bill()
    bill = [each for each in page.findChildren(OperationDialog) if each.spec.key == "bill_cost"][-1]
    qtbot.waitUntil(lambda: bill.loaded, timeout=10_000)
    assert bill.session.draft.number("rate") == Decimal("7.1")
    bill.commit()
    settle(qtbot, full)
    settle(qtbot, full)
    from tradecrm.services.trade.cost_card import cost_card

    assert cost is not None
    assert full.seat.ask(cost_card, cost).status == "invoiced"


def test_a_signed_contract_goes_back_to_draft_from_the_menu(
    qtbot: QtBot, full: Room, pages: dict[str, PageFactory]
) -> None:
    command = full.seat.ask(lambda reader: build_contract(load_contract(reader, 1)))
    second = full.seat.perform(save_contract, replace(command, id=None, version=None, number="SC-26002"))
    page = opened(qtbot, full, pages, Link.to("contract", id=second.value))
    press(qtbot, full, page, "sign")
    entry = next(each for each in page.more.menu().actions() if each.text() == "Back to draft")
    entry.trigger()
    settle(qtbot, full)
    settle(qtbot, full)
    assert page.session.draft.text("status") == "draft"
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert full.host.links[-1] == Link.to("paper", kind="contract", id=second.value)


def test_the_paper_shows_and_changes_its_language(
    qtbot: QtBot, full: Room, pages: dict[str, PageFactory]
) -> None:
    page = opened(qtbot, full, pages, Link.to("paper", kind="contract", id=1))
    qtbot.waitUntil(lambda: page.title().startswith("SC-26001"), timeout=20_000)
    both = page.preview._data
    page.choose("en")
    qtbot.waitUntil(lambda: page.preview._data != both, timeout=20_000)
    settle(qtbot, full)
    assert page.preview._data.startswith(b"%PDF")
