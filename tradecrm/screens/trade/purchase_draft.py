"""The draft of a purchase contract: read, begun, derived while typing, checked, and built into its command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from tradecrm.core.links import Link
from tradecrm.core.money import format_money, line_amount
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.purchases import VatRounding
from tradecrm.core.rmb import rmb_capitals
from tradecrm.core.text import N_, _
from tradecrm.core.words import amount_in_words
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.trade.contract_draft import preset_of, take_terms
from tradecrm.screens.trade.words import packing_words, paper_language
from tradecrm.services.trade.purchase_card import (
    PRICES,
    GoodsToBuy,
    PurchaseLineCard,
    purchase_card,
)
from tradecrm.services.trade.purchases import (
    USUAL_TERMS,
    LinkDraft,
    PurchaseLineDraft,
    SavePurchase,
    check_purchase,
    prepayment,
    total_with_vat,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

ZERO = Decimal(0)
_VAT = Decimal("0.13")
_TEXTS = ("delivery_place", "packing", "marks", "quality", "clauses", "remarks", "signatory")


def load_purchase(reader: Reader, purchase_id: int) -> Draft:
    """Answer the draft of a purchase contract; raises NotFound."""
    card = purchase_card(reader, purchase_id)
    values: dict[str, Value] = dict(card.values)
    values["supplier"] = Ref(card.values["supplier_id"], card.supplier, card.supplier_code)
    code, days = preset_of(card.values["terms"])
    values.update(terms_preset=code, terms_days=days, priced=card.priced)
    values["vat_rounding"] = reader.settings.vat_rounding
    received = sum((line.received for line in card.lines), ZERO)
    values.update(received=received, invoiced=sum((line.values["invoiced"] for line in card.lines), ZERO))
    lines = tuple(_line(line) for line in card.lines)
    return Draft(values, {"lines": lines}, card.id, card.version)


def _line(line: PurchaseLineCard) -> Line:
    product = None
    if line.product_id is not None:
        product = Ref(line.product_id, line.product_name, line.product_code)
    sold = line.sold_for
    bought_for = None
    if sold:
        words = ", ".join(dict.fromkeys(each.contract for each in sold))
        links = tuple((each.line_id, each.quantity) for each in sold)
        bought_for = Ref(sold[0].line_id, words, extra={"links": links})
    return {
        **line.values,
        "line_id": line.id,
        "product": product,
        "bought_for": bought_for,
        "received": line.received,
    }


def blank_purchase(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new purchase contract."""
    del link
    settings = reader.settings
    code, days = preset_of(USUAL_TERMS)
    values: dict[str, Value] = {
        "number": "",
        "day": reader.today,
        "status": "",
        "supplier": None,
        "currency": reader.base,
        "vat_included": True,
        "invoice_type": "special",
        "stock_purchase": False,
        "terms": USUAL_TERMS,
        "terms_preset": code,
        "terms_days": days,
        "signatory": settings.company_signatory,
        "total": ZERO,
        "deposit_due": ZERO,
        "priced": reader.actor.can(PRICES),
        "vat_rounding": settings.vat_rounding,
    }
    return Draft(values)


def derive_purchase(draft: Draft, changed: str) -> Draft:
    """Fill in what follows from the field that changed, then every amount; pure (sections 2.2 and 11)."""
    if changed == "supplier":
        draft = _take_supplier(draft)
    if changed in {"terms_preset", "terms_days"}:
        draft = take_terms(draft, changed)
    if changed.startswith("lines."):
        draft = _take_goods(draft, changed)
    return _with_amounts(draft) if draft.flag("priced") else draft


def _take_supplier(draft: Draft) -> Draft:
    """Take over the factory's usual terms and currency."""
    supplier = draft.ref("supplier")
    terms = "" if supplier is None else str(supplier.extra.get("terms") or "")
    if not terms:
        return draft
    code, days = preset_of(terms)
    return draft.put(terms=terms, terms_preset=code, terms_days=days)


def _take_goods(draft: Draft, changed: str) -> Draft:
    """Fill a line from the sold line it is bought for, or from its product."""
    _key, number, column = changed.split(".", 2)
    rows = list(draft.rows())
    place = int(number)
    if place >= len(rows) or column not in {"bought_for", "product"}:
        return draft
    chosen = rows[place].get(column)
    if not isinstance(chosen, Ref) or not chosen.extra:
        return draft
    extra = cast("Mapping[str, Any]", chosen.extra)
    fresh = _from_sold(extra) if column == "bought_for" else _from_product(chosen, extra)
    rows[place] = {**rows[place], **fresh}
    return draft.put_rows("lines", rows)


def _from_sold(extra: Mapping[str, Any]) -> dict[str, Value]:
    goods = extra.get("goods")
    if not isinstance(goods, GoodsToBuy):
        return {}
    copied = ("item_no", "description_en", "description_cn", "specification", "hs_code", "unit",
              "vat_rate", "rebate_rate", "per_carton")  # fmt: skip
    found: dict[str, Value] = {name: getattr(goods, name) for name in copied}
    if goods.product_id is not None:
        found["product"] = Ref(goods.product_id, goods.product_name, goods.product_code)
    return {**found, "quantity": goods.to_buy, "price": goods.cost}


def _from_product(product: Ref, extra: Mapping[str, Any]) -> dict[str, Value]:
    copied = ("unit", "vat_rate", "rebate_rate", "specification", "hs_code", "per_carton")
    found: dict[str, Value] = {name: extra.get(name) for name in copied}
    found.update(
        item_no=product.code,
        description_en=str(extra.get("name_en") or product.label),
        description_cn=str(extra.get("name_cn") or extra.get("name_en") or product.label),
        price=extra.get("cost"),
    )
    return found


def _with_amounts(draft: Draft) -> Draft:
    """Compute the amount of each line, the total with VAT, and what is paid with the order."""
    currency = draft.text("currency")
    lines: list[Line] = []
    goods: list[tuple[Decimal, Decimal]] = []
    for line in draft.rows():
        quantity, price = as_number(line.get("quantity")), as_number(line.get("price"))
        known = quantity is not None and price is not None and len(currency) == 3
        amount = line_amount(quantity or ZERO, price or ZERO, currency) if known else None
        if amount is not None:
            goods.append((amount, _rate(line, "vat_rate")))
        lines.append(line if line.get("amount") == amount else {**line, "amount": amount})
    how = VatRounding(draft.text("vat_rounding") or VatRounding.LINE)
    total = total_with_vat(goods, currency, how, vat_included=draft.flag("vat_included"))
    try:
        prepaid = prepayment(total, currency, draft.text("terms")) if len(currency) == 3 else ZERO
    except Refusal:
        prepaid = ZERO
    return draft.put_rows("lines", lines).put(total=total, deposit_due=prepaid)


def _rate(line: Line, name: str) -> Decimal:
    number = as_number(line.get(name))
    return _VAT if number is None else number


def build_purchase(draft: Draft) -> SavePurchase:
    """Answer the command that saves the draft."""
    texts = {
        name: draft.text(name).strip() for name in (*_TEXTS, "number", "currency", "terms", "invoice_type")
    }
    return SavePurchase(
        supplier_id=draft.ref_id("supplier") or 0,
        day=draft.day("day") or date.min,
        lines=tuple(_command_line(line) for line in draft.rows()),
        vat_included=draft.flag("vat_included"),
        stock_purchase=draft.flag("stock_purchase"),
        delivery_on=draft.day("delivery_on"),
        id=draft.id,
        version=draft.version,
        **texts,
    )


def _command_line(line: Line) -> PurchaseLineDraft:
    product = line.get("product")
    key = as_number(line.get("line_id"))
    quantity = as_number(line.get("quantity")) or ZERO
    day = line.get("delivery_on")
    texts = {
        name: str(line.get(name) or "").strip()
        for name in (
            "description_cn",
            "description_en",
            "item_no",
            "specification",
            "hs_code",
            "unit",
            "inspection",
        )
    }
    return PurchaseLineDraft(
        product_id=int(product.id) if isinstance(product, Ref) else None,
        quantity=quantity,
        price=as_number(line.get("price")) or ZERO,
        vat_rate=_rate(line, "vat_rate"),
        rebate_rate=_rate(line, "rebate_rate"),
        delivery_on=day if isinstance(day, date) else None,
        per_carton=as_number(line.get("per_carton")),
        links=_links(line, quantity),
        id=None if key is None else int(key),
        **texts,
    )


def _links(line: Line, quantity: Decimal) -> tuple[LinkDraft, ...]:
    """Answer for which sold lines a line is bought; one that is for a single sold line is so with all it holds."""
    chosen = line.get("bought_for")
    if not isinstance(chosen, Ref):
        return ()
    kept = cast("tuple[tuple[int, Decimal], ...]", chosen.extra.get("links") or ())
    if len(kept) > 1:
        return tuple(LinkDraft(key, part) for key, part in kept)
    return (LinkDraft(int(chosen.id), quantity),)


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed, at the fields of this form."""
    if draft.day("day") is None or not draft.flag("priced"):
        return []
    moved = {"terms": "terms_preset"}
    return [
        Problem(moved.get(problem.field, problem.field), problem.message)
        for problem in check_purchase(build_purchase(draft))
    ]


def goods_words(draft: Draft) -> list[str]:
    """Answer the foot of the lines: how many, and the cartons; a factory's weights stand on the packing list."""
    return packing_words(draft.rows())[:2]


def total_words(draft: Draft) -> tuple[str, str]:
    """Answer the total with VAT for the foot of the lines."""
    currency = draft.text("currency")
    if len(currency) != 3 or not draft.flag("priced"):
        return "", ""
    return N_("Total with VAT"), format_money(draft.number("total") or ZERO, currency)


def amount_words(draft: Draft) -> str:
    """Answer the total in words as the paper will say it: capitals for CNY in Chinese (sections 10.2 and 10.3)."""
    total, currency = draft.number("total") or ZERO, draft.text("currency")
    if total <= 0 or len(currency) != 3:
        return ""
    if currency == "CNY" and paper_language() == "zh":
        return rmb_capitals(total)
    return amount_in_words(total, currency)


def bought_ref(goods: GoodsToBuy) -> Ref:
    """Answer a sold line as a chosen record, with all that a purchase line takes over."""
    detail = _("{contract} · {quantity} {unit} to buy").format(
        contract=goods.contract, quantity=f"{goods.to_buy.normalize():,f}", unit=goods.unit
    )
    return Ref(goods.line_id, goods.contract, goods.product_code, detail, {"goods": goods})
