"""Every number of desktop, aging, profit sheet and account statement opens what is behind it, by mouse and keys."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.services.conftest import open_copy
from tests.ui.desk_book import Desk, desk
from tests.ui.trade_room import write_book
from tests.ui.walking import walk_by_tab
from tradecrm.core.links import Link
from tradecrm.reports.registry import report_table
from tradecrm.reports.walk import Record, follow, is_figure
from tradecrm.ui.charts.bricks import ClickLabel
from tradecrm.ui.charts.chart import ChartView
from tradecrm.ui.context import Page
from tradecrm.ui.pages.desktop import DesktopPage
from tradecrm.ui.pages.report_pages import ReportPage
from tradecrm.ui.tables import TableView

NUMBER = re.compile(r"[−-]?\d[\d,]*(\.\d+)?\s?%?")
DAYS = ("2026-05-21", "2026-06-01")

NO_LINK: dict[tuple[str, str], str] = {}
"""(report, column) of numbers that open nothing, each with its reason; there is none."""

DOLLARS, SHIPMENT = 1, 1
STARTS = {
    **{f"aging {day}": Link.to("report/aging", as_of=day) for day in DAYS},
    **{f"aging of payables {day}": Link.to("report/aging", as_of=day, side="AP") for day in DAYS},
    **{f"rows of the aging {day}": Link.to("report/aging_detail", as_of=day, side="AR") for day in DAYS},
    "profit sheet": Link.to("report/shipment_profit", shipment=SHIPMENT),
    "statement": Link.to("report/account_statement", account=DOLLARS),
}


@pytest.fixture(scope="module")
def t1(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a closed book that holds T1 (domain.md sections 1.9 and 2.5)."""
    path = tmp_path_factory.mktemp("walk") / "t1.tcrm"
    write_book(path, full=True)
    return path


@pytest.fixture
def room(t1: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    path = tmp_path / "t1.tcrm"
    shutil.copyfile(t1, path)
    book = open_copy(path)
    with desk(book) as one:
        yield one
    book.close()


@pytest.fixture
def opened(room: Desk, monkeypatch: pytest.MonkeyPatch) -> list[Link]:
    """Answer the links that were opened, for the pages to be looked at one by one."""
    found: list[Link] = []
    monkeypatch.setattr(room.window, "open_link", found.append)
    return found


@pytest.fixture(scope="module")
def seen() -> set[Link]:
    """Answer the links whose pages were looked at already; many numbers open the same."""
    return set()


def page_of(room: Desk, link: Link, qtbot: QtBot) -> Page:
    supply = room.window._supply
    assert supply is not None
    assert link.target in supply.registry, link
    page = supply.registry[link.target](room.context, link)
    assert isinstance(page, Page)
    qtbot.addWidget(page)
    page.resize(1162, 696)
    page.show()
    room.settle()
    return page


def report_of(room: Desk, link: Link, qtbot: QtBot, *, rows: bool = True) -> ReportPage:
    page = page_of(room, link, qtbot)
    assert isinstance(page, ReportPage)
    table = page.report.table
    assert table is not None, link
    assert bool(table.rows) or not rows, link
    return page


def looks_at(room: Desk, link: Link, qtbot: QtBot, *, rows: bool = True) -> None:
    """Open what a number leads to: a report with rows (a zero may have none), or the page of the very record."""
    found = room.context.seat.ask(follow, link)
    if isinstance(found, Record):
        title = page_of(room, link, qtbot).title()
        assert found.target == "cost" or found.name in title, (link, title)
    else:
        report_of(room, link, qtbot, rows=rows).hide()


def numbers(view: TableView) -> Iterator[tuple[bool, int, int, str]]:
    """Yield every number of a table: whether it is among the totals, its row and column, and its text."""
    for below, rows in ((False, view.body.table), (True, view.totals.table)):
        for row in range(rows.rowCount()):
            for column in range(rows.columnCount()):
                text = rows.look(row, column).text
                if is_figure(rows.rows[row].cells[column]) or NUMBER.fullmatch(text):
                    yield below, row, column, text


@pytest.mark.parametrize("start", STARTS)
def test_every_number_of_a_report_opens(
    room: Desk, opened: list[Link], seen: set[Link], qtbot: QtBot, start: str
) -> None:
    page = report_of(room, STARTS[start], qtbot)
    view = page.report.view
    key, columns = page.report.spec.key, view.body.table.columns
    expected: dict[Link, bool] = {}
    for below, row, column, text in numbers(view):
        rows = view.totals if below else view.body
        link = rows.table.link(row, column)
        if (key, columns[column].key) in NO_LINK:
            assert link is None
            continue
        assert link is not None, (start, columns[column].key, text)
        index = rows.table.index(row, column)
        rows.scrollTo(index)
        place = rows.visualRect(index).center()
        opened.clear()
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert opened == [link], (start, text)
        expected[link] = expected.get(link, False) or bool(text.strip("−0.,% "))
    assert expected, start
    for link, counted in expected.items():
        if link not in seen:
            looks_at(room, link, qtbot, rows=counted)
    seen |= {link for link, counted in expected.items() if counted}


@pytest.mark.parametrize("start", STARTS)
def test_the_same_numbers_open_by_arrows_and_enter(
    room: Desk, opened: list[Link], qtbot: QtBot, start: str
) -> None:
    page = report_of(room, STARTS[start], qtbot)
    for rows in (page.report.view.body, page.report.view.totals):
        model = rows.table
        if not model.rowCount():
            continue
        rows.setCurrentIndex(model.index(0, 0))
        for row in range(model.rowCount()):
            spanned = rows.columnSpan(row, 0)
            # A heading runs over the empty cells beside it: the keys step over them.
            for column in (0, *range(spanned, model.columnCount())):
                assert (rows.currentIndex().row(), rows.currentIndex().column()) == (row, column)
                opened.clear()
                QTest.keyClick(rows, Qt.Key.Key_Return)
                link = model.link(row, column)
                assert opened == ([] if link is None else [link])
                QTest.keyClick(rows, Qt.Key.Key_Right)
            QTest.keyClick(rows, Qt.Key.Key_Home)
            QTest.keyClick(rows, Qt.Key.Key_Down)


def test_every_bar_of_a_chart_opens_its_rows(room: Desk, opened: list[Link], qtbot: QtBot) -> None:
    booked = Link.to("report/aging", as_of=DAYS[1], mode="booking")
    for link in (booked, STARTS["profit sheet"]):
        page = report_of(room, link, qtbot)
        chart = page.report.chart
        marks = [mark for mark in chart.marks if mark.value]
        assert marks
        assert all(mark.link is not None for mark in marks)
        chart.setFocus()
        opened.clear()
        for _mark in chart.marks:
            QTest.keyClick(chart, Qt.Key.Key_Right)
            QTest.keyClick(chart, Qt.Key.Key_Return)
        assert {mark.link for mark in marks} <= set(opened)
        for each in dict.fromkeys(opened):
            looks_at(room, each, qtbot)


def numbers_shown(page: QWidget) -> list[QLabel]:
    """Answer the labels in sight that show an amount."""
    amount = re.compile(r"([A-Z]{3} )?[−-]?\d[\d,]*(\.\d+)?")
    return [
        label for label in page.findChildren(QLabel) if label.isVisible() and amount.fullmatch(label.text())
    ]


def test_every_number_of_the_desktop_opens(room: Desk, opened: list[Link], qtbot: QtBot) -> None:
    page = page_of(room, Link.to("desktop"), qtbot)
    assert isinstance(page, DesktopPage)
    shown = numbers_shown(page)
    assert shown
    for label in shown:
        assert isinstance(label, ClickLabel), label.text()
        opened.clear()
        QTest.mouseClick(label, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
        QTest.keyClick(label, Qt.Key.Key_Return)
        assert len(opened) == 2, label.text()
        assert opened[0] == opened[1]
    page.setFocus()
    clicked = [label for label in page.findChildren(ClickLabel) if label.isVisible()]
    for label in clicked:
        QTest.keyClick(label, Qt.Key.Key_Return)
    charts = [chart for chart in page.findChildren(ChartView) if chart.isVisible() and chart.marks]
    assert charts
    for chart in charts:
        chart.setFocus()
        for _mark in chart.marks:
            QTest.keyClick(chart, Qt.Key.Key_Right)
            QTest.keyClick(chart, Qt.Key.Key_Return)
    for link in dict.fromkeys(opened):
        if link.target.startswith("report/"):
            assert room.context.seat.ask(report_table, link.target.removeprefix("report/"), dict(link.params))
        page_of(room, link, qtbot)


def test_tab_reaches_every_number_of_the_desktop(room: Desk, qtbot: QtBot) -> None:
    page = page_of(room, Link.to("desktop"), qtbot)
    page.activateWindow()
    first = next(label for label in page.findChildren(ClickLabel) if label.isVisible())
    first.setFocus()
    assert set(numbers_shown(page)) <= set(walk_by_tab(page))
