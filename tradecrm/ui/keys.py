"""What a key means, whichever part of the keyboard it was pressed on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


def is_enter(event: QKeyEvent) -> bool:
    """Tell whether Enter was pressed by itself, on the main keys or beside the figures."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == Qt.KeyboardModifier.NoModifier
