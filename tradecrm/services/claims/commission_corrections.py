"""Commission taken back in the next run: of receipts that bounced, of shipments that a credit note made worth less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select

from tradecrm.core.commission import CommissionBasis, commission_left
from tradecrm.core.costs import UNBILLED
from tradecrm.core.text import _
from tradecrm.models import (
    CommissionLine,
    CommissionRule,
    CommissionRun,
    CostLine,
    Item,
    LedgerEntry,
    Posting,
    Receipt,
    Shipment,
)
from tradecrm.services.figures.prior import late_by_shipment
from tradecrm.services.figures.profit import profits_between
from tradecrm.services.work import Reader

ZERO = Decimal(0)


class Key(NamedTuple):
    """What a rule counted for a person: a shipment, or a receipt."""

    rule_id: int
    person_id: int
    shipment_id: int | None
    receipt_id: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """What stands of a key in runs: as first reckoned, as corrected since, and the first and last posting of it."""

    key: Key
    basis: CommissionBasis
    above: Decimal
    first_base: Decimal
    first_amount: Decimal
    rate: Decimal
    base_amount: Decimal
    amount: Decimal
    first_posting: int
    posting_id: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A line that brings what was counted to what it is now worth; below zero when it takes back."""

    key: Key
    base_amount: Decimal
    rate: Decimal
    amount: Decimal
    remark: str


class Changed(NamedTuple):
    """What a counted record is worth now in base, and what made it so."""

    amount: Decimal
    remark: str


def corrections(reader: Reader, last: date, base: str, *, without_run: int | None = None) -> list[Correction]:
    """Answer the lines that correct what posted runs counted, for what happened up to ``last``.

    A receipt that was taken back earns nothing. A shipment on whose invoice a credit note was written, or taken
    back, since it was last counted earns what its profit or revenue is worth now, never more than first reckoned;
    so does the profit of one that was billed late since (section 2.11).
    """
    counted = _counted(reader, without_run)
    changed = {**_bounced(reader, counted, last), **_credited(reader, counted, last)}
    found = []
    for each in counted:
        now = changed.get(each.key)
        if now is None:
            continue
        worth = min(now.amount, each.first_base)
        left = commission_left(each.first_base, each.first_amount, worth, each.rate, each.above, base)
        if left != each.amount:
            found.append(
                Correction(
                    each.key, worth - each.base_amount, each.rate, left - each.amount, now.remark[:300]
                )
            )
    return found


def _counted(reader: Reader, without_run: int | None) -> list[Counted]:
    """Answer what stands in runs that were not reversed, of what at least one posted run counted."""
    query = (
        select(CommissionLine, CommissionRule.basis, CommissionRule.above, CommissionRun.posting_id)
        .join(CommissionRun, CommissionRun.id == CommissionLine.run_id)
        .join(CommissionRule, CommissionRule.id == CommissionLine.rule_id)
        .where(CommissionRun.status != "reversed")
        .order_by(CommissionLine.id)
    )
    if without_run is not None:
        query = query.where(CommissionRun.id != without_run)
    groups: dict[Key, list[tuple[CommissionLine, str, Decimal, int | None]]] = defaultdict(list)
    for line, basis, above, posting_id in reader.session.execute(query):
        key = Key(line.rule_id, line.person_id, line.shipment_id, line.receipt_id)
        groups[key].append((line, basis, above, posting_id))
    found = []
    for key, rows in groups.items():
        first, basis, above, begun = next((row for row in rows if not row[0].remark), rows[0])
        if begun is not None:
            found.append(
                Counted(
                    key,
                    CommissionBasis(basis),
                    above,
                    first.base_amount,
                    first.amount,
                    first.rate,
                    sum((line.base_amount for line, *_rest in rows), ZERO),
                    sum((line.amount for line, *_rest in rows), ZERO),
                    begun,
                    max(posting or 0 for *_rest, posting in rows),
                )
            )
    return found


def _bounced(reader: Reader, counted: Sequence[Counted], last: date) -> dict[Key, Changed]:
    """Answer the counted receipts that were taken back."""
    keys = {each.key.receipt_id for each in counted} - {None}
    rows = reader.session.execute(
        select(Receipt.id, Receipt.number, Receipt.reversed_on).where(
            Receipt.id.in_(keys), Receipt.reversed_on <= last
        )
    )
    remarks = {
        key: _("{number} was taken back on {day}").format(number=number, day=day) for key, number, day in rows
    }
    return {
        each.key: Changed(ZERO, remarks[each.key.receipt_id])
        for each in counted
        if each.key.receipt_id in remarks
    }


def _credited(reader: Reader, counted: Sequence[Counted], last: date) -> dict[Key, Changed]:
    """Answer the counted shipments with a credit note or a late bill since, whose costs are all known."""
    shipments = {each.key.shipment_id for each in counted} - {None}
    notes: dict[int, list[tuple[int, str, Decimal]]] = defaultdict(list)
    rows = reader.session.execute(
        select(
            Item.shipment_id,
            Item.posting_id,
            Item.number,
            -func.coalesce(func.sum(LedgerEntry.base_amount), ZERO),
        )
        .outerjoin(LedgerEntry, (LedgerEntry.posting_id == Item.posting_id) & (LedgerEntry.book == "REVENUE"))
        .where(Item.side == "AR", Item.kind == "CN", Item.shipment_id.in_(shipments), Item.day <= last)
        .group_by(Item.id, Item.shipment_id, Item.posting_id, Item.number)
        .order_by(Item.id)
    )
    for shipment_id, posting_id, number, amount in rows:
        notes[shipment_id or 0].append((posting_id, number, amount))
    for shipment_id, posting_id, words in _billed_late(reader, shipments, last):
        notes[shipment_id].append((posting_id, words, ZERO))
    profits = _profits(reader, set(notes))
    found = {}
    for each in counted:
        own = notes.get(each.key.shipment_id or 0, [])
        fresh = [number for posting_id, number, _amount in own if posting_id > each.posting_id]
        if not fresh:
            continue
        if each.basis is CommissionBasis.REVENUE:
            # What was credited before it was first counted stays as it was counted.
            since = (amount for posting_id, _number, amount in own if posting_id > each.first_posting)
            now = each.first_base + sum(since, ZERO)
        elif each.key.shipment_id is not None and each.key.shipment_id in profits:
            now = profits[each.key.shipment_id]
        else:
            continue
        found[each.key] = Changed(now, _("After {notes}").format(notes=", ".join(fresh)))
    return found


def _billed_late(
    reader: Reader, shipments: Collection[int | None], last: date
) -> Sequence[tuple[int, int, str]]:
    """Answer (shipment, posting, number of the bill) of what was billed after shipments were closed (section 2.11)."""
    rows = reader.session.execute(
        select(LedgerEntry.shipment_id, Posting.id, Posting.memo)
        .join(Posting, Posting.id == LedgerEntry.posting_id)
        .where(LedgerEntry.book == "PRIOR", LedgerEntry.shipment_id.in_(shipments), LedgerEntry.day <= last)
        .order_by(Posting.id)
    )
    return [(key, posting_id, memo) for key, posting_id, memo in rows if key is not None]


def _profits(reader: Reader, shipments: set[int]) -> Mapping[int, Decimal]:
    """Answer the trading profits of shipments as they are now, of those whose costs are all known."""
    days = [
        day
        for day in reader.session.scalars(select(Shipment.recognized_on).where(Shipment.id.in_(shipments)))
        if day is not None
    ]
    if not days:
        return {}
    unsure = set(
        reader.session.scalars(
            select(CostLine.shipment_id).where(
                CostLine.shipment_id.in_(shipments), CostLine.status.in_(UNBILLED)
            )
        )
    )
    late = late_by_shipment(reader, sorted(shipments))
    return {
        row.shipment_id: row.profit - late.get(row.shipment_id, ZERO)
        for row in profits_between(reader, min(days), max(days))
        if row.shipment_id in shipments - unsure
    }


def correcting_run(reader: Reader, run_id: int) -> str:
    """Answer the number of a later run that corrects what stands first in this one, empty when none does."""
    lines = reader.session.scalars(
        select(CommissionLine).where(CommissionLine.run_id == run_id, CommissionLine.remark == "")
    ).all()
    keys = {Key(line.rule_id, line.person_id, line.shipment_id, line.receipt_id) for line in lines}
    rows = reader.session.execute(
        select(CommissionLine, CommissionRun.number)
        .join(CommissionRun, CommissionRun.id == CommissionLine.run_id)
        .where(CommissionRun.status != "reversed", CommissionLine.remark != "", CommissionRun.id != run_id)
        .order_by(CommissionLine.id)
    )
    for line, number in rows:
        if Key(line.rule_id, line.person_id, line.shipment_id, line.receipt_id) in keys:
            return str(number)
    return ""
