"""The dialogs of a purchase contract: goods that came in, and the factory's bill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.spec import Fact, FieldSpec, FormSpec, PanelSpec, PickerSpec, Section, Tone
from tradecrm.screens.trade.pickers import Within
from tradecrm.services.trade.purchase_bills import BillPurchase, bill_purchase, bill_start
from tradecrm.services.trade.purchase_card import (
    BillableShipment,
    ComingLine,
    billable_shipments,
    coming_lines,
    purchase_card,
)
from tradecrm.services.trade.purchase_receipts import ReceiveGoods, receive_goods

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)


def _key(link: Link) -> int:
    return int(str(link.param("purchase") or 0))


def _purchase(within: Within) -> int:
    return int(within.get("purchase") or 0)


def coming_ref(line: ComingLine) -> Ref:
    """Answer a purchase line as a chosen record, with what is still to come of it."""
    words = _("{quantity} {unit} to come").format(quantity=f"{line.coming.normalize():,f}", unit=line.unit)
    return Ref(line.id, line.goods, detail=words, extra={"coming": line.coming})


def goods_to_come(reader: Reader, text: str, within: Within) -> Sequence[Ref]:
    """Answer the lines of the purchase with goods still to come."""
    typed = text.strip().lower()
    return [
        coming_ref(line) for line in coming_lines(reader, _purchase(within)) if typed in line.goods.lower()
    ]


def blank_receipt(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a receipt: today, all that is still to come of the first line."""
    card = purchase_card(reader, _key(link))
    lines = coming_lines(reader, card.id)
    first = coming_ref(lines[0]) if lines else None
    return Draft(
        {
            "purchase": card.id,
            "number": card.values["number"],
            "goods": first,
            "quantity": lines[0].coming if lines else None,
            "day": reader.today,
            "remarks": "",
            "final": False,
        }
    )


def derive_receipt(draft: Draft, changed: str) -> Draft:
    """Take over what is still to come of the chosen goods."""
    goods = draft.ref("goods")
    if changed != "goods" or goods is None or not goods.extra:
        return draft
    return draft.put(quantity=cast("Decimal", goods.extra["coming"]))


def build_receipt(draft: Draft) -> ReceiveGoods:
    """Answer the command that writes the receipt."""
    return ReceiveGoods(
        purchase_line_id=draft.ref_id("goods") or 0,
        quantity=draft.number("quantity") or ZERO,
        day=draft.day("day") or date.min,
        remarks=draft.text("remarks").strip(),
        final=draft.flag("final"),
    )


def receipt_hints(draft: Draft) -> tuple[Fact, ...]:
    """Answer what follows from the receipt: what is left, and that shipped goods need none."""
    goods = draft.ref("goods")
    quantity = draft.number("quantity")
    facts = []
    if goods is not None and goods.extra and quantity is not None:
        left = cast("Decimal", goods.extra["coming"]) - quantity
        tone = Tone.BAD if left < 0 else Tone.NEUTRAL
        facts.append(Fact(_("Still to come after this"), f"{left.normalize():,f}", tone))
    facts.append(
        Fact(
            _(
                "Goods that go from the factory straight to the port need no receipt: it is written on departure."
            ),
            "",
            muted=True,
        )
    )
    return tuple(facts)


RECEIVE_FORM = FormSpec(
    key="receive_goods",
    title=N_("Receive goods"),
    kind="goods_receipt",
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "goods",
                    N_("Goods"),
                    K.REF,
                    picker=PickerSpec(goods_to_come, None, ""),
                    within=("purchase",),
                    required=True,
                    span=12,
                ),
                FieldSpec("quantity", N_("Quantity"), K.QUANTITY, required=True, span=6),
                FieldSpec("day", N_("Received on"), K.DATE, required=True, span=6),
                FieldSpec("remarks", N_("Remarks"), span=6),
                FieldSpec("final", N_("The rest will not come"), K.BOOL, span=6),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_receipt,
    save=receive_goods,
    build=build_receipt,
    derive=derive_receipt,
    heading=lambda draft: draft.text("number"),
    panels=(PanelSpec("receipt", N_("What follows"), compute=receipt_hints),),
    saved=N_("The goods are received."),
)


def shipment_ref(reader: Reader, purchase_id: int, shipment: BillableShipment) -> Ref:
    """Answer a shipment as a chosen record, with what its goods of the purchase cost and when that is due."""
    start = bill_start(reader, purchase_id, shipment.id, reader.today)
    gone = shipment.departed_on
    words = _("not left yet") if gone is None else _("left {day}").format(day=gone.isoformat())
    return Ref(
        shipment.id, shipment.number, detail=words, extra={"amount": start.amount, "due_on": start.due_on}
    )


def shipments_to_bill(reader: Reader, text: str, within: Within) -> Sequence[Ref]:
    """Answer the shipments with unbilled goods of the purchase."""
    key, typed = _purchase(within), text.strip().lower()
    return [
        shipment_ref(reader, key, each)
        for each in billable_shipments(reader, key)
        if typed in each.number.lower()
    ]


def blank_bill(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a bill for the first shipment with unbilled goods, as the contract says."""
    card = purchase_card(reader, _key(link))
    shipments = billable_shipments(reader, card.id)
    first = shipment_ref(reader, card.id, shipments[0]) if shipments else None
    draft = Draft(
        {
            "purchase": card.id,
            "number": card.values["number"],
            "supplier": card.supplier,
            "currency": card.values["currency"],
            "base": reader.base,
            "special": card.values["invoice_type"] == "special",
            "shipment": first,
            "day": reader.today,
            "bill_number": "",
            "amount": None,
            "net_amount": None,
            "due_on": None,
        }
    )
    return derive_bill(draft, "shipment")


def derive_bill(draft: Draft, changed: str) -> Draft:
    """Take over amount and due date of the chosen shipment's goods."""
    shipment = draft.ref("shipment")
    if changed != "shipment" or shipment is None or not shipment.extra:
        return draft
    extra = shipment.extra
    return draft.put(amount=cast("Decimal", extra["amount"]), due_on=cast("date", extra["due_on"]))


def build_bill(draft: Draft) -> BillPurchase:
    """Answer the command that books the bill."""
    return BillPurchase(
        purchase_id=int(draft.number("purchase") or 0),
        shipment_id=draft.ref_id("shipment") or 0,
        day=draft.day("day") or date.min,
        bill_number=draft.text("bill_number").strip(),
        amount=draft.number("amount"),
        net_amount=draft.number("net_amount"),
        due_on=draft.day("due_on"),
    )


def bill_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what booking the bill posts."""
    amount, shipment = draft.number("amount"), draft.ref("shipment")
    if shipment is None:
        return (
            Fact(
                _("No shipment carries goods of this contract that have no bill. Plan one first."),
                "",
                Tone.WARN,
            ),
        )
    if amount is None:
        return ()
    facts = [
        Fact(
            _("Payable to {name}").format(name=draft.text("supplier")),
            format_money(amount, draft.text("currency")),
            strong=True,
        ),
        Fact(_("Purchase cost of {number}, with its rebate").format(number=shipment.label), "", muted=True),
    ]
    expected = shipment.extra.get("amount")
    if isinstance(expected, Decimal) and expected != amount:
        facts.append(Fact(_("The contract says"), format_money(expected, draft.text("currency")), Tone.WARN))
    return tuple(facts)


BILL_PURCHASE_FORM = FormSpec(
    key="bill_purchase",
    title=N_("Book the bill"),
    kind="purchase_contract",
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "shipment",
                    N_("Goods on shipment"),
                    K.REF,
                    picker=PickerSpec(shipments_to_bill, None, "shipment"),
                    within=("purchase",),
                    required=True,
                    span=12,
                ),
                FieldSpec("day", N_("Bill date"), K.DATE, required=True, span=6),
                FieldSpec("bill_number", N_("Bill no."), K.CODE, hint=N_("next number"), span=6),
                FieldSpec("amount", N_("Amount"), K.MONEY, required=True, span=6, currency_from="currency"),
                FieldSpec(
                    "net_amount",
                    N_("Net of VAT as printed"),
                    K.MONEY,
                    span=6,
                    currency_from="base",
                    visible=lambda draft: draft.flag("special"),
                ),
                FieldSpec("due_on", N_("Due on"), K.DATE, span=6),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_bill,
    save=bill_purchase,
    build=build_bill,
    derive=derive_bill,
    heading=lambda draft: draft.text("number"),
    panels=(PanelSpec("bill", N_("What is booked"), compute=bill_facts),),
    saved=N_("The bill is booked as a payable."),
)
