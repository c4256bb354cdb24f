"""The list of freight inquiries (运费询价)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.screens.spec import ActionSpec, ColumnSpec, Fact, ListSpec, Row, ViewSpec
from tradecrm.screens.trade.freight import FREIGHT_STATES
from tradecrm.screens.trade.words import MODES
from tradecrm.services.trade.freight_card import comparison
from tradecrm.services.trade.freight_lists import FREIGHT_INQUIRIES

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
_WAITING = ("sent", "quoting")


def freight_facts(reader: Reader, inquiry_id: int) -> tuple[Fact, ...]:
    """Answer what the side of the list shows of an inquiry: route, quotes with their sums, who was chosen."""
    found = comparison(reader, inquiry_id)
    words = _("{valid} of {needed} valid quotes").format(valid=found.valid, needed=found.needed)
    facts = [Fact(found.route, ""), Fact(words, "")]
    for one in found.quotes:
        amount = "–" if one.ranked.all_in is None else format_money(one.ranked.all_in, found.base)
        chosen = one.ranked.quote.id == found.chosen_quote_id
        facts.append(Fact(one.forwarder, amount, strong=chosen, muted=not one.ranked.valid))
    return tuple(facts)


def _shipment(row: Row) -> Link | None:
    key = row.get("shipment_id")
    return None if key is None else Link.to("shipment", id=key)


COMPARE = ActionSpec(
    "compare",
    N_("Compare quotes"),
    icon="chart",
    enabled=lambda rows: len(rows) == 1 and bool(rows[0].get("quotes")),
    opens=lambda rows: Link.to("freight_compare", id=int(rows[0]["id"])),
)

FREIGHT_LIST = ListSpec(
    key="freight_inquiries",
    title=N_("Freight inquiries"),
    kind="freight_inquiry",
    source=FREIGHT_INQUIRIES,
    columns=(
        ColumnSpec(
            "number", N_("Number"), K.CODE, 120, link=lambda row: Link.to("freight_inquiry", id=row["id"])
        ),
        ColumnSpec("shipment", N_("Shipment"), K.CODE, 120, link=_shipment),
        ColumnSpec("port_of_loading", N_("Leaves from"), width=120),
        ColumnSpec("port_of_discharge", N_("Goes to"), width=130),
        ColumnSpec("container_type", N_("Container type"), width=90),
        ColumnSpec("container_count", N_("How many"), K.INTEGER),
        ColumnSpec("target_etd", N_("Planned departure"), K.DATE),
        ColumnSpec("quote_by", N_("Quotes wanted by"), K.DATE),
        ColumnSpec("asked", N_("Asked"), K.INTEGER, sortable=False, filterable=False),
        ColumnSpec("quotes", N_("Quotes"), K.INTEGER, sortable=False, filterable=False),
        ColumnSpec("chosen", N_("Chosen forwarder"), width=160, sortable=False, filterable=False),
        ColumnSpec("status", N_("State"), K.CHOICE, choices=FREIGHT_STATES),
        ColumnSpec("day", N_("Date"), K.DATE, hidden_by_default=True),
        ColumnSpec("mode", N_("Mode"), K.CHOICE, choices=MODES, hidden_by_default=True),
        ColumnSpec("volume", N_("Volume, m³"), K.VOLUME, hidden_by_default=True),
        ColumnSpec("updated_at", N_("Last changed"), K.DATETIME, hidden_by_default=True),
    ),
    opens=lambda row: Link.to("freight_inquiry", id=row["id"]),
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("draft", N_("Drafts"), (Filter("status", Op.ANY_OF, ("draft",)),)),
        ViewSpec(
            "waiting",
            N_("Waiting for quotes"),
            (Filter("status", Op.ANY_OF, _WAITING),),
            (SortKey("quote_by"),),
        ),
        ViewSpec("choosing", N_("To be chosen"), (Filter("status", Op.ANY_OF, ("comparing", "submitted")),)),
    ),
    quick_filters=("status", "target_etd"),
    actions=(COMPARE,),
    new=Link.to("freight_inquiry"),
    new_title=N_("New freight inquiry"),
    watches=frozenset({"freight_inquiry", "freight_invite", "freight_quote", "shipment", "party"}),
    preview=freight_facts,
    empty_title=N_("No freight inquiries yet"),
    empty_text=N_(
        "Ask at least three forwarders in one go, compare their quotes all-in, and choose. Begin at a shipment."
    ),
    icon="mail",
    papers=("freight_inquiry",),
)
