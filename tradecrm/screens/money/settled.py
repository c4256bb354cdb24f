"""What posted money settled, as its pages show it, and the step to the page where a partner is settled."""

from __future__ import annotations

from collections.abc import Iterable

from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_
from tradecrm.screens.draft import Line
from tradecrm.screens.spec import ActionSpec, Fact
from tradecrm.services.money.cards import Settled


def standing_facts(settled: Iterable[Settled], currency: str) -> list[Fact]:
    """Answer the items that money settled and still does, each opening its paper."""
    return [
        Fact(row.number, format_money(row.amount, currency), link=Link.to("receivable", id=row.item_id))
        for row in settled
        if row.standing
    ]


def standing_lines(settled: Iterable[Settled]) -> list[Line]:
    """Answer the items that money settled and still does, as lines nobody can type in."""
    return [
        {
            "item_id": row.item_id,
            "number": row.number,
            "kind": row.kind,
            "settled_on": row.day,
            "amount": row.amount,
        }
        for row in settled
        if row.standing
    ]


def settle_action(side: str) -> ActionSpec:
    """Make the action that opens the page where the partner of a row is settled on one side."""
    return ActionSpec(
        "settle",
        N_("Settle accounts"),
        "check",
        needs="receipt.write" if side == "AR" else "payment.write",
        enabled=lambda rows: len(rows) == 1 and rows[0].get("party_id") is not None,
        opens=lambda rows: Link.to("settle", party=rows[0]["party_id"], side=side),
    )
