"""What the tests of approvals share: switching rules on, a paper that asks, and the requests as they stand."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.problems import Refusal
from tradecrm.models import ApprovalRequest
from tradecrm.services.book import Seat
from tradecrm.services.control.approval_rules import LevelDraft, SaveRule, approval_rules, save_rule
from tradecrm.services.control.approvals import Reason, Subject, ask_approval
from tradecrm.services.work import Reader, Work, operation

PAPER = "estimate"
PROTECTED = (("price", "3.56"), ("customer", "Kern"))


def switch(
    seat: Seat,
    kind: str,
    trigger: str,
    levels: tuple[LevelDraft, ...] | None = None,
    threshold: str | None = None,
    *,
    active: bool = True,
) -> None:
    """Switch one rule on, perhaps with other levels or another threshold."""
    (row,) = (row for row in seat.ask(approval_rules, kind) if row.trigger == trigger)
    seat.perform(
        save_rule,
        SaveRule(
            kind,
            trigger,
            active,
            row.threshold if threshold is None else threshold,
            row.levels if levels is None else levels,
            row.version,
        ),
    )


def paper(*triggers: str, number: int = 7, base_amount: Decimal | None = None) -> Subject:
    """Answer a paper that asks because ``triggers`` fired."""
    reasons = tuple(Reason(each, f"because of {each}") for each in triggers)
    return Subject(PAPER, number, f"PE-{number}", reasons, PROTECTED, base_amount=base_amount)


@operation("contract.write")
def ask(work: Work, subject: Subject) -> str:
    """Ask for approval, as the operations of papers do."""
    return ask_approval(work, subject)


def requests(reader: Reader) -> list[tuple[str, str, int]]:
    """Answer (title, state, level) of every request that the person sees."""
    rows = reader.session.scalars(select(ApprovalRequest).order_by(ApprovalRequest.id))
    return [(row.title, row.status, row.level) for row in rows]


def said(refusal: Refusal) -> str:
    """Answer the sentences of a refusal."""
    return " ".join(problem.message for problem in refusal.problems)
