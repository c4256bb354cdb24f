"""Editors of single values, one for each kind of field; forms, grids and filters use the same ones."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from tradecrm.core.about import without_about
from tradecrm.core.fields import NUMERIC, FieldKind
from tradecrm.core.text import _
from tradecrm.screens.draft import Value, as_number
from tradecrm.screens.spec import FieldSpec
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.codes import CODE_PICKERS
from tradecrm.ui.fields.parse import Unreadable, one_line, parse_value
from tradecrm.ui.fields.picker import CodeEditor, PickerEditor, choose_whole
from tradecrm.ui.fields.show import plain_number, plain_tip, shown
from tradecrm.ui.month import month_view
from tradecrm.ui.theme import Theme, set_role

_LONG = 24
"""Longer texts say themselves whole in the tip; the field may be narrower."""


class LineEditor(QLineEdit):
    """Text, codes, numbers and days: what is typed is read at each key and written out neatly on leaving."""

    typed = Signal(object)
    """A value, at each key that makes one."""
    unreadable = Signal(str)
    """Why what was typed is no value, on leaving; empty once it is one again."""
    worded = Signal(object)
    """The “about” before a number that was typed, empty for none; only where a field takes such words."""

    def __init__(self, spec: FieldSpec, today: Callable[[], date]) -> None:
        super().__init__()
        self._spec = spec
        self._today = today
        self._value: Value = None
        self._unread = False
        self._word = self._read_word = ""
        self.currency = ""
        self.setPlaceholderText(_(spec.hint) if spec.hint else "")
        if spec.kind in NUMERIC:
            self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.textEdited.connect(self._on_edited)

    def put(self, value: Value) -> None:
        """Show a value; what is being typed, or could not be read, stays as long as the value is the same."""
        if value == self._value and self.isModified() and (self.hasFocus() or self._unread):
            return
        self._value = value
        self._write(plain=self.hasFocus() and not self.isReadOnly())

    def put_text(self, text: str) -> None:
        """Show again what was typed and could not be read, to be mended."""
        self.setText(text)
        self.setModified(True)
        self._unread = True

    def value(self) -> Value:
        """Answer the last value read."""
        return self._value

    def read(self) -> Value:
        """Read what stands there; raises Unreadable."""
        text = self.text()
        if self._spec.kind not in NUMERIC:
            # What was copied over several lines stands on one: a line break would be kept, and shown nowhere.
            text = one_line(text)
        if self._spec.words_to:
            self._read_word, text = without_about(text)
        return parse_value(
            text,
            self._spec.kind,
            today=self._today(),
            currency=self.currency,
            choices=self._spec.choices,
            decimals=self._spec.decimals,
        )

    def follow_word(self, word: str) -> None:
        """Take the word that the draft has, for undoing or saving may have changed it; typed again it is told again."""
        self._word = word

    def _tell_word(self) -> None:
        """Tell the word that stands before a number, once it differs; what is only shown again has none."""
        if self._spec.words_to and self.isModified() and self._read_word != self._word:
            self._word = self._read_word
            self.worded.emit(self._word)

    def _write(self, *, plain: bool) -> None:
        number = as_number(self._value)
        if plain and number is not None and self._spec.kind in NUMERIC:
            text = plain_number(number, self._spec.kind)
        else:
            text = shown(self._value, self._spec.kind, currency=self.currency, decimals=self._spec.decimals)
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(len(text))
        if not self.hasFocus():
            # A text longer than its field is read from its beginning, however it came in.
            self.setCursorPosition(0)
        self.setToolTip(plain_tip(text) if len(text) > _LONG else "")
        self.setModified(False)
        self._unread = False

    def _on_edited(self) -> None:
        if self._spec.kind in (FieldKind.DATE, FieldKind.DATETIME) and len(self.text()) < 6:
            return
        try:
            value = self.read()
        except Unreadable:
            return
        if self._unread:
            self._unread = False
            self.unreadable.emit("")
        self._tell_word()
        if not _alike(value, self._value):
            self._value = value
            self.typed.emit(value)

    def commit(self) -> bool:
        """Take up what stands there; tell whether it could be read. What could not stays to be mended."""
        try:
            value = self.read()
        except Unreadable as error:
            self._unread = True
            self.setModified(True)
            # Marked here too: a field outside of a form has no box that would do it.
            mark_problem(self, problem=True)
            self.setToolTip(str(error))
            self.unreadable.emit(str(error))
            return False
        if self._unread:
            mark_problem(self, problem=False)
        self.unreadable.emit("")
        changed = not _alike(value, self._value)
        self._tell_word()
        self._value = value
        self._write(plain=False)
        if changed:
            self.typed.emit(value)
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a number as it is typed, all of it chosen."""
        super().focusInEvent(event)
        if self._spec.kind in NUMERIC and not self.isReadOnly() and not self.isModified():
            self._write(plain=True)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            choose_whole(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Read and write out neatly; what cannot be read stays and is told."""
        super().focusOutEvent(event)
        if not self.isReadOnly() and event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.commit()


class DayEditor(LineEditor):
    """A day: typed in short forms, stepped by arrow keys, or picked from a calendar (Alt+Down)."""

    def __init__(self, spec: FieldSpec, today: Callable[[], date], theme: Theme) -> None:
        super().__init__(spec, today)
        self._calendar: QCalendarWidget | None = None
        self._opener = self.addAction(theme.icon("calendar"), QLineEdit.ActionPosition.TrailingPosition)
        self._opener.triggered.connect(self.open_calendar)

    def setReadOnly(self, read_only: bool) -> None:
        """Keep the day from being changed, and say so: there is no calendar to open."""
        super().setReadOnly(read_only)
        self._opener.setVisible(not read_only)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by a day with Up and Down, by a month with the page keys."""
        steps = {Qt.Key.Key_Up: (1, 0), Qt.Key.Key_Down: (-1, 0), Qt.Key.Key_PageUp: (0, 1),
                 Qt.Key.Key_PageDown: (0, -1)}  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        if step is None or self.isReadOnly():
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
        else:
            start = self._value if isinstance(self._value, date) else self._today()
            self._take(_stepped(start, *step))

    def open_calendar(self) -> None:
        """Open a calendar below the field."""
        if self.isReadOnly():
            return
        picked = self._value if isinstance(self._value, date) else self._today()
        if self._calendar is None:
            # Kept and hidden, not closed and deleted: Qt still works on it after it has told the day.
            view = self._calendar = month_view(self)
            view.setWindowFlags(Qt.WindowType.Popup)
            view.clicked.connect(self._on_day)
            view.activated.connect(self._on_day)
        view = self._calendar
        view.setSelectedDate(QDate(picked.year, picked.month, picked.day))
        size, room = view.sizeHint(), self.screen().availableGeometry()
        at = self.mapToGlobal(QPoint(0, self.height() + 2))
        if at.y() + size.height() > room.bottom():
            at.setY(self.mapToGlobal(QPoint(0, 0)).y() - size.height() - 2)
        at.setX(max(room.left(), min(at.x(), room.right() - size.width())))
        view.move(at)
        view.show()
        view.setFocus()

    def _on_day(self, day: QDate) -> None:
        """Take the day once: Qt tells a click, and Enter, as clicked and as activated."""
        if self._calendar is not None and self._calendar.isVisible():
            self._calendar.hide()
            self._take(date(day.year(), day.month(), day.day()))

    def _take(self, day: date) -> None:
        self._value = day
        self._write(plain=False)
        self.selectAll()
        self.unreadable.emit("")
        self.typed.emit(day)


def _alike(one: Value, other: Value) -> bool:
    """Tell whether two values say the same: a text never typed and one left empty do."""
    return one == other or (one in (None, "") and other in (None, ""))


def _stepped(start: date, days: int, months: int) -> date:
    """Answer a day some days or months on; the end of a month stays at the end of a shorter one."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return date.fromordinal(date(year, month, day).toordinal() + days)


class LongEditor(QPlainTextEdit):
    """Text of several lines; Tab leaves it, Enter begins a new line."""

    typed = Signal(object)
    unreadable = Signal(str)

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self.currency = ""
        self.setPlaceholderText(_(spec.hint) if spec.hint else "")
        self.setTabChangesFocus(True)
        self.setFixedHeight(76)
        self._putting = False
        self.textChanged.connect(self._on_changed)

    def put(self, value: Value) -> None:
        """Show a text."""
        text = "" if value is None else str(value)
        if text != self.toPlainText():
            self._putting = True
            self.setPlainText(text)
            self._putting = False

    def value(self) -> Value:
        """Answer the text, None when there is none."""
        return self.toPlainText() or None

    def commit(self) -> bool:
        """Tell that any text is a text."""
        return True

    def _on_changed(self) -> None:
        if not self._putting:
            self.typed.emit(self.value())


class ChoiceEditor(QComboBox):
    """One of few: arrow keys and first letters choose."""

    typed = Signal(object)
    unreadable = Signal(str)

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self.currency = ""
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        if not spec.required:
            self.addItem("", None)
        for choice in spec.choices:
            self.addItem(_(choice.label), choice.value)
        self.setCurrentIndex(-1)
        self.activated.connect(lambda: self.typed.emit(self.currentData()))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def put(self, value: Value) -> None:
        """Show a choice."""
        self.setCurrentIndex(self.findData(value))

    def value(self) -> Value:
        """Answer the choice, None when none is made."""
        chosen: Value = self.currentData()
        return chosen

    def commit(self) -> bool:
        """Tell that a choice is always readable."""
        return True

    def setReadOnly(self, read_only: bool) -> None:
        """Keep the choice from being changed."""
        self.setEnabled(not read_only)
        self.setProperty("locked", read_only)
        self.style().unpolish(self)
        self.style().polish(self)

    def wheelEvent(self, event: Any) -> None:
        """Let the page scroll: a wheel passing over must not change a value."""
        event.ignore()


class CheckEditor(QCheckBox):
    """Yes or no."""

    typed = Signal(object)
    unreadable = Signal(str)

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(_(spec.hint) if spec.hint else "")
        self.currency = ""
        self.setMinimumHeight(30)
        self.clicked.connect(lambda checked: self.typed.emit(bool(checked)))

    def put(self, value: Value) -> None:
        """Show yes or no."""
        self.setChecked(bool(value))

    def value(self) -> Value:
        """Answer yes or no."""
        return self.isChecked()

    def commit(self) -> bool:
        """Tell that a box is always readable."""
        return True

    def setReadOnly(self, read_only: bool) -> None:
        """Keep the box from being changed."""
        self.setEnabled(not read_only)


Editor = LineEditor | LongEditor | ChoiceEditor | CheckEditor | PickerEditor


def make_editor(context: PageContext, spec: FieldSpec, within: Callable[[], dict[str, Any]]) -> Editor:
    """Answer the editor of a field; ``within`` answers the values that narrow a picker's query."""
    today = context.seat.book.clock.today
    if spec.kind in CODE_PICKERS:
        return CodeEditor(context, spec, CODE_PICKERS[spec.kind])
    if spec.picker is not None:
        return PickerEditor(context, spec, spec.picker, within)
    if spec.kind is FieldKind.DATE:
        return DayEditor(spec, today, context.theme)
    plain: dict[FieldKind, type[ChoiceEditor | CheckEditor | LongEditor]] = {
        FieldKind.CHOICE: ChoiceEditor,
        FieldKind.BOOL: CheckEditor,
        FieldKind.LONG_TEXT: LongEditor,
    }
    made = plain.get(spec.kind)
    return LineEditor(spec, today) if made is None else made(spec)


def mark_problem(widget: QWidget, *, problem: bool) -> None:
    """Give an editor the red border of a problem, or take it away."""
    if bool(widget.property("problem")) != problem:
        widget.setProperty("problem", problem)
        set_role(widget, str(widget.property("role") or ""))
        widget.style().unpolish(widget)
        widget.style().polish(widget)
