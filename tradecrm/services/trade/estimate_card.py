"""A contract's estimate as its page shows it: the versions, the newest or a chosen one, or a first proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.allocate import allocate
from tradecrm.core.costs import CostCurrency, cost_category
from tradecrm.core.incoterms import estimate_codes
from tradecrm.core.money import convert
from tradecrm.core.profit import CostLine as Cost
from tradecrm.core.profit import fx_net_income, insurance_premium
from tradecrm.core.rates import RateType
from tradecrm.core.rebate import (
    BEFORE_FOB,
    EXPORT_VAT_CODES,
    TaxRegime,
    deduction_code,
    export_vat,
    kept_back,
    purchase_vat,
)
from tradecrm.core.text import _
from tradecrm.models import ContractLine, Estimate, EstimateLine, Quotation, SalesContract
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.estimates import EstimateRowDraft, estimate_result
from tradecrm.services.work import Reader

ZERO = Decimal(0)
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class EstimateVersionRow:
    """A version in short: number, moment, state, revenue, cost and trading profit in base currency."""

    id: int
    version_no: int
    made_at: datetime
    status: str
    revenue: Decimal
    cost: Decimal
    profit: Decimal
    margin: Decimal | None


@dataclass(frozen=True, slots=True)
class EstimateCard:
    """An estimate to edit; ``id`` is None while nothing is kept. ``revenue`` is the contract's total."""

    id: int | None
    contract_id: int
    number: str
    incoterm: str
    currency: str
    total: Decimal
    rate: Decimal
    version_no: int
    status: str
    remarks: str
    rows: tuple[EstimateRowDraft, ...]
    versions: tuple[EstimateVersionRow, ...]


def estimate_card(reader: Reader, estimate_id: int) -> EstimateCard:
    """Answer one version of an estimate with its contract; raises NotFound, NotAllowed without seeing profit."""
    reader.actor.demand("profit.read")
    estimate = reader.get(Estimate, estimate_id, _("Estimate"))
    contract = reader.get(SalesContract, estimate.contract_id or 0, _("Contract"))
    rows = reader.session.scalars(
        select(EstimateLine).where(EstimateLine.estimate_id == estimate.id).order_by(EstimateLine.id)
    )
    drafts = tuple(
        EstimateRowDraft(row.category, row.currency, row.amount, row.rate, row.description) for row in rows
    )
    return EstimateCard(
        estimate.id,
        contract.id,
        contract.number,
        contract.incoterm,
        contract.currency,
        contract.total,
        estimate.rate,
        estimate.version_no,
        estimate.status,
        estimate.remarks,
        drafts,
        _versions(reader, contract),
    )


def contract_estimate(reader: Reader, contract_id: int) -> EstimateCard:
    """Answer the newest version of a contract's estimate, or a proposal from its lines, quotation and Incoterm.

    Raises NotFound, NotAllowed, and RateMissing where no budget rate is known.
    """
    reader.actor.demand("profit.read")
    newest = reader.session.scalar(
        select(Estimate.id)
        .where(Estimate.contract_id == contract_id)
        .order_by(Estimate.version_no.desc())
        .limit(1)
    )
    if newest is not None:
        return estimate_card(reader, newest)
    contract = reader.get(SalesContract, contract_id, _("Contract"))
    rate = contract.budget_rate
    if rate is None:
        rate = rate_for(reader, RateType.BUDGET, contract.currency, contract.day).rate
    return EstimateCard(
        None,
        contract.id,
        contract.number,
        contract.incoterm,
        contract.currency,
        contract.total,
        rate,
        1,
        "",
        "",
        _proposal(reader, contract, rate),
        (),
    )


def _versions(reader: Reader, contract: SalesContract) -> tuple[EstimateVersionRow, ...]:
    rows = reader.session.scalars(
        select(Estimate).where(Estimate.contract_id == contract.id).order_by(Estimate.version_no.desc())
    )
    found = []
    for row in rows:
        result = estimate_result(reader, row, contract)
        found.append(
            EstimateVersionRow(
                row.id,
                row.version_no,
                row.made_at,
                row.status,
                result.revenue,
                result.total_cost,
                result.trading_profit,
                result.margin,
            )
        )
    return tuple(found)


def _proposal(reader: Reader, contract: SalesContract, rate: Decimal) -> tuple[EstimateRowDraft, ...]:
    """Answer purchases with their rebates, what the quotation reckoned with, and what the Incoterm adds at 0."""
    rows = [*_purchases(reader, contract), *_of_quotation(reader, contract, rate)]
    rows += _export_vat(reader, contract, rate, rows)
    if contract.commission_rate:
        code = "COM-H" if contract.commission_hidden else "COM-O"
        commission = convert(contract.total, contract.commission_rate, contract.currency)
        rows.append(EstimateRowDraft(code, contract.currency, commission, rate))
    have = {row.category for row in rows}
    for code in dict.fromkeys(estimate_codes(contract.incoterm)):
        if code in have or code == "PUR":
            continue
        currency = _usual_currency(code, contract.currency, reader.base)
        value = rate if currency == contract.currency else None
        rows.append(EstimateRowDraft(code, currency, ZERO, ONE if currency == reader.base else value))
    return tuple(rows)


def _usual_currency(code: str, contract_currency: str, base: str) -> str:
    """Answer the currency a cost usually comes in (section 2.3)."""
    usual = cost_category(code).currency
    if usual is CostCurrency.BASE:
        return base
    return "USD" if usual is CostCurrency.USD else contract_currency


def _purchases(reader: Reader, contract: SalesContract) -> list[EstimateRowDraft]:
    """Answer each line's purchase with VAT, followed by its rebate (section 2.2)."""
    rows = []
    regime = TaxRegime(reader.settings.tax_regime)
    lines = reader.session.scalars(
        select(ContractLine).where(ContractLine.contract_id == contract.id).order_by(ContractLine.position)
    )
    for line in lines:
        if line.cost is None:
            continue
        gross = convert(line.quantity * line.cost, ONE, reader.base)
        words = line.description_en[:300]
        rows.append(EstimateRowDraft("PUR", reader.base, gross, ONE, words))
        found = purchase_vat(gross, line.vat_rate, line.rebate_rate, regime, currency=reader.base)
        back = kept_back(found, regime)
        if back:
            rows.append(EstimateRowDraft(deduction_code(regime), reader.base, -back, ONE, words))
    return rows


def _export_vat(
    reader: Reader, contract: SalesContract, rate: Decimal, rows: Sequence[EstimateRowDraft]
) -> list[EstimateRowDraft]:
    """Answer the VAT that the export itself costs a manufacturer or a taxed export, by the FOB value (section 2.2).

    ``rows`` hold the freight and insurance that the FOB value does not.
    """
    regime = TaxRegime(reader.settings.tax_regime)
    code = EXPORT_VAT_CODES.get(regime)
    before = [
        Cost(row.category, row.currency, row.amount, _in_base(reader, row))
        for row in rows
        if row.category in BEFORE_FOB
    ]
    fob = fx_net_income(contract.total, contract.currency, before, rate)
    lines = reader.session.scalars(
        select(ContractLine).where(ContractLine.contract_id == contract.id).order_by(ContractLine.position)
    ).all()
    if code is None or fob <= 0 or contract.total <= 0:
        return []
    shares = allocate(convert(fob, rate, reader.base), [line.amount for line in lines], reader.base)
    vat = sum(
        (
            export_vat(share, line.vat_rate, line.rebate_rate, regime, reader.base)
            for share, line in zip(shares, lines, strict=True)
        ),
        ZERO,
    )
    return [EstimateRowDraft(code, reader.base, vat, ONE)] if vat else []


def _in_base(reader: Reader, row: EstimateRowDraft) -> Decimal:
    rate = row.rate
    if rate is None:
        rate = rate_for(reader, RateType.BUDGET, row.currency, reader.today).rate
    return convert(row.amount, rate, reader.base)


def _of_quotation(reader: Reader, contract: SalesContract, rate: Decimal) -> list[EstimateRowDraft]:
    """Answer freight, insurance, bank charges and domestic costs as the quotation had them (section 2.7)."""
    quotation = None
    if contract.quotation_id is not None:
        quotation = reader.session.scalars(
            select(Quotation).where(Quotation.id == contract.quotation_id)
        ).one_or_none()
    if quotation is None:
        return []
    rows = []
    if quotation.freight:
        code = quotation.freight_currency
        value = rate if code == contract.currency else None
        if code == reader.base:
            value = ONE
        rows.append(EstimateRowDraft("FRT", code, quotation.freight, value))
    if quotation.insurance_rate:
        premium = insurance_premium(
            contract.total,
            quotation.insurance_rate,
            contract.currency,
            quotation.insurance_markup,
            insuring=reader.settings.insuring,
            commission=contract.commission_rate,
        )
        rows.append(EstimateRowDraft("INS", contract.currency, premium, rate))
    if quotation.bank_fee_rate:
        fee = convert(contract.total, quotation.bank_fee_rate, contract.currency)
        rows.append(EstimateRowDraft("BKF", contract.currency, fee, rate))
    if quotation.domestic_cost:
        rows.append(
            EstimateRowDraft("INL", reader.base, quotation.domestic_cost, ONE, _("Domestic costs as quoted"))
        )
    return rows
