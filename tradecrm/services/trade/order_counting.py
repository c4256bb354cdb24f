"""Which orders count in orders and targets, and which do not, such as samples (domain.md sections 1.10 and 8)."""

from __future__ import annotations

from dataclasses import dataclass

from tradecrm.core.agency import Agency
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import SalesContract
from tradecrm.services.work import Work, operation


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
