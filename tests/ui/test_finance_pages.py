"""Advances on bills, movements of loans taken back, held money released, on their pages (sections 16.18, 16.19)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.trading_kit import Deal
from tests.ui.money_book import Room, make_trading_book, room_of
from tests.ui.test_freight_pages import fill
from tradecrm.core.links import Link
from tradecrm.models import Account, LoanMove
from tradecrm.screens.draft import Draft, Ref
from tradecrm.services.money.holds import HoldMoney, hold_card, hold_money
from tradecrm.services.money.loans import loan_card
from tradecrm.services.work import Reader
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.pages.money_card import AccountPage
from tradecrm.ui.pages.money_receipt import ReceiptPage
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.pages.trade_form import TradeFormPage

D = Decimal


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Deal]:
    folder = tmp_path_factory.mktemp("finance")
    return folder / "trading.tcrm", make_trading_book(folder)


@pytest.fixture
def room(made: tuple[Path, Deal], tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with room_of(made[0], tmp_path / "book.tcrm", made[1], qtbot) as opened:
        yield opened


def dollars(reader: Reader) -> int:
    return reader.session.scalars(select(Account.id).where(Account.currency == "USD")).one()


def save(room: Room, page: FormPage) -> Draft:
    page.save()
    room.settle()
    assert page.session.draft.id is not None, page.session.problems()
    return page.session.draft


def answer(room: Room, page: TradeFormPage, **values: str) -> None:
    """Press the page's next step, fill its dialog and accept it."""
    (button,) = (button for button, _action in page._next if button.isVisible())
    button.click()
    room.settle()
    dialog = page.findChild(OperationDialog)
    assert isinstance(dialog, OperationDialog)
    for key, value in values.items():
        fill(dialog, key, value)
    dialog.commit()
    room.settle()


def test_an_advance_from_invoice_to_repayment_and_back(room: Room) -> None:
    """The invoice opens the loan filled in; its receipt offers to repay; the repayment is taken back in a dialog."""
    account = room.context.seat.ask(dollars)
    page = room.page(Link.to("loan", item=room.deal.invoice))
    assert isinstance(page, FormPage)
    for key, value in (("lender", "Bank of China"), ("amount", D(900)), ("account", Ref(account, "USD"))):
        page.session.put(key, value)
    loan = save(room, page).id
    assert loan is not None
    receipt = room.page(Link.to("receipt", party=room.deal.customer, account=account))
    assert isinstance(receipt, ReceiptPage)
    receipt.session.put("gross", D(700))
    receipt.spread()
    save(room, receipt)
    assert room.host.toasts[-1].startswith("Bank of China advanced money on this bill: USD 700.00 of LN-")
    room.host.actions[-1]()
    repay = room.page(room.host.opened[-1])
    assert isinstance(repay, FormPage)
    save(room, repay)
    assert room.context.seat.ask(loan_card, loan).owed == D(200)
    move = room.context.seat.ask(last_move)
    moved = room.page(Link.to("loan_move", id=move))
    assert isinstance(moved, TradeFormPage)
    answer(room, moved, reason="Another loan")
    assert room.context.seat.ask(loan_card, loan).owed == D(900)
    assert not any(button.isVisible() for button, _action in moved._next)


def last_move(reader: Reader) -> int:
    return reader.session.scalars(select(LoanMove.id).order_by(LoanMove.id.desc()).limit(1)).one()


def test_held_money_stands_on_the_account_s_page_until_it_is_released(room: Room) -> None:
    account = room.context.seat.ask(dollars)
    hold = room.context.seat.perform(hold_money, HoldMoney(account, TODAY, D(50), "Reserve")).value
    page = room.page(Link.to("account", id=account))
    assert isinstance(page, AccountPage)
    assert page.holds.isVisible()
    held = room.page(Link.to("account_hold", id=hold))
    assert isinstance(held, TradeFormPage)
    answer(room, held)
    assert room.context.seat.ask(hold_card, hold).released_on == TODAY
