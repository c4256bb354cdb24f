"""Tabs: one per link, closable, movable, reopened, stale when hidden, back at the next start."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.shell_parts import NotePage, shell
from tradecrm.core.links import Link
from tradecrm.screens.menu import HOME
from tradecrm.ui.shell.state import ShellState, link_from_json, link_to_json

ONE, TWO = Link.to("customer", id=1), Link.to("customer", id=2)


def test_equal_links_share_one_tab(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, context):
        context.open(ONE)
        context.open(TWO)
        context.open(Link.to("customer", id=1))
        assert window.tabs.links == [HOME, ONE, TWO]
        assert window.tabs.front == ONE


def test_home_stays_and_a_closed_tab_comes_back_as_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, context):
        context.open(ONE)
        page = window.tabs.front_page()
        assert isinstance(page, NotePage)
        page.state = {"row": 7}
        window.tabs.close_front()
        window.tabs.close_front()
        assert window.tabs.links == [HOME]
        QTest.keyClick(
            window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
        again = window.tabs.front_page()
        assert isinstance(again, NotePage)
        assert again.state == {"row": 7}


def test_shortcuts_step_and_close(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, context):
        context.open(ONE)
        context.open(TWO)
        QTest.keyClick(window, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        assert window.tabs.front == HOME
        QTest.keyClick(window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
        assert window.tabs.front == TWO
        QTest.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
        assert window.tabs.links == [HOME, ONE]


def test_the_keyboard_goes_with_the_page_that_is_opened_or_left_over(qtbot: QtBot, tmp_path: Path) -> None:
    """Qt would hand it to the first button of the sidebar, which Enter then presses."""
    with shell(tmp_path) as (window, context):
        window.sidebar.findChildren(QPushButton)[0].setFocus()
        for link in (ONE, TWO):
            context.open(link)
            assert QApplication.focusWidget() is window.tabs.front_page()
        window.tabs.close_front()
        assert window.tabs.front == ONE
        assert QApplication.focusWidget() is window.tabs.front_page()


def test_a_page_may_refuse_to_be_closed(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, context):
        context.open(ONE)
        page = window.tabs.front_page()
        assert isinstance(page, NotePage)
        page.stays = True
        window.tabs.close_front()
        assert ONE in window.tabs.links
        assert not window.close()


def test_hidden_pages_reload_when_shown_and_only_once(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, context):
        context.open(ONE)
        hidden = window.tabs.front_page()
        context.open(TWO)
        shown = window.tabs.front_page()
        assert isinstance(hidden, NotePage)
        assert isinstance(shown, NotePage)
        for kinds in ({"line"}, {"line"}, {"other"}):
            context.changed.emit(frozenset(kinds))
        qtbot.waitUntil(lambda: shown.loads == 1)
        assert hidden.loads == 0
        context.open(ONE)
        assert hidden.loads == 1
        context.open(TWO)
        assert shown.loads == 1


def test_tabs_and_order_come_back_at_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, context):
        context.open(ONE)
        context.open(TWO)
        window.tabs.strip.moveTab(2, 1)
        window.sidebar.set_collapsed(True)
        assert window.tabs.links == [HOME, TWO, ONE]
        assert window.close()
    with shell(tmp_path) as (window, _context):
        assert window.tabs.links == [HOME, TWO, ONE]
        assert window.tabs.front == TWO
        assert window.sidebar.collapsed
        assert window.tabs.count() == 1, "only the page in front is built at start"


def test_no_name_in_the_sidebar_pushes_the_others_aside(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, _context):
        scroll = window.sidebar._scroll
        window.sidebar.set_count("planned_flows", 1_234_567_890)
        assert scroll.horizontalScrollBar().maximum() == 0
        cut = [button for button in window.sidebar._buttons.values() if button.text().endswith("…")]
        assert cut
        assert all(button.toolTip() == button.accessibleName() for button in cut)


def test_an_unknown_page_is_said_and_opens_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, context):
        context.open(Link.to("no_such_page"))
        assert window.tabs.links == [HOME]
        assert window.toasts.texts == ["This page is not part of this version of the program."]


def test_a_report_link_opens_through_its_family(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, context):
        context.open(Link.to("report/aging", as_of="2026-05-31"))
        assert window.tabs.front == Link.to("report/aging", as_of="2026-05-31")


def test_a_name_with_an_ampersand_or_markup_is_shown_as_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, context):
        context.open(Link.to("customer", id='<b>A&B</b> "' + "x" * 200))
        assert window.tabs.strip.tabText(1).startswith("customer <b>A&&B</b>")
        assert "&lt;b&gt;A&amp;B" in window.tabs.strip.tabToolTip(1)
        assert window.tabs.strip.tabRect(1).width() <= 230


def test_a_damaged_state_counts_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    for text in (
        "",
        "{",
        "[1]",
        '{"tabs": 5, "folded": "yes", "theme": 3}',
        '{"tabs": {"book": {"open": 1}}}',
    ):
        path.write_text(text, encoding="utf-8")
        state = ShellState(path)
        assert state.tabs("book") == ([], 0)
        assert not state.flag("folded")
        assert state.text("theme") == ""


def test_links_survive_as_json() -> None:
    for link in (ONE, Link.to("report/aging", as_of="2026-05-31", party=None)):
        assert link_from_json(link_to_json(link)) == link
    assert link_from_json({"target": 5}) is None
    assert link_from_json("customer") is None
