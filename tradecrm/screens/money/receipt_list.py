"""The list of receipts: what came in, what it settled, what is left to apply (sections 3.1 to 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.screens.money.settled import settle_action, standing_facts
from tradecrm.screens.spec import ActionSpec, ColumnSpec, Fact, ListSpec, Row, Tone, ViewSpec
from tradecrm.services.money.cards import ReceiptCard, receipt_card
from tradecrm.services.money.lists import RECEIPTS

MONEY_CHANGES = frozenset({"receipt", "payment", "allocation", "item", "earmark"})


def open_receipt(row: Row) -> Link:
    """Answer the page of a receipt's row."""
    return Link.to("receipt", id=row["id"])


def _not_reversed(rows: Sequence[Row]) -> bool:
    return len(rows) == 1 and not (rows[0].get("reversed") or rows[0].get("reversed_on"))


REVERSE = ActionSpec(
    "reverse",
    N_("Reverse"),
    "undo",
    needs="receipt.write",
    enabled=_not_reversed,
    opens=lambda rows: Link.to("reverse_receipt", record=rows[0]["id"], title=rows[0].get("number") or ""),
)


def receipt_facts(reader: Any, identity: int) -> tuple[Fact, ...]:
    """Answer what the preview beside the list shows of a receipt."""
    card = receipt_card(reader, identity)
    facts = [
        Fact(N_("Customer"), card.party, link=Link.to("customer", id=card.party_id)),
        Fact(N_("Account"), card.account, link=Link.to("account", id=card.account_id)),
    ]
    return (*facts, *used_facts(card))


def used_facts(card: ReceiptCard) -> tuple[Fact, ...]:
    """Answer what of a receipt settled what, what is kept for contracts, and what is left."""
    facts = [Fact(N_("Received"), format_money(card.gross, card.currency), strong=True)]
    if card.charge:
        facts.append(Fact(N_("Bank charge"), format_money(card.charge, card.currency)))
    if card.interest:
        facts.append(Fact(N_("Interest kept"), format_money(card.interest, card.currency)))
    facts += standing_facts(card.settled, card.currency)
    for kept in card.kept:
        link = Link.to("contract", id=kept.contract_id)
        title = _("Deposit of {number}").format(number=kept.number)
        facts.append(Fact(title, format_money(kept.amount, card.currency), link=link))
    facts.append(Fact(N_("Unapplied"), format_money(card.unapplied, card.currency)))
    return tuple(facts)


RECEIPT_LIST = ListSpec(
    key="receipts",
    title=N_("Receipts"),
    kind="receipt",
    source=RECEIPTS,
    columns=(
        ColumnSpec("number", N_("Number"), FieldKind.CODE, link=open_receipt),
        ColumnSpec("day", N_("Day"), FieldKind.DATE),
        ColumnSpec(
            "party", N_("Customer"), width=230, link=lambda row: Link.to("customer", id=row["party_id"])
        ),
        ColumnSpec("currency", N_("Currency"), FieldKind.CURRENCY),
        ColumnSpec("gross", N_("Received"), FieldKind.MONEY, currency_key="currency", summed=True),
        ColumnSpec("charge", N_("Bank charge"), FieldKind.MONEY, currency_key="currency"),
        ColumnSpec(
            "interest",
            N_("Interest kept"),
            FieldKind.MONEY,
            currency_key="currency",
            hidden_by_default=True,
        ),
        ColumnSpec("unapplied", N_("Unapplied"), FieldKind.MONEY, currency_key="currency"),
        ColumnSpec("account", N_("Account"), link=lambda row: Link.to("account", id=row["account_id"])),
        ColumnSpec("payer", N_("Payer"), hidden_by_default=True),
        ColumnSpec("third_party", N_("Paid by another"), FieldKind.BOOL, tone=lambda _row: Tone.WARN),
        ColumnSpec("reference", N_("Reference"), hidden_by_default=True),
        ColumnSpec("rate", N_("Rate"), FieldKind.RATE, hidden_by_default=True),
        ColumnSpec("reversed", N_("Reversed"), FieldKind.DATE, tone=lambda _row: Tone.WARN),
    ),
    opens=open_receipt,
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("month", N_("This month"), (Filter("day", Op.PERIOD, ("this_month",)),)),
        ViewSpec(
            "unapplied", N_("Not fully applied"), (Filter("unapplied", Op.AT_LEAST, (Decimal("0.01"),)),)
        ),
        ViewSpec("third_party", N_("Paid by another"), (Filter("third_party", Op.YES),)),
        ViewSpec("reversed", N_("Reversed"), (Filter("reversed", Op.FILLED),)),
    ),
    actions=(REVERSE, settle_action("AR")),
    new=Link.to("receipt"),
    new_title=N_("Record receipt"),
    watches=MONEY_CHANGES,
    preview=receipt_facts,
    empty_title=N_("No receipts yet"),
    empty_text=N_("Money from customers stands here: what came in, what it settled, what is left to apply."),
    icon="receipts",
)
