"""The start of the program: paints without a book, makes or opens one on a lane, says why it cannot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.meta.sources import ROOT
from tests.ui.shell_parts import TARGETS, NotePage
from tradecrm.app import open_room
from tradecrm.core.address import book_file
from tradecrm.core.clock import FixedClock
from tradecrm.core.money import Rounding, round_money
from tradecrm.core.text import LANGUAGE_NAMES, current_language
from tradecrm.screens.menu import HOME
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.shell.welcome import Welcome
from tradecrm.ui.speaking import speak
from tradecrm.ui.start import Rooms, Root, _gone

CLOCK = FixedClock.on(date(2026, 5, 20))


def start(qapp: QApplication, folder: Path) -> Root:
    pages = dict.fromkeys(TARGETS, NotePage)
    rooms = Rooms(lambda path, firm, last: open_room(path, firm, CLOCK, lambda: pages, last=last))
    return Root(qapp, rooms, CLOCK, ShellState(folder / "window.json"))


@pytest.fixture
def root(qapp: QApplication, tmp_path: Path) -> Iterator[Root]:
    made = start(qapp, tmp_path)
    yield made
    made.close()
    made.window.deleteLater()
    qapp.setStyleSheet("")


def shown(root: Root) -> str:
    return " ".join(label.text() for label in root.window.status.findChildren(QLabel))


def test_a_new_book_is_made_and_opened(root: Root, qtbot: QtBot, tmp_path: Path) -> None:
    root.start(None)
    qtbot.waitUntil(lambda: root.window.welcoming)
    root.create(tmp_path / "harbor.tcrm", "Ningbo Harbor Trading")
    qtbot.waitUntil(lambda: root.opened is not None, timeout=60_000)
    assert not root.window.welcoming
    assert isinstance(root.window.tabs.front_page(), NotePage)
    assert "Ningbo Harbor Trading • CNY" in shown(root)
    qtbot.waitUntil(lambda: "aor" in {word for entry in root.window._findable[0] for word in entry.words})
    # What pages reckon while somebody types is rounded as the firm rounds (domain.md section 11).
    assert root.opened is not None
    root.opened.seat.perform(change_settings, ChangeSettings((("rounding", Rounding.HALF_EVEN),)))
    assert round_money(Decimal("4.345"), "USD") == Decimal("4.34")


def test_a_missing_or_damaged_book_is_a_sentence(root: Root, qtbot: QtBot, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.tcrm"
    damaged.write_bytes(b"no book at all" * 500)
    root.start(damaged)
    qtbot.waitUntil(lambda: root.window.welcoming, timeout=60_000)
    assert root.opened is None
    assert root.window.tabs.links == []
    assert root.crashes.all() == []
    page = root.window.tabs.currentWidget()
    assert page is not None
    assert any(label.property("role") == "problem" and label.text() for label in page.findChildren(QLabel))


def test_a_book_that_is_away_is_named_and_the_keyboard_is_in_the_first_field(
    root: Root, qtbot: QtBot, tmp_path: Path
) -> None:
    away = str(tmp_path / "stick" / "harbor.tcrm")
    root.start(None, None, _gone(away))
    qtbot.waitUntil(lambda: root.window.welcoming)
    page = root.window.tabs.currentWidget()
    assert isinstance(page, Welcome)
    assert away in page.note.text()
    assert root.window.focusWidget() is page.firm
    assert _gone("postgresql://lin@10.0.0.2/harbor") == ""
    root.window.open_link(HOME)
    assert root.window.toasts.texts == ["Answer this page first: the functions come with the book."]


def test_the_first_page_offers_the_other_language(root: Root, qtbot: QtBot) -> None:
    root.start(None)
    qtbot.waitUntil(lambda: root.window.welcoming)
    (other,) = root.window.findChildren(QPushButton, "other-language")
    assert other.text() == LANGUAGE_NAMES["zh_CN"]
    other.click()
    assert root.state.text("language") == "zh_CN"
    assert root.again is not None


def test_a_book_is_named_as_one() -> None:
    assert book_file(Path("/x/Foo Co. Ltd")) == Path("/x/Foo Co. Ltd.tcrm")
    assert book_file(Path("/x/foo.TCRM")) == Path("/x/foo.TCRM")


def test_qt_speaks_the_language_chosen_last(qapp: QApplication) -> None:
    spoken = current_language()
    try:
        speak(qapp, "zh_CN")
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
        speak(qapp, "en")
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
    finally:
        speak(qapp, spoken)


def test_a_book_opened_in_the_finder_waits_for_the_window() -> None:
    code = (
        "from PySide6.QtCore import QCoreApplication; from PySide6.QtGui import QFileOpenEvent\n"
        "from tradecrm.ui.front import Application\n"
        "app, asked = Application(['x']), []\n"
        "send = lambda name: QCoreApplication.sendEvent(app, QFileOpenEvent(name))\n"
        "send('/books/one.tcrm'); app.hand_to(lambda path: asked.append(path.name))\n"
        "send('/books/two.TCRM'); send('/books/three.txt')\n"
        "print(asked)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "['one.tcrm', 'two.TCRM']\n", done.stderr


def test_steps_name_pages_and_operations_only(root: Root, qtbot: QtBot, tmp_path: Path) -> None:
    root.create(tmp_path / "secret firm.tcrm", "Secret Firm")
    qtbot.waitUntil(lambda: root.opened is not None, timeout=60_000)
    path = root.crashes.record(RuntimeError("Secret Firm"))
    assert path is not None
    text = path.read_text(encoding="utf-8")
    assert "page desktop" in text
    assert "create_book" in text
    assert "ecret" not in text
