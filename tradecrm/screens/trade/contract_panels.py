"""What helps decide beside a sales contract: its terms in money, the profit estimate, prices agreed before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.agency import Agency
from tradecrm.core.links import Link
from tradecrm.core.money import convert, format_amount, format_money
from tradecrm.core.presets import terms_wording
from tradecrm.core.problems import Refusal
from tradecrm.core.rebate import purchase_vat
from tradecrm.core.rmb import rmb_capitals
from tradecrm.core.terms import decode_terms
from tradecrm.core.text import _
from tradecrm.core.words import amount_in_words
from tradecrm.screens.draft import Draft, Line, Ref, as_number
from tradecrm.screens.spec import Fact, Tone
from tradecrm.screens.trade.adjusting import total_label
from tradecrm.screens.trade.words import figure, packing_words, paper_language, percent, signed
from tradecrm.services.trade.contract_card import agreed_prices

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

ZERO = Decimal(0)


def goods_words(draft: Draft) -> list[str]:
    """Answer the foot of the lines: how many, cartons, cubic meters, weights."""
    return packing_words(draft.rows())


def total_words(draft: Draft) -> tuple[str, str]:
    """Answer the total of the contract for the foot of its lines."""
    currency = draft.text("currency")
    if len(currency) != 3:
        return "", ""
    return total_label(draft), format_money(draft.number("total") or ZERO, currency)


def amount_words(draft: Draft) -> str:
    """Answer the total in words as the paper will say it: capitals in Chinese for CNY (10.2, 10.3)."""
    total, currency = draft.number("total") or ZERO, draft.text("currency")
    if total <= 0 or len(currency) != 3:
        return ""
    if currency == "CNY" and paper_language() == "zh":
        return rmb_capitals(total)
    return amount_in_words(total, currency)


def terms_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer the terms as the paper words them, the deposit they ask for, and what has come of it."""
    currency, due = draft.text("currency"), draft.number("deposit_due") or ZERO
    try:
        wording = terms_wording(decode_terms(draft.text("terms")), paper_language())
    except Refusal:
        return ()
    if len(currency) != 3:
        return (Fact(wording, "", muted=True),)
    total, received = draft.number("total") or ZERO, draft.number("received") or ZERO
    facts = [Fact(wording, "", muted=True)]
    if due:
        facts.append(Fact(_("Deposit asked for"), format_money(due, currency), strong=True))
        if draft.id is not None:
            tone = Tone.GOOD if received >= due else Tone.WARN
            facts.append(Fact(_("Deposit received"), format_money(received, currency), tone))
    facts.append(Fact(_("Balance"), format_money(total - due, currency)))
    return tuple(facts)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A contract's estimate in base money at the budget rate; ``unknown`` lines have no factory price."""

    revenue: Decimal
    purchase: Decimal
    rebate: Decimal
    commission: Decimal
    unknown: int

    @property
    def profit(self) -> Decimal:
        """Answer revenue less purchase net of rebate and commission."""
        return self.revenue - self.purchase + self.rebate - self.commission


def estimate(draft: Draft) -> Estimate | None:
    """Answer the estimate of what is typed, None without a total or a rate (sections 2.2 and 2.4)."""
    total, rate, base = draft.number("total"), draft.number("budget_rate"), draft.text("base")
    if draft.text("currency") == base:
        rate = Decimal(1)
    if not total or not rate or not base:
        return None
    parts = [_purchase(line, base) for line in draft.rows()]
    known = [part for part in parts if part is not None]
    return Estimate(
        convert(total, rate, base),
        sum((gross for gross, _rebate in known), ZERO),
        sum((rebate for _gross, rebate in known), ZERO),
        convert(total * (draft.number("commission_rate") or ZERO), rate, base),
        len(parts) - len(known),
    )


def _purchase(line: Line, base: str) -> tuple[Decimal, Decimal] | None:
    """Answer the purchase of a line and its rebate in base money."""
    cost, quantity = as_number(line.get("cost")), as_number(line.get("quantity"))
    if cost is None or quantity is None:
        return None
    gross = convert(cost * quantity, Decimal(1), base)
    vat, rebate = as_number(line.get("vat_rate")), as_number(line.get("rebate_rate"))
    if vat is None or rebate is None:
        return gross, ZERO
    return gross, purchase_vat(gross, vat, rebate, currency=base).rebate


def profit_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer the estimate while typing: revenue, purchase, rebate, commission, margin, break-even rate."""
    if draft.text("agency") == Agency.AS_AGENT.value:
        return ()  # Only the fee is the firm's: it stands in the panel on agency export.
    found = estimate(draft)
    if found is None:
        return (Fact(_("Type lines with prices and the budget rate to see the profit."), "", muted=True),)
    base = draft.text("base")
    rate = draft.number("budget_rate") or Decimal(1)
    total = draft.number("total") or ZERO
    facts = [
        Fact(
            _("Revenue at {rate}").format(rate=figure(rate, 4)),
            format_amount(found.revenue, base),
        ),
        Fact(_("Purchase, VAT included"), signed(-found.purchase, base)),
        Fact(_("Export rebate"), signed(found.rebate, base)),
    ]
    if found.commission:
        facts.append(Fact(_("Commission"), signed(-found.commission, base)))
    margin = found.profit / found.revenue if found.revenue else None
    tone = Tone.BAD if found.profit < 0 else Tone.GOOD
    facts += [
        Fact(_("Profit before freight"), format_money(found.profit, base), tone, strong=True),
        Fact(_("Margin"), percent(margin), tone),
    ]
    return (*facts, *_rates(draft, found, total), *_gaps(draft, found))


def _rates(draft: Draft, found: Estimate, total: Decimal) -> tuple[Fact, ...]:
    """Answer the rate below which the contract loses money: net purchase for a unit of what it brings in."""
    currency = draft.text("currency")
    income = total * (1 - (draft.number("commission_rate") or ZERO))
    net = found.purchase - found.rebate
    if currency == draft.text("base") or income <= 0 or net <= 0:
        return ()
    return (Fact(_("Break-even rate"), figure(net / income, 4)),)


def _gaps(draft: Draft, found: Estimate) -> tuple[Fact, ...]:
    facts = []
    if found.unknown:
        facts.append(
            Fact(_("Lines without a factory price: {count}").format(count=found.unknown), "", Tone.WARN)
        )
    if draft.text("incoterm") in {"CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP"}:
        facts.append(Fact(_("Freight and insurance are added with the shipment."), "", muted=True))
    return tuple(facts)


def price_memory(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what this customer paid before for the products on the lines, newest first."""
    customer = draft.ref_id("customer")
    products: dict[int, str] = {}
    for line in draft.rows():
        product = line.get("product")
        if isinstance(product, Ref):
            products.setdefault(int(product.id), product.code or product.label)
    if customer is None or not products:
        return ()
    found = agreed_prices(reader, customer, list(products), but=draft.id)
    return tuple(
        Fact(
            f"{products[one.product_id]}  {one.number}  {one.day:%Y-%m}  {one.quantity.normalize():,f} {one.unit}",
            f"{one.currency} {figure(one.price, max(2, -int(one.price.normalize().as_tuple().exponent)))}",
            link=Link.to("contract", id=one.contract_id),
        )
        for one in found[:8]
    )
