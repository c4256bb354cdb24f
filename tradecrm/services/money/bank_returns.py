"""Money that a bank gave back, as a row of its statement shows: its paper is reversed that day and matched (16.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import BankRow, LedgerEntry, Party, Payment, Posting, Receipt, Refund
from tradecrm.services.money.matching import match_posted
from tradecrm.services.money.payments import ReversePayment, reverse_payment
from tradecrm.services.money.receipts import ReverseReceipt, reverse_receipt
from tradecrm.services.money.refunds import ReverseRefund, reverse_refund
from tradecrm.services.work import Reader, Work, operation

_MOST = 20
_PAPERS: Mapping[str, tuple[Any, Any, Any]] = {
    "receipt": (Receipt, reverse_receipt, ReverseReceipt),
    "payment": (Payment, reverse_payment, ReversePayment),
    "refund": (Refund, reverse_refund, ReverseRefund),
}
"""What may come back, by the kind its posting names: the paper, and how it is reversed."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A paper whose money a row may give back: what it left on the account, in the account's currency, signed."""

    kind: str
    id: int
    number: str
    day: date
    party: str
    amount: Decimal
    currency: str


def returned_papers(reader: Reader, row_id: int) -> tuple[Returned, ...]:
    """Answer the papers that stand and moved just the opposite of a row on its account before it, newest first."""
    reader.actor.demand("account.write")
    row = reader.get(BankRow, row_id, _("Row of the statement"))
    found = []
    for kind, (paper, _save, _command) in _PAPERS.items():
        query = (
            select(paper.id, paper.number, paper.day, Party.name, LedgerEntry.amount, LedgerEntry.currency)
            .join(Posting, and_(Posting.source_kind == kind, Posting.source_id == paper.id))
            .join(LedgerEntry, LedgerEntry.posting_id == Posting.id)
            .join(Party, Party.id == paper.party_id)
            .where(
                LedgerEntry.account_id == row.account_id,
                LedgerEntry.amount == -row.amount,
                Posting.reverses_id.is_(None),
                paper.reversed_on.is_(None),
                paper.day <= row.day,
            )
            .order_by(paper.day.desc(), paper.id.desc())
            .limit(_MOST)
        )
        found += [Returned(kind, *each) for each in reader.session.execute(query)]
    return tuple(sorted(found, key=lambda each: (each.day, each.number), reverse=True)[:_MOST])


@dataclass(frozen=True, slots=True)
class ReturnOfRow:
    """A row of the bank is the money of a paper given back: of which kind, which one, and why."""

    row_id: int
    kind: str
    paper_id: int
    reason: str


def check_return(command: ReturnOfRow) -> list[Problem]:
    """Answer what is wrong with a return."""
    problems = []
    if command.kind not in _PAPERS or not command.paper_id:
        problems.append(Problem("paper", _("Choose whose money came back.")))
    if not command.reason.strip():
        problems.append(Problem("reason", _("Say why it came back.")))
    return problems


@operation("account.write", check=check_return)
def return_of_row(work: Work, command: ReturnOfRow) -> int:
    """Reverse the paper on the day of the row and match the row with that; answers the row.

    Refused for a paper of another amount or account, and where reversing it is: what it settled is open again.
    """
    row = work.get(BankRow, command.row_id, _("Row of the statement"))
    chosen = next(
        (
            each
            for each in returned_papers(work, row.id)
            if (each.kind, each.id) == (command.kind, command.paper_id)
        ),
        None,
    )
    if chosen is None:
        raise _other_money(row)
    _paper, save, reverse = _PAPERS[chosen.kind]
    save.within(work, reverse(chosen.id, row.day, command.reason.strip()))
    postings = work.session.scalars(
        select(Posting.id).where(Posting.source_kind == chosen.kind, Posting.source_id == chosen.id)
    ).all()
    if not match_posted(work, row.id, postings):
        raise _other_money(row)
    return row.id


def _other_money(row: BankRow) -> Refusal:
    words = _("The row of {day} does not give back what that paper moved on the account.")
    return Refusal.of(words.format(day=row.day), "paper")
