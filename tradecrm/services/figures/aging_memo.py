"""What came after the day of an aging: a memo beside it, never in its buckets (section 3.6.7)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from tradecrm.models import Item
from tradecrm.models.base import from_scaled
from tradecrm.services.control.access_rules import visible_debts
from tradecrm.services.data.sums import whole
from tradecrm.services.figures.aging import AgingQuery
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader


def later_receipts(reader: Reader, query: AgingQuery) -> dict[tuple[int, str], Decimal]:
    """Answer what came in (AR) or was paid (AP) after the day, by party and currency: a memo, in no bucket (3.6.7)."""
    item = plain(Item)
    statement = (
        select(item.party_id, item.currency, whole(item.amount))
        .where(
            item.side == query.side,
            item.kind.in_(("RCT", "PAY")),
            item.day > query.as_of,
            item.day <= reader.today,
        )
        .group_by(item.party_id, item.currency)
    )
    statement = statement.where(visible_debts(reader.actor, item.party_id, query.side))
    if query.parties:
        statement = statement.where(item.party_id.in_(query.parties))
    return {
        (party, currency): -from_scaled(amount)
        for party, currency, amount in reader.session.execute(statement)
    }
