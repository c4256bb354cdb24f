"""The head of a form: title, badges, the chain of papers it belongs to, actions, and the banner below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from tradecrm.core.text import _
from tradecrm.screens.spec import Badge, Step, Tone
from tradecrm.ui.context import PageContext
from tradecrm.ui.labels import FlowLayout, FoldingRow, title_label
from tradecrm.ui.theme import set_role, text_label


class FormHead(QWidget):
    """Title and state at the left, what can be done at the right, the chain below."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        # As wide as its text and no wider, so that the chips stand beside it; narrower when there is no room.
        self.title = title_label()
        self._badges = QHBoxLayout()
        self._steps = FlowLayout(2)
        self.buttons = FoldingRow()
        self.buttons.setSpacing(8)
        self._badges.setSpacing(6)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.title)
        top.addLayout(self._badges)
        top.addSpacing(12)
        top.addStretch(1)
        top.addLayout(self.buttons)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addLayout(top)
        box.addLayout(self._steps)
        self._shown_badges: tuple[Badge, ...] = ()

    def show_badges(self, badges: Sequence[Badge]) -> None:
        """Show states and warnings beside the title."""
        if tuple(badges) == self._shown_badges:
            return
        self._shown_badges = tuple(badges)
        _empty(self._badges)
        for badge in badges:
            tone = "" if badge.tone is Tone.NEUTRAL else f"-{badge.tone.value}"
            self._badges.addWidget(text_label(_(badge.text), f"chip{tone}"))

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show the chain; each paper of it opens."""
        _empty(self._steps)
        for number, step in enumerate(steps):
            if number:
                self._steps.addWidget(text_label("→", "muted"))
            if step.link is not None and not step.current:
                link = step.link
                button = set_role(QPushButton(_(step.title).replace("&", "&&")), "link")
                button.clicked.connect(lambda _checked=False, to=link: self._context.open(to))
                self._steps.addWidget(button)
            else:
                label = text_label(_(step.title), "strong" if step.current else "muted")
                label.setContentsMargins(4, 2, 4, 2)
                self._steps.addWidget(label)


class Banner(QFrame):
    """A sentence across the form with up to three answers: a conflict, a lock, what stops the paper."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "card")
        self.text = text_label("", "warn", wrap=True)
        self._buttons = QHBoxLayout()
        box = QHBoxLayout(self)
        box.setContentsMargins(16, 10, 12, 10)
        box.addWidget(self.text, 1)
        box.addLayout(self._buttons)
        self.hide()

    def say(self, text: str, answers: Sequence[tuple[str, Callable[[], None]]] = ()) -> None:
        """Show a sentence and its answers; an empty sentence hides the banner."""
        _empty(self._buttons)
        self.text.setText(text)
        for title, answer in answers:
            button = QPushButton(title)
            button.clicked.connect(lambda _checked=False, run=answer: run())
            self._buttons.addWidget(button)
        self.setVisible(bool(text))


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
