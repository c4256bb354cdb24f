"""The draft of a shipment: read, begun from a contract, derived while typing, checked, and built."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from tradecrm.core.adjusting import SharedLine, shipped_share
from tradecrm.core.links import Link
from tradecrm.core.money import format_amount, format_money, line_amount
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.trade.pickers import goods_ref
from tradecrm.screens.trade.words import packed, packing_words
from tradecrm.services.control.settings import APART
from tradecrm.services.trade.sale_papers import PACKING
from tradecrm.services.trade.shipment_card import (
    HEAD,
    contract_choice,
    open_goods,
    shipment_card,
)
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, check_shipment

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

ZERO = Decimal(0)


def goods_line(goods: Ref, quantity: Decimal | None = None, *, mixed: bool = False) -> Line:
    """Answer the line of a shipment for goods of a contract; without ``quantity`` all that is open."""
    extra = cast("Mapping[str, Any]", goods.extra)
    packing = cast("Mapping[str, Value]", extra["packing"])
    line: dict[str, Value] = {
        "goods": goods,
        "description": goods.label,
        "contract": str(extra["contract"]),
        "contract_id": int(extra["contract_id"]),
        "currency": str(extra["currency"]),
        "open": extra["open"],
        "left": extra["most"] - extra["taken"],
        "quantity": extra["open"] if quantity is None else quantity,
        "mixed": mixed and bool(packing.get("per_carton")),
        "unit": str(extra["unit"]),
        "price": extra["price"],
        "discount": extra["discount"],
        "shared": Ref(goods.id, "", extra={"it": extra["shared"]}),
        **{name: packing.get(name) for name in PACKING},
    }
    return line


def load_shipment(reader: Reader, shipment_id: int) -> Draft:
    """Answer a shipment's draft; raises NotFound."""
    card = shipment_card(reader, shipment_id)
    values: dict[str, Value] = {
        name: card.values[name] for name in HEAD if name not in ("forwarder_id", "joint_id")
    }
    values["customer"] = Ref(card.values["customer_id"], card.customer, card.customer_code)
    forwarder = card.values["forwarder_id"]
    values["forwarder"] = None if forwarder is None else Ref(forwarder, card.forwarder)
    values.update(
        contract=None,
        joint=card.values["joint_id"] is not None,
        base=reader.base,
        invoice_item=card.invoice_item,
        unbilled=card.unbilled,
        purchases_missing=card.purchases_missing,
        estimates=card.estimates,
        late_bills=reader.settings.late_bills == APART,
    )
    lines = tuple(
        goods_line(goods_ref(goods), quantity, mixed=goods.line_id in card.mixed)
        for goods, quantity in card.goods
    )
    return derive_shipment(Draft(values, {"lines": lines}, card.id, card.version), "")


def blank_shipment(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new shipment; with a ``contract`` in the link its open goods are on it."""
    values: dict[str, Value] = {
        "number": "",
        "day": reader.today,
        "status": "",
        "mode": "FCL",
        "customer": None,
        "contract": None,
        "forwarder": None,
        "currency": "",
        "base": reader.base,
    }
    draft = Draft(values)
    if link.param("contract") is None:
        return draft
    found = contract_choice(reader, int(str(link.param("contract"))))
    lines = tuple(goods_line(goods_ref(one)) for one in open_goods(reader, contract_id=found.id))
    draft = draft.put(
        customer=Ref(found.customer_id, found.customer, found.customer_code),
        currency=found.currency,
        port_of_loading=found.port_of_loading,
        port_of_discharge=found.port_of_discharge,
        nothing_open=not lines,
    )
    return derive_shipment(draft.put_rows("lines", lines), "")


def derive_shipment(draft: Draft, changed: str) -> Draft:
    """Take in goods that were chosen, then compute amounts, cartons and volume; pure (sections 1.4 and 9.2)."""
    if changed == "contract":
        draft = _take_contract(draft)
    if changed.startswith("lines."):
        draft = _take_goods(draft, changed)
    lines: list[Line] = []
    total = adjustment = ZERO
    for line in draft.rows():
        fresh = _computed(line)
        part = as_number(fresh["adjusted"]) or ZERO
        adjustment += part
        total += (as_number(fresh["amount"]) or ZERO) + part
        lines.append(line if all(line.get(k) == v for k, v in fresh.items()) else {**line, **fresh})
    return draft.put_rows("lines", lines).put(total=total, adjustment=adjustment)


def _take_contract(draft: Draft) -> Draft:
    """Put the open goods of the chosen contract on the shipment, those already on it left as they are."""
    contract = draft.ref("contract")
    if contract is None:
        return draft
    extra = cast("Mapping[str, Any]", contract.extra)
    there = {line["goods"] for line in draft.rows() if isinstance(line.get("goods"), Ref)}
    fresh = [goods_line(goods) for goods in extra.get("goods", ()) if goods not in there]
    draft = draft.put_rows("lines", (*draft.rows(), *fresh))
    return draft.put(
        contract=None,
        customer=draft.ref("customer") or extra.get("customer"),
        currency=draft.text("currency") or str(extra.get("currency") or ""),
        port_of_loading=draft.text("port_of_loading") or str(extra.get("port_of_loading") or ""),
        port_of_discharge=draft.text("port_of_discharge") or str(extra.get("port_of_discharge") or ""),
    )


def _take_goods(draft: Draft, changed: str) -> Draft:
    _key, number, column = changed.split(".", 2)
    rows = list(draft.rows())
    place = int(number)
    if column != "goods" or place >= len(rows):
        return draft
    goods = rows[place].get("goods")
    if not isinstance(goods, Ref) or not goods.extra:
        return draft
    rows[place] = goods_line(goods)
    return draft.put_rows("lines", rows).put(
        currency=draft.text("currency") or str(goods.extra.get("currency") or "")
    )


def _computed(line: Line) -> dict[str, Value]:
    currency = str(line.get("currency") or "")
    quantity, price = as_number(line.get("quantity")), as_number(line.get("price"))
    amount, adjusted = None, ZERO
    shared = line.get("shared")
    if quantity is not None and price is not None and len(currency) == 3:
        amount = line_amount(quantity, price, currency, as_number(line.get("discount")) or ZERO)
        of_contract = shared.extra.get("it") if isinstance(shared, Ref) else None
        if isinstance(of_contract, SharedLine):
            adjusted = shipped_share(of_contract, quantity, currency)
    found = packed(line)
    return {
        "amount": amount,
        "adjusted": adjusted,
        "cartons": None if found is None else found.cartons,
        "volume": None if found is None else found.volume,
        "gross_weight": None if found is None else found.gross_weight,
    }


def build_shipment(draft: Draft) -> SaveShipment:
    """Answer the command that saves the draft."""
    plain = ("number", "mode", "carrier", "vessel", "voyage", "booking_no", "bl_no", "port_of_loading",
             "port_of_discharge", "remarks")  # fmt: skip
    return SaveShipment(
        day=draft.day("day") or date.min,
        lines=tuple(
            ShipmentLineDraft(
                _line_id(line), as_number(line.get("quantity")) or ZERO, bool(line.get("mixed"))
            )
            for line in draft.rows()
        ),
        forwarder_id=draft.ref_id("forwarder"),
        etd=draft.day("etd"),
        eta=draft.day("eta"),
        id=draft.id,
        version=draft.version,
        **{name: draft.text(name).strip() for name in plain},
    )


def _line_id(line: Line) -> int:
    goods = line.get("goods")
    return int(goods.id) if isinstance(goods, Ref) else 0


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed; over-shipment at its quantity (section 1.4)."""
    problems = list(check_shipment(build_shipment(draft)))
    seen: set[Ref] = set()
    for number, line in enumerate(draft.rows()):
        goods = line.get("goods")
        if not isinstance(goods, Ref):
            problems.append(Problem(f"lines.{number}.goods", _("Choose the goods of a contract in effect.")))
            continue
        if goods in seen:
            problems.append(
                Problem(f"lines.{number}.goods", _("These goods are on an earlier line already."))
            )
        seen.add(goods)
        quantity, left = as_number(line.get("quantity")) or ZERO, as_number(line.get("left"))
        if left is not None and quantity > left:
            words = _("At most {left} {unit} of {contract} may still be shipped.").format(
                left=f"{left.normalize():,f}",
                unit=line.get("unit") or "",
                contract=line.get("contract") or "",
            )
            problems.append(Problem(f"lines.{number}.quantity", words))
    return problems


def goods_words(draft: Draft) -> list[str]:
    """Answer the foot of the goods: lines, cartons, cubic meters, weights."""
    return packing_words(draft.rows())


def _sums(draft: Draft) -> dict[str, Decimal]:
    """Answer what is invoiced in each currency, for an invoice has only one (section 1.10)."""
    sums: dict[str, Decimal] = {}
    for line in draft.rows():
        code = str(line.get("currency") or "")
        if len(code) == 3:
            amount = (as_number(line.get("amount")) or ZERO) + (as_number(line.get("adjusted")) or ZERO)
            sums[code] = sums.get(code, ZERO) + amount
    return sums


def total_words(draft: Draft) -> tuple[str, str]:
    """Answer the amount of the invoice for the foot of the goods, and its part of the contracts' discounts."""
    sums = _sums(draft)
    if len(sums) > 1:
        amounts = " · ".join(format_money(amount, code) for code, amount in sums.items())
        return N_("An invoice for each currency"), amounts
    currency, shared = draft.text("currency"), draft.number("adjustment") or ZERO
    if len(currency) != 3:
        return "", ""
    label = N_("Invoice amount")
    if shared:
        words = _("Discount of the contract {amount} · Invoice amount")
        if shared > 0:
            words = _("Charge of the contract {amount} · Invoice amount")
        label = words.format(amount=format_amount(shared, currency))
    return label, format_money(draft.number("total") or ZERO, currency)
