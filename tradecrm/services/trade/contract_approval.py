"""Why a sales contract or its amendment asks for approval, and what happens when it is decided (section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.adjusting import Adjustment, priced
from tradecrm.core.agency import AGENCY_TITLES, Agency, own_revenue
from tradecrm.core.errors import RateMissing
from tradecrm.core.flows import SALES_CONTRACT
from tradecrm.core.money import convert, format_money, format_number
from tradecrm.core.presets import terms_wording
from tradecrm.core.profit import ratio
from tradecrm.core.quoting import QuoteLine, estimate
from tradecrm.core.rates import RateType
from tradecrm.core.terms import Method, PaymentTerms, decode_terms
from tradecrm.core.text import _, current_language
from tradecrm.models import (
    Account,
    ContractLine,
    Estimate,
    EstimateLine,
    Party,
    Quotation,
    SalesContract,
)
from tradecrm.services.control.approval_people import sight_of_firm
from tradecrm.services.control.approval_titles import approval_title
from tradecrm.services.control.approvals import (
    Figure,
    Reason,
    Subject,
    active_triggers,
    ask_approval,
    demand_unchanged,
    void_approval,
)
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.contract_followers import contract_changed
from tradecrm.services.trade.sale_approval import with_costs
from tradecrm.services.trade.sale_papers import adjustment_figures, adjustment_protected, sale_terms
from tradecrm.services.work import Reader, Work

KIND = "sales_contract"
ZERO = Decimal(0)
_UNTRIED = ("draft", "submitted", "approved", "canceled", "void")
"""States of a contract that was never agreed with the customer."""
_ON_CREDIT = frozenset({Method.OA, Method.DA, Method.MONTHLY})


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line as approval looks at it: amounts in the contract's currency, ``cost`` with VAT in base currency."""

    product: str
    unit: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    cost: Decimal | None
    vat_rate: Decimal
    rebate_rate: Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """A contract, or a version of one, as approval looks at it; ``rate`` None: the table has none."""

    contract_id: int
    day: date
    customer_id: int
    currency: str
    rate: Decimal | None
    terms: str
    total: Decimal
    deposit_due: Decimal
    incoterm: str
    commission_rate: Decimal
    commission_hidden: bool
    bank_account_id: int | None
    lines: tuple[AskedLine, ...]
    adjustment: Decimal = ZERO
    adjustment_rate: Decimal | None = None
    agency: str = ""
    agency_party_id: int | None = None
    agency_fee_rate: Decimal = ZERO


def asked_of(reader: Reader, contract: SalesContract) -> Asked:
    """Answer a contract as approval looks at it."""
    rows = reader.session.scalars(
        select(ContractLine).where(ContractLine.contract_id == contract.id).order_by(ContractLine.position)
    )
    lines = tuple(
        AskedLine(
            line.item_no or line.description_en,
            line.unit,
            line.quantity,
            line.price,
            line.discount,
            line.cost,
            line.vat_rate,
            line.rebate_rate,
        )
        for line in rows
    )
    return Asked(
        contract_id=contract.id,
        day=contract.day,
        customer_id=contract.customer_id,
        currency=contract.currency,
        rate=Decimal(1) if contract.currency == reader.base else contract.budget_rate,
        terms=contract.terms,
        total=contract.total,
        deposit_due=contract.deposit_due,
        incoterm=f"{contract.incoterm} {contract.incoterm_place}",
        commission_rate=contract.commission_rate,
        commission_hidden=contract.commission_hidden,
        bank_account_id=contract.bank_account_id,
        lines=lines,
        adjustment=contract.adjustment,
        adjustment_rate=contract.adjustment_rate,
        agency=contract.agency,
        agency_party_id=contract.agency_party_id,
        agency_fee_rate=contract.agency_fee_rate,
    )


def protected_fields(asked: Asked) -> tuple[tuple[str, str], ...]:
    """Answer what may not change after approval: party, goods, terms, commission, account, rate (section 6)."""
    head = {
        "customer": asked.customer_id,
        "currency": asked.currency,
        "rate": asked.rate,
        "terms": asked.terms,
        "incoterm": asked.incoterm,
        "commission": asked.commission_rate,
        "hidden": asked.commission_hidden,
        "account": asked.bank_account_id,
    }
    found = [(name, _plain(value)) for name, value in head.items()]
    found += adjustment_protected(asked)
    if asked.agency:  # None, as before there was any, for the firm's own export.
        parts = (asked.agency, asked.agency_party_id, asked.agency_fee_rate)
        found.append(("agency", "|".join(_plain(part) for part in parts)))
    for number, line in enumerate(asked.lines, 1):
        goods = (line.product, line.unit, line.quantity, line.price, line.discount)
        found.append((f"line {number}", "|".join(_plain(part) for part in goods)))
    return tuple(found)


def _plain(value: object) -> str:
    """Write a value the same way however many zeros it is kept with."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def contract_subject(reader: Reader, contract: SalesContract) -> Subject:
    """Answer a contract as the approval engine takes it: reasons, protected fields, figures to decide by."""
    asked = asked_of(reader, contract)
    return Subject(
        kind=KIND,
        id=contract.id,
        title=approval_title(KIND, number=contract.number),
        reasons=contract_reasons(reader, asked, active_triggers(reader, KIND)),
        protected=protected_fields(asked),
        figures=contract_figures(reader, asked),
        base_amount=_in_base(reader, asked),
    )


def contract_reasons(
    reader: Reader, asked: Asked, triggers: Mapping[str, Decimal | None]
) -> tuple[Reason, ...]:
    """Answer every active trigger that fires, each in a sentence (section 6)."""
    checks = {
        "amount": _large,
        "first_order": _first,
        "risky_terms": _risky,
        "low_margin": _thin,
        "hidden_commission": _hidden,
        "bank_account": _other_account,
    }
    found = []
    with sight_of_firm(reader):
        for trigger, limit in triggers.items():
            sentence = checks[trigger](reader, asked, limit or ZERO) if trigger in checks else ""
            if sentence:
                found.append(Reason(trigger, sentence))
    return tuple(found)


def _in_base(reader: Reader, asked: Asked) -> Decimal | None:
    return None if asked.rate is None else convert(asked.total, asked.rate, reader.base)


def _large(reader: Reader, asked: Asked, limit: Decimal) -> str:
    """Above the limit in US dollars, strictly; an amount that cannot be compared does not pass."""
    bound = format_money(limit, "USD")
    amount = asked.total if asked.currency == "USD" else None
    base = _in_base(reader, asked)
    if amount is None and base is not None:
        try:
            amount = base / rate_for(reader, RateType.BUDGET, "USD", asked.day).rate
        except RateMissing:
            amount = None
    if amount is None:
        return _("The amount cannot be compared with {limit}: a budget rate is missing.").format(limit=bound)
    if amount <= limit:
        return ""
    return _("The amount of {amount} is above {limit}.").format(
        amount=format_money(asked.total, asked.currency), limit=bound
    )


def _first(reader: Reader, asked: Asked, _limit: Decimal) -> str:
    earlier = select(SalesContract.id).where(
        SalesContract.customer_id == asked.customer_id,
        SalesContract.id != asked.contract_id,
        SalesContract.status.not_in(_UNTRIED),
    )
    if reader.session.scalar(earlier.limit(1)) is not None:
        return ""
    return _("{customer} orders for the first time.").format(customer=_customer(reader, asked))


def _wording(terms: PaymentTerms) -> str:
    """Answer terms in the language of whoever submits them, who writes the request."""
    return terms_wording(terms, "zh" if current_language().startswith("zh") else "en")


def _risky(_reader: Reader, asked: Asked, limit: Decimal) -> str:
    """Open account or D/A, or a deposit below the share; a letter of credit is the bank's promise instead."""
    terms = decode_terms(asked.terms)
    if terms.method in _ON_CREDIT:
        return _("The goods go before the money is sure: {terms}.").format(terms=_wording(terms))
    share = asked.deposit_due / asked.total if asked.total else Decimal(1)
    if terms.method is Method.LC or share >= limit:
        return ""
    return _("The deposit of {share} % is below {limit} %.").format(
        share=format_number(share * 100, 1), limit=format_number(limit * 100, 1)
    )


def margin_of(reader: Reader, asked: Asked) -> tuple[str, Decimal | None]:
    """Answer how the margin was estimated, and it as a fraction; None where a cost or the rate is unknown.

    By the approved estimate where it still fits the amount; else by the lines, with freight and other costs of the
    quotation that became the contract unchanged, or before freight. Purchases cost what the tax regime of the firm
    leaves of them (section 2.2). Of a principal's goods the fee is all that comes in, and they cost nothing (1.10).
    """
    with sight_of_firm(reader):
        approved = _approved_margin(reader, asked)
        if approved is not None:
            return _("Margin by the approved estimate"), approved
        quoted = _quoted(reader, asked)
    title = _("Margin before freight") if quoted is None else _("Margin with the costs of the quotation")
    if asked.rate is None:
        return title, None
    if asked.agency == Agency.AS_AGENT.value:
        return title, 1 - asked.commission_rate / asked.agency_fee_rate if asked.agency_fee_rate else None
    try:
        terms = sale_terms(reader, asked)
        terms = terms if quoted is None else with_costs(reader, terms, quoted)
    except RateMissing:
        return title, None
    amounts = priced(asked.lines, asked.currency, Adjustment(asked.adjustment)).amounts
    lines = [
        QuoteLine(line.quantity, amount, line.cost, line.vat_rate, line.rebate_rate)
        for line, amount in zip(asked.lines, amounts, strict=True)
    ]
    found = estimate(lines, terms)
    return title, None if found is None or found.unknown else found.result.margin


def _approved_margin(reader: Reader, asked: Asked) -> Decimal | None:
    """Answer the margin of the approved estimate; None without one that was made for this amount (section 2.10)."""
    approved = reader.session.scalars(
        select(Estimate).where(Estimate.contract_id == asked.contract_id, Estimate.status == "approved")
    ).one_or_none()
    own = own_revenue(asked.total, asked.agency, asked.agency_fee_rate, asked.currency)
    if approved is None or approved.revenue_base != convert(own, approved.rate, reader.base):
        return None
    costs = reader.session.scalars(
        select(EstimateLine.base_amount).where(EstimateLine.estimate_id == approved.id)
    )
    return ratio(approved.revenue_base - sum(costs, ZERO), approved.revenue_base)


def _quoted(reader: Reader, asked: Asked) -> Quotation | None:
    """Answer the quotation a contract was made of, where currency, amount and Incoterm are still those quoted."""
    found = reader.session.scalars(
        select(Quotation)
        .join(SalesContract, SalesContract.quotation_id == Quotation.id)
        .where(
            SalesContract.id == asked.contract_id,
            Quotation.currency == asked.currency,
            Quotation.total == asked.total,
        )
    ).one_or_none()
    if found is None or f"{found.incoterm} {found.incoterm_place}" != asked.incoterm:
        return None
    return found


def _thin(reader: Reader, asked: Asked, limit: Decimal) -> str:
    """Below the least margin, strictly; a margin that is not known does not pass."""
    _title, margin = margin_of(reader, asked)
    if margin is None:
        return _("The margin is not known: a factory price or the budget rate is missing.")
    if margin >= limit:
        return ""
    return _("The estimated margin of {margin} % is below {limit} %.").format(
        margin=format_number(margin * 100, 1), limit=format_number(limit * 100, 1)
    )


def _hidden(_reader: Reader, asked: Asked, limit: Decimal) -> str:
    if not asked.commission_hidden or asked.commission_rate <= limit:
        return ""
    return _("It carries a hidden commission of {rate} %.").format(
        rate=format_number(asked.commission_rate * 100, 2)
    )


def _other_account(reader: Reader, asked: Asked, _limit: Decimal) -> str:
    """Compare with the account of this customer's last contract: a changed one may be a fraud."""
    last = reader.session.scalar(
        select(SalesContract.bank_account_id)
        .where(
            SalesContract.customer_id == asked.customer_id,
            SalesContract.id != asked.contract_id,
            SalesContract.status.not_in(_UNTRIED),
            SalesContract.bank_account_id.is_not(None),
        )
        .order_by(SalesContract.day.desc(), SalesContract.id.desc())
        .limit(1)
    )
    if last is None or asked.bank_account_id is None or last == asked.bank_account_id:
        return ""
    names = dict(reader.session.execute(select(Account.id, Account.name)).all())
    return _("It is to be paid to {account}; the last contract of {customer} was paid to {other}.").format(
        account=names.get(asked.bank_account_id, ""),
        other=names.get(last, ""),
        customer=_customer(reader, asked),
    )


def _customer(reader: Reader, asked: Asked) -> str:
    return reader.session.scalar(select(Party.name).where(Party.id == asked.customer_id)) or ""


def contract_figures(reader: Reader, asked: Asked) -> tuple[Figure, ...]:
    """Answer the figures an approver decides by."""
    title, margin = margin_of(reader, asked)
    base = _in_base(reader, asked)
    with sight_of_firm(reader):
        found = [
            Figure(_("Customer"), _customer(reader, asked)),
            Figure(_("Amount"), format_money(asked.total, asked.currency)),
            *adjustment_figures(asked, asked.currency),
        ]
    if base is not None and asked.currency != reader.base:
        found.append(Figure(_("In {currency}").format(currency=reader.base), format_money(base, reader.base)))
    found.append(Figure(_("Payment terms"), _wording(decode_terms(asked.terms))))
    found.append(Figure(_("Deposit asked for"), format_money(asked.deposit_due, asked.currency)))
    shown = _("not known") if margin is None else f"{format_number(margin * 100, 1)} %"
    found.append(Figure(title, shown))
    if asked.agency:
        fee = f"{format_number(asked.agency_fee_rate * 100, 2)} %"
        found.append(Figure(_("Agency export"), f"{_(dict(AGENCY_TITLES)[asked.agency])}, {fee}"))
    if asked.commission_rate:
        found.append(Figure(_("Commission"), f"{format_number(asked.commission_rate * 100, 2)} %"))
    return tuple(found)


def submit(work: Work, contract: SalesContract) -> str:
    """Ask for approval and answer the state the contract is in now: submitted, or approved at once."""
    answer = ask_approval(work, contract_subject(work, contract))
    return "approved" if answer == "approved" else "submitted"


def demand_approval(work: Work, contract: SalesContract) -> Sequence[Reason]:
    """Answer why a draft may not be signed the short way; empty logs that it passed (section 16.3)."""
    subject = contract_subject(work, contract)
    if not subject.reasons:
        ask_approval(work, subject)
    return subject.reasons


def keep_approval(work: Work, contract: SalesContract) -> None:
    """After an edit: a changed protected field voids the approval, and the contract is a draft again (section 6).

    While no rule is on, what passed by itself passes again, and the log keeps what it is now.
    """
    if contract.status not in ("approved", "signed"):
        return
    subject = contract_subject(work, contract)
    if demand_unchanged(work, KIND, contract.id, subject.protected):
        return
    void_approval(work, KIND, contract.id, _("A protected field was changed."))
    if not active_triggers(work, KIND):
        ask_approval(work, subject)
        return
    contract.status = "draft"
    work.warn(
        _("What was approved has changed. {number} is a draft again; submit it once more.").format(
            number=contract.number
        )
    )


def on_approved(work: Work, contract_id: int) -> None:
    """Take a contract on to Approved; refused when its state changed meanwhile."""
    contract = work.get(SalesContract, contract_id, _("Contract"))
    contract.status = SALES_CONTRACT.step(contract.status, "approve").target
    contract.updated_at = work.now
    contract_changed(work, contract)


def on_returned(work: Work, contract_id: int) -> None:
    """Take a contract back to Draft: it was not approved, or its submitter withdrew it (section 16.3)."""
    contract = work.get(SalesContract, contract_id, _("Contract"))
    contract.status = SALES_CONTRACT.step(contract.status, "return").target
    contract.updated_at = work.now
    contract_changed(work, contract)
