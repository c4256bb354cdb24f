"""The page of a form: loads a draft, shows it, takes up what is typed, saves it by its operation."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEventLoop, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QLineEdit, QMessageBox, QPushButton, QVBoxLayout

from tradecrm.core.errors import Conflict, NotFound, TradeError
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Value
from tradecrm.screens.spec import ActionSpec, FormSpec, Row
from tradecrm.ui.asking import keyed
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.fields.picker import come_to
from tradecrm.ui.forms.fields import FieldBox, FieldKeys, SectionCard
from tradecrm.ui.forms.head import Banner, FormHead
from tradecrm.ui.forms.lines import LinesCard
from tradecrm.ui.forms.panels import FormBody, Panels
from tradecrm.ui.forms.session import FormSession
from tradecrm.ui.grid import LineGrid, split_problem
from tradecrm.ui.labels import FoldingButton
from tradecrm.ui.theme import set_role


class FormPage(Page):
    """A form in a tab; the link carries ``id`` of the record, or what a new one begins with."""

    _ended = Signal()
    """A save has ended, well or not."""

    def __init__(self, context: PageContext, link: Link, spec: FormSpec) -> None:
        super().__init__(context, link)
        self.spec = spec
        self.watches = spec.watches
        self.session = FormSession(spec, Draft())
        self.loaded = False
        self.saving = False
        self.head = FormHead(context)
        self.banner = Banner()
        self.boxes: dict[str, FieldBox] = {}
        self.cards: list[SectionCard] = []
        self.lines: list[LinesCard] = []
        self.panels = Panels(context, spec)
        self._begun = False
        self._buttons: list[tuple[QPushButton, ActionSpec]] = []
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 14, 24, 14)
        box.setSpacing(10)
        box.addWidget(self.head)
        box.addWidget(self.banner)
        # In its place before it is filled: what is given a parent later is styled all over again.
        body = FormBody(self.panels if self.spec.panels else None)
        box.addWidget(body, 1)
        column = body.column
        self._add_sections(column, after_lines=False)
        for lines in self.spec.lines:
            grid = LinesCard(self.context, lines, self.session)
            self.lines.append(grid)
            column.addWidget(grid, 1)
        self._add_sections(column, after_lines=True)
        self.extend(column)
        if not self.lines:
            column.addStretch(1)
        self._lay_out_actions()

    def extend(self, column: QVBoxLayout) -> None:
        """Add what stands below the fields and lines; a plain form has nothing there."""

    def _add_sections(self, column: QVBoxLayout, *, after_lines: bool) -> None:
        for section in self.spec.sections:
            if section.after_lines == after_lines:
                card = SectionCard(self.context, section, lambda: self.session.draft)
                self.cards.append(card)
                self.boxes.update({each.spec.key: each for each in card.boxes})
                column.addWidget(card)

    def _lay_out_actions(self) -> None:
        if self.spec.prints is not None:
            preview = FoldingButton(_("Preview"), self.context.theme.icon("print"))
            preview.setToolTip("Ctrl+P")
            preview.clicked.connect(self.preview)
            self.head.buttons.addWidget(preview)
        can = self.context.seat.actor.can
        for action in self.spec.actions:
            if action.needs and not can(action.needs):
                continue
            button = FoldingButton(
                _(action.title), self.context.theme.icon(action.icon) if action.icon else None
            )
            button.clicked.connect(partial(self._run, action))
            self.head.buttons.addWidget(button)
            self._buttons.append((button, action))
        self.save_button = set_role(QPushButton(_("Save")), "primary")
        self.save_button.setToolTip("Ctrl+S")
        self.save_button.clicked.connect(self.save)
        self.head.buttons.addWidget(self.save_button)

    def _connect(self) -> None:
        self._keys = FieldKeys(self)
        self._keys.undone.connect(self.undo)
        self._keys.redone.connect(self.redo)
        for key, field in self.boxes.items():
            field.tell(self._on_typed)
            field.editor.unreadable.connect(partial(self._on_unreadable, key))
            field.editor.installEventFilter(self._keys)
        for card in self.lines:
            card.changed.connect(self._show)
            card.grid.left.connect(partial(self._on_left, card))
        for keys, slot in (
            (QKeySequence.StandardKey.Save, self.save),
            (QKeySequence.StandardKey.Undo, self.undo),
            (QKeySequence.StandardKey.Redo, self.redo),
            (QKeySequence.StandardKey.Print, self.preview),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def title(self) -> str:
        """Answer the record's heading, with a mark while something is not saved."""
        known = self.loaded or self.session.draft.id is not None
        if not known and self.link().param("id") is not None:
            return "…"
        heading = self.spec.heading(self.session.draft) if self.spec.heading is not None and known else ""
        return (heading or _(self.spec.title)) + (" •" if self.session.dirty else "")

    def showEvent(self, event: QShowEvent) -> None:
        """Read when first shown."""
        super().showEvent(event)
        self.begin()

    def begin(self) -> None:
        """Ask for the record, or for the beginning of a new one."""
        if self._begun:
            return
        self._begun = True
        identity = self.link().param("id")
        if identity is None:
            self.context.ask(self.spec.blank, self.link(), then=self._on_loaded, failed=self._on_missing)
        else:
            self.context.ask(self.spec.load, int(identity), then=self._on_loaded, failed=self._on_missing)

    def reload(self) -> None:
        """Read again what others changed, unless something is typed and not saved."""
        identity = self.session.draft.id
        if not self.loaded or identity is None or self.saving:
            return
        if self.session.dirty:
            self._ask_panels()
        else:
            # An action tells of its change and of its end: of the two readings only the later one counts.
            self.context.ask(
                self.spec.load,
                identity,
                then=self._on_reloaded,
                failed=self._on_missing,
                replaces=(id(self), "load"),
            )

    @property
    def unsaved(self) -> bool:
        """Tell whether anything typed is not saved."""
        return self.session.dirty

    def leave(self) -> bool:
        """Ask what becomes of unsaved input; True when the tab may close: discarded, or saved in full."""
        self.commit_open()
        if self.saving:
            self._wait_for_save()
        if not self.session.dirty:
            return True
        asking = QMessageBox(self)
        asking.setTextFormat(Qt.TextFormat.PlainText)
        asking.setText(_("{title} is not saved.").format(title=self.title().removesuffix(" •")))
        words = (("S", _("Save")), ("D", _("Discard")), ("G", _("Go on typing")))
        save, discard, stay = (keyed(text, letter, asking) for letter, text in words)
        asking.addButton(save, QMessageBox.ButtonRole.AcceptRole)
        asking.addButton(discard, QMessageBox.ButtonRole.DestructiveRole)
        asking.addButton(stay, QMessageBox.ButtonRole.RejectRole)
        asking.exec()
        if asking.clickedButton() is save:
            self.save()
            self._wait_for_save()
            return not self.session.dirty
        return asking.clickedButton() is discard

    def _wait_for_save(self) -> None:
        """Let the writer finish; the window goes on drawing, and takes no input that could be lost."""
        if not self.saving:
            return
        waiting = QEventLoop(self)
        self._ended.connect(waiting.quit)
        waiting.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def _on_loaded(self, draft: Draft) -> None:
        self.loaded = True
        self.session = FormSession(self.spec, draft)
        for card in self.lines:
            card.session = self.session
        self._show()
        self._ask_panels()
        self._ask_steps()
        self.head.setFocus()
        first = next((box for box in self.boxes.values() if not box.spec.read_only and box.isVisible()), None)
        if first is not None and draft.id is None:
            come_to(first.editor)

    def _on_reloaded(self, draft: Draft) -> None:
        if not self.session.dirty:
            self.session.mark_saved(draft)
            self._show()
            self._ask_panels()
            self._ask_steps()

    def _on_missing(self, error: Exception) -> None:
        """Say at the page why it shows nothing; what was deleted meanwhile cannot be typed in any more."""
        if isinstance(error, NotFound):
            self.loaded = False
            self._show()
        if isinstance(error, TradeError):
            self.banner.say(str(error))
        else:
            self.context.presenter.show(error)

    def _on_typed(self, key: str, value: Value) -> None:
        self.session.put(key, value)
        self._show()
        self.panels.ask(self.session.draft, {key})

    def _on_unreadable(self, key: str, message: str) -> None:
        self.session.settle()
        if self.session.unreadable.get(key, "") != message:
            self.session.unreadable[key] = message
            self._show()

    def commit_open(self) -> None:
        """Take up what is being typed in a field or a cell, as leaving it would."""
        for box in self.boxes.values():
            editor = box.editor
            if isinstance(editor, QLineEdit) and editor.isModified() and not editor.isReadOnly():
                editor.commit()
        for card in self.lines:
            card.grid.commit_open()

    def _on_left(self, card: LinesCard) -> None:
        """Go on to the next lines, then to Save; where there is nothing to save, to what can be done next."""
        place = self.lines.index(card) + 1
        if place < len(self.lines):
            self.lines[place].grid.setFocus()
        elif self.session.dirty:
            self.save_button.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            card.grid.leave(1)

    def _show(self) -> None:
        """Show the draft everywhere; widgets that show the same already do nothing."""
        draft, problems = self.session.draft, self.session.problems()
        reason = self._lock()
        locked = bool(reason) or not self.loaded
        for key, box in self.boxes.items():
            box.show_draft(draft, problems.get(key, ""), locked=locked)
        for section in self.cards:
            section.arrange(draft)
        for card in self.lines:
            card.show_draft(draft, problems, locked=locked)
        self.panels.show_draft(draft)
        title = self.title()
        if title != self._told:
            self._told = title
            self.head.title.setText(title.removesuffix(" •"))
            self.changed_title.emit()
            self.changed_state.emit("unsaved" if self.session.dirty else "saved")
        self.head.show_badges(self.spec.badges(draft) if self.spec.badges is not None else ())
        whole = "\n".join(text for name, text in problems.items() if not self._stands(name))
        if whole or reason:
            self.banner.say(whole or reason)
        elif not self._conflict:
            self.banner.say("")
        self.save_button.setEnabled(not locked and not self.saving)
        for button, action in self._buttons:
            ready = draft.id is not None and not self.session.dirty
            button.setEnabled(ready and (action.enabled is None or action.enabled([self._row()])))

    def _lock(self) -> str:
        """Answer why nothing can be typed in, empty when it can."""
        return self.spec.locked(self.session.draft) if self.spec.locked is not None else ""

    def _stands(self, name: str) -> bool:
        """Tell whether a problem of this name stands at its field or below its lines; else the banner says it."""
        box = self.boxes.get(name)
        if box is not None:
            return box.spec.visible is None or box.spec.visible(self.session.draft)
        return any(name == card.spec.key or split_problem(name, card.spec.key) for card in self.lines)

    _conflict = False
    _told = ""

    def undo(self) -> None:
        """Step back through the drafts."""
        if self.session.undo():
            self._show_anew()

    def redo(self) -> None:
        """Step forth through the drafts."""
        if self.session.redo():
            self._show_anew()

    def _show_anew(self) -> None:
        """Show the draft, and nothing that was typed and not taken up."""
        for box in self.boxes.values():
            box.forget_typing()
        self._show()

    def save(self) -> None:
        """Save, or show everything that stands against it and go to the first of it.

        What is locked is not saved by its shortcut either: a posted record would be posted once more.
        """
        if not self.loaded or self.saving or self._lock():
            return
        self.commit_open()
        self.session.asked_to_save = True
        problems = self.session.all_problems()
        if problems:
            self._show()
            self.go_to(problems[0].field)
            return
        self.saving = True
        self.changed_state.emit("saving")
        self.save_button.setEnabled(False)
        self.context.perform(
            self.spec.save,
            self.spec.build(self.session.draft),
            then=self._on_saved,
            refused=self._on_refused,
            said=self._on_said,
            failed=self._on_failed,
            title=_("Saving"),
        )

    def _on_saved(self, value: Any) -> None:
        self.saving = False
        self._conflict = False
        identity = int(value) if isinstance(value, int) else self.session.draft.id
        self.session.saved = self.session.draft
        if identity is not None:
            self._link = Link.to(self.link().target, id=identity)
            self.context.ask(self.spec.load, identity, then=self._on_read_back, failed=self._on_missing)
        if self.spec.saved:
            self.context.toast(_(self.spec.saved))
        self._ended.emit()

    def _on_read_back(self, draft: Draft) -> None:
        """Show what was saved; what was typed since the save stays and is unsaved."""
        if self.session.draft is self.session.saved and not self.session.dirty:
            self.session.mark_saved(draft)
        else:
            typed = self.session.draft
            self.session.saved = draft
            self.session.draft = Draft(typed.values, typed.lines, draft.id, draft.version)
        self._show()
        self._ask_panels()
        self._ask_steps()

    def _on_refused(self, refusal: Refusal) -> None:
        self.session.refused = refusal.problems
        self._show()
        if refusal.problems:
            self.go_to(refusal.problems[0].field)

    def _on_said(self, error: TradeError) -> None:
        """Say at the head what stands against saving; a page that is not looked at tells it in passing too."""
        self._conflict = isinstance(error, Conflict) and self.session.draft.id is not None
        # Drawn anew, for Save was away while it wrote, and a form may hide it then.
        self.saving = False
        self._show()
        if self._conflict:
            self.banner.say(
                _("{reason} What you typed is kept.").format(reason=error),
                [
                    (_("Show theirs"), partial(self._take_over, keep_mine=False)),
                    (_("Put mine over it"), partial(self._take_over, keep_mine=True)),
                ],
            )
        else:
            self.banner.say(str(error))
        if not self.isVisible():
            self.context.toast(str(error))

    def _on_failed(self, _error: Exception) -> None:
        """Let the form be typed in again; what ``_on_said`` says at the head stays."""
        if self.saving:
            self.saving = False
            self._show()
        self.changed_state.emit("unsaved")
        self._ended.emit()

    def _take_over(self, *, keep_mine: bool) -> None:
        identity = self.session.draft.id

        def then(theirs: Draft) -> None:
            self._conflict = False
            self.session.take_over(theirs, keep_mine=keep_mine)
            if keep_mine:
                self._show()
            else:
                self._show_anew()

        if identity is not None:
            self.context.ask(self.spec.load, identity, then=then)

    def go_to(self, name: str) -> None:
        """Put the focus where a problem is: a field, or a cell of the lines."""
        if name in self.boxes:
            come_to(self.boxes[name].editor)
            return
        for card in self.lines:
            place = split_problem(name, card.spec.key)
            if place is not None or name == card.spec.key:
                row, key = place or (len(card.grid.grid.rows), card.spec.columns[0].key)
                keys = [column.key for column in card.spec.columns]
                card.grid.setFocus()
                card.grid.setCurrentIndex(card.grid.grid.index(row, keys.index(key) if key in keys else 0))
                return

    def preview(self) -> None:
        """Open the paper as it will print."""
        self.commit_open()
        link = self.spec.prints(self.session.draft) if self.spec.prints is not None else None
        if link is None:
            return
        if self.session.dirty:
            self.context.toast(_("Save first; the preview shows what is saved."))
        else:
            self.context.open(link)

    def grids(self) -> list[LineGrid]:
        """Answer the line grids, in order."""
        return [card.grid for card in self.lines]

    def _row(self) -> Row:
        draft = self.session.draft
        return {**draft.values, "id": draft.id, "version": draft.version}

    def _run(self, action: ActionSpec, _checked: bool = False) -> None:
        self.commit_open()
        if self.session.dirty:
            self.session.asked_to_save = True
            self._show()
            self.context.toast(
                _("Save first; {action} works on what is saved.").format(action=_(action.title))
            )
            return
        rows = [self._row()]
        if action.opens is not None:
            link = action.opens(rows)
            if link is not None:
                self.context.open(link)
        elif action.operation is not None and action.command is not None:
            self.context.perform(
                action.operation,
                action.command(rows),
                then=partial(self._on_done, action),
                refused=self._on_refused,
                title=_(action.title),
            )

    def _on_done(self, action: ActionSpec, value: Any) -> None:
        link = action.leads_to(value) if action.leads_to is not None else None
        if link is not None:
            self.context.toast(_(action.done or action.title), _("Open"), lambda: self.context.open(link))
        elif action.done:
            self.context.toast(_(action.done).format(count=1))
        self.reload()

    def _ask_panels(self) -> None:
        self.panels.ask(self.session.draft, None)

    def _ask_steps(self) -> None:
        if self.spec.steps is not None and self.session.draft.id is not None:
            self.context.ask(
                self.spec.steps,
                self.session.draft.id,
                then=self.head.show_steps,
                replaces=(id(self), "steps"),
            )
