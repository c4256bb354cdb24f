"""Salesperson commission (业务提成): rules, the run of a period, its posting, payment and reversal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.claim_flows import COMMISSION_RUN
from tradecrm.core.commission import Commission, CommissionBasis, CommissionTerms, reckon
from tradecrm.core.money import decimal_problems
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, CommissionLine, CommissionRule, CommissionRun, Person, Posting
from tradecrm.services.claims.commission_base import earned_records
from tradecrm.services.claims.commission_corrections import Correction, correcting_run, corrections
from tradecrm.services.money.accounts import take_out
from tradecrm.services.money.ledger import BANK, EXPENSE, STAFF, Row, Source, post, reverse
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
CATEGORY = "COMMIS"
_PAID = "commission_pay"


@dataclass(frozen=True, slots=True)
class SaveCommissionRule:
    """A rule as typed: rate a fraction, ``above`` in base; without a person it is everyone's."""

    title: str
    basis: str
    rate: Decimal
    from_day: date
    person_id: int | None = None
    above: Decimal = ZERO
    until_day: date | None = None
    active: bool = True
    id: int | None = None
    version: int | None = None


def check_commission_rule(command: SaveCommissionRule) -> list[Problem]:
    """Answer what is wrong with a rule."""
    problems = []
    if not command.title.strip():
        problems.append(Problem("title", _("Give the rule a name.")))
    if command.basis not in {basis.value for basis in CommissionBasis}:
        problems.append(Problem("basis", _("Choose what the commission is reckoned on.")))
    if not 0 < command.rate < 1:
        problems.append(Problem("rate", _("The rate must be above 0 and below 100 %.")))
    if command.above < 0:
        problems.append(Problem("above", _("The amount must not be below zero.")))
    if command.until_day is not None and command.until_day < command.from_day:
        problems.append(Problem("until_day", _("The last day is before the first.")))
    return problems


@operation("commission.write", check=check_commission_rule)
def save_commission_rule(work: Work, command: SaveCommissionRule) -> int:
    """Write a rule; answers its id. Runs that were reckoned keep the rates they were reckoned with."""
    work.actor.demand("profit.read")
    if too_fine := decimal_problems(("above", command.above, work.base)):
        raise Refusal(too_fine)
    if command.person_id is not None:
        work.get(Person, command.person_id, _("Person"))
    row = CommissionRule()
    if command.id is not None:
        row = work.get(CommissionRule, command.id, _("Commission rule"))
        work.demand_version(row, command.version, row.title)
    row.title, row.basis = command.title.strip(), command.basis
    for name in ("person_id", "rate", "above", "from_day", "until_day", "active"):
        setattr(row, name, getattr(command, name))
    row.updated_at = work.now
    return work.add(row).id


def commission_terms(reader: Reader) -> list[CommissionTerms]:
    """Answer the rules in use."""
    rows = reader.session.scalars(
        select(CommissionRule).where(CommissionRule.active.is_(True)).order_by(CommissionRule.id)
    )
    return [
        CommissionTerms(
            row.id,
            CommissionBasis(row.basis),
            row.person_id,
            row.rate,
            row.above,
            row.from_day,
            row.until_day,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ReckonCommission:
    """Reckon the commission of a period anew; with ``run_id`` a draft is reckoned again."""

    from_day: date
    to_day: date
    run_id: int | None = None


def check_period(command: ReckonCommission) -> list[Problem]:
    """Answer what is wrong with a period."""
    if command.to_day < command.from_day:
        return [Problem("to_day", _("The last day is before the first."))]
    return []


@operation("commission.write", check=check_period)
def reckon_commission(work: Work, command: ReckonCommission) -> int:
    """Write a draft run with a line for each shipment or receipt; answers its id.

    What stands in a run that was not reversed is left out, so nothing is counted twice; what posted runs counted
    and is worth less since is corrected by lines below zero. Refused when nothing is earned or corrected, and for
    a period that is not over.
    """
    work.actor.demand("profit.read")
    if command.to_day > work.today:
        raise Refusal.of(_("The period is not over; choose days up to today."), "to_day")
    rules = commission_terms(work)
    corrected = corrections(work, command.to_day, work.base, without_run=command.run_id)
    if not rules and not corrected:
        raise Refusal.of(_("There is no commission rule in use. Write one first."))
    run = _run_to_write(work, command)
    records = earned_records(work, rules, command.from_day, command.to_day, without_run=command.run_id)
    found = reckon(rules, records, work.base)
    if not found and not corrected:
        raise Refusal.of(
            _(
                "No shipment or receipt from {first} to {last} earns commission that was not reckoned yet."
            ).format(first=command.from_day, last=command.to_day)
        )
    if command.run_id is None:
        run.number = work.number("commission", command.to_day)
    run.from_day, run.to_day = command.from_day, command.to_day
    run.total = sum((each.amount for each in found), ZERO) + sum((each.amount for each in corrected), ZERO)
    run.updated_at = work.now
    work.add(run)
    for old in run_lines(work, run.id):
        work.session.delete(old)
    work.session.flush()
    work.session.add_all(_earned_line(run.id, each) for each in found)
    work.session.add_all(_correcting_line(run.id, each) for each in corrected)
    work.session.flush()
    return run.id


def _earned_line(run_id: int, each: Commission) -> CommissionLine:
    is_receipt = each.earned.basis is CommissionBasis.COLLECTION
    return CommissionLine(
        run_id=run_id,
        rule_id=each.rule_id,
        person_id=each.earned.person_id,
        owner_id=each.earned.person_id,
        shipment_id=None if is_receipt else each.earned.record_id,
        receipt_id=each.earned.record_id if is_receipt else None,
        base_amount=each.earned.amount,
        rate=each.rate,
        amount=each.amount,
    )


def _correcting_line(run_id: int, each: Correction) -> CommissionLine:
    return CommissionLine(
        run_id=run_id,
        rule_id=each.key.rule_id,
        person_id=each.key.person_id,
        owner_id=each.key.person_id,
        shipment_id=each.key.shipment_id,
        receipt_id=each.key.receipt_id,
        base_amount=each.base_amount,
        rate=each.rate,
        amount=each.amount,
        remark=each.remark,
    )


def _run_to_write(work: Work, command: ReckonCommission) -> CommissionRun:
    if command.run_id is None:
        return CommissionRun(status=COMMISSION_RUN.start, owner_id=work.actor.person_id)
    run = work.get(CommissionRun, command.run_id, _("Commission run"))
    if run.status != COMMISSION_RUN.start:
        raise Refusal.of(
            _("{number} is “{status}”; only a draft can be reckoned again.").format(
                number=run.number, status=_(COMMISSION_RUN.state(run.status).title)
            )
        )
    return run


def run_lines(reader: Reader, run_id: int) -> Sequence[CommissionLine]:
    """Answer the lines of a run that the actor may see, person by person."""
    return reader.session.scalars(
        select(CommissionLine)
        .where(CommissionLine.run_id == run_id)
        .order_by(CommissionLine.person_id, CommissionLine.id)
    ).all()


@dataclass(frozen=True, slots=True)
class MoveRun:
    """A step of a run on a day: post, unpay or reverse; taking something back says why."""

    run_id: int
    step: str
    day: date
    reason: str = ""


@operation("commission.write")
def move_run(work: Work, command: MoveRun) -> str:
    """Take a run a step further and book it; answers its state.

    Posting books the expense against what is owed to the staff, on a day of an open period.
    """
    work.actor.demand("profit.read")
    run = work.get(CommissionRun, command.run_id, _("Commission run"))
    if command.step not in {"post", "unpay", "reverse"}:
        raise Refusal.of(_("Choose a step."), "step")
    step = COMMISSION_RUN.step(run.status, command.step)
    _check_day(work, run, command.day)
    if command.step == "post":
        rows = (
            Row(EXPENSE, work.base, run.total, run.total, CATEGORY),
            Row(STAFF, work.base, -run.total, -run.total, CATEGORY),
        )
        run.posting_id = post(work, command.day, "commission", _source(run), rows)
    else:
        if command.step == "reverse" and (later := correcting_run(work, run.id)):
            raise Refusal.of(
                _("{later} takes commission back that stands in {number}; reverse {later} first.").format(
                    later=later, number=run.number
                )
            )
        if not command.reason.strip() and run.posting_id is not None:
            raise Refusal.of(_("Say why it is taken back."), "reason")
        posting = _payment_of(work, run) if command.step == "unpay" else run.posting_id
        if posting is not None:
            reverse(work, posting, command.day, command.reason.strip()[:300])
    run.status = step.target
    run.updated_at = work.now
    return run.status


def _source(run: CommissionRun) -> Source:
    return Source("commission_run", run.id, run.number)


def _check_day(work: Work, run: CommissionRun, day: date) -> None:
    if day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    if day < run.to_day:
        raise Refusal.of(_("The commission of a period is booked on its last day or later."), "day")


def _payment_of(work: Work, run: CommissionRun) -> int | None:
    """Answer the posting by which a run was paid and that was not taken back."""
    undone = select(Posting.reverses_id).where(Posting.reverses_id.is_not(None))
    return work.session.scalars(
        select(Posting.id)
        .where(
            Posting.source_kind == "commission_run",
            Posting.source_id == run.id,
            Posting.kind == _PAID,
            Posting.reverses_id.is_(None),
            Posting.id.not_in(undone),
        )
        .order_by(Posting.id.desc())
    ).first()


@dataclass(frozen=True, slots=True)
class PayRun:
    """The commission of a run is paid from an account in base currency."""

    run_id: int
    account_id: int
    day: date


@operation("payment.write")
def pay_run(work: Work, command: PayRun) -> int:
    """Pay what a posted run owes the staff; answers the posting's id. Refused from a foreign account.

    What a run below zero takes back comes in on the account.
    """
    run = work.get(CommissionRun, command.run_id, _("Commission run"))
    step = COMMISSION_RUN.step(run.status, "pay")
    account = work.get(Account, command.account_id, _("Account"))
    if account.currency != work.base:
        raise Refusal.of(
            _("Commission is paid in {base}; choose such an account.").format(base=work.base), "account"
        )
    _check_day(work, run, command.day)
    booked = work.session.get_one(Posting, run.posting_id)
    if command.day < booked.day:
        raise Refusal.of(_("It was posted on {day}; it cannot be paid before.").format(day=booked.day), "day")
    taken = take_out(work, account, command.day, run.total)
    rows = (
        Row(BANK, account.currency, -run.total, -taken, CATEGORY, account.id),
        Row(STAFF, work.base, run.total, taken, CATEGORY),
    )
    posting = post(work, command.day, _PAID, _source(run), rows)
    run.status = step.target
    run.updated_at = work.now
    return posting
