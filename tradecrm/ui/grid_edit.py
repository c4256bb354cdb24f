"""Editing in the cells of a line grid, with the editors of the forms."""

from __future__ import annotations

from functools import partial
from typing import Any

import shiboken6
from PySide6.QtCore import QAbstractItemModel, QTimer
from PySide6.QtWidgets import QAbstractItemDelegate, QStyleOptionViewItem, QWidget

from tradecrm.core.fields import NUMERIC
from tradecrm.ui.cells import CellDelegate
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.editors import Editor, LineEditor, make_editor
from tradecrm.ui.fields.picker import PickerEditor
from tradecrm.ui.grid_model import AnyIndex, GridModel


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
        if isinstance(editor, LineEditor) and column.kind in NUMERIC:
            editor.typed.connect(partial(self._model.typing.emit, row, column.key))
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
