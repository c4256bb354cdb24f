"""What stands where a list has no rows: what this is and the two ways to begin, or that nothing matches."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tradecrm.ui.theme import Theme, set_role, text_label


class EmptyState(QWidget):
    """An icon, a title, a sentence, and up to two buttons in the middle of the page."""

    def __init__(self, theme: Theme, icon: str) -> None:
        super().__init__()
        self._theme = theme
        self._icon = icon
        self.picture = QLabel()
        self.heading = text_label("", "section")
        self.sentence = text_label("", "muted", wrap=True)
        self.buttons = QHBoxLayout()
        box = QVBoxLayout(self)
        box.addStretch(2)
        for widget in (self.picture, self.heading):
            box.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        words = QHBoxLayout()
        words.addStretch(1)
        words.addWidget(self.sentence)
        words.addStretch(1)
        box.addLayout(words)
        for label in (self.heading, self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setFixedWidth(440)
        box.addSpacing(8)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(self.buttons)
        row.addStretch(1)
        box.addLayout(row)
        box.addStretch(3)
        self._draw()
        theme.changed.connect(self._draw)

    def say(self, heading: str, sentence: str, actions: list[tuple[str, Callable[[], None]]]) -> None:
        """Show these words and buttons, the first of them as the usual way on."""
        self.heading.setText(heading)
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        while (item := self.buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, (title, action) in enumerate(actions):
            button = QPushButton(title)
            if number == 0:
                set_role(button, "primary")
            button.clicked.connect(lambda _checked=False, run=action: run())
            self.buttons.addWidget(button)

    def _draw(self) -> None:
        self.picture.setPixmap(self._theme.icon(self._icon or "info", "muted").pixmap(40, 40))
