"""The fields of a form: sections as cards, twelve units wide, each field with its label and its problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from tradecrm.core.fields import NUMERIC, FieldKind
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Value
from tradecrm.screens.spec import FieldSpec, Section
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.editors import LineEditor, make_editor, mark_problem
from tradecrm.ui.fields.picker import PickerEditor
from tradecrm.ui.keys import is_enter
from tradecrm.ui.theme import set_role, text_label

UNITS = 12
_SPANS = {
    FieldKind.LONG_TEXT: 12,
    FieldKind.REF: 4,
    FieldKind.TEXT: 4,
    FieldKind.EMAIL: 4,
    FieldKind.URL: 4,
    FieldKind.PHONE: 3,
    FieldKind.COUNTRY: 3,
    FieldKind.CHOICE: 3,
    FieldKind.CODE: 3,
}


class FieldBox(QWidget):
    """A label, the editor, and below it the problem in words."""

    def __init__(self, context: PageContext, spec: FieldSpec, draft: Any) -> None:
        super().__init__()
        self.spec = spec
        self.tells_currency = False
        """Whether the label says the currency of the amount, for no field beside it does."""
        self.label = text_label("", "label")
        self._name(spec.label, "")

        def within() -> dict[str, Any]:
            values: Mapping[str, Any] = draft().values
            return {key: values.get(key) for key in spec.within}

        self.editor = make_editor(context, spec, within)
        self.label.setBuddy(self.editor)
        self.editor.setAccessibleName(_(spec.label))
        self.problem = text_label("", "problem", wrap=True)
        self.problem.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(3)
        box.addWidget(self.label)
        box.addWidget(self.editor)
        box.addWidget(self.problem)
        box.addStretch(1)

    def _name(self, called: str, currency: str) -> None:
        title = _(called)
        if currency and self.tells_currency:
            title = _("{title} ({currency})").format(title=title, currency=currency)
        self.label.setText(title + ("  *" if self.spec.required else ""))

    def show_draft(self, draft: Draft, problem: str, *, locked: bool) -> None:
        """Show the field's value, its problem if any, and whether it may be typed in."""
        value, visible = draft.get(self.spec.key), self.spec.visible is None or self.spec.visible(draft)
        currency = draft.text(self.spec.currency_from) if self.spec.currency_from else ""
        called = self.spec.called(draft)
        if self.spec.words_to and isinstance(self.editor, LineEditor):
            self.editor.follow_word(draft.text(self.spec.words_to))
        state = (value, problem, locked, currency, visible, called)
        typing = isinstance(self.editor, QLineEdit) and self.editor.isModified()
        # At every key all fields are shown, and all but one of them stand as they were.
        if state == self._state and self.editor.value() == value and not typing:
            return
        self._state = state
        self.editor.currency = currency
        self._name(called, currency)
        if self.spec.label_for is not None:
            self.editor.setAccessibleName(_(called))
        read_only = locked or self.spec.read_only
        if read_only != bool(self.property("locked")):
            self.setProperty("locked", read_only)
            self.editor.setReadOnly(read_only)
            self.editor.setFocusPolicy(Qt.FocusPolicy.ClickFocus if read_only else Qt.FocusPolicy.StrongFocus)
            mark_problem(self.editor, problem=False)
        self.editor.put(value)
        self.setVisible(visible)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        mark_problem(self.editor, problem=bool(problem))

    def tell(self, typed: Callable[[str, Value], None]) -> None:
        """Call ``typed`` with key and value of what is typed here, and of the word that stood before a number."""
        if self.spec.words_to and isinstance(self.editor, LineEditor):
            self.editor.worded.connect(partial(typed, self.spec.words_to))
        self.editor.typed.connect(partial(typed, self.spec.key))

    _state: tuple[object, ...] | None = None

    def forget_typing(self) -> None:
        """Let the next draft be written over what was typed and not taken up."""
        self._state = None
        if isinstance(self.editor, QLineEdit):
            self.editor.setModified(False)


class SectionCard(QFrame):
    """A titled card of fields laid out twelve units wide, in the order of work."""

    def __init__(self, context: PageContext, section: Section, draft: Any) -> None:
        super().__init__()
        set_role(self, "card")
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 14)
        box.setSpacing(8)
        if section.title:
            box.addWidget(text_label(_(section.title), "section"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        for column in range(UNITS):
            self._grid.setColumnStretch(column, 1)
            self._grid.setColumnMinimumWidth(column, 24)
        self.boxes = [FieldBox(context, spec, draft) for spec in section.fields]
        beside = {spec.key for spec in section.fields}
        for field in self.boxes:
            field.tells_currency = field.spec.currency_from not in beside
        self._arranged: tuple[str, ...] = ()
        self._place(self.boxes)
        box.addLayout(self._grid)

    def arrange(self, draft: Draft) -> None:
        """Close the gaps that hidden fields leave; the order of work stays."""
        shown = [box for box in self.boxes if box.spec.visible is None or box.spec.visible(draft)]
        if tuple(box.spec.key for box in shown) != self._arranged:
            self._place(shown)

    def _place(self, boxes: Sequence[FieldBox]) -> None:
        self._arranged = tuple(box.spec.key for box in boxes)
        rows: list[list[tuple[FieldBox, int]]] = [[]]
        for field in boxes:
            span = min(UNITS, field.spec.span or _default_span(field.spec))
            if sum(used for _field, used in rows[-1]) + span > UNITS:
                rows.append([])
            rows[-1].append((field, span))
        for row, fields in enumerate(rows):
            spare = UNITS - sum(span for _field, span in fields) if row + 1 < len(rows) else 0
            widest = max(fields, key=lambda each: each[1], default=None)
            column = 0
            for field, span in fields:
                wide = span + (spare if widest is not None and field is widest[0] else 0)
                self._grid.addWidget(field, row, column, 1, wide)
                column += wide


def _default_span(spec: FieldSpec) -> int:
    return _SPANS.get(spec.kind, 2 if spec.kind in NUMERIC else 3 if spec.kind is FieldKind.DATE else 2)


class FieldKeys(QObject):
    """Enter goes to the next field; Ctrl+Z steps the whole form back, not one line of text."""

    undone = Signal()
    redone = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Catch Enter, undo and redo before the editor does."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
                event.accept()
                return True
        elif (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and isinstance(watched, QWidget)
        ):
            return self._on_key(watched, event)
        return False

    def _on_key(self, watched: QWidget, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undone.emit()
            return True
        if event.matches(QKeySequence.StandardKey.Redo):
            self.redone.emit()
            return True
        if isinstance(watched, PickerEditor) and watched.offers():
            return False
        if is_enter(event) and not isinstance(watched, QPlainTextEdit):
            _go_on(watched)
            return True
        return False


def _go_on(widget: QWidget) -> None:
    """Move the focus to the next field that can be typed in."""
    following = widget.nextInFocusChain()
    while following is not None and following is not widget:
        tabbed = following.focusPolicy() & Qt.FocusPolicy.TabFocus
        if tabbed and following.isVisible() and following.isEnabled():
            following.setFocus(Qt.FocusReason.TabFocusReason)
            return
        following = following.nextInFocusChain()
