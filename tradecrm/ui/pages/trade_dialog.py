"""A small form in a dialog: asks what an operation needs, shows what it will do, and says refusals at the fields."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from tradecrm.core.errors import TradeError
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Value
from tradecrm.screens.spec import FormSpec
from tradecrm.ui.asking import AskingDialog, KeyButton, foot_of
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.picker import come_to
from tradecrm.ui.forms.fields import FieldBox, FieldKeys, SectionCard
from tradecrm.ui.forms.panels import Panels
from tradecrm.ui.forms.session import FormSession
from tradecrm.ui.theme import set_role, text_label

_WIDTH = 620
_PANELS = 320
"""Pixels from which the facts of a dialog scroll."""


class OperationDialog(AskingDialog):
    """Begins a form's draft, takes what is typed, and performs its operation; ``done`` is called with the answer."""

    def __init__(
        self,
        parent: QWidget,
        context: PageContext,
        link: Link,
        spec: FormSpec,
        done: Callable[[Any], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("page")
        self.setWindowTitle(_(spec.title))
        self.setMinimumWidth(_WIDTH)
        self._context = context
        self._link = link
        self._done = done
        self.spec = spec
        self.loaded = False
        self._saving = False
        self.session = FormSession(spec, Draft())
        self.boxes: dict[str, FieldBox] = {}
        self.heading = text_label("", "title", wrap=True)
        self.problem = text_label("", "problem", wrap=True)
        self.panels = Panels(context, spec)
        self.accept_button = set_role(KeyButton(_(spec.verb or spec.title)), "primary")
        self._lay_out()
        self._connect()
        context.ask(spec.blank, link, then=self._on_loaded, failed=self._on_failed)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(12)
        box.addWidget(self.heading)
        for section in self.spec.sections:
            card = SectionCard(self._context, section, lambda: self.session.draft)
            self.boxes.update({each.spec.key: each for each in card.boxes})
            box.addWidget(card)
        if self.spec.panels:
            self.panels.setMinimumWidth(0)
            self.panels.setMaximumWidth(16_777_215)
            self.panels.filled.connect(self.fit)
            box.addWidget(self.panels)
        self.problem.hide()
        box.addWidget(self.problem)
        box.addStretch(1)
        self.accept_button.clicked.connect(self.commit)
        # Enter goes from the last field to what the dialog is for, and presses it there.
        box.addLayout(foot_of(self, self.accept_button))

    def _connect(self) -> None:
        self._keys = FieldKeys(self)
        for key, field in self.boxes.items():
            field.tell(self._on_typed)
            field.editor.unreadable.connect(partial(self._on_unreadable, key))
            field.editor.installEventFilter(self._keys)
        self._keys.undone.connect(lambda: self._step(self.session.undo))
        self._keys.redone.connect(lambda: self._step(self.session.redo))
        save = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self)
        save.activated.connect(self.commit)

    def _step(self, step: Callable[[], bool]) -> None:
        """Step back or forth, and show nothing that was typed and not taken up."""
        if step():
            for box in self.boxes.values():
                box.forget_typing()
            self._show()
            self.panels.ask(self.session.draft, None)

    def _on_loaded(self, draft: Draft) -> None:
        self.loaded = True
        self.session = FormSession(self.spec, draft)
        about = self.spec.heading(draft) if self.spec.heading is not None else ""
        # Where the button has a verb of its own, the title of what is done stands beside what it is done to.
        self.heading.setText(" • ".join(filter(None, (about, _(self.spec.title) if self.spec.verb else ""))))
        self.heading.setVisible(bool(self.heading.text()))
        self._show()
        self.resize(self.width(), self.needed())
        self.panels.ask(draft, None)
        # What the record tells stands first, and what is asked follows: the keyboard goes to the first question.
        asked = (box for box in self.boxes.values() if box.isVisibleTo(self) and not box.spec.read_only)
        first = next(asked, None)
        if first is not None:
            come_to(first.editor)

    def _on_failed(self, error: Exception) -> None:
        self._context.presenter.show(error)
        self.reject()

    def _on_typed(self, key: str, value: Value) -> None:
        self.session.put(key, value)
        self._show()
        self.panels.ask(self.session.draft, {key})

    def _on_unreadable(self, key: str, message: str) -> None:
        if self.session.unreadable.get(key, "") != message:
            self.session.unreadable[key] = message
            self._show()

    def _show(self) -> None:
        problems = self.session.problems()
        for key, box in self.boxes.items():
            box.show_draft(self.session.draft, problems.get(key, ""), locked=not self.loaded)
        whole = "\n".join(text for name, text in problems.items() if name not in self.boxes)
        self.problem.setText(whole)
        self.problem.setVisible(bool(whole))
        self.panels.show_draft(self.session.draft)
        self.fit()

    def fit(self) -> None:
        """Grow when there is more to say; the facts scroll from some height on."""
        if self.spec.panels:
            self.panels.setFixedHeight(min(self.panels.needed(), _PANELS))
        super().fit()

    def typed(self) -> bool:
        """Tell whether anything stands there that was not proposed."""
        for box in self.boxes.values():
            editor = box.editor
            if isinstance(editor, QLineEdit) and editor.isModified() and not editor.isReadOnly():
                editor.commit()
        return self.loaded and self.session.dirty

    def reject(self) -> None:
        """Close without doing anything; not while it is being done, for then its end is awaited."""
        if not self._saving:
            super().reject()

    def commit(self) -> None:
        """Perform the operation, or show what stands against it."""
        if not self.loaded or not self.accept_button.isEnabled():
            return
        for box in self.boxes.values():
            box.editor.commit()
        self.session.asked_to_save = True
        problems = self.session.all_problems()
        if problems:
            self._show()
            self._go_to(problems[0].field)
            return
        self._saving = True
        self.accept_button.setEnabled(False)
        self._context.perform(
            self.spec.save,
            self.spec.build(self.session.draft),
            then=self._on_done,
            refused=self._on_refused,
            said=self._on_said,
            failed=self._on_failed_to_save,
            title=_(self.spec.title),
        )

    def _go_to(self, name: str) -> None:
        if name in self.boxes:
            come_to(self.boxes[name].editor)

    def _on_done(self, value: Any) -> None:
        if self.spec.saved:
            self._context.toast(_(self.spec.saved))
        done = self._done
        self.accept()
        if done is not None:
            done(value)

    def _on_refused(self, refusal: Refusal) -> None:
        self.session.refused = refusal.problems
        self._show()
        if refusal.problems:
            self._go_to(refusal.problems[0].field)

    def _on_said(self, error: TradeError) -> None:
        """Say it beside what was typed, and not in a toast that goes away behind the dialog."""
        self.problem.setText(str(error))
        self.problem.show()
        self.fit()

    def _on_failed_to_save(self, _error: Exception) -> None:
        self._saving = False
        self.accept_button.setEnabled(True)
