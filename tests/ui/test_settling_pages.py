"""Settling on one page by the keyboard, and the pages of notes, write-offs, refunds and contra entries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.services.conftest import TODAY
from tests.services.settling_kit import Bill, enter_bill
from tests.services.trading_kit import Deal
from tests.ui.money_book import Room, enter, make_trading_book, press, room_of
from tradecrm.core.links import Link
from tradecrm.screens.money.settle import effect_facts
from tradecrm.screens.money.write_offs import limit_facts
from tradecrm.services.control.approval_rules import SwitchRules, switch_rules
from tradecrm.services.money.cards import item_card
from tradecrm.services.money.notes import WriteNote, write_note
from tradecrm.services.money.receivables import open_items
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.pages.money_card import ItemPage
from tradecrm.ui.pages.money_settle import SettlePage
from tradecrm.ui.pages.trade_dialog import OperationDialog

D = Decimal


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Deal]:
    folder = tmp_path_factory.mktemp("settling")
    return folder / "trading.tcrm", make_trading_book(folder)


@pytest.fixture
def room(made: tuple[Path, Deal], tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with room_of(made[0], tmp_path / "book.tcrm", made[1], qtbot) as opened:
        yield opened


def _settle_page(room: Room) -> SettlePage:
    page = room.page(Link.to("settle", party=room.deal.customer, side="AR"))
    assert isinstance(page, SettlePage)
    return page


def _dialog(page: FormPage) -> OperationDialog:
    found = page.findChild(OperationDialog)
    assert found is not None
    return found


def _opened(room: Room) -> Decimal:
    return room.context.seat.ask(item_card, room.deal.invoice).open_amount


def test_oldest_first_is_proposed_posted_and_taken_back_with_a_reason(room: Room) -> None:
    """Section 3.1: seen before it is posted; taken back by a dated row that says why."""
    page, before = _settle_page(room), _opened(room)
    QTest.keyClick(page, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    page.spread(earmarked=False)
    room.settle()
    (debit,), credits_ = page.session.draft.rows("debits"), page.session.draft.rows("credits")
    used = sum(D(str(line["open"])) for line in credits_)
    assert debit["amount"] == used == sum(D(str(line["amount"])) for line in credits_)
    shown = room.context.seat.ask(effect_facts, page.session.draft)
    assert len([fact for fact in shown if "→" in fact.label]) == 2, "seen before it is posted"
    page.save()
    room.settle()
    assert _opened(room) == before - used
    assert not page.session.dirty
    assert page.session.problems() == {}
    assert "2 settlements are posted." in room.host.toasts
    page.standing.body.setCurrentIndex(page.standing.body.table.index(0, 0))
    chosen = page.chosen()
    assert chosen is not None
    page.take_back.click()
    room.settle()
    dialog = _dialog(page)
    dialog.commit()
    assert "reason" in dialog.session.problems(), "it says why, or is not taken back"
    dialog._on_typed("reason", "Meant for another invoice")
    dialog.commit()
    room.settle()
    assert _opened(room) == before - used + chosen.amount


def test_amounts_are_typed_by_hand_and_both_sides_must_agree(room: Room) -> None:
    page, before = _settle_page(room), _opened(room)

    def typed(side: int, text: str) -> None:
        card = page.lines[side]
        keys = [column.key for column in card.spec.columns]
        card.grid.setFocus()
        card.grid.setCurrentIndex(card.grid.grid.index(0, keys.index("amount")))
        press(card.grid, text[0])
        editor = QApplication.focusWidget()
        assert editor is not None
        press(editor, text[1:])
        enter(editor)
        room.settle()

    typed(0, "100")
    typed(1, "90")
    page.save()
    room.settle()
    assert "both sides must be equal" in page.session.problems()["credits"]
    assert _opened(room) == before
    typed(1, "100")
    page.save()
    room.settle()
    assert _opened(room) == before - D(100)


def test_the_page_of_an_invoice_offers_what_else_can_be_done(room: Room) -> None:
    page = room.page(Link.to("receivable", id=room.deal.invoice))
    assert isinstance(page, ItemPage)
    for action in page.more.menu().actions():
        action.trigger()
    targets = [link.target for link in room.host.opened]
    assert targets == ["settle", "note", "note", "write_off", "loan", "contra"]


def _form(room: Room, link: Link) -> FormPage:
    page = room.page(link)
    assert isinstance(page, FormPage)
    return page


def test_a_credit_note_is_written_from_the_invoice_and_reversed(room: Room) -> None:
    before = _opened(room)
    page = _form(room, Link.to("note", item=room.deal.invoice, kind="CN"))
    page.session.put("amount", D(25))
    page.session.put("reason", "Two cartons wet")
    page.save()
    room.settle()
    assert _opened(room) == before - D(25)
    assert page.link() == Link.to("note", id=1)
    page._run(page.spec.actions[0])
    room.settle()
    dialog = _dialog(page)
    dialog._on_typed("reason", "Sent to the wrong customer")
    dialog.commit()
    room.settle()
    assert _opened(room) == before


def test_what_was_in_hand_at_the_beginning_is_kept_for_a_contract(room: Room) -> None:
    seat, begun = room.context.seat, date(2026, 5, 4)
    command = WriteNote("OPEN", "AR", begun, D(-90), "In 2025", room.deal.customer, "USD", rate=D(7))
    seat.perform(write_note, command)
    credit = next(
        row for row in seat.ask(open_items, room.deal.customer, "USD", credits_=True) if row.amount == 90
    )
    page = room.page(Link.to("receivable", id=credit.id))
    assert isinstance(page, ItemPage)
    keep = next(each for each in page.more.menu().actions() if each.text() == "Keep it for a contract")
    keep.trigger()
    room.settle()
    dialog = page.findChild(OperationDialog)
    assert dialog is not None
    assert dialog.session.draft.number("amount") == D(90)


def test_a_rest_is_given_up_within_the_limit(room: Room) -> None:
    before = _opened(room)
    page = _form(room, Link.to("write_off", item=room.deal.invoice))
    seat, said = room.context.seat, {True: "needs approval", False: "No approval rule is on"}
    for on in (True, False):
        seat.perform(switch_rules, SwitchRules("write_off", on))
        told = seat.ask(limit_facts, page.session.draft.put(amount=D(999)))[-1]
        assert said[on] in told.label, "what the page promises is what saving does (section 6)"
    page.session.put("amount", D(12))
    page.session.put("reason", "Bank charges on the way")
    page.save()
    room.settle()
    assert _opened(room) == before - D(12)


def test_money_in_hand_is_given_back(room: Room) -> None:
    page = _form(room, Link.to("refund", party=room.deal.customer, side="AR"))
    line = page.session.draft.rows("items")[0]
    page.session.put_cell("items", 0, "amount", D(50))
    page.session.put("rate", D("7.12"))
    page.session.put("reason", "Paid twice")
    page.save()
    room.settle()
    left = room.context.seat.ask(open_items, room.deal.customer, "USD", "AR", credits_=True)
    (rest,) = (row.open_amount for row in left if row.id == line["item_id"])
    assert rest == D(str(line["open"])) - D(50)


def test_two_sides_of_a_partner_are_set_off(room: Room) -> None:
    seat, before = room.context.seat, _opened(room)
    bill = seat.perform(enter_bill, Bill(room.deal.customer, TODAY, D(7120))).value
    page = _form(room, Link.to("contra", party=room.deal.customer))
    page.session.put_cell("receivables", 0, "amount", D(500))
    page.session.put_cell("payables", 0, "amount", D(3560))
    page.session.put("reason", "As agreed by mail")
    page.save()
    room.settle()
    assert _opened(room) == before - D(500)
    assert seat.ask(item_card, bill).open_amount == D(3560)


@pytest.mark.parametrize("target", ["notes", "write_offs", "refunds", "contras", "allocations"])
def test_the_lists_show_what_was_entered(room: Room, target: str) -> None:
    note = WriteNote("CN", "AR", TODAY, D(5), "claim", invoice_id=room.deal.invoice)
    room.context.seat.perform(write_note, note)
    page = room.page(Link.to(target))
    room.settle()
    expected = {"notes": 1, "allocations": 7}.get(target, 0)
    assert page.model.rowCount() == expected  # type: ignore[attr-defined]
