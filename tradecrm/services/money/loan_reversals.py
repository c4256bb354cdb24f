"""Taking back a single movement of a loan: a row below zero that names it, its posting reversed (section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, Loan, LoanMove, Posting
from tradecrm.services.figures.loans import least_owed
from tradecrm.services.money.ledger import reverse
from tradecrm.services.money.loan_costs import bears_cost, write_interest
from tradecrm.services.work import Reader, Work, operation


@dataclass(frozen=True, slots=True)
class ReverseLoanMove:
    """Take a movement of a loan back on a day, with the reason; ``day`` None is today."""

    move_id: int
    day: date | None = None
    reason: str = ""


def check_reverse_move(command: ReverseLoanMove) -> list[Problem]:
    """Answer what is wrong with taking a movement back."""
    return [] if command.reason.strip() else [Problem("reason", _("Say why it is taken back."))]


@operation("account.write", check=check_reverse_move)
def reverse_loan_move(work: Work, command: ReverseLoanMove) -> int:
    """Write the row that takes a movement back and reverse its posting; answers the row's id.

    The row has the kind of what it takes back and its amounts below zero. Refused twice, in a closed period,
    while the bank's entry is reconciled, and where less than nothing would be owed on any day.
    """
    move = work.get(LoanMove, command.move_id, _("Movement of a loan"))
    loan = work.get(Loan, move.loan_id, _("Loan"))
    day = command.day or work.today
    _refuse_unfit(work, loan, move, day)
    account = work.get(Account, move.account_id, _("Account"))
    if move.kind == "draw":
        _refuse_repaid(work, loan, move, day)
    posting = posting_of(work, move)
    reverse(work, posting, day, f"{loan.number}: {command.reason.strip()}"[:300])
    if move.kind == "interest" and bears_cost(work, posting):
        write_interest(work, loan, -move.amount, move.rate, -move.base_amount)
    back = LoanMove(
        loan_id=loan.id,
        kind=move.kind,
        day=day,
        account_id=account.id,
        amount=-move.amount,
        rate=move.rate,
        base_amount=-move.base_amount,
        reference=command.reason.strip()[:120],
        owner_id=loan.owner_id,
        reverses_id=move.id,
    )
    return work.add(back).id


def posting_of(reader: Reader, move: LoanMove) -> int:
    """Answer the posting of a movement: each movement of a loan has one, written with it and in its order."""
    moves = reader.session.scalars(
        select(LoanMove.id).where(LoanMove.loan_id == move.loan_id).order_by(LoanMove.id)
    ).all()
    postings = reader.session.scalars(
        select(Posting.id)
        .where(Posting.source_kind == "loan", Posting.source_id == move.loan_id)
        .order_by(Posting.id)
    ).all()
    return dict(zip(moves, postings, strict=True))[move.id]


def taken_back_on(reader: Reader, move_id: int) -> date | None:
    """Answer the day on which a movement was taken back, None while it stands."""
    return reader.session.scalar(select(LoanMove.day).where(LoanMove.reverses_id == move_id))


def _refuse_unfit(work: Work, loan: Loan, move: LoanMove, day: date) -> None:
    """Refuse what was taken back already, or itself takes something back, and days before it or to come."""
    amount = format_money(abs(move.amount), loan.currency)
    if move.reverses_id is not None:
        raise Refusal.of(
            _("The row of {day} over {amount} takes another back; enter that one anew instead.").format(
                day=move.day, amount=amount
            )
        )
    taken = taken_back_on(work, move.id)
    if taken is not None:
        raise Refusal.of(
            _("The movement of {day} over {amount} was taken back on {taken} already.").format(
                day=move.day, amount=amount, taken=taken
            )
        )
    if not move.day <= day <= work.today:
        raise Refusal.of(
            _("{number} is of {made}; it is taken back on a day from then until today.").format(
                number=loan.number, made=move.day
            ),
            "day",
        )


def _refuse_repaid(work: Work, loan: Loan, move: LoanMove, day: date) -> None:
    """Refuse to take back drawn money that was repaid: less than nothing would be owed, or its value was used.

    What a repayment in foreign currency released was reckoned with all that was drawn before it.
    """
    least = least_owed(work, loan.id, day)
    if least < move.amount:
        raise Refusal.of(
            _("Only {owed} of {number} is owed; take the repayments back first, then the {amount} drawn.").format(
                owed=format_money(least, loan.currency),
                number=loan.number,
                amount=format_money(move.amount, loan.currency),
            )
        )  # fmt: skip
    undone = select(LoanMove.reverses_id).where(LoanMove.reverses_id.is_not(None))
    repaid = work.session.scalars(
        select(LoanMove.day).where(
            LoanMove.loan_id == loan.id,
            LoanMove.kind == "repay",
            LoanMove.id > move.id,
            LoanMove.reverses_id.is_(None),
            LoanMove.id.not_in(undone),
        )
    ).first()
    if repaid is not None and loan.currency != work.base:
        raise Refusal.of(
            _("The repayment of {day} was valued with what this drew; take that back first.").format(
                day=repaid
            )
        )
