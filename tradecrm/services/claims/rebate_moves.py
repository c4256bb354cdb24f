"""The way of a rebate claim: ready, filed, approved, money received, refused; each step with its booking (1.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.claim_flows import REBATE_CLAIM
from tradecrm.core.money import fits_currency, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, RebateClaim, RebateReceipt
from tradecrm.services.claims.rebate_ledger import shares_of, true_up
from tradecrm.services.claims.rebates import rebate_gaps, shipments_in
from tradecrm.services.claims.return_rebates import demand_nothing_owed
from tradecrm.services.figures.rebate_kept import REB
from tradecrm.services.money.ledger import BANK, REBATE, Row, Source, demand_open_period, post, reverse
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class MoveRebate:
    """A step of a claim on a day: ready, file, collect, approve, refuse or refuse_rest.

    ``amount`` is what the tax office approves (None: all that is claimed), ``reason`` why it refuses.
    """

    claim_id: int
    step: str
    day: date
    amount: Decimal | None = None
    reason: str = ""


_STEPS = frozenset({"ready", "file", "collect", "approve", "refuse", "refuse_rest"})


@operation("rebate.write")
def move_rebate(work: Work, command: MoveRebate) -> str:
    """Take a claim a step further and book what became known; answers its state.

    Each guard says in a sentence what is missing; a variance is dated on ``day``, so its period must be open.
    """
    claim = work.get(RebateClaim, command.claim_id, _("Rebate claim"))
    if command.step not in _STEPS:
        raise Refusal.of(_("Choose a step."), "step")
    step = REBATE_CLAIM.step(claim.status, command.step)
    _check(work, command, claim)
    if command.step in {"ready", "file"}:
        _demand_ready(work, claim, command.day)
    if command.step in {"collect", "refuse"}:
        demand_nothing_owed(work, claim)
    if command.step in {"refuse", "refuse_rest"} and not command.reason.strip():
        raise Refusal.of(_("Say why the tax office refused."), "reason")
    was_filed = claim.filed_on is not None
    _note(claim, command)
    claim.status = step.target
    claim.updated_at = work.now
    work.session.flush()
    if was_filed or command.step == "file":
        _true_up_all(work, claim, command.day, _(step.title))
    return claim.status


def _check(work: Work, command: MoveRebate, claim: RebateClaim) -> None:
    """Refuse days out of order, and an approved amount that cannot be."""
    problems = []
    before = claim.approved_on or claim.filed_on or claim.day
    if command.day > work.today:
        problems.append(Problem("day", _("What has happened cannot be dated after today.")))
    elif command.day < before:
        problems.append(
            Problem("day", _("The step before was on {day}; this one cannot be earlier.").format(day=before))
        )
    amount = claim.claimed if command.amount is None else command.amount
    if command.step == "approve" and (amount <= 0 or not fits_currency(amount, work.base)):
        problems.append(
            Problem(
                "amount", _("The amount must be above zero and fit {currency}.").format(currency=work.base)
            )
        )
    if problems:
        raise Refusal(problems)


def _demand_ready(work: Work, claim: RebateClaim, day: date) -> None:
    gaps = rebate_gaps(work, claim.id, day)
    if gaps:
        raise Refusal([Problem("", sentence) for sentence in gaps])


def _note(claim: RebateClaim, command: MoveRebate) -> None:
    """Write down what the step brings: days, the approved amount, the reason of a refusal."""
    if command.step == "file":
        claim.filed_on = command.day
    elif command.step == "collect":
        claim.filed_on = None
    elif command.step == "approve":
        claim.approved_on = command.day
        claim.approved = claim.claimed if command.amount is None else command.amount
    elif command.step in {"refuse", "refuse_rest"}:
        claim.approved = claim.received
        words = _("Refused on {day}: {reason}").format(day=command.day, reason=command.reason.strip())
        claim.remarks = "\n".join(part for part in (claim.remarks, words) if part)


def _true_up_all(work: Work, claim: RebateClaim, day: date, why: str) -> None:
    demand_open_period(work, day)
    for shipment in shipments_in(work, claim.id):
        true_up(work, claim, shipment, day, why)


@dataclass(frozen=True, slots=True)
class ReceiveRebate:
    """Rebate money came to an account in base currency."""

    claim_id: int
    account_id: int
    day: date
    amount: Decimal


@operation("rebate.write")
def receive_rebate(work: Work, command: ReceiveRebate) -> int:
    """Book rebate money against the receivable from the tax office; answers the receipt's id.

    It is shared over the claim's shipments by what they claim. Refused for more than is approved.
    """
    claim = work.get(RebateClaim, command.claim_id, _("Rebate claim"))
    account = work.get(Account, command.account_id, _("Account"))
    left = (claim.approved or ZERO) - claim.received
    key = "receive" if command.amount == left else "receive_part"
    state = "partly_received" if claim.status == "partly_received" else None
    target = state if state and key == "receive_part" else REBATE_CLAIM.step(claim.status, key).target
    _check_money(work, command, claim, account, left)
    before = shares_of(work, claim, claim.received) if claim.received else {}
    after = shares_of(work, claim, claim.received + command.amount)
    rows = [Row(BANK, account.currency, command.amount, command.amount, "REBATE", account.id)]
    rows += [
        Row(REBATE, work.base, was - now, was - now, REB, shipment_id=shipment)
        for shipment, now in after.items()
        for was in [before.get(shipment, ZERO)]
    ]
    posting = post(work, command.day, "rebate_receipt", Source("rebate_claim", claim.id, claim.number), rows)
    receipt = work.add(
        RebateReceipt(
            claim_id=claim.id,
            owner_id=claim.owner_id,
            day=command.day,
            account_id=account.id,
            amount=command.amount,
            posting_id=posting,
        )
    )
    _set_received(work, claim, command.amount, target, command.day)
    return receipt.id


def _check_money(
    work: Work, command: ReceiveRebate, claim: RebateClaim, account: Account, left: Decimal
) -> None:
    problems = []
    if account.currency != work.base:
        problems.append(
            Problem(
                "account", _("A rebate is paid in {base}; choose such an account.").format(base=work.base)
            )
        )
    if command.day > work.today:
        problems.append(Problem("day", _("What has happened cannot be dated after today.")))
    elif claim.approved_on is not None and command.day < claim.approved_on:
        problems.append(
            Problem(
                "day",
                _("The step before was on {day}; this one cannot be earlier.").format(day=claim.approved_on),
            )
        )
    if command.amount <= 0 or not fits_currency(command.amount, work.base):
        problems.append(
            Problem(
                "amount", _("The amount must be above zero and fit {currency}.").format(currency=work.base)
            )
        )
    elif command.amount > left:
        problems.append(
            Problem(
                "amount",
                _("Of {number} only {left} is approved and not received.").format(
                    number=claim.number, left=format_money(left, work.base)
                ),
            )
        )
    if problems:
        raise Refusal(problems)


def _set_received(work: Work, claim: RebateClaim, change: Decimal, status: str, day: date) -> None:
    claim.received += change
    claim.status = status
    claim.updated_at = work.now
    work.session.flush()
    _true_up_all(work, claim, day, _("Rebate received"))


@dataclass(frozen=True, slots=True)
class TakeBackRebate:
    """The last rebate money booked on a claim is taken back on a day, with the reason."""

    claim_id: int
    day: date
    reason: str


@operation("rebate.write")
def take_back_rebate(work: Work, command: TakeBackRebate) -> int:
    """Reverse the last money of a claim, which is approved or partly received again; answers the reversing posting."""
    claim = work.get(RebateClaim, command.claim_id, _("Rebate claim"))
    REBATE_CLAIM.step(claim.status, "take_back")
    if not command.reason.strip():
        raise Refusal.of(_("Say why it is taken back."), "reason")
    last = _last_receipt(work, claim.id)
    if last is None:
        raise Refusal.of(_("No money of {number} is booked.").format(number=claim.number))
    if command.day < last.day or command.day > work.today:
        raise Refusal.of(_("It is taken back on the day it came or later, up to today."), "day")
    posting = reverse(work, last.posting_id, command.day, command.reason.strip()[:300])
    work.add(
        RebateReceipt(
            claim_id=claim.id,
            owner_id=claim.owner_id,
            day=command.day,
            account_id=last.account_id,
            amount=-last.amount,
            posting_id=posting,
        )
    )
    status = "approved" if claim.received == last.amount else "partly_received"
    _set_received(work, claim, -last.amount, status, command.day)
    return posting


def _last_receipt(work: Work, claim_id: int) -> RebateReceipt | None:
    """Answer the latest money that was not taken back: receipts and their reversals pair up from the end."""
    undone: list[Decimal] = []
    rows = work.session.scalars(
        select(RebateReceipt).where(RebateReceipt.claim_id == claim_id).order_by(RebateReceipt.id.desc())
    )
    for row in rows:
        if row.amount < 0:
            undone.append(-row.amount)
        elif row.amount in undone:
            undone.remove(row.amount)
        else:
            return row
    return None
