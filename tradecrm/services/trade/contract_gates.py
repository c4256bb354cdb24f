"""What must hold before a sales contract takes effect: its letter of credit and the customer's credit (1.3, 5)."""

from __future__ import annotations

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import SalesContract
from tradecrm.services.trade.credit import contract_credit
from tradecrm.services.trade.letters import demand_letter
from tradecrm.services.trade.releases import CREDIT, consume, usable_release
from tradecrm.services.work import Work


def demand_effect(work: Work, contract: SalesContract) -> None:
    """Refuse a contract whose letter of credit is not there, or that passes the customer's credit (5, check 1).

    An approved release for this contract lets it pass once.
    """
    demand_letter(work, contract)
    answer = contract_credit(work, contract.id)
    if answer is None:
        return
    for sentence in answer.warnings:
        work.warn(sentence)
    if answer.passes:
        return
    release = usable_release(work, CREDIT, contract_id=contract.id)
    if release is None:
        ask = _("Ask for a release of {number}, or settle it first.").format(number=contract.number)
        raise Refusal([Problem("", sentence) for sentence in (*answer.stops, ask)])
    consume(work, release)
