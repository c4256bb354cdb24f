"""Taking posted items back: their allocations first, then an item against each, in one posting (section 16.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Allocation, CostLine, Item, Note, Payment, Refund
from tradecrm.services.figures.kept import entries_of
from tradecrm.services.money.allocations import Allocate, allocate_items, unallocate_row
from tradecrm.services.money.ledger import AR, NewItem, Row, Source, add_items
from tradecrm.services.money.reconciling import demand_not_reconciled
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)
_TURNED = {"RCT": "RFD", "PAY": "RFD"}
"""Money taken back is a refund; every other kind is taken back by one of its own kind."""


def standing_rows(reader: Reader, item_id: int) -> Sequence[Allocation]:
    """Answer the allocations of an item, on either side of it, that were not taken back, the newest first."""
    undone = select(Allocation.reverses_id).where(Allocation.reverses_id.is_not(None))
    return reader.session.scalars(
        select(Allocation)
        .where(
            or_(Allocation.credit_item_id == item_id, Allocation.debit_item_id == item_id),
            Allocation.reverses_id.is_(None),
            Allocation.id.not_in(undone),
        )
        .order_by(Allocation.id.desc())
    ).all()


def demand_past(work: Work, day: date) -> None:
    """Refuse a day after today: what is expected later is a plan (section 3.1)."""
    if day > work.today:
        raise Refusal.of(
            _(
                "Nothing can be entered on {day}, which is after today; money expected later is a plan."
            ).format(day=day),
            "day",
        )


def demand_side(work: Work, side: str) -> None:
    """Raise NotAllowed unless the person may settle that side: receipts for AR, payments for AP."""
    work.actor.demand("receipt.write" if side == AR else "payment.write")


def item_to_take_back(work: Work, paper: Note | Payment | Refund) -> Item:
    """Answer the item of a posted paper, and refuse one that was taken back before."""
    if paper.reversed_on is not None or paper.item_id is None:
        raise Refusal.of(_("{number} has been reversed already.").format(number=paper.number))
    return work.session.get_one(Item, paper.item_id)


def take_back(work: Work, items: Sequence[Item], day: date, source: Source, kind: str) -> list[Item]:
    """Take items back that share one posting; answers the items that stand against them, in the same order.

    Their standing allocations are taken back on the same day, each pair settles itself, and every other row of
    the posting (bank, revenue, cost) is reversed. Refuses a day before the items, after today, or closed.
    """
    demand_past(work, day)
    for item in items:
        if day < item.day:
            raise Refusal.of(
                _("{number} is of {made}; it cannot be taken back before that day.").format(
                    number=item.number, made=item.day
                ),
                "day",
            )
    demand_not_reconciled(work, items[0].posting_id, day)
    freed = [row for item in items for row in standing_rows(work, item.id)]
    for row in freed:
        unallocate_row(work, row.id, day)
    posting_id = items[0].posting_id
    news = [_against(item, day) for item in items]
    backs = add_items(work, news, kind, source, other_rows(work, posting_id, items), posting_id)
    pairs = [
        Allocate(*((item.id, back.id) if item.amount > 0 else (back.id, item.id)), abs(item.amount), day=day)
        for item, back in zip(items, backs, strict=True)
        if item.amount != 0
    ]
    allocate_items(work, pairs)
    keep_paid_marks(work, {key for row in freed for key in (row.debit_item_id, row.credit_item_id)})
    return backs


def _against(item: Item, day: date) -> NewItem:
    """Answer the item that stands against one: the same amounts with the other sign."""
    return NewItem(
        side=item.side,
        kind=_TURNED.get(item.kind, item.kind),
        number=f"{item.number}-R",
        party_id=item.party_id,
        day=day,
        currency=item.currency,
        amount=-item.amount,
        rate=item.rate,
        base_amount=-item.base_amount,
        contract_id=item.contract_id,
        shipment_id=item.shipment_id,
        owner_id=item.owner_id,
        reverses_id=item.id,
    )


def other_rows(work: Work, posting_id: int, items: Sequence[Item]) -> list[Row]:
    """Answer the rows of a posting reversed, without those that are the items themselves."""
    own = []
    for item in items:
        sign = 1 if item.side == AR else -1
        own.append((item.side, item.party_id, item.currency, sign * item.amount, sign * item.base_amount))
    rows = []
    for entry in entries_of(work, posting_id):
        key = (entry.book, entry.party_id, entry.currency, entry.amount, entry.base_amount)
        if key in own:
            own.remove(key)
            continue
        rows.append(
            Row(
                book=entry.book,
                currency=entry.currency,
                amount=-entry.amount,
                base_amount=-entry.base_amount,
                category=entry.category,
                account_id=entry.account_id,
                party_id=entry.party_id,
                contract_id=entry.contract_id,
                shipment_id=entry.shipment_id,
            )
        )
    return rows


def keep_paid_marks(work: Work, item_ids: set[int]) -> None:
    """Mark the cost lines of bills as paid once nothing of the bill is open, and as billed again when it is."""
    if not item_ids:
        return
    rows = work.session.execute(
        select(CostLine, Item)
        .join(Item, Item.id == CostLine.item_id)
        .where(CostLine.item_id.in_(item_ids), Item.side == "AP")
    )
    for line, item in rows:
        status = "paid" if item.open_amount == 0 else "invoiced"
        if line.status != status:
            line.status = status
            line.updated_at = work.now
