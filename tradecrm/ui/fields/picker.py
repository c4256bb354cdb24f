"""Choosing a record by typing: code, name or pinyin initials; answers come from a reader lane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QRect, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.draft import Ref, Value
from tradecrm.screens.spec import FieldSpec, PickerSpec
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.parse import one_line
from tradecrm.ui.theme import plain_tip, set_role

_POPUP_WIDTH = 420
_LONG = 24


def named(refs: Sequence[Ref], text: str) -> list[Ref]:
    """Answer the records that what was typed names in full: by code, or else by name."""
    typed = text.strip().lower()
    return [ref for ref in refs if ref.code and ref.code.lower() == typed] or [
        ref for ref in refs if ref.label.lower() == typed
    ]


def unnamed(text: str, *, asking: bool = False, several: bool = False) -> str:
    """Answer why what was typed names no record."""
    if asking:
        return _('Still looking for "{text}"; wait a moment.').format(text=text)
    if several:
        return _('More than one is called "{text}"; choose one from the list.').format(text=text)
    return _('Nothing is called "{text}"; choose one from the list.').format(text=text)


def choose_whole(editor: QLineEdit) -> None:
    """Choose the whole text from its end to its beginning, so that of a long one the beginning is in sight."""
    editor.end(False)
    editor.home(True)


def come_to(editor: QWidget) -> None:
    """Bring the keyboard to an editor; what stands there is chosen, so that what is typed takes its place.

    An editor that had the keyboard before its value came heard of no arrival, and would append what is typed.
    """
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    if isinstance(editor, QLineEdit):
        choose_whole(editor)


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
        self._unread = False
        self.in_cell = False
        self.currency = ""
        self.setPlaceholderText(_(spec.hint) if spec.hint else "")
        self._texts = QStringListModel(self)
        self._completer = QCompleter(self._texts, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        self._completer.setMaxVisibleItems(12)
        self._popup = set_role(QListView(), "picker")
        self._popup.setUniformItemSizes(True)
        self._popup.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._completer.setPopup(self._popup)
        # Qt overloads the signal: only the index tells which of two equal texts was meant.
        self._completer.activated[QModelIndex].connect(self._on_activated)  # type: ignore[index]
        self.textEdited.connect(self._on_edited)

    def put(self, value: Value) -> None:
        """Show the chosen record; what is being typed, or names none, stays while the value is the same."""
        if value == self._value and self.isModified() and (self.hasFocus() or self._unread):
            return
        self._value = value
        self._write()

    def put_text(self, text: str) -> None:
        """Show again what was typed and names no record, to be mended."""
        self.setText(text)
        self.setModified(True)
        self._unread = True

    def value(self) -> Value:
        """Answer the chosen record, None when there is none."""
        return self._value

    def _write(self) -> None:
        self.setText("" if self._value is None else self._shown(self._value))
        self.setCursorPosition(0)
        self.setToolTip(plain_tip(self.text()) if len(self.text()) > _LONG else "")
        self.setModified(False)
        self._unread = False

    def _shown(self, value: Value) -> str:
        return str(value)

    def _taken(self, ref: Ref) -> Value:
        return ref

    def _on_edited(self, text: str) -> None:
        self._ask(one_line(text))

    def _ask(self, text: str) -> None:
        self._asking = True
        within = self._within() if self._within is not None else {}
        self._context.ask(self._picker.query, text, within, then=self._on_found,
                          failed=self._on_failed, replaces=(id(self), "pick"))  # fmt: skip

    def asking(self) -> bool:
        """Tell whether the answer to what was typed is still under way."""
        return self._asking

    def _on_failed(self, error: Exception) -> None:
        self._asking = False
        self._context.presenter.show(error)

    def _on_found(self, refs: Sequence[Ref]) -> None:
        self._asking = False
        self._refs = tuple(refs)
        texts = [f"{ref}    {ref.detail}".rstrip() for ref in self._refs]
        if self._picker.new is not None and self._named():
            texts.append(_("New: {name}").format(name=self._named()))
        self._texts.setStringList(texts)
        if self.isReadOnly():
            return
        if not self.hasFocus():
            # The person has gone on; what was typed is taken up now that its answer is there.
            self.commit()
            return
        if self._unread:
            self._unread = False
            self.unreadable.emit("")
        if texts:
            self._completer.setCompletionPrefix("")
            self._completer.complete(QRect(0, 0, max(self.width(), _POPUP_WIDTH), self.height() + 2))
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
            params = {**dict(new.params), "name": self._named()}
            self._context.open(Link.to(new.target, **params))

    def _named(self) -> str:
        """Answer what was typed; a name that was copied over two lines is one name."""
        return one_line(self.text()).strip()

    def commit(self) -> bool:
        """Take up what was typed where it names exactly one record; tell whether it does."""
        text = self._named()
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
        self._popup.hide()
        exact = [] if self._asking else named(self._refs, text)
        if len(exact) == 1:
            self._choose(self._refs.index(exact[0]))
            return True
        self._unread = True
        self.unreadable.emit(unnamed(text, asking=self._asking, several=len(exact) > 1))
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the list; Enter takes the first answer when something was typed."""
        popup_open = self._popup.isVisible()
        if event.key() == Qt.Key.Key_Down and not popup_open and not self.isReadOnly():
            self._ask(self._named() if self.isModified() else "")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and popup_open:
            self._take_current()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Let Tab take the answer on offer before it goes on; Qt would move the focus without asking."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Tab
            and self._popup.isVisible()
        ):
            self._take_current()
            if self.in_cell:
                return True  # the grid closes this editor and goes on by itself
        return super().event(event)

    def _take_current(self) -> None:
        """Take the answer that is marked; while newer letters are looked up, the old answers count no more."""
        row = max(0, self._popup.currentIndex().row())
        self._popup.hide()
        if self._asking:
            return
        self._choose(row)
        if row < len(self._refs):
            self.picked.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose the whole text, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() not in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.PopupFocusReason):
            choose_whole(self)

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
