"""One rule for what is typed and not kept: it is asked about before it is dropped, and only where there is some."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QPaintEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.text import _
from tradecrm.ui.theme import set_role, text_label


class KeyButton(QPushButton):
    """A button of a dialog that Alt and a letter press, as in every program of Windows; a Mac has no such keys.

    A word of Latin letters has the letter underlined in it; behind any other it stands in brackets, as Chinese
    programs have it: 保存(S). What the button is called stays without it.
    """

    def __init__(self, text: str, letter: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.letter = letter

    def give_letter(self, taken: str = "") -> None:
        """Take a letter of the words that no other button has; where they have none S for saving, else O, as of OK."""
        other = "S" if self.text() == _("Save") else "O"
        free = (sign.upper() for sign in self.text() if sign.isascii() and sign.isalpha())
        self.letter = next((sign for sign in free if sign not in taken), other)
        self.take_key()

    def take_key(self) -> None:
        """Let Alt and the letter press the button."""
        if sys.platform != "darwin" and self.letter:
            self.setShortcut(QKeySequence(f"Alt+{self.letter}"))
            self.updateGeometry()

    @property
    def marked(self) -> str:
        """Answer the words with the letter marked, as Qt draws them."""
        words = self.text()
        if self.shortcut().isEmpty():
            return words
        place = words.upper().find(self.letter)
        return f"{words}(&{self.letter})" if place < 0 else f"{words[:place]}&{words[place:]}"

    def sizeHint(self) -> QSize:
        """Answer the room of the words and of a letter behind them."""
        size = super().sizeHint()
        behind = self.marked.replace("&", "").removeprefix(self.text())
        return QSize(size.width() + self.fontMetrics().horizontalAdvance(behind), size.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the words with their letter."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.marked
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)


def keyed(text: str, letter: str, parent: QWidget) -> KeyButton:
    """Answer a button of ``parent``, which keeps it, that Alt and this letter press."""
    button = KeyButton(text, letter, parent)
    button.take_key()
    return button


def _question(parent: QWidget) -> tuple[QMessageBox, QPushButton]:
    """Answer the question whether what was typed is dropped, and the button that drops it."""
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(parent.windowTitle() or "TradeCRM")
    box.setText(_("Discard what you typed?"))
    drop, stay = keyed(_("Discard it"), "D", box), keyed(_("Go on typing"), "G", box)
    box.addButton(drop, QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(stay, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    return box, drop


def may_drop(parent: QWidget) -> bool:
    """Ask whether what was typed on a page is dropped, and wait for the answer."""
    box, drop = _question(parent)
    box.exec()
    dropped = box.clickedButton() is drop
    box.deleteLater()
    return dropped


class AskingDialog(QDialog):
    """A dialog whose Esc, Cancel and close button ask first when ``typed`` says that something would be lost."""

    _asked: QMessageBox | None = None

    def typed(self) -> bool:
        """Tell whether something was typed that closing would drop."""
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Stand there with everything whole."""
        super().showEvent(event)
        self.fit()

    def fit(self) -> None:
        """Grow when there is more to say: a window does not by itself, and presses its fields together."""
        if self.height() < self.needed():
            self.resize(self.width(), self.needed())

    def needed(self) -> int:
        """Answer the height at which everything stands whole, as far as the screen goes."""
        layout = self.layout()
        if layout is None:
            return 0
        layout.activate()
        whole = layout.totalHeightForWidth(self.width()) if layout.hasHeightForWidth() else -1
        needed = max(whole, layout.totalMinimumSize().height())
        return min(needed, self.screen().availableGeometry().height())

    def reject(self) -> None:
        """Close without doing anything; what was typed is asked about first."""
        if self._asked is not None:
            return
        if not self.typed():
            super().reject()
            return
        self._asked, drop = _question(self)
        self._asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._asked.finished.connect(self._on_answered)
        drop.clicked.connect(self._drop)
        self._asked.open()

    def _drop(self) -> None:
        super().reject()

    def _on_answered(self) -> None:
        self._asked = None


def foot_of(dialog: QDialog, verb: QPushButton) -> QHBoxLayout:
    """Answer the foot of a dialog: Cancel, and at the right what it is for, which Enter presses."""
    verb.setParent(dialog)
    cancel = KeyButton(_("Cancel"), "C", dialog)
    cancel.take_key()
    if isinstance(verb, KeyButton):
        verb.give_letter(cancel.letter)
    cancel.setAutoDefault(False)
    cancel.clicked.connect(dialog.reject)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(cancel)
    row.addWidget(verb)
    QWidget.setTabOrder(verb, cancel)
    verb.setDefault(True)
    return row


class TextDialog(AskingDialog):
    """Asks for one text, such as a name; ``then`` gets it without spaces around it once ``verb`` is pressed."""

    def __init__(
        self, parent: QWidget, title: str, label: str, verb: str, then: Callable[[str], None], words: str = ""
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("page")
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        self._then = then
        self.words = text_label(words, wrap=True)
        self.words.setVisible(bool(words))
        self.field = QLineEdit()
        self.field.setMaxLength(200)
        self.field.setAccessibleName(label)
        self.verb_button = set_role(KeyButton(verb), "primary")
        self.verb_button.setEnabled(False)
        self.field.textChanged.connect(lambda text: self.verb_button.setEnabled(bool(text.strip())))
        self.verb_button.clicked.connect(self.accept)
        name = text_label(label, "muted")
        name.setBuddy(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        for part in (self.words, name, self.field):
            column.addWidget(part)
        column.addSpacing(8)
        column.addLayout(foot_of(self, self.verb_button))
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, self.accept)
        self.field.setFocus()

    def typed(self) -> bool:
        """Tell whether a text stands there."""
        return bool(self.field.text().strip())

    def accept(self) -> None:
        """Close and hand the text over; without one the dialog stays."""
        text = self.field.text().strip()
        if text:
            super().accept()
            self._then(text)
