"""The frame shown first: the colors of the window, painted before the window itself is even imported."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QEventLoop, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFileOpenEvent, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from tradecrm.core.address import SUFFIX
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.tokens import DARK, LIGHT

SMALLEST, USUAL = QSize(860, 430), QSize(1360, 860)
"""The smallest is what a screen of 1366×768 at 150 % leaves beside the system's own bars."""
SIDEBAR, TOPBAR, STATUS = 204, 46, 26
NARROW = 56
TURNS = 50
"""So many turns of the event loop are given to the first paint; a system that paints later is not waited for."""


class Application(QApplication):
    """The application; macOS tells it, not the command line, which book the person opened in the Finder."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(words)
        self._asked: Path | None = None
        self._open: Callable[[Path], object] | None = None

    def event(self, event: QEvent) -> bool:
        """Take a book that is to be opened; everything else goes its way."""
        if isinstance(event, QFileOpenEvent) and event.file().lower().endswith(SUFFIX):
            self._asked = Path(event.file())
            self._hand_over()
            return True
        return super().event(event)

    def hand_to(self, open_book: Callable[[Path], object]) -> None:
        """Let ``open_book`` have the books asked for from now on, and the one that waits for it."""
        self._open = open_book
        self._hand_over()

    def _hand_over(self) -> None:
        if self._asked is not None and self._open is not None:
            asked, self._asked = self._asked, None
            self._open(asked)


class Front(QMainWindow):
    """Stands where the window will stand, in its look, until the window has painted itself."""

    def __init__(self, state: ShellState) -> None:
        super().__init__()
        self.setWindowTitle("TradeCRM")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        mode = state.text("theme")
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        self._tokens = DARK if mode == "dark" or (mode != "light" and dark) else LIGHT
        self._sidebar = NARROW if state.flag("folded") else SIDEBAR
        self.painted = False
        kept = state.text("geometry")
        if not kept or not self.restoreGeometry(QByteArray.fromBase64(kept.encode())):
            room = QGuiApplication.primaryScreen().availableGeometry().size()
            self.resize(USUAL.boundedTo(room).expandedTo(SMALLEST))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the grounds and edges of sidebar, top bar and status line."""
        painter = QPainter(self)
        tokens, width, height = self._tokens, self.width(), self.height()
        painter.fillRect(self.rect(), QColor(tokens.background))
        surface, border = QColor(tokens.surface), QColor(tokens.border)
        left = self._sidebar
        painter.fillRect(QRect(0, 0, left, height), surface)
        painter.fillRect(QRect(left, 0, width - left, TOPBAR), surface)
        painter.fillRect(QRect(left, height - STATUS, width - left, STATUS), surface)
        painter.fillRect(QRect(left - 1, 0, 1, height), border)
        painter.fillRect(QRect(left, TOPBAR - 1, width - left, 1), border)
        painter.fillRect(QRect(left, height - STATUS, width - left, 1), border)
        self.painted = True

    def hand_over(self, window: QWidget) -> None:
        """Put ``window`` where this stands."""
        window.setGeometry(self.geometry())
        if self.isMaximized():
            window.setWindowState(Qt.WindowState.WindowMaximized)


def show_front(state: ShellState) -> Front:
    """Show the frame, making the application when there is none, and let it paint.

    Python looks for no garbage from here on, until the window begins to (`Garbage`): hundreds of modules are
    imported meanwhile, none of which can go, and looking through all of them again and again takes a tenth of a start.
    """
    gc.disable()
    application = QApplication.instance() or Application(sys.argv[:1])
    assert isinstance(application, QApplication)
    front = Front(state)
    front.show()
    for _turn in range(TURNS):
        application.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 5)
        if front.painted:
            break
    return front
