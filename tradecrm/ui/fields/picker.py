"""Choosing a record by typing: code, name or pinyin initials; answers come from a reader lane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.draft import Ref, Value
from tradecrm.screens.spec import FieldSpec, PickerSpec
from tradecrm.ui.context import PageContext
from tradecrm.ui.theme import set_role


class PickerEditor(QLineEdit):
    """A line that offers the records fitting what was typed; Enter takes the first, Down opens all."""

    typed = Signal(object)
    unreadable = Signal(str)
    picked = Signal()
    """A record was chosen from the list of answers."""

    def __init__(
        self,
        context: PageContext,
        spec: FieldSpec,
        picker: PickerSpec,
        within: Callable[[], dict[str, Any]] | None = None,
    ) -> None:
        super().__init__()
        self._context = context
        self._picker = picker
        self._within = within
        self._value: Value = None
        self._refs: tuple[Ref, ...] = ()
        self._asking = False
        self.currency = ""
        self.setPlaceholderText(_(spec.hint) if spec.hint else "")
        self._texts = QStringListModel(self)
        self._completer = QCompleter(self._texts, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        self._completer.setMaxVisibleItems(12)
        self._popup = set_role(QListView(), "picker")
        self._popup.setUniformItemSizes(True)
        self._popup.setMinimumWidth(420)
        self._completer.setPopup(self._popup)
        # Qt overloads the signal: only the index tells which of two equal texts was meant.
        self._completer.activated[QModelIndex].connect(self._on_activated)  # type: ignore[index]
        self.textEdited.connect(self._on_edited)

    def put(self, value: Value) -> None:
        """Show the chosen record."""
        if value == self._value and self.hasFocus() and self.isModified():
            return
        self._value = value
        self._write()

    def value(self) -> Value:
        """Answer the chosen record, None when there is none."""
        return self._value

    def _write(self) -> None:
        self.setText("" if self._value is None else self._shown(self._value))
        self.setCursorPosition(0)
        self.setModified(False)

    def _shown(self, value: Value) -> str:
        return str(value)

    def _taken(self, ref: Ref) -> Value:
        return ref

    def _on_edited(self, text: str) -> None:
        self._ask(text)

    def _ask(self, text: str) -> None:
        self._asking = True
        within = self._within() if self._within is not None else {}
        self._context.ask(self._picker.query, text, within, then=self._on_found, replaces=(id(self), "pick"))

    def _on_found(self, refs: Sequence[Ref]) -> None:
        self._asking = False
        self._refs = tuple(refs)
        texts = [f"{ref}    {ref.detail}".rstrip() for ref in self._refs]
        if self._picker.new is not None and self.text().strip():
            texts.append(_("New: {name}").format(name=self.text().strip()))
        self._texts.setStringList(texts)
        if not self.hasFocus() or self.isReadOnly():
            return
        if texts:
            self._completer.setCompletionPrefix("")
            self._completer.complete()
            self._popup.setCurrentIndex(self._texts.index(0))
        else:
            self._popup.hide()

    def offers(self) -> bool:
        """Tell whether answers to what was typed are on offer, for Enter to take the first."""
        return self._popup.isVisible()

    def _on_activated(self, index: QModelIndex) -> None:
        self._choose(index.row())
        if index.row() < len(self._refs):
            self.picked.emit()

    def _choose(self, row: int) -> None:
        if row >= len(self._refs):
            self._open_new()
            return
        self._value = self._taken(self._refs[row])
        self._write()
        self.selectAll()
        self.unreadable.emit("")
        self.typed.emit(self._value)

    def _open_new(self) -> None:
        new = self._picker.new
        if new is not None:
            params = {**dict(new.params), "name": self.text().strip()}
            self._context.open(Link.to(new.target, **params))

    def commit(self) -> bool:
        """Take up what was typed where it names exactly one record; tell whether it does."""
        text = self.text().strip()
        if not self.isModified():
            return True
        if not text:
            changed = self._value is not None
            self._value = None
            self._write()
            if changed:
                self.typed.emit(None)
            self.unreadable.emit("")
            return True
        exact = [
            n for n, ref in enumerate(self._refs) if text.lower() in (ref.code.lower(), ref.label.lower())
        ]
        if exact and not self._asking:
            self._choose(exact[0])
            return True
        self.unreadable.emit(_('Nothing is called "{text}"; choose one from the list.').format(text=text))
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the list; Enter takes the first answer when something was typed."""
        popup_open = self._popup.isVisible()
        if event.key() == Qt.Key.Key_Down and not popup_open and not self.isReadOnly():
            self._ask(self.text() if self.isModified() else "")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab) and popup_open:
            row = self._popup.currentIndex().row()
            self._popup.hide()
            self._choose(max(0, row))
            if event.key() == Qt.Key.Key_Tab:
                super().keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose the whole text, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() not in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.PopupFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Read what was typed; the pop-up list taking the focus does not count."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason and not self.isReadOnly():
            self.commit()


class CodeEditor(PickerEditor):
    """A currency or a country: the value is its code."""

    def __init__(self, context: PageContext, spec: FieldSpec, picker: PickerSpec) -> None:
        super().__init__(context, spec, picker)
        self._kind = spec.kind

    def _taken(self, ref: Ref) -> Value:
        return ref.code

    def commit(self) -> bool:
        """Take up a code typed in full, even before an answer came."""
        text = self.text().strip().upper()
        known = any(ref.code == text for ref in self._refs)
        if self.isModified() and text and not known:
            from tradecrm.ui.fields.codes import find_codes

            self._refs = find_codes(self._kind, text)
            self._asking = False
        return super().commit()
