"""The list of goods returned (退运), domain.md section 1.10."""

from __future__ import annotations

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.text import N_
from tradecrm.core.trade_flows import GOODS_RETURN
from tradecrm.screens.spec import Choice, ColumnSpec, ListSpec, Row, ViewSpec
from tradecrm.screens.trade.words import states
from tradecrm.services.trade.lists import RETURNS
from tradecrm.services.trade.returns import FATES

K = FieldKind
RETURN_STATES = states(GOODS_RETURN)
FATE_CHOICES = tuple(Choice(key, title) for key, title in FATES)
RETURN_CHANGES = frozenset({"goods_return", "goods_return_line", "note", "item", "cost_line", "shipment"})


def open_return(row: Row) -> Link:
    """Answer the page of a return's row."""
    return Link.to("goods_return", id=row["id"])


RETURN_LIST = ListSpec(
    key="goods_returns",
    title=N_("Goods returned"),
    kind="goods_return",
    source=RETURNS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, 124, link=open_return),
        ColumnSpec("day", N_("Date"), K.DATE),
        ColumnSpec(
            "shipment", N_("Shipment"), K.CODE, link=lambda row: Link.to("shipment", id=row["shipment_id"])
        ),
        ColumnSpec(
            "customer",
            N_("Customer"),
            width=200,
            link=lambda row: Link.to("customer", id=row["customer_id"]),
        ),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("amount", N_("Amount credited"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("fate", N_("Where they go"), K.CHOICE, choices=FATE_CHOICES),
        ColumnSpec("status", N_("Status"), K.CHOICE, choices=RETURN_STATES),
        ColumnSpec("received_on", N_("Back on"), K.DATE),
        ColumnSpec("reason", N_("Reason"), width=200),
    ),
    opens=open_return,
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("draft", N_("On their way back"), (Filter("status", Op.ANY_OF, ("draft",)),)),
        ViewSpec("received", N_("Came back"), (Filter("status", Op.ANY_OF, ("received",)),)),
    ),
    quick_filters=("status", "fate"),
    new=Link.to("goods_return"),
    new_title=N_("Goods came back"),
    watches=RETURN_CHANGES,
    empty_title=N_("No goods have come back"),
    empty_text=N_("What a customer sends back is credited here, and its cost and rebate leave the shipment."),
    icon="undo",
)
