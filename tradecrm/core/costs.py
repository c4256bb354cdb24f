"""The cost categories of a shipment (费用类别) as data (domain.md section 2.3)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from tradecrm.core.allocate import Basis
from tradecrm.core.text import N_


class CostSide(enum.StrEnum):
    """Whether a cost lowers the foreign income N or belongs to the export total cost K (section 2.4)."""

    EXPORT = "export"
    FX = "fx"


class CostCurrency(enum.StrEnum):
    """The currency a new cost line starts with: base, US dollar, the contract's, or a foreign one to choose."""

    BASE = "base"
    USD = "usd"
    CONTRACT = "contract"
    FOREIGN = "foreign"


class CostStatus(enum.StrEnum):
    """How certain a cost is; the best available one counts: paid or invoiced, then accrued, then estimated."""

    ESTIMATED = "estimated"
    ACCRUED = "accrued"
    INVOICED = "invoiced"
    PAID = "paid"


UNBILLED = (CostStatus.ESTIMATED.value, CostStatus.ACCRUED.value)
"""Costs that wait for their bill: no more than what somebody expects."""

BILLED = (CostStatus.INVOICED.value, CostStatus.PAID.value)
"""Costs that are in the ledger, by a bill, a receipt, an expense claim or a rebate claim."""


@dataclass(frozen=True, slots=True)
class CostCategory:
    """A category: code, title, side, default currency, default basis of allocation, and sign (-1: rebate)."""

    code: str
    title: str
    side: CostSide
    currency: CostCurrency
    basis: Basis
    sign: int = 1


_EXPORT, _FX = CostSide.EXPORT, CostSide.FX
_BASE, _CONTRACT = CostCurrency.BASE, CostCurrency.CONTRACT

COST_CATEGORIES: tuple[CostCategory, ...] = (
    CostCategory("PUR", N_("Purchase, VAT included"), _EXPORT, _BASE, Basis.DIRECT),
    CostCategory("REB", N_("Export rebate"), _EXPORT, _BASE, Basis.DIRECT, -1),
    CostCategory("VAT", N_("Input VAT, credited"), _EXPORT, _BASE, Basis.DIRECT, -1),
    CostCategory("NCV", N_("VAT not creditable"), _EXPORT, _BASE, Basis.DIRECT),
    CostCategory("INL", N_("Inland haulage, loading"), _EXPORT, _BASE, Basis.GROSS_WEIGHT),
    CostCategory("PRT", N_("Port, THC, documents, VGM"), _EXPORT, _BASE, Basis.VOLUME),
    CostCategory("CUS", N_("Customs broker, inspection, CO fee"), _EXPORT, _BASE, Basis.VALUE),
    CostCategory("BKD", N_("Domestic bank fees, courier"), _EXPORT, _BASE, Basis.VALUE),
    CostCategory("OTH", N_("Samples, testing, other"), _EXPORT, _BASE, Basis.VALUE),
    CostCategory("FRT", N_("Ocean or air freight and surcharges"), _FX, CostCurrency.USD, Basis.VOLUME),
    CostCategory("INS", N_("Cargo insurance"), _FX, _CONTRACT, Basis.VALUE),
    CostCategory("COM-O", N_("Open commission"), _FX, _CONTRACT, Basis.VALUE),
    CostCategory("COM-H", N_("Hidden commission"), _FX, _CONTRACT, Basis.VALUE),
    CostCategory("BKF", N_("Foreign bank charges deducted"), _FX, _CONTRACT, Basis.VALUE),
    CostCategory("DES", N_("Destination costs, duty"), _FX, CostCurrency.FOREIGN, Basis.VALUE),
    CostCategory("CLM", N_("Claims, penalties"), _FX, _CONTRACT, Basis.DIRECT),
    CostCategory("INT", N_("Interest, L/C discount"), _EXPORT, _BASE, Basis.VALUE),
    CostCategory("OVT", N_("Output VAT, taxed as a domestic sale"), _EXPORT, _BASE, Basis.DIRECT),
)


DEDUCTIONS = frozenset(category.code for category in COST_CATEGORIES if category.sign < 0)
"""The categories that lower the cost and follow from purchases: nobody enters them."""


_BY_CODE: Mapping[str, CostCategory] = {category.code: category for category in COST_CATEGORIES}


def cost_category(code: str) -> CostCategory:
    """Answer the category of a code such as ``FRT``; raises KeyError for an unknown code."""
    return _BY_CODE[code]


_BY_WEIGHT = frozenset({"LCL", "AIR", "EXPRESS"})


def usual_basis(code: str, mode: str) -> Basis:
    """Answer by what a cost is usually shared: freight by what the carrier charges, revenue tons or kg (section 2.3).

    ``mode`` is that of the shipment; raises KeyError for an unknown code.
    """
    if code == "FRT" and mode in _BY_WEIGHT:
        return Basis.CHARGEABLE
    return cost_category(code).basis
