"""Kinds of borrowed money and capital, and what a repayment releases of a loan's carrying (domain.md section 4)."""

from __future__ import annotations

from decimal import Decimal

from tradecrm.core.carrying import FxBalance
from tradecrm.core.money import format_money
from tradecrm.core.problems import Refusal
from tradecrm.core.text import N_, _

LOAN_KINDS: dict[str, str] = {
    "bank": N_("Bank loan"),
    "packing": N_("Packing loan"),
    "negotiation": N_("Bills negotiated with recourse"),
    "owner": N_("Loan of the owner"),
    "capital": N_("Capital"),
}
"""Bank loan (银行借款), packing loan (打包贷款), bills with recourse (押汇), loan of the owner, capital (投入资本)."""

MOVE_KINDS: dict[str, str] = {
    "draw": N_("Money drawn"),
    "repay": N_("Repaid"),
    "interest": N_("Interest"),
}


def demand_owed(owed: Decimal, amount: Decimal, currency: str) -> None:
    """Refuse to repay more than is owed."""
    if amount > owed:
        raise Refusal.of(
            _("Only {owed} is owed; {amount} cannot be repaid.").format(
                owed=format_money(owed, currency), amount=format_money(amount, currency)
            ),
            "amount",
        )


def repaid_base(owed: FxBalance, amount: Decimal, currency: str, base_currency: str) -> Decimal:
    """Answer the carrying that a repayment releases, all of it with the last; Refusal above what is owed."""
    demand_owed(owed.amount, amount, currency)
    return owed.outflow(amount, base_currency)[0]
