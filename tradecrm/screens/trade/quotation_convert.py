"""Price conversion of a quotation (价格换算): one price on every basis, and all lines on another (section 2.7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.incoterms import RULES
from tradecrm.core.links import Link
from tradecrm.core.money import round_money, round_to
from tradecrm.core.price_policy import price_basis
from tradecrm.core.pricing import CIFC_TITLES, Cifc, PriceBasis, PriceParts, commission_in, convert_price
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.quoting import unit_freight
from tradecrm.core.text import N_, _
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Line, as_number
from tradecrm.screens.spec import Choice, Fact, FieldSpec, FormSpec, PanelSpec, Section, Tone
from tradecrm.screens.trade.quotation_draft import build_quotation, goods_of, quote_terms
from tradecrm.screens.trade.quotation_panels import line_name
from tradecrm.screens.trade.words import figure
from tradecrm.services.trade.quotations import save_quotation

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
_SHOWN = 4
_BASES = (
    Choice(PriceBasis.FOB, N_("FOB")),
    Choice(PriceBasis.CFR, N_("CFR")),
    Choice(PriceBasis.CIF, N_("CIF")),
    Choice(PriceBasis.FOBC, N_("FOB with commission")),
    Choice(PriceBasis.CFRC, N_("CFR with commission")),
    Choice(PriceBasis.CIFC, N_("CIF with commission")),
)
_WITH = {PriceBasis.FOB: PriceBasis.FOBC, PriceBasis.CFR: PriceBasis.CFRC, PriceBasis.CIF: PriceBasis.CIFC}
_COSTS = ("insurance_rate", "insurance_markup", "commission_rate")


def start_conversion(draft: Draft, index: int) -> Draft:
    """Answer the draft of a conversion that begins with one line of a quotation and its terms."""
    line: Line = draft.rows()[index] if 0 <= index < len(draft.rows()) else {}
    incoterm = draft.text("incoterm")
    basis = price_basis(incoterm) if incoterm in RULES else PriceBasis.FOB
    if draft.number("commission_rate"):
        basis = _WITH[basis]
    freight = _freight_here(draft)
    return Draft(
        {
            "name": line_name(line),
            "index": index,
            "price": as_number(line.get("price")),
            "source": basis.value,
            "target": (PriceBasis.CIF if basis is PriceBasis.FOB else PriceBasis.FOB).value,
            "freight": freight,
            "freight_began": freight,
            "currency": draft.text("currency"),
            "way": draft.text("cifc_method") or Cifc.ONE_STEP.value,
            "all_lines": False,
            **{name: draft.number(name) for name in _COSTS},
        },
        draft.lines,
    ).put(worked=draft.ref("worked"))


def _freight_here(draft: Draft) -> Decimal:
    """Answer the quotation's freight in the currency of its prices, by way of base; 0 as long as a rate is missing."""
    terms = quote_terms(draft)
    if terms is None or terms.freight_rate is None:
        same = draft.text("freight_currency") == draft.text("currency")
        return (draft.number("freight") or ZERO) if same else ZERO
    return round_money(terms.freight * terms.freight_rate / terms.rate, terms.currency)


def _parts(draft: Draft, index: int) -> PriceParts:
    goods = goods_of(draft)
    freight = draft.number("freight") or ZERO
    markup = draft.number("insurance_markup")
    return PriceParts(
        unit_freight(goods, index, freight) if 0 <= index < len(goods) else freight,
        draft.number("insurance_rate") or ZERO,
        Decimal("0.1") if markup is None else markup,
        draft.number("commission_rate") or ZERO,
    )


def _converted(draft: Draft, index: int, price: Decimal, target: PriceBasis) -> Decimal:
    return convert_price(
        price, PriceBasis(draft.text("source")), target, _parts(draft, index), way=Cifc(draft.text("way"))
    )


def conversion_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer the price on every basis, the wished one strong; the freight a unit carries below."""
    price, index = draft.number("price"), int(draft.number("index") or 0)
    if price is None:
        return (Fact(_("Type the price to convert."), "", muted=True),)
    try:
        facts = [
            Fact(
                _(choice.label),
                figure(_converted(draft, index, price, PriceBasis(choice.value)), _SHOWN),
                strong=choice.value == draft.text("target"),
            )
            for choice in _BASES
        ]
    except Refusal as refusal:
        return tuple(Fact(problem.message, "", Tone.WARN) for problem in refusal.problems)
    parts, target = _parts(draft, index), PriceBasis(draft.text("target"))
    facts.append(Fact(_("Freight in the price of one unit"), figure(parts.freight, _SHOWN), muted=True))
    if target in _WITH.values():
        paid = commission_in(_converted(draft, index, price, target), parts)
        facts.append(Fact(_("Commission in the price of one unit"), figure(paid, _SHOWN), muted=True))
    return tuple(facts)


def check_conversion(draft: Draft) -> list[Problem]:
    """Answer what makes a conversion impossible, at its field."""
    found = [
        Problem(name, _("A rate is between 0 and 100 %."))
        for name in _COSTS
        if not 0 <= (draft.number(name) or ZERO) < 1
    ]
    price = draft.number("price")
    if found or price is None:
        return found
    try:
        _converted(draft, int(draft.number("index") or 0), price, PriceBasis(draft.text("target")))
    except Refusal as refusal:
        return [Problem("target", problem.message) for problem in refusal.problems]
    return []


def _finest(line: Line) -> int:
    """Answer the decimals of a line's price, two at least."""
    price = as_number(line.get("price")) or ZERO
    return max(2, -int(price.normalize().as_tuple().exponent))


def apply_conversion(quotation: Draft, asked: Draft) -> Draft:
    """Answer the quotation with the converted price in its line, or with every line and its terms on the new basis.

    Converted prices are rounded once, to as many decimals as the line's price had.
    """
    index = int(asked.number("index") or 0)
    target = PriceBasis(asked.text("target"))
    rows = list(quotation.rows())
    if not asked.flag("all_lines"):
        price = asked.number("price")
        if price is not None and index < len(rows):
            line = rows[index]
            rows[index] = {
                **line, "price": round_to(_converted(asked, index, price, target), _finest(line))
            }  # fmt: skip
        return quotation.put_rows("lines", rows)
    for place, line in enumerate(rows):
        price = as_number(line.get("price"))
        if price is not None:
            rows[place] = {
                **line, "price": round_to(_converted(asked, place, price, target), _finest(line))
            }  # fmt: skip
    return _on_terms(quotation.put_rows("lines", rows), asked, target)


def _on_terms(quotation: Draft, asked: Draft, target: PriceBasis) -> Draft:
    """Answer the quotation with the Incoterm and the costs that its prices now hold; the place as far as known."""
    plain = next((net for net, gross in _WITH.items() if gross is target), target)
    inside = plain is not PriceBasis.FOB
    held = quotation.text("incoterm")
    freight = asked.number("freight")
    if not inside:
        quotation = quotation.put(freight=ZERO)
    elif freight != asked.number("freight_began"):
        quotation = quotation.put(freight=freight, freight_currency=quotation.text("currency"))
    draft = quotation.put(
        insurance_rate=asked.number("insurance_rate") if plain is PriceBasis.CIF else ZERO,
        insurance_markup=asked.number("insurance_markup"),
        commission_rate=asked.number("commission_rate") if plain is not target else ZERO,
    )
    if held in RULES and price_basis(held) is plain:
        return draft
    place = draft.text("port_of_discharge") if inside else draft.text("port_of_loading")
    kept = draft.text("incoterm_place") if inside and held in {"CFR", "CIF", "CPT", "CIP"} else place
    return draft.put(incoterm=plain.value, incoterm_place=kept)


def _no_blank(_reader: Reader, _link: Link) -> Draft:
    return Draft()


CONVERT_FORM = FormSpec(
    key="quotation_convert",
    title=N_("Use this price"),
    kind="quotation",
    sections=(
        Section(
            "",
            (
                FieldSpec("price", N_("Price"), K.PRICE, required=True, span=4),
                FieldSpec("source", N_("It is"), K.CHOICE, choices=_BASES, required=True, span=4),
                FieldSpec("target", N_("Wanted as"), K.CHOICE, choices=_BASES, required=True, span=4),
                FieldSpec(
                    "freight", N_("Ocean freight of all the goods"), K.MONEY, currency_from="currency", span=4
                ),
                FieldSpec("insurance_rate", N_("Insurance rate"), K.PERCENT, span=4),
                FieldSpec("insurance_markup", N_("Insured above value"), K.PERCENT, span=4),
                FieldSpec("commission_rate", N_("Commission"), K.PERCENT, span=4),
                FieldSpec(
                    "way",
                    N_("CIF with commission"),
                    K.CHOICE,
                    choices=tuple(Choice(way, title) for way, title in CIFC_TITLES),
                    span=8,
                ),
                FieldSpec(
                    "all_lines", N_("Convert every line, and the terms of the quotation"), K.BOOL, span=12
                ),
            ),
        ),
    ),
    load=load_nothing,
    blank=_no_blank,
    save=save_quotation,
    build=build_quotation,
    check=check_conversion,
    heading=lambda draft: _("Price conversion: {goods}").format(goods=draft.text("name")),
    panels=(PanelSpec("prices", N_("The price on every basis"), compute=conversion_facts),),
)
"""Asked over the editor of a quotation, which takes the answer into its draft; nothing is saved by it."""


def conversion_form(start: Draft) -> FormSpec:
    """Answer the form of a conversion that begins with ``start``."""
    return replace(CONVERT_FORM, blank=lambda _reader, _link: start)
