"""My Desktop: figures that open their rows, cards and shortcuts in the person's own order over a restart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.desk_book import Desk, desk, new_book
from tradecrm.core.links import Link
from tradecrm.reports.plans import due_weeks
from tradecrm.reports.registry import report_table
from tradecrm.services.book import Book
from tradecrm.services.control.desktop import DEFAULT_CARDS, ArrangeDesktop, arrange_desktop, desktop
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.notes import WriteNote, write_note
from tradecrm.ui.charts.bricks import ClickLabel, FigureCard
from tradecrm.ui.pages.desktop import CARDS, UNITS, DesktopPage, rows_of
from tradecrm.ui.pages.desktop_arrange import Handle, moved
from tradecrm.ui.pages.desktop_parts import DueLine, in_columns
from tradecrm.ui.pages.desktop_shortcuts import Tile
from tradecrm.ui.pages.desktop_steps import StepsCard
from tradecrm.ui.shell.window import SMALLEST
from tradecrm.ui.theme import Mode, Theme


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = new_book(tmp_path)
    yield made
    made.close()


def front(one: Desk) -> DesktopPage:
    page = one.window.tabs.front_page()
    assert isinstance(page, DesktopPage)
    return page


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if not label.isHidden()]


def handle(page: DesktopPage, key: str) -> Handle:
    return next(one for one in page.findChildren(Handle) if one.key == key and not one.isHidden())


def test_every_default_card_is_known_and_no_row_is_wider_than_the_page() -> None:
    assert set(DEFAULT_CARDS) <= set(CARDS)
    for row in rows_of(list(CARDS)):
        assert sum(units for _key, units in row) <= UNITS
    assert [key for row in rows_of(list(DEFAULT_CARDS)) for key, _units in row] == list(DEFAULT_CARDS)


def test_the_smallest_window_cuts_no_card_off(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        page = front(one)
        one.window.resize(SMALLEST)
        one.settle()
        for card in page._cards.values():
            right = card.mapTo(page, card.rect().topRight()).x()
            assert right < page.width(), card
        one.window.resize(1366, 768)
        one.settle()
        tops = {card.mapTo(page, card.rect().topLeft()).y() for card in page._cards["figures"].cards}
        assert len(tops) == 1, "the figures stand in one row again"


def test_moving_keeps_everything_and_stays_inside() -> None:
    assert moved("abcd", "c", 0) == ("c", "a", "b", "d")
    assert moved("abcd", "a", 9) == ("b", "c", "d", "a")
    assert moved("abcd", "b", -3) == ("b", "a", "c", "d")


def test_it_greets_and_shows_what_is_due(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        shown = " | ".join(texts(front(one)))
        assert "Li Na" in shown
        assert "Monday 15 June 2026" in shown
        assert "3 days late" in shown
        assert "Deposit of CNY 205.50 on" in shown, "30 % of 685.00 (domain.md section 3.2)"
        assert "Overdue 1 • Today 1 • Next days 1" in shown
        steps = front(one).findChild(StepsCard)
        assert steps is not None
        assert steps.isHidden()


def test_counts_are_neutral_and_only_what_is_late_is_red(qtbot: QtBot, book: Book) -> None:
    """look.md, "Look and feel": in the product counts are neutral."""
    with desk(book) as one:
        red = [w.text() for w in front(one).findChildren(QLabel) if w.property("role") == "chip-bad"]
        assert red == ["3 days late"]


def test_names_have_the_room_that_titles_leave(qtbot: QtBot, book: Book) -> None:
    name = "Rheinland Leuchten Großhandel GmbH"
    with desk(book) as one:
        lines = front(one).findChildren(DueLine)
        late = next(line for line in lines if line.what.text() == "Reply to the inquiry")
        late.party.setText(name)
        in_columns(lines)
        one.settle()
        for label in [label for line in lines for label in (line.what, line.party)]:
            assert label.width() >= label.fontMetrics().horizontalAdvance(label.text()), label.text()
        late.what.setText("Collect USD 41,022.15 from Rheinland Leuchten")
        in_columns(lines)
        one.settle()
        wanted = late.what.fontMetrics().horizontalAdvance(late.what.text())
        assert late.what.width() >= wanted > late.party.width(), "the name gives way to the amount"


def test_a_long_shortcut_goes_on_in_a_second_line(qtbot: QtBot) -> None:
    tile = Tile(Theme(Mode.LIGHT), "Aging of receivables by customer")
    qtbot.addWidget(tile)
    tile.resize(420, 40)
    tile.show()
    one = tile.minimumHeight()
    tile.resize(170, 40)
    assert tile._lines == ("Aging of receivables", "by customer")
    assert tile.minimumHeight() > one
    assert tile.toolTip() == ""


def test_every_figure_opens_a_page(qtbot: QtBot, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk(book) as one:
        opened: list[Link] = []
        monkeypatch.setattr(one.window, "open_link", opened.append)
        cards = front(one).findChildren(FigureCard)
        assert len(cards) == 4
        for card in cards:
            label = next(child for child in card.findChildren(ClickLabel))
            QTest.keyClick(label, Qt.Key.Key_Return)
        assert len({link.target for link in opened}) == 4
        pages: Any = one.window._supply
        assert all(link.target in pages.registry for link in opened)


def test_the_weeks_to_come_are_those_of_both_plans(qtbot: QtBot, book: Book) -> None:
    """Section 3.8: each amount is the total of the rows it opens; the deposit of 205.50 was due with the order."""
    seat = book.seat()
    seat.perform(arrange_desktop, ArrangeDesktop("card", ("due_weeks",)))
    factory = seat.perform(save_party, SaveParty("宁波明灯厂", is_customer=False, is_supplier=True)).value
    bill = WriteNote(
        "OPEN", "AP", date(2026, 6, 1), Decimal(300), "", factory, "CNY", due_on=date(2026, 6, 24)
    )
    seat.perform(write_note, bill)
    found = seat.ask(due_weeks)
    assert [week.overdue for week in found.rows] == [True, *[False] * 5]
    for week in found.rows:
        for amount, link in ((week.incoming, week.collect), (week.outgoing, week.pay)):
            table = seat.ask(report_table, link.target.removeprefix("report/"), dict(link.params))
            total = table.totals[-1].cells[-1] if table.totals else Decimal(0)
            assert total == amount, link
    with desk(book) as one:
        shown = texts(front(one))
        assert shown.count("205.50") == 2, "overdue and in all"
        assert shown.count("300.00") == 2


def test_a_card_without_anything_says_so_and_is_offered_to_those_who_may_see_it(
    qtbot: QtBot, tmp_path: Path
) -> None:
    book = new_book(tmp_path, filled=False)
    seat = book.seat()
    seat.perform(arrange_desktop, ArrangeDesktop("card", ("due_weeks", "accounts")))
    buyer = seat.perform(add_person, AddPerson("Wu", "purchaser")).value
    with desk(book) as one:
        assert any("Nothing is to be collected" in text for text in texts(front(one)))
    theirs = book.seat(buyer)
    theirs.perform(arrange_desktop, ArrangeDesktop("card", ("due_weeks", "accounts")))
    with desk(book, theirs) as one:
        assert set(front(one)._cards) == {"due_weeks"}, "a purchaser sees no bank account"
    book.close()


def test_an_empty_book_says_what_to_do_first(qtbot: QtBot, tmp_path: Path) -> None:
    book = new_book(tmp_path, filled=False)
    with desk(book) as one:
        steps = front(one).findChild(StepsCard)
        assert steps is not None
        assert not steps.isHidden()
        names = [button.text() for button in steps.findChildren(QPushButton)]
        assert "Import a spreadsheet" in names
        assert "New contract" in names
    book.close()


def test_cards_move_by_keys_and_stay_so_over_a_restart(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        page = front(one)
        page.arrange(arranging=True)
        QTest.keyClick(handle(page, "aging"), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        one.settle()
        QTest.keyClick(handle(page, "orders_by_month"), Qt.Key.Key_Delete)
        one.settle()
        QTest.keyClick(handle(page, "shortcut:contract"), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        one.settle()
        page.arrange(arranging=False)
        assert not [left for left in page.findChildren(Handle) if not left.isHidden()]
    kept = book.seat().ask(desktop)
    assert kept.cards == ("figures", "today", "aging", "shipments_under_way", "shortcuts")
    assert kept.shortcuts[:2] == ("contract", "customer")
    with desk(book) as one:
        assert list(front(one)._cards) == list(kept.cards)
        tiles = [tile.accessibleName() for tile in front(one).findChildren(Tile)]
        assert tiles[:2] == ["New contract", "New customer"]
