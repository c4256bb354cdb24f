"""The page of revaluation at a period end: preview with its papers, posting, and taking back."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.money.closing import TAKE_BACK, RevaluationState, revaluation_state
from tradecrm.services.money.revaluations import Revalue, UndoRevaluation, revalue, undo_revaluation
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.pages.closing_parts import day_field, labeled, plain, primary, table_card
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import text_label


class RevaluationPage(Page):
    """What is open in foreign currency at the end of a day; its difference is posted and reversed on the next."""

    watches = frozenset({"revaluation", "rate", "ledger_entry", "allocation", "setting"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.state: RevaluationState | None = None
        day, identity = link.param("day"), link.param("id")
        self._day = date.fromisoformat(str(day)) if day else None
        self._id = int(str(identity)) if identity else None
        self.preview, self.history = TableView(context.theme), TableView(context.theme)
        self.preview.opened.connect(context.open)
        self.history.opened.connect(self._open)
        self.day = day_field(context, _("Period end"), self._on_day)
        self.post_button = primary(_("Post revaluation"), self.post)
        self.words = text_label("", "muted", wrap=True)
        rates = plain(_("Bring rates in"), lambda: context.open(Link.to("rates_in")))
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(text_label(_("Revaluation at period end"), "title"))
        head.addStretch(1)
        head.addLayout(labeled(_("Period end"), self.day))
        head.addWidget(rates)
        head.addWidget(self.post_button)
        for button, verb in ((self.post_button, "account.write"), (rates, "rate.write")):
            if not context.seat.actor.can(verb):
                button.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 18)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(self.words)
        card, self.heading = table_card(_("Open in foreign currency"), self.preview)
        box.addWidget(card, 3)
        box.addWidget(table_card(_("Revaluations so far"), self.history)[0], 2)
        self.reload()

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Revaluation")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "rates"

    def reload(self) -> None:
        """Value everything again."""
        self.context.ask(
            revaluation_state, self._day, self._id, then=self._show, replaces=(id(self), "revaluation")
        )

    def _on_day(self, day: date) -> None:
        self._day, self._id = day, None
        self.reload()

    def _show(self, state: RevaluationState) -> None:
        self.state = state
        if not self.day.isModified():
            self.day.put(state.day)
        self.preview.show_table(state.preview)
        self.preview.nothing.setText(_("Nothing was open in foreign currency on that day."))
        self.history.show_table(state.history)
        self.history.nothing.setText(_("Nothing was revalued yet."))
        shown = self._id is not None or state.posted is not None
        self.heading.setText(_("As it was posted") if shown else _("Open in foreign currency"))
        self.post_button.setEnabled(state.can_post)
        self.words.setText(self._said(state))

    def _said(self, state: RevaluationState) -> str:
        if state.stale:
            return _(
                "Something was entered since for {day} or before: take the revaluation back and post it anew."
            ).format(day=state.day)
        if state.posted is not None:
            return _("{day} is revalued; the difference was reversed on the next day.").format(day=state.day)
        return _(
            "Receivables, payables and accounts at the closing rate, item by item; advances are left out. "
            "Posting books the difference on the day and takes it back on the next, "
            "so that what is realized later compares with the booking rate."
        )

    def post(self) -> None:
        """Post the revaluation of the day shown."""
        if self.state is not None:
            self.context.perform(
                revalue,
                Revalue(self.state.day),
                then=lambda _key: self._done(_("The revaluation is posted.")),
                title=_("Posting the revaluation"),
            )

    def _open(self, link: Link) -> None:
        if link.target != TAKE_BACK:
            self._id = int(str(link.param("id")))
            self.reload()
            return
        command = UndoRevaluation(int(str(link.param("id"))))
        self.context.perform(
            undo_revaluation, command, then=lambda _none: self._done(_("The revaluation is taken back."))
        )

    def _done(self, words: str) -> None:
        self._id = None
        self.context.toast(words)
        self.reload()
