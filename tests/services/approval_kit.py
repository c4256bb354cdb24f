"""What the tests of approvals share: switching rules on, a paper that asks, and the requests as they stand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tests.services.conftest import TODAY
from tradecrm.core.presets import preset_terms
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import encode_terms
from tradecrm.models import ApprovalRequest, SalesContract
from tradecrm.services.book import Seat
from tradecrm.services.control.approval_rules import LevelDraft, SaveRule, approval_rules, save_rule
from tradecrm.services.control.approvals import (
    Reason,
    RequestView,
    Subject,
    ask_approval,
    pending_request,
)
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.work import Reader, Work, operation

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


def paper(*triggers: str, kind: str = "sales_contract", number: int = 7, **more: Any) -> Subject:
    """Answer a paper that asks because ``triggers`` fired."""
    reasons = tuple(Reason(each, f"because of {each}") for each in triggers)
    return Subject(kind, number, f"SC-{number}", reasons, PROTECTED, **more)


def customer(seat: Seat, name: str = "Kern Tool Corp.") -> int:
    """Answer a customer of the person at the seat."""
    return seat.perform(save_party, SaveParty(name=name, country="DE")).value


def draft(
    seat: Seat,
    party: int,
    *,
    quantity: int = 1000,
    price: str = "12.40",
    terms: str = "TT_30_70",
    **more: Any,
) -> int:
    """Answer a draft contract over lamps: USD 12,400 with 30 % deposit, at a cost of CNY 60."""
    line = ContractLineDraft(None, "Desk lamp", Decimal(quantity), Decimal(price), cost=Decimal(60))
    command = SaveContract(
        party,
        TODAY,
        "USD",
        "FOB",
        "Ningbo",
        encode_terms(preset_terms(terms)),
        (line,),
        budget_rate=Decimal("7.1"),
        **more,
    )
    return seat.perform(save_contract, command).value


def move(seat: Seat, contract: int, target: str) -> str:
    """Take a contract on and answer its state."""
    return seat.perform(move_contract, MoveContract(contract, target, TODAY)).value


def state(reader: Reader, contract: int) -> str:
    """Answer the state of a contract."""
    return reader.get(SalesContract, contract, "Contract").status


def waiting(seat: Seat, contract: int, kind: str = "sales_contract") -> RequestView:
    """Answer the request that waits for a contract."""
    found = seat.ask(pending_request, kind, contract)
    assert found is not None
    return found


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
