"""The line grid of a document: typed like a spreadsheet, an empty line always waiting at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import shiboken6
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QMenu,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from tradecrm.core.fields import NUMERIC, FieldKind
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Line, Ref
from tradecrm.screens.spec import FieldSpec, LinesSpec, Tone
from tradecrm.ui.cells import EMPTY, CellDelegate, Look
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.editors import Editor, LineEditor, make_editor
from tradecrm.ui.fields.picker import PickerEditor
from tradecrm.ui.fields.show import plain_tip, shown
from tradecrm.ui.forms.session import line_currency

AnyIndex = QModelIndex | QPersistentModelIndex

_WIDTHS = {
    FieldKind.TEXT: 160,
    FieldKind.LONG_TEXT: 240,
    FieldKind.REF: 170,
    FieldKind.CODE: 110,
    FieldKind.MONEY: 110,
    FieldKind.PRICE: 90,
    FieldKind.DATE: 100,
}


class GridModel(QAbstractTableModel):
    """The lines of a draft and their problems; edits go out as signals and come back as a new draft."""

    edited = Signal(int, str, object)
    """Row, column key and value typed into a cell."""
    unread = Signal(int, str, str, str, bool)
    """Row, column key, text typed that is no value, why, and whether a record is still looked up by it."""

    def __init__(self, lines: LinesSpec) -> None:
        super().__init__()
        self.lines = lines
        self.rows: tuple[Line, ...] = ()
        self.draft = Draft()
        self.problems: Mapping[tuple[int, str], str] = {}
        self.typed: Mapping[tuple[int, str], str] = {}
        self.locked = False

    def show_draft(
        self,
        draft: Draft,
        problems: Mapping[tuple[int, str], str],
        typed: Mapping[tuple[int, str], str],
    ) -> list[int]:
        """Show the lines of a draft; answer the rows drawn again: those that are not the objects of before.

        ``typed`` are the texts that could not be read; they stand in their cells.
        """
        before, rows = self.rows, draft.rows(self.lines.key)
        stale = {place[0] for place, _text in set(problems.items()) ^ set(self.problems.items())}
        stale |= {place[0] for place, _text in set(typed.items()) ^ set(self.typed.items())}
        # Of the head only a currency shows in the lines.
        heads = {c.currency_from[1:] for c in self.lines.columns if c.currency_from.startswith(".")}
        fresh_head = any(draft.get(key) != self.draft.get(key) for key in heads)
        self.draft, self.problems, self.typed = draft, problems, typed
        if len(rows) > len(before):
            # Behind the empty line: it becomes the first new one, and an editor in it stays where it is.
            behind = 0 if self.locked else 1
            self.beginInsertRows(QModelIndex(), len(before) + behind, len(rows) - 1 + behind)
            self.rows = rows
            self.endInsertRows()
        elif len(rows) < len(before):
            self.beginRemoveRows(QModelIndex(), len(rows), len(before) - 1)
            self.rows = rows
            self.endRemoveRows()
        self.rows = rows
        changed = [
            n
            for n, row in enumerate(rows)
            if fresh_head or n in stale or n >= len(before) or row is not before[n]
        ]
        if len(rows) in stale:
            changed.append(len(rows))
        last = len(self.lines.columns) - 1
        for first, end in _runs(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(end, last))
        return changed

    def currency(self, row: int, column: FieldSpec) -> str:
        """Answer the currency of a money cell: a column of the line, or ``.key`` of the form's head."""
        return line_currency(self.draft, self.rows[row] if row < len(self.rows) else {}, column)

    def look(self, row: int, column: int) -> Look:
        """Answer what a cell shows."""
        spec = self.lines.columns[column]
        unread = self.typed.get((row, spec.key))
        if unread is not None:
            return Look(unread, right=spec.kind in NUMERIC, ink="bad", problem=True)
        if row >= len(self.rows):
            if column == self.widest() and not self.locked:
                return Look(
                    _(self.lines.placeholder or "type a code, a name or pinyin initials"), ink="muted"
                )
            return EMPTY
        line = self.rows[row]
        value = line.get(spec.key)
        # The description stands in a column of its own, so that the code is what names a record here.
        text = (
            (value.code or value.label)
            if isinstance(value, Ref)
            else shown(
                value,
                spec.kind,
                currency=self.currency(row, spec),
                choices=spec.choices,
                decimals=spec.decimals,
            )
        )
        tone = spec.tone(line) if spec.tone is not None else Tone.NEUTRAL
        ink = "muted" if spec.read_only and spec.kind is not FieldKind.MONEY else "text"
        return Look(
            text.replace("\n", " "),
            right=spec.kind in NUMERIC,
            ink=ink if tone is Tone.NEUTRAL else tone.value,
            problem=(row, spec.key) in self.problems,
        )

    def widest(self) -> int:
        """Answer the text column that takes the room left over."""
        columns = self.lines.columns
        texts = [n for n, column in enumerate(columns) if column.kind not in NUMERIC]
        return max(texts, key=lambda n: columns[n].width or _WIDTHS.get(columns[n].kind, 80), default=0)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Answer the lines and the empty one at the end, which fixed lines do not have."""
        closed = self.locked or self.lines.fixed
        return 0 if parent.isValid() else len(self.rows) + (0 if closed else 1)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Answer the number of columns."""
        return 0 if parent.isValid() else len(self.lines.columns)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Let typed cells be typed in."""
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.locked or self.lines.columns[index.column()].read_only:
            return base
        return base | Qt.ItemFlag.ItemIsEditable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Answer a cell's text, and the problem or the whole text as its tip."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.look(index.row(), index.column()).text
        if role == Qt.ItemDataRole.ToolTipRole:
            key = self.lines.columns[index.column()].key
            problem = self.problems.get((index.row(), key), "")
            return plain_tip(problem or self.look(index.row(), index.column()).text)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Answer a column's title, or the line's number."""
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        column = self.lines.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return _(column.label)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.kind in NUMERIC else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class GridDelegate(CellDelegate):
    """Paints cells, and edits them with the editors of the forms."""

    def __init__(self, context: PageContext, model: GridModel) -> None:
        super().__init__(context.theme, model)
        self._context = context
        self._model = model
        self._open: QWidget | None = None

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:  # noqa: ARG002
        """Answer the editor of a cell."""
        column = self._model.lines.columns[index.column()]
        row = index.row()

        def within() -> dict[str, Any]:
            line = self._model.rows[row] if row < len(self._model.rows) else {}
            values = self._model.draft.values
            return {
                key.lstrip("."): values.get(key[1:]) if key.startswith(".") else line.get(key)
                for key in column.within
            }

        editor = make_editor(self._context, column, within)
        editor.setParent(parent)
        editor.currency = self._model.currency(row, column)
        self._open = editor
        if isinstance(editor, PickerEditor):
            editor.in_cell = True
            # Later, because Enter given straight to the editor has its commit already under way.
            editor.picked.connect(lambda: QTimer.singleShot(0, editor, partial(self._on_picked, editor)))
        return editor

    def open_editor(self) -> QWidget | None:
        """Answer the editor that is open in a cell, None when there is none."""
        editor = self._open
        return editor if editor is not None and shiboken6.isValid(editor) and editor.isVisible() else None

    def forget_editor(self) -> None:
        """Count the open editor as closed; Qt still sends it events while it closes it."""
        self._open = None

    def _on_picked(self, editor: QWidget) -> None:
        """Go on as soon as a record is picked: one Enter does both."""
        if self.open_editor() is editor:
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.EditNextItem)

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """Show the cell's value, all of it chosen, or what was typed there and could not be read."""
        key = self._model.lines.columns[index.column()].key
        if index.row() < len(self._model.rows) and isinstance(editor, Editor):
            editor.put(self._model.rows[index.row()].get(key))
        unread = self._model.typed.get((index.row(), key))
        if unread is not None and isinstance(editor, LineEditor | PickerEditor):
            editor.put_text(unread)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:  # noqa: ARG002
        """Hand over what was typed; what cannot be read stays in the cell and is said there."""
        if not isinstance(editor, Editor):
            return
        told: list[str] = []
        editor.unreadable.connect(told.append)
        row, key = index.row(), self._model.lines.columns[index.column()].key
        asking = isinstance(editor, PickerEditor) and editor.asking()
        if editor.commit():
            before = self._model.rows[row].get(key) if row < len(self._model.rows) else None
            if editor.value() != before or (row, key) in self._model.typed:
                self._model.edited.emit(row, key, editor.value())
        elif told and isinstance(editor, LineEditor | PickerEditor):
            self._model.unread.emit(row, key, editor.text(), told[-1], asking)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> None:  # noqa: ARG002
        """Fill the cell."""
        editor.setGeometry(option.rect.adjusted(0, 0, 0, -1))


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
        self.grid = GridModel(lines)
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
        self._fit()

    def _fit(self) -> None:
        """Give each column its width; the card gives the widest text column what is left."""
        columns = self.grid.lines.columns
        for number, column in enumerate(columns):
            title = self.cells.width(Look(_(column.label), bold=True)) + 4
            self.setColumnWidth(number, max(title, column.width or _WIDTHS.get(column.kind, 84)))

    def show_draft(
        self,
        draft: Draft,
        problems: Mapping[tuple[int, str], str],
        typed: Mapping[tuple[int, str], str] | None = None,
    ) -> list[int]:
        """Show the lines of a draft; number columns widen so that no figure is cut.

        Answers the rows that were drawn again.
        """
        changed = self.grid.show_draft(draft, problems, typed or {})
        for number, column in enumerate(self.grid.lines.columns):
            if column.kind in NUMERIC:
                looks = (self.grid.look(row, number) for row in changed)
                longest = max(looks, key=lambda look: len(look.text), default=EMPTY)
                needed = self.cells.width(longest)
                if needed > self.columnWidth(number):
                    self.setColumnWidth(number, needed)
        return changed

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
        chosen = sorted((index.row(), index.column()) for index in self.selectedIndexes())
        rows: dict[int, list[str]] = {}
        for row, column in chosen:
            rows.setdefault(row, []).append(self.grid.look(row, column).text)
        QApplication.clipboard().setText("\n".join("\t".join(cells) for cells in rows.values()))

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
        elif mods & Qt.KeyboardModifier.ControlModifier:
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
        editable = [n for n, column in enumerate(self.grid.lines.columns) if not column.read_only]
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
            self.focusPreviousChild()
        else:
            self.left.emit()

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
        super().closeEditor(editor, hints.NoHint)
        self.setFocus()
        if hint in (hints.EditNextItem, hints.SubmitModelCache):
            self.step(1)
        elif hint == hints.EditPreviousItem:
            self.step(-1)


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Answer the stretches of numbers that follow each other, as first and last."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] + 1 == number:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def split_problem(name: str, collection: str) -> tuple[int, str] | None:
    """Answer row and column of a problem's field such as ``lines.2.price``, None for any other field."""
    parts = name.split(".", 2)
    if len(parts) == 3 and parts[0] == collection and parts[1].isdigit():
        return int(parts[1]), parts[2]
    return None


def line_problems(problems: Sequence[tuple[str, str]], collection: str) -> dict[tuple[int, str], str]:
    """Answer the problems of one collection of lines by row and column."""
    found: dict[tuple[int, str], str] = {}
    for name, message in problems:
        place = split_problem(name, collection)
        if place is not None:
            found.setdefault(place, message)
    return found
