"""Taking back what was booked on accounts: transfers, income and expenses, by a dated reversing posting (section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import AccountExpense, Posting, Transfer
from tradecrm.services.money.ledger import reverse
from tradecrm.services.work import Work, operation


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take a transfer or an expense back on a day, with the reason; ``day`` None is today."""

    id: int
    reason: str
    day: date | None = None


def check_take_back(command: TakeBack) -> list[Problem]:
    """Answer what is wrong with taking something back."""
    return [] if command.reason.strip() else [Problem("reason", _("Say why it is taken back."))]


def _take_back(work: Work, record: Transfer | AccountExpense, kind: str, command: TakeBack) -> int:
    """Reverse the posting of a paper on a day, once; refused where an account no longer has the money."""
    day = command.day or work.today
    if record.reversed_on is not None:
        raise Refusal.of(
            _("{number} was taken back on {day} already.").format(
                number=record.number, day=record.reversed_on
            )
        )
    if not record.day <= day <= work.today:
        raise Refusal.of(
            _("{number} is of {made}; it is taken back on a day from then until today.").format(
                number=record.number, made=record.day
            ),
            "day",
        )
    posting = work.session.scalars(
        select(Posting.id).where(
            Posting.source_kind == kind, Posting.source_id == record.id, Posting.reverses_id.is_(None)
        )
    ).one()
    back = reverse(work, posting, day, f"{record.number}: {command.reason.strip()}"[:300])
    record.reversed_on = day
    return back


@operation("account.write", check=check_take_back)
def reverse_transfer(work: Work, command: TakeBack) -> int:
    """Take a transfer back, its fee with it, at the base amounts it was posted with; answers the posting."""
    record = work.get(Transfer, command.id, _("Transfer"))
    return _take_back(work, record, "transfer", command)


@operation("account.write", check=check_take_back)
def reverse_expense(work: Work, command: TakeBack) -> int:
    """Take an income or expense back that was booked on an account; answers the posting."""
    record = work.get(AccountExpense, command.id, _("Income or expense"))
    return _take_back(work, record, "account_expense", command)
