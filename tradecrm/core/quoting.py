"""The profit estimate of a quotation while it is typed (domain.md sections 2.2, 2.4 and 2.7)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tradecrm.core.costs import CostSide, cost_category
from tradecrm.core.incoterms import bearer, check_costs
from tradecrm.core.money import Rounding, convert, round_money, rounding
from tradecrm.core.pricing import PLAIN_INSURING, Insuring, PriceParts, bearing_vat, price_from_cost
from tradecrm.core.problems import Problem
from tradecrm.core.profit import CostLine, ShipmentResult, insurance_premium, shipment_result
from tradecrm.core.rebate import BEFORE_FOB, TaxRegime, fob_share, output_vat, purchase_vat

_ZERO = Decimal(0)
_BY_FOB = frozenset((TaxRegime.MANUFACTURER, TaxRegime.TAXED))
_DOMESTIC = (("INL", "pre_carriage"), ("CUS", "export_clearance"), ("PRT", "origin_terminal"))
"""What the one sum of domestic costs stands for, with the rows of section 2.8 that tell who bears it."""


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """A line: ``amount`` rounded in the currency, ``cost`` of a unit with VAT in base money (None: unknown).

    ``volume`` is that of the whole line in cubic meters; rates are fractions.
    """

    quantity: Decimal
    amount: Decimal
    cost: Decimal | None
    vat_rate: Decimal = Decimal("0.13")
    rebate_rate: Decimal = Decimal("0.13")
    volume: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class QuoteTerms:
    """What the lines share: money, rates and the costs beside the goods.

    ``rate`` is base money per unit of ``currency``; ``freight`` is in its own currency at ``freight_rate``, which
    None makes the quotation's own. ``insurance_rate``, ``insurance_markup``, ``commission`` and ``bank_fee`` are
    fractions of the price (section 2.7); ``domestic`` is base money.
    """

    currency: str
    rate: Decimal
    base: str = "CNY"
    freight: Decimal = _ZERO
    freight_rate: Decimal | None = None
    freight_currency: str = ""
    insurance_rate: Decimal = _ZERO
    insurance_markup: Decimal = Decimal("0.1")
    commission: Decimal = _ZERO
    commission_hidden: bool = False
    bank_fee: Decimal = _ZERO
    domestic: Decimal = _ZERO
    regime: TaxRegime = TaxRegime.TRADER
    insuring: Insuring = PLAIN_INSURING

    @property
    def freight_base(self) -> Decimal:
        """Answer the freight in base money, rounded once."""
        return convert(self.freight, self.rate if self.freight_rate is None else self.freight_rate, self.base)

    def parts(self, freight: Decimal) -> PriceParts:
        """Answer the deductions of a price that carries ``freight`` in the quotation's currency."""
        return PriceParts(freight, self.insurance_rate, self.insurance_markup, self.commission, self.bank_fee)


@dataclass(frozen=True, slots=True)
class LineEstimate:
    """A line after its share of every cost: net purchase and profit in base money, margin as a fraction.

    All three are None while the factory price is not known, the margin also for goods without a price.
    """

    net_cost: Decimal | None
    profit: Decimal | None
    margin: Decimal | None


@dataclass(frozen=True, slots=True)
class QuoteEstimate:
    """The estimate in base money, costs as positive figures; ``unknown`` lines have no factory price.

    ``vat_share`` is the fraction of the FOB value that VAT costs under MANUFACTURER and TAXED. ``break_even`` is the
    rate below which the quotation loses money, None where no rate does that.
    """

    revenue: Decimal
    purchase: Decimal
    rebate: Decimal
    freight: Decimal
    insurance: Decimal
    domestic: Decimal
    commission: Decimal
    bank_fee: Decimal
    output_vat: Decimal
    vat_share: Decimal
    break_even: Decimal | None
    unknown: int
    lines: tuple[LineEstimate, ...]
    result: ShipmentResult

    @property
    def profit(self) -> Decimal:
        """Answer the trading profit of section 2.4."""
        return self.result.trading_profit


@dataclass(frozen=True, slots=True)
class _Bought:
    """The purchase of a line: what it costs before the rebate, the rebate, output VAT under TAXED."""

    cost: Decimal
    rebate: Decimal
    output: Decimal


def estimate(lines: Sequence[QuoteLine], terms: QuoteTerms) -> QuoteEstimate | None:
    """Answer the estimate of a quotation, None without a total or a rate.

    Rows of costs without an amount do no harm; the measures are those of section 2.4 at the typed rate.
    """
    total = sum((line.amount for line in lines), _ZERO)
    if total <= 0 or terms.rate <= 0:
        return None
    shared = _shared_costs(total, terms)
    freight, premium = shared[0].base, shared[1].base
    fob = (convert(total, terms.rate, terms.base) - freight - premium) / total
    bought = _all_bought(lines, fob, terms)
    vat_share = _ZERO
    if terms.regime in _BY_FOB:
        vat_share = sum((line.amount * _vat_share(line, terms.regime) for line in lines), _ZERO) / total
    known = [one for one in bought if one is not None]
    purchase = sum((one.cost for one in known), _ZERO)
    rebate = sum((one.rebate for one in known), _ZERO)
    taxed = sum((one.output for one in known), _ZERO)
    costs = (
        *shared,
        CostLine("PUR", terms.base, purchase, purchase),
        CostLine("REB", terms.base, -rebate, -rebate),
        CostLine("OVT", terms.base, taxed, taxed),
    )
    result = shipment_result(
        invoice_total=total,
        currency=terms.currency,
        revenue=convert(total, terms.rate, terms.base),
        costs=costs,
        reference_rate=terms.rate,
        base_currency=terms.base,
    )
    return QuoteEstimate(
        revenue=result.revenue,
        purchase=purchase,
        rebate=rebate,
        freight=freight,
        insurance=premium,
        commission=shared[2].base,
        bank_fee=shared[3].base,
        domestic=shared[4].base,
        output_vat=taxed,
        vat_share=vat_share,
        break_even=_break_even(total, costs, terms, vat_share),
        unknown=len(bought) - len(known),
        lines=_line_estimates(lines, bought, shared, result.revenue / total),
        result=result,
    )


def _shared_costs(total: Decimal, terms: QuoteTerms) -> tuple[CostLine, ...]:
    """Answer freight, insurance, commission, bank fee and domestic costs, each rounded once in its currency."""
    currency, base = terms.currency, terms.base

    def of_price(code: str, fraction: Decimal) -> CostLine:
        amount = round_money(total * fraction, currency)
        return CostLine(code, currency, amount, convert(amount, terms.rate, base))

    premium = insurance_premium(
        total,
        terms.insurance_rate,
        currency,
        terms.insurance_markup,
        insuring=terms.insuring,
        commission=terms.commission,
    )
    freight_currency = currency if terms.freight_rate is None else terms.freight_currency
    return (
        CostLine("FRT", freight_currency, terms.freight, terms.freight_base),
        CostLine("INS", currency, premium, convert(premium, terms.rate, base)),
        of_price("COM-H" if terms.commission_hidden else "COM-O", terms.commission),
        of_price("BKF", terms.bank_fee),
        CostLine("INL", base, terms.domestic, round_money(terms.domestic, base)),
    )


def _all_bought(lines: Sequence[QuoteLine], fob: Decimal, terms: QuoteTerms) -> list[_Bought | None]:
    """Answer the purchase of each line under the regime; ``fob`` is base money FOB per unit of price."""
    if terms.regime not in _BY_FOB:
        plainly = _plain_buyer(terms.regime, terms.base, rounding())
        return [
            None if line.cost is None else plainly(line.quantity, line.cost, line.vat_rate, line.rebate_rate)
            for line in lines
        ]
    return [None if line.cost is None else _bought(line, line.cost, fob, terms) for line in lines]


def _bought(line: QuoteLine, cost: Decimal, fob: Decimal, terms: QuoteTerms) -> _Bought:
    """Answer the purchase of a line under a regime that asks what it is sold for."""
    gross = round_money(line.quantity * cost, terms.base)
    fob_base = line.amount * fob
    found = purchase_vat(
        gross, line.vat_rate, line.rebate_rate, terms.regime, fob_base=fob_base, currency=terms.base
    )
    output = _ZERO
    if terms.regime is TaxRegime.TAXED:
        output = output_vat(fob_base, line.vat_rate, terms.base)
    return _Bought(found.cost + found.rebate, found.rebate, output)


def _vat_share(line: QuoteLine, regime: TaxRegime) -> Decimal:
    """Answer the fraction of a line's FOB value that its export costs in VAT; 0 where its price does not matter."""
    return _ZERO if line.cost is None else fob_share(line.vat_rate, line.rebate_rate, regime)


@functools.lru_cache(maxsize=8)
def _plain_buyer(
    regime: TaxRegime, base: str, _rounded_as: Rounding
) -> Callable[[Decimal, Decimal, Decimal, Decimal], _Bought]:
    """Answer what tells the purchase of a line under a regime that does not ask what it is sold for.

    It takes quantity, price, and the rates of VAT and rebate.
    """

    @functools.lru_cache(maxsize=4096)  # A key changes one line; those of the others are asked for again.
    def bought(quantity: Decimal, cost: Decimal, vat: Decimal, rebate: Decimal) -> _Bought:
        gross = round_money(quantity * cost, base)
        found = purchase_vat(gross, vat, rebate, regime, currency=base)
        return _Bought(found.cost + found.rebate, found.rebate, _ZERO)

    return bought


def _line_estimates(
    lines: Sequence[QuoteLine], bought: Sequence[_Bought | None], shared: Sequence[CostLine], worth: Decimal
) -> tuple[LineEstimate, ...]:
    """Share the costs over the lines: freight by volume where every line has one, all else by value.

    Shares are not rounded, for nothing is posted from them; ``worth`` is the base money of a unit of price.
    """
    total = sum((line.amount for line in lines), _ZERO)
    volume = _shared_volume(lines)
    freight = shared[0].base
    by_value = sum((cost.base for cost in shared[1:]), _ZERO) + (_ZERO if volume else freight)
    each_value, each_volume = by_value / total, freight / volume if volume else _ZERO
    found = []
    for line, part in zip(lines, bought, strict=True):
        if part is None:
            found.append(LineEstimate(None, None, None))
            continue
        net = part.cost - part.rebate + part.output
        revenue = line.amount * worth
        profit = revenue - net - line.amount * each_value - line.volume * each_volume
        found.append(LineEstimate(net, profit, profit / revenue if revenue else None))
    return tuple(found)


def _shared_volume(lines: Sequence[QuoteLine]) -> Decimal:
    """Answer the volume that freight is shared by, zero (share by value) as long as a line has none."""
    if any(line.volume <= 0 < line.quantity for line in lines):
        return _ZERO
    return sum((line.volume for line in lines), _ZERO)


def _break_even(
    total: Decimal, costs: Sequence[CostLine], terms: QuoteTerms, vat_share: Decimal
) -> Decimal | None:
    """Answer the rate at which the profit is zero: costs that move with the rate leave the income, others join K.

    VAT on the FOB value (MANUFACTURER, TAXED) moves with the rate as far as that value does.
    """
    if terms.currency == terms.base:
        return None
    income, fixed = total, _ZERO
    fob = total  # What of the FOB value moves with the rate.
    for cost in costs:
        if cost.currency == terms.currency and cost_category(cost.code).side is CostSide.FX:
            income -= cost.amount
            fob -= cost.amount if cost.code in BEFORE_FOB else _ZERO
        else:
            fixed += cost.base
    if vat_share:
        fixed -= vat_share * fob * terms.rate
        income -= vat_share * fob
    return fixed / income if income > 0 and fixed > 0 else None


def lowest_total(found: QuoteEstimate, terms: QuoteTerms, margin: Decimal) -> Decimal:
    """Answer the least total in the quotation's currency that leaves ``margin`` of the price (section 2.7).

    Raises Refusal in words when margin and deductions together take the whole price.
    """
    cost = found.purchase - found.rebate + found.domestic + found.output_vat
    parts = terms.parts(found.freight / terms.rate)
    vat = found.vat_share * (found.revenue - found.freight - found.insurance)
    return max(
        price_from_cost(
            cost - vat - found.vat_share * (found.freight + (load.freight - parts.freight) * terms.rate),
            terms.rate,
            bearing_vat(load, found.vat_share),
            margin=margin,
        )
        for load in parts.loads(terms.insuring, terms.insuring.least)
    )


def lowest_price(
    found: QuoteEstimate, lines: Sequence[QuoteLine], index: int, terms: QuoteTerms, margin: Decimal
) -> Decimal | None:
    """Answer the least unit price of one line that leaves ``margin``, unrounded; None where its cost is not known.

    The line keeps the share of freight and domestic costs that it has now.
    """
    line, part = lines[index], found.lines[index]
    if part.net_cost is None or line.quantity <= 0:
        return None
    total = sum((each.amount for each in lines), _ZERO)
    share = _vat_share(line, terms.regime)
    by_value = line.amount / total
    vat = share * by_value * (found.revenue - found.freight - found.insurance)
    cost = part.net_cost - vat + found.domestic * by_value
    parts = terms.parts(unit_freight(lines, index, found.freight / terms.rate))
    least = terms.insuring.least * by_value / line.quantity
    return max(
        price_from_cost(
            (cost - share * found.freight * by_value) / line.quantity
            - share * (load.freight - parts.freight) * terms.rate,
            terms.rate,
            bearing_vat(load, share),
            margin=margin,
        )
        for load in parts.loads(terms.insuring, least)
    )


def unit_freight(lines: Sequence[QuoteLine], index: int, freight: Decimal) -> Decimal:
    """Answer the share of ``freight`` that a unit of one line carries: by volume, else by value; unrounded."""
    line = lines[index]
    volume = _shared_volume(lines)
    total = sum((each.amount for each in lines), _ZERO)
    part, whole = (line.volume, volume) if volume else (line.amount, total)
    if line.quantity <= 0 or whole <= 0:
        return _ZERO
    return freight * part / whole / line.quantity


def cost_warnings(rule: str, terms: QuoteTerms) -> list[Problem]:
    """Warn of costs that the Incoterm puts on the other side, or that are missing (section 2.8)."""
    codes = set()
    if terms.freight > 0:
        codes.add("FRT")
    if terms.insurance_rate > 0:
        codes.add("INS")
    if terms.domestic > 0:
        borne = {code for code, item in _DOMESTIC if bearer(item, rule).value == "S"}
        codes |= borne or {"INL"}
    fields = {"FRT": "freight", "INS": "insurance_rate"}
    found: dict[str, Problem] = {}
    for problem in check_costs(rule, codes):
        field = fields.get(problem.field.removeprefix("costs."), "domestic_cost")
        found.setdefault(field, Problem(field, problem.message))
    return list(found.values())
