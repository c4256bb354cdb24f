"""Small parts of the settings page: a text of two lines, and the quiet hours."""

from __future__ import annotations

from datetime import time

from PySide6.QtCore import QTime, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPlainTextEdit, QTimeEdit, QVBoxLayout, QWidget

from tradecrm.core.text import _
from tradecrm.ui.context import PageContext
from tradecrm.ui.quiet import QuietHours
from tradecrm.ui.theme import set_role, text_label

EVENING = QuietHours(time(20), time(8))
"""What is offered when a person switches the quiet hours on."""
LINES = 2


class TwoLines(QPlainTextEdit):
    """An address: shown over two lines, kept as one; Tab leaves it."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "two-lines")
        self.setTabChangesFocus(True)
        edge = int(self.document().documentMargin()) + self.frameWidth()
        self.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + 2 * edge + 10)

    def text(self) -> str:
        """Answer the text as one line."""
        return " ".join(self.toPlainText().split())

    def setText(self, text: str) -> None:
        """Show a text."""
        self.setPlainText(text)


class QuietPanel(QWidget):
    """Whether and when the program keeps quiet; kept at once, for this person on this computer."""

    chosen = Signal(object)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        kept = context.quiet
        on = kept.start != kept.end
        self.box = QCheckBox(_("Keep quiet from"))
        self.box.setChecked(on)
        hours = kept if on else EVENING
        self.start, self.end = _clock(hours.start, _("Quiet from")), _clock(hours.end, _("Quiet until"))
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in (self.box, self.start, text_label(_("to"), "muted"), self.end):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(
            text_label(_("No window and no notification comes then; the bell counts on."), "label", wrap=True)
        )
        self._allow()
        self.box.toggled.connect(self._on_change)
        for edit in (self.start, self.end):
            edit.timeChanged.connect(self._on_change)
        self.chosen.connect(context.keep_quiet)

    def hours(self) -> QuietHours:
        """Answer what stands here."""
        if not self.box.isChecked():
            return QuietHours()
        return QuietHours(_time(self.start), _time(self.end))

    def _on_change(self, _value: object) -> None:
        self._allow()
        self.chosen.emit(self.hours())

    def _allow(self) -> None:
        for edit in (self.start, self.end):
            edit.setEnabled(self.box.isChecked())


def _clock(value: time, name: str) -> QTimeEdit:
    edit = QTimeEdit(QTime(value.hour, value.minute))
    edit.setDisplayFormat("HH:mm")
    edit.setFixedWidth(84)
    edit.setAccessibleName(name)
    return edit


def _time(edit: QTimeEdit) -> time:
    return time(edit.time().hour(), edit.time().minute())
