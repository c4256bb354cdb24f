"""Facts about one record in a card at the right: of the current row of a list, or beside a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from tradecrm.core.text import _
from tradecrm.screens.spec import Fact, Tone
from tradecrm.ui.context import PageContext
from tradecrm.ui.labels import ElidedButton, SteadyLabel
from tradecrm.ui.theme import set_role, text_label

_LONG = 24
"""Signs of a value from which it may take a second line."""
_LABEL = 126
"""Pixels that a label has beside a long value before it breaks."""


class FactsCard(QFrame):
    """A card with a title and facts below each other; a fact with a link is a button."""

    def __init__(self, context: PageContext, title: str = "") -> None:
        super().__init__()
        self._context = context
        set_role(self, "card")
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(8)
        self.heading = text_label(title, "section", wrap=True)
        box.addWidget(self.heading)
        self._body = QWidget()
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(7)
        box.addWidget(self._body)
        self._shown: tuple[Fact, ...] | None = None
        self._labels: list[tuple[QLabel, QLabel | None]] = []
        """The label of each fact and that of its value, None where a button or nothing stands there."""

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these facts; the same ones cost nothing, others of the same shape only new texts."""
        shown, self._shown = self._shown, tuple(facts)
        if shown == self._shown:
            return
        if shown is not None and [_shape(fact) for fact in shown] == [_shape(fact) for fact in facts]:
            pairs = zip(self._labels, facts, shown, strict=True)
            changed = [(labels, fact, old) for labels, fact, old in pairs if fact != old]
            for (label, value), fact, old in changed:
                label.setText(_(fact.label))
                if value is not None:
                    value.setText(fact.value)
                if fact.tone is not old.tone:
                    set_role(label if value is None else value, _role(fact))
            return
        self._labels.clear()
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for fact in facts:
            self._rows.addWidget(self._row(fact))

    def _row(self, fact: Fact) -> QWidget:
        """Answer a fact in a row of its own: a long value beside one label takes no room from the others."""
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        label = text_label(_(fact.label), "" if fact.strong else "muted", wrap=True)
        role = _role(fact)
        words = SteadyLabel(label)
        line.addWidget(words, 1)
        if not fact.value:
            set_role(label, role)
            self._labels.append((label, None))
            return row
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        long = fact.link is not None or len(fact.value) > _LONG
        if long:
            whole = label.fontMetrics().horizontalAdvance(label.text()) + 2
            words.setMinimumWidth(min(whole, _LABEL))
        if fact.link is not None:
            link = fact.link
            button = set_role(ElidedButton(fact.value.replace("&", "&&")), "link")
            button.clicked.connect(lambda: self._context.open(link))
            self._labels.append((label, None))
            line.addWidget(button, 0, side)
        else:
            value = text_label(fact.value, role, wrap=long)
            self._labels.append((label, value))
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if fact.strong:
                value.setFont(self._context.theme.font(semibold=True, tabular=True))
            # A long value shares the room with its label; a figure keeps what it had.
            place = value if long else SteadyLabel(value)
            line.addWidget(place, 1 if long else 0, Qt.AlignmentFlag.AlignTop if long else side)
        return row


def _shape(fact: Fact) -> tuple[object, ...]:
    """Answer what decides how a fact is drawn: two of one shape differ in their texts alone.

    The text of a button is part of it, for a button is not written over.
    """
    pressed = None if fact.link is None else (fact.link, fact.value)
    return fact.strong, fact.muted, pressed, bool(fact.value), len(fact.value) > _LONG


def _role(fact: Fact) -> str:
    """Answer the role of what a fact says: its tone; without a value the muted words of the label itself."""
    if fact.muted:
        return "muted"
    if fact.tone is not Tone.NEUTRAL:
        return fact.tone.value
    return "strong" if fact.strong else "" if fact.value else "muted"


class FactsPanel(FactsCard):
    """The preview of a list's current row; obsolete answers are dropped."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.setFixedWidth(320)
        box = self.layout()
        if isinstance(box, QVBoxLayout):
            box.addStretch(1)

    def ask(self, title: str, query: Callable[..., Sequence[Fact]], identity: int) -> None:
        """Ask for a record's facts and show them when they come."""
        self.heading.setText(title)
        self._context.ask(query, identity, then=self.show_facts, replaces=(id(self), "facts"))
