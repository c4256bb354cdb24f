"""Expense claims (费用报销): written by everyone, approved, paid and booked in one posting (domain.md section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.claim_flows import EXPENSE_CLAIM
from tradecrm.core.expenses import COST_CODES
from tradecrm.core.money import convert, currency_problems, decimal_problems, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import ExpenseClaim, ExpenseLine, Person, Shipment
from tradecrm.services.control.approval_titles import approval_title
from tradecrm.services.control.approvals import (
    Figure,
    Reason,
    Subject,
    active_triggers,
    ask_approval,
    void_approval,
)
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.closing import is_late
from tradecrm.services.work import Reader, Work, operation

KIND = "expense_claim"
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ClaimLineDraft:
    """What was spent: ``rate`` None takes the bank selling rate of the day; a shipment makes it its cost."""

    day: date
    category: str
    description: str
    currency: str
    amount: Decimal
    rate: Decimal | None = None
    shipment_id: int | None = None


@dataclass(frozen=True, slots=True)
class SaveClaim:
    """An expense claim as typed; ``payee`` empty is the person who writes it."""

    day: date
    title: str
    lines: tuple[ClaimLineDraft, ...]
    payee: str = ""
    remarks: str = ""
    id: int | None = None
    version: int | None = None


def check_claim(command: SaveClaim) -> list[Problem]:
    """Answer everything that is wrong with a claim, each at its field."""
    problems = []
    if not command.title.strip():
        problems.append(Problem("title", _("Say what the money was for.")))
    if not command.lines:
        problems.append(Problem("lines", _("An expense claim needs at least one line.")))
    for position, line in enumerate(command.lines):
        problems.extend(_check_line(f"lines.{position}", line))
    return problems


def _check_line(at: str, line: ClaimLineDraft) -> list[Problem]:
    problems = []
    if line.category not in COST_CODES:
        problems.append(Problem(f"{at}.category", _("Choose a category.")))
    if not line.description.strip():
        problems.append(Problem(f"{at}.description", _("Say what it was for.")))
    problems += currency_problems(f"{at}.currency", line.currency) or decimal_problems(
        (f"{at}.amount", line.amount, line.currency)
    )
    if line.amount <= 0:
        problems.append(Problem(f"{at}.amount", _("The amount must be above zero.")))
    if line.rate is not None and line.rate <= 0:
        problems.append(Problem(f"{at}.rate", _("The rate must be above zero.")))
    return problems


@operation("claim.write", check=check_claim)
def save_claim(work: Work, command: SaveClaim) -> int:
    """Write a claim that is a draft; answers its id. A day to come and another's shipment are refused."""
    _demand_past(work, command)
    claim = _claim_to_write(work, command)
    claim.day = command.day
    claim.title = command.title.strip()
    claim.payee = command.payee.strip() or _own_name(work, claim.owner_id)
    claim.remarks = command.remarks
    claim.updated_at = work.now
    work.add(claim)
    for old in claim_lines(work, claim.id):
        work.session.delete(old)
    work.session.flush()
    total = ZERO
    for position, line in enumerate(command.lines, 1):
        if line.shipment_id is not None:
            is_late(work, work.get(Shipment, line.shipment_id, _("Shipment")).id)
        rate = rate_for(work, RateType.SELL, line.currency, line.day, manual=line.rate).rate
        value = convert(line.amount, rate, work.base)
        total += value
        work.session.add(
            ExpenseLine(
                claim_id=claim.id,
                owner_id=claim.owner_id,
                position=position,
                day=line.day,
                category=line.category,
                description=line.description.strip(),
                currency=line.currency,
                amount=line.amount,
                rate=rate,
                base_amount=value,
                shipment_id=line.shipment_id,
            )
        )
    claim.total_base = total
    work.session.flush()
    return claim.id


def _demand_past(work: Work, command: SaveClaim) -> None:
    """Refuse what is dated after today: it was not spent yet."""
    days = [("day", command.day)]
    days += [(f"lines.{at}.day", line.day) for at, line in enumerate(command.lines)]
    problems = [
        Problem(field, _("What has happened cannot be dated after today."))
        for field, day in days
        if day > work.today
    ]
    if problems:
        raise Refusal(problems)


def _claim_to_write(work: Work, command: SaveClaim) -> ExpenseClaim:
    """Answer the claim to fill: a new one, or the draft that was read in the same version."""
    if command.id is None:
        return ExpenseClaim(
            number=work.number("claim", command.day),
            status=EXPENSE_CLAIM.start,
            owner_id=work.actor.person_id,
        )
    claim = work.get(ExpenseClaim, command.id, _("Expense claim"))
    if claim.status != EXPENSE_CLAIM.start:
        raise Refusal.of(
            _("{number} is “{status}”; only a draft can be changed. Return it to draft first.").format(
                number=claim.number, status=claim_state(claim.status)
            )
        )
    work.demand_version(claim, command.version, claim.number)
    return claim


def _own_name(reader: Reader, person_id: int) -> str:
    return reader.session.scalar(select(Person.name).where(Person.id == person_id)) or ""


def claim_state(key: str) -> str:
    """Answer the translated title of a state of a claim."""
    return _(EXPENSE_CLAIM.state(key).title)


def claim_lines(reader: Reader, claim_id: int) -> Sequence[ExpenseLine]:
    """Answer the lines of a claim in their order."""
    return reader.session.scalars(
        select(ExpenseLine).where(ExpenseLine.claim_id == claim_id).order_by(ExpenseLine.position)
    ).all()


@dataclass(frozen=True, slots=True)
class MoveClaim:
    """A step of a claim's flow without further questions: submit, return or void."""

    claim_id: int
    step: str


_STEPS = frozenset({"submit", "return", "void"})


@operation("claim.write")
def move_claim(work: Work, command: MoveClaim) -> str:
    """Take a claim a step further; answers its state. One that no rule asks about is approved at once."""
    claim = work.get(ExpenseClaim, command.claim_id, _("Expense claim"))
    step = EXPENSE_CLAIM.step(claim.status, command.step)
    if command.step not in _STEPS or (command.step == "return" and claim.status == "submitted"):
        raise Refusal.of(
            _("{number} waits for approval; withdraw it on the page of approvals.").format(
                number=claim.number
            )
        )
    if command.step == "submit":
        answer = ask_approval(work, _subject(work, claim))
        claim.status = "approved" if answer == "approved" else step.target
    else:
        void_approval(work, KIND, claim.id, _(step.title))
        claim.status = step.target
    claim.updated_at = work.now
    return claim.status


def _subject(work: Work, claim: ExpenseClaim) -> Subject:
    """Answer a claim as the approval engine takes it: every claim, large ones in particular (section 6)."""
    triggers = active_triggers(work, KIND)
    total = format_money(claim.total_base, work.base)
    reasons = []
    if "every" in triggers:
        reasons.append(Reason("every", _("{payee} asks for {total}.").format(payee=claim.payee, total=total)))
    limit = triggers.get("amount")
    if limit is not None and claim.total_base > limit:
        reasons.append(
            Reason(
                "amount",
                _("{total} is above {limit}.").format(total=total, limit=format_money(limit, work.base)),
            )
        )
    lines = claim_lines(work, claim.id)
    protected = [("payee", claim.payee), ("total", f"{claim.total_base.normalize():f}")]
    protected += [
        (
            f"line {line.position}",
            f"{line.category}|{line.currency}|{line.amount.normalize():f}|{line.shipment_id}",
        )
        for line in lines
    ]
    return Subject(
        kind=KIND,
        id=claim.id,
        title=approval_title(KIND, number=claim.number),
        reasons=tuple(reasons),
        protected=tuple(protected),
        figures=(
            Figure(_("Purpose"), claim.title),
            Figure(_("Payee"), claim.payee),
            Figure(_("Total"), total),
            Figure(_("Lines"), str(len(lines))),
        ),
        base_amount=claim.total_base,
    )


def claim_approved(work: Work, claim_id: int) -> None:
    """Take a submitted claim on, now that it is approved."""
    _set(work, claim_id, "approve")


def claim_returned(work: Work, claim_id: int) -> None:
    """Take a claim back to draft: it was rejected or withdrawn (section 16.3)."""
    _set(work, claim_id, "return")


def _set(work: Work, claim_id: int, key: str) -> None:
    claim = work.get(ExpenseClaim, claim_id, _("Expense claim"))
    claim.status = EXPENSE_CLAIM.step(claim.status, key).target
    claim.updated_at = work.now
