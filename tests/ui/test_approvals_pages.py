"""Approvals in the window: submitted, decided, rejected with a reason; rules, people, deputies, who is working."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from tests.services.approval_kit import customer, draft, move, state, switch, waiting
from tests.services.conftest import Seats, hire
from tests.ui.desk_book import TODAY, Desk, desk, new_book
from tradecrm.app import window_rooms
from tradecrm.core.links import Link
from tradecrm.services.book import Book
from tradecrm.services.control.approval_people import deputy_rows
from tradecrm.services.control.approval_rules import active_triggers, approval_rules
from tradecrm.services.control.people import people_rows
from tradecrm.services.trade.amendments import contract_versions
from tradecrm.ui.context import Page
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.approval import ApprovalPage
from tradecrm.ui.pages.approval_rules import ApprovalRulesPage
from tradecrm.ui.pages.people import PeoplePage
from tradecrm.ui.pages.trade_form import TradeFormPage
from tradecrm.ui.reminding import Reminding
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.shell.who import WhoPage
from tradecrm.ui.start import Root


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = new_book(tmp_path, filled=False)
    yield made
    made.close()


@pytest.fixture
def seats(book: Book) -> Seats:
    return hire(book)


def front(one: Desk, link: Link) -> Page:
    """Open a link and answer its page, wholly read."""
    one.window.open_link(link)
    one.settle()
    page = one.window.tabs.front_page()
    assert isinstance(page, Page)
    return page


def press(page: TradeFormPage, text: str) -> None:
    (button,) = (each for each in page.findChildren(QPushButton) if each.text() == text and each.isVisible())
    button.click()


def test_a_contract_is_submitted_and_approved_in_the_window(qtbot: QtBot, book: Book, seats: Seats) -> None:
    switch(seats.owner, "sales_contract", "first_order")
    contract = draft(seats.sales, customer(seats.sales))
    with desk(book, seats.sales) as one:
        form = front(one, Link.to("contract", id=contract))
        assert isinstance(form, TradeFormPage)
        press(form, "Submit for approval")
        one.settle()
        assert seats.sales.ask(state, contract) == "submitted"
        own = front(one, Link.to("approval", id=waiting(seats.sales, contract).id))
        assert isinstance(own, ApprovalPage)
        assert not own.approve_button.isVisible()
        assert own.withdraw_button.isVisible()
    for seat, after in ((seats.manager, "submitted"), (seats.owner, "approved")):
        with desk(book, seat) as one:
            page = front(one, Link.to("approval", id=_request(seats, contract)))
            assert isinstance(page, ApprovalPage)
            assert page.title() == "Contract SC-2606-0001"
            page.approve_button.click()
            one.settle()
            assert seats.sales.ask(state, contract) == after
            assert not page.approve_button.isVisible()
            page.paper_button.click()
            one.settle()
            assert isinstance(one.window.tabs.front_page(), TradeFormPage)


def _request(seats: Seats, contract: int) -> int:
    return waiting(seats.sales, contract).id


def test_a_rejection_without_a_reason_is_said_and_nothing_changes(
    qtbot: QtBot, book: Book, seats: Seats
) -> None:
    switch(seats.owner, "sales_contract", "first_order")
    contract = draft(seats.sales, customer(seats.sales))
    move(seats.sales, contract, "submitted")
    with desk(book, seats.manager) as one:
        page = front(one, Link.to("approval", id=_request(seats, contract)))
        assert isinstance(page, ApprovalPage)
        page.reject_button.click()
        one.settle()
        assert "Say why you reject it" in page.problem.text()
        assert seats.sales.ask(state, contract) == "submitted"
        page.reason.setPlainText("Ask for a deposit of 40 %")
        page.reject_button.click()
        one.settle()
        assert seats.sales.ask(state, contract) == "draft"
        rows = front(one, Link.to("approvals"))
        assert isinstance(rows, ListPage)
        assert rows.model.rowCount() == 1


def test_what_waits_is_counted_beside_the_menu_entry(qtbot: QtBot, book: Book, seats: Seats) -> None:
    switch(seats.owner, "sales_contract", "first_order")
    contract = draft(seats.sales, customer(seats.sales))
    move(seats.sales, contract, "submitted")
    with desk(book, seats.manager) as one:
        reminding = Reminding(one.window, one.context)
        reminding.look()
        one.settle()
        entry = one.window.sidebar._buttons["approvals"]
        assert entry.text().strip() == "Approvals  1"
        assert reminding.popup.isVisible()
        page = front(one, Link.to("approval", id=_request(seats, contract)))
        assert isinstance(page, ApprovalPage)
        page.approve_button.click()
        one.settle()
        assert entry.text().strip() == "Approvals"
        reminding.stop()
        reminding.popup.deleteLater()


def test_rules_are_switched_limited_and_given_levels(qtbot: QtBot, book: Book, seats: Seats) -> None:
    with desk(book, seats.owner) as one:
        page = front(one, Link.to("approval_rules"))
        assert isinstance(page, ApprovalRulesPage)
        (scroll,) = page.findChildren(QScrollArea)
        assert scroll.horizontalScrollBar().maximum() == 0, "who decides stands in sight on a small screen"
        page.switches["sales_contract"].click()
        one.settle()
        assert len(seats.owner.ask(active_triggers, "sales_contract")) == 6
        field = page.thresholds["sales_contract", "low_margin"]
        assert field.text() == "8"
        field.setText("12.5 %")
        field.editingFinished.emit()
        one.settle()
        assert str(seats.owner.ask(active_triggers, "sales_contract")["low_margin"]) == "0.125"
        page.thresholds["sales_contract", "amount"].setText("much")
        page.thresholds["sales_contract", "amount"].editingFinished.emit()
        one.settle()
        assert page.problem.text() == "The threshold is a number."
        (rule,) = (
            row for row in seats.owner.ask(approval_rules, "sales_contract") if row.trigger == "amount"
        )
        dialog = page.ask_levels(rule)
        dialog.rows[1].who.setCurrentIndex(dialog.rows[1].who.findText("Wu Fan"))
        dialog.rows[0].ceiling.setText("lots")
        dialog.keep()
        assert "An amount is a number" in dialog.problem.text()
        dialog.rows[0].ceiling.setText("20,000")
        dialog.keep()
        one.settle()
        (rule,) = (
            row for row in seats.owner.ask(approval_rules, "sales_contract") if row.trigger == "amount"
        )
        assert [(level.role, level.person_id) for level in rule.levels] == [
            ("manager", None),
            ("", seats.other.actor.person_id),
        ]
        assert rule.levels[0].ceiling == 20000


def test_a_deputy_is_named_by_the_person_alone(qtbot: QtBot, book: Book, seats: Seats) -> None:
    with desk(book, seats.manager) as one:
        page = front(one, Link.to("approval_rules"))
        assert isinstance(page, ApprovalRulesPage)
        panel = page.deputies
        assert [panel.person.itemText(at) for at in range(panel.person.count())] == ["Chen Jie"]
        panel.deputy.setCurrentIndex(panel.deputy.findText("Chen Jie"))
        panel.add()
        one.settle()
        assert "cannot be their own deputy" in panel.problem.text()
        panel.deputy.setCurrentIndex(panel.deputy.findText("Wu Fan"))
        panel.last.put(TODAY + timedelta(days=4))
        panel.add()
        one.settle()
        (row,) = seats.manager.ask(deputy_rows)
        assert (row.person, row.deputy, row.until_day) == ("Chen Jie", "Wu Fan", TODAY + timedelta(days=4))
        (button,) = (each for each in panel.findChildren(QPushButton) if each.text() == "Remove")
        button.click()
        one.settle()
        assert seats.manager.ask(deputy_rows) == ()


def test_people_are_added_and_changed_and_the_last_owner_stays(
    qtbot: QtBot, book: Book, seats: Seats
) -> None:
    with desk(book, seats.owner) as one:
        page = front(one, Link.to("people"))
        assert isinstance(page, PeoplePage)
        page.new_name.setText("Gao Wen")
        page.new_role.setCurrentIndex(page.new_role.findData("finance"))
        page.add()
        page.new_department.setText("Asia")
        page.found()
        one.settle()
        assert ("Gao Wen", "finance") in [(row.name, row.role) for row in seats.owner.ask(people_rows)]
        owner = seats.owner.actor.person_id
        page.roles[owner].setCurrentIndex(page.roles[owner].findData("sales"))
        page.roles[owner].activated.emit(page.roles[owner].currentIndex())
        one.settle()
        assert "only owner" in page.problem.text()
        assert page.roles[owner].currentData() == "owner"
        other = seats.other.actor.person_id
        page.actives[other].click()
        one.settle()
        assert [row.active for row in seats.owner.ask(people_rows) if row.id == other] == [False]


def test_an_amendment_and_closing_short_are_opened_from_the_contract(
    qtbot: QtBot, book: Book, seats: Seats
) -> None:
    contract = draft(seats.sales, customer(seats.sales), terms="DP")
    for target in ("signed", "effective"):
        move(seats.sales, contract, target)
    with desk(book, seats.sales) as one:
        page = front(one, Link.to("amendment", contract=contract))
        assert isinstance(page, TradeFormPage)
        page.session.put("reason", "One carton more")
        page.save()
        one.settle()
        assert seats.sales.ask(contract_versions, contract)[0].reason == "One carton more"
        assert page.title() == "SC-2606-0001, version 2"
        short = front(one, Link.to("short_close", id=contract))
        assert isinstance(short, TradeFormPage)
        assert [line["open"] for line in short.session.draft.rows()] == [1000]


def test_the_program_asks_who_is_working_when_there_is_more_than_one(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    made = new_book(tmp_path, filled=False)
    people = hire(made)
    path, clock = made.file.path, made.clock
    made.close()
    root = Root(qapp, window_rooms(clock), clock, ShellState(tmp_path / "window.json"))
    root.start(path)
    qtbot.waitUntil(lambda: bool(root.window.findChildren(WhoPage)), timeout=60_000)
    (page,) = root.window.findChildren(WhoPage)
    assert sorted(button.text() for button in page.buttons.values()) == [
        "Chen Jie", "Li Na", "Wu Fan", "Zhao Lei",
    ]  # fmt: skip
    page.buttons[people.sales.actor.person_id].click()
    qtbot.waitUntil(lambda: root.context is not None, timeout=60_000)
    assert root.context is not None
    assert root.context.seat.actor.name == "Zhao Lei"
    kept = ShellState(tmp_path / "window.json").values["people"]
    assert kept == {str(path): people.sales.actor.person_id}
    root.close()
    root.window.deleteLater()
    qapp.setStyleSheet("")
