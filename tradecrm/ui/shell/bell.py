"""The bell: how much waits, and a small list of it; the count is neutral."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from tradecrm.core.text import _, ngettext
from tradecrm.ui.popup import DueRow
from tradecrm.ui.theme import Theme, set_role, text_label

MOST_SHOWN = 99


class Bell(QWidget):
    """Icon and count in the top bar; a click asks for the list."""

    pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._button = QPushButton()
        set_role(self._button, "bell")
        self._button.setIconSize(QSize(18, 18))
        self._button.setFixedSize(30, 30)
        self._button.clicked.connect(self.pressed)
        self._count: QLabel = text_label("", "chip")
        self._count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._button)
        row.addWidget(self._count)
        self.show_due(())
        self._redress()
        theme.changed.connect(self._redress)

    def show_due(self, rows: Sequence[DueRow]) -> None:
        """Show how many wait; a count has no color, whatever it counts."""
        number = len(rows)
        self._count.setText(f"{MOST_SHOWN}+" if number > MOST_SHOWN else str(number))
        self._count.setVisible(number > 0)
        words = ngettext("{count} thing waits", "{count} things wait", number).format(count=number)
        name = words if number else _("Nothing waits")
        self._button.setToolTip(name)
        self._button.setAccessibleName(name)

    def _redress(self) -> None:
        self._button.setIcon(self._theme.icon("bell", "text"))
