"""What pages show of approvals: one request with its reasons, levels and history, and the lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select

from tradecrm.core.links import Link
from tradecrm.core.retold import retold
from tradecrm.core.text import N_, _
from tradecrm.models import ApprovalDecision, ApprovalRequest, ApprovalTurn, Deputy, Person
from tradecrm.services.control.approval_people import level_title, sight_of_firm, trades_alone
from tradecrm.services.control.approval_subjects import paper_link
from tradecrm.services.control.approval_titles import shown_title
from tradecrm.services.control.approval_values import (
    Figure,
    Reason,
    decode_figures,
    decode_levels,
    decode_reasons,
)
from tradecrm.services.work import Reader

STATUS_TITLES: tuple[tuple[str, str], ...] = (
    ("pending", N_("Waiting for approval")),
    ("approved", N_("Approved")),
    ("rejected", N_("Not approved")),
    ("withdrawn", N_("Withdrawn")),
    ("void", N_("Void")),
)
"""Every state of a request with its title."""

DECISION_TITLES: tuple[tuple[str, str], ...] = (
    ("approve", N_("Approved")),
    ("reject", N_("Not approved")),
    ("withdraw", N_("Withdrawn")),
    ("void", N_("Void")),
    ("auto", N_("Passed by itself")),
)
"""Every entry of a request's history with its title."""

_BY_ITSELF = frozenset({"auto", "void"})
"""What no person decided: the program wrote the reason, which is told again in the language of the reader."""
_FIGURE_WORDS = (N_("not known"), N_("n/a"), N_("cheapest valid quote"))
"""Figures that are words of the program; all other text of figures is a name, an amount, or what a person typed."""


@dataclass(frozen=True, slots=True)
class LevelView:
    """A level of a request: who decides, any or all of them, and whether it is done, at work or to come."""

    title: str
    mode: str
    people: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    """An entry of a request's history; ``for_person`` is whom a deputy stood in for."""

    at: datetime
    person: str
    for_person: str
    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as its page shows it; ``base_amount`` in base currency, ``link`` opens the paper."""

    id: int
    kind: str
    subject_id: int
    title: str
    status: str
    submitter_id: int
    submitter: str
    submitted_at: datetime
    decided_at: datetime | None
    base_amount: Decimal | None
    reasons: tuple[Reason, ...]
    figures: tuple[Figure, ...]
    levels: tuple[LevelView, ...]
    decisions: tuple[DecisionView, ...]
    waits_for: tuple[str, ...]
    may_decide: bool
    may_withdraw: bool
    link: Link | None


def own_turns(reader: Reader) -> Any:
    """Answer the ids of the pending requests that wait for the acting person today, deputies' days included."""
    today = reader.today
    standing_in = (
        select(Deputy.id)
        .where(
            Deputy.deputy_id == ApprovalTurn.person_id,
            Deputy.person_id == ApprovalTurn.for_person_id,
            Deputy.from_day <= today,
            Deputy.until_day >= today,
        )
        .exists()
    )
    return select(ApprovalTurn.request_id).where(
        ApprovalTurn.person_id == reader.actor.person_id,
        ApprovalTurn.done.is_(False),
        or_(ApprovalTurn.for_person_id.is_(None), standing_in),
    )


def waiting_count(reader: Reader) -> int:
    """Answer how many requests wait for the acting person."""
    waits = and_(ApprovalRequest.status == "pending", ApprovalRequest.id.in_(own_turns(reader)))
    return reader.session.scalar(select(func.count(ApprovalRequest.id)).where(waits)) or 0


def request_card(reader: Reader, request_id: int) -> RequestView:
    """Answer one request; NotFound when there is none that the person may see."""
    request = reader.get(ApprovalRequest, request_id, _("Approval request"))
    with sight_of_firm(reader):
        return _view(reader, request)


def pending_request(reader: Reader, kind: str, subject_id: int) -> RequestView | None:
    """Answer the request that waits for a paper, None when none does; whoever sees the paper may ask."""
    query = select(ApprovalRequest).where(
        ApprovalRequest.subject_kind == kind,
        ApprovalRequest.subject_id == subject_id,
        ApprovalRequest.status == "pending",
    )
    with sight_of_firm(reader):
        request = reader.session.scalars(query).first()
        return None if request is None else _view(reader, request)


def subjects_waiting(reader: Reader, kind: str, subject_ids: Iterable[int]) -> frozenset[int]:
    """Answer which of many papers wait for approval, in one statement; whoever sees a paper may ask."""
    query = select(ApprovalRequest.subject_id).where(
        ApprovalRequest.subject_kind == kind,
        ApprovalRequest.subject_id.in_(sorted(set(subject_ids))),
        ApprovalRequest.status == "pending",
    )
    with sight_of_firm(reader):
        return frozenset(reader.session.scalars(query))


def _view(reader: Reader, request: ApprovalRequest) -> RequestView:
    names = dict(reader.session.execute(select(Person.id, Person.name)).all())
    turns = reader.session.scalars(
        select(ApprovalTurn).where(ApprovalTurn.request_id == request.id).order_by(ApprovalTurn.id)
    ).all()
    now = [turn for turn in turns if turn.level == request.level and not turn.done]
    levels = []
    for at, level in enumerate(decode_levels(request.levels)):
        people = tuple(names[t.person_id] for t in turns if t.level == at and t.for_person_id is None)
        levels.append(LevelView(level_title(reader, level), level.mode, people, _level_state(request, at)))
    pending = request.status == "pending"
    mine = reader.session.scalar(own_turns(reader).where(ApprovalTurn.request_id == request.id).limit(1))
    return RequestView(
        request.id,
        request.subject_kind,
        request.subject_id,
        shown_title(request.title),
        request.status,
        request.owner_id,
        names[request.owner_id],
        request.submitted_at,
        request.decided_at,
        request.base_amount,
        tuple(Reason(each.trigger, retold(each.sentence)) for each in decode_reasons(request.reasons)),
        tuple(_shown(each) for each in decode_figures(request.figures)),
        tuple(levels),
        _history(reader, request.id, names),
        tuple(names[turn.person_id] for turn in now) if pending else (),
        pending and (mine is not None or trades_alone(reader)),
        pending and request.owner_id == reader.actor.person_id,
        paper_link(reader, request.subject_kind, request.subject_id),
    )


def _level_state(request: ApprovalRequest, at: int) -> str:
    if request.status == "approved" or at < request.level:
        return "done"
    if at == request.level:
        return "now" if request.status == "pending" else "stopped"
    return "later"


def _shown(figure: Figure) -> Figure:
    """Answer a figure in the language of the reader; what a person typed stays as typed."""
    return Figure(retold(figure.title), retold(figure.text, _FIGURE_WORDS))


def _history(reader: Reader, request_id: int, names: dict[int, str]) -> tuple[DecisionView, ...]:
    rows = reader.session.scalars(
        select(ApprovalDecision)
        .where(ApprovalDecision.request_id == request_id)
        .order_by(ApprovalDecision.id)
    )
    return tuple(
        DecisionView(
            row.at,
            names[row.person_id],
            "" if row.for_person_id is None else names[row.for_person_id],
            row.decision,
            retold(row.reason) if row.decision in _BY_ITSELF else row.reason,
        )
        for row in rows
    )
