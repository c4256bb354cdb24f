"""Reports on the screen: every number opens by mouse and by keyboard, down to the paper; files and parameters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.services.conftest import TODAY
from tests.services.trading_kit import Deal
from tests.ui.money_book import Room, make_trading_book, registry, room_of
from tradecrm.core.links import Link
from tradecrm.reports.registry import REPORTS
from tradecrm.reports.walk import is_figure
from tradecrm.ui.pages.report_pages import ReportIndexPage, ReportPage
from tradecrm.ui.pages.report_view import FOLDED


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Deal]:
    folder = tmp_path_factory.mktemp("report")
    return folder / "trading.tcrm", make_trading_book(folder)


@pytest.fixture
def room(made: tuple[Path, Deal], tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with room_of(made[0], tmp_path / "book.tcrm", made[1], qtbot) as opened:
        yield opened


def opened(room: Room, link: Link) -> ReportPage:
    page = room.page(link)
    assert isinstance(page, ReportPage)
    room.qtbot.waitUntil(lambda: page.report.table is not None)
    return page


def figures(page: ReportPage) -> Iterator[tuple[object, int, int, Link | None]]:
    """Yield each number of the page: its view, row, column, and what it should open."""
    for view in (page.report.view.body, page.report.view.totals):
        for number, row in enumerate(view.table.rows):
            for column, cell in enumerate(row.cells):
                if is_figure(cell):
                    yield view, number, column, row.link(column)


def test_every_number_of_the_aging_opens_down_to_the_paper(room: Room) -> None:
    """Each number opens its rows and papers, by mouse and keyboard (domain.md section 3.6)."""
    page = opened(room, Link.to("report/aging"))
    seen = list(figures(page))
    assert seen
    targets = set()
    for view, row, column, link in seen:
        assert link is not None
        index = view.table.index(row, column)  # type: ignore[attr-defined]
        view.scrollTo(index)  # type: ignore[attr-defined]
        view.setCurrentIndex(index)  # type: ignore[attr-defined]
        QTest.keyClick(view, Qt.Key.Key_Return)  # type: ignore[call-overload]
        assert room.host.opened[-1] == link
        place = view.visualRect(index).center()  # type: ignore[attr-defined]
        room.host.opened.clear()
        QTest.mouseClick(
            view.viewport(),  # type: ignore[attr-defined]
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            place,
        )
        assert room.host.opened == [link]
        assert link.target in registry()
        targets.add(link)
    papers = set()
    for detail in (link for link in targets if link.target == "report/aging_detail"):
        rows = opened(room, detail)
        papers |= {link.target for link in rows.report.view.links()}
    assert papers >= {"receivable", "receipt"}
    assert papers <= set(registry())


def test_eight_rows_are_in_sight_on_a_small_screen_and_the_chart_folds(room: Room) -> None:
    page = opened(room, Link.to("report/shipment_profit", shipment=room.deal.shipment))
    report = page.report
    assert report.chart.isVisible()
    assert report.chart_card.height() <= 190
    body = report.view.body
    room.qtbot.waitUntil(lambda: body.viewport().height() >= sum(body.rowHeight(row) for row in range(8)))
    last = body.mapTo(page, body.visualRect(body.table.index(6, 0)).bottomLeft())
    assert last.y() < page.height()
    report.fold.click()
    assert not report.chart_card.isVisible()
    again = opened(room, Link.to("report/aging"))
    assert not again.report.chart.isVisible(), "folded for every report"
    again.report.fold.click()
    assert report.context.habits == {FOLDED: False}


def test_filters_that_are_asked_for_seldom_are_folded_away(room: Room) -> None:
    page = opened(room, Link.to("report/aging"))
    bar = page.report.bar
    assert not bar.editors["person"].isHidden()
    assert bar.editors["edges"].parentWidget().isHidden()
    tall = bar.sizeHint().height()
    bar.more.click()
    assert not bar.editors["edges"].parentWidget().isHidden()
    assert bar.sizeHint().height() > tall
    bar.more.click()
    assert bar.sizeHint().height() == tall
    named = opened(room, Link.to("report/aging", role="customer"))
    assert not named.report.bar.editors["role"].parentWidget().isHidden()


def test_a_statement_begins_with_the_opening_of_the_account(room: Room) -> None:
    page = opened(room, Link.to("report/account_statement", account=2))
    editor = page.report.bar.editors["first"]
    assert editor.text() == (TODAY - timedelta(days=48)).isoformat()
    assert page.report.view.body.table.look(0, 0).text == editor.text()
    view = page.report.view.body
    assert view.horizontalScrollBar().maximum() == 0, "the running balance is in sight"


def test_a_parameter_typed_runs_the_report_again(room: Room) -> None:
    page = opened(room, Link.to("report/aging"))
    assert page.title() == "Aging of receivables"
    page.report.bar._on_typed("side", "AP")
    room.qtbot.waitUntil(lambda: page.title() != "Aging of receivables")
    page.report.bar._on_typed("edges", "60,30")
    room.qtbot.waitUntil(lambda: page.report.bar.problems["edges"].text() != "" or page.report.table is None)


def test_a_report_waits_for_what_it_needs(room: Room) -> None:
    page = room.page(Link.to("report/shipment_profit"))
    assert isinstance(page, ReportPage)
    room.settle()
    assert page.report.view.nothing.text() == "Shipment is needed."
    assert not page.report.bar.problems["shipment"].text(), "nothing was entered wrongly yet"
    assert page.report.table is None


def test_a_report_is_written_and_copied(room: Room, tmp_path: Path) -> None:
    page = opened(room, Link.to("report/account_balances"))
    for form in ("xlsx", "pdf", "csv"):
        page.report.export_to(tmp_path / f"balances.{form}", form)
        room.settle()
    sheet = load_workbook(tmp_path / "balances.xlsx").active
    assert sheet is not None
    assert any("USD" in str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    assert (tmp_path / "balances.pdf").read_bytes().startswith(b"%PDF")
    assert "USD" in (tmp_path / "balances.csv").read_text("utf-8-sig")
    page.report.copy()
    assert "\t" in QApplication.clipboard().text()


def test_the_parameters_are_there_again_at_the_next_start(room: Room) -> None:
    page = opened(room, Link.to("report/aging", side="AP"))
    kept = page.save_state()
    again = registry()["report/aging"](room.context, Link.to("report/aging"))
    assert isinstance(again, ReportPage)
    room.qtbot.addWidget(again)
    again.restore_state(kept)
    again.show()
    room.settle()
    assert again.report.bar.values["side"] == "AP"


def test_the_index_opens_every_main_report_by_keyboard(room: Room) -> None:
    page = room.page(Link.to("reports"))
    assert isinstance(page, ReportIndexPage)
    for button in page.buttons:
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert {link.target for link in room.host.opened} == {f"report/{s.key}" for s in REPORTS if s.main}
    assert {link.target for link in room.host.opened} <= set(registry())
