"""The page that shows a sales contract as it will print, in English, Chinese, or both."""

from __future__ import annotations

from io import BytesIO

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.text import N_, _
from tradecrm.documents.assemble import contract_paper, print_contract
from tradecrm.documents.words import PaperLanguage
from tradecrm.services.work import Reader
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.preview import PaperPreview
from tradecrm.ui.theme import set_role, text_label

_LANGUAGES: tuple[tuple[PaperLanguage, str], ...] = (
    ("en", N_("English")),
    ("zh", N_("Chinese")),
    ("both", N_("Both")),
)


def contract_pdf(reader: Reader, contract_id: int, language: PaperLanguage) -> tuple[str, bytes, str]:
    """Answer number, PDF and warnings of a contract's paper; raises NotFound or NotAllowed."""
    paper = contract_paper(reader, contract_id)
    target = BytesIO()
    warnings = print_contract(paper, target, language)
    return paper.number, target.getvalue(), "\n".join(warnings)


class ContractPaperPage(Page):
    """The paper of a contract; Ctrl+P from its form leads here."""

    watches = frozenset({"sales_contract", "contract_line"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._number = ""
        self._begun = False
        self._language: PaperLanguage = "both"
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
            button.setChecked(key == self._language)
            button.clicked.connect(lambda _checked=False, chosen=key: self.choose(chosen))
            self._group.addButton(button)
            self.languages[key] = button
            head.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 14, 24, 14)
        box.setSpacing(10)
        box.addLayout(head)
        box.addWidget(self.preview, 1)

    def title(self) -> str:
        """Answer the number of the contract with what this is."""
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
        self.context.ask(contract_pdf, key, self._language, then=self._on_drawn, replaces=(id(self), "paper"))

    def _on_drawn(self, answer: tuple[str, bytes, str]) -> None:
        self._number, data, warning = answer
        self.heading.setText(_("Sales contract {number}").format(number=self._number))
        self.preview.show_pdf(data, f"{self._number}-{self._language}.pdf", warning)
        self.changed_title.emit()

    def save_state(self) -> dict[str, str]:
        """Keep the language."""
        return {"language": self._language}

    def restore_state(self, state: dict[str, object]) -> None:
        """Take the language up again."""
        found = next((key for key, _words in _LANGUAGES if key == state.get("language")), None)
        if found is not None:
            self.choose(found)
