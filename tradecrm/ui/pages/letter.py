"""A letter in two languages, ready to be copied into a mail: shown beside what it is about, or in a dialog."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.text import N_, _, current_language
from tradecrm.ui.context import PageContext
from tradecrm.ui.theme import set_role, text_label

_LANGUAGES = (("en", N_("English")), ("zh", N_("Chinese")))


class LetterPane(QWidget):
    """The text of a letter, its language, and a button that copies it; what is typed into it is copied too."""

    def __init__(self, context: PageContext, title: str) -> None:
        super().__init__()
        self._context = context
        self._texts: Mapping[str, str] = {}
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
        self._texts = texts
        self.editor.setPlainText(texts.get(self.language, ""))
        self.copy_button.setEnabled(bool(texts))

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
        QApplication.clipboard().setText(self.text())
        self._context.toast(_("The text is on the clipboard."))


class LetterDialog(QDialog):
    """A letter in a dialog."""

    def __init__(self, parent: QWidget, context: PageContext, title: str, texts: Mapping[str, str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setObjectName("page")
        self.resize(620, 460)
        self.pane = LetterPane(context, title)
        self.pane.show_texts(texts)
        close = QPushButton(_("Close"))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(12)
        box.addWidget(self.pane, 1)
        box.addLayout(foot)
