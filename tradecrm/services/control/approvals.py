"""Approvals (审批): asking, deciding level by level, withdrawing, and voiding what changed (domain.md section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import ApprovalDecision, ApprovalRequest, ApprovalTurn, Person
from tradecrm.services.control.approval_cards import RequestView, pending_request
from tradecrm.services.control.approval_people import (
    PENDING,
    answers_for,
    deal_again,
    demand_deciders,
    for_the_firm,
    level_title,
    sight_of_firm,
    stands_in,
    start_level,
    trades_alone,
)
from tradecrm.services.control.approval_rules import active_triggers, needed_levels
from tradecrm.services.control.approval_subjects import tell_approved, tell_returned
from tradecrm.services.control.approval_titles import shown_title
from tradecrm.services.control.approval_values import (
    Figure,
    NeededLevel,
    Reason,
    Subject,
    decode_levels,
    encode_figures,
    encode_levels,
    encode_reasons,
    snapshot_of,
)
from tradecrm.services.work import Reader, Work, operation

__all__ = [
    "Decide",
    "Figure",
    "Reason",
    "RequestView",
    "Subject",
    "WithdrawRequest",
    "active_triggers",
    "ask_approval",
    "decide",
    "demand_unchanged",
    "pending_request",
    "void_approval",
    "withdraw_request",
]

APPROVED = "approved"
REJECTED = "rejected"
WITHDRAWN = "withdrawn"
VOID = "void"
_STANDING = (PENDING, APPROVED)


def ask_approval(work: Work, subject: Subject) -> str:
    """Ask for the approval of a paper and answer “approved” or “pending”.

    Approved at once, and only logged: without reasons, while the rules are off, and for a trader alone
    (sections 0, 6, 16.3). All reasons go into one request with every level needed, the highest last. Raises
    Refusal when the paper waits already, or when there is nobody who may decide.
    """
    with for_the_firm(work) as firm:
        return _ask(firm, subject)


def _ask(work: Work, subject: Subject) -> str:
    if _latest(work, subject.kind, subject.id, (PENDING,)) is not None:
        raise Refusal.of(_("{title} waits for approval already.").format(title=subject.title))
    for old in _all(work, subject.kind, subject.id, (APPROVED,)):
        _close(work, old, VOID)
    triggers = frozenset(each.trigger for each in subject.reasons)
    levels = needed_levels(work, subject.kind, triggers, subject.base_amount)
    alone = trades_alone(work)
    if levels and not alone:
        levels = _merge_same(work, levels, subject.title)
    request = work.add(
        ApprovalRequest(
            owner_id=work.actor.person_id,
            subject_kind=subject.kind,
            subject_id=subject.id,
            title=subject.title,
            status=PENDING,
            reasons=encode_reasons(subject.reasons),
            figures=encode_figures(subject.figures),
            levels=encode_levels(levels),
            level=0,
            snapshot=snapshot_of(subject.protected),
            base_amount=subject.base_amount,
            submitted_at=work.now,
        )
    )
    if not levels or alone:
        why = _("A trader alone decides alone.") if levels else _("No rule asks for approval.")
        _log(work, request, "auto", why, None)
        _close(work, request, APPROVED)
        return APPROVED
    start_level(work, request, levels[0])
    return PENDING


def _merge_same(work: Work, levels: Sequence[NeededLevel], title: str) -> tuple[NeededLevel, ...]:
    """Drop a level that the next one's people answer for anyway; demand that each has someone to decide."""
    people = [demand_deciders(work, level, work.actor.person_id, title) for level in levels]
    return tuple(
        level
        for at, level in enumerate(levels)
        if at + 1 == len(levels) or (people[at], level.mode) != (people[at + 1], levels[at + 1].mode)
    )


def demand_unchanged(
    reader: Reader, kind: str, subject_id: int, protected: Sequence[tuple[str, str]]
) -> bool:
    """Tell whether a paper is still what was approved: the hash of its protected fields equals (section 6).

    True also for a paper that was never asked about; False for one whose last request is not approved.
    """
    query = (
        select(ApprovalRequest.status, ApprovalRequest.snapshot)
        .where(ApprovalRequest.subject_kind == kind, ApprovalRequest.subject_id == subject_id)
        .order_by(ApprovalRequest.id.desc())
        .limit(1)
    )
    with sight_of_firm(reader):
        found = reader.session.execute(query).one_or_none()
    return found is None or (found[0] == APPROVED and found[1] == snapshot_of(protected))


def void_approval(work: Work, kind: str, subject_id: int, why: str) -> None:
    """Void what was asked or approved for a paper: a protected field changed, or the paper went away."""
    with for_the_firm(work) as firm:
        for request in _all(firm, kind, subject_id, _STANDING):
            _log(firm, request, "void", why, None)
            _close(firm, request, VOID)


@dataclass(frozen=True, slots=True)
class Decide:
    """A decision on a request: “approve” or “reject”; a rejection says why."""

    request_id: int
    decision: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """A request that its submitter takes back."""

    request_id: int
    reason: str = ""


def check_decision(command: Decide) -> Sequence[Problem]:
    """Answer what is wrong with a decision."""
    if command.decision not in ("approve", "reject"):
        return [Problem("decision", _("Approve or reject."))]
    if command.decision == "reject" and not command.reason.strip():
        return [Problem("reason", _("Say why you reject it; whoever submitted it has to mend it."))]
    return ()


@operation("approval.decide", check=check_decision)
def decide(work: Work, command: Decide) -> str:
    """Decide on a request and answer its state.

    Raises Refusal for one's own submission, for a request that does not wait, and for one that waits for
    others. The last level's approval takes the paper on, a rejection takes it back to Draft.
    """
    request = work.get(ApprovalRequest, command.request_id, _("Approval request"))
    _demand_pending(request)
    turn = _own_turn(work, request)
    with for_the_firm(work) as firm:
        _log(firm, request, command.decision, command.reason.strip(), turn)
        if command.decision == "reject":
            _close(firm, request, REJECTED)
            tell_returned(firm, request.subject_kind, request.subject_id)
        elif _level_done(firm, request, turn):
            _go_on(firm, request)
    return request.status


def _own_turn(work: Work, request: ApprovalRequest) -> ApprovalTurn | None:
    """Answer the turn of the acting person, None for a trader who meanwhile is alone; Refusal when it is not theirs."""
    if trades_alone(work):
        return None
    if request.owner_id == work.actor.person_id:
        raise Refusal.of(
            _("{title} was submitted by yourself; nobody approves their own submission.").format(
                title=shown_title(request.title)
            )
        )
    turn = work.session.scalars(
        select(ApprovalTurn).where(
            ApprovalTurn.request_id == request.id,
            ApprovalTurn.level == request.level,
            ApprovalTurn.person_id == work.actor.person_id,
        )
    ).one_or_none()
    if turn is None:
        raise Refusal.of(
            _("{title} waits for {names}, not for you.").format(
                title=shown_title(request.title), names=", ".join(_waiting_names(work, request))
            )
        )
    if turn.done:
        raise Refusal.of(_("You have decided on {title} already.").format(title=shown_title(request.title)))
    level = decode_levels(request.levels)[request.level]
    if not answers_for(work, level, turn.for_person_id or turn.person_id):
        raise Refusal.of(
            _("{title} waits for “{level}”; whoever was asked does not decide there any more.").format(
                title=shown_title(request.title), level=level_title(work, level)
            )
        )
    if turn.for_person_id is not None and not stands_in(work, turn.person_id, turn.for_person_id):
        raise Refusal.of(
            _("You stand in for {name} on other days only.").format(
                name=work.get(Person, turn.for_person_id, _("Person")).name
            )
        )
    return turn


def _waiting_names(work: Work, request: ApprovalRequest) -> Sequence[str]:
    query = (
        select(Person.name)
        .join(ApprovalTurn, ApprovalTurn.person_id == Person.id)
        .where(
            ApprovalTurn.request_id == request.id,
            ApprovalTurn.level == request.level,
            ApprovalTurn.done.is_(False),
        )
        .order_by(Person.name)
    )
    with sight_of_firm(work):
        return work.session.scalars(query).all()


def _level_done(work: Work, request: ApprovalRequest, turn: ApprovalTurn | None) -> bool:
    """Mark a turn and those it stands for as done; tell whether the level has decided."""
    mode = decode_levels(request.levels)[request.level].mode
    turns = _turns(work, request)
    if turn is None or mode == "ANY":
        answered = turns
    else:
        principal = turn.for_person_id or turn.person_id
        answered = [each for each in turns if principal in (each.person_id, each.for_person_id)]
    for each in answered:
        each.done = True
    return all(each.done for each in turns if each.for_person_id is None)


def _go_on(work: Work, request: ApprovalRequest) -> None:
    """Ask the next level, or close the request as approved and take the paper on."""
    levels = decode_levels(request.levels)
    if request.level + 1 < len(levels) and not trades_alone(work):
        request.level += 1
        request.updated_at = work.now
        work.session.flush()
        start_level(work, request, levels[request.level])
        return
    _close(work, request, APPROVED)
    tell_approved(work, request.subject_kind, request.subject_id)


def people_changed(work: Work) -> None:
    """Let what waits follow a person who left or has another role: it waits for whoever decides now (section 6).

    A level that all had to decide is decided when everyone left in it has.
    """
    with for_the_firm(work) as firm:
        waiting = select(ApprovalRequest).where(ApprovalRequest.status == PENDING)
        for request in firm.session.scalars(waiting.order_by(ApprovalRequest.id)).all():
            deal_again(firm, request, decode_levels(request.levels)[request.level])
            firm.session.flush()
            turns = [turn for turn in _turns(firm, request) if turn.for_person_id is None]
            if turns and all(turn.done for turn in turns):
                _go_on(firm, request)


@operation("approval.decide")
def withdraw_request(work: Work, command: WithdrawRequest) -> None:
    """Take back one's own request; the paper is a draft again. Refused to others and once it is decided."""
    request = work.get(ApprovalRequest, command.request_id, _("Approval request"))
    _demand_pending(request)
    if request.owner_id != work.actor.person_id:
        raise Refusal.of(
            _("Only the person who submitted {title} may withdraw it.").format(
                title=shown_title(request.title)
            )
        )
    with for_the_firm(work) as firm:
        _log(firm, request, "withdraw", command.reason.strip(), None)
        _close(firm, request, WITHDRAWN)
        tell_returned(firm, request.subject_kind, request.subject_id)


def _demand_pending(request: ApprovalRequest) -> None:
    if request.status != PENDING:
        raise Refusal.of(_("{title} is decided already.").format(title=shown_title(request.title)))


def _log(work: Work, request: ApprovalRequest, decision: str, reason: str, turn: ApprovalTurn | None) -> None:
    work.add(
        ApprovalDecision(
            request_id=request.id,
            level=request.level,
            person_id=work.actor.person_id,
            for_person_id=None if turn is None else turn.for_person_id,
            decision=decision,
            reason=reason,
            at=work.now,
        )
    )


def _close(work: Work, request: ApprovalRequest, status: str) -> None:
    """End a request: nobody's turn is open any more."""
    request.status = status
    request.decided_at = work.now
    request.updated_at = work.now
    for turn in _turns(work, request):
        turn.done = True
    work.session.flush()


def _turns(work: Work, request: ApprovalRequest) -> Sequence[ApprovalTurn]:
    """Answer the turns of the level that decides now."""
    return work.session.scalars(
        select(ApprovalTurn).where(ApprovalTurn.request_id == request.id, ApprovalTurn.level == request.level)
    ).all()


def _all(work: Work, kind: str, subject_id: int, states: tuple[str, ...]) -> Sequence[ApprovalRequest]:
    return work.session.scalars(
        select(ApprovalRequest)
        .where(
            ApprovalRequest.subject_kind == kind,
            ApprovalRequest.subject_id == subject_id,
            ApprovalRequest.status.in_(states),
        )
        .order_by(ApprovalRequest.id)
    ).all()


def _latest(work: Work, kind: str, subject_id: int, states: tuple[str, ...]) -> ApprovalRequest | None:
    found = _all(work, kind, subject_id, states)
    return found[-1] if found else None
