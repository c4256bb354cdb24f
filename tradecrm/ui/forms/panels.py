"""What helps decide, at the right of a form: facts computed while typing, and facts asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from tradecrm.core.table import Table
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import Fact, FormSpec
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.show import shown
from tradecrm.ui.lists.preview import FactsCard

WIDTH = 344


class Panels(QScrollArea):
    """The cards of a form's panels below each other."""

    filled = Signal()
    """Facts have come, and may need more room or less."""

    def __init__(self, context: PageContext, spec: FormSpec) -> None:
        super().__init__()
        self._context = context
        self._spec = spec
        self.setFixedWidth(WIDTH)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget()
        box = QVBoxLayout(self._body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self.cards = {panel.key: FactsCard(context, _(panel.title)) for panel in spec.panels}
        for card in self.cards.values():
            box.addWidget(card)
        box.addStretch(1)
        self.setWidget(self._body)

    def show_draft(self, draft: Draft) -> None:
        """Compute again what is computed from the draft alone."""
        for panel in self._spec.panels:
            if panel.compute is not None:
                self._take(panel.key, panel.compute(draft))

    def ask(self, draft: Draft, changed: set[str] | None) -> None:
        """Ask again for what depends on a changed field; None asks for all."""
        for panel in self._spec.panels:
            if panel.query is not None and (changed is None or changed & set(panel.depends)):
                self._context.ask(
                    panel.query, draft, then=partial(self._take, panel.key), replaces=(id(self), panel.key)
                )

    def _take(self, key: str, answer: Sequence[Fact] | Table) -> None:
        facts = table_facts(answer) if isinstance(answer, Table) else answer
        card = self.cards[key]
        card.setVisible(bool(facts))
        card.show_facts(facts)
        self.filled.emit()

    def needed(self) -> int:
        """Answer the height at which nothing has to be scrolled."""
        layout = self._body.layout()
        assert layout is not None
        layout.activate()
        whole = layout.totalHeightForWidth(self.width()) if layout.hasHeightForWidth() else -1
        return max(whole, layout.totalSizeHint().height())


def table_facts(table: Table) -> tuple[Fact, ...]:
    """Answer a small table as facts: the first cell is the label, the last one the value."""
    facts = []
    last = len(table.columns) - 1
    for row in (*table.rows, *table.totals):
        column = table.columns[last]
        currency = row.currency or column.currency or ""
        facts.append(
            Fact(
                str(row.cells[0] or ""),
                shown(row.cells[last], column.kind, currency=currency),
                link=row.link(last),
                strong=row.style.value in ("total", "subtotal"),
                muted=row.style.value == "muted",
            )
        )
    return tuple(facts)
