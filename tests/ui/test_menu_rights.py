"""Sidebar, menus, search box and shortcuts show what a person has a right to open, declared with each function."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.desk_book import desk, new_book
from tradecrm.reports.registry import REPORTS as SPECS
from tradecrm.screens.menu import ADMIN, BOOKS, MORE_NEW, MORE_REPORTS, NEW, REPORTS, home_of, pages
from tradecrm.services.book import Book
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.control.roles import VERB_TITLES
from tradecrm.ui.entries import menu_entries
from tradecrm.ui.pages.desktop_shortcuts import offered
from tradecrm.ui.registry import all_pages

EVERY = (*pages(), *NEW, *REPORTS, *ADMIN, *BOOKS)
FOUND = (*EVERY, *MORE_NEW, *MORE_REPORTS)
"""What the search box finds."""
MONEY = frozenset(
    {
        "bank_accounts",
        "bank_statements",
        "report/cash_projection",
        "planned_flows",
        "loans",
        "fx_exposure",
        "revaluation",
        "accountant",
        "report/rebates",
        "report/account_balances",
    }
)
"""What needs the right to see accounts."""
CASHIER = frozenset({"receipt", "payment"})
HIDDEN: dict[str, frozenset[str]] = {
    "finance": frozenset(),
    "sales": MONEY | CASHIER | {"closing", "report/profits"},
    "manager": frozenset({"payment", "closing"}),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    made = new_book(tmp_path_factory.mktemp("rights"), filled=False)
    yield made
    made.close()


def test_the_verbs_of_a_report_are_those_it_demands() -> None:
    demanded = {f"report/{spec.key}": set(spec.verbs) for spec in SPECS}
    for item in FOUND:
        assert set(item.verbs) <= set(VERB_TITLES), item
        if item.link.target in demanded:
            assert set(item.verbs) == demanded[item.link.target], item


def test_the_search_box_finds_every_report_and_all_that_can_be_begun(book: Book) -> None:
    entries = {entry.link.target: entry for entry in menu_entries(book.seat().actor.can)}
    titles = {item.link.target: item.title for item in MORE_REPORTS}
    for spec in SPECS:
        if spec.main:
            assert f"report/{spec.key}" in entries
            assert titles.get(f"report/{spec.key}", spec.title) == spec.title
    known = all_pages()
    begun = [item.link.target for item in (*NEW, *MORE_NEW)]
    assert set(begun) <= set(known)
    assert len(begun) == len(set(begun))


@pytest.mark.parametrize("role", sorted(HIDDEN))
def test_what_a_person_may_not_open_is_nowhere_offered(qtbot: QtBot, book: Book, role: str) -> None:
    seat = book.seat(book.seat().perform(add_person, AddPerson(role.title(), role)).value)
    hidden = HIDDEN[role]
    assert {item.link.target for item in EVERY if not item.is_for(seat.actor.can)} == hidden
    targets = {item.link.target for item in FOUND if item.is_for(seat.actor.can)}
    assert {entry.link.target for entry in menu_entries(seat.actor.can)} == targets
    assert not targets & hidden
    assert not hidden & set(offered(seat.actor.can))
    with desk(book, seat) as one:
        sidebar = one.window.sidebar
        sidebar.fold_groups(())
        gone = {target for target, button in sidebar._buttons.items() if button.isHidden()}
        assert gone == hidden & {item.link.target for item in pages()}
        assert all(action.isVisible() is (item.link.target not in hidden)
                   and action.isEnabled() is action.isVisible()
                   for action, item in one.window.menus._functions)  # fmt: skip


def test_a_group_of_which_nothing_is_left_loses_its_title(qtbot: QtBot, book: Book) -> None:
    seat = book.seat(book.seat().perform(add_person, AddPerson("Wu", "sales")).value)
    with desk(book, seat) as one:
        captions = one.window.sidebar._captions
        assert {title for title, caption in captions.items() if caption.isHidden()} == {"Period end"}


NOWHERE = {"import", "imports", "paper"}
"""A spreadsheet may hold anything, and a paper may be of any record: their pages belong to no one function."""


def test_every_page_marks_the_function_it_belongs_to() -> None:
    functions = {item.link.target for item in pages()}
    lost = {target for target in all_pages() if home_of(target) not in functions}
    assert lost == NOWHERE
    assert home_of("letter_of_credit") == "letters_of_credit"
    assert home_of("report/cash_projection") == "report/cash_projection"
    assert home_of("report/aging") == "reports"
