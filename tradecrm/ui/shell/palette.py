"""The search box for everything (Ctrl+K): pages, actions, reports at once; records as they are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.text import _
from tradecrm.ui.shell.matching import Entry, matches
from tradecrm.ui.theme import Theme, text_label

ENTRY = Qt.ItemDataRole.UserRole + 1
SHOWN = 9
Found = Callable[[Sequence[Entry]], None]
Provider = Callable[[str, Found], None]
"""``provider(typed, found)`` looks for records off the GUI thread and answers on it; the newest wins."""


class Palette(QFrame):
    """A field and the list of what fits; arrows move, Enter opens, Escape leaves."""

    chosen = Signal(object)
    """The Entry that was picked."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._fixed: Sequence[Entry] = ()
        self._provider: Provider | None = None
        self._records: Sequence[Entry] = ()
        self._typed = ""
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Search or jump to…"))
        self.field.setAccessibleName(_("Search or jump to…"))
        self.field.textChanged.connect(self._on_typed)
        self.field.installEventFilter(self)
        self._model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_EntryDelegate(theme, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._on_clicked)
        self._nothing = text_label("", "muted", wrap=True)
        self._nothing.setContentsMargins(16, 12, 16, 16)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        for part in (self.field, self.list, self._nothing):
            column.addWidget(part)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(40)
        shadow.setOffset(0, 12)
        shadow.setColor(QColor(0, 0, 0, 110))
        self.setGraphicsEffect(shadow)
        window.installEventFilter(self)
        self.hide()

    def set_entries(self, entries: Sequence[Entry], provider: Provider | None) -> None:
        """Give what can be opened: fixed entries, and the provider that finds records."""
        self._fixed = entries
        self._provider = provider
        if self.isVisible():
            self._fill()

    def pop_up(self) -> None:
        """Show the box, empty, over the window."""
        self._records = ()
        self.field.clear()
        self._fill()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus()

    def shown(self) -> list[Entry]:
        """Answer what the list shows now, in order."""
        return [self._model.item(row).data(ENTRY) for row in range(self._model.rowCount())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch what happens to other widgets."""
        if watched is self.field:
            if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._on_key(event.key())
            if event.type() is QEvent.Type.FocusOut:
                self.hide()
        elif event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _on_key(self, key: int) -> bool:
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_clicked(self.list.currentIndex())
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            count = max(1, self._model.rowCount())
            by = 1 if key == Qt.Key.Key_Down else -1
            self._select((self.list.currentIndex().row() + by) % count)
        else:
            return False
        return True

    def _on_typed(self, typed: str) -> None:
        self._typed = typed.strip()
        self._records = ()
        self._fill()
        if self._provider is not None and self._typed:
            asked = self._typed
            self._provider(asked, lambda found: self._on_found(asked, found))

    def _on_found(self, asked: str, found: Sequence[Entry]) -> None:
        if asked == self._typed and self.isVisible():
            self._records = found
            self._fill()

    def _fill(self) -> None:
        self._model.clear()
        for entry in [*matches(self._fixed, self._typed), *self._records][:50]:
            item = QStandardItem(entry.title)
            item.setData(entry, ENTRY)
            item.setEditable(False)
            self._model.appendRow(item)
        rows = self._model.rowCount()
        self._nothing.setVisible(not rows)
        self._nothing.setText(_("Nothing is called “{text}”.").format(text=self._typed))
        self.list.setVisible(rows > 0)
        self.list.setFixedHeight(min(rows, SHOWN) * 36 + 10)
        self._select(0)
        self._place()

    def _select(self, row: int) -> None:
        self.list.setCurrentIndex(self._model.index(row, 0))

    def _place(self) -> None:
        window = self._window
        width = min(600, window.width() - 48)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((window.width() - width) // 2, 64)

    def _on_clicked(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY)
        if entry is not None:
            self.hide()
            self.chosen.emit(entry)


class _EntryDelegate(QStyledItemDelegate):
    """Draws one entry: icon, title, note, kind; painted as plain text."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002 - Qt's signature
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002 - Qt's signature
    ) -> QSize:
        return QSize(100, 36)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        entry: Entry = index.data(ENTRY)
        theme = self._theme
        rect: QRect = option.rect.adjusted(4, 1, -4, -1)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent_soft)
            painter.drawRoundedRect(rect, 6, 6)
        theme.icon(entry.icon).paint(painter, QRect(rect.left() + 10, rect.center().y() - 8, 16, 16))
        kinds = {"page": _("Page"), "action": _("Action"), "report": _("Report")}
        side = kinds.get(entry.kind, entry.note)
        middle = entry.note if entry.kind in kinds else ""
        body = rect.adjusted(38, 0, -12, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.setFont(theme.font(11))
        painter.setPen(theme.muted)
        kind = painter.fontMetrics().elidedText(side, Qt.TextElideMode.ElideRight, body.width() // 2)
        room = body.width() - painter.fontMetrics().horizontalAdvance(kind) - 16
        painter.drawText(body, flags | Qt.AlignmentFlag.AlignRight, kind)
        painter.setFont(theme.font())
        painter.setPen(theme.text)
        text = f"{entry.title}   {middle}" if middle else entry.title
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(body, flags | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()
