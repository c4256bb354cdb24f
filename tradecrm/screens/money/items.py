"""The lists of receivables and payables (section 3.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.screens.money.pickers import ITEM_KINDS, ITEM_STATES
from tradecrm.screens.money.receipt_list import MONEY_CHANGES
from tradecrm.screens.money.settled import settle_action
from tradecrm.screens.spec import ActionSpec, ColumnSpec, Fact, ListSpec, Row, Tone, ViewSpec
from tradecrm.services.data.lists import ListSource
from tradecrm.services.money.cards import item_card
from tradecrm.services.money.lists import PAYABLES, RECEIVABLES

_OPEN = Filter("state", Op.ANY_OF, ("open", "partly"))


def open_item(row: Row) -> Link:
    """Answer the page of an item's row."""
    return Link.to("receivable", id=row["id"])


def _linked(target: str, key: str) -> Callable[[Row], Link | None]:
    return lambda row: None if row.get(key) is None else Link.to(target, id=row[key])


def item_facts(reader: Any, identity: int) -> tuple[Fact, ...]:
    """Answer what the preview beside the list shows of an item."""
    card = item_card(reader, identity)
    facts = [
        Fact(N_("Partner"), card.party, link=Link.to("customer", id=card.party_id)),
        Fact(N_("Amount"), format_money(card.amount, card.currency)),
        Fact(N_("Open amount"), format_money(card.open_amount, card.currency), strong=True),
    ]
    due = card.due()
    if due is not None:
        facts.append(Fact(N_("Due"), due.isoformat(), Tone.BAD if due < reader.today else Tone.NEUTRAL))
    for row in card.settled:
        if row.standing:
            amount = format_money(row.amount, card.currency)
            title = _("Settled {day} by {number}").format(day=row.day, number=row.number)
            facts.append(Fact(title, amount, link=Link.to("receivable", id=row.item_id)))
    return tuple(facts)


def _columns(today: Callable[[], date], party: str) -> tuple[ColumnSpec, ...]:
    def due_tone(row: Row) -> Tone:
        due, opened = row.get("due"), row.get("open") or Decimal(0)
        return Tone.BAD if due is not None and opened > 0 and due < today() else Tone.NEUTRAL

    return (
        ColumnSpec("number", N_("Number"), FieldKind.CODE, link=open_item),
        ColumnSpec("party", party, width=250, link=_linked("customer", "party_id")),
        ColumnSpec("day", N_("Day"), FieldKind.DATE),
        ColumnSpec("due", N_("Due"), FieldKind.DATE, tone=due_tone),
        ColumnSpec("currency", N_("Currency"), FieldKind.CURRENCY),
        ColumnSpec("amount", N_("Amount"), FieldKind.MONEY, currency_key="currency", summed=True),
        ColumnSpec("open", N_("Open amount"), FieldKind.MONEY, currency_key="currency", summed=True),
        ColumnSpec("state", N_("State"), FieldKind.CHOICE, choices=ITEM_STATES),
        ColumnSpec("contract", N_("Contract"), FieldKind.CODE, link=_linked("contract", "contract_id")),
        ColumnSpec("shipment", N_("Shipment"), FieldKind.CODE, link=_linked("shipment", "shipment_id")),
        ColumnSpec("kind", N_("Kind"), FieldKind.CHOICE, choices=ITEM_KINDS, hidden_by_default=True),
    )


_VIEWS = (
    ViewSpec("open", N_("Not settled"), (_OPEN,), (SortKey("due"),)),
    ViewSpec("overdue", N_("Overdue"), (_OPEN, Filter("due", Op.PERIOD, ("before_today",))), (SortKey("due"),)),
    ViewSpec("soon", N_("Due in 7 days"), (_OPEN, Filter("due", Op.PERIOD, ("next_7_days",))), (SortKey("due"),)),
    ViewSpec("paid", N_("Paid"), (Filter("state", Op.ANY_OF, ("paid",)),)),
)  # fmt: skip


def _one_open(rows: Sequence[Row]) -> bool:
    return len(rows) == 1 and rows[0].get("state") != "paid"


def _list(key: str, source: ListSource, columns: tuple[ColumnSpec, ...], **rest: Any) -> ListSpec:
    return ListSpec(
        key=key,
        kind="item",
        source=source,
        columns=columns,
        opens=open_item,
        default_sort=(SortKey("day", descending=True),),
        views=_VIEWS,
        watches=MONEY_CHANGES,
        preview=item_facts,
        **rest,
    )


def receivables_list(today: Callable[[], date]) -> ListSpec:
    """Answer the list of what customers owe; ``today`` decides which due dates are past."""
    settle = ActionSpec(
        "receipt",
        N_("Record receipt"),
        "receipts",
        needs="receipt.write",
        enabled=_one_open,
        opens=lambda rows: Link.to("receipt", party=rows[0]["party_id"]),
    )
    return _list(
        "receivables",
        RECEIVABLES,
        _columns(today, N_("Customer")),
        title=N_("Receivables"),
        actions=(settle, settle_action("AR")),
        empty_title=N_("Nothing to receive yet"),
        empty_text=N_("When a shipment departs, its invoice stands here until the customer has paid it."),
        icon="receivables",
    )


def payables_list(today: Callable[[], date]) -> ListSpec:
    """Answer the list of what the firm owes; ``today`` decides which due dates are past."""
    settle = ActionSpec(
        "payment",
        N_("Record payment"),
        "payables",
        needs="payment.write",
        enabled=_one_open,
        opens=lambda rows: Link.to("payment", party=rows[0]["party_id"]),
    )
    return _list(
        "payables",
        PAYABLES,
        _columns(today, N_("Payee")),
        title=N_("Payables"),
        actions=(settle, settle_action("AP")),
        empty_title=N_("Nothing to pay yet"),
        empty_text=N_("Bills of factories, forwarders and others stand here until they are paid."),
        icon="payables",
    )
