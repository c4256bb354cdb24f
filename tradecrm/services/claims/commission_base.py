"""What commission is reckoned on: shipments with their profit or revenue, and receipts, each counted once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.commission import CommissionBasis, CommissionTerms, Earned
from tradecrm.core.costs import UNBILLED
from tradecrm.models import (
    CommissionLine,
    CommissionRule,
    CommissionRun,
    CostLine,
    Item,
    LedgerEntry,
    Receipt,
    Shipment,
)
from tradecrm.services.figures.prior import late_by_shipment
from tradecrm.services.figures.profit import profits_between
from tradecrm.services.work import Reader


def earned_records(
    reader: Reader,
    rules: Sequence[CommissionTerms],
    first: date,
    last: date,
    *,
    without_run: int | None = None,
) -> list[Earned]:
    """Answer what may earn commission in a period and stands in no run that was not reversed.

    The profit of a shipment counts once all its costs are known; one that left before the period, and was not
    known then, is taken up now. ``without_run`` leaves a draft's own lines uncounted.
    """
    found: list[Earned] = []
    for basis in CommissionBasis:
        own = [rule for rule in rules if rule.basis is basis]
        if not own:
            continue
        since = min(rule.from_day for rule in own)
        taken = _counted(reader, basis, without_run)
        begin = since if basis is CommissionBasis.PROFIT else max(first, since)
        found.extend(
            record
            for record in _of(reader, basis, begin, last)
            if (record.person_id, record.record_id) not in taken
        )
    return found


def _counted(reader: Reader, basis: CommissionBasis, without_run: int | None) -> set[tuple[int, int]]:
    """Answer (person, record) of every line of the basis in runs that stand."""
    query = (
        select(CommissionLine.person_id, CommissionLine.shipment_id, CommissionLine.receipt_id)
        .join(CommissionRun, CommissionRun.id == CommissionLine.run_id)
        .join(CommissionRule, CommissionRule.id == CommissionLine.rule_id)
        .where(
            CommissionRun.status != "reversed",
            CommissionRule.basis == basis.value,
            # What corrects an earlier run counts nothing by itself.
            CommissionLine.remark == "",
        )
    )
    if without_run is not None:
        query = query.where(CommissionRun.id != without_run)
    return {(person, shipment or receipt or 0) for person, shipment, receipt in reader.session.execute(query)}


def _of(reader: Reader, basis: CommissionBasis, first: date, last: date) -> list[Earned]:
    if basis is CommissionBasis.COLLECTION:
        return _receipts(reader, first, last)
    return (
        _profits(reader, first, last) if basis is CommissionBasis.PROFIT else _revenues(reader, first, last)
    )


def _profits(reader: Reader, first: date, last: date) -> list[Earned]:
    """Answer the trading profits of shipments whose costs are all known; exchange differences stay out.

    What was billed late of a shipment by then lowers it; later bills are corrected in the next run (section 2.11).
    A shipment earns on the day of its revenue, which under D rules is that of its delivery (section 1.3).
    """
    booked = {
        row.id: row
        for row in reader.session.execute(
            select(Shipment.id, Shipment.owner_id, Shipment.recognized_on).where(
                Shipment.recognized_on >= first, Shipment.recognized_on <= last
            )
        )
    }
    if not booked:
        return []
    provisional = set(
        reader.session.scalars(select(CostLine.shipment_id).where(CostLine.status.in_(UNBILLED)).distinct())
    )
    late = late_by_shipment(reader, list(booked))
    return [
        Earned(
            CommissionBasis.PROFIT,
            row.shipment_id,
            booked[row.shipment_id].owner_id,
            booked[row.shipment_id].recognized_on,
            row.profit - late.get(row.shipment_id, Decimal(0)),
        )
        for row in profits_between(reader, first, last)
        if row.shipment_id in booked and row.shipment_id not in provisional
    ]


def _revenues(reader: Reader, first: date, last: date) -> list[Earned]:
    rows = reader.session.execute(
        select(Shipment.id, Shipment.owner_id, Shipment.recognized_on, -func.sum(LedgerEntry.base_amount))
        .join(Item, Item.shipment_id == Shipment.id)
        .join(LedgerEntry, (LedgerEntry.posting_id == Item.posting_id) & (LedgerEntry.book == "REVENUE"))
        .where(
            Item.side == "AR",
            Item.kind == "INV",
            Shipment.recognized_on >= first,
            Shipment.recognized_on <= last,
        )
        .group_by(Shipment.id, Shipment.owner_id, Shipment.recognized_on)
        .order_by(Shipment.recognized_on, Shipment.id)
    )
    return [
        Earned(CommissionBasis.REVENUE, key, owner, day, amount)
        for key, owner, day, amount in rows
        if day is not None
    ]


def _receipts(reader: Reader, first: date, last: date) -> list[Earned]:
    """Answer money received on its value date, for the customer's owner (section 16.23); what was taken back is out."""
    rows = reader.session.execute(
        select(Receipt.id, Receipt.owner_id, Receipt.day, Item.base_amount)
        .join(Item, Item.id == Receipt.item_id)
        .where(Receipt.day >= first, Receipt.day <= last, Receipt.reversed_on.is_(None))
        .order_by(Receipt.day, Receipt.id)
    )
    return [
        Earned(CommissionBasis.COLLECTION, key, owner, day, Decimal(-amount))
        for key, owner, day, amount in rows
    ]
