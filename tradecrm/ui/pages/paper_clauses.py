"""Editing clauses in both languages: add, remove, move up and down."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.text import _
from tradecrm.services.trade.paper_parts import ClauseFacts
from tradecrm.ui.theme import text_label

_LINES = 4


class ClauseEditor(QFrame):
    """One clause: headings and texts, English beside Chinese."""

    def __init__(self, clause: ClauseFacts, number: int) -> None:
        super().__init__()
        self.number = text_label(f"{number}.", "section")
        self.titles = (QLineEdit(clause.title_en), QLineEdit(clause.title_cn))
        self.texts = (QPlainTextEdit(clause.text_en), QPlainTextEdit(clause.text_cn))
        self.buttons = {"up": QPushButton("↑"), "down": QPushButton("↓"), "remove": QPushButton(_("Remove"))}
        names = (
            (_("Heading in English"), _("Heading in Chinese")),
            (_("Text in English"), _("Text in Chinese")),
        )
        head = QHBoxLayout()
        head.addWidget(self.number)
        head.addStretch(1)
        self.buttons["up"].setAccessibleName(_("Move up"))
        self.buttons["down"].setAccessibleName(_("Move down"))
        for button in self.buttons.values():
            head.addWidget(button)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 8)
        grid.addLayout(head, 0, 0, 1, 2)
        for column, (title, text) in enumerate(zip(self.titles, self.texts, strict=True)):
            title.setAccessibleName(names[0][column])
            title.setPlaceholderText(names[0][column])
            title.setMaxLength(120)
            title.setCursorPosition(0)
            text.setAccessibleName(names[1][column])
            text.setPlaceholderText(names[1][column])
            text.setTabChangesFocus(True)
            text.setFixedHeight(text.fontMetrics().lineSpacing() * _LINES + 16)
            grid.addWidget(title, 1, column)
            grid.addWidget(text, 2, column)
            grid.setColumnStretch(column, 1)

    def clause(self) -> ClauseFacts:
        """Answer what is typed."""
        (title_en, title_cn), (text_en, text_cn) = self.titles, self.texts
        return ClauseFacts(title_en.text(), title_cn.text(), text_en.toPlainText(), text_cn.toPlainText())


class ClausesEditor(QWidget):
    """The clauses of a kind of paper in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.editors: list[ClauseEditor] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        self.add_button = QPushButton(_("Add a clause"))
        self.add_button.clicked.connect(self.add)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(self._column)
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addStretch(1)
        box.addLayout(row)

    def show_clauses(self, clauses: Sequence[ClauseFacts]) -> None:
        """Show these clauses in place of what stood here."""
        for editor in self.editors:
            self._column.removeWidget(editor)
            editor.deleteLater()
        self.editors = []
        for clause in clauses:
            self._append(clause)

    def clauses(self) -> tuple[ClauseFacts, ...]:
        """Answer the clauses as typed, in their order."""
        return tuple(editor.clause() for editor in self.editors)

    def add(self) -> None:
        """Add an empty clause at the end and go there."""
        self._append(ClauseFacts("", "", "", "")).titles[0].setFocus()

    def _append(self, clause: ClauseFacts) -> ClauseEditor:
        editor = ClauseEditor(clause, len(self.editors) + 1)
        editor.buttons["remove"].clicked.connect(functools.partial(self._remove, editor))
        editor.buttons["up"].clicked.connect(functools.partial(self._move, editor, -1))
        editor.buttons["down"].clicked.connect(functools.partial(self._move, editor, 1))
        self.editors.append(editor)
        self._column.addWidget(editor)
        return editor

    def _remove(self, editor: ClauseEditor, _checked: bool = False) -> None:
        self.show_clauses([each.clause() for each in self.editors if each is not editor])

    def _move(self, editor: ClauseEditor, by: int, _checked: bool = False) -> None:
        place = self.editors.index(editor)
        if 0 <= place + by < len(self.editors):
            found = [each.clause() for each in self.editors]
            found[place], found[place + by] = found[place + by], found[place]
            self.show_clauses(found)
