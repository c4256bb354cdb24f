"""The people of the firm: who they are, what they are, whether they still work here; a plain page."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.services.control.people import (
    ROLE_TITLES,
    AddDepartment,
    AddPerson,
    ChangePerson,
    PersonRow,
    add_department,
    add_person,
    change_person,
    departments,
    people_rows,
)
from tradecrm.services.work import Reader
from tradecrm.ui.asking import may_drop
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.theme import set_role, text_label


@dataclass(frozen=True, slots=True)
class PeopleSheet:
    """What the page shows: everyone, and (id, name, department above) of the departments."""

    people: tuple[PersonRow, ...]
    departments: tuple[tuple[int, str, int | None], ...]


def people_sheet(reader: Reader) -> PeopleSheet:
    """Answer the people and the departments."""
    return PeopleSheet(people_rows(reader), departments(reader))


class PeoplePage(Page):
    """A row for each person, changed at once; below, a new person and a new department."""

    watches = frozenset({"person", "department"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._may = context.seat.actor.can("people.write")
        self._grid = QGridLayout()
        self.names: dict[int, QLineEdit] = {}
        self.roles: dict[int, QComboBox] = {}
        self.actives: dict[int, QCheckBox] = {}
        self._departments: dict[int, QComboBox] = {}
        self.problem = text_label("", "problem", wrap=True)
        self.problem.hide()
        self.new_name, self.new_department = QLineEdit(), QLineEdit()
        self.new_role = _roles("sales")
        self.new_place = QComboBox()
        self.add_button = set_role(QPushButton(_("Add person")), "primary")
        self._found_button = QPushButton(_("Add department"))
        self._lay_out()
        self.add_button.clicked.connect(self.add)
        self._found_button.clicked.connect(self.found)
        self.new_name.returnPressed.connect(self.add)
        self.new_department.returnPressed.connect(self.found)
        self.reload()

    def title(self) -> str:
        """Answer the name of the page."""
        return _("People")

    @property
    def unsaved(self) -> bool:
        """Tell whether somebody or a department was typed and not added."""
        return bool(self.new_name.text().strip() or self.new_department.text().strip())

    def leave(self) -> bool:
        """Ask before what was typed is dropped."""
        return not self.unsaved or may_drop(self)

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "person"

    def reload(self) -> None:
        """Read everyone again."""
        self.context.ask(people_sheet, then=self._show, replaces=(id(self), "people"))

    def add(self) -> None:
        """Add the person that is typed."""
        self.problem.hide()
        self.context.perform(
            add_person,
            AddPerson(self.new_name.text(), self.new_role.currentData(), self.new_place.currentData()),
            then=lambda _key: self.new_name.clear(),
            refused=self._refused,
        )

    def found(self) -> None:
        """Add the department that is typed."""
        self.problem.hide()
        self.context.perform(
            add_department,
            AddDepartment(self.new_department.text()),
            then=lambda _key: self.new_department.clear(),
            refused=self._refused,
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(text_label(_("People"), "title"), 1)
        rules = QPushButton(_("Approval rules"))
        rules.clicked.connect(lambda: self.context.open(Link.to("approval_rules")))
        head.addWidget(rules)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2)
        self._grid.setColumnStretch(2, 2)
        words = _(
            "A role says what a person may do and see. Whoever left keeps their records; with more than one "
            "person the program asks at the start who is working."
        )
        inner = QWidget()
        inner.setObjectName("groups")
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 4, 0)
        body.setSpacing(14)
        holder = QWidget()
        holder.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        body.addWidget(_card(_("Who works here"), holder))
        body.addWidget(_card(_("Somebody new"), self._new_person()))
        body.addWidget(_card(_("Departments"), self._new_department()))
        body.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 16)
        whole.setSpacing(10)
        whole.addLayout(head)
        whole.addWidget(text_label(words, "muted", wrap=True))
        whole.addWidget(self.problem)
        whole.addWidget(scroll, 1)

    def _new_person(self) -> QWidget:
        self.new_name.setPlaceholderText(_("Full name"))
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        fields = (
            (self.new_name, _("Full name"), 3),
            (self.new_role, _("Role in the firm"), 2),
            (self.new_place, _("Department"), 2),
        )
        for field, title, stretch in fields:
            field.setAccessibleName(title)
            line.addWidget(field, stretch)
        line.addWidget(self.add_button)
        holder.setEnabled(self._may)
        return holder

    def _new_department(self) -> QWidget:
        self.new_department.setPlaceholderText(_("Name of a department"))
        self.new_department.setAccessibleName(_("Name of a department"))
        self._listed = text_label("", "muted", wrap=True)
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.addWidget(self._listed, 0, 0, 1, 2)
        grid.addWidget(self.new_department, 1, 0)
        grid.addWidget(self._found_button, 1, 1)
        holder.setEnabled(self._may)
        return holder

    def _show(self, sheet: PeopleSheet) -> None:
        empty(self._grid)
        self.names, self.roles, self.actives, self._departments = {}, {}, {}, {}
        titles = (_("Full name"), _("Role in the firm"), _("Department"), _("Works here"))
        for column, title in enumerate(titles):
            self._grid.addWidget(text_label(title, "label"), 0, column)
        for place, row in enumerate(sheet.people, 1):
            self._person(place, row, sheet)
        kept = self.new_place.currentData()
        _fill(self.new_place, sheet, kept)
        names = ", ".join(name for _key, name, _above in sheet.departments)
        self._listed.setText(names or _("No departments yet; a small firm does not need any."))

    def _person(self, place: int, row: PersonRow, sheet: PeopleSheet) -> None:
        name, role, where, active = QLineEdit(row.name), _roles(row.role), QComboBox(), QCheckBox()
        _fill(where, sheet, row.department_id)
        active.setChecked(row.active)
        for column, (field, title) in enumerate(
            (
                (name, _("Full name")),
                (role, _("Role in the firm")),
                (where, _("Department")),
                (active, _("Works here")),
            )
        ):
            field.setAccessibleName(f"{row.name}: {title}")
            field.setEnabled(self._may)
            self._grid.addWidget(field, place, column)
        self.names[row.id], self.roles[row.id] = name, role
        self._departments[row.id], self.actives[row.id] = where, active
        change = functools.partial(self._change, row)
        name.editingFinished.connect(change)
        role.activated.connect(change)
        where.activated.connect(change)
        active.clicked.connect(change)

    def _change(self, row: PersonRow, *_what: object) -> None:
        command = ChangePerson(
            row.id,
            self.names[row.id].text(),
            self.roles[row.id].currentData(),
            self._departments[row.id].currentData(),
            self.actives[row.id].isChecked(),
        )
        if command == ChangePerson(row.id, row.name, row.role, row.department_id, row.active):
            return
        self.problem.hide()
        self.context.perform(
            change_person, command, refused=self._refused, failed=lambda _error: self.reload()
        )

    def _refused(self, refusal: Refusal) -> None:
        self.problem.setText("\n".join(problem.message for problem in refusal.problems))
        self.problem.show()


def _roles(chosen: str) -> QComboBox:
    box = QComboBox()
    for role, title in ROLE_TITLES:
        box.addItem(_(title), role)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box


def _fill(box: QComboBox, sheet: PeopleSheet, chosen: int | None) -> None:
    box.clear()
    box.addItem(_("no department"), None)
    for key, name, _above in sheet.departments:
        box.addItem(name, key)
    box.setCurrentIndex(max(0, box.findData(chosen)))


def _card(title: str, body: QWidget) -> QFrame:
    card = set_role(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 12, 16, 14)
    column.setSpacing(8)
    column.addWidget(text_label(title, "section"))
    column.addWidget(body)
    return card
