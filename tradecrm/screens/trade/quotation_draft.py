"""The draft of a quotation: read, begun, derived while typing with its estimate, checked, built into its command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tradecrm.core.containers import CONTAINER_TYPES, ContainerType
from tradecrm.core.links import Link
from tradecrm.core.money import round_to
from tradecrm.core.packing import PackedLine
from tradecrm.core.presets import preset_terms
from tradecrm.core.price_policy import below_floor
from tradecrm.core.pricing import Cifc, Insuring
from tradecrm.core.problems import Problem
from tradecrm.core.quoting import QuoteEstimate, QuoteLine, QuoteTerms, estimate
from tradecrm.core.rebate import TaxRegime
from tradecrm.core.terms import encode_terms
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number, with_cells
from tradecrm.screens.trade.adjusting import (
    adjusting_problems,
    adjustment_text,
    adjustment_values,
    typed_adjustment,
    typed_shares,
)
from tradecrm.screens.trade.contract_draft import (
    preset_of,
    take_customer,
    take_product,
    take_terms,
    typed_amount,
)
from tradecrm.screens.trade.listed import take_listed
from tradecrm.screens.trade.pickers import party_ref
from tradecrm.screens.trade.repricing import budget_rate, reprice
from tradecrm.screens.trade.words import packed
from tradecrm.services.crm.parties import party_card, party_picker
from tradecrm.services.trade.container_types import container_types
from tradecrm.services.trade.contract_card import budget_rates
from tradecrm.services.trade.quotation_card import QuotationCard, SaleLineCard, quotation_card
from tradecrm.services.trade.quotations import VALID_DAYS, SaveQuotation, check_quotation
from tradecrm.services.trade.sale_papers import PACKING, SaleLineDraft

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

ZERO = Decimal(0)
_MARGIN_DECIMALS = 3
_TEXTS = (
    "number", "currency", "incoterm", "incoterm_place", "terms", "port_of_loading", "port_of_discharge",
    "lead_time", "packing", "marks", "remarks", "clauses", "customer_po", "signatory",
)  # fmt: skip
_NUMBERS = ("freight", "insurance_rate", "bank_fee_rate", "domestic_cost", "commission_rate")
_LINE_TEXTS = ("description_en", "description_cn", "item_no", "specification", "hs_code", "unit")
_SECRET = ("cost", "floor")


def _hidden(reader: Reader, day: date) -> dict[str, Value]:
    """Answer what derivations need and no field shows."""
    settings = reader.settings
    return {
        "base": reader.base,
        "rates": Ref(0, "", extra=budget_rates(reader, day)),
        "regime": settings.tax_regime,
        "least_margin": settings.min_margin,
        "price_step": settings.price_step,
        "cifc_method": settings.cifc_method,
        "insured_whole": settings.insured_whole,
        "least_premium": settings.least_premium,
        "sees_cost": reader.actor.can("profit.read"),
        "room": Ref(0, "", extra={"types": container_types(reader)}),
    }


def types_of(draft: Draft) -> tuple[ContainerType, ...]:
    """Answer the firm's container types as they were when the quotation was read."""
    room = draft.ref("room")
    found = room.extra.get("types") if room is not None else None
    return found if isinstance(found, tuple) else CONTAINER_TYPES


def load_quotation(reader: Reader, quotation_id: int) -> Draft:
    """Answer a quotation's draft; costs and floors only for who may see them. Raises NotFound."""
    card = quotation_card(reader, quotation_id)
    values: dict[str, Value] = dict(card.values)
    values["customer"] = Ref(card.values["customer_id"], card.customer, card.customer_code)
    for key, name in (("contact", card.contact), ("bank_account", card.bank_account)):
        identity = card.values[f"{key}_id"]
        values[key] = None if identity is None else Ref(identity, name)
    code, days = preset_of(card.values["terms"])
    values.update(
        number=card.number,
        revision=card.revision,
        current=card.current,
        status=card.status,
        answer=card.answer,
        ordered=any(part.kind == "contract" for part in card.after),
        terms_preset=code,
        terms_days=days,
        **adjustment_values(card.values["adjustment"], card.values["adjustment_rate"]),
        chain=Ref(0, "", extra={"card": card}),
        **_hidden(reader, card.values["day"]),
    )
    sees = bool(values["sees_cost"])
    lines = tuple(_line(line, sees=sees) for line in card.lines)
    return with_estimate(Draft(values, {"lines": lines}, card.id, card.version))


def card_of(draft: Draft) -> QuotationCard | None:
    """Answer what was read of the quotation beside its fields, None for a new one."""
    chain = draft.ref("chain")
    found = chain.extra.get("card") if chain is not None else None
    return found if isinstance(found, QuotationCard) else None


def _line(line: SaleLineCard, *, sees: bool) -> Line:
    values = dict(line.values)
    product = None
    if line.product_id is not None:
        product = Ref(line.product_id, values["description_en"], line.product_code)
    supplier = None if values["supplier_id"] is None else Ref(values["supplier_id"], line.supplier)
    if not sees:
        values.update(dict.fromkeys(_SECRET))
    return {**values, "line_id": line.id, "product": product, "supplier": supplier}


def blank_quotation(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new quotation; the link may name a ``customer`` whose usual terms are taken over."""
    today = reader.today
    settings = reader.settings
    values: dict[str, Value] = {
        "number": "",
        "day": today,
        "status": "",
        "currency": "USD",
        "incoterm": "FOB",
        "incoterm_place": "",
        "terms_preset": "TT_30_70",
        "terms_days": None,
        "terms": encode_terms(preset_terms("TT_30_70")),
        "valid_until": today + timedelta(days=VALID_DAYS),
        "partial_allowed": True,
        "transhipment_allowed": True,
        "signatory": settings.company_signatory,
        "freight_currency": "USD",
        "insurance_markup": settings.insurance_markup,
        "commission_hidden": False,
        **dict.fromkeys(_NUMBERS, ZERO),
        **adjustment_values(),
        **_hidden(reader, today),
    }
    draft = _take_rate(Draft(values))
    customer = link.param("customer")
    if customer is None:
        return with_estimate(draft)
    card = party_card(reader, int(customer))
    found = [one for one in party_picker(reader, card.code, ("is_customer",)) if one.id == card.id]
    if not found:
        return with_estimate(draft)
    return derive_quotation(draft.put(customer=party_ref(found[0])), "customer")


def derive_quotation(draft: Draft, changed: str) -> Draft:
    """Fill in what follows from the field that changed, then amounts, estimate and margins; pure."""
    if changed == "customer":
        draft = take_customer(draft).put(contact=None)
    if changed in {"currency", "customer"}:
        draft = reprice(_take_rate(draft))
    if changed in {"terms_preset", "terms_days"}:
        draft = take_terms(draft, changed)
    if changed.startswith("lines.") and changed.endswith(".product"):
        draft = _take_goods(draft, changed)
    return with_estimate(take_listed(draft, changed))


def _take_rate(draft: Draft) -> Draft:
    """Take the budget rate of the currency; nothing where the table has none."""
    return draft.put(rate=budget_rate(draft, draft.text("currency")))


def _take_goods(draft: Draft, changed: str) -> Draft:
    """Fill a line from its product; what the line kept of another product goes."""
    draft = take_product(draft, changed)
    number = int(changed.split(".", 2)[1])
    rows = list(draft.rows())
    if number >= len(rows) or not isinstance(rows[number].get("product"), Ref):
        return draft
    line = {**rows[number], "floor": None, "supplier": None}
    if not draft.flag("sees_cost"):
        line["cost"] = None
    rows[number] = line
    return draft.put_rows("lines", rows)


@dataclass(frozen=True, slots=True)
class Worked:
    """What was worked out of a draft, kept with it: a line that stays the same object is not worked out again.

    ``plain`` are the lines before their share of a discount on the whole, ``goods`` after it; ``factor`` is what
    that discount leaves of a price.
    """

    rows: tuple[Line, ...]
    currency: str
    packs: tuple[PackedLine | None, ...]
    plain: tuple[QuoteLine, ...]
    goods: tuple[QuoteLine, ...]
    commands: tuple[SaleLineDraft, ...]
    below: tuple[bool, ...]
    factor: Fraction
    terms: QuoteTerms | None
    estimate: QuoteEstimate | None


def worked(draft: Draft) -> Worked | None:
    """Answer what was worked out of a draft when it was derived."""
    kept = draft.ref("worked")
    found = kept.extra.get("it") if kept is not None else None
    return found if isinstance(found, Worked) else None


def with_estimate(draft: Draft) -> Draft:
    """Answer the draft with amounts, total, the estimate and each line's margin; unchanged lines stay the objects."""
    before, currency, rows = worked(draft), draft.text("currency"), draft.rows()
    parts = [_work_out(number, line, currency, before) for number, line in enumerate(rows)]
    packs, plain, commands, amounts = zip(*parts, strict=True) if parts else ((), (), (), ())
    shared = typed_shares(draft, [one.amount for one in plain])
    factor = typed_adjustment(draft).factor([one.amount for one in plain])
    below = _below_floors(rows, factor, before)
    goods = plain
    if any(shared):
        goods = tuple(replace(one, amount=one.amount + part) for one, part in zip(plain, shared, strict=True))
    terms = quote_terms(draft)
    found = estimate(goods, terms) if terms is not None and draft.flag("sees_cost") else None
    margins = [None] * len(rows) if found is None else [one.margin for one in found.lines]
    lines = [
        _with_worked(line, amount, margin, under)
        for line, amount, margin, under in zip(rows, amounts, margins, below, strict=True)
    ]
    draft = draft.put_rows("lines", lines)
    total = sum((one.amount for one in goods), ZERO)
    it = Worked(draft.rows(), currency, packs, plain, goods, commands, below, factor, terms, found)
    return draft.put(
        total=total,
        adjustment=sum(shared, ZERO),
        below_floor=any(below),
        priced_in=draft.text("priced_in") or currency,
        worked=Ref(0, "", extra={"it": it}),
    )


def _with_worked(line: Line, amount: Value, margin: Decimal | None, below: bool) -> Line:
    """Answer a line with what was worked out of it; the same object where it says so already."""
    shown = None if margin is None else round_to(margin, _MARGIN_DECIMALS)
    # Asked in the order in which they change: what a rate moves is the margin.
    same = line.get("margin", "") == shown and line.get("amount", "") == amount and line.get("below") is below
    return line if same else with_cells(line, amount=amount, margin=shown, below=below)


def _work_out(
    number: int, line: Line, currency: str, before: Worked | None
) -> tuple[PackedLine | None, QuoteLine, SaleLineDraft, Value]:
    """Answer packing, estimate's line, command and amount of a line; known of the same object."""
    if (
        before is not None
        and number < len(before.rows)
        and before.rows[number] is line
        and before.currency == currency
    ):
        amount = line.get("amount")
        return before.packs[number], before.plain[number], before.commands[number], amount
    typed, how = typed_amount(line, currency), packed(line)
    return how, _quote_line(line, typed, how), _command_line(line), typed


def _below_floors(rows: Sequence[Line], factor: Fraction, before: Worked | None) -> tuple[bool, ...]:
    """Tell of each line whether it is under its floor; known of a line that is the object of before."""
    if before is None or before.factor != factor:
        return tuple(is_below_floor(line, factor) for line in rows)
    known, kept = before.below, before.rows
    return tuple(
        known[number] if number < len(kept) and kept[number] is line else is_below_floor(line, factor)
        for number, line in enumerate(rows)
    )


def is_below_floor(line: Line, factor: Fraction) -> bool:
    """Tell whether the unrounded price after both discounts is under the floor, strictly (section 6).

    ``factor`` is what the discount on the whole leaves of a price.
    """
    price, floor = as_number(line.get("price")), as_number(line.get("floor"))
    if price is None or floor is None:
        return False
    return below_floor(price, as_number(line.get("discount")) or ZERO, floor, factor)


def _quote_line(line: Line, amount: Decimal | None, how: PackedLine | None) -> QuoteLine:
    """Answer a line as the estimate takes it (domain.md sections 2.2 and 9.2)."""
    vat, rebate = as_number(line.get("vat_rate")), as_number(line.get("rebate_rate"))
    return QuoteLine(
        max(ZERO, as_number(line.get("quantity")) or ZERO),
        amount or ZERO,
        as_number(line.get("cost")),
        ZERO if vat is None else vat,
        ZERO if rebate is None else rebate,
        how.volume if how is not None else ZERO,
    )


def quote_terms(draft: Draft) -> QuoteTerms | None:
    """Answer what the lines share, None as long as a rate is missing or a fraction makes no sense."""
    rate = _rate(draft)
    currency, base = draft.text("currency"), draft.text("base")
    fractions = {
        name: draft.number(name) or ZERO for name in ("insurance_rate", "commission_rate", "bank_fee_rate")
    }
    if rate is None or rate <= 0 or len(currency) != 3 or any(not 0 <= one < 1 for one in fractions.values()):
        return None
    freight = draft.number("freight") or ZERO
    freight_currency = draft.text("freight_currency")
    freight_rate = None if freight_currency == currency else budget_rate(draft, freight_currency)
    if freight and freight_rate is None and freight_currency != currency:
        return None
    markup = draft.number("insurance_markup")
    return QuoteTerms(
        currency=currency,
        rate=rate,
        base=base,
        freight=max(ZERO, freight),
        freight_rate=freight_rate,
        freight_currency=freight_currency,
        insurance_rate=fractions["insurance_rate"],
        insurance_markup=Decimal("0.1") if markup is None else markup,
        commission=fractions["commission_rate"],
        commission_hidden=draft.flag("commission_hidden"),
        bank_fee=fractions["bank_fee_rate"],
        domestic=max(ZERO, draft.number("domestic_cost") or ZERO),
        regime=TaxRegime(draft.text("regime") or TaxRegime.TRADER),
        insuring=Insuring(
            Cifc(draft.text("cifc_method") or Cifc.ONE_STEP),
            draft.flag("insured_whole"),
            draft.number("least_premium") or ZERO,
        ),
    )


def _rate(draft: Draft) -> Decimal | None:
    return Decimal(1) if draft.text("currency") == draft.text("base") else draft.number("rate")


def estimate_of(draft: Draft, rate: Decimal | None = None) -> QuoteEstimate | None:
    """Answer the estimate made while typing, or at another ``rate``; None where there is none to show."""
    it = worked(draft)
    if it is None or not draft.flag("sees_cost"):
        return None
    if rate is None or it.terms is None:
        return it.estimate
    return estimate(it.goods, replace(it.terms, rate=rate))


def terms_of(draft: Draft) -> QuoteTerms | None:
    """Answer the terms the estimate was made with."""
    it = worked(draft)
    return it.terms if it is not None else None


def goods_of(draft: Draft) -> tuple[QuoteLine, ...]:
    """Answer the lines the estimate was made of."""
    it = worked(draft)
    return it.goods if it is not None else ()


def build_quotation(draft: Draft) -> SaveQuotation:
    """Answer the command that saves the draft."""
    inquiry, whole = draft.get("inquiry_id"), typed_adjustment(draft)
    typed: dict[str, Any] = {name: draft.number(name) or ZERO for name in _NUMBERS}
    typed.update({name: draft.text(name).strip() for name in _TEXTS})
    return SaveQuotation(
        customer_id=draft.ref_id("customer") or 0,
        day=draft.day("day") or date.min,
        lines=_commands(draft),
        contact_id=draft.ref_id("contact"),
        rate=_rate(draft),
        valid_until=draft.day("valid_until"),
        partial_allowed=draft.flag("partial_allowed"),
        transhipment_allowed=draft.flag("transhipment_allowed"),
        bank_account_id=draft.ref_id("bank_account"),
        commission_hidden=draft.flag("commission_hidden"),
        adjustment=whole.amount,
        adjustment_rate=whole.rate,
        adjustment_text=adjustment_text(draft),
        inquiry_id=inquiry if isinstance(inquiry, int) else None,
        freight_currency=draft.text("freight_currency"),
        insurance_markup=draft.number("insurance_markup"),
        id=draft.id,
        version=draft.version,
        **typed,
    )


def _commands(draft: Draft) -> tuple[SaleLineDraft, ...]:
    """Answer the lines as typed; those worked out already are not built again."""
    it = worked(draft)
    if it is not None and it.rows is draft.rows():
        return it.commands
    return tuple(_command_line(line) for line in draft.rows())


def _command_line(line: Line) -> SaleLineDraft:
    identity = line.get("line_id")
    typed: dict[str, Any] = {name: str(line.get(name) or "").strip() for name in _LINE_TEXTS}
    typed.update({name: as_number(line.get(name)) for name in PACKING})
    return SaleLineDraft(
        product_id=_ref_id(line, "product"),
        supplier_id=_ref_id(line, "supplier"),
        quantity=as_number(line.get("quantity")) or ZERO,
        price=as_number(line.get("price")) or ZERO,
        discount=as_number(line.get("discount")) or ZERO,
        cost=as_number(line.get("cost")),
        floor=as_number(line.get("floor")),
        vat_rate=_fraction(line, "vat_rate"),
        rebate_rate=_fraction(line, "rebate_rate"),
        id=identity if isinstance(identity, int) else None,
        **typed,
    )


def _ref_id(line: Mapping[str, Value], key: str) -> int | None:
    value = line.get(key)
    return int(value.id) if isinstance(value, Ref) else None


def _fraction(line: Mapping[str, Value], key: str) -> Decimal:
    number = as_number(line.get(key))
    return Decimal("0.13") if number is None else number


_MOVED = {"terms": "terms_preset", "customer_id": "customer", "contact_id": "contact"}
"""Fields of the command that stand under another name in the form."""


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed, at the fields of this form."""
    if draft.day("day") is None:
        return []
    found = [
        Problem(_MOVED.get(problem.field, problem.field), problem.message)
        for problem in check_quotation(build_quotation(draft))
    ]
    return adjusting_problems(draft, found) + _missing_rates(draft)


def _missing_rates(draft: Draft) -> list[Problem]:
    """Answer the rates that neither stand in the table nor were typed; never is one guessed (section 0)."""
    found = []
    words = _("There is no budget rate of {currency} for this year. Type one, or enter it under Rates.")
    currency, freight_currency = draft.text("currency"), draft.text("freight_currency")
    if currency and _rate(draft) is None:
        found.append(Problem("rate", words.format(currency=currency)))
    foreign = bool(draft.number("freight")) and freight_currency not in {"", currency}
    if foreign and budget_rate(draft, freight_currency) is None:
        words = _("There is no budget rate of {currency} for this year. Enter it under Rates.")
        found.append(Problem("freight_currency", words.format(currency=freight_currency)))
    return found
