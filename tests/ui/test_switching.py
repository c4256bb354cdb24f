"""Going from one book to another in the same program: by the keyboard, with a backup, and never to a broken one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from tests.ui.desk_book import new_book
from tradecrm.app import window_rooms
from tradecrm.core.clock import Clock
from tradecrm.storage.backup import Reason, list_backups
from tradecrm.storage.store import backup_folder
from tradecrm.ui import start
from tradecrm.ui.asking import TextDialog
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.start import Root

LONG = 60_000
Step = tuple[str, Callable[[Root], None]]


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Clock]:
    book = new_book(tmp_path)
    found = (book.file.path, book.clock)
    book.close()
    return found


@pytest.fixture
def root(qapp: QApplication, tmp_path: Path, place: tuple[Path, Clock]) -> Iterator[Root]:
    made = Root(qapp, window_rooms(place[1]), place[1], ShellState(tmp_path / "window.json"))
    yield made
    made.close()
    made.window.deleteLater()
    qapp.setStyleSheet("")


def play(
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    place: tuple[Path, Clock],
    folder: Path,
    steps: list[Step],
) -> list[str]:
    """Run the program; when a book of this title is open, do the next step. Answers the titles seen."""
    roots: list[Root] = []
    seen: list[str] = []

    class Watched(Root):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]
            roots.append(self)

    def look() -> None:
        root = roots[-1]
        ready = root.opened is not None and root.jobs.idle and root.window.isVisible()
        if steps and ready and root.window.windowTitle().startswith(steps[0][0]):
            seen.append(root.window.windowTitle())
            steps.pop(0)[1](root)

    monkeypatch.setattr(start, "Root", Watched)
    for widget in qapp.topLevelWidgets():
        widget.hide()
    looking, patience = QTimer(), QTimer()
    looking.timeout.connect(look)
    looking.start(20)
    patience.timeout.connect(lambda: qapp.exit(9))
    patience.start(LONG)
    state = ShellState(folder / "window.json")
    try:
        assert start.run(place[0], window_rooms(place[1]), place[1], state, language="en") == 0
    finally:
        looking.stop()
        patience.stop()
        qapp.setStyleSheet("")
        *left, last = roots
        last.window.deleteLater()
    assert steps == []
    assert not any(shiboken6.isValid(one.window) for one in left), "a window that was left is destroyed"
    assert state.text("book") != str(place[0])
    return seen


def press_open(root: Root) -> None:
    root.window.activateWindow()
    assert QTest.qWaitForWindowActive(root.window)
    QTest.keyClick(root.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)


def pick_new(root: Root) -> None:
    """Through the search box, by typing."""
    root.window.search()
    box = root.window.palette_box
    QTest.keyClicks(box.field, "New book")
    QTest.keyClick(box.field, Qt.Key.Key_Return)


def test_the_menu_goes_to_another_book_after_a_backup(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, place: tuple[Path, Clock], tmp_path: Path
) -> None:
    """safekeeping.md section 1: the book that is left gets its backup, as on closing."""
    other = tmp_path / "other.tcrm"
    window_rooms(place[1]).open_book(other, "Yiwu Lantern", None).book.close()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(other), ""))

    def change_and_go(root: Root) -> None:
        assert root.opened is not None
        root.opened.book.store.mark_changed()
        press_open(root)

    seen = play(
        qapp,
        monkeypatch,
        place,
        tmp_path,
        [("Ningbo Harbor", change_and_go), ("Yiwu Lantern", lambda root: root.window._on_quit())],
    )
    assert seen == ["Ningbo Harbor – TradeCRM", "Yiwu Lantern – TradeCRM"]
    kept = list_backups(backup_folder(place[0]), place[0])
    assert kept[0].reason is Reason.CLOSING
    assert not list_backups(backup_folder(other), other), "nothing changed there"


def pick_and_name(root: Root) -> None:
    """Pick "New book" in the search box, type the firm's name and go on."""
    pick_new(root)
    (dialog,) = root.window.findChildren(TextDialog)
    dialog.field.setText(" Wenzhou Valve ")
    dialog.verb_button.click()


def test_the_search_box_makes_a_new_book_and_goes_to_it(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, place: tuple[Path, Clock], tmp_path: Path
) -> None:
    made = tmp_path / "made.tcrm"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(made), ""))
    steps: list[Step] = [
        ("Ningbo", pick_and_name),
        ("Wenzhou Valve", lambda root: root.window._on_quit()),
    ]
    play(qapp, monkeypatch, place, tmp_path, steps)
    assert made.is_file()


def test_a_book_that_does_not_open_leaves_the_present_one_open(
    root: Root,
    qtbot: QtBot,
    place: tuple[Path, Clock],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    damaged = tmp_path / "damaged.tcrm"
    damaged.write_bytes(b"no book at all" * 500)
    chosen = [str(damaged), str(place[0]), ""]
    said: list[str] = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (chosen.pop(0), ""))
    monkeypatch.setattr(root.presenter, "show", lambda error: said.append(str(error)))
    monkeypatch.setattr(root.window, "toast", lambda text, *_more: said.append(text))
    root.start(place[0])
    qtbot.waitUntil(lambda: root.opened is not None and root.jobs.idle, timeout=LONG)
    press_open(root)
    qtbot.waitUntil(lambda: any("damaged" in text for text in said), timeout=LONG)
    press_open(root)
    qtbot.waitUntil(lambda: "This book is open already." in said, timeout=LONG)
    press_open(root)
    assert chosen == []
    assert root.window.isVisible()
    assert root.again is None
    assert root.opened is not None
    assert root.opened.book.seat().actor.name == "Li Na"
