"""Words that must not widen the window: a label that shortens itself, a row that goes on in the next line."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
    QWidgetItem,
)

from tradecrm.ui.theme import plain_tip, set_role

HELD = "\u00a0"
"""A space at which no line breaks."""


def direction(text: str) -> int:
    """Answer the way a text runs by its first letter, as flags of painting: the dots of an Arabic name go left.

    The side it stands at stays the one that was asked for.
    """
    sides = (unicodedata.bidirectional(sign) for sign in text)
    first = next((side for side in sides if side in ("L", "R", "AL")), "L")
    if first == "L":
        return 0
    return Qt.TextFlag.TextForceRightToLeft.value | Qt.AlignmentFlag.AlignAbsolute.value


class SteadyLabel(QWidget):
    """Holds a label whose words change at every key: places are found anew only when it needs more room.

    A label of one line stays as wide as it has been, so that a figure typed does not move what stands beside it.
    """

    def __init__(self, label: QLabel) -> None:
        super().__init__()
        self.label = label
        label.setParent(self)
        policy = label.sizePolicy()
        policy.setHeightForWidth(label.wordWrap())
        self.setSizePolicy(policy)
        self._told = self._needed()

    def setText(self, text: str) -> None:
        """Show these words."""
        self.label.setText(text)

    def text(self) -> str:
        """Answer the words."""
        return self.label.text()

    def _needed(self) -> QSize:
        """Answer the room the words need, of a wrapped label at the width it has."""
        if self.label.wordWrap():
            return QSize(0, self.label.heightForWidth(self.width()))
        return self.label.sizeHint()

    def sizeHint(self) -> QSize:
        """Answer the size of the words, or the widest so far."""
        hint = self.label.sizeHint()
        return hint if self.label.wordWrap() else hint.expandedTo(self._told)

    def minimumSizeHint(self) -> QSize:
        """Answer what the words cannot do without."""
        hint = self.label.minimumSizeHint()
        return hint if self.label.wordWrap() else hint.expandedTo(self._told)

    def heightForWidth(self, width: int) -> int:
        """Answer the height of wrapped words at a width."""
        return self.label.heightForWidth(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the label all the room."""
        super().resizeEvent(event)
        self.label.setGeometry(self.rect())
        if self.label.wordWrap():
            self._told = self._needed()

    def event(self, event: QEvent) -> bool:
        """Ask for another place when the label needs more room, or wrapped words another height."""
        if event.type() is QEvent.Type.LayoutRequest:
            needed = self._needed()
            room = needed if self.label.wordWrap() else needed.expandedTo(self._told)
            if room != self._told:
                self._told = room
                self.updateGeometry()
        return super().event(event)


class ElidedLabel(QLabel):
    """Plain text on one line, cut with an ellipsis where the room ends; the tip then shows it whole.

    ``least`` pixels of it stay in sight, as far as the text goes.
    """

    def __init__(self, *, right: bool = True, least: int = 80) -> None:
        super().__init__()
        self._least = least
        self.setTextFormat(Qt.TextFormat.PlainText)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def minimumSizeHint(self) -> QSize:
        """Answer the size of a few letters."""
        return QSize(min(self._least, super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        whole = self.text()
        room = self.contentsRect()
        fits = self.fontMetrics().horizontalAdvance(whole) <= room.width()
        self.setToolTip("" if fits else plain_tip(whole))
        if fits:
            super().paintEvent(event)
            return
        option = QStyleOption()
        option.initFrom(self)
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(self.alignment() | Qt.TextFlag.TextSingleLine) | direction(whole), text)


class ElidedButton(QPushButton):
    """A button whose words are cut with an ellipsis where the room ends; the tip then shows them whole."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Answer the size of a few letters."""
        return QSize(min(80, super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        whole, wanted = self.text(), self.sizeHint().width()
        self.setToolTip(plain_tip(whole.replace("&&", "&")) if wanted > self.width() else "")
        if wanted <= self.width():
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        metrics = self.fontMetrics()
        room = metrics.horizontalAdvance(whole) - (wanted - self.width())
        option.text = metrics.elidedText(whole, Qt.TextElideMode.ElideRight, room)
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)


class FoldingButton(QPushButton):
    """A button at the head of a page: where the page is too narrow for its words, its icon stands for them.

    The tip then says the words. Without an icon it stays as wide as its words.
    """

    def __init__(self, text: str, icon: QIcon | None = None) -> None:
        super().__init__(text)
        if icon is not None:
            self.setIcon(icon)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._tip: str | None = None

    def minimumSizeHint(self) -> QSize:
        """Answer the size of the icon and its frame; without an icon that of the words."""
        whole = super().sizeHint()
        if self.icon().isNull():
            return whole
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(whole.width() - words, whole.height())

    @property
    def folded(self) -> bool:
        """Tell whether the icon alone is in sight."""
        return not self.icon().isNull() and self.width() < self.sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the tip say what the icon stands for; the tip it had, such as its key, comes back with the words."""
        super().resizeEvent(event)
        if self.folded and self._tip is None:
            self._tip = self.toolTip()
            self.setToolTip(plain_tip(" ".join(part for part in (self.text(), self._tip) if part)))
        elif not self.folded and self._tip is not None:
            self.setToolTip(self._tip)
            self._tip = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words, or the icon alone."""
        if not self.folded:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)


class FoldingRow(QHBoxLayout):
    """The buttons at the head of a page: without room for all the last ones fold first, and only as many as must."""

    def setGeometry(self, rect: QRect) -> None:
        """Put every button in its place."""
        super().setGeometry(rect)
        items = [
            item for n in range(self.count()) if (item := self.itemAt(n)) is not None and not item.isEmpty()
        ]
        widths = [item.sizeHint().width() for item in items]
        spare = rect.width() - sum(widths) - self.spacing() * (len(items) - 1)
        if spare >= 0:
            return
        for place in reversed(range(len(items))):
            button = items[place].widget()
            if spare < 0 and isinstance(button, FoldingButton):
                spare += widths[place] - button.minimumSizeHint().width()
                widths[place] = button.minimumSizeHint().width()
        if spare < 0:
            return
        left = rect.x() + spare
        for item, width in zip(items, widths, strict=True):
            place_of = item.geometry()
            item.setGeometry(QRect(left, place_of.y(), width, place_of.height()))
            left += width + self.spacing()


def title_label(text: str = "") -> ElidedLabel:
    """Answer the title at the head of a page: as wide as its words, shorter where the buttons need the room."""
    label = set_role(ElidedLabel(right=False, least=200), "title")
    label.setText(text)
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    return label


class SumsLabel(QLabel):
    """Sums at the right; those for which the line is too short stand on the next one, and none is cut."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_sums(self, sums: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Show titles, each with its amounts; a line breaks between amounts only."""
        parts = []
        for title, amounts in sums:
            unbroken = [amount.replace(" ", HELD) for amount in amounts]
            parts.append(title.replace(" ", HELD) + 2 * HELD + f" {HELD}+{2 * HELD}".join(unbroken))
        self.setText(f"{3 * HELD}   ".join(parts))


class FlowLayout(QLayout):
    """Widgets in a row that goes on in the next line, so that many chips never widen the page."""

    def __init__(self, gap: int) -> None:
        super().__init__()
        self._gap = gap
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item in at the end."""
        self._items.append(item)

    def addWidget(self, widget: QWidget) -> None:
        """Take a widget in at the end."""
        self.addChildWidget(widget)
        self.addItem(QWidgetItem(widget))
        self.invalidate()

    def count(self) -> int:
        """Answer the number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Answer an item, None past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give an item out, None past the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """Tell that a narrow page needs more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Answer the height of all lines at a width."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put every item in its place."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """Answer the size of a single line."""
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() + self._gap for size in sizes)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        """Answer the size of the widest item."""
        sizes = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Go through the items line by line; answer the height they take."""
        x, y, line = rect.x(), rect.y(), 0
        items = [item for item in self._items if not item.isEmpty()]
        tallest = max((item.sizeHint().height() for item in items), default=0)
        for item in items:
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self._gap, 0
            if move:
                down = (tallest - size.height()) // 2
                width = min(size.width(), rect.width())
                item.setGeometry(QRect(QPoint(x, y + down), QSize(width, size.height())))
            x, line = x + size.width() + self._gap, tallest
        return y + line - rect.y()
