"""The categories of expense claims (费用报销) as data, and what a claim comes to (domain.md sections 2.3, 4)."""

from __future__ import annotations

from dataclasses import dataclass

from tradecrm.core.text import N_


@dataclass(frozen=True, slots=True)
class ExpenseCategory:
    """A category: code, title, and the category of cost it is when it belongs to a shipment (section 2.3)."""

    code: str
    title: str
    cost: str = "OTH"


EXPENSE_CATEGORIES: tuple[ExpenseCategory, ...] = (
    ExpenseCategory("TRAVEL", N_("Travel")),
    ExpenseCategory("TRANSIT", N_("Local transport")),
    ExpenseCategory("MEALS", N_("Meals and hospitality")),
    ExpenseCategory("COURIER", N_("Courier and post"), "BKD"),
    ExpenseCategory("FEE", N_("Bank fee"), "BKD"),
    ExpenseCategory("SAMPLE", N_("Samples and testing")),
    ExpenseCategory("HAULAGE", N_("Haulage and loading"), "INL"),
    ExpenseCategory("PORT", N_("Port charges"), "PRT"),
    ExpenseCategory("CUSTOMS", N_("Customs and inspection"), "CUS"),
    ExpenseCategory("FAIR", N_("Trade fairs and advertising")),
    ExpenseCategory("OFFICE", N_("Office")),
    ExpenseCategory("PHONE", N_("Telephone and network")),
    ExpenseCategory("OTHER", N_("Other")),
)

COST_CODES = {category.code: category.cost for category in EXPENSE_CATEGORIES}
"""Category of a claim -> category of the shipment's cost."""
