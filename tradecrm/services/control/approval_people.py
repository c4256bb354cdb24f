"""Who decides at a level: the holders of a role or a person, their deputies, never the submitter (section 6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import ApprovalRequest, ApprovalTurn, Department, Deputy, Person
from tradecrm.services.control.approval_titles import shown_title
from tradecrm.services.control.approval_values import NeededLevel
from tradecrm.services.control.people import ROLE_TITLES
from tradecrm.services.control.roles import Role, Scope
from tradecrm.services.work import Reader, Work, operation

PENDING = "pending"
_FIRM = Role("firm", frozenset({"*"}), Scope.ALL)


@contextmanager
def sight_of_firm(reader: Reader) -> Iterator[None]:
    """Lend the whole firm's sight: whoever sees a paper may see that it waits, and for whom.

    An approver also decides on papers of people whose records they may not write themselves. The log still
    names the person.
    """
    info = reader.session.info
    own = info["actor"]
    info["actor"] = replace(own, role=_FIRM)
    try:
        yield
    finally:
        info["actor"] = own


@contextmanager
def for_the_firm(work: Work) -> Iterator[Work]:
    """Lend the whole firm's sight and rights for the consequences of a submission or a decision."""
    work.session.flush()
    with sight_of_firm(work):
        firm = Work(work.session, work.session.info["actor"], work.clock, work.progress)
        firm.warnings = work.warnings
        yield firm
        work.session.flush()


def trades_alone(reader: Reader) -> bool:
    """Tell whether one person holds all roles, so that approvals pass by themselves (section 0)."""
    return reader.session.scalar(select(func.count(Person.id)).where(Person.active.is_(True))) == 1


def level_title(reader: Reader, level: NeededLevel) -> str:
    """Answer what a level is called: a role, or a person's name."""
    if level.person_id is not None:
        return reader.session.scalar(select(Person.name).where(Person.id == level.person_id)) or ""
    return _(dict(ROLE_TITLES).get(level.role, level.role))


def deciders(reader: Reader, level: NeededLevel, submitter_id: int) -> tuple[int, ...]:
    """Answer who decides at a level, the submitter never among them.

    Managers of the submitter's department or one above go before other managers; where nobody else holds the
    role, the owners answer for it, who hold every right. Empty when there is nobody.
    """
    people = tuple(reader.session.scalars(select(Person).where(Person.active.is_(True)).order_by(Person.id)))
    others = [person for person in people if person.id != submitter_id]
    if level.person_id is not None:
        found = [person for person in others if person.id == level.person_id]
    else:
        found = [person for person in others if person.role == level.role]
    if level.role == "manager" and level.person_id is None:
        above = _departments_above(reader, submitter_id)
        found = [person for person in found if person.department_id in above] or found
    found = found or [person for person in others if person.role == "owner"]
    return tuple(person.id for person in found)


def _departments_above(reader: Reader, person_id: int) -> frozenset[int]:
    """Answer the department of a person and every one above it."""
    parents = dict(reader.session.execute(select(Department.id, Department.parent_id)).all())
    at = reader.session.scalar(select(Person.department_id).where(Person.id == person_id))
    seen: set[int] = set()
    while at is not None and at not in seen:
        seen.add(at)
        at = parents.get(at)
    return frozenset(seen)


def demand_deciders(reader: Reader, level: NeededLevel, submitter_id: int, title: str) -> tuple[int, ...]:
    """Answer who decides at a level; raises Refusal that says whom to add when there is nobody."""
    found = deciders(reader, level, submitter_id)
    if not found:
        raise Refusal.of(
            _(
                "Nobody may approve {title}: the level “{level}” has no one but the person who submits it. "
                "Add another person with that role or a second owner under People, or change the levels "
                "under Approval rules."
            ).format(title=title, level=level_title(reader, level))
        )
    return found


def start_level(work: Work, request: ApprovalRequest, level: NeededLevel) -> None:
    """Give everyone who decides at the request's level their turn, and their deputies with them."""
    principals = demand_deciders(work, level, request.owner_id, shown_title(request.title))
    for person_id in principals:
        _give_turn(work, request, person_id, None)
    for principal in principals:
        _give_deputies(work, request, principal)


def _give_turn(work: Work, request: ApprovalRequest, person_id: int, for_id: int | None) -> None:
    given = select(ApprovalTurn.id).where(
        ApprovalTurn.request_id == request.id,
        ApprovalTurn.level == request.level,
        ApprovalTurn.person_id == person_id,
    )
    if person_id == request.owner_id or work.session.scalar(given) is not None:
        return
    work.add(
        ApprovalTurn(
            request_id=request.id,
            level=request.level,
            person_id=person_id,
            for_person_id=for_id,
            since=work.now,
            done=False,
        )
    )


def answers_for(reader: Reader, level: NeededLevel, person_id: int) -> bool:
    """Tell whether a person still decides at a level: it names them, they hold its role, or are an owner."""
    role = reader.session.scalar(select(Person.role).where(Person.id == person_id, Person.active.is_(True)))
    return role is not None and (person_id == level.person_id or role in (level.role, "owner"))


def deal_again(work: Work, request: ApprovalRequest, level: NeededLevel) -> None:
    """Take the turns of those who left or lost the role, with their deputies', and ask whoever decides now.

    Someone else is asked only when nobody is left who was; with nobody at all it waits until there is someone.
    """
    turns = work.session.scalars(
        select(ApprovalTurn).where(ApprovalTurn.request_id == request.id, ApprovalTurn.level == request.level)
    ).all()
    kept = []
    for turn in turns:
        if turn.done or answers_for(work, level, turn.for_person_id or turn.person_id):
            kept.append(turn)
        else:
            work.session.delete(turn)
    work.session.flush()
    if any(turn.for_person_id is None for turn in kept):
        return
    found = deciders(work, level, request.owner_id)
    for person_id in found:
        _give_turn(work, request, person_id, None)
        _give_deputies(work, request, person_id)
    if not found:
        work.warn(
            _("{title} waits for “{level}”, and nobody is left who may decide on it.").format(
                title=shown_title(request.title), level=level_title(work, level)
            )
        )


def _give_deputies(work: Work, request: ApprovalRequest, principal: int) -> None:
    """Give the deputies of a person their turn; it counts only on the days on which they stand in."""
    found = select(Deputy.deputy_id).where(Deputy.person_id == principal, Deputy.until_day >= work.today)
    for deputy_id in work.session.scalars(found):
        _give_turn(work, request, deputy_id, principal)


def stands_in(reader: Reader, deputy_id: int, person_id: int) -> bool:
    """Tell whether a deputy may decide for a person today."""
    found = select(Deputy.id).where(
        Deputy.deputy_id == deputy_id,
        Deputy.person_id == person_id,
        Deputy.from_day <= reader.today,
        Deputy.until_day >= reader.today,
    )
    return reader.session.scalar(found.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class DeputyRow:
    """Who decides for whom, from one day to another, both included."""

    id: int
    person_id: int
    person: str
    deputy_id: int
    deputy: str
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class NameDeputy:
    """A deputy to be: decides for the person on these days, both included."""

    person_id: int
    deputy_id: int
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class DismissDeputy:
    """A deputy who stands in no more."""

    deputy_row_id: int


def deputy_rows(reader: Reader) -> tuple[DeputyRow, ...]:
    """Answer the deputies whose days are not over, by day."""
    names = dict(reader.session.execute(select(Person.id, Person.name)).all())
    rows = reader.session.scalars(
        select(Deputy).where(Deputy.until_day >= reader.today).order_by(Deputy.from_day, Deputy.id)
    )
    return tuple(
        DeputyRow(
            row.id,
            row.person_id,
            names[row.person_id],
            row.deputy_id,
            names[row.deputy_id],
            row.from_day,
            row.until_day,
        )
        for row in rows
    )


def check_deputy(command: NameDeputy) -> Sequence[Problem]:
    """Answer what is wrong with a deputy."""
    problems = []
    if command.person_id == command.deputy_id:
        problems.append(Problem("deputy_id", _("A person cannot be their own deputy.")))
    if command.until_day < command.from_day:
        problems.append(Problem("until_day", _("The last day is before the first.")))
    return problems


@operation("approval.decide", check=check_deputy)
def name_deputy(work: Work, command: NameDeputy) -> int:
    """Name a deputy for oneself (whoever keeps the settings: for anyone); what waits reaches them too."""
    _demand_own(work, command.person_id)
    deputy = work.get(Person, command.deputy_id, _("Person"))
    work.get(Person, command.person_id, _("Person"))
    if not deputy.active:
        raise Refusal.of(_("{name} has left; choose someone else.").format(name=deputy.name), "deputy_id")
    if command.until_day < work.today:
        raise Refusal.of(_("These days are over already."), "until_day")
    row = work.add(
        Deputy(
            person_id=command.person_id,
            deputy_id=command.deputy_id,
            from_day=command.from_day,
            until_day=command.until_day,
        )
    )
    with for_the_firm(work) as firm:
        waiting = (
            select(ApprovalRequest)
            .join(ApprovalTurn, ApprovalTurn.request_id == ApprovalRequest.id)
            .where(
                ApprovalRequest.status == PENDING,
                ApprovalTurn.level == ApprovalRequest.level,
                ApprovalTurn.person_id == command.person_id,
                ApprovalTurn.for_person_id.is_(None),
                ApprovalTurn.done.is_(False),
            )
        )
        for request in tuple(firm.session.scalars(waiting)):
            _give_turn(firm, request, command.deputy_id, command.person_id)
    return row.id


@operation("approval.decide")
def dismiss_deputy(work: Work, command: DismissDeputy) -> None:
    """Take a deputy's right back at once; what they decided stays."""
    row = work.get(Deputy, command.deputy_row_id, _("Deputy"))
    _demand_own(work, row.person_id)
    work.session.delete(row)


def _demand_own(work: Work, person_id: int) -> None:
    if person_id != work.actor.person_id and not work.actor.can("settings.write"):
        raise Refusal.of(_("You may name a deputy only for yourself."), "person_id")
