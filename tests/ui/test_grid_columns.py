"""The lines of a paper on a small and on a large screen: what is typed and decided on is in sight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.trade_room import Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.core.text import current_language, use_language
from tradecrm.screens.draft import Value
from tradecrm.ui.forms.lines import LinesCard
from tradecrm.ui.pages.trade import trade_pages
from tradecrm.ui.pages.trade_form import TradeFormPage

ALWAYS = ["product", "description_en", "quantity", "unit", "price", "amount", "cost", "margin"]


@pytest.fixture
def room(tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    write_book(tmp_path / "book.tcrm", full=True)
    with trade_room(tmp_path, tmp_path / "book.tcrm") as made:
        yield made


def contract(qtbot: QtBot, room: Room, width: int) -> tuple[TradeFormPage, LinesCard]:
    page = trade_pages()["contract"](room.context, Link.to("contract", id=1))
    assert isinstance(page, TradeFormPage)
    qtbot.addWidget(page)
    page.resize(width, 698)
    page.show()
    qtbot.waitUntil(lambda: page.loaded, timeout=10_000)
    QApplication.processEvents()
    return page, page.lines[0]


def in_sight(card: LinesCard) -> list[str]:
    grid = card.grid
    places = [(n, column) for n, column in enumerate(card.spec.columns) if not grid.isColumnHidden(n)]
    return [
        column.key
        for n, column in places
        if grid.columnViewportPosition(n) + grid.columnWidth(n) <= grid.viewport().width()
    ]


def test_a_small_screen_shows_what_is_decided_on_and_the_rest_when_asked(qtbot: QtBot, room: Room) -> None:
    page, card = contract(qtbot, room, 1162)
    assert in_sight(card) == ALWAYS
    assert card.more.isVisible()
    card.more.click()
    hidden = [c.key for n, c in enumerate(card.spec.columns) if card.grid.isColumnHidden(n)]
    assert hidden == []
    card.more.click()
    assert in_sight(card) == ALWAYS
    page.close()


def test_a_large_screen_shows_every_column(qtbot: QtBot, room: Room) -> None:
    page, card = contract(qtbot, room, 2400)
    assert in_sight(card) == [column.key for column in card.spec.columns]
    assert not card.more.isVisible()
    page.close()


def test_tab_passes_by_hidden_columns(qtbot: QtBot, room: Room) -> None:
    page, card = contract(qtbot, room, 1162)
    cost = [column.key for column in card.spec.columns].index("cost")
    card.grid.setCurrentIndex(card.grid.grid.index(0, cost))
    card.grid.step(1)
    assert (card.grid.currentIndex().row(), card.grid.currentIndex().column()) == (1, 0)
    page.close()


def test_a_problem_in_a_hidden_column_brings_it_into_sight(qtbot: QtBot, room: Room) -> None:
    page, card = contract(qtbot, room, 1162)
    card.show_draft(page.session.draft, {"lines.0.vat_rate": "Too high."}, locked=False)
    assert not card.grid.isColumnHidden([column.key for column in card.spec.columns].index("vat_rate"))
    assert "Too high." in card.problem.text()
    page.close()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_columns_with_words_give_the_widest_what_theirs_do_not_need(
    qtbot: QtBot, room: Room, language: str
) -> None:
    """The categories of an estimate are whole at 1366 pixels in both languages, beside long names of goods."""
    before = current_language()
    use_language(language)
    try:
        page = trade_pages()["estimate"](room.context, Link.to("estimate", contract=1))
        assert isinstance(page, TradeFormPage)
        qtbot.addWidget(page)
        page.resize(1162, 698)
        page.show()
        qtbot.waitUntil(lambda: page.loaded, timeout=10_000)
        QApplication.processEvents()
        card = page.lines[0]
        grid = card.grid
        keys = [column.key for column in card.spec.columns]
        rows: list[dict[str, Value]] = [{"category": code, "currency": "CNY"} for code in ("CUS", "FRT")]
        card.show_draft(page.session.draft.put_rows("lines", rows), {}, locked=False)
        QApplication.processEvents()
        place = keys.index("category")
        looks = [grid.grid.look(row, place) for row in range(len(rows))]
        assert all(grid.columnWidth(place) >= grid.cells.width(look) for look in looks)
        assert in_sight(card) == keys
        page.close()
    finally:
        use_language(before)
