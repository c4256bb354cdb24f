"""Why a purchase contract asks for approval: a price above the last one, a large prepayment (domain.md section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.errors import RateMissing
from tradecrm.core.money import convert, format_money, format_number
from tradecrm.core.purchases import price_rise
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import Party, PurchaseContract, PurchaseLine, SalesContract
from tradecrm.services.control.approval_titles import approval_title
from tradecrm.services.control.approvals import Figure, Reason, Subject, active_triggers
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.purchases import KIND, PurchaseLineDraft, protected_fields, purchase_lines
from tradecrm.services.work import Reader

ZERO = Decimal(0)
_UNTRIED = frozenset({"draft", "submitted", "canceled", "void"})
"""States of a purchase whose prices nobody has paid or promised yet."""


@dataclass(frozen=True, slots=True)
class LastPrice:
    """What was paid last for a product: the contract, its day, and the price with VAT in its currency."""

    purchase_id: int
    number: str
    day: date
    price: Decimal
    currency: str


def with_vat(price: Decimal, vat_rate: Decimal, *, vat_included: bool) -> Decimal:
    """Answer a price with VAT, unrounded, so that prices of both kinds can be compared."""
    return price if vat_included else price * (1 + vat_rate)


def last_price(reader: Reader, product_id: int, currency: str, *, but: int | None = None) -> LastPrice | None:
    """Answer the price of the last purchase of a product in a currency, contract ``but`` left out."""
    statement = (
        select(PurchaseLine, PurchaseContract)
        .join(PurchaseContract, PurchaseContract.id == PurchaseLine.purchase_id)
        .where(
            PurchaseLine.product_id == product_id,
            PurchaseContract.currency == currency,
            PurchaseContract.status.not_in(sorted(_UNTRIED)),
        )
        .order_by(PurchaseContract.day.desc(), PurchaseLine.id.desc())
        .limit(1)
    )
    if but is not None:
        statement = statement.where(PurchaseContract.id != but)
    found = reader.session.execute(statement).one_or_none()
    if found is None:
        return None
    line, head = found
    price = with_vat(line.price, line.vat_rate, vat_included=head.vat_included)
    return LastPrice(head.id, head.number, head.day, price, head.currency)


def approval_subject(
    reader: Reader, purchase: PurchaseContract, contracts: Sequence[SalesContract]
) -> Subject:
    """Answer a purchase as the approval engine takes it: reasons, protected fields, figures to decide by."""
    lines = purchase_lines(reader, purchase.id)
    base_amount = purchase_in_base(reader, purchase)
    triggers = active_triggers(reader, KIND)
    reasons = (
        *price_reasons(reader, purchase, lines, triggers),
        *_prepaid_reasons(reader, purchase, triggers),
    )
    supplier = reader.session.scalar(select(Party.name).where(Party.id == purchase.supplier_id)) or ""
    figures = [
        Figure(_("Supplier"), supplier),
        Figure(_("Amount"), format_money(purchase.total, purchase.currency)),
        Figure(_("Prepayment"), format_money(purchase.deposit_due, purchase.currency)),
    ]
    if contracts:
        figures.append(Figure(_("For"), ", ".join(contract.number for contract in contracts)))
    return Subject(
        kind=KIND,
        id=purchase.id,
        title=approval_title(KIND, number=purchase.number),
        reasons=reasons,
        protected=protected_fields(purchase, lines),
        figures=tuple(figures),
        base_amount=base_amount,
    )


def purchase_in_base(reader: Reader, purchase: PurchaseContract) -> Decimal | None:
    """Answer the total in base currency; None where the table has no rate."""
    try:
        rate = rate_for(reader, RateType.BUDGET, purchase.currency, purchase.day).rate
    except RateMissing:
        return None
    return convert(purchase.total, rate, reader.base)


def price_reasons(
    reader: Reader,
    purchase: PurchaseContract,
    lines: Sequence[PurchaseLine | PurchaseLineDraft],
    triggers: dict[str, Decimal | None],
) -> list[Reason]:
    """Answer a reason for each line whose price is above the last by more than the rule allows (default 5 %)."""
    limit = triggers.get("price_rise")
    reasons = []
    for line in lines if limit is not None else ():
        if line.product_id is None:
            continue
        last = last_price(reader, line.product_id, purchase.currency, but=purchase.id)
        price = with_vat(line.price, line.vat_rate, vat_included=purchase.vat_included)
        rise = None if last is None else price_rise(price, last.price)
        if last is not None and rise is not None and limit is not None and rise > limit:
            sentence = _("{goods}: {price} is {percent} % above {last} of {number}.").format(
                goods=line.item_no or line.description_cn,
                price=format_money(price, purchase.currency),
                percent=format_number(rise * 100, 1),
                last=format_money(last.price, last.currency),
                number=last.number,
            )
            reasons.append(Reason("price_rise", sentence))
    return reasons


def _prepaid_reasons(
    reader: Reader, purchase: PurchaseContract, triggers: dict[str, Decimal | None]
) -> list[Reason]:
    """Answer the reasons of a prepayment above its share (default 30 %) or its amount in base (default 50,000)."""
    reasons = []
    share, most = triggers.get("prepayment"), triggers.get("prepayment_amount")
    prepaid = purchase.deposit_due
    if share is not None and purchase.total > 0 and prepaid / purchase.total > share:
        sentence = _("{percent} % are prepaid, more than {limit} %.").format(
            percent=format_number(prepaid / purchase.total * 100, 1), limit=format_number(share * 100, 0)
        )
        reasons.append(Reason("prepayment", sentence))
    total = purchase_in_base(reader, purchase) if most is not None else None
    if most is not None and total is not None and purchase.total > 0:
        amount = total * prepaid / purchase.total
        if amount > most:
            sentence = _("{amount} are prepaid, more than {limit}.").format(
                amount=format_money(amount, reader.base), limit=format_money(most, reader.base)
            )
            reasons.append(Reason("prepayment_amount", sentence))
    return reasons
