"""Deputies (代理人): who decides for whom on which days; named by the person or by whoever keeps the settings."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tradecrm.core.fields import FieldKind
from tradecrm.core.problems import Refusal
from tradecrm.core.text import N_, _
from tradecrm.screens.spec import FieldSpec
from tradecrm.services.control.approval_people import (
    DeputyRow,
    DismissDeputy,
    NameDeputy,
    deputy_rows,
    dismiss_deputy,
    name_deputy,
)
from tradecrm.services.control.people import PersonRow
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.editors import DayEditor
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.theme import set_role, text_label

_FROM = FieldSpec("from_day", N_("From"), FieldKind.DATE, required=True)
_UNTIL = FieldSpec("until_day", N_("Until"), FieldKind.DATE, required=True)


class DeputiesPanel(QWidget):
    """The deputies of now and later, and a line that names another."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.person, self.deputy = QComboBox(), QComboBox()
        today = context.seat.book.clock.today
        self.first, self.last = (DayEditor(spec, today, context.theme) for spec in (_FROM, _UNTIL))
        for editor in (self.first, self.last):
            editor.put(today())
            editor.unreadable.connect(self._say)
        self.problem = text_label("", "problem", wrap=True)
        self.problem.hide()
        self.add_button = set_role(QPushButton(_("Name a deputy")), "primary")
        self.add_button.clicked.connect(self.add)
        self._lay_out()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        for title, field, stretch in (
            (_("For"), self.person, 2),
            (_("decides"), self.deputy, 2),
            (_("From"), self.first, 1),
            (_("Until"), self.last, 1),
        ):
            field.setAccessibleName(title)
            box = QVBoxLayout()
            box.setSpacing(2)
            box.addWidget(text_label(title, "label"))
            box.addWidget(field)
            line.addLayout(box, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._rows)
        column.addLayout(line)
        column.addWidget(self.problem)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.add_button)
        column.addLayout(foot)

    def show_people(self, people: Sequence[PersonRow]) -> None:
        """Offer the people of the firm; only whoever keeps the settings names deputies for others."""
        actor = self._context.seat.actor
        mine = self.person.currentData(), self.deputy.currentData()
        for box, kept in zip((self.person, self.deputy), mine, strict=True):
            box.clear()
            for row in people:
                own_only = box is self.person and not actor.can("settings.write")
                if row.active and not (own_only and row.id != actor.person_id):
                    box.addItem(row.name, row.id)
            box.setCurrentIndex(max(0, box.findData(kept)))
        self._context.ask(deputy_rows, then=self._show, replaces=(id(self), "deputies"))

    def _show(self, rows: Sequence[DeputyRow]) -> None:
        empty(self._rows)
        actor = self._context.seat.actor
        for row in rows:
            line = QHBoxLayout()
            words = _("{deputy} decides for {person}, {first} to {last}").format(
                deputy=row.deputy, person=row.person, first=row.from_day, last=row.until_day
            )
            line.addWidget(text_label(words, "", wrap=True), 1)
            if row.person_id == actor.person_id or actor.can("settings.write"):
                button = set_role(QPushButton(_("Remove")), "link")
                button.setAccessibleName(f"{_('Remove')}: {words}")
                button.clicked.connect(functools.partial(self._dismiss, row.id))
                line.addWidget(button)
            self._rows.addLayout(line)
        if not rows:
            self._rows.addWidget(text_label(_("Nobody stands in for anybody now."), "muted", wrap=True))

    def add(self) -> None:
        """Name the deputy that is typed."""
        self.problem.hide()
        if not (self.first.commit() and self.last.commit()) or self.person.currentData() is None:
            return
        first, last = self.first.value(), self.last.value()
        if isinstance(first, date) and isinstance(last, date):
            command = NameDeputy(self.person.currentData(), self.deputy.currentData(), first, last)
            self._context.perform(name_deputy, command, refused=self._refused)

    def _dismiss(self, key: int, _checked: bool = False) -> None:
        self._context.perform(dismiss_deputy, DismissDeputy(key))

    def _refused(self, refusal: Refusal) -> None:
        self._say("\n".join(problem.message for problem in refusal.problems))

    def _say(self, words: str) -> None:
        """Say what is wrong below the line that names a deputy; empty takes it away."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
