"""Agency export (代理出口) in either direction: whose goods are exported, and what the fee is (section 1.10)."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from decimal import Decimal

from tradecrm.core.money import round_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _


class Agency(enum.StrEnum):
    """Who exports: the firm its own goods, the firm for a principal, or an agent the firm's goods."""

    NONE = ""
    AS_AGENT = "AS_AGENT"
    VIA_AGENT = "VIA_AGENT"


AGENCY_TITLES: tuple[tuple[str, str], ...] = (
    ("", N_("Own export")),
    ("AS_AGENT", N_("We export for a principal")),
    ("VIA_AGENT", N_("An agent exports for us")),
)
NOT_COUNTED = "agency"
"""Why a contract for a principal does not count in targets."""


def agency_fee(shares: Iterable[tuple[Decimal, Decimal]], currency: str) -> Decimal:
    """Answer the fee on the parts of an invoice, each (amount, fraction) rounded in ``currency``."""
    return sum((round_money(amount * rate, currency) for amount, rate in shares), Decimal(0))


def own_revenue(total: Decimal, agency: str, rate: Decimal, currency: str) -> Decimal:
    """Answer what of a contract's ``total`` is the firm's own: the fee alone when it exports for a principal."""
    return agency_fee(((total, rate),), currency) if agency == Agency.AS_AGENT.value else total


def agency_problems(agency: str, party_id: int | None, customer_id: int, rate: Decimal) -> list[Problem]:
    """Answer what is wrong with the agency of a contract, each at its field."""
    if agency not in dict(AGENCY_TITLES):
        return [Problem("agency", _("Choose who exports the goods."))]
    if not agency:
        return []
    problems = []
    if party_id is None:
        problems.append(Problem("agency_party", _("Choose the principal or the agent.")))
    elif party_id == customer_id:
        problems.append(Problem("agency_party", _("The customer is neither principal nor agent.")))
    if not 0 <= rate < 1:
        problems.append(Problem("agency_fee_rate", _("The fee is from 0 to 100 %.")))
    return problems
