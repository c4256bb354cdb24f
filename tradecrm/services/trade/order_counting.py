"""Which orders count in orders and targets, and which do not, such as samples (domain.md sections 1.10 and 8)."""

from __future__ import annotations

from dataclasses import dataclass

from tradecrm.core.agency import Agency
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Party, SalesContract
from tradecrm.services.work import Work, operation

CUSTOMER = "customer"
"""The reason kept with a contract that does not count because its customer's orders do not."""


def count_as_customer(contract: SalesContract, customer: Party) -> None:
    """Let a contract count or not as the orders of its customer do (section 8); what a person said of it stays.

    Goods of a principal never count, whoever buys them (section 1.10).
    """
    if not customer.counted and contract.counted is not False:  # None as long as it was never written.
        contract.counted, contract.counted_reason = False, CUSTOMER
    elif customer.counted and contract.counted_reason == CUSTOMER:
        contract.counted, contract.counted_reason = True, ""


@dataclass(frozen=True, slots=True)
class CountOrder:
    """Whether a contract counts, and why not where it does not."""

    contract_id: int
    counted: bool
    reason: str = ""


def check_counting(command: CountOrder) -> list[Problem]:
    """Answer what is wrong: an order that does not count has a reason."""
    if command.counted or command.reason.strip():
        return []
    return [Problem("reason", _("Say why the order does not count, such as samples."))]


@operation("contract.write", check=check_counting)
def count_order(work: Work, command: CountOrder) -> bool:
    """Let a contract count in orders and targets or not; goods of a principal never do (section 1.10)."""
    contract = work.get(SalesContract, command.contract_id, _("Contract"))
    if command.counted and contract.agency == Agency.AS_AGENT.value:
        raise Refusal.of(
            _("{number} is for goods of a principal and does not count.").format(number=contract.number)
        )
    contract.counted = command.counted
    contract.counted_reason = "" if command.counted else command.reason.strip()
    contract.updated_at = work.now
    return contract.counted
