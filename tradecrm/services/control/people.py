"""The people of the firm: who they are, their role and department; only the owner changes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import N_, _
from tradecrm.models import Department, Person
from tradecrm.services.control.roles import ROLES
from tradecrm.services.work import Reader, Work, operation

ROLE_TITLES: tuple[tuple[str, str], ...] = (
    ("owner", N_("Owner")),
    ("manager", N_("Department manager")),
    ("sales", N_("Salesperson")),
    ("finance", N_("Finance")),
    ("purchaser", N_("Purchaser")),
    ("documents", N_("Shipping clerk")),
)
"""Every role with its title, in order of rank."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as a list shows them."""

    id: int
    name: str
    role: str
    department_id: int | None
    department: str
    active: bool


@dataclass(frozen=True, slots=True)
class AddPerson:
    """A person to be; ``role`` is one of ROLE_TITLES."""

    name: str
    role: str
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChangePerson:
    """What a person is from now on; one who left is not active and keeps their records."""

    person_id: int
    name: str
    role: str
    department_id: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class AddDepartment:
    """A department to be, perhaps below another."""

    name: str
    parent_id: int | None = None


def people_rows(reader: Reader) -> tuple[PersonRow, ...]:
    """Answer everyone in the book, those who left included, by name."""
    rows = reader.session.execute(
        select(Person.id, Person.name, Person.role, Person.department_id, Department.name, Person.active)
        .outerjoin(Department, Department.id == Person.department_id)
        .order_by(Person.name)
    )
    return tuple(PersonRow(r[0], r[1], r[2], r[3], r[4] or "", r[5]) for r in rows)


def departments(reader: Reader) -> tuple[tuple[int, str, int | None], ...]:
    """Answer (id, name, department above) of every department, by name."""
    rows = reader.session.execute(
        select(Department.id, Department.name, Department.parent_id).order_by(Department.name)
    )
    return tuple(rows)


def check_person(command: AddPerson | ChangePerson) -> Sequence[Problem]:
    """Answer what is wrong with a person's particulars."""
    problems = []
    if not command.name.strip():
        problems.append(Problem("name", _("Give the person's name.")))
    if command.role not in ROLES:
        problems.append(Problem("role", _("There is no role {role}.").format(role=command.role)))
    return problems


def check_department(command: AddDepartment) -> Sequence[Problem]:
    """Answer what is wrong with a department's particulars."""
    return [] if command.name.strip() else [Problem("name", _("Give the department's name."))]


@operation("people.write", check=check_person)
def add_person(work: Work, command: AddPerson) -> int:
    """Add a person and answer their id; a name stands for one person only."""
    _refuse_taken(work, command.name.strip(), 0)
    _refuse_unknown_department(work, command.department_id)
    person = Person(
        name=command.name.strip(), role=command.role, department_id=command.department_id, active=True
    )
    key = work.add(person).id
    _tell_what_waits(work)
    return key


def _tell_what_waits(work: Work) -> None:
    from tradecrm.services.control.approvals import people_changed  # It stands above the people.

    work.session.flush()
    people_changed(work)


@operation("people.write", check=check_person)
def change_person(work: Work, command: ChangePerson) -> None:
    """Change a person; refused when the book would be left without an active owner."""
    person = work.get(Person, command.person_id, _("Person"))
    _refuse_taken(work, command.name.strip(), person.id)
    _refuse_unknown_department(work, command.department_id)
    if person.role == "owner" and (command.role != "owner" or not command.active):
        others = select(func.count(Person.id)).where(
            Person.role == "owner", Person.active.is_(True), Person.id != person.id
        )
        if not work.session.scalar(others):
            raise Refusal.of(
                _("{name} is the only owner. Make someone else owner first.").format(name=person.name)
            )
    before = (person.role, person.active)
    person.name = command.name.strip()
    person.role = command.role
    person.department_id = command.department_id
    person.active = command.active
    if before != (person.role, person.active):
        _tell_what_waits(work)


@operation("people.write", check=check_department)
def add_department(work: Work, command: AddDepartment) -> int:
    """Add a department and answer its id."""
    name = command.name.strip()
    if work.session.scalar(select(Department.id).where(Department.name == name)) is not None:
        raise Refusal.of(_("There is a department {name} already.").format(name=name), "name")
    _refuse_unknown_department(work, command.parent_id)
    return work.add(Department(name=name, parent_id=command.parent_id)).id


def _refuse_taken(work: Work, name: str, own_id: int) -> None:
    taken = select(Person.id).where(Person.name == name, Person.id != own_id)
    if work.session.scalar(taken) is not None:
        raise Refusal.of(
            _("There is a person called {name} already. Add something that tells the two apart.").format(
                name=name
            ),
            "name",
        )


def _refuse_unknown_department(work: Work, department_id: int | None) -> None:
    if department_id is not None:
        work.get(Department, department_id, _("Department"))
