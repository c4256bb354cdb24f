"""The table of a list: rows of one height, columns sized to what they show, keys and clicks as signals."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView

from tradecrm.core.fields import NUMERIC, FieldKind
from tradecrm.core.listing import SortKey
from tradecrm.ui.cells import CellDelegate, Look
from tradecrm.ui.columns import ELASTIC, fitted
from tradecrm.ui.lists.model import ListModel
from tradecrm.ui.theme import Theme

_WIDEST_TEXT = 320
_ADDRESSES = frozenset({FieldKind.EMAIL, FieldKind.URL})
_WIDTHS = {
    FieldKind.LONG_TEXT: 240,
    FieldKind.TEXT: 150,
    FieldKind.REF: 170,
    FieldKind.DATE: 96,
    FieldKind.DATETIME: 130,
    FieldKind.MONEY: 110,
    FieldKind.CURRENCY: 70,
    FieldKind.BOOL: 60,
}


class ListTable(QTableView):
    """A table over a ListModel; it says what the person wants and carries nothing out."""

    opened = Signal(int)
    """Row to open: Enter or double-click."""
    linked = Signal(int, int)
    """Cell whose link was clicked, or opened with Ctrl+Enter."""
    looked_at = Signal(int)
    """Row to preview: the space key."""
    menu_wanted = Signal(QPoint)
    columns_wanted = Signal(QPoint)
    pasted = Signal()

    def __init__(self, theme: Theme, model: ListModel) -> None:
        super().__init__()
        self._list = model
        self.cells = CellDelegate(theme, model)
        self.setModel(model)
        self.setItemDelegate(self.cells)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self.menu_wanted)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(theme.row_compact)
        rows.setDefaultSectionSize(theme.row)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsMovable(True)
        head.setStretchLastSection(True)
        head.setSectionsClickable(True)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self.columns_wanted)
        model.arrived.connect(self._on_arrived)
        model.modelReset.connect(self.fit)
        self._fitted: dict[str, int] = {}
        self._shared: dict[str, int] = {}
        self._measured = False

    def set_compact(self, theme: Theme, *, compact: bool) -> None:
        """Show rows of 26 instead of 32 pixels."""
        self.verticalHeader().setDefaultSectionSize(theme.row_compact if compact else theme.row)

    def show_sort(self, sort: tuple[SortKey, ...]) -> None:
        """Mark the column of the order."""
        head = self.horizontalHeader()
        keys = [column.key for column in self._list.columns]
        if sort and sort[0].key in keys:
            order = Qt.SortOrder.DescendingOrder if sort[0].descending else Qt.SortOrder.AscendingOrder
            head.setSortIndicatorShown(True)
            head.setSortIndicator(keys.index(sort[0].key), order)
        else:
            head.setSortIndicatorShown(False)

    def fit(self) -> None:
        """Size every column anew: titles and numbers whole, text up to a limit."""
        self._fitted.clear()
        self._shared.clear()
        self._measured = False
        self._widen()

    def widths(self) -> dict[str, int]:
        """Answer the columns' widths by key."""
        return {column.key: self.columnWidth(n) for n, column in enumerate(self._list.columns)}

    def _on_arrived(self, number: int) -> None:
        self._widen()
        if number == 0 and self._list.rowCount() and not self.currentIndex().isValid():
            self.setCurrentIndex(self._list.index(0, 0))

    def _widen(self) -> None:
        """Widen columns to what has arrived: a number is never cut; only texts give way to it."""
        arrived = False
        for number, column in enumerate(self._list.columns):
            title = Look(str(self._list.headerData(number, Qt.Orientation.Horizontal)), bold=True)
            numeric = column.kind in NUMERIC
            least = column.width or (0 if numeric else _WIDTHS.get(column.kind, 90))
            needed = self.cells.width(title) + 14
            before = self._fitted.get(column.key, 0) if self._measured else 0
            seen = self._list.telling_looks(number, before)
            content = self.cells.widest(seen, before)
            if not numeric:
                content = min(content, max(_WIDEST_TEXT, column.width))
                # Once rows are here they say what a text needs: an empty column is as wide as its title.
                least = min(least, content) if seen else least
            self._fitted[column.key] = max(needed, least, content, before)
            arrived = arrived or bool(seen)
        self._measured = arrived
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the width again."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Set the widths: texts narrower than they would be where the others would not fit."""
        columns = self._list.columns
        if any(column.key not in self._fitted for column in columns):
            return
        elastic = [n for n, column in enumerate(columns) if column.kind in ELASTIC and not column.choices]
        natural = [self._fitted[column.key] for column in columns]
        room = self.viewport().width()
        # Names are read, addresses are clicked: these give way before those; last what was given its own width.
        addresses = [n for n in elastic if columns[n].kind in _ADDRESSES]
        natural = fitted(natural, addresses, room)
        natural = fitted(natural, [n for n in elastic if not columns[n].width], room)
        for number, width in enumerate(fitted(natural, elastic, room)):
            if width != self._shared.get(columns[number].key):
                # A width set by hand stays until what the column needs changes.
                self._shared[columns[number].key] = width
                self.setColumnWidth(number, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Ctrl+Enter opens the link of the cell, space previews, Ctrl+C copies, Ctrl+V pastes."""
        index = self.currentIndex()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and index.isValid():
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.linked.emit(index.row(), index.column())
            else:
                self.opened.emit(index.row())
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            self.looked_at.emit(index.row())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the chosen rows on the clipboard, titles first, ready for a spreadsheet."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})[:5000]
        columns = range(self._list.columnCount())
        titles = [str(self._list.headerData(n, Qt.Orientation.Horizontal)) for n in columns]
        lines = [titles] + [[self._list.look(row, n).text for n in columns] for row in rows]
        QApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Underline the link under the pointer."""
        self.cells.hover(self, event.position().toPoint())
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the link that was clicked."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() is Qt.MouseButton.LeftButton and plain and self._is_link(index):
            self.linked.emit(index.row(), index.column())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the row."""
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid() and not self._is_link(index):
            self.opened.emit(index.row())

    def _is_link(self, index: QModelIndex) -> bool:
        return index.isValid() and self._list.look(index.row(), index.column()).link
