"""A form with a flow: the next steps as buttons, the others in a menu, steps that ask something in a dialog."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtWidgets import QMenu, QPushButton

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.spec import ActionSpec, FormSpec, Row
from tradecrm.ui.context import PageContext
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.labels import FoldingButton
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.theme import set_role

_AT_ONCE = 2
"""Next steps shown as buttons; more of them would push the title away on a small screen."""


class TradeFormPage(FormPage):
    """A form page whose actions follow the state of the record; ``dialogs`` are forms asked in a dialog."""

    def __init__(
        self, context: PageContext, link: Link, spec: FormSpec, dialogs: Mapping[str, FormSpec]
    ) -> None:
        self._dialogs = dialogs
        self._next: list[tuple[QPushButton, ActionSpec]] = []
        self._later: list[ActionSpec] = []
        self.print_button: QPushButton | None = None
        super().__init__(context, link, spec)
        for facts in self.panels.cards.values():
            facts.hide()
        for card in self.lines:
            card.changed.connect(partial(self._on_lines, card.spec.key))

    def _lay_out_actions(self) -> None:
        can = self.context.seat.actor.can
        allowed = [action for action in self.spec.actions if not action.needs or can(action.needs)]
        if self.spec.prints is not None and can("print.run"):
            self.print_button = FoldingButton(_("Preview"), self.context.theme.icon("print"))
            self.print_button.setToolTip("Ctrl+P")
            self.print_button.clicked.connect(self.preview)
            self.head.buttons.addWidget(self.print_button)
        self.more = QPushButton(_("More"))
        self.more.setMenu(QMenu(self.more))
        self.more.hide()
        self.head.buttons.addWidget(self.more)
        for action in allowed:
            if action.primary:
                button = QPushButton(_(action.title))
                button.clicked.connect(partial(self._run, action))
                button.hide()
                self.head.buttons.addWidget(button)
                self._next.append((button, action))
        self._later = allowed
        self.save_button = QPushButton(_("Save"))
        self.save_button.setToolTip("Ctrl+S")
        self.save_button.clicked.connect(self.save)
        if self.spec.needs and not can(self.spec.needs):
            self.save_button.hide()
        self.head.buttons.addWidget(self.save_button)

    def _show(self) -> None:
        super()._show()
        draft, dirty = self.session.draft, self.session.dirty
        rows = [self._row()]
        ready = self.loaded and draft.id is not None
        # While something is typed the way on is saving; what could be done next waits, disabled.
        possible = [pair for pair in self._next if ready and _possible(pair[1], rows)][:_AT_ONCE]
        for button, action in self._next:
            shown = any(each is action for _button, each in possible)
            button.setVisible(shown)
            button.setEnabled(shown and not dirty)
        if self.print_button is not None:
            self.print_button.setVisible(draft.id is not None)
        self._fill_more(possible, rows, ready=ready and not dirty)
        self._color(possible, fresh=draft.id is None or dirty)

    def _fill_more(
        self, possible: list[tuple[QPushButton, ActionSpec]], rows: list[Row], *, ready: bool
    ) -> None:
        menu = self.more.menu()
        menu.clear()
        shown = {action.key for _button, action in possible}
        for action in self._later:
            if ready and action.key not in shown and _possible(action, rows):
                menu.addAction(_(action.title), partial(self._run, action))
        self.more.setVisible(not menu.isEmpty())

    def _color(self, possible: list[tuple[QPushButton, ActionSpec]], *, fresh: bool) -> None:
        """Give the one button that is most likely next the accent: Save while typing, else the next step."""
        first = None if fresh or not possible else possible[0][0]
        main = first or self.save_button
        for button in (self.save_button, *(button for button, _action in self._next)):
            role = "primary" if button is main else ""
            if str(button.property("role") or "") != role:
                set_role(button, role)
        self.save_button.setVisible(
            self.save_button.isEnabled() and self.context.seat.actor.can(self.spec.needs or "*")
        )

    def _row(self) -> Row:
        return {**super()._row(), "today": self.context.seat.book.clock.today()}

    def _run(self, action: ActionSpec, _checked: bool = False) -> None:
        link = action.opens([self._row()]) if action.opens is not None else None
        if link is not None and link.target in self._dialogs:
            self.ask_for(link)
            return
        super()._run(action)

    def run_action(self, action: ActionSpec) -> None:
        """Carry out an action of a card inside the page."""
        self._run(action)

    def ask_for(self, link: Link) -> OperationDialog:
        """Open the dialog of a link, such as departing; the page is read again when it is done."""
        dialog = OperationDialog(
            self, self.context, link, self._dialogs[link.target], lambda _value: self.reload()
        )
        dialog.open()
        return dialog

    def _on_lines(self, key: str) -> None:
        self.panels.ask(self.session.draft, {key})


def _possible(action: ActionSpec, rows: list[Row]) -> bool:
    return action.enabled is None or action.enabled(rows)
