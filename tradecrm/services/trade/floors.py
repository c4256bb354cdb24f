"""The floors of a paper's lines (底价) and what its prices break: floors and discount limits (domain.md section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.adjusting import Adjustment
from tradecrm.core.money import percent_text, round_money, round_to
from tradecrm.core.price_policy import (
    ListPrice,
    below_floor,
    beyond_discount,
    floor_price,
    net_price,
    on_terms,
    round_up,
)
from tradecrm.core.pricing import PLAIN_INSURING, Insuring, PriceParts, bearing_vat
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.rebate import TaxRegime, fob_share, purchase_vat
from tradecrm.core.text import _
from tradecrm.models import Product
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.price_lists import PriceQuestion, listed_prices
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)
_SHOWN_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class PaperTerms:
    """What floors depend on beside the lines: freight for all goods in the paper's currency, fractions of price."""

    customer_id: int
    currency: str
    incoterm: str
    rate: Decimal
    freight: Decimal = ZERO
    insurance_rate: Decimal = ZERO
    insurance_markup: Decimal = Decimal("0.1")
    commission: Decimal = ZERO
    bank_fee: Decimal = ZERO
    insuring: Insuring = PLAIN_INSURING

    def parts(self, share: Decimal) -> PriceParts:
        """Answer the deductions of a price that carries ``share`` of the freight."""
        return PriceParts(share, self.insurance_rate, self.insurance_markup, self.commission, self.bank_fee)


def terms_of(reader: Reader, paper: Any, costs: Any = None) -> PaperTerms:
    """Answer the terms of a quotation or proforma invoice; ``costs`` is the quotation that holds the freight."""
    head = PaperTerms(
        paper.customer_id,
        paper.currency,
        paper.incoterm,
        paper.rate,
        commission=paper.commission_rate,
        insuring=reader.settings.insuring,
    )
    if costs is None:
        return head
    freight: Decimal = costs.freight
    if freight and costs.freight_currency != paper.currency:
        other = rate_for(reader, RateType.BUDGET, costs.freight_currency, costs.day).rate
        freight = round_money(freight * other / paper.rate, paper.currency)
    return replace(
        head,
        freight=freight,
        insurance_rate=costs.insurance_rate,
        insurance_markup=costs.insurance_markup,
        bank_fee=costs.bank_fee_rate,
    )


def keep_floors(work: Work, paper: Any, rows: Sequence[Any], terms: PaperTerms) -> None:
    """Write the floor of each line as of the paper's day; one that cannot be known stays as it was typed.

    The floor of the list that holds goes first, then that of the product, then the one that cost and least
    margin make.
    """
    listed = _listed(work, paper, rows)
    products = _products(work, rows)
    total = sum((row.amount for row in rows), ZERO)
    for row, price in zip(rows, listed, strict=True):
        parts = terms.parts(_unit_share(terms.freight, row, total))
        floor = _manual(price, products.get(row.product_id or 0), terms, parts)
        if floor is None:
            least = _unit_share(terms.insuring.least, row, total)
            floor = _from_cost(work, row, terms, parts.loads(terms.insuring, least))
        if floor is not None:
            row.floor = floor
    work.session.flush()


def _listed(reader: Reader, paper: Any, rows: Sequence[Any]) -> tuple[ListPrice | None, ...]:
    quantities = tuple((row.product_id or 0, row.quantity) for row in rows)
    return listed_prices(reader, PriceQuestion(paper.customer_id, paper.currency, paper.day, quantities))


def _products(reader: Reader, rows: Sequence[Any]) -> dict[int, Product]:
    ids = {row.product_id for row in rows if row.product_id is not None}
    found = reader.session.scalars(select(Product).where(Product.id.in_(sorted(ids))))
    return {product.id: product for product in found}


def _unit_share(cost: Decimal, row: Any, total: Decimal) -> Decimal:
    """Answer what one unit bears of a cost of all goods: by value, as the estimate shares what has no volume (2.6)."""
    if total <= 0 or not row.quantity:
        return ZERO
    share: Decimal = cost * row.amount / total / row.quantity
    return share


def _manual(
    listed: ListPrice | None, product: Product | None, terms: PaperTerms, parts: PriceParts
) -> Decimal | None:
    """Answer the floor that a person set, on the terms of the paper and up to six decimals; None without one."""
    found = None
    if listed is not None and listed.floor is not None:
        found = on_terms(listed.floor, listed.incoterm, terms.incoterm, parts)
    elif product is not None and product.floor is not None and product.floor_currency == terms.currency:
        found = on_terms(product.floor, "FOB", terms.incoterm, parts)
    return None if found is None else round_up(found, Decimal("0.000001"))


def _from_cost(reader: Reader, row: Any, terms: PaperTerms, loads: Sequence[PriceParts]) -> Decimal | None:
    """Answer the floor that the net cost of one makes with the least margin; None while the cost is not known.

    Of several loads that a price may have to carry the dearest holds.
    """
    if row.cost is None:
        return None
    settings = reader.settings
    goods = Bought(row.cost, row.vat_rate, row.rebate_rate, TaxRegime(settings.tax_regime))
    try:
        return max(
            cost_floor(goods, terms.rate, settings.min_margin, step=settings.price_step, parts=load)
            for load in loads
        )
    except Refusal:
        return None


@dataclass(frozen=True, slots=True)
class Bought:
    """What a unit is bought at: base money with VAT, its VAT and rebate rates as fractions, the tax regime."""

    cost: Decimal
    vat_rate: Decimal
    rebate_rate: Decimal
    regime: TaxRegime


def cost_floor(
    goods: Bought, rate: Decimal, margin: Decimal, *, step: Decimal, parts: PriceParts | None = None
) -> Decimal:
    """Answer the floor that cost and least margin make, with the VAT that the price itself bears (sections 2.2, 6).

    Raises Refusal as `floor_price` does.
    """
    parts = parts or PriceParts()
    share = fob_share(goods.vat_rate, goods.rebate_rate, goods.regime)
    net = unit_net_cost(goods.cost, goods.vat_rate, goods.rebate_rate, goods.regime)
    # VAT of the FOB value is not paid on the freight.
    net -= share * parts.freight * rate
    return floor_price(net, rate, margin, step=step, parts=bearing_vat(parts, share))


def unit_net_cost(
    cost: Decimal, vat_rate: Decimal, rebate_rate: Decimal, regime: TaxRegime = TaxRegime.TRADER
) -> Decimal:
    """Answer the cost of one unit after the rebate in base money, unrounded to the tenth of a thousandth.

    A unit is reckoned as ten thousand units are, for the rounding of section 2.2 is that of a whole purchase.
    """
    many = Decimal(10_000)
    return purchase_vat(cost * many, vat_rate, rebate_rate, regime).cost / many


@dataclass(frozen=True, slots=True)
class Breach:
    """A line whose price breaks the policy: its position from 1 and a sentence."""

    position: int
    sentence: str


def breaches(reader: Reader, paper: Any, rows: Sequence[Any], terms: PaperTerms) -> tuple[Breach, ...]:
    """Answer the lines below their floor, and those with more discount than their price list allows.

    A discount on the whole paper lowers every price as much as it lowers their sum.
    """
    factor = Adjustment.of(paper).factor([row.amount - row.adjusted for row in rows])
    total = sum((row.amount for row in rows), ZERO)
    found = []
    for row, listed in zip(rows, _listed(reader, paper, rows), strict=True):
        net = net_price(row.price, row.discount, factor)
        if below_floor(row.price, row.discount, row.floor, factor):
            words = _("Line {position}, {goods}: {price} is below the floor of {floor} {currency}.")
            found.append(
                Breach(
                    row.position,
                    words.format(
                        position=row.position,
                        goods=row.item_no or row.description_en,
                        price=_plain(net),
                        floor=_plain(row.floor),
                        currency=paper.currency,
                    ),
                )
            )
        if listed is None or listed.max_discount is None:
            continue
        price = on_terms(
            listed.price, listed.incoterm, terms.incoterm, terms.parts(_unit_share(terms.freight, row, total))
        )
        if price is not None and beyond_discount(row.price, row.discount, price, listed.max_discount, factor):
            words = _(
                "Line {position}, {goods}: {price} is {discount} % below “{list}”, which allows {most} %."
            )
            found.append(
                Breach(
                    row.position,
                    words.format(
                        position=row.position,
                        goods=row.item_no or row.description_en,
                        price=_plain(net),
                        discount=percent_text(1 - net / price, 2),
                        list=listed.list_name,
                        most=percent_text(listed.max_discount, 2),
                    ),
                )
            )
    return tuple(found)


def _plain(value: Decimal) -> str:
    """Write a price without trailing zeros and with six decimals at most, but at least with cents."""
    value = round_to(value, _SHOWN_DECIMALS)
    text = f"{value.normalize():f}"
    decimals = len(text.partition(".")[2])
    return f"{value:.2f}" if decimals < 2 else text
