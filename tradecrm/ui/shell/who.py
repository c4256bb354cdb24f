"""Asks who is working when a book has more than one person; there is no password yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tradecrm.core.text import _
from tradecrm.ui.theme import set_role, text_label


class WhoPage(QWidget):
    """A button for each person; the one of last time has the keyboard, so that Enter goes on."""

    def __init__(
        self, firm: str, people: Sequence[tuple[int, str]], last: int | None, chosen: Callable[[int], None]
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.buttons: dict[int, QPushButton] = {}
        self._first = next((key for key, _name in people if key == last), people[0][0])
        card = set_role(QFrame(), "card")
        card.setFixedWidth(380)
        column = QVBoxLayout(card)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(10)
        column.addWidget(text_label(_("Who is working?"), "title"))
        column.addWidget(text_label(firm, "muted", wrap=True))
        for key, name in people:
            button = QPushButton(name.replace("&", "&&"))
            button.setAutoDefault(True)
            button.clicked.connect(partial(self._on_chosen, key, chosen))
            if key == self._first:
                set_role(button, "primary")
            self.buttons[key] = button
            column.addWidget(button)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(3)

    def begin(self) -> None:
        """Give the keyboard to the person of last time."""
        self.buttons[self._first].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_chosen(self, key: int, chosen: Callable[[int], None], _checked: bool = False) -> None:
        for button in self.buttons.values():
            button.setEnabled(False)
        chosen(key)
