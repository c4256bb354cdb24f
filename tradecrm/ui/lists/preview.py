"""Facts about one record in a card at the right: of the current row of a list, or beside a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from tradecrm.core.text import _
from tradecrm.screens.spec import Fact, Tone
from tradecrm.ui.context import PageContext
from tradecrm.ui.labels import ElidedButton
from tradecrm.ui.theme import set_role, text_label

_LONG = 24
"""Signs of a value from which it may take a second line."""


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
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(0, 1)
        box.addWidget(self._body)
        self._shown: tuple[Fact, ...] | None = None
        self._labels: list[tuple[QLabel, QLabel | None]] = []

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
            self._hold_width([labels for labels, _fact, _old in changed])
            return
        self._labels.clear()
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._grid.setColumnMinimumWidth(1, 0)
        for row, fact in enumerate(facts):
            self._add(row, fact)
        self._hold_width(self._labels)

    def _hold_width(self, fresh: Sequence[tuple[QLabel, QLabel | None]]) -> None:
        """Keep the column of values as wide as it has been, so that a figure typed does not move every label."""
        values = (value for _label, value in fresh if value is not None and not value.wordWrap())
        widest = max((value.sizeHint().width() for value in values), default=0)
        if widest > self._grid.columnMinimumWidth(1):
            self._grid.setColumnMinimumWidth(1, widest)

    def _add(self, row: int, fact: Fact) -> None:
        label = text_label(_(fact.label), "" if fact.strong else "muted", wrap=True)
        role = _role(fact)
        if not fact.value:
            set_role(label, role)
            self._labels.append((label, None))
            self._grid.addWidget(label, row, 0, 1, 2)
            return
        self._grid.addWidget(label, row, 0)
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        if fact.link is not None:
            link = fact.link
            button = set_role(ElidedButton(fact.value.replace("&", "&&")), "link")
            button.clicked.connect(lambda: self._context.open(link))
            self._labels.append((label, None))
            self._grid.addWidget(button, row, 1, side)
        else:
            value = text_label(fact.value, role, wrap=len(fact.value) > _LONG)
            self._labels.append((label, value))
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(value, row, 1, side)
            if fact.strong:
                value.setFont(self._context.theme.font(semibold=True, tabular=True))


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
