"""The page of a statement of account: its table, its paper, the mail text, and those of everyone (section 3.7)."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QPushButton

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.documents.letters import statement_letter
from tradecrm.reports.params import read_params
from tradecrm.reports.registry import find_report
from tradecrm.services.trade.paper_statement import partners_with_balance, statement_facts
from tradecrm.ui.context import PageContext
from tradecrm.ui.labels import FoldingButton
from tradecrm.ui.pages.letter import LetterDialog
from tradecrm.ui.pages.report_pages import ReportPage
from tradecrm.ui.printing import PrintDialog, Scope


def read_letter(reader: Any, given: dict[str, object]) -> dict[str, str]:
    """Answer the mail text of the statement that the parameters ask for, by language."""
    params = read_params(reader, find_report("party_statement").params, given)
    facts = statement_facts(
        reader,
        params.number("party") or 0,
        side=params.text("side"),
        first=params.day("first").isoformat(),
        last=params.day("last").isoformat(),
        style=params.text("style"),
        currency=params.text("currency"),
    )
    return {language: statement_letter(facts, language) for language in ("en", "zh")}


def read_options(reader: Any, given: dict[str, object]) -> dict[str, str]:
    """Answer the days and the style of the page as the papers of all partners take them."""
    declared = tuple(param for param in find_report("party_statement").params if param.key != "party")
    params = read_params(reader, declared, {key: value for key, value in given.items() if key != "party"})
    return {
        "side": params.text("side"),
        "first": params.day("first").isoformat(),
        "last": params.day("last").isoformat(),
        "style": params.text("style"),
    }


class StatementPage(ReportPage):
    """``Link.to("report/party_statement", party=5)``."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.report.shown.connect(self._enable)
        self._enable()

    def _buttons(self) -> list[QPushButton]:
        theme = self.context.theme
        self.paper = FoldingButton(_("Paper"), theme.icon("print"))
        self.paper.clicked.connect(self.open_paper)
        self.mail = FoldingButton(_("Mail text"), theme.icon("mail"))
        self.mail.clicked.connect(self.open_mail)
        self.all = QPushButton(_("All with a balance"))
        self.all.setToolTip(_("Writes the statement of every partner with a balance into a folder"))
        self.all.clicked.connect(lambda _checked=False: self.ask_all())
        may = self.context.seat.actor.can("print.run")
        for button in (self.paper, self.mail, self.all):
            if not may:
                button.hide()
        return [self.all, self.mail, self.paper, *super()._buttons()]

    def _enable(self, *_table: object) -> None:
        ready = self.report.table is not None and "party" in self.report.bar.given()
        self.paper.setEnabled(ready)
        self.mail.setEnabled(ready)

    def open_paper(self) -> None:
        """Open the paper of what is shown."""
        given = self.report.bar.given()
        party = given.pop("party", None)
        if isinstance(party, int):
            options = {key: str(value) for key, value in given.items()}
            self.context.open(Link.to("paper", kind="statement", id=party, **options))

    def open_mail(self) -> None:
        """Show the text that goes with it by mail."""
        self.context.ask(read_letter, self.report.bar.given(), then=self._show_mail)

    def _show_mail(self, texts: dict[str, str]) -> None:
        LetterDialog(self, self.context, _("Mail text"), texts).open()

    def ask_all(self) -> None:
        """Ask how the statements of everyone with a balance are to be printed."""
        self.context.ask(read_options, self.report.bar.given(), then=self._print_all)

    def _print_all(self, options: dict[str, str]) -> None:
        last = date.fromisoformat(options["last"])
        scope = Scope(
            _("Every partner with a balance"),
            lambda reader: partners_with_balance(reader, options["side"], last),
        )
        PrintDialog(self, self.context, ("statement",), (scope,), options).show()
