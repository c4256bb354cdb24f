"""Arranging the desktop: a bar over each card and shortcut with move and remove, by mouse drag or Alt+arrows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QWidget

from tradecrm.core.text import _
from tradecrm.ui.theme import Theme, text_label


def moved(order: Sequence[str], key: str, to: int) -> tuple[str, ...]:
    """Answer ``order`` with ``key`` at place ``to``, which is brought within the list."""
    rest = [one for one in order if one != key]
    rest.insert(max(0, min(to, len(rest))), key)
    return tuple(rest)


class Handle(QWidget):
    """Lies over one thing while the desktop is arranged; focusable, draggable, with its buttons."""

    stepped = Signal(str, int)
    """The key and by how many places it is to move."""
    dropped = Signal(str, str)
    """The key, and the key of what it was dropped on."""
    removed = Signal(str)

    def __init__(self, theme: Theme, key: str, title: str, over: QWidget) -> None:
        super().__init__(over)
        self.key = key
        self._theme = theme
        self._over = over
        self._top_only = False
        self._from: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(title)
        self.setToolTip(_("Drag, or press Alt with an arrow key; Delete takes it away."))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.setSpacing(2)
        row.setAlignment(Qt.AlignmentFlag.AlignTop)
        if over.width() > 200 or over.height() > 80:
            row.addWidget(text_label(title, "strong"))
        row.addStretch(1)
        for icon, name, act in (
            ("chevron-left", _("Move forward"), lambda: self.stepped.emit(key, -1)),
            ("chevron-right", _("Move back"), lambda: self.stepped.emit(key, 1)),
            ("close", _("Take away"), lambda: self.removed.emit(key)),
        ):
            button = QToolButton()
            button.setIcon(theme.icon(icon, "text"))
            button.setIconSize(QSize(14, 14))
            button.setFixedSize(22, 22)
            button.setAccessibleName(f"{name}: {title}")
            button.setToolTip(name)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(act)
            row.addWidget(button)
        over.installEventFilter(self)
        self._cover()
        self.show()
        self.raise_()

    def keep_to_top(self) -> None:
        """Lie over the title only, for what is arranged itself inside."""
        self._top_only = True
        self._cover()

    def _cover(self) -> None:
        rect = self._over.rect()
        if self._top_only:
            rect.setHeight(40)
        self.setGeometry(rect)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay over the whole of what is arranged."""
        if watched is self._over and event.type() is QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint a veil with a dashed edge, in the accent when it has the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = self._theme.color("surface")
        veil.setAlphaF(0.72)
        painter.setBrush(veil)
        ink = self._theme.accent if self.hasFocus() else self._theme.muted
        painter.setPen(QPen(ink, 2 if self.hasFocus() else 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 9, 9)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by Alt and an arrow key, take away by Delete."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        back = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up)
        if alt and (back or event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down)):
            self.stepped.emit(self.key, -1 if back else 1)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit(self.key)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        self.setFocus()
        self._from = event.globalPosition().toPoint()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop on whatever lies under the mouse."""
        start, self._from = self._from, None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        point = event.globalPosition().toPoint()
        if start is None or (point - start).manhattanLength() < QApplication.startDragDistance():
            return
        target: QWidget | None = QApplication.widgetAt(point)
        while target is not None and not isinstance(target, Handle):
            target = target.parentWidget()
        if isinstance(target, Handle) and target.key != self.key:
            self.dropped.emit(self.key, target.key)
