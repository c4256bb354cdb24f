"""Loans and capital: drawn, repaid, interest paid, each through an account (借款, 押汇, 股东投入; section 4, 16.18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tradecrm.core.fields import FieldKind
from tradecrm.core.loans import LOAN_KINDS, MOVE_KINDS, demand_owed, repaid_base
from tradecrm.core.money import convert, currency_problems, decimal_problems
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import Account, Loan, LoanMove, Shipment
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.services.figures.loans import CAPITAL, least_owed, loan_owed, owed_of
from tradecrm.services.money.accounts import take_out
from tradecrm.services.money.ledger import BANK, EQUITY, FX, Row, Source, post
from tradecrm.services.money.loan_costs import interest_row, write_interest
from tradecrm.services.money.loan_reversals import taken_back_on
from tradecrm.services.money.rates import rate_for
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
LOAN = "LOAN"
"""The book of what is owed on loans; a debt stands there below zero."""


@dataclass(frozen=True, slots=True)
class OpenLoan:
    """A new loan or capital: its kind (``core.loans.LOAN_KINDS``), lender, currency, term and shipment.

    With ``amount`` and ``account_id`` its money is drawn at once, on the day it begins.
    """

    kind: str
    lender: str
    currency: str
    day: date
    due_on: date | None = None
    shipment_id: int | None = None
    remarks: str = ""
    number: str = ""
    amount: Decimal | None = None
    account_id: int | None = None


def check_loan(command: OpenLoan) -> list[Problem]:
    """Answer what is wrong with a loan."""
    problems = []
    if command.kind not in LOAN_KINDS:
        problems.append(Problem("kind", _("Choose what kind of loan it is.")))
    if not command.lender.strip():
        problems.append(Problem("lender", _("Say whose money it is.")))
    problems += currency_problems("currency", command.currency)
    if command.due_on is not None and command.due_on < command.day:
        problems.append(Problem("due_on", _("It cannot be due before it begins.")))
    if command.amount is not None and command.account_id is None:
        problems.append(Problem("account", _("Choose the account the money came in on.")))
    if command.account_id is not None and command.amount is None:
        problems.append(Problem("amount", _("Say how much was drawn.")))
    return problems


@operation("account.write", check=check_loan)
def open_loan(work: Work, command: OpenLoan) -> int:
    """Enter a loan, and draw its money where it came at once; else nothing is posted yet. Answers its id."""
    number = command.number.strip() or work.number("loan", command.day)
    if work.session.scalar(select(Loan.id).where(Loan.number == number)) is not None:
        raise Refusal.of(
            _("There is already a loan with the number {number}.").format(number=number), "number"
        )
    if command.shipment_id is not None:
        work.get(Shipment, command.shipment_id, _("Shipment"))
    loan = Loan(
        number=number,
        kind=command.kind,
        lender=command.lender.strip(),
        currency=command.currency,
        day=command.day,
        due_on=command.due_on,
        shipment_id=command.shipment_id,
        remarks=command.remarks.strip(),
        owner_id=work.actor.person_id,
    )
    key = work.add(loan).id
    if command.amount is not None and command.account_id is not None:
        draw = MoveLoan(key, "draw", command.day, command.account_id, command.amount)
        move_loan.within(work, draw)
    return key


@dataclass(frozen=True, slots=True)
class MoveLoan:
    """Money of a loan drawn, repaid, or interest paid, through an account in the loan's currency.

    ``rate`` None takes the MID rate of the day: what is drawn is carried at it (a loan is no sale of exchange).
    """

    loan_id: int
    kind: str
    day: date
    account_id: int
    amount: Decimal
    rate: Decimal | None = None
    reference: str = ""


def check_move(command: MoveLoan) -> list[Problem]:
    """Answer what is wrong with moving money of a loan."""
    problems = []
    if command.kind not in MOVE_KINDS:
        problems.append(Problem("kind", _("Choose whether it is drawn, repaid or interest.")))
    if command.amount <= 0:
        problems.append(Problem("amount", _("The amount must be above zero.")))
    if command.rate is not None and command.rate <= 0:
        problems.append(Problem("rate", _("The rate must be above zero.")))
    return problems


@operation("account.write", check=check_move)
def move_loan(work: Work, command: MoveLoan) -> int:
    """Post money of a loan; answers the movement's id.

    What is repaid leaves the account at its moving average and the loan at its carrying; the difference is
    realized exchange. Capital paid back leaves its equity at what it was put in for.
    """
    loan = work.get(Loan, command.loan_id, _("Loan"))
    account = work.get(Account, command.account_id, _("Account"))
    _refuse_unfit(work, command, loan, account)
    rate = rate_for(work, RateType.MID, loan.currency, command.day, manual=command.rate).rate
    if command.kind == "draw":
        base = taken = convert(command.amount, rate, work.base)
    else:
        base = taken = take_out(work, account, command.day, command.amount)
    if command.kind == "repay":
        # What a later day has repaid already cannot be repaid once more by an earlier one.
        demand_owed(least_owed(work, loan.id, command.day), command.amount, loan.currency)
        owed = loan_owed(work, loan.id, command.day)
        base = repaid_base(owed, command.amount, loan.currency, work.base)
    move = work.add(
        LoanMove(
            loan_id=loan.id,
            kind=command.kind,
            day=command.day,
            account_id=account.id,
            amount=command.amount,
            rate=rate,
            base_amount=base,
            reference=command.reference.strip()[:120],
            owner_id=loan.owner_id,
        )
    )
    post(
        work,
        command.day,
        "loan",
        Source("loan", loan.id, loan.number),
        _rows(work, command, loan, base, taken),
    )
    if command.kind == "interest":
        write_interest(work, loan, command.amount, rate, taken)
    return move.id


def _refuse_unfit(work: Work, command: MoveLoan, loan: Loan, account: Account) -> None:
    """Refuse another currency, decimals it does not have, days before the loan or to come, interest on capital."""
    if account.currency != loan.currency:
        raise Refusal.of(
            _("{number} is in {currency}; choose an account in that currency.").format(
                number=loan.number, currency=loan.currency
            ),
            "account",
        )
    if too_fine := decimal_problems(("amount", command.amount, loan.currency)):
        raise Refusal(too_fine)
    if not loan.day <= command.day <= work.today:
        raise Refusal.of(
            _("{number} began on {day}; money of it moves from then until today.").format(
                number=loan.number, day=loan.day
            ),
            "day",
        )
    if loan.kind == CAPITAL and command.kind == "interest":
        raise Refusal.of(_("Capital bears no interest."), "kind")


def _rows(work: Work, command: MoveLoan, loan: Loan, base: Decimal, taken: Decimal) -> tuple[Row, ...]:
    """Answer the rows of a movement: the account, the debt or equity, the difference."""
    sign = 1 if command.kind == "draw" else -1
    bank = Row(
        BANK, loan.currency, sign * command.amount, sign * taken, "LOAN", account_id=command.account_id
    )
    if command.kind == "interest":
        return (bank, interest_row(loan, work.base, command.amount, taken))
    book, category = (EQUITY, "CAPITAL") if loan.kind == CAPITAL else (LOAN, loan.kind[:8].upper())
    debt = Row(book, loan.currency, -sign * command.amount, -sign * base, category)
    gain = base - taken if command.kind == "repay" else ZERO
    return (bank, debt, Row(FX, work.base, -gain, -gain, "EXCHANGE"))


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A movement of a loan; one that takes another back is below zero (``back``), that one is ``undone``."""

    id: int
    day: date
    kind: str
    account_id: int
    amount: Decimal
    back: bool
    undone: bool


@dataclass(frozen=True, slots=True)
class LoanCard:
    """A loan as its page shows it: what was drawn, repaid and paid as interest, what is owed and its carrying."""

    id: int
    number: str
    kind: str
    lender: str
    currency: str
    base: str
    day: date
    due_on: date | None
    shipment_id: int | None
    shipment: str
    remarks: str
    drawn: Decimal
    repaid: Decimal
    interest: Decimal
    owed: Decimal
    carrying: Decimal
    moves: tuple[LoanRow, ...]


def loan_card(reader: Reader, loan_id: int) -> LoanCard:
    """Answer a loan with its movements by day; raises NotFound."""
    reader.actor.demand("account.read")
    loan = reader.get(Loan, loan_id, _("Loan"))
    rows = reader.session.scalars(
        select(LoanMove).where(LoanMove.loan_id == loan.id).order_by(LoanMove.day, LoanMove.id)
    ).all()
    sums = {kind: sum((move.amount for move in rows if move.kind == kind), ZERO) for kind in MOVE_KINDS}
    undone = {move.reverses_id for move in rows}
    owed = loan_owed(reader, loan.id, reader.today)
    shipment = ""
    if loan.shipment_id is not None:
        shipment = reader.session.scalar(select(Shipment.number).where(Shipment.id == loan.shipment_id)) or ""
    return LoanCard(
        loan.id,
        loan.number,
        loan.kind,
        loan.lender,
        loan.currency,
        reader.base,
        loan.day,
        loan.due_on,
        loan.shipment_id if shipment else None,
        shipment,
        loan.remarks,
        sums["draw"],
        sums["repay"],
        sums["interest"],
        owed.amount,
        owed.base,
        tuple(
            LoanRow(
                move.id,
                move.day,
                move.kind,
                move.account_id,
                move.amount,
                move.reverses_id is not None,
                move.id in undone,
            )
            for move in rows
        ),
    )


def move_values(reader: Reader, move_id: int) -> dict[str, Any]:
    """Answer a posted movement's values by field: the loan as (id, number), the account as (id, name, currency)."""
    reader.actor.demand("account.read")
    move = reader.get(LoanMove, move_id, _("Movement of a loan"))
    loan = reader.get(Loan, move.loan_id, _("Loan"))
    account = reader.get(Account, move.account_id, _("Account"))
    return {
        "loan": (loan.id, loan.number),
        "kind": move.kind,
        "day": move.day,
        "account": (account.id, account.name, account.currency),
        "amount": move.amount,
        "rate": move.rate,
        "reference": move.reference or None,
        "currency": loan.currency,
        "number": loan.number,
        "reversed_on": taken_back_on(reader, move.id),
        "reverses": move.reverses_id is not None,
    }


_DRAWN = (
    select(func.coalesce(func.sum(LoanMove.amount), ZERO))
    .where(LoanMove.loan_id == Loan.id, LoanMove.kind == "draw")
    .correlate(Loan)
    .scalar_subquery()
)

LOANS = ListSource(
    key="loans",
    identity=Loan.id,
    columns=(
        ListColumn("number", Loan.number, FieldKind.CODE, nullable=False),
        ListColumn("kind", Loan.kind, FieldKind.CHOICE, nullable=False),
        ListColumn("lender", Loan.lender, nullable=False),
        ListColumn("day", Loan.day, FieldKind.DATE, nullable=False),
        ListColumn("due", Loan.due_on, FieldKind.DATE),
        ListColumn("currency", Loan.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn("drawn", _DRAWN, FieldKind.MONEY, "currency", summed=True, nullable=False),
        ListColumn("owed", owed_of(Loan.id), FieldKind.MONEY, "currency", summed=True, nullable=False),
        ListColumn("shipment", Shipment.number, FieldKind.CODE),
        ListColumn("shipment_id", Loan.shipment_id, FieldKind.INTEGER),
    ),
    joins=lambda query: query.outerjoin(Shipment, Shipment.id == Loan.shipment_id),
    joined=frozenset({"shipment"}),
    searched=("number", "lender"),
)
"""Loans and capital with what was drawn and what is owed of it."""
