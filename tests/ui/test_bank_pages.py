"""A statement from file to reconciliation through the pages, and a receipt from a pasted message (section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.services.conftest import TODAY
from tests.services.trading_kit import Deal
from tests.ui.desk_book import desk, new_book
from tests.ui.money_book import Room, make_trading_book, room_of
from tradecrm.core.links import Link
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.cards import receipt_card
from tradecrm.services.money.receipts import RecordReceipt, record_receipt
from tradecrm.services.money.reconciling import reconciliations
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.pages.bank_desk import BankDeskPage
from tradecrm.ui.pages.bank_forms import BankPastePage, PastedReceiptPage
from tradecrm.ui.pages.bank_import import BankImportPage
from tradecrm.ui.pages.trade_dialog import OperationDialog

D = Decimal
TABLE = (
    "记账日期,借方发生额,贷方发生额,余额,对方户名,摘要\n"
    "2026-06-12,20.00,,980.00,,手续费\n2026-06-13,,15.00,995.00,,结息\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Deal]:
    folder = tmp_path_factory.mktemp("banking")
    return folder / "trading.tcrm", make_trading_book(folder)


@pytest.fixture
def room(made: tuple[Path, Deal], tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with room_of(made[0], tmp_path / "book.tcrm", made[1], qtbot) as opened:
        yield opened


def till(room: Room) -> int:
    """Open an account with nothing but its opening balance."""
    command = OpenAccount("Bank of Ningbo", "BANK", "CNY", TODAY.replace(day=1), D(1000))
    return int(room.context.seat.perform(open_account, command).value)


def book_row(room: Room, link: Link) -> None:
    """Save the form that a row of the statement opened, as it was begun."""
    page = room.page(link)
    assert isinstance(page, FormPage)
    page.save()
    room.settle()
    assert page.session.draft.id is not None, page.session.problems()


def test_from_file_to_reconciliation(room: Room, tmp_path: Path) -> None:
    account = till(room)
    path = tmp_path / "june.csv"
    path.write_bytes(TABLE.encode("gb18030"))
    bring = room.page(Link.to("bank_import", account=account))
    assert isinstance(bring, BankImportPage)
    bring.read(path)
    room.settle()
    assert bring.accounts.currentData() == account
    assert bring.go.isEnabled()
    bring.bring_in()
    room.settle()
    assert room.host.opened[-1] == Link.to("bank_desk", account=account)
    desk = room.page(room.host.opened[-1])
    assert isinstance(desk, BankDeskPage)
    assert desk.desk is not None
    assert not desk.buttons["accept"].isEnabled()
    for _row in range(2):
        fee = next(each for each in desk.desk.agreement.unbooked if each.status == "open")
        desk.rows.choose((fee.id,))
        desk.book_as("expense", fee.id)
        book_row(room, room.host.opened[-1])
        desk.reload()
        room.settle()
    assert desk.desk.agreement.difference == 0
    assert desk.buttons["finish"].isEnabled()
    desk.buttons["finish"].click()
    room.settle()
    (kept,) = room.context.seat.ask(reconciliations, account)
    assert (kept.status, kept.book_balance) == ("finished", D(995))
    desk.shows.setCurrentIndex(1)
    desk.shows.activated.emit(1)
    assert len(desk.rows.keys) == 2
    desk.unmatch()
    room.settle()
    assert any("reconciled" in str(fault) for fault in (*room.host.faults, *room.host.toasts))


def test_a_receipt_that_the_bank_gives_back_is_reversed_from_its_row(room: Room, tmp_path: Path) -> None:
    account, seat = till(room), room.context.seat
    paid = RecordReceipt(TODAY.replace(day=5), room.deal.customer, account, D(800))
    receipt = seat.perform(record_receipt, paid).value
    path = tmp_path / "june.csv"
    path.write_bytes(TABLE.replace("借方发生额,贷方发生额,余额", "借方发生额,贷方发生额").replace(
        "2026-06-12,20.00,,980.00,,手续费\n2026-06-13,,15.00,995.00,,结息", "2026-06-12,800.00,,,账号不符退汇"
    ).encode("gb18030"))  # fmt: skip
    bring = room.page(Link.to("bank_import", account=account))
    assert isinstance(bring, BankImportPage)
    bring.read(path)
    room.settle()
    bring.bring_in()
    room.settle()
    desk = room.page(Link.to("bank_desk", account=account))
    assert isinstance(desk, BankDeskPage)
    assert desk.desk is not None
    (row,) = desk.desk.agreement.unbooked
    desk.rows.choose((row.id,))
    next(each for each in desk.book_menu().actions() if each.text() == "Given back by the bank").trigger()
    room.settle()
    dialog = desk.findChild(OperationDialog)
    assert dialog is not None
    assert dialog.session.draft.ref_id("paper") == receipt
    assert dialog.session.draft.text("reason") == "账号不符退汇"
    dialog.commit()
    room.settle()
    assert seat.ask(receipt_card, receipt).reversed_on == date(2026, 6, 12)
    desk.reload()
    room.settle()
    assert desk.desk.agreement.unbooked == ()


def test_rows_the_book_has_in_other_words_are_shown_and_left_out(room: Room, tmp_path: Path) -> None:
    account = till(room)
    for name, text in (
        ("june.csv", TABLE),
        ("more.csv", TABLE.replace("手续费", "NCHG").replace("结息", "INT")),
    ):
        path = tmp_path / name
        path.write_bytes(text.encode("gb18030"))
        bring = room.page(Link.to("bank_import", account=account))
        assert isinstance(bring, BankImportPage)
        bring.read(path)
        room.settle()
        if name == "june.csv":
            bring.bring_in()
            room.settle()
    assert isinstance(bring, BankImportPage)
    assert [row.cells[0] for row in bring.preview.body.table.rows] == ["as: 手续费", "as: 结息"]
    assert not bring.go.isEnabled()
    next(
        button for button in bring.banner.findChildren(QPushButton) if "all the same" in button.text()
    ).click()
    assert bring.go.isEnabled()
    assert bring.says.text().startswith("2 new rows")


def test_a_receipt_from_a_pasted_message(room: Room) -> None:
    page = room.page(Link.to("bank_paste"))
    assert isinstance(page, BankPastePage)
    page.text.setPlainText("您尾号1234的账户06月12日收到USD 500.00，付款方：Kern Tool Corp，手续费USD 10.00")
    page.read()
    room.settle()
    (found,) = page.found
    assert found.party is not None
    page.record.click()
    receipt = room.page(room.host.opened[-1])
    assert isinstance(receipt, PastedReceiptPage)
    draft = receipt.session.draft
    assert (draft.number("credited"), draft.number("gross")) == (D(500), D(510))
    assert draft.rows("items")[0]["amount"] == D(510)
    assert draft.ref_id("party") == room.deal.customer


def test_a_message_pasted_again_names_the_receipt_it_is(room: Room) -> None:
    page = room.page(Link.to("bank_paste"))
    assert isinstance(page, BankPastePage)
    paid = RecordReceipt(TODAY, room.deal.customer, 2, D(500), D(20), rate=D(7))
    receipt = room.context.seat.perform(record_receipt, paid).value
    number = room.context.seat.ask(receipt_card, receipt).number
    page.text.setPlainText(f"{TODAY}\tVELD B.V.\t480.00\tUSD\n{TODAY}\tVELD B.V.\t481.00\tUSD")
    page.read()
    room.settle()
    assert [each.recorded for each in page.found] == [number, ""]
    assert [row.cells[0] for row in page.view.body.table.rows] == [number, None]
    assert page.record.isEnabled(), "two payments may be alike"


def test_without_an_account_the_desk_offers_to_open_one_and_nothing_else(
    qtbot: QtBot, tmp_path: Path
) -> None:
    book = new_book(tmp_path, filled=False)
    with desk(book) as one:
        one.window.open_link(Link.to("bank_desk"))
        one.settle()
        page = one.window.tabs.front_page()
        assert isinstance(page, BankDeskPage)
        assert page.head.title.text()
        assert not any(page.buttons[key].isEnabled() for key in ("sure", "accept", "match", "book", "finish"))
        (opening,) = page.banner.findChildren(QPushButton)
        opening.click()
        one.settle()
        assert one.window.tabs.front == Link.to("account_form")
    book.close()
