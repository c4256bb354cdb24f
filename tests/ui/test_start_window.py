"""The window on a real book: its parts are put together, the sample is offered, search finds records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.desk_book import new_book
from tradecrm.app import window_rooms
from tradecrm.core.clock import Clock
from tradecrm.core.links import Link
from tradecrm.core.listing import SortKey
from tradecrm.services.book import Seat
from tradecrm.services.figures.desktop import desktop_figures
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.desktop import DesktopPage
from tradecrm.ui.records import find_records
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.start import Root


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Clock]:
    book = new_book(tmp_path)
    found = (book.file.path, book.clock)
    book.close()
    return found


@pytest.fixture
def root(qapp: QApplication, tmp_path: Path, place: tuple[Path, Clock]) -> Iterator[Root]:
    clock = place[1]
    made = Root(qapp, window_rooms(clock), clock, ShellState(tmp_path / "window.json"))
    yield made
    made.close()
    made.window.deleteLater()
    qapp.setStyleSheet("")


def test_the_last_book_opens_with_reminders_backups_and_proof(
    root: Root, qtbot: QtBot, place: tuple[Path, Clock], tmp_path: Path
) -> None:
    root.start(place[0])
    qtbot.waitUntil(lambda: root.opened is not None, timeout=60_000)
    qtbot.waitUntil(lambda: len(root.window._due) == 2, timeout=60_000)
    assert isinstance(root.window.tabs.front_page(), DesktopPage)
    assert root.keeper is not None
    again = ShellState(tmp_path / "window.json")
    assert again.text("book") == str(place[0])
    salt, proof = again.values["proofs"][str(place[0])]
    assert len(salt) == 32
    assert proof


def test_what_the_first_page_asks_is_asked_once_while_it_is_imported(
    root: Root, qtbot: QtBot, place: tuple[Path, Clock]
) -> None:
    asked: list[str] = []
    ask = Seat.ask

    def noted(seat: Seat, query: Any, *args: Any, **kw: Any) -> Any:
        asked.append(query.__name__)
        return ask(seat, query, *args, **kw)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Seat, "ask", noted)
        root.start(place[0])
        qtbot.waitUntil(lambda: root.context is not None and root.context.ahead is None, timeout=60_000)
    assert asked.count("desktop_figures") == 1
    assert asked.index("desktop_figures") < asked.index("read_head")
    assert root.context is not None
    again: list[object] = []
    root.context.ask(desktop_figures, then=again.append)
    qtbot.waitUntil(lambda: bool(again), timeout=60_000)


def test_a_damaged_beginning_is_told_from_a_wrong_password(
    root: Root, qtbot: QtBot, place: tuple[Path, Clock]
) -> None:
    """safekeeping.md section 1: the fingerprint of the last good opening decides."""
    path = place[0]
    root.open_path(path)
    qtbot.waitUntil(lambda: root.opened is not None, timeout=60_000)
    proof = root._proof(path)
    assert root.opened is not None
    root.opened.book.close()
    root.opened = None
    data = bytearray(path.read_bytes())
    data[:64] = bytes(64)
    path.write_bytes(bytes(data))
    assert proof is not None
    seen: list[str] = []
    root.jobs.read(
        lambda: root.rooms.open_book(path, "", proof), failed=lambda error: seen.append(str(error))
    )
    qtbot.waitUntil(lambda: bool(seen), timeout=60_000)
    assert "though the key is the right one" in seen[0]


def test_without_a_book_the_sample_is_offered(root: Root, qtbot: QtBot) -> None:
    root.start(None)
    qtbot.waitUntil(lambda: root.window.welcoming, timeout=60_000)
    page = root.window.tabs.currentWidget()
    assert page is not None
    assert "Look around in a sample book" in [button.text() for button in page.findChildren(QPushButton)]


@pytest.mark.parametrize("target", ["customers", "contracts", "receipts", "receivables"])
def test_a_view_of_ones_own_is_there_after_a_restart(
    qapp: QApplication, qtbot: QtBot, place: tuple[Path, Clock], tmp_path: Path, target: str
) -> None:
    """A view kept in one run of the program stands in the menu of the same list in the next, and brings its rows."""

    def opened() -> tuple[Root, ListPage]:
        root = Root(qapp, window_rooms(place[1]), place[1], ShellState(tmp_path / "window.json"))
        root.start(place[0])
        qtbot.waitUntil(lambda: root.opened is not None, timeout=60_000)
        root.window.open_link(Link.to(target))
        page = root.window.tabs.front_page()
        assert isinstance(page, ListPage)
        qtbot.waitUntil(lambda: not root.jobs._open, timeout=60_000)
        return root, page

    def leave(root: Root) -> None:
        root.close()
        root.window.deleteLater()
        QApplication.processEvents()

    root, page = opened()
    by = (SortKey(page.spec.columns[0].key, descending=True),)
    page.show_request((), by, "Veld")
    page.menus.keep("Mine")
    kept = page.save_state()
    leave(root)
    again, other = opened()
    try:
        assert other.save_state() != kept
        entries = {entry.text(): entry for entry in other.menus.views_menu().actions()}
        entries["Mine"].trigger()
        assert other.save_state() == kept
    finally:
        leave(again)
        qapp.setStyleSheet("")


def test_the_search_box_finds_records(tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    book = new_book(folder)
    found = book.seat().ask(find_records, "veld")
    assert [entry.link.target for entry in found][:1] == ["customer"]
    assert "Veld B.V." in found[0].title
    book.close()
