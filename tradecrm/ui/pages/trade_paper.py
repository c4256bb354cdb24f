"""The page that shows any paper as it will print, in English, Chinese, or both, and saves it as Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QHBoxLayout, QMenu, QPushButton, QVBoxLayout

from tradecrm.core.clock import local_day
from tradecrm.core.links import Link
from tradecrm.core.text import N_, _
from tradecrm.documents.build import draw_paper, file_stem, save_sheet
from tradecrm.documents.content import Paper
from tradecrm.documents.registry import paper_kind, read_paper
from tradecrm.documents.words import PaperLanguage
from tradecrm.services.trade.issued import IssuedRow, IssuePaper, issue_paper, issued_content, issued_papers
from tradecrm.services.work import Reader
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.preview import PaperPreview
from tradecrm.ui.theme import set_role, text_label

_LANGUAGES: tuple[tuple[PaperLanguage, str], ...] = (
    ("en", N_("English")),
    ("zh", N_("Chinese")),
    ("both", N_("Both")),
)


def paper_pdf(
    reader: Reader,
    kind: str,
    record_id: int,
    language: PaperLanguage | None,
    options: Mapping[str, str] | None = None,
) -> tuple[Paper, PaperLanguage, bytes, str]:
    """Answer a paper, its language, its PDF and warnings; ``language`` None is the one the party usually gets."""
    paper = read_paper(reader, kind, record_id, options)
    chosen = language or paper.language
    target = BytesIO()
    warnings = draw_paper(paper, target, chosen)
    return paper, chosen, target.getvalue(), "\n".join(warnings)


class PaperPage(Page):
    """Any paper as it will print: ``Link.to("paper", kind="invoice", id=7)``; Ctrl+P from a form leads here."""

    watches = frozenset(
        {
            "sales_contract",
            "contract_line",
            "quotation",
            "proforma",
            "purchase_contract",
            "shipment",
            "freight_inquiry",
            "item",
            "clause",
            "paper_style",
            "attachment",
            "approval_request",
        }
    )

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._kind = str(link.param("kind") or "contract")
        self._language: PaperLanguage | None = None
        self._paper: Paper | None = None
        self._drawn: tuple[PaperLanguage, bytes] = ("both", b"")
        self._number = ""
        self._begun = False
        self.heading = text_label("", "title")
        self.preview = PaperPreview(context)
        self.languages: dict[PaperLanguage, QPushButton] = {}
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(text_label(_("Language of the paper"), "muted"))
        self._group = QButtonGroup(self)
        for key, words in _LANGUAGES:
            button = set_role(QPushButton(_(words)), "chip")
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, chosen=key: self.choose(chosen))
            self._group.addButton(button)
            self.languages[key] = button
            head.addWidget(button)
        self.issue_button = QPushButton(_("Keep as issued"))
        self.issue_button.setToolTip(_("Keeps this paper as it goes out; later changes do not touch it."))
        self.issue_button.clicked.connect(lambda _checked=False: self.issue())
        self.issue_button.setEnabled(False)
        head.addWidget(self.issue_button)
        self.issued_button = QPushButton()
        self.issued_button.setMenu(QMenu(self.issued_button))
        self.issued_button.hide()
        head.addWidget(self.issued_button)
        sheet = QPushButton(_("Save as Excel"))
        sheet.clicked.connect(self._ask_sheet)
        head.addWidget(sheet)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 14, 24, 14)
        box.setSpacing(10)
        box.addLayout(head)
        box.addWidget(self.preview, 1)

    def title(self) -> str:
        """Answer the number of the paper with what this is."""
        return _("{number}, paper").format(number=self._number) if self._number else _("Paper")

    def icon(self) -> str:
        """Answer the icon of printing."""
        return "print"

    def showEvent(self, event: QShowEvent) -> None:
        """Draw when first shown."""
        super().showEvent(event)
        if not self._begun:
            self._begun = True
            self.reload()

    def choose(self, language: PaperLanguage) -> None:
        """Draw the paper in another language."""
        self._language = language
        self.languages[language].setChecked(True)
        self.reload()

    def reload(self) -> None:
        """Draw the paper from what is saved now."""
        key = int(str(self.link().param("id") or 0))
        options = {name: str(value) for name, value in self.link().params if name not in ("kind", "id")}
        self.context.ask(
            paper_pdf,
            self._kind,
            key,
            self._language,
            options,
            then=self._on_drawn,
            replaces=(id(self), "paper"),
        )

    def _on_drawn(self, answer: tuple[Paper, PaperLanguage, bytes, str]) -> None:
        self._paper, language, data, warning = answer
        self._drawn = (language, data)
        self.issue_button.setEnabled(not self._paper.draft)
        self._ask_issued()
        self._number = self._paper.number
        self.languages[language].setChecked(True)
        name = _(paper_kind(self._kind).title)
        self.heading.setText(_("{kind} {number}").format(kind=name, number=self._number))
        self.preview.show_pdf(data, f"{file_stem(self._paper, language)}.pdf", warning)
        self.changed_title.emit()

    def issue(self) -> None:
        """Keep the paper as it is shown, as one that goes out."""
        if self._paper is None:
            return
        language, data = self._drawn
        record, key = paper_kind(self._kind).record, int(str(self.link().param("id") or 0))
        self.context.perform(
            issue_paper,
            IssuePaper(self._kind, record, key, self._number, language, data),
            then=self._on_issued,
        )

    def _on_issued(self, version: int) -> None:
        self.context.toast(
            _("{number} is kept as issued, version {version}.").format(number=self._number, version=version)
        )
        self._ask_issued()

    def _ask_issued(self) -> None:
        record, key = paper_kind(self._kind).record, int(str(self.link().param("id") or 0))
        self.context.ask(
            issued_papers, record, key, self._kind, then=self._show_issued, replaces=(id(self), "issued")
        )

    def _show_issued(self, rows: Sequence[IssuedRow]) -> None:
        menu = self.issued_button.menu()
        menu.clear()
        languages: dict[str, str] = dict(_LANGUAGES)
        for row in rows:
            words = _("Version {version} · {day} · {language} · {person}").format(
                version=row.version_no,
                day=local_day(row.at).isoformat(),
                language=_(languages.get(row.language, row.language)),
                person=row.person,
            )
            menu.addAction(words, partial(self.open_issued, row))
        self.issued_button.setText(_("Issued ({count})").format(count=len(rows)))
        self.issued_button.setVisible(bool(rows))

    def open_issued(self, row: IssuedRow) -> None:
        """Show a paper as it went out."""

        def shown(data: bytes) -> None:
            told = _("As it went out on {day}, version {version}. It is never drawn again.").format(
                day=local_day(row.at).isoformat(), version=row.version_no
            )
            self.preview.show_pdf(data, f"{row.number}-v{row.version_no}-{row.language}.pdf", told)

        self.context.ask(issued_content, row.id, then=shown)

    def _ask_sheet(self) -> None:
        if self._paper is None:
            return
        name = f"{file_stem(self._paper, self._language or self._paper.language)}.xlsx"
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save as Excel"), name, "Excel (*.xlsx)")
        if chosen:
            self.save_sheet(Path(chosen))

    def save_sheet(self, path: Path) -> None:
        """Write the paper as Excel; a full disk or a read-only folder is told in words."""
        if self._paper is None:
            return
        try:
            save_sheet(self._paper, path, self._language or self._paper.language)
        except OSError as error:
            reason = error.strerror or str(error)
            self.context.toast(
                _("{file} could not be written: {reason}").format(file=path.name, reason=reason)
            )
        else:
            self.context.toast(_("Written to {file}.").format(file=path.name))

    def save_state(self) -> dict[str, str]:
        """Keep the language."""
        return {"language": self._language or ""}

    def restore_state(self, state: dict[str, object]) -> None:
        """Take the language up again."""
        found = next((key for key, _words in _LANGUAGES if key == state.get("language")), None)
        if found is not None:
            self.choose(found)
