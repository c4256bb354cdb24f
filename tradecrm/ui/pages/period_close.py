"""The page of closing a period: what stands against it, closing, opening again, and how it was done before."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.text import _, ngettext
from tradecrm.screens.money.closing import REOPEN_FORM, ClosingState, closing_state
from tradecrm.services.control.periods import ClosePeriod, close_period
from tradecrm.services.data.check import Fault, check_book
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.pages.closing_parts import day_field, labeled, plain, primary, table_card
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import text_label


class ClosePeriodPage(Page):
    """The day, the checks with what they found, and the history; nothing closes before a person says so."""

    watches = frozenset(
        {"setting", "period_event", "revaluation", "rate", "ledger_entry", "shipment", "cost_line"}
    )

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.state: ClosingState | None = None
        self._until: date | None = None
        self.checks, self.history = TableView(context.theme), TableView(context.theme)
        self.checks.opened.connect(context.open)
        self.day = day_field(context, _("Close until"), self._on_day)
        self.check_button = plain(_("Check the whole book"), self.check_whole)
        self.reopen_button = plain(_("Open again…"), self.ask_reopening)
        self.close_button = primary(_("Close period"), self.ask_closing)
        self.words = text_label("", "muted", wrap=True)
        self._lay_out()
        self.reload()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(text_label(_("Close period"), "title"))
        head.addStretch(1)
        head.addLayout(labeled(_("Close until"), self.day))
        for button in (self.check_button, self.reopen_button, self.close_button):
            head.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 18)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(self.words)
        box.addWidget(table_card(_("Checks before closing"), self.checks)[0], 3)
        box.addWidget(table_card(_("Closed and opened so far"), self.history)[0], 2)

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Close period")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "lock"

    def reload(self) -> None:
        """Run the checks again."""
        self.context.ask(closing_state, self._until, then=self._show, replaces=(id(self), "closing"))

    def _on_day(self, day: date) -> None:
        self._until = day
        self.reload()

    def _show(self, state: ClosingState) -> None:
        self.state = state
        if not self.day.isModified():
            self.day.put(state.until)
        self.checks.show_table(state.checks)
        self.history.show_table(state.history)
        self.history.nothing.setText(_("No period was closed yet."))
        self.words.setText(self._said(state))
        self.reopen_button.setVisible(state.closed is not None)
        self.reopen_button.setEnabled(not state.pending)
        may = state.closed is None or state.until > state.closed
        self.close_button.setEnabled(may and not state.blocking)

    def _said(self, state: ClosingState) -> str:
        if state.closed is None:
            words = _("The books are open.")
        else:
            words = _(
                "The books are closed until {day}: nothing dated on or before it can be entered or reversed."
            )
            words = words.format(day=state.closed)
        if state.pending:
            words = f"{words} {_('Opening them again waits for approval.')}"
        return words

    def ask_closing(self) -> None:
        """Ask once more, with the warnings, then close."""
        state = self.state
        if state is None:
            return
        text = _("Close the books until {day}?").format(day=state.until)
        if state.warnings:
            more = ngettext(
                "{count} check found something to be looked at.",
                "{count} checks found something to be looked at.",
                state.warnings,
            ).format(count=state.warnings)
            text = f"{text}\n{more}"
        box = QMessageBox(QMessageBox.Icon.Question, _("Close period"), text, parent=self)
        close = box.addButton(_("Close period"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(close)
        close.clicked.connect(lambda: self.close_now(state.until))
        box.open()

    def close_now(self, until: date) -> None:
        """Close until a day; warnings have been read."""
        self.context.perform(
            close_period,
            ClosePeriod(until, confirmed=True),
            then=lambda _event: self._closed(until),
            title=_("Closing the period"),
        )

    def _closed(self, until: date) -> None:
        self.context.toast(_("The books are closed until {day}.").format(day=until))
        self._until = None
        self.reload()

    def ask_reopening(self) -> OperationDialog:
        """Ask until which day the books stay closed, and why they are opened."""
        dialog = OperationDialog(self, self.context, Link.to(REOPEN_FORM.key), REOPEN_FORM, self._reopened)
        dialog.open()
        return dialog

    def _reopened(self, answer: str) -> None:
        waits = answer == "pending"
        self.context.toast(_("The wish waits for approval.") if waits else _("The books are open again."))
        self.reload()

    def check_whole(self) -> None:
        """Recompute the whole book on a lane and say how many faults there are."""
        store = self.context.seat.book.store

        def check() -> list[Fault]:
            with store.guard():
                return check_book(store.reader)

        self.check_button.setEnabled(False)
        self.context.jobs.read(
            check,
            then=lambda faults: self._checked([fault.sentence for fault in faults]),
            failed=self._check_failed,
            name="check_book",
        )

    def _checked(self, sentences: list[str]) -> None:
        self.check_button.setEnabled(True)
        if not sentences:
            self.context.toast(_("The whole book was recomputed: it is sound."))
            return
        text = ngettext("{count} fault was found.", "{count} faults were found.", len(sentences))
        box = QMessageBox(
            QMessageBox.Icon.Warning,
            _("Check the whole book"),
            text.format(count=len(sentences)),
            parent=self,
        )
        box.setDetailedText("\n".join(sentences))
        box.open()

    def _check_failed(self, error: Exception) -> None:
        self.check_button.setEnabled(True)
        self.context.presenter.show(error)
