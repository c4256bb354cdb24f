"""What can be done with a receivable or payable besides paying it, as its page offers it."""

from __future__ import annotations

from tradecrm.core.links import Link
from tradecrm.core.text import N_
from tradecrm.services.money.cards import ItemCard
from tradecrm.services.money.earmarks import IN_HAND

Offer = tuple[str, str, Link]
"""Title, the permission it needs, and what it opens."""


def item_actions(card: ItemCard) -> tuple[Offer, ...]:
    """Answer what a paper offers: settling, correcting, giving up, giving back, and its own paper."""
    own = "receipt.write" if card.side == "AR" else "payment.write"
    found: list[Offer] = []
    if card.open_amount != 0:
        found.append((N_("Settle on one page"), own, Link.to("settle", party=card.party_id, side=card.side)))
    if card.amount > 0:
        found += _of_invoice(card, own)
    elif card.open_amount < 0:
        found.append((N_("Give it back"), own, Link.to("refund", party=card.party_id, side=card.side)))
        if card.kind == "OPEN":
            keep = N_("Keep it for a contract") if card.side == "AR" else N_("Keep it for a purchase")
            found.append((keep, own, Link.to("move_deposit", item=card.id, side=card.side)))
        if card.side == "AR" and card.kind in IN_HAND:
            found.append((N_("Keep it as forfeited"), own, Link.to("write_off", item=card.id)))
    if card.open_amount > 0:
        found.append(
            (N_("Set off against the other side"), "payment.write", Link.to("contra", party=card.party_id))
        )
    return tuple(found)


def _of_invoice(card: ItemCard, own: str) -> list[Offer]:
    found: list[Offer] = []
    if card.kind in ("INV", "DN", "OPEN"):
        found.append((N_("Write credit note"), own, Link.to("note", item=card.id, kind="CN")))
        found.append((N_("Write debit note"), own, Link.to("note", item=card.id, kind="DN")))
    if card.open_amount > 0:
        found.append((N_("Write off"), own, Link.to("write_off", item=card.id)))
        if card.side == "AR":
            found.append((N_("Advance from the bank"), "account.write", Link.to("loan", item=card.id)))
    return found
