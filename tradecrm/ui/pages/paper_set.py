"""The papers of a shipment: what they contradict one another in, each to open, and all of them in one action."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tradecrm.core.links import Link
from tradecrm.core.text import N_, _, ngettext
from tradecrm.documents.paper_set import PaperSet, WrittenSet, paper_set, write_set
from tradecrm.documents.registry import KINDS, SHIPMENT_SET
from tradecrm.documents.words import PaperLanguage
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.theme import set_role, text_label

_LANGUAGES: tuple[tuple[PaperLanguage | None, str], ...] = (
    (None, N_("Usual language of each paper")),
    ("en", N_("English")),
    ("zh", N_("Chinese")),
    ("both", N_("Both")),
)


class PaperSetPage(Page):
    """``Link.to("papers", shipment=7)``: the set of one shipment with its cross-check (domain.md section 10.1)."""

    watches = frozenset(
        {"shipment", "shipment_line", "sales_contract", "letter_of_credit", "container", "product"}
    )

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._key = int(str(link.param("shipment") or 0))
        self._set: PaperSet | None = None
        self.heading = text_label("", "title")
        self.verdict = text_label("", "muted", wrap=True)
        self.findings = QVBoxLayout()
        self.make_button = set_role(QPushButton(_("Make all papers")), "primary")
        self.make_button.setEnabled(False)
        self.make_button.clicked.connect(self._ask_folder)
        self.language = QComboBox()
        for code, words in _LANGUAGES:
            self.language.addItem(_(words), code)
        self.language.setAccessibleName(_("Language of the paper"))
        self.papers: dict[str, QPushButton] = {}
        self._lay_out()
        self.reload()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.heading, 1)
        head.addWidget(self.language)
        head.addWidget(self.make_button)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 18)
        box.setSpacing(14)
        box.addLayout(head)
        body = QHBoxLayout()
        body.setSpacing(14)
        body.addWidget(self._papers_card(), 2)
        body.addWidget(self._check_card(), 3)
        box.addLayout(body)
        box.addStretch(1)

    def _papers_card(self) -> QFrame:
        card, column = _card(_("Papers"))
        for key in SHIPMENT_SET:
            button = QPushButton(_(KINDS[key].title))
            button.setIcon(self.context.theme.icon("print"))
            button.clicked.connect(functools.partial(self._open, key))
            column.addWidget(button)
            self.papers[key] = button
        return card

    def _check_card(self) -> QFrame:
        card, column = _card(_("Cross-check"))
        column.addWidget(self.verdict)
        holder = QWidget()
        holder.setLayout(self.findings)
        self.findings.setContentsMargins(0, 0, 0, 0)
        self.findings.setSpacing(6)
        column.addWidget(holder)
        column.addStretch(1)
        return card

    def title(self) -> str:
        """Answer the number of the shipment with what this is."""
        return _("{number}, papers").format(number=self._set.number) if self._set else _("Papers")

    def icon(self) -> str:
        """Answer the icon of printing."""
        return "print"

    def reload(self) -> None:
        """Read the papers and check them against one another again."""
        self.context.ask(paper_set, self._key, then=self._show, replaces=(id(self), "papers"))

    def _show(self, found: PaperSet) -> None:
        self._set = found
        self.heading.setText(_("Papers of shipment {number}").format(number=found.number))
        self.make_button.setEnabled(True)
        while self.findings.count():
            item = self.findings.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for each in found.contradictions:
            self.findings.addWidget(text_label(each.sentence, "problem" if each.grave else "warn", wrap=True))
        count = len(found.contradictions)
        self.verdict.setText(
            ngettext(
                "{count} contradiction between the papers", "{count} contradictions between the papers", count
            ).format(count=count)
            if count
            else _("The papers agree with one another, with the contracts and with the letter of credit.")
        )
        self.changed_title.emit()

    def _open(self, key: str, _checked: bool = False) -> None:
        self.context.open(Link.to("paper", kind=key, id=self._key))

    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Folder for the papers"))
        if chosen:
            self.make(Path(chosen))

    def make(self, folder: Path) -> None:
        """Write every paper as PDF and Excel into a folder of its own inside ``folder``."""
        if self._set is None:
            return
        ready, language = self._set, self.language.currentData()
        target = folder / "".join(char if char.isalnum() or char in "-_" else "-" for char in ready.number)
        self.make_button.setEnabled(False)
        self.context.jobs.read(
            lambda: write_set(ready, target, language),
            then=functools.partial(self._made, target),
            failed=self._failed,
            replaces=(id(self), "make"),
            name="papers",
        )

    def _made(self, folder: Path, written: WrittenSet) -> None:
        self.make_button.setEnabled(True)
        for warning in written.warnings:
            self.findings.addWidget(text_label(warning, "warn", wrap=True))
        count = len(written.files)
        self.context.toast(
            ngettext("{count} file written to {folder}.", "{count} files written to {folder}.", count).format(
                count=count, folder=folder.name
            ),
            _("Open the folder"),
            functools.partial(_show_folder, folder),
        )

    def _failed(self, error: Exception) -> None:
        self.make_button.setEnabled(True)
        if isinstance(error, OSError):
            self.context.toast(
                _("The papers could not be written: {reason}").format(reason=error.strerror or error)
            )
        else:
            self.context.presenter.show(error)


def _show_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    """Answer a card with its heading, and the column inside it."""
    card = set_role(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 12, 16, 14)
    column.setSpacing(8)
    column.addWidget(text_label(title, "section"))
    return card, column
