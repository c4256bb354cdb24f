"""Paying an expense claim from an account and booking it, in one posting; and taking that back (section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.claim_flows import EXPENSE_CLAIM
from tradecrm.core.costs import CostStatus, cost_category
from tradecrm.core.expenses import COST_CODES
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, CostLine, ExpenseClaim, ExpenseLine, Shipment
from tradecrm.services.claims.expenses import claim_lines
from tradecrm.services.money.accounts import take_out
from tradecrm.services.money.ledger import BANK, COST, EXPENSE, FX, PRIOR, Row, Source, post, reverse
from tradecrm.services.trade.closing import demand_unclosed, is_late
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PayClaim:
    """An approved claim is paid from an account on a day."""

    claim_id: int
    account_id: int
    day: date


@operation("payment.write")
def pay_claim(work: Work, command: PayClaim) -> int:
    """Pay a claim and book it; answers the posting's id.

    A foreign account pays only a claim wholly in its currency and gives its moving-average carrying; the
    difference is realized exchange (section 16.6). A line of a shipment becomes its cost, to the cent; of a closed
    one a late cost of the month (section 2.11).
    """
    claim = work.get(ExpenseClaim, command.claim_id, _("Expense claim"))
    EXPENSE_CLAIM.step(claim.status, "pay")
    if command.day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    if command.day < claim.day:
        raise Refusal.of(_("A claim is paid on its day or later."), "day")
    account = work.get(Account, command.account_id, _("Account"))
    lines = claim_lines(work, claim.id)
    amount = _amount(work, claim, account, lines)
    taken = take_out(work, account, command.day, amount)
    rows = [Row(BANK, account.currency, -amount, -taken, "CLAIM", account.id)]
    rows += [_row(work, line) for line in lines]
    loss = taken - claim.total_base
    rows.append(Row(FX, work.base, loss, loss, "EXCHANGE"))
    source = Source("expense_claim", claim.id, f"{claim.number} {claim.payee}"[:300])
    claim.posting_id = post(work, command.day, "expense_claim", source, rows)
    claim.account_id, claim.paid_on = account.id, command.day
    for line in lines:
        if line.shipment_id is not None and not is_late(work, line.shipment_id):
            line.cost_line_id = _cost(work, claim, line, command.day)
    claim.status = EXPENSE_CLAIM.step(EXPENSE_CLAIM.step(claim.status, "pay").target, "post").target
    claim.updated_at = work.now
    work.session.flush()
    return claim.posting_id


def _amount(work: Work, claim: ExpenseClaim, account: Account, lines: Sequence[ExpenseLine]) -> Decimal:
    """Answer what leaves the account in its currency; Refusal when a foreign account cannot pay the claim."""
    if account.currency == work.base:
        return claim.total_base
    if any(line.currency != account.currency for line in lines):
        raise Refusal.of(
            _(
                "{account} is in {currency}, but not every line of {number} is. Pay it from an account in {base}."
            ).format(account=account.name, currency=account.currency, number=claim.number, base=work.base),
            "account",
        )
    return sum((line.amount for line in lines), ZERO)


def _row(work: Work, line: ExpenseLine) -> Row:
    """Answer the row that books a line: a cost of its shipment, else an expense of the firm."""
    if line.shipment_id is None:
        return Row(EXPENSE, work.base, line.base_amount, line.base_amount, line.category)
    late = is_late(work, line.shipment_id)
    return Row(
        PRIOR if late else COST,
        line.currency,
        line.amount,
        line.base_amount,
        COST_CODES[line.category],
        # Nobody is owed here: a late cost goes by the customer of its shipment, as it is looked up by a party.
        party_id=work.get(Shipment, line.shipment_id, _("Shipment")).customer_id if late else None,
        shipment_id=line.shipment_id,
    )


def _cost(work: Work, claim: ExpenseClaim, line: ExpenseLine, day: date) -> int:
    """Write the cost line of a shipment; answers its id."""
    shipment = work.get(Shipment, line.shipment_id or 0, _("Shipment"))
    code = COST_CODES[line.category]
    return work.add(
        CostLine(
            shipment_id=shipment.id,
            owner_id=shipment.owner_id,
            category=code,
            description=line.description,
            currency=line.currency,
            amount=line.amount,
            rate=line.rate,
            base_amount=line.base_amount,
            status=CostStatus.PAID.value,
            basis=cost_category(code).basis.value,
            bill_number=claim.number,
            bill_date=day,
        )
    ).id


@dataclass(frozen=True, slots=True)
class ReverseClaim:
    """The payment of a claim is taken back on a day, with the reason."""

    claim_id: int
    day: date
    reason: str


@operation("payment.write")
def reverse_claim(work: Work, command: ReverseClaim) -> int:
    """Reverse the posting of a paid claim; it is approved again. Answers the reversing posting's id."""
    claim = work.get(ExpenseClaim, command.claim_id, _("Expense claim"))
    step = EXPENSE_CLAIM.step(claim.status, "reverse")
    if not command.reason.strip():
        raise Refusal.of(_("Say why it is taken back."), "reason")
    if claim.posting_id is None or claim.paid_on is None or command.day < claim.paid_on:
        raise Refusal.of(_("It cannot be taken back before the day it was paid."), "day")
    if command.day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    posting = reverse(work, claim.posting_id, command.day, command.reason.strip()[:300])
    for line in claim_lines(work, claim.id):
        if line.cost_line_id is not None:
            cost = work.get(CostLine, line.cost_line_id, _("Cost line"))
            demand_unclosed(work, cost.shipment_id)
            line.cost_line_id = None
            work.session.flush()
            work.session.delete(cost)
    claim.status = step.target
    claim.posting_id = claim.account_id = claim.paid_on = None
    claim.updated_at = work.now
    work.session.flush()
    return posting
