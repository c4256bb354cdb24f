"""What a person does on the pages of trade, for tests: open, wait, type."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.trade_room import Room
from tradecrm.core.links import Link
from tradecrm.ui.context import PageFactory
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.pages.trade_form import TradeFormPage


def settle(qtbot: QtBot, room: Room) -> None:
    """Wait until every job of the page is done."""
    qtbot.waitUntil(lambda: not room.context.jobs._open, timeout=10_000)


def opened(qtbot: QtBot, room: Room, pages: dict[str, PageFactory], link: Link) -> Any:
    """Open the page of a link and wait until it is there."""
    page: Any = pages[link.target](room.context, link)
    qtbot.addWidget(page)
    room.context.changed.connect(page.reload)
    page.resize(1178, 698)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: getattr(page, "loaded", True), timeout=10_000)
    settle(qtbot, room)
    return page


def write(widget: QWidget, text: str) -> None:
    """Type a text, sign by sign."""
    for sign in text:
        # The test driver cannot press keys beyond Latin letters.
        QApplication.sendEvent(
            widget, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
        )


def type_in(page: TradeFormPage | OperationDialog, key: str, text: str) -> Any:
    """Put a text into a field as a person types it; answers the editor."""
    editor: Any = page.boxes[key].editor
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    editor.selectAll()
    write(editor, text)
    return editor


def pick(qtbot: QtBot, room: Room, page: TradeFormPage, key: str, text: str) -> None:
    """Type into a picker and take the first record it offers."""
    type_in(page, key, text)
    editor: Any = page.boxes[key].editor
    qtbot.waitUntil(editor.offers, timeout=10_000)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, room)


def fill_cell(qtbot: QtBot, room: Room, page: TradeFormPage, row: int, key: str, text: str) -> None:
    """Type into a cell of the lines as a person does."""
    grid: Any = page.grids()[0]
    column = [each.key for each in page.lines[0].spec.columns].index(key)
    grid.setFocus()
    grid.setCurrentIndex(grid.grid.index(row, column))
    grid.edit(grid.currentIndex())
    editor: Any = grid.cells.open_editor()
    editor.selectAll()
    write(editor, text)
    if hasattr(editor, "offers"):
        qtbot.waitUntil(editor.offers, timeout=10_000)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, room)
    qtbot.waitUntil(lambda: grid.cells.open_editor() is None)


def press(qtbot: QtBot, room: Room, page: TradeFormPage, key: str) -> None:
    """Press the button of a next step, which must be offered now."""
    button = next(button for button, action in page._next if action.key == key)
    assert button.isVisible(), f"{key} is not offered"
    assert button.isEnabled()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    settle(qtbot, room)


def commit(qtbot: QtBot, room: Room, page: TradeFormPage, link: Link, **values: Any) -> None:
    """Answer a dialog of the page with what it proposes, but for ``values``."""
    dialog = page.ask_for(link)
    qtbot.waitUntil(lambda: dialog.loaded, timeout=10_000)
    for key, value in values.items():
        dialog.boxes[key].editor.typed.emit(value)
    dialog.commit()
    settle(qtbot, room)
