"""The first day: pages that are no lists say what they are for, and the board offers the way to begin."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.ui.desk_book import desk, new_book
from tradecrm.core.links import Link
from tradecrm.ui.pages.board import BoardPage
from tradecrm.ui.pages.dunning import DunningPage
from tradecrm.ui.pages.trade_form import TradeFormPage


def test_an_empty_book_says_what_board_and_reminders_are_for(qtbot: QtBot, tmp_path: Path) -> None:
    book = new_book(tmp_path, filled=False)
    with desk(book) as one:
        one.window.open_link(Link.to("dunning"))
        one.settle()
        letters = one.window.tabs.front_page()
        assert isinstance(letters, DunningPage)
        assert "as soon as an invoice is overdue" in letters.table.nothing.text()
        one.window.open_link(Link.to("board"))
        one.settle()
        board = one.window.tabs.front_page()
        assert isinstance(board, BoardPage)
        assert board.new_button.isVisible()
        board.new_button.click()
        one.settle()
        opened = one.window.tabs.front_page()
        assert isinstance(opened, TradeFormPage)
        assert opened.link() == Link.to("shipment")
    book.close()
