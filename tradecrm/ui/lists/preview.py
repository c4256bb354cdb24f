"""Facts about one record in a card at the right: of the current row of a list, or beside a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from tradecrm.core.text import _
from tradecrm.screens.spec import Fact, Tone
from tradecrm.ui.context import PageContext
from tradecrm.ui.theme import set_role, text_label


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

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these facts; the same ones cost nothing."""
        if self._shown == tuple(facts):
            return
        self._shown = tuple(facts)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, fact in enumerate(facts):
            self._add(row, fact)

    def _add(self, row: int, fact: Fact) -> None:
        label = text_label(_(fact.label), "" if fact.strong else "muted", wrap=True)
        role = "strong" if fact.strong else ""
        if fact.tone is not Tone.NEUTRAL:
            role = fact.tone.value
        if fact.muted:
            role = "muted"
        if not fact.value:
            self._grid.addWidget(label, row, 0, 1, 2)
            return
        self._grid.addWidget(label, row, 0)
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        if fact.link is not None:
            link = fact.link
            button = set_role(QPushButton(fact.value.replace("&", "&&")), "link")
            button.clicked.connect(lambda: self._context.open(link))
            self._grid.addWidget(button, row, 1, side)
        else:
            value = text_label(fact.value, role, wrap=len(fact.value) > 24)
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(value, row, 1, side)
            if fact.strong:
                value.setFont(self._context.theme.font(semibold=True, tabular=True))


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
