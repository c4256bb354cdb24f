"""The line grid of a document: typed like a spreadsheet, an empty line always waiting at the end."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QMenu,
    QTableView,
    QWidget,
)

from tradecrm.core.fields import NUMERIC
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Line
from tradecrm.screens.spec import FieldSpec, LinesSpec
from tradecrm.ui.cells import EMPTY, Look, copy_cells
from tradecrm.ui.context import PageContext
from tradecrm.ui.grid_edit import GridDelegate
from tradecrm.ui.grid_model import WIDTHS, GridModel

_JUMPS = frozenset({Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_A})
"""Keys that with Ctrl go through the lines as in a spreadsheet; the others are the form's."""
_MEASURED = 20
"""Changed cells of a column of numbers that are measured one by one; of more only the widest by their figures."""


class LineGrid(QTableView):
    """The grid: Enter and Tab move as in a spreadsheet, blocks are pasted, lines moved and deleted."""

    block_pasted = Signal(int, int, object)
    """First row, first column, and the block as rows of texts."""
    deleted = Signal(object)
    """Rows to delete."""
    moved = Signal(int, int)
    """Row to move, and by how much."""
    left = Signal()
    """The person went on from the last cell."""

    def __init__(self, context: PageContext, lines: LinesSpec) -> None:
        super().__init__()
        self._closing = False
        self.grid = GridModel(lines)
        self.setAccessibleName(_(lines.title) if lines.title else _("Lines of this record"))
        self.cells = GridDelegate(context, self.grid)
        self.setModel(self.grid)
        self.setItemDelegate(self.cells)
        self.setShowGrid(False)
        self.setWordWrap(False)
        # With it on, Qt hands Tab to keyPressEvent instead of moving the focus on by itself.
        self.setTabKeyNavigation(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.AnyKeyPressed | triggers.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: self.menu().popup(self.viewport().mapToGlobal(at)))
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(context.theme.row)
        rows.setMinimumWidth(36)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        # What each column needs, the hidden ones too; the card gives the widest text column what is left.
        self._needed = [self._least(column) for column in lines.columns]
        for number, width in enumerate(self._needed):
            self.setColumnWidth(number, width)

    def _least(self, column: FieldSpec) -> int:
        title = self.cells.width(Look(_(column.label), bold=True)) + 4
        return max(title, column.width or WIDTHS.get(column.kind, 84))

    def least(self, number: int) -> int:
        """Answer the width a column asks for: that of its title, its declaration and its figures."""
        return self._needed[number]

    def titled(self, number: int) -> int:
        """Answer the width at which the title of a column is whole."""
        return self.cells.width(Look(_(self.grid.lines.columns[number].label), bold=True)) + 4

    def needed(self, place: int, wanted: int) -> int:
        """Answer the width at which every column is in sight, the one at ``place`` as wide as ``wanted``."""
        widths = [*self._needed[:place], wanted, *self._needed[place + 1 :]]
        return sum(w for w, column in zip(widths, self.grid.lines.columns, strict=True) if self._has(column))

    def reveal(self, *, more: bool) -> None:
        """Show the columns this draft has; those kept for when there is room only with ``more``."""
        for number, column in enumerate(self.grid.lines.columns):
            shown = self._has(column) and (more or not column.more)
            if self.isColumnHidden(number) == shown:
                self.setColumnHidden(number, not shown)
                if shown:
                    self.setColumnWidth(number, self._needed[number])

    def _has(self, column: FieldSpec) -> bool:
        return column.visible is None or column.visible(self.grid.draft)

    def show_draft(
        self,
        draft: Draft,
        problems: Mapping[tuple[int, str], str],
        typed: Mapping[tuple[int, str], str] | None = None,
    ) -> list[int]:
        """Show the lines of a draft; number columns widen so that no figure is cut.

        Answers the rows that were drawn again.
        """
        before, head = self.grid.rows, self.grid.draft
        changed = self.grid.show_draft(draft, problems, typed or {})
        for number, column in enumerate(self.grid.lines.columns):
            if column.kind in NUMERIC and number in self.grid.fresh:
                currency = column.currency_from.removeprefix(".")
                known = () if draft.get(currency) != head.get(currency) else before
                looks = (self.grid.look(row, number) for row in self._widest(changed, column.key, known))
                longest = max(looks, key=lambda look: len(look.text), default=EMPTY)
                needed = self.cells.width(longest)
                if needed > self._needed[number]:
                    self._needed[number] = needed
                    if not self.isColumnHidden(number):
                        self.setColumnWidth(number, needed)
        return changed

    def _widest(self, changed: list[int], key: str, before: tuple[Line, ...]) -> list[int]:
        """Answer the rows whose cell may show a wider text than before; a key has no time to measure all of them."""
        rows, known = self.grid.rows, len(before)
        found = [
            row
            for row in changed
            if row >= known or row >= len(rows) or rows[row].get(key) is not before[row].get(key)
        ]
        values = {row: rows[row].get(key) for row in found if row < len(rows)}
        numbers = {row: value for row, value in values.items() if isinstance(value, Decimal)}
        if len(found) <= _MEASURED or not numbers:
            return found
        longest = max(numbers, key=lambda row: len(str(numbers[row])))
        return [longest, max(numbers, key=numbers.__getitem__), min(numbers, key=numbers.__getitem__)]

    def commit_open(self) -> None:
        """Take up what is being typed in a cell, as leaving it would."""
        editor = self.cells.open_editor()
        if editor is not None:
            self.commitData(editor)
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def lock(self, *, locked: bool) -> None:
        """Keep the lines from being changed, or let them."""
        if locked != self.grid.locked:
            self.grid.beginResetModel()
            self.grid.locked = locked
            self.grid.endResetModel()

    def menu(self) -> QMenu:
        """Answer what can be done with the chosen lines."""
        menu = QMenu(self)
        if not self.grid.locked and not self.grid.lines.fixed:
            menu.addAction(_("Delete lines"), QKeySequence("Ctrl+Delete"), self._delete)
            menu.addAction(_("Move up"), QKeySequence("Alt+Up"), lambda: self._move(-1))
            menu.addAction(_("Move down"), QKeySequence("Alt+Down"), lambda: self._move(1))
            menu.addAction(_("Paste"), QKeySequence(QKeySequence.StandardKey.Paste), self.paste)
        menu.addAction(_("Copy"), QKeySequence(QKeySequence.StandardKey.Copy), self.copy)
        return menu

    def chosen_rows(self) -> list[int]:
        """Answer the rows with a chosen cell, the empty last line not among them."""
        rows = {index.row() for index in self.selectedIndexes()}
        return sorted(row for row in rows if row < len(self.grid.rows))

    def _delete(self) -> None:
        rows = self.chosen_rows()
        if rows and not self.grid.locked and not self.grid.lines.fixed:
            self.deleted.emit(rows)

    def _move(self, by: int) -> None:
        row = self.currentIndex().row()
        target = row + by
        movable = not self.grid.locked and not self.grid.lines.fixed
        if movable and 0 <= row < len(self.grid.rows) and 0 <= target < len(self.grid.rows):
            self.moved.emit(row, by)
            self.setCurrentIndex(self.grid.index(target, self.currentIndex().column()))

    def copy(self) -> None:
        """Put the chosen cells on the clipboard, ready for a spreadsheet."""
        copy_cells(self.grid, self.selectedIndexes())

    def paste(self) -> None:
        """Hand over the block on the clipboard, to be set in from the current cell on."""
        text = QApplication.clipboard().text().rstrip("\r\n")
        index = self.currentIndex()
        if text and index.isValid() and not self.grid.locked:
            block = [line.split("\t") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
            self.block_pasted.emit(index.row(), index.column(), block)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, edit, delete, paste as a spreadsheet does; Escape and Ctrl keys of the form pass by."""
        key, mods = Qt.Key(event.key()), event.modifiers()
        if self.state() == QAbstractItemView.State.EditingState:
            # Enter passed on by an editor: its commit is already under way and goes to the next cell.
            event.accept()
            return
        if (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
            and not mods & Qt.KeyboardModifier.ControlModifier
        ):
            self.step(1)
        elif key == Qt.Key.Key_Backtab:
            self.step(-1)
        elif mods & Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Delete:
            self._clear_or_delete(whole=bool(mods & Qt.KeyboardModifier.ControlModifier))
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif mods & Qt.KeyboardModifier.ControlModifier and key not in _JUMPS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _clear_or_delete(self, *, whole: bool) -> None:
        if whole:
            self._delete()
            return
        for index in self.selectedIndexes():
            if self.grid.flags(index) & Qt.ItemFlag.ItemIsEditable and index.row() < len(self.grid.rows):
                self.grid.edited.emit(index.row(), self.grid.lines.columns[index.column()].key, None)

    def step(self, by: int) -> None:
        """Go to the next or the previous cell that can be typed in; past an end, leave the grid."""
        editable = [
            n
            for n, column in enumerate(self.grid.lines.columns)
            if not column.read_only and not self.isColumnHidden(n)
        ]
        index = self.currentIndex()
        row, column = index.row(), index.column()
        following = [n for n in editable if (n > column if by > 0 else n < column)]
        # Enter on the empty last line means that there is no further one.
        if by > 0 and row >= len(self.grid.rows) and column == (editable[0] if editable else 0):
            self.left.emit()
            return
        if following:
            target = (row, following[0] if by > 0 else following[-1])
        else:
            target = (row + by, editable[0] if by > 0 else editable[-1])
        if 0 <= target[0] < self.grid.rowCount():
            self.setCurrentIndex(self.grid.index(*target))
        elif by < 0:
            self.leave(by)
        else:
            self.left.emit()

    def leave(self, by: int) -> None:
        """Go to what stands behind the grid, or before it.

        Tab goes from cell to cell while Qt hands it to the grid: asked to go on, it would hand it over again.
        """
        self.setTabKeyNavigation(False)
        try:
            self.focusNextPrevChild(by > 0)
        finally:
            self.setTabKeyNavigation(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Draw the grid without its focus; while it is with an editor of its own, only that cell is another."""
        if self.cells.open_editor() is None:
            super().focusOutEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the grid with the focus; coming back from a cell, only that cell is drawn."""
        if self._closing:
            self.update(self.currentIndex())
        else:
            super().focusInEvent(event)

    def commitData(self, editor: QWidget) -> None:
        """Take up what an editor holds; one already closed has handed it over before."""
        if self.cells.open_editor() is editor:
            super().commitData(editor)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """After Enter or Tab in an editor go on to the next cell; the order of columns is the order of work."""
        if self.cells.open_editor() is not editor:
            return
        self.cells.forget_editor()
        hints = QAbstractItemDelegate.EndEditHint
        self._closing = True
        try:
            super().closeEditor(editor, hints.NoHint)
            self.setFocus()
        finally:
            self._closing = False
        if not self.hasFocus():
            self.viewport().update()
        if hint in (hints.EditNextItem, hints.SubmitModelCache):
            self.step(1)
        elif hint == hints.EditPreviousItem:
            self.step(-1)


def split_problem(name: str, collection: str) -> tuple[int, str] | None:
    """Answer row and column of a problem's field such as ``lines.2.price``, None for any other field."""
    parts = name.split(".", 2)
    if len(parts) == 3 and parts[0] == collection and parts[1].isdigit():
        return int(parts[1]), parts[2]
    return None
