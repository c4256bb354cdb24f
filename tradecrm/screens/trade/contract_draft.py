"""The draft of a sales contract: read, begun, derived while typing, checked, and built into its command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from tradecrm.core.links import Link
from tradecrm.core.money import line_amount, round_to
from tradecrm.core.phrases import enumerated
from tradecrm.core.presets import PRESETS, preset, preset_terms
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rebate import purchase_vat
from tradecrm.core.terms import decode_terms, encode_terms
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.trade.adjusting import (
    adjusting_problems,
    adjustment_text,
    adjustment_values,
    typed_adjustment,
    typed_shares,
)
from tradecrm.screens.trade.agency import agency_values, typed_agency
from tradecrm.screens.trade.pickers import party_ref
from tradecrm.screens.trade.repricing import reprice
from tradecrm.services.control.approvals import active_triggers, pending_request
from tradecrm.services.crm.parties import party_card, party_picker
from tradecrm.services.figures.purchased import contract_needs
from tradecrm.services.trade.contract_card import (
    ContractCard,
    ContractLineCard,
    account_choices,
    budget_rates,
    contract_card,
)
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    SaveContract,
    check_contract,
    deposit_due,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

ZERO = Decimal(0)
OWN_TERMS = "OWN"
"""The choice shown for terms that are none of the standard ones; they are kept as they are."""
_COPIED = (
    "unit",
    "cost",
    "vat_rate",
    "rebate_rate",
    "specification",
    "hs_code",
    "per_carton",
    "carton_length",
    "carton_width",
    "carton_height",
    "unit_net_weight",
    "carton_tare",
)


def preset_of(terms: str) -> tuple[str, int | None]:
    """Answer the standard terms behind a stored text, and their days; ``OWN`` for any other."""
    try:
        decoded = decode_terms(terms)
    except Refusal:
        return OWN_TERMS, None
    days = decoded.lines[0].offset.number if decoded.lines else 0
    for each in PRESETS:
        if preset_terms(each.code, days) == decoded:
            return each.code, days if each.days is not None else None
    return OWN_TERMS, None


def _hidden(reader: Reader, day: date) -> dict[str, Value]:
    """Answer what derivations need and no field shows: base currency, budget rates by currency."""
    return {"base": reader.base, "rates": Ref(0, "", extra=budget_rates(reader, day))}


def load_contract(reader: Reader, contract_id: int) -> Draft:
    """Answer a contract's draft; raises NotFound."""
    card = contract_card(reader, contract_id)
    values: dict[str, Value] = dict(card.values)
    values["customer"] = Ref(card.values["customer_id"], card.customer, card.customer_code)
    account = card.values["bank_account_id"]
    values["bank_account"] = None if account is None else Ref(account, card.bank_account)
    code, days = preset_of(card.values["terms"])
    accounts = account_choices(reader, "", card.values["currency"])
    fitting = [key for key, _name, _bank, held in accounts if held == card.values["currency"]]
    values.update(terms_preset=code, terms_days=days, received=card.received)
    values.update(adjustment_values(card.values["adjustment"], card.values["adjustment_rate"]))
    values.update(agency_values(card.values, card.agency_party))
    values["pay_to"] = account or next(iter(fitting), None)
    values["to_buy"] = any(need.to_buy > 0 for need in contract_needs(reader, contract_id).values())
    values.update(_approval(reader, card.id))
    values.update(_hidden(reader, card.values["day"]))
    lines = tuple(_line(card, line) for line in card.lines)
    return _with_margins(Draft(values, {"lines": lines}, card.id, card.version))


def _approval(reader: Reader, contract_id: int) -> dict[str, Value]:
    """Answer whether contracts ask for approval at all, the request this one waits with, and whom it waits for."""
    waiting = pending_request(reader, "sales_contract", contract_id)
    return {
        "asks_approval": bool(active_triggers(reader, "sales_contract")),
        "request": None if waiting is None else waiting.id,
        "waits_for": "" if waiting is None else enumerated(waiting.waits_for),
    }


def _line(_card: ContractCard, line: ContractLineCard) -> Line:
    product = None
    if line.product_id is not None:
        product = Ref(line.product_id, line.product_name, line.product_code)
    supplier = None if line.supplier_id is None else Ref(line.supplier_id, line.supplier)
    return {
        **line.values,
        "amount": line.values["amount"] - line.values["adjusted"],
        "product": product,
        "supplier": supplier,
        "shipped": line.shipped,
        "line_id": line.id,
    }


def blank_contract(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new contract; the link may name a ``customer`` whose usual terms are taken over."""
    today = reader.today
    settings = reader.settings
    values: dict[str, Value] = {
        "number": "",
        "day": today,
        "status": "",
        "customer": None,
        "currency": "USD",
        "incoterm": "FOB",
        "incoterm_place": "",
        "terms_preset": "TT_30_70",
        "terms_days": None,
        "terms": encode_terms(preset_terms("TT_30_70")),
        "deposit_policy": settings.deposit_policy,
        "partial_allowed": True,
        "transhipment_allowed": True,
        "tolerance_over": ZERO,
        "tolerance_under": ZERO,
        "commission_rate": ZERO,
        "signatory": settings.company_signatory,
        "budget_rate": None,
        "received": ZERO,
        "total": ZERO,
        "deposit_due": ZERO,
        **adjustment_values(),
        **agency_values(),
        **_hidden(reader, today),
    }
    draft = _take_rate(Draft(values))
    customer = link.param("customer")
    if customer is None:
        return draft
    card = party_card(reader, int(customer))
    found = [one for one in party_picker(reader, card.code, ("is_customer",)) if one.id == card.id]
    if not found:
        return draft
    return derive_contract(draft.put(customer=party_ref(found[0])), "customer")


def derive_contract(draft: Draft, changed: str) -> Draft:
    """Fill in what follows from the field that changed, then every amount; pure (section 11)."""
    if changed == "customer":
        draft = take_customer(draft)
    if changed in {"currency", "customer"}:
        draft = reprice(_take_rate(draft))
    if changed in {"terms_preset", "terms_days"}:
        draft = take_terms(draft, changed)
    if changed.startswith("lines."):
        draft = take_product(draft, changed)
    return _with_amounts(draft)


def take_customer(draft: Draft) -> Draft:
    """Take over the customer's usual currency, Incoterm and terms."""
    customer = draft.ref("customer")
    if customer is None:
        return draft
    usual = {name: str(customer.extra.get(name) or "") for name in ("currency", "incoterm", "incoterm_place")}
    draft = draft.put(**{name: text for name, text in usual.items() if text})
    terms = str(customer.extra.get("terms") or "")
    if terms:
        code, days = preset_of(terms)
        draft = draft.put(terms=terms, terms_preset=code, terms_days=days)
    return draft


def _take_rate(draft: Draft) -> Draft:
    """Take the budget rate of the currency; nothing where the table has none."""
    rates = draft.ref("rates")
    known = rates.extra if rates is not None else {}
    return draft.put(budget_rate=as_number(known.get(draft.text("currency"))))


def take_terms(draft: Draft, changed: str) -> Draft:
    """Write out the standard terms that were chosen, with the days typed or their usual ones (section 3.2)."""
    code = draft.text("terms_preset")
    if code == OWN_TERMS or not code:
        return draft
    usual = preset(code).days
    typed = draft.number("terms_days")
    days = usual if changed == "terms_preset" or typed is None or usual is None else int(typed)
    shown = days if changed == "terms_preset" or usual is None else draft.get("terms_days")
    return draft.put(terms=encode_terms(preset_terms(code, days)), terms_days=shown)


def take_product(draft: Draft, changed: str) -> Draft:
    """Fill a line from its product: words, unit, price in the contract's currency, cost, rates, packing."""
    _key, number, column = changed.split(".", 2)
    rows = draft.rows()
    if column != "product" or int(number) >= len(rows):
        return draft
    line = dict(rows[int(number)])
    product = line.get("product")
    if not isinstance(product, Ref) or not product.extra:
        return draft
    extra = cast("Mapping[str, Any]", product.extra)
    line.update({name: extra.get(name) for name in _COPIED})
    line.update(
        item_no=product.code,
        description_en=str(extra.get("name_en") or product.label),
        description_cn=str(extra.get("name_cn") or ""),
        price=extra.get("price") if extra.get("price_currency") == draft.text("currency") else None,
    )
    return draft.put_rows("lines", [line if n == int(number) else row for n, row in enumerate(rows)])


def _with_amounts(draft: Draft) -> Draft:
    """Compute amount and margin of each line, the total, and the deposit that the terms ask for.

    Amounts are those the paper prints, before the line's share of a discount on the whole; margins are after it.
    """
    currency = draft.text("currency")
    lines: list[Line] = []
    amounts = [typed_amount(line, currency) for line in draft.rows()]
    plain = [amount or ZERO for amount in amounts]
    parts = typed_shares(draft, plain)
    total = sum(plain, ZERO) + sum(parts, ZERO)
    for line, amount, part in zip(draft.rows(), amounts, parts, strict=True):
        worth = None if amount is None else amount + part
        fresh = {"amount": amount, "adjusted": part, "margin": line_margin(draft, line, worth)}
        same = all(line.get(key) == value for key, value in fresh.items())
        lines.append(line if same else {**line, **fresh})
    deposit = draft.number("deposit_due") or ZERO
    try:
        deposit = deposit_due(total, currency, draft.text("terms")) if len(currency) == 3 else ZERO
    except (Refusal, KeyError):
        deposit = ZERO
    return draft.put_rows("lines", lines).put(
        total=total,
        deposit_due=deposit,
        adjustment=sum(parts, ZERO),
        priced_in=draft.text("priced_in") or currency,
    )


def _with_margins(draft: Draft) -> Draft:
    """Put the margin beside each line as it was read; amounts stay those that were signed."""
    lines = [
        {
            **line,
            "margin": line_margin(
                draft, line, (as_number(line["amount"]) or ZERO) + (as_number(line["adjusted"]) or ZERO)
            ),
        }
        for line in draft.rows()
    ]
    return draft.put_rows("lines", lines).put(priced_in=draft.text("currency"))


def typed_amount(line: Line, currency: str) -> Decimal | None:
    """Answer the rounded amount of a line in ``currency``, None while quantity, price or currency is missing."""
    quantity, price = as_number(line.get("quantity")), as_number(line.get("price"))
    if quantity is None or price is None or len(currency) != 3:
        return None
    return line_amount(quantity, price, currency, as_number(line.get("discount")) or ZERO)


def line_margin(draft: Draft, line: Line, amount: Decimal | None) -> Decimal | None:
    """Answer the margin of a line: amount at the budget rate, less purchase net of rebate and commission."""
    cost, quantity = as_number(line.get("cost")), as_number(line.get("quantity"))
    rate = draft.number("budget_rate")
    if not amount or cost is None or quantity is None or not rate:
        return None
    revenue = amount * rate
    net = _net_purchase(cost * quantity, line)
    commission = revenue * (draft.number("commission_rate") or ZERO)
    return round_to((revenue - net - commission) / revenue, 3)


def _net_purchase(gross: Decimal, line: Line) -> Decimal:
    vat, rebate = as_number(line.get("vat_rate")), as_number(line.get("rebate_rate"))
    if vat is None or rebate is None:
        return gross
    return gross - purchase_vat(gross, vat, rebate).rebate


def build_contract(draft: Draft) -> SaveContract:
    """Answer the command that saves the draft."""
    plain = ("deposit_policy", "port_of_loading", "port_of_discharge", "packing", "marks", "remarks",
             "customer_po", "signatory", "number", "incoterm", "incoterm_place", "terms", "currency")  # fmt: skip
    rest: dict[str, Any] = {**{name: draft.text(name).strip() for name in plain}, **typed_agency(draft)}
    whole = typed_adjustment(draft)
    return SaveContract(
        customer_id=draft.ref_id("customer") or 0,
        day=draft.day("day") or date.min,
        lines=tuple(_command_line(line) for line in draft.rows()),
        latest_shipment=draft.day("latest_shipment"),
        partial_allowed=draft.flag("partial_allowed"),
        transhipment_allowed=draft.flag("transhipment_allowed"),
        tolerance_over=draft.number("tolerance_over") or ZERO,
        tolerance_under=draft.number("tolerance_under") or ZERO,
        commission_rate=draft.number("commission_rate") or ZERO,
        budget_rate=draft.number("budget_rate"),
        adjustment=whole.amount,
        adjustment_rate=whole.rate,
        adjustment_text=adjustment_text(draft),
        bank_account_id=draft.ref_id("bank_account"),
        id=draft.id,
        version=draft.version,
        **rest,
    )


def _command_line(line: Line) -> ContractLineDraft:
    product, supplier = line.get("product"), line.get("supplier")

    def text(name: str) -> str:
        return str(line.get(name) or "").strip()

    def rate(name: str) -> Decimal:
        number = as_number(line.get(name))
        return Decimal("0.13") if number is None else number

    return ContractLineDraft(
        product_id=int(product.id) if isinstance(product, Ref) else None,
        description_en=text("description_en"),
        quantity=as_number(line.get("quantity")) or ZERO,
        price=as_number(line.get("price")) or ZERO,
        unit=text("unit"),
        description_cn=text("description_cn"),
        item_no=text("item_no"),
        specification=text("specification"),
        hs_code=text("hs_code"),
        discount=as_number(line.get("discount")) or ZERO,
        cost=as_number(line.get("cost")),
        vat_rate=rate("vat_rate"),
        rebate_rate=rate("rebate_rate"),
        supplier_id=int(supplier.id) if isinstance(supplier, Ref) else None,
        id=None if line.get("line_id") is None else int(as_number(line.get("line_id")) or 0),
    )


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed, at the fields of this form."""
    if draft.day("day") is None:
        return []
    moved = {"terms": "terms_preset"}
    found = [
        Problem(moved.get(problem.field, problem.field), problem.message)
        for problem in check_contract(build_contract(draft))
    ]
    found = adjusting_problems(draft, found)
    missing = draft.number("budget_rate") is None and draft.text("currency") != draft.text("base")
    if missing and draft.text("currency"):
        words = _("There is no budget rate of {currency} for this year. Type one, or enter it under Rates.")
        found.append(Problem("budget_rate", words.format(currency=draft.text("currency"))))
    return found
