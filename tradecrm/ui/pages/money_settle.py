"""Pages over what is open with a partner: settling both sides, giving money back, setting two sides off."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.text import _, ngettext
from tradecrm.screens.draft import Draft, Value
from tradecrm.screens.money.settle import (
    SETTLE_FORM,
    UNALLOCATE_FORM,
    propose,
    standing_table,
    with_open,
)
from tradecrm.screens.spec import FormSpec
from tradecrm.services.money.settling_cards import StandingRow
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.pages.trade_form import TradeFormPage
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

_STANDING_HEIGHT = 190


class OpenLinesPage(TradeFormPage):
    """A form whose lines are what is open with a partner: asked for again whenever a field of ``asked`` changes."""

    def __init__(
        self,
        context: PageContext,
        link: Link,
        spec: FormSpec,
        query: Callable[..., Draft],
        asked: Collection[str],
        dialogs: tuple[FormSpec, ...] = (),
    ) -> None:
        super().__init__(context, link, spec, {each.key: each for each in dialogs})
        self._query = query
        self._asked = frozenset(asked)

    @property
    def _posted(self) -> bool:
        """Tell whether the record stands in the book; its link knows before it is read back."""
        return self.link().param("id") is not None

    def _on_typed(self, key: str, value: Value) -> None:
        super()._on_typed(key, value)
        if key in self._asked:
            self.ask_open()

    def ask_open(self) -> None:
        """Ask what is open with the partner now; only the newest answer counts."""
        if not self._posted:
            self.context.ask(self._query, self.session.draft, then=self._on_open, replaces=(id(self), "open"))

    def _on_open(self, answer: Draft) -> None:
        if self._posted:
            return
        draft = self.session.draft
        for lines in self.spec.lines:
            draft = draft.put_rows(lines.key, answer.rows(lines.key))
        kept = {key: value for key, value in answer.values.items() if key not in draft.values}
        changed = {key: answer.get(key) for key in ("currency", "credit_currency") if key in draft.values}
        self.session.draft = draft.put(**kept, **changed)
        self._show()
        self._ask_panels()

    def reload(self) -> None:
        """Read again; a record still being typed only asks what is open."""
        if not self._posted and self.loaded and not self.saving:
            self.ask_open()
        else:
            super().reload()


class SettlePage(OpenLinesPage):
    """What a partner owes at the left, what is in hand at the right; below, what has been settled so far."""

    def __init__(self, context: PageContext, link: Link) -> None:
        self.rows: tuple[StandingRow, ...] = ()
        self.standing = TableView(context.theme)
        self.take_back = QPushButton(_("Take back"))
        super().__init__(
            context, link, SETTLE_FORM, with_open, ("party", "side", "currency", "credit_currency")
        )
        self.take_back.setToolTip(_("Takes back the settlement chosen in the table"))
        self.take_back.clicked.connect(self.ask_take_back)
        self.standing.opened.connect(context.open)
        self.standing.body.selectionModel().currentChanged.connect(self._enable)
        self._add_proposals()
        self.save_button.setText(_("Post"))
        # Two grids beside each other leave no room for panels at the right; they stand below.
        self._lower.addWidget(self.panels)
        self._enable()

    def _add_proposals(self) -> None:
        for place, (title, keys, earmarked) in enumerate(
            ((_("Oldest first"), "Alt+O", False), (_("Kept money first"), "Alt+K", True))
        ):
            button = QPushButton(title)
            button.setToolTip(keys)

            def spread(_checked: bool = False, own: bool = earmarked) -> None:
                self.spread(earmarked=own)

            button.clicked.connect(spread)
            self.head.buttons.insertWidget(place, button)
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(spread)

    def extend(self, column: QVBoxLayout) -> None:
        """Put the two grids side by side, and the allocations that stand below them."""
        sides = QHBoxLayout()
        sides.setSpacing(12)
        for card in self.lines:
            column.removeWidget(card)
            sides.addWidget(card, 1)
        column.addLayout(sides, 3)
        below = set_role(QFrame(), "card")
        inside = QVBoxLayout(below)
        inside.setContentsMargins(1, 10, 1, 8)
        head = QHBoxLayout()
        head.setContentsMargins(15, 0, 12, 0)
        head.addWidget(text_label(_("Settled so far"), "section"))
        head.addStretch(1)
        head.addWidget(self.take_back)
        inside.addLayout(head)
        inside.addWidget(self.standing, 1)
        below.setMinimumHeight(_STANDING_HEIGHT)
        self._lower = QHBoxLayout()
        self._lower.setSpacing(12)
        self._lower.addWidget(below, 1)
        column.addLayout(self._lower, 2)

    def icon(self) -> str:
        """Answer the icon of the tab."""
        return "check"

    def spread(self, *, earmarked: bool) -> None:
        """Propose amounts: the oldest due first, or what is kept for a contract for its invoices."""
        self.commit_open()
        if self.loaded and not self.saving:
            proposed = propose(self.session.draft, earmarked=earmarked)
            for lines in self.spec.lines:
                self.session.change(lines.key, proposed)
            self.session.settle()
            self._show()
            self._ask_panels()

    def _on_loaded(self, draft: Draft) -> None:
        super()._on_loaded(draft)
        self._ask_standing()

    def _on_open(self, answer: Draft) -> None:
        super()._on_open(answer)
        if not any(line.get("amount") for lines in self.spec.lines for line in answer.rows(lines.key)):
            # Whose papers are looked at is no input that could be lost.
            self.session.saved = self.session.draft
            self._show()
        self._ask_standing()

    def _ask_standing(self) -> None:
        party = self.session.draft.ref_id("party")
        if party is not None:
            self.context.ask(
                standing_table,
                party,
                self.session.draft.text("side"),
                then=self._on_standing,
                replaces=(id(self), "standing"),
            )

    def _on_standing(self, answer: Any) -> None:
        self.rows, table = answer
        self.standing.show_table(table)
        self.standing.nothing.setText(_("Nothing is settled yet."))
        self._enable()

    def chosen(self) -> StandingRow | None:
        """Answer the allocation of the table's current row."""
        row = self.standing.body.currentIndex().row()
        return self.rows[row] if 0 <= row < len(self.rows) else None

    def _enable(self, *_indexes: object) -> None:
        self.take_back.setEnabled(self.chosen() is not None)

    def ask_take_back(self) -> None:
        """Ask on which day and why the chosen allocation is taken back."""
        row = self.chosen()
        if row is not None:
            title = _("{credit} no longer settles {debit}").format(credit=row.credit, debit=row.debit)
            link = Link.to("unallocate", allocation=row.id, title=title)
            OperationDialog(self, self.context, link, UNALLOCATE_FORM, lambda _id: self.reload()).open()

    def _on_saved(self, value: Any) -> None:
        count = len(value)
        empty = self.session.draft
        for lines in self.spec.lines:
            bare = [{**line, "amount": None} for line in empty.rows(lines.key)]
            empty = empty.put_rows(lines.key, bare)
        self.session.draft = empty
        super()._on_saved(None)
        # What was proposed is posted: nothing is missing from the empty sides that follow.
        self.session.asked_to_save = False
        self.session.touched.clear()
        text = ngettext("{count} settlement is posted.", "{count} settlements are posted.", count)
        self.context.toast(text.format(count=count))
        self.ask_open()
