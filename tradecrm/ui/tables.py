"""Draws a finished table: levels, sections, totals pinned below, and every linked figure opens."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.fields import NUMERIC
from tradecrm.core.links import Link
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import _
from tradecrm.ui.cells import CellDelegate, Look, copy_cells, title_side
from tradecrm.ui.columns import ELASTIC, LEAST_TEXT, fitted
from tradecrm.ui.fields.show import plain_tip, shown
from tradecrm.ui.theme import Theme, text_label

AnyIndex = QModelIndex | QPersistentModelIndex

_WIDEST_TEXT = 380
_MEASURED = 400
"""Rows measured for the width of text columns; numbers are measured in every row."""
_WRAPPED = 500
"""Longer tables keep rows of one height, and show long text whole in the tip."""
_TIPPED = 14
"""Longer texts say themselves whole in the tip, for their column may be narrower."""
_LINES_SEEN = 5
"""Rows that are always in sight; a page with less room scrolls."""
_MOST_SPANS = 500
"""Headings that run over other cells; Qt looks through all of them when it paints a row."""
_BOLD = frozenset({RowStyle.SUBTOTAL, RowStyle.TOTAL, RowStyle.SECTION})


def cell_text(row: TableRow, column: TableColumn, index: int) -> str:
    """Answer the text of a cell; money takes the decimals of the row's currency, else the column's."""
    if index >= len(row.cells):
        return ""
    return shown(row.cells[index], column.kind, currency=column.currency or row.currency or "")


_SHORT_TITLE = 8
"""Letters of a title that stands on one line: a figure is as wide."""


def two_lines(title: str) -> tuple[str, ...]:
    """Answer a title as two lines about as long, broken at a space, or between Chinese characters."""
    places = [n for n, char in enumerate(title) if char == " "]
    if places and len(title) <= _SHORT_TITLE:
        return (title,)
    if not places and len(title) >= 6 and not title.isascii():
        middle = (len(title) + 1) // 2
        # Never inside a currency or a word of Latin letters, and a bracket stays with what it holds.
        places = [title.index("（")] if "（" in title[1:] else [middle]
        places = [at for at in places if not (title[at - 1].isascii() and title[at].isascii())]
    if not places:
        return (title,)
    at = min(places, key=lambda n: abs(2 * n - len(title)))
    return title[:at], title[at:].lstrip()


class TableModel(QAbstractTableModel):
    """The rows of a table; what a cell shows is made once, when it is first painted."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: tuple[TableColumn, ...] = ()
        self.rows: tuple[TableRow, ...] = ()
        self._looks: dict[tuple[int, int], Look] = {}
        self.wraps = False
        self.broken_titles = False

    def break_titles(self, *, broken: bool) -> None:
        """Show the titles of figures on two lines, or on one."""
        if broken != self.broken_titles:
            self.broken_titles = broken
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def show_rows(self, columns: tuple[TableColumn, ...], rows: Sequence[TableRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.columns, self.rows = columns, tuple(rows)
        self._looks.clear()
        self.wraps = len(self.rows) <= _WRAPPED
        self.endResetModel()

    def look(self, row: int, column: int) -> Look:
        """Answer what a cell shows."""
        look = self._looks.get((row, column))
        if look is None:
            look = self._looks[row, column] = self._made(row, column)
        return look

    def _made(self, number: int, index: int) -> Look:
        row, column = self.rows[number], self.columns[index]
        numeric = column.kind in NUMERIC
        ground = "background" if row.style in (RowStyle.TOTAL, RowStyle.SECTION) else ""
        return Look(
            cell_text(row, column, index),
            right=numeric,
            ink="muted" if row.style is RowStyle.MUTED else "text",
            link=row.link(index) is not None,
            bold=row.style in _BOLD,
            indent=row.level if index == 0 else 0,
            ground=ground,
            wrap=self.wraps and not numeric and row.style is not RowStyle.SECTION,
        )

    def link(self, row: int, column: int) -> Link | None:
        """Answer what a cell opens."""
        return self.rows[row].link(column) if 0 <= row < len(self.rows) else None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Answer the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Answer the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Answer a cell for screen readers, tips and tests."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.look(index.row(), index.column()).text
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self.look(index.row(), index.column()).text
            return plain_tip(text) if len(text) > _TIPPED else None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Answer a column's title, with the currency all its rows share."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            broken = self.broken_titles and column.kind in NUMERIC
            return "\n".join(two_lines(column.title)) if broken else column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return title_side(column.kind)
        return None


class _Rows(QTableView):
    """One of the two stacked views: the rows, or the totals pinned below them."""

    opened = Signal(object)

    def __init__(self, theme: Theme, *, head: bool) -> None:
        super().__init__()
        self.table = TableModel()
        self.cells = CellDelegate(theme, self.table)
        self.setModel(self.table)
        self.setItemDelegate(self.cells)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(theme.row)
        self.horizontalHeader().setVisible(head)
        self.horizontalHeader().setHighlightSections(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the cell's link; Ctrl+C copies the chosen cells for a spreadsheet."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the chosen cells on the clipboard as tab-separated text."""
        copy_cells(self.table, self.selectedIndexes())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Underline the figure under the pointer."""
        self.cells.hover(self, event.position().toPoint())
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the figure that was clicked."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and len(self.selectedIndexes()) <= 1:
            self._open(index)

    def _open(self, index: QModelIndex) -> None:
        link = self.table.link(index.row(), index.column()) if index.isValid() else None
        if link is not None:
            self.opened.emit(link)


class TableView(QWidget):
    """A table with its totals pinned below and its notes; ``opened`` carries the link of a figure."""

    opened = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.body = _Rows(theme, head=True)
        self.totals = _Rows(theme, head=False)
        self.notes = text_label("", "muted", wrap=True)
        self.notes.setContentsMargins(12, 8, 12, 8)
        self.nothing = text_label(_("Nothing to show for this."), "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setMinimumHeight(96)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.body, 1)
        box.addWidget(self.nothing, 1)
        self._foot = QHBoxLayout()
        self._foot.setContentsMargins(0, 0, 0, 0)
        self._foot.addWidget(self.totals)
        box.addLayout(self._foot)
        box.addWidget(self.notes)
        self.totals.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Both are as wide, so that they scroll alike.
        self.body.verticalScrollBar().rangeChanged.connect(self._align_totals)
        self.body.horizontalScrollBar().valueChanged.connect(self.totals.horizontalScrollBar().setValue)
        self.body.horizontalHeader().sectionResized.connect(
            lambda number, _old, width: self.totals.setColumnWidth(number, width)
        )
        self.body.opened.connect(self.opened)
        self.totals.opened.connect(self.opened)
        self.least_text = LEAST_TEXT
        self._spanned: set[tuple[int, int]] = set()
        self._natural: list[int] = []
        self._broken: list[int] = []

    def show_table(self, table: Table) -> None:
        """Show a table; numbers are never cut, text wraps or tells itself whole in the tip."""
        self.body.table.show_rows(table.columns, table.rows)
        self.totals.table.show_rows(table.columns, table.totals)
        self.totals.setVisible(bool(table.totals))
        self.notes.setText("\n".join(table.notes))
        self.notes.setVisible(bool(table.notes))
        self.body.setAccessibleName(table.title)
        self.totals.setAccessibleName(_("Totals of {table}").format(table=table.title))
        self.nothing.setVisible(not table.rows)
        self.body.setVisible(bool(table.rows))
        self.body.setMinimumHeight(self._theme.row * (min(_LINES_SEEN, len(table.rows)) + 1) + 12)
        self._span(table)
        self._measure(table)
        self._spread()
        if table.rows:
            self.body.setCurrentIndex(self.body.table.index(0, 0))

    def links(self) -> list[Link]:
        """Answer every link of rows and totals, in reading order."""
        rows = (*self.body.table.rows, *self.totals.table.rows)
        return [link for row in rows for link in row.links if link is not None]

    def sizeHint(self) -> QSize:
        """Answer the size at which nothing scrolls, up to twenty rows."""
        rows = min(20, self.body.table.rowCount()) + 1 + self.totals.table.rowCount()
        return QSize(sum(self._natural) or 400, rows * self._theme.row + 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give what is left over to the text columns."""
        super().resizeEvent(event)
        self._spread()

    def _span(self, table: Table) -> None:
        """Let a heading between rows run over the empty cells beside it, so that it widens no column."""
        self._spanned.clear()
        self.body.clearSpans()
        headings = [n for n, row in enumerate(table.rows) if row.style is RowStyle.SECTION]
        for number in headings[:_MOST_SPANS]:
            texts = [bool(self.body.table.look(number, n).text) for n in range(len(table.columns))]
            first = texts.index(True) if True in texts else 0
            after = next((n for n in range(first + 1, len(texts)) if texts[n]), len(texts))
            if after - first > 1:
                self.body.setSpan(number, first, 1, after - first)
                self._spanned.add((number, first))

    def _measure(self, table: Table) -> None:
        """Measure each column, with its title on one line and, where it holds figures, on two."""
        self._natural, self._broken = [], []
        for number, column in enumerate(table.columns):
            numeric = column.kind in NUMERIC
            title = self.body.cells.width(Look(column.title, bold=True)) + 4
            lines = two_lines(column.title) if numeric else (column.title,)
            short = max(self.body.cells.width(Look(line, bold=True)) for line in lines) + 4
            width = 0
            for view in (self.body, self.totals):
                rows = view.table.rowCount() if numeric else min(view.table.rowCount(), _MEASURED)
                looks = ((row, view.table.look(row, number)) for row in range(rows))
                if numeric:
                    # Figures have one width, so that the longest text is the widest one.
                    figures = (look for _place, look in looks)
                    widest = max(figures, key=lambda look: (len(look.text), look.bold), default=None)
                    width = max(width, self.body.cells.width(widest) if widest is not None else 0)
                else:
                    own = (
                        look
                        for place, look in looks
                        if view is self.totals or (place, number) not in self._spanned
                    )
                    widths = (view.cells.width(look) for look in own if len(look.text) < 200)
                    # Where every text is long the column is as wide as it may be; an empty view asks for nothing.
                    width = max(width, min(_WIDEST_TEXT, max(widths, default=_WIDEST_TEXT if rows else 0)))
            self._natural.append(max(width, title, column.width))
            self._broken.append(max(width, short, column.width))

    def _spread(self) -> None:
        """Set the widths: the natural ones, texts narrower where they must be, wider where there is room."""
        columns = self.body.table.columns
        self._fit_foot()
        if not columns or len(self._natural) != len(columns):
            return
        # The room beside the scroll bar, there or not: what it would take must not change what stands there.
        room = (
            self.width() - self.body.verticalScrollBar().sizeHint().width() - 2 * self.body.frameWidth() - 2
        )
        elastic = [n for n, column in enumerate(columns) if column.kind in ELASTIC]
        tight = sum(self._natural) > room
        self.body.table.break_titles(broken=tight)
        widths = fitted(self._broken if tight else self._natural, elastic, room, self.least_text)
        texts = [n for n, column in enumerate(columns) if column.kind not in NUMERIC] or [0]
        spare = max(0, room - sum(widths))
        share = min(spare // len(texts), 400)
        for number in texts:
            widths[number] += share
        widths[texts[0]] += spare - share * len(texts)
        for number, width in enumerate(widths):
            self.body.setColumnWidth(number, width)
            self.totals.setColumnWidth(number, width)
        self._wrap()

    def _fit_foot(self) -> None:
        """Keep the totals to a third of the height, where they scroll, and the notes whole below them."""
        whole = self._theme.row * self.totals.table.rowCount()
        most = max(2 * self._theme.row, self.height() // 3)
        self.totals.setFixedHeight(min(whole, most - most % self._theme.row))
        if self.notes.text():
            self.notes.setMinimumHeight(self.notes.heightForWidth(max(80, self.width())))

    def _align_totals(self) -> None:
        bar = self.body.verticalScrollBar()
        scrolls = bar.maximum() > bar.minimum()
        self._foot.setContentsMargins(0, 0, bar.sizeHint().width() if scrolls else 0, 0)

    def _wrap(self) -> None:
        """Give rows whose text does not fit on one line the height it needs."""
        model = self.body.table
        if not model.wraps:
            return
        for row in range(model.rowCount()):
            height = self._theme.row
            for number in range(model.columnCount()):
                look, width = model.look(row, number), self.body.columnWidth(number)
                if look.wrap and len(look.text) * 14 > width and self.body.cells.width(look) > width:
                    height = max(height, self.body.cells.height(look, width))
            if height != self.body.rowHeight(row):
                self.body.setRowHeight(row, height)
