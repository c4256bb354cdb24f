"""A task on the screen: a small window to write one, opened from Today, a customer or a link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.text import N_, _
from tradecrm.screens.spec import FieldSpec
from tradecrm.services.control.tasks import SaveTask, TaskCard, save_task, task_card
from tradecrm.ui.asking import AskingDialog, KeyButton, foot_of, may_drop
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.fields.editors import DayEditor
from tradecrm.ui.theme import set_role, text_label

DUE = FieldSpec("due_on", N_("By"), FieldKind.DATE, required=True)


class TaskForm(QWidget):
    """The fields of one task; ``card`` is None for a new one."""

    def __init__(self, context: PageContext, card: TaskCard | None, party_id: int | None = None) -> None:
        super().__init__()
        self._context = context
        self._card = card
        self._party_id = card.party_id if card is not None else party_id
        today = context.seat.book.clock.today
        self.title = QLineEdit(card.title if card is not None else "")
        self.title.setPlaceholderText(_("What is to be done"))
        self.title.setMaxLength(300)
        self.day = DayEditor(DUE, today, context.theme)
        self.day.put(card.due_on if card is not None else today() + timedelta(days=1))
        self.notes = QPlainTextEdit(card.notes if card is not None else "")
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(90)
        self.problem = text_label("", "problem", wrap=True)
        self.problem.hide()
        self.day.unreadable.connect(self._say)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow(_("Task"), self.title)
        form.addRow(_("By"), self.day)
        if card is not None and card.party_name:
            form.addRow(_("About"), text_label(card.party_name))
        form.addRow(_("Notes"), self.notes)
        form.addRow(self.problem)
        self._begun = self._texts()

    def _texts(self) -> tuple[str, ...]:
        return (self.title.text(), self.day.text(), self.notes.toPlainText())

    def typed(self) -> bool:
        """Tell whether anything differs from what was read."""
        return self._texts() != self._begun

    def save(self, then: Callable[[int], None]) -> None:
        """Write the task; problems stand below the fields."""
        if not self.day.commit():
            return
        day = self.day.value()
        command = SaveTask(
            self.title.text(),
            day if isinstance(day, date) else None,
            self.notes.toPlainText(),
            self._party_id,
            id=self._card.id if self._card is not None else None,
            version=self._card.version if self._card is not None else 0,
        )
        self._context.perform(save_task, command, then=then, refused=self._refused)

    def _refused(self, refusal: Refusal) -> None:
        self._say("\n".join(problem.message for problem in refusal.problems))

    def _say(self, words: str) -> None:
        """Say what is wrong below the fields; empty takes it away."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        window = self.window()
        if isinstance(window, AskingDialog):
            window.fit()


class TaskDialog(AskingDialog):
    """A small window around the fields of a task."""

    def __init__(
        self, context: PageContext, parent: QWidget, card: TaskCard | None = None, party_id: int | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Task") if card is not None else _("New task"))
        self.setMinimumWidth(440)
        self.form = TaskForm(context, card, party_id)
        keep = set_role(KeyButton(_("Save")), "primary")
        keep.clicked.connect(self.keep)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(self.form)
        column.addLayout(foot_of(self, keep))
        self.form.title.setFocus()

    def keep(self) -> None:
        """Write the task and close."""
        self.form.save(lambda _key: self.accept())

    def typed(self) -> bool:
        """Tell whether the task was written on."""
        return self.form.typed()


class TaskPage(Page):
    """A task in a tab of its own, as links open it."""

    watches = frozenset({"task"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 20, 24, 20)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._form: TaskForm | None = None
        self._name = _("New task")
        self.reload()

    def title(self) -> str:
        """Answer the task's own title."""
        return self._name

    def reload(self) -> None:
        """Read the task again."""
        key = self._link.param("id")
        if self.unsaved:
            return
        if isinstance(key, int):
            self.context.ask(task_card, key, then=self._show, replaces=(id(self), "task"))
        elif self._form is None:
            self._show(None)

    @property
    def unsaved(self) -> bool:
        """Tell whether something typed is not saved."""
        return self._form is not None and self._form.typed()

    def leave(self) -> bool:
        """Ask before what was typed is dropped."""
        return not self.unsaved or may_drop(self)

    def _show(self, card: TaskCard | None) -> None:
        from tradecrm.ui.pages.desktop_parts import empty

        empty(self._column)
        if card is not None:
            self._name = card.title
            self.changed_title.emit()
        party = self._link.param("party")
        self._form = TaskForm(self.context, card, party if isinstance(party, int) else None)
        self._form.setMaximumWidth(640)
        self._column.addWidget(text_label(self._name, "title", wrap=True))
        self._column.addSpacing(8)
        self._column.addWidget(self._form)
        keep = set_role(QPushButton(_("Save")), "primary")
        keep.setMaximumWidth(120)
        keep.clicked.connect(self.keep)
        self._column.addWidget(keep)
        self._column.addStretch(1)

    def keep(self) -> None:
        """Write the task."""
        if self._form is not None:
            self._form.save(self._on_saved)

    def _on_saved(self, key: int) -> None:
        """Read back what was written; a new task is from now on the one that was made."""
        self.context.toast(_("Saved"))
        self._link = Link.to(self._link.target, id=key)
        self.context.ask(task_card, key, then=self._show, replaces=(id(self), "task"))
