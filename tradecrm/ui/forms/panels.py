"""What helps decide, at the right of a form: facts computed while typing, and facts asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from tradecrm.core.table import Table
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import Fact, FormSpec
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.show import shown
from tradecrm.ui.lists.preview import FactsCard

WIDTH, NARROW = 344, 316
_SMALL, _LEAST = 1192, 892
"""Pixels of a form below which its panels are narrower, for the lines, and below which they stand under it."""
_ANY = 16_777_215
"""Qt's word for no limit."""


def whole_height(layout: QLayout, width: int) -> int:
    """Answer the height at which the texts of a layout stand whole in ``width``; -1 where none goes by its width."""
    layout.activate()
    return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else -1


class Panels(QScrollArea):
    """The cards of a form's panels below each other."""

    filled = Signal()
    """Facts have come, and may need more room or less."""

    def __init__(self, context: PageContext, spec: FormSpec) -> None:
        super().__init__()
        self._context = context
        self._spec = spec
        self.setFixedWidth(WIDTH)
        self.setFrameShape(QFrame.Shape.NoFrame)
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when the facts have found their places: before that nobody knows how much room they need."""
        handled = super().eventFilter(watched, event)
        if event.type() is QEvent.Type.LayoutRequest and watched is self._body:
            self.filled.emit()
        return handled

    def needed(self) -> int:
        """Answer the height at which nothing has to be scrolled."""
        layout = self._body.layout()
        assert layout is not None
        return max(whole_height(layout, self.width()), layout.totalSizeHint().height())


class FormBody(QWidget):
    """What scrolls of a form, as ``column``, and its panels: beside it where there is room, else at its end."""

    def __init__(self, panels: Panels | None) -> None:
        super().__init__()
        self._panels = panels
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._row.addWidget(scroll, 1)
        if panels is not None:
            self._row.addWidget(panels)
            panels.filled.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move the panels to where there is room for them, unless the page has put them elsewhere itself."""
        super().resizeEvent(event)
        panels = self._panels
        if panels is None:
            return
        narrow = self.width() < _LEAST
        now, then = (self._row, self.column) if narrow else (self.column, self._row)
        if now.indexOf(panels) >= 0:
            now.removeWidget(panels)
            then.addWidget(panels)
            panels.setMinimumSize(0, 0)
            panels.setMaximumSize(_ANY, _ANY)
        if then.indexOf(panels) >= 0 and not narrow:
            panels.setFixedWidth(NARROW if self.width() < _SMALL else WIDTH)
        self._fit()

    def _fit(self) -> None:
        """Let panels under the form scroll with it, not by themselves."""
        panels = self._panels
        if panels is not None and self.column.indexOf(panels) >= 0:
            panels.setFixedHeight(panels.needed())


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
