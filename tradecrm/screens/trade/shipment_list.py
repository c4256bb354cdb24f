"""The list of shipments (出运)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, Period, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.core.ways import Thing, name_of
from tradecrm.screens.spec import ColumnSpec, Fact, ListSpec, Row, ViewSpec
from tradecrm.screens.trade.words import SHIPMENT_STATES
from tradecrm.services.trade.lists import SHIPMENTS
from tradecrm.services.trade.shipment_card import shipment_card

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
_UNDER_WAY = ("booked", "rolled", "cargo_ready", "loaded", "declared", "departed", "arrived")


def shipment_facts(reader: Reader, shipment_id: int) -> tuple[Fact, ...]:
    """Answer what the side of the list shows of a shipment: its goods, papers and costs that wait for a bill."""
    card = shipment_card(reader, shipment_id)
    values = card.values
    facts = [
        Fact(_("Customer"), card.customer, link=Link.to("customer", id=values["customer_id"])),
        Fact(_("Amount"), format_money(values["total"], values["currency"]), strong=True),
    ]
    if card.invoice_item is not None:
        invoice = Link.to("receivable", id=card.invoice_item)
        facts.append(Fact(_("Invoice"), values["invoice_number"] or "", link=invoice))
    vessel = " ".join(part for part in (values["vessel"], values["voyage"]) if part)
    facts += [
        Fact(words, text)
        for words, text in (
            (_(name_of(Thing.VESSEL, values["mode"])), vessel),
            (_(name_of(Thing.LADING, values["mode"])), values["bl_no"]),
            (_("Forwarder"), card.forwarder),
        )
        if text
    ]
    facts += [
        Fact(goods.item_no or goods.description_en, f"{quantity.normalize():,f} {goods.unit}")
        for goods, quantity in card.goods
    ]
    if card.unbilled:
        facts.append(Fact(_("Costs without a bill"), str(card.unbilled)))
    return tuple(facts)


def _invoice(row: Row) -> Link | None:
    return Link.to("receivable", id=row["invoice_item"]) if row.get("invoice_item") else None


SHIPMENT_LIST = ListSpec(
    key="shipments",
    title=N_("Shipments"),
    kind="shipment",
    source=SHIPMENTS,
    columns=(
        ColumnSpec("number", N_("Number"), K.CODE, 120, link=lambda row: Link.to("shipment", id=row["id"])),
        ColumnSpec(
            "customer", N_("Customer"), width=200, link=lambda row: Link.to("customer", id=row["customer_id"])
        ),
        ColumnSpec("contracts", N_("Contract no."), width=120, sortable=False, filterable=False),
        ColumnSpec("etd", N_("ETD"), K.DATE),
        ColumnSpec("departed_on", N_("On board"), K.DATE),
        ColumnSpec("eta", N_("ETA"), K.DATE),
        ColumnSpec("vessel", N_("Vessel or flight"), width=110),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("total", N_("Amount"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("status", N_("State"), K.CHOICE, choices=SHIPMENT_STATES),
        ColumnSpec("invoice_number", N_("Invoice"), K.CODE, link=_invoice, hidden_by_default=True),
        ColumnSpec("bl_no", N_("B/L or waybill no."), K.CODE, hidden_by_default=True),
        ColumnSpec("voyage", N_("Voyage"), hidden_by_default=True),
        ColumnSpec("port_of_discharge", N_("Goes to"), hidden_by_default=True),
        ColumnSpec("forwarder", N_("Forwarder"), hidden_by_default=True),
        ColumnSpec("arrived_on", N_("Arrived on"), K.DATE, hidden_by_default=True),
        ColumnSpec("day", N_("Date"), K.DATE, hidden_by_default=True),
    ),
    opens=lambda row: Link.to("shipment", id=row["id"]),
    default_sort=(SortKey("etd", descending=True),),
    views=(
        ViewSpec("planned", N_("Planned"), (Filter("status", Op.ANY_OF, ("planned",)),), (SortKey("etd"),)),
        ViewSpec("under_way", N_("Under way"), (Filter("status", Op.ANY_OF, _UNDER_WAY),), (SortKey("eta"),)),
        ViewSpec(
            "departed",
            N_("Departed this month"),
            (Filter("departed_on", Op.PERIOD, (Period.THIS_MONTH.value,)),),
            (SortKey("departed_on", descending=True),),
        ),
    ),
    quick_filters=("status", "etd"),
    new=Link.to("shipment"),
    new_title=N_("New shipment"),
    watches=frozenset({"shipment", "shipment_line", "party", "item"}),
    preview=shipment_facts,
    empty_title=N_("No shipments yet"),
    empty_text=N_(
        "A shipment carries goods of contracts in effect. When it departs, its invoice and revenue are booked."
    ),
    icon="shipments",
    papers=("invoice", "packing_list", "advice", "instruction", "declaration", "origin"),
)
