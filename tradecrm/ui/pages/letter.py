"""A letter in two languages, ready to be copied into a mail: shown beside what it is about, or in a dialog."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.text import N_, _, current_language
from tradecrm.ui.asking import AskingDialog
from tradecrm.ui.context import PageContext
from tradecrm.ui.theme import set_role, text_label

_LANGUAGES = (("en", N_("English")), ("zh", N_("Chinese")))


class LetterPane(QWidget):
    """The text of a letter, its language, and a button that copies it; what is typed into it is copied too."""

    def __init__(self, context: PageContext, title: str) -> None:
        super().__init__()
        self._context = context
        self._texts: Mapping[str, str] = {}
        self._shown = ""
        self._edits: dict[str, str] = {}
        self._loose: set[str] = set()
        self.language = "zh" if current_language().startswith("zh") else "en"
        self.languages: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(text_label(title, "section"))
        head.addStretch(1)
        for key, words in _LANGUAGES:
            button = set_role(QPushButton(_(words)), "chip")
            button.setCheckable(True)
            button.setChecked(key == self.language)
            button.clicked.connect(lambda _checked=False, chosen=key: self.choose(chosen))
            self._group.addButton(button)
            self.languages[key] = button
            head.addWidget(button)
        self.editor = QPlainTextEdit()
        self.editor.setAccessibleName(title)
        self.copy_button = QPushButton(_("Copy the text"))
        self.copy_button.setIcon(context.theme.icon("copy"))
        self.copy_button.clicked.connect(self.copy)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.editor, 1)
        box.addWidget(self.copy_button)

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Show a letter by language; without any there is nothing to copy."""
        self._keep_edit()
        self._texts = texts
        self._shown = texts.get(self.language, "")
        self.editor.setPlainText(self._edits.get(self._shown, self._shown))
        self.copy_button.setEnabled(bool(texts))

    def _keep_edit(self) -> None:
        """Keep what was typed over the letter that is shown, for when it is shown again."""
        text = self.text()
        if text == self._edits.get(self._shown, self._shown):
            return
        self._edits[self._shown] = text
        self._loose.add(self._shown)

    @property
    def typed(self) -> bool:
        """Tell whether something typed into a letter was neither copied nor taken."""
        self._keep_edit()
        return bool(self._loose)

    def take(self) -> str:
        """Answer the letter as it stands; from now on it is no longer only here."""
        self._keep_edit()
        self._loose.discard(self._shown)
        return self.text()

    def choose(self, language: str) -> None:
        """Show the letter in another language."""
        self.language = language
        self.languages[language].setChecked(True)
        self.show_texts(self._texts)

    def text(self) -> str:
        """Answer the letter as it stands, with what was typed into it."""
        return self.editor.toPlainText()

    def copy(self) -> None:
        """Put the letter on the clipboard."""
        QApplication.clipboard().setText(self.take())
        self._context.toast(_("The text is on the clipboard."))


class LetterDialog(AskingDialog):
    """A letter in a dialog."""

    def __init__(self, parent: QWidget, context: PageContext, title: str, texts: Mapping[str, str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setObjectName("page")
        self.resize(620, 460)
        self.pane = LetterPane(context, title)
        self.pane.show_texts(texts)
        for button in self.pane.languages.values():
            button.setAutoDefault(False)
        close = QPushButton(_("Close"))
        close.clicked.connect(self.reject)
        close.setAutoDefault(False)
        self.pane.copy_button.setDefault(True)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(12)
        box.addWidget(self.pane, 1)
        box.addLayout(foot)
        self.pane.editor.setFocus()

    def typed(self) -> bool:
        """Tell whether something typed into the letter was not copied."""
        return self.pane.typed
