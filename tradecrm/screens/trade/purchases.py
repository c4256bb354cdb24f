"""The form of a purchase contract (采购合同): factory, terms, goods with what they are bought for, steps, receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.core.trade_flows import PURCHASE_CONTRACT
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    Choice,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    PickerSpec,
    Row,
    Section,
    Step,
    Tone,
)
from tradecrm.screens.trade.contracts import TERMS, chain_steps, has_days
from tradecrm.screens.trade.pickers import PRODUCT, SUPPLIER, Within
from tradecrm.screens.trade.purchase_amendment import AMEND, VERSIONS_PANEL, purchase_amendment_form
from tradecrm.screens.trade.purchase_draft import (
    amount_words,
    blank_purchase,
    bought_ref,
    build_purchase,
    check_draft,
    derive_purchase,
    goods_words,
    load_purchase,
    total_words,
)
from tradecrm.screens.trade.purchase_list import PURCHASE_STATES
from tradecrm.screens.trade.words import ZERO, figure, percent, state_badges
from tradecrm.services.trade.purchase_approval import last_price
from tradecrm.services.trade.purchase_bills import BILLABLE
from tradecrm.services.trade.purchase_card import (
    PRICES,
    goods_to_buy,
    purchase_chain,
    purchase_receipts,
)
from tradecrm.services.trade.purchase_moves import MovePurchase, move_purchase
from tradecrm.services.trade.purchase_receipts import RECEIVABLE
from tradecrm.services.trade.purchases import SEALED, save_purchase, state_title

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
INVOICE_CHOICES = (
    Choice("special", N_("Special VAT invoice")),
    Choice("ordinary", N_("Ordinary VAT invoice")),
    Choice("none", N_("No invoice")),
)


def sold_lines(reader: Reader, text: str, _within: Within) -> Sequence[Ref]:
    """Answer sold lines with something to buy, by contract, item number or words."""
    return [bought_ref(goods) for goods in goods_to_buy(reader, text)]


SOLD_LINE = PickerSpec(sold_lines, None, "")


def purchase_steps(reader: Reader, purchase_id: int) -> tuple[Step, ...]:
    """Answer the chain of a purchase: what it is bought for, itself, the shipments of its goods, its bills."""
    return chain_steps(purchase_chain(reader, purchase_id), "purchase")


def receipt_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what came in of a purchase: day and goods, how many, with which shipment they left."""
    if draft.id is None:
        return ()
    facts = []
    for row in purchase_receipts(reader, draft.id):
        link = None if row.shipment_id is None else Link.to("shipment", id=row.shipment_id)
        words = f"{row.day:%Y-%m-%d}  {row.goods}"
        facts.append(Fact(words, f"{row.quantity.normalize():,f} {row.unit}", link=link))
        if row.shipment:
            left = _("left the same day with {shipment}").format(shipment=row.shipment)
            facts.append(Fact(left, "", muted=True, link=link))
    if not facts and draft.text("status") in RECEIVABLE:
        facts.append(
            Fact(_("Nothing yet. Goods come in by themselves as their shipment leaves."), "", muted=True)
        )
    return tuple(facts)


def money_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what is paid with the order and after it."""
    currency = draft.text("currency")
    total, prepaid = draft.number("total"), draft.number("deposit_due")
    if total is None or prepaid is None or len(currency) != 3 or not draft.flag("priced"):
        return ()
    share = prepaid / total if total else None
    return (
        Fact(_("Total with VAT"), format_money(total, currency), strong=True),
        Fact(_("Prepaid, {share}").format(share=percent(share)), format_money(prepaid, currency)),
        Fact(_("Balance"), format_money(total - prepaid, currency)),
    )


def price_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what was paid last for the goods on the lines, and by how much the price has moved."""
    if not reader.actor.can(PRICES):
        return ()
    facts: list[Fact] = []
    for line in draft.rows():
        product = line.get("product")
        if not isinstance(product, Ref):
            continue
        last = last_price(reader, int(product.id), draft.text("currency"), but=draft.id)
        if last is not None:
            words = f"{product.code or product.label}  {last.number}  {last.day:%Y-%m}"
            price = f"{last.currency} {figure(last.price, max(2, -int(last.price.normalize().as_tuple().exponent)))}"
            facts.append(Fact(words, price, link=Link.to("purchase", id=last.purchase_id)))
    return tuple(facts[:8])


def _step(key: str, title: str, done: str, *, primary: bool = False) -> ActionSpec:
    def command(rows: Sequence[Row]) -> MovePurchase:
        return MovePurchase(int(rows[0]["id"]), key)

    def enabled(rows: Sequence[Row]) -> bool:
        state = str(rows[0].get("status") or "draft")
        return any(step.key == key for step in PURCHASE_CONTRACT.next(state))

    return ActionSpec(
        key,
        title,
        primary=primary,
        needs="purchase.write",
        enabled=enabled,
        operation=move_purchase,
        command=command,
        done=done,
    )


def _may_receive(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") in RECEIVABLE - {"received"}


def _may_bill(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") in BILLABLE and bool(rows[0].get("priced"))


def _may_prepay(rows: Sequence[Row]) -> bool:
    state = rows[0].get("status")
    return state in BILLABLE | {"approved"} and bool(rows[0].get("priced")) and bool(rows[0].get("supplier"))


RECEIVE = ActionSpec(
    "receive_goods",
    N_("Receive goods"),
    primary=True,
    needs="purchase.write",
    enabled=_may_receive,
    opens=lambda rows: Link.to("receive_goods", purchase=int(rows[0]["id"])),
)
BILL = ActionSpec(
    "bill_purchase",
    N_("Enter the factory's bill"),
    primary=True,
    needs="purchase.write",
    enabled=_may_bill,
    opens=lambda rows: Link.to("bill_purchase", purchase=int(rows[0]["id"])),
)
PREPAY = ActionSpec(
    "prepay",
    N_("Prepay"),
    needs="payment.write",
    enabled=_may_prepay,
    opens=lambda rows: Link.to("payment", party=rows[0]["supplier"].id, purchase=int(rows[0]["id"])),
)
ASK_PREPAYMENT = ActionSpec(
    "ask_prepayment",
    N_("Ask to prepay more"),
    needs="purchase.write",
    enabled=_may_prepay,
    opens=lambda rows: Link.to("ask_prepayment", purchase=int(rows[0]["id"])),
)
PURCHASE_ACTIONS = (
    _step("submit", N_("Submit for approval"), N_("The purchase contract is submitted."), primary=True),
    AMEND,
    _step("send", N_("Mark as sent"), N_("The factory has the contract."), primary=True),
    _step("confirm", N_("Confirmed by the factory"), N_("The factory has confirmed."), primary=True),
    RECEIVE,
    BILL,
    PREPAY,
    ASK_PREPAYMENT,
    _step("produce", N_("Mark as in production"), N_("The goods are in production.")),
    _step("invoice", N_("Mark as invoiced"), N_("The purchase contract is invoiced.")),
    _step("close", N_("Close contract"), N_("The contract is closed."), primary=True),
    _step("reopen", N_("Reopen"), N_("The contract is open again.")),
    _step("return", N_("Back to draft"), N_("The contract is a draft again.")),
    _step("cancel", N_("Cancel contract"), N_("The contract is canceled.")),
    _step("void", N_("Void the draft"), N_("The draft is void.")),
)


def _badges(draft: Draft) -> tuple[Badge, ...]:
    found = [*state_badges(PURCHASE_STATES, draft)]
    if draft.flag("stock_purchase"):
        found.append(Badge(N_("For stock")))
    received, invoiced = draft.number("received") or ZERO, draft.number("invoiced") or ZERO
    if received > invoiced:
        found.append(Badge(N_("Bills to come"), Tone.WARN))
    return tuple(found)


def _locked(draft: Draft) -> str:
    if not draft.flag("priced"):
        return _("What factories are paid is not shown to you, so the contract cannot be edited here.")
    if draft.id is None or draft.text("status") not in SEALED:
        return ""
    return _("{number} is “{state}” and cannot be edited any more.").format(
        number=draft.text("number"), state=state_title(draft.text("status"))
    )


def _prints(draft: Draft) -> Link | None:
    if draft.id is None or not draft.flag("priced"):
        return None
    return Link.to("paper", kind="purchase", id=draft.id)


def _is_new(draft: Draft) -> bool:
    return draft.id is None


_HEAD = Section(
    "",
    (
        FieldSpec("supplier", N_("Supplier"), K.REF, picker=SUPPLIER, required=True, span=6),
        FieldSpec("number", N_("Number"), K.CODE, hint=N_("next number"), span=3, visible=_is_new),
        FieldSpec("day", N_("Date"), K.DATE, required=True, span=3),
        FieldSpec("delivery_on", N_("Delivery date"), K.DATE, span=3),
        FieldSpec("delivery_place", N_("Place of delivery"), span=3),
        FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=3),
        FieldSpec("invoice_type", N_("Invoice"), K.CHOICE, choices=INVOICE_CHOICES, required=True, span=3),
        FieldSpec("terms_preset", N_("Payment terms"), K.CHOICE, choices=TERMS, required=True, span=6),
        FieldSpec("terms_days", N_("Days"), K.INTEGER, span=3, visible=has_days),
        FieldSpec("vat_included", N_("Prices include VAT"), K.BOOL, span=3),
        FieldSpec("stock_purchase", N_("For stock"), K.BOOL, span=3),
    ),
)
_MORE = Section(
    N_("More terms"),
    (
        FieldSpec("packing", N_("Packing"), K.LONG_TEXT, span=6),
        FieldSpec("marks", N_("Shipping marks"), K.LONG_TEXT, span=6),
        FieldSpec("quality", N_("Quality and inspection"), K.LONG_TEXT, span=6),
        FieldSpec("clauses", N_("Special clauses"), K.LONG_TEXT, span=6),
        FieldSpec("remarks", N_("Remarks"), K.LONG_TEXT, span=6),
        FieldSpec("signatory", N_("Signed by"), span=6),
    ),
    after_lines=True,
)
_LINES = LinesSpec(
    "lines",
    "",
    (
        FieldSpec("bought_for", N_("Bought for"), K.REF, picker=SOLD_LINE, width=92),
        FieldSpec("product", N_("Product"), K.REF, picker=PRODUCT, width=76),
        FieldSpec("description_cn", N_("Goods"), required=True, width=170),
        FieldSpec("quantity", N_("Quantity"), K.QUANTITY, required=True, width=72),
        FieldSpec("unit", N_("Unit"), required=True, width=48),
        FieldSpec("price", N_("Price"), K.PRICE, required=True, width=70, currency_from=".currency"),
        FieldSpec("amount", N_("Amount"), K.MONEY, width=92, read_only=True, currency_from=".currency"),
        FieldSpec("received", N_("Came in"), K.QUANTITY, width=72, read_only=True),
        FieldSpec("vat_rate", N_("VAT"), K.PERCENT, width=60),
        FieldSpec("rebate_rate", N_("Rebate"), K.PERCENT, width=60, more=True),
        FieldSpec("invoiced", N_("Billed"), K.QUANTITY, width=72, read_only=True, more=True),
        FieldSpec("delivery_on", N_("Delivery date"), K.DATE, width=96, more=True),
        FieldSpec("specification", N_("Specification"), width=150, more=True),
        FieldSpec("inspection", N_("Inspection"), width=90, more=True),
    ),
    summary=goods_words,
    total=total_words,
    words=amount_words,
    placeholder=N_("type a sales contract or an item no."),
)

PURCHASE_FORM = FormSpec(
    key="purchase",
    title=N_("New purchase contract"),
    kind="purchase_contract",
    sections=(_HEAD, _MORE),
    load=load_purchase,
    blank=blank_purchase,
    save=save_purchase,
    build=build_purchase,
    lines=(_LINES,),
    derive=derive_purchase,
    check=check_draft,
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    badges=_badges,
    locked=_locked,
    steps=purchase_steps,
    panels=(
        PanelSpec("money", N_("Payment"), compute=money_facts),
        PanelSpec("received", N_("Goods received"), query=receipt_facts),
        PanelSpec("prices", N_("Prices paid before"), query=price_facts, depends=("lines",)),
        VERSIONS_PANEL,
    ),
    actions=PURCHASE_ACTIONS,
    prints=_prints,
    watches=frozenset(
        {"purchase_contract", "purchase_line", "purchase_version", "goods_receipt", "cost_line", "item"}
    ),
    needs="purchase.write",
    saved=N_("The purchase contract is saved."),
)
PURCHASE_AMENDMENT_FORM = purchase_amendment_form(PURCHASE_FORM)
