"""A small window, as of an old laptop: heads of pages, today's list and the desktop keep what counts in sight."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.desk_book import Desk, desk, new_book
from tradecrm.core.links import Link
from tradecrm.ui.labels import FoldingButton
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.money_card import AccountPage
from tradecrm.ui.pages.today import TodayPage


@pytest.fixture
def one(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """Open a small book."""
    book = new_book(tmp_path)
    with desk(book) as made:
        yield made
    book.close()


def at(one: Desk, link: Link, width: int) -> object:
    """Open a page in a window of this width; answers the page."""
    one.window.resize(width, 700)
    one.window.open_link(link)
    one.settle()
    return one.window.tabs.front_page()


def apart(buttons: list[QPushButton]) -> bool:
    """Tell whether no button covers the next."""
    places = sorted((each.x(), each.x() + each.width()) for each in buttons)
    return all(end <= start for (_first, end), (start, _last) in pairwise(places))


def test_where_the_head_is_too_narrow_icons_stand_for_words(one: Desk) -> None:
    page = at(one, Link.to("customers"), 960)
    assert isinstance(page, ListPage)
    found = [each for each in page.findChildren(QPushButton) if each.isVisible()]
    buttons = [
        each for each in found if each.parent() is page and each.y() < page.heading.geometry().bottom()
    ]
    folding = [each for each in buttons if isinstance(each, FoldingButton)]
    assert folding
    assert all(each.folded for each in folding)
    assert folding[0].text() in folding[0].toolTip()
    assert apart(buttons)
    # What has no icon says its words in full, and so does the title.
    rest = [each for each in buttons if not isinstance(each, FoldingButton)]
    assert all(each.width() >= each.sizeHint().width() for each in rest)
    assert page.heading.width() >= page.heading.sizeHint().width()
    one.window.resize(1366, 700)
    one.settle()
    assert not any(each.folded or each.toolTip() for each in folding)


def test_of_many_buttons_only_as_many_fold_as_must(one: Desk) -> None:
    page = at(one, Link.to("account", id=1), 1150)
    assert isinstance(page, AccountPage)
    buttons = [each for each in page.buttons.values() if isinstance(each, FoldingButton)]
    folded = [each.folded for each in buttons]
    # Words stand from the left, icons alone at the end.
    assert folded == sorted(folded)
    assert not all(folded)
    assert any(folded)
    assert all(each.width() >= each.sizeHint().width() for each in buttons if not each.folded)
    assert apart(list(buttons))
    one.window.resize(1700, 700)
    one.settle()
    assert not any(each.folded for each in buttons)


def test_a_small_window_shows_the_list_of_today_rather_than_its_rules(one: Desk) -> None:
    page = at(one, Link.to("today"), 1000)
    assert isinstance(page, TodayPage)
    assert not page.rules_button.isChecked()
    one.window.resize(1366, 700)
    one.settle()
    assert page.rules_button.isChecked()
    # Whoever pressed the button has decided, at any width.
    page.rules_button.click()
    one.window.resize(1400, 700)
    one.settle()
    assert not page.rules_button.isChecked()


def test_a_title_that_names_its_party_gives_up_no_amount_to_the_name(one: Desk) -> None:
    page = at(one, Link.to("today"), 1366)
    assert isinstance(page, TodayPage)
    line = next(each for each in page.lines if each.row.party and each.row.party not in each.what.text())
    line.what.setText(f"Remind {line.row.party} of USD 18,522.15")
    need = sum(line.natural())
    page.resize(page.width() + need - line.what.width() - line.party.width() + 40, page.height())
    line.resize(line.width() + need, line.height())
    assert not line.party.isHidden()
    line.resize(line.what.x() + line.natural()[0] + 150, line.height())
    assert line.party.isHidden()


def test_a_laptop_at_150_percent_holds_the_window_with_its_sidebar_folded(one: Desk) -> None:
    """A screen of 1366×768 at 150 % has 911×512 points."""
    sidebar = one.window.sidebar
    for target in ("desktop", "today", "customers", "receivables", "settings", "accountant"):
        one.window.open_link(Link.to(target))
        one.window.resize(911, 512)
        one.settle()
        assert (one.window.width(), one.window.height()) == (911, 512), target
        assert one.window.minimumSizeHint().width() <= 911, target
        assert one.window.minimumSizeHint().height() <= 512, target
        assert sidebar.collapsed
    one.window.resize(1366, 700)
    one.settle()
    assert not sidebar.collapsed, "folded for want of room alone"
    one.window.resize(911, 512)
    one.settle()
    sidebar.set_collapsed(False)
    one.window.resize(915, 512)
    one.settle()
    assert not sidebar.collapsed, "the person has chosen"
    sidebar.set_collapsed(True)
    one.window.resize(1366, 700)
    one.settle()
    assert sidebar.collapsed
