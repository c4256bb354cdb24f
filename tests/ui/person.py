"""Someone at the main window, for tests: opens, types, presses, and waits for each answer as a person does."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.desk_book import Desk
from tests.ui.driving import write
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.ui.pages.trade_dialog import OperationDialog

LEFT = Qt.MouseButton.LeftButton


class Person:
    """Works in the window of a desk; every verb ends when the lanes are idle again."""

    def __init__(self, qtbot: QtBot, desk: Desk) -> None:
        self._qtbot = qtbot
        self.desk = desk
        self.window = desk.window

    def on(self, day: date) -> None:
        """Come to the office on another day."""
        self.desk.clock.moment = FixedClock.on(day).moment

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self.desk.settle()

    def open(self, link: Link) -> Any:
        """Open a page and close those worked in before, the home page left aside; answers it."""
        tabs = self.window.tabs
        tabs.open_link(link)
        for other in [each for each in tabs.links[1:] if each != tabs.front]:
            tabs.close_tab(tabs.links.index(other))
        return self.arrived()

    def arrived(self) -> Any:
        """Wait until the page in front is there; answers it."""
        self.settle()
        page: Any = self.window.tabs.front_page()
        self._qtbot.waitUntil(lambda: getattr(page, "loaded", True), timeout=10_000)
        self.settle()
        return page

    @property
    def told(self) -> list[str]:
        """Answer the passing sentences in sight."""
        return self.window.toasts.texts

    @property
    def page(self) -> Any:
        """Answer the page in front."""
        return self.window.tabs.front_page()

    def _asking(self) -> OperationDialog | None:
        """Answer the dialog that was opened last and waits, None when there is none."""
        shown = [each for each in self.page.findChildren(OperationDialog) if each.isVisible()]
        return shown[-1] if shown else None

    @property
    def dialog(self) -> OperationDialog:
        """Answer the dialog that waits."""
        dialog = self._asking()
        assert dialog is not None, f"no dialog is open; toasts: {self.told}"
        self._qtbot.waitUntil(lambda: dialog.loaded, timeout=10_000)
        return dialog

    def press(self, text: str, inside: QWidget | None = None) -> Any:
        """Press the button of this name, on the page or ``inside`` a part of it; answers the page in front."""
        place = self.page if inside is None else inside
        found = [each for each in place.findChildren(QPushButton) if each.text() == text and each.isVisible()]
        assert found, f"no button {text!r} among {shown_buttons(place)}"
        assert found[0].isEnabled(), f"{text!r} cannot be pressed"
        QTest.mouseClick(found[0], LEFT)
        return self.arrived()

    def choose(self, text: str) -> Any:
        """Take an action from the menu of further ones; answers the page in front."""
        entries = {each.text(): each for each in self.page.more.menu().actions()}
        assert text in entries, f"no {text!r} among {list(entries)}"
        entries[text].trigger()
        return self.arrived()

    def follow(self, text: str) -> Any:
        """Follow the link that begins with a text, such as a paper of the chain; answers the page it opens."""
        links = [
            each
            for each in self.page.findChildren(QPushButton)
            if each.isVisible() and each.property("role") == "link" and each.text().startswith(text)
        ]
        assert links, f"no link {text!r} among {shown_buttons(self.page)}"
        QTest.mouseClick(links[0], LEFT)
        return self.arrived()

    def tap(self, table: Any, link: Link) -> None:
        """Click the cell of a table that opens this link."""
        rows = table.body.table.rows
        place = next(
            ((n, m) for n, row in enumerate(rows) for m, each in enumerate(row.links) if each == link), None
        )
        assert place is not None, f"nothing opens {link}"
        self._click(table, *place)

    def mark(self, table: Any, text: str) -> None:
        """Make the row that begins with a text the current one, by a click where it opens nothing."""
        number = row_of(table, text)
        row = table.body.table.rows[number]
        self._click(table, number, next(n for n in range(len(row.cells)) if row.link(n) is None))

    def tap_row(self, table: Any, text: str) -> None:
        """Click the first cell of the row that begins with a text."""
        self._click(table, row_of(table, text), 0)

    def _click(self, table: Any, row: int, column: int) -> None:
        index = table.body.table.index(row, column)
        table.body.scrollTo(index)
        QTest.mouseClick(table.body.viewport(), LEFT, pos=table.body.visualRect(index).center())
        self.settle()

    def fill(self, **fields: str) -> None:
        """Type into fields of the dialog that waits, else of the page, each as a person does."""
        place = self._asking() or self.page
        self._qtbot.waitUntil(lambda: place.loaded, timeout=10_000)
        for key, text in fields.items():
            assert place.boxes[key].isVisible(), f"{key} is not shown"
            self._put(place.boxes[key].editor, text)

    def _put(self, editor: Any, text: str) -> None:
        self._come_to(editor)
        editor.setFocus(Qt.FocusReason.TabFocusReason)
        self._qtbot.waitUntil(editor.hasFocus, timeout=10_000)
        if hasattr(editor, "findText"):
            choose_text(editor, text)
        elif hasattr(editor, "isChecked"):
            if editor.isChecked() != (text == "yes"):
                QTest.keyClick(editor, Qt.Key.Key_Space)
        else:
            editor.selectAll()
            write(editor, text)
            if hasattr(editor, "offers"):
                self._qtbot.waitUntil(editor.offers, timeout=10_000)
                QTest.keyClick(editor, Qt.Key.Key_Return)
        self.settle()

    def _come_to(self, widget: QWidget) -> None:
        """Bring its window to the front, as the screen does when a dialog closes; without a screen nobody does."""
        widget.window().activateWindow()
        self._qtbot.waitUntil(widget.isActiveWindow, timeout=10_000)

    def cell(self, row: int, key: str, text: str, grid: int = 0) -> None:
        """Type into a cell of the lines of the page."""
        card = self.page.lines[grid]
        column = [each.key for each in card.spec.columns].index(key)
        view = card.grid
        assert not view.isColumnHidden(column), f"{key} is not shown"
        view.setFocus()
        view.setCurrentIndex(view.grid.index(row, column))
        view.edit(view.currentIndex())
        editor = view.cells.open_editor()
        assert editor is not None, f"{key} cannot be typed in"
        self._put(editor, text)
        if view.cells.open_editor() is editor:
            QTest.keyClick(editor, Qt.Key.Key_Return)
        self.settle()
        self._qtbot.waitUntil(lambda: view.cells.open_editor() is None)

    def save(self) -> int:
        """Save by the keyboard; answers the number of the record."""
        page = self.page
        self._come_to(page)
        QTest.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        self.settle()
        assert not page.session.problems(), page.session.problems()
        assert not page.session.dirty
        key = page.session.draft.id
        assert isinstance(key, int)
        return key

    def answer(self, **fields: str) -> None:
        """Fill in the dialog that waits and press its button, which must close it."""
        dialog = self.dialog
        self.fill(**fields)
        dialog.commit()
        self.settle()
        assert self._asking() is None, (dialog.session.problems(), self.told)
        self.arrived()


def choose_text(editor: Any, text: str) -> None:
    """Choose the first entry that begins with a text, as its click in the opened list does."""
    place = editor.findText(text, Qt.MatchFlag.MatchStartsWith)
    assert place >= 0, f"no {text!r} among {[editor.itemText(n) for n in range(editor.count())]}"
    editor.setCurrentIndex(place)
    editor.activated.emit(place)


def row_of(table: Any, text: str) -> int:
    """Answer the place of the row that begins with a text."""
    rows = table.body.table.rows
    place = next((n for n, row in enumerate(rows) if str(row.cells[0]).startswith(text)), None)
    assert place is not None, f"no row begins with {text!r} among {[row.cells[0] for row in rows]}"
    return place


def shown_buttons(place: QWidget) -> list[str]:
    """Answer what stands on the buttons in sight."""
    return [each.text() for each in place.findChildren(QPushButton) if each.isVisible() and each.text()]
