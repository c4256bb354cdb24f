"""What a person does on the pages of trade, for tests: open, wait, type."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
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
