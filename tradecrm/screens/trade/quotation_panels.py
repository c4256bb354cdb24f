"""What helps decide beside a quotation: profit, lowest prices, price memory, packing and containers, floors."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tradecrm.core.containers import Binding, Load, fit_cartons, needed_containers
from tradecrm.core.money import format_amount, format_money, minor_units
from tradecrm.core.packing import PackedLine, carton_volume, packed_totals
from tradecrm.core.price_policy import round_up
from tradecrm.core.problems import Refusal
from tradecrm.core.quoting import (
    QuoteEstimate,
    cost_warnings,
    lowest_price,
    lowest_total,
)
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Line, Ref, as_number
from tradecrm.screens.spec import Fact, Tone
from tradecrm.screens.trade.quotation_draft import (
    estimate_of,
    goods_of,
    terms_of,
    types_of,
    worked,
)
from tradecrm.screens.trade.words import (
    carton_of,
    figure,
    packed,
    packed_words,
    percent,
    rate_figure,
    signed,
)
from tradecrm.services.trade.price_memory import PastPrice, PriceMemory

ZERO = Decimal(0)
PRICE_DECIMALS = 2
STEP = Decimal("0.01")
"""The step that lowest and converted prices are offered in; the person may type finer ones."""
_BINDING = {Binding.VOLUME: N_("volume binds"), Binding.WEIGHT: N_("weight binds")}


def price_tone(line: Line) -> Tone:
    """Answer a warning for a price below its floor."""
    return Tone.WARN if line.get("below") else Tone.NEUTRAL


def lines_below_floor(draft: Draft) -> list[int]:
    """Answer the numbers, from 1, of the lines priced below their floor."""
    it = worked(draft)
    return [] if it is None else [number for number, below in enumerate(it.below, 1) if below]


def profit_facts(draft: Draft, rate: Decimal | None = None) -> tuple[Fact, ...]:
    """Answer the estimate while typing, or what it would be at another ``rate``; nothing for who may not see it."""
    if not draft.flag("sees_cost"):
        return ()
    found = estimate_of(draft, rate)
    terms = terms_of(draft)
    if found is None or terms is None:
        return (
            Fact(_("Type lines with prices, and the rate, to see the profit."), "", muted=True),
            *_warnings(draft),
        )
    base = draft.text("base")
    used = terms.rate if rate is None else rate
    total = format_amount(draft.number("total") or ZERO, terms.currency)
    facts = [
        Fact(
            _("Revenue {total} × {rate}").format(total=total, rate=rate_figure(used)),
            format_amount(found.revenue, base),
        ),
        Fact(_("Purchase, VAT included"), signed(-found.purchase, base)),
        Fact(_("Export VAT rebate"), signed(found.rebate, base)),
        *_shared(draft, found, base),
    ]
    tone = Tone.BAD if found.profit < 0 else Tone.GOOD
    facts += [
        Fact(_("Profit"), format_money(found.profit, base), tone, strong=True),
        _margin(draft, found),
        *_rates(draft, found),
    ]
    return (*facts, *_gaps(found), *_warnings(draft))


def _shared(draft: Draft, found: QuoteEstimate, base: str) -> list[Fact]:
    """Answer the costs beside the goods that have an amount."""
    commission = _("Commission {rate}").format(rate=percent(draft.number("commission_rate")))
    rows = (
        (_("Ocean freight, insurance"), found.freight + found.insurance),
        (_("Inland, port, customs"), found.domestic),
        (commission, found.commission),
        (_("Bank fees"), found.bank_fee),
        (_("Output VAT, taxed as a domestic sale"), found.output_vat),
    )
    return [Fact(title, signed(-amount, base)) for title, amount in rows if amount]


def _margin(draft: Draft, found: QuoteEstimate) -> Fact:
    """Answer margin and mark-up in one line, for they are not the same (section 2.4)."""
    margin, least = found.result.margin, draft.number("least_margin")
    low = margin is not None and least is not None and margin < least
    tone = Tone.NEUTRAL
    if low:
        tone = Tone.BAD if margin is not None and margin < 0 else Tone.WARN
    words = _("Margin {margin} · mark-up {markup}").format(
        margin=percent(margin), markup=percent(found.result.markup)
    )
    return Fact(words, "", tone)


def _rates(draft: Draft, found: QuoteEstimate) -> list[Fact]:
    """Answer the export cost of a unit of foreign money and the rate below which money is lost."""
    currency = draft.text("currency")
    if currency == draft.text("base"):
        return []
    cost = found.result.cost_per_unit
    facts = [
        Fact(
            _("Export cost per {currency}").format(currency=currency),
            _("n/a") if cost is None else figure(cost, 4),
        )
    ]
    if found.break_even is not None:
        facts.append(Fact(_("Loses money below rate"), rate_figure(found.break_even)))
    return facts


def _gaps(found: QuoteEstimate) -> list[Fact]:
    if not found.unknown:
        return []
    words = _("Lines without a factory price: {count}").format(count=found.unknown)
    return [Fact(words, "", Tone.WARN)]


def _warnings(draft: Draft) -> list[Fact]:
    """Answer what the Incoterm says of the costs typed; they warn and stop nothing (section 2.8)."""
    terms = terms_of(draft)
    if terms is None or not draft.number("total"):
        return []
    return [Fact(problem.message, "", Tone.WARN) for problem in cost_warnings(draft.text("incoterm"), terms)]


def lowest_line_price(draft: Draft, index: int, margin: Decimal) -> Decimal | None:
    """Answer the least price of a line that leaves ``margin`` after its discounts, rounded up; None where unknown.

    Raises Refusal when margin and deductions together take the whole price.
    """
    found, terms, goods = estimate_of(draft), terms_of(draft), goods_of(draft)
    if found is None or terms is None or not 0 <= index < len(goods):
        return None
    price = lowest_price(found, goods, index, terms, margin)
    it = worked(draft)
    if price is None or it is None:
        return None
    left = Fraction(1 - (as_number(draft.rows()[index].get("discount")) or ZERO)) * it.factor
    step = draft.number("price_step") or STEP
    return round_up(price * left.denominator / left.numerator, step) if left > 0 else None


def lowest_facts(draft: Draft, index: int, margin: Decimal) -> tuple[Fact, ...]:
    """Answer the least total and the least price of the current line for a wished margin (section 2.7)."""
    found, terms = estimate_of(draft), terms_of(draft)
    if found is None or terms is None:
        return ()
    try:
        total = round_up(lowest_total(found, terms, margin), Decimal(1).scaleb(-minor_units(terms.currency)))
        price = lowest_line_price(draft, index, margin)
    except Refusal as refusal:
        return tuple(Fact(problem.message, "", Tone.WARN) for problem in refusal.problems)
    now = draft.number("total") or ZERO
    tone = Tone.GOOD if now >= total else Tone.WARN
    facts = [Fact(_("Lowest total"), format_money(total, terms.currency), tone)]
    if price is not None:
        line = draft.rows()[index]
        held = as_number(line.get("price")) or ZERO
        facts.append(
            Fact(
                _("Lowest price of {goods}").format(goods=line_name(line)),
                figure(price, PRICE_DECIMALS),
                Tone.GOOD if held >= price else Tone.WARN,
            )
        )
    return tuple(facts)


def line_name(line: Line) -> str:
    """Answer the short name of a line: its item number, else its product, else its description."""
    product = line.get("product")
    code = product.code or product.label if isinstance(product, Ref) else ""
    return code or str(line.get("item_no") or line.get("description_en") or _("this line"))


def memory_title(memory: PriceMemory) -> str:
    """Answer the title of the price memory: the product, and to whom."""
    if not memory.customer:
        return _("Price memory: {product}").format(product=memory.product)
    return _("Price memory: {product} to {customer}").format(product=memory.product, customer=memory.customer)


def memory_facts(memory: PriceMemory) -> tuple[Fact, ...]:
    """Answer the last prices to the customer, newest first, and the last purchase, each opening its paper."""
    facts = [_past(one) for one in memory.sold]
    if not facts and memory.customer:
        facts.append(Fact(_("No price of this product was told to this customer yet."), "", muted=True))
    bought = memory.bought
    if bought is not None:
        parts = [_("last purchase") if bought.number else _("factory price")]
        if bought.day is not None:
            parts.append(f"{bought.day:%Y-%m}")
        parts.append(bought.supplier)
        label = "  ".join(part for part in parts if part)
        facts.append(Fact(label, f"{bought.currency} {_price(bought.price)}", link=bought.link))
    return tuple(facts)


def _past(one: PastPrice) -> Fact:
    label = f"{one.number}  {one.day:%Y-%m}  {one.quantity.normalize():,f} {one.unit}  {one.incoterm}"
    return Fact(label, f"{_price(one.price)} {one.currency}", link=one.link)


def _price(price: Decimal) -> str:
    return figure(price, max(PRICE_DECIMALS, -int(price.normalize().as_tuple().exponent)))


def foot_words(draft: Draft) -> list[str]:
    """Answer the foot of the lines: how many, cartons, cubic meters, weights, and what carries them."""
    it = worked(draft)
    packs = it.packs if it is not None else ()
    found = [one for one in packs if one is not None]
    words = packed_words(sum(1 for one in goods_of(draft) if one.quantity), found)
    whole = packed_totals(found)
    load = needed_containers(whole.volume, whole.gross_weight, types_of(draft))
    if load is not None:
        words.append(load_words(load))
    return words


def load_words(load: Load) -> str:
    """Answer a load in words: a part load, or so many containers of each type."""
    if load.is_lcl:
        return _("fits LCL")
    return " + ".join(f"{count} × {code}" for code, count in load.containers)


def packing_facts(draft: Draft, index: int) -> tuple[Fact, ...]:
    """Answer how the current line is packed, and how many of its full cartons each container takes (section 9.3)."""
    rows = draft.rows()
    if not 0 <= index < len(rows):
        return ()
    line = rows[index]
    how, carton = packed(line), carton_of(line)
    if how is None:
        words = _("{goods} has no packing data; enter it on the product.").format(goods=line_name(line))
        return (Fact(words, "", muted=True),)
    facts = [
        Fact(
            _("Cartons of {pieces}").format(pieces=f"{carton.pieces.normalize():,f}"),
            _packed_words(how, carton.pieces),
        )
    ]
    if carton_volume(carton) <= 0:
        return (*facts, Fact(_("The size of the carton is not known."), "", muted=True))
    for each in types_of(draft):
        fit = fit_cartons(carton, each)
        words = f"{fit.cartons:,} · {_(_BINDING[fit.binding])}"
        if fit.geometric is not None and fit.geometric < fit.cartons:
            words = _("{count} · {limit}, {size} by size").format(
                count=f"{fit.cartons:,}", limit=_(_BINDING[fit.binding]), size=f"{fit.geometric:,}"
            )
        facts.append(Fact(each.code, words))
    return tuple(facts)


def _packed_words(how: PackedLine, pieces: Decimal) -> str:
    if how.last_pieces == pieces:
        return f"{how.cartons:,}"
    return _("{count}, last one {pieces}").format(
        count=f"{how.cartons:,}", pieces=f"{how.last_pieces.normalize():,f}"
    )
