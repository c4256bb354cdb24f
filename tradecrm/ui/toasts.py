"""Passing sentences at the lower edge of the window, each with what one may do next, such as Undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from tradecrm.ui.theme import text_label

ToastAction = tuple[str, Callable[[], None]]
"""What a toast offers: the words of its button, and what it does."""

MOST = 3
EDGE = 44
READING_MS = 60
"""Time to read one character; a toast stays at least five seconds, with an action at least eight."""


class Toast(QFrame):
    """One sentence; it stays while the mouse is over it."""

    left = Signal(object)

    def __init__(self, window: QWidget, text: str, actions: tuple[ToastAction, ...]) -> None:
        super().__init__(window)
        self.setObjectName("toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = text
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 10 if actions else 16, 10)
        row.setSpacing(12)
        label = text_label(text, wrap=True)
        width = min(560, label.fontMetrics().horizontalAdvance(text) + 12)
        label.setMinimumWidth(width)
        label.setMaximumWidth(560)
        row.addWidget(label)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.leave)
        self._span = max(8000 if actions else 5000, READING_MS * len(text))
        for action_text, action in actions:
            button = QPushButton(action_text)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(partial(self._act, action))
            row.addWidget(button)
        self._timer.start(self._span)

    def leave(self) -> None:
        """Go away now."""
        self.left.emit(self)
        self.hide()
        self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while the mouse is here."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Start counting again."""
        self._timer.start(self._span)
        super().leaveEvent(event)

    def _act(self, action: Callable[[], None], _checked: bool = False) -> None:
        self.leave()
        action()


class Toasts(QObject):
    """Stacks the toasts of one window, newest below; the oldest of more than three leaves."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._shown: list[Toast] = []
        window.installEventFilter(self)

    def show(
        self,
        text: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        *more: ToastAction,
    ) -> None:
        """Show a sentence; one that is already shown is not repeated."""
        actions = more if action is None else ((action_text, action), *more)
        for old in [toast for toast in self._shown if toast.text == text]:
            old.leave()
        while len(self._shown) >= MOST:
            self._shown[0].leave()
        toast = Toast(self._window, text, actions)
        toast.left.connect(self._forget)
        self._shown.append(toast)
        toast.show()
        self._place()

    @property
    def texts(self) -> list[str]:
        """Answer the sentences shown now, oldest first."""
        return [toast.text for toast in self._shown if not toast.isHidden()]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch what happens to other widgets."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _forget(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)

    def _place(self) -> None:
        bottom = self._window.height() - EDGE
        for toast in reversed([one for one in self._shown if not one.isHidden()]):
            toast.adjustSize()
            bottom -= toast.height()
            toast.move((self._window.width() - toast.width()) // 2, bottom)
            toast.raise_()
            bottom -= 8
