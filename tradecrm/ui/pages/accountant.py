"""The page of handing over to the accountant: the period, the files, and where the ledger goes in the chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout

from tradecrm.core.dates import month_end
from tradecrm.core.links import Link
from tradecrm.core.table import Table
from tradecrm.core.text import _, current_language
from tradecrm.reports.journal_text import write_journal
from tradecrm.reports.registry import report_table
from tradecrm.screens.money.closing import CHART_DEFAULT, CHART_FORM, chart_table
from tradecrm.services.money.chart import DropChartLine, drop_chart_line
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.pages.closing_parts import day_field, labeled, plain, primary, table_card
from tradecrm.ui.pages.report_view import write_table
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import text_label

FILES = (
    ("xlsx", "Excel (*.xlsx)"),
    ("csv", "CSV (*.csv)"),
    ("beancount", "Beancount (*.beancount)"),
)
"""What the journal is written as; plain text is of the whole book until the last day."""


class AccountantPage(Page):
    """A period and its exports; below, the mapping of the ledger, each line of which can be changed."""

    watches = frozenset({"ledger_account", "ledger_entry", "account"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        last = month_end(context.seat.book.clock.today(), -1)
        self.first_day, self.last_day = last.replace(day=1), last
        self.chart = TableView(context.theme)
        self.chart.opened.connect(self.ask_line)
        self.first = day_field(context, _("From"), partial(self._take, "first_day"))
        self.last = day_field(context, _("To"), partial(self._take, "last_day"))
        self.first.put(self.first_day)
        self.last.put(self.last_day)
        self.export_button = primary(_("Export journal"), self._drop_down)
        if not context.seat.actor.can("export.run"):
            self.export_button.hide()
        self._lay_out()
        self.reload()

    def _lay_out(self) -> None:
        look = (
            plain(_("Journal"), lambda: self._open_report("journal")),
            plain(_("Balances by account"), lambda: self._open_report("chart_balances")),
        )
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(text_label(_("For the accountant"), "title"))
        head.addStretch(1)
        for button in (*look, self.export_button):
            head.addWidget(button)
        words = _(
            "Every row of the ledger goes to an account of the accountant's chart. The journal is balanced in base "
            "currency and names each amount in its own; a book without an account is an error, never left out."
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 18)
        box.setSpacing(12)
        box.addLayout(head)
        # The period stands under the buttons: beside them it would not fit into a small window.
        under = QHBoxLayout()
        under.setSpacing(10)
        under.addWidget(text_label(words, "muted", wrap=True), 1)
        under.addLayout(labeled(_("From"), self.first))
        under.addLayout(labeled(_("To"), self.last))
        box.addLayout(under)
        box.addWidget(table_card(_("Where the ledger goes"), self.chart)[0], 1)

    def title(self) -> str:
        """Answer the name of the page."""
        return _("For the accountant")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "book"

    def reload(self) -> None:
        """Read the mapping again."""
        self.context.ask(chart_table, then=self._show, replaces=(id(self), "chart"))

    def _show(self, table: Table) -> None:
        self.chart.show_table(table)

    def _take(self, name: str, day: date) -> None:
        setattr(self, name, day)

    def _open_report(self, key: str) -> None:
        period = {"first": self.first_day.isoformat(), "last": self.last_day.isoformat()}
        self.context.open(Link.to(f"report/{key}", **period))

    def ask_line(self, link: Link) -> None:
        """Ask for another account of a line, or put a changed one back."""
        if link.target == CHART_DEFAULT:
            account = int(str(link.param("account") or 0)) or None
            command = DropChartLine(str(link.param("book")), str(link.param("category") or ""), account)
            self.context.perform(drop_chart_line, command, then=lambda _none: self.reload())
            return
        OperationDialog(self, self.context, link, CHART_FORM, lambda _key: self.reload()).open()

    def export_menu(self) -> QMenu:
        """Answer the files the journal can be written as."""
        menu = QMenu(self)
        for form, title in FILES:
            menu.addAction(title, partial(self.ask_file, form))
        return menu

    def _drop_down(self) -> None:
        self.export_menu().popup(self.export_button.mapToGlobal(QPoint(0, self.export_button.height() + 4)))

    def ask_file(self, form: str) -> None:
        """Ask where to, then write the journal there."""
        name = f"{_('Journal')} {self.last_day}.{form}"
        path, _filter = QFileDialog.getSaveFileName(self, _("Save the journal"), name, dict(FILES)[form])
        if path:
            self.export_to(Path(path), form)

    def export_to(self, path: Path, form: str) -> None:
        """Write the journal off the GUI thread, and say so; what has no account is said instead."""
        self.context.jobs.read(
            self._writer(path, form),
            then=lambda done: self.context.toast(_("Written to {path}.").format(path=done)),
            failed=self.context.presenter.show,
            name="export_journal",
        )

    def _writer(self, path: Path, form: str) -> Callable[[], Path]:
        seat, language, last = self.context.seat, current_language(), self.last_day
        given = {"first": self.first_day.isoformat(), "last": last.isoformat(), "limit": "0"}

        def work() -> Path:
            if form == "beancount":
                seat.ask(write_journal, last, path)
            else:
                write_table(seat.ask(report_table, "journal", given), path, form, language)
            return path

        return work
