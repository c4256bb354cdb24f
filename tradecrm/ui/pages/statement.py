"""The page of a statement of account: its table, its paper, the mail text, and those of everyone (section 3.7)."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QPushButton

from tradecrm.core.links import Link
from tradecrm.core.progress import Progress
from tradecrm.core.text import _, ngettext
from tradecrm.documents.letters import statement_letter
from tradecrm.documents.statement_batch import Batch, Written, write_statements
from tradecrm.reports.params import read_params
from tradecrm.reports.registry import find_report
from tradecrm.services.trade.paper_statement import statement_facts
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.letter import LetterDialog
from tradecrm.ui.pages.report_pages import ReportPage


def read_letter(reader: Any, given: dict[str, object]) -> dict[str, str]:
    """Answer the mail text of the statement that the parameters ask for, by language."""
    params = read_params(reader, find_report("party_statement").params, given)
    facts = statement_facts(
        reader,
        params.number("party") or 0,
        params.text("side"),
        params.day("first").isoformat(),
        params.day("last").isoformat(),
        params.text("style"),
        params.text("currency"),
    )
    return {language: statement_letter(facts, language) for language in ("en", "zh")}


def read_batch(reader: Any, given: dict[str, object]) -> Batch:
    """Answer the batch of all partners for the days and the style of the page, whoever its partner is."""
    declared = tuple(param for param in find_report("party_statement").params if param.key != "party")
    params = read_params(reader, declared, {key: value for key, value in given.items() if key != "party"})
    return Batch(params.text("side"), params.day("first"), params.day("last"), params.text("style"))


class StatementPage(ReportPage):
    """``Link.to("report/party_statement", party=5)``."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.report.shown.connect(self._enable)
        self._enable()

    def _buttons(self) -> list[QPushButton]:
        theme = self.context.theme
        self.paper = QPushButton(_("Paper"))
        self.paper.setIcon(theme.icon("print"))
        self.paper.clicked.connect(self.open_paper)
        self.mail = QPushButton(_("Mail text"))
        self.mail.setIcon(theme.icon("mail"))
        self.mail.clicked.connect(self.open_mail)
        self.all = QPushButton(_("All with a balance"))
        self.all.setToolTip(_("Writes the statement of every partner with a balance into a folder"))
        self.all.clicked.connect(self._ask_folder)
        may = self.context.seat.actor.can("print.run")
        for button in (self.paper, self.mail, self.all):
            button.setVisible(may)
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

    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Folder for the statements"))
        if chosen:
            self.write_all(Path(chosen))

    def write_all(self, folder: Path) -> None:
        """Write the statement of every partner with a balance into ``folder``."""
        seat, given = self.context.seat, self.report.bar.given()
        progress = Progress()
        self.all.setEnabled(False)

        def work() -> Written:
            return write_statements(seat.ask, seat.ask(read_batch, given), folder, progress.tell)

        self.context.jobs.read(
            work,
            then=partial(self._written, folder),
            failed=self._failed,
            progress=progress,
            name="statements",
        )

    def _written(self, folder: Path, written: Written) -> None:
        self.all.setEnabled(True)
        count = len(written.files)
        text = ngettext("{count} file written to {folder}.", "{count} files written to {folder}.", count)
        self.context.toast(text.format(count=count, folder=folder.name))

    def _failed(self, error: Exception) -> None:
        self.all.setEnabled(True)
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
            self.context.toast(_("The statements could not be written: {reason}").format(reason=reason))
        else:
            self.context.presenter.show(error)
