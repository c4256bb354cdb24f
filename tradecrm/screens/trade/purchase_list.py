"""The list of purchase contracts (采购合同)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.core.trade_flows import PURCHASE_CONTRACT
from tradecrm.screens.spec import ColumnSpec, Fact, ListSpec, ViewSpec
from tradecrm.screens.trade.words import states
from tradecrm.services.trade.purchase_card import purchase_card
from tradecrm.services.trade.purchase_lists import PURCHASES

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
PURCHASE_STATES = states(PURCHASE_CONTRACT)


def purchase_facts(reader: Reader, purchase_id: int) -> tuple[Fact, ...]:
    """Answer what the side of the list shows of a purchase: factory, money, goods that came of those ordered."""
    card = purchase_card(reader, purchase_id)
    facts = [Fact(_("Supplier"), card.supplier, link=Link.to("customer", id=card.values["supplier_id"]))]
    if card.priced:
        currency = card.values["currency"]
        facts += [
            Fact(_("Total with VAT"), format_money(card.values["total"], currency), strong=True),
            Fact(_("Prepaid with the order"), format_money(card.values["deposit_due"], currency)),
        ]
    for line in card.lines:
        words = _("{received} of {ordered} {unit} received").format(
            received=f"{line.received.normalize():,f}",
            ordered=f"{line.values['quantity'].normalize():,f}",
            unit=line.values["unit"],
        )
        facts.append(Fact(line.product_code or line.product_name, words))
    return tuple(facts)


PURCHASE_LIST = ListSpec(
    key="purchases",
    title=N_("Purchase contracts"),
    kind="purchase_contract",
    source=PURCHASES,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, 130, link=lambda row: Link.to("purchase", id=row["id"])),
        ColumnSpec("day", N_("Date"), K.DATE),
        ColumnSpec(
            "supplier", N_("Supplier"), width=260, link=lambda row: Link.to("customer", id=row["supplier_id"])
        ),
        ColumnSpec("contracts", N_("Bought for"), width=130),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("total", N_("Total with VAT"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("status", N_("State"), K.CHOICE, choices=PURCHASE_STATES),
        ColumnSpec("delivery_on", N_("Delivery date"), K.DATE),
        ColumnSpec(
            "deposit_due",
            N_("Prepaid with the order"),
            K.MONEY,
            currency_key="currency",
            summed=True,
            hidden_by_default=True,
        ),
        ColumnSpec("stock_purchase", N_("For stock"), K.BOOL, hidden_by_default=True),
        ColumnSpec("updated_at", N_("Last changed"), K.DATETIME, hidden_by_default=True),
    ),
    opens=lambda row: Link.to("purchase", id=row["id"]),
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("draft", N_("Drafts"), (Filter("status", Op.ANY_OF, ("draft", "submitted", "approved")),)),
        ViewSpec(
            "coming",
            N_("Goods to come"),
            (Filter("status", Op.ANY_OF, ("sent", "confirmed", "in_production", "partly_received")),),
            (SortKey("delivery_on"),),
        ),
        ViewSpec("unbilled", N_("Bills to come"), (Filter("status", Op.ANY_OF, ("received",)),)),
    ),
    quick_filters=("status", "day"),
    new=Link.to("purchase"),
    new_title=N_("New purchase contract"),
    watches=frozenset({"purchase_contract", "purchase_line", "goods_receipt", "party"}),
    preview=purchase_facts,
    empty_title=N_("No purchase contracts yet"),
    empty_text=N_(
        "Open a sales contract and choose “Split by factory”: "
        "each factory gets its purchase contract with what is still to buy."
    ),
    icon="purchase",
    papers=("purchase",),
)
