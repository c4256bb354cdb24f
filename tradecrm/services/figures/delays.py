"""How late customers usually pay: the average delay of the instalments they paid in the last year (section 3.8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import func, select

from tradecrm.core.dates import add_months
from tradecrm.core.plans import average_delay
from tradecrm.models import Allocation, Instalment
from tradecrm.services.work import Reader

ZERO = Decimal(0)
Key = tuple[int, str]
"""A party and a currency: amounts of several currencies are never weighed against each other."""


class Paid(NamedTuple):
    """Instalments of a party in a currency that were due and paid on the same days: their sum, and how many."""

    key: Key
    due_on: date
    paid_on: date
    amount: Decimal
    parts: int


@dataclass(frozen=True, slots=True)
class Delay:
    """What a party's paid instalments in one currency weigh: Σ days late × amount, Σ amount, and how many."""

    weighted: Decimal
    amount: Decimal
    count: int

    def days(self, *, floor: bool = False) -> int | None:
        """Answer the average in whole days, early negative unless ``floor``; None without any."""
        return average_delay(self.weighted, self.amount, floor=floor)


def average_delays(reader: Reader, party_id: int | None = None) -> dict[Key, Delay]:
    """Answer the delay of each visible customer in each currency over the last 12 months' fully paid instalments.

    Paid is when the allocations of the item had filled the instalment for good, in the order of due dates.
    """
    reader.actor.demand("receivable.read")
    sums: dict[Key, list[Any]] = defaultdict(lambda: [ZERO, ZERO, 0])
    for paid in paid_instalments(reader, party_id):
        found = sums[paid.key]
        found[0] += (paid.paid_on - paid.due_on).days * paid.amount
        found[1] += paid.amount
        found[2] += paid.parts
    return {key: Delay(*found) for key, found in sums.items()}


def paid_instalments(reader: Reader, party_id: int | None = None) -> list[Paid]:
    """Answer the receivable instalments paid in full in the last 12 months, by day of payment."""
    reader.actor.demand("receivable.read")
    since = add_months(reader.today, -12)
    found = [*_whole_items(reader, since, party_id), *_split_items(reader, since, party_id)]
    return sorted(found, key=lambda paid: (paid.paid_on, paid.due_on))


def _whole_items(reader: Reader, since: date, party_id: int | None) -> Iterator[Paid]:
    """Yield what was paid of items of one instalment, by due day and day of payment."""
    part = Instalment
    statement = (
        select(
            part.party_id, part.currency, part.due_on, part.settled_on, func.sum(part.amount), func.count()
        )
        .where(
            part.side == "AR",
            part.is_whole.is_(True),
            part.is_credit.is_(False),
            part.settled_on > since,
            part.settled_on <= reader.today,
            part.due_on.is_not(None),
        )
        .group_by(part.party_id, part.currency, part.due_on, part.settled_on)
    )
    if party_id is not None:
        statement = statement.where(part.party_id == party_id)
    for party, currency, due_on, paid_on, amount, count in reader.session.execute(statement):
        assert due_on is not None
        assert paid_on is not None
        yield Paid((party, currency), due_on, paid_on, amount, count)


def _split_items(reader: Reader, since: date, party_id: int | None) -> Iterator[Paid]:
    """Yield the instalments of items of several that were filled since that day."""
    part, row = Instalment, Allocation
    touched = select(row.debit_item_id).where(row.side == "AR", row.day > since)
    if party_id is not None:
        touched = touched.where(row.party_id == party_id)
    parts = reader.session.execute(
        select(part.item_id, part.party_id, part.currency, part.due_on, part.position, part.amount)
        .where(part.is_whole.is_(False), part.is_credit.is_(False), part.item_id.in_(touched))
        .order_by(part.item_id)
    ).all()
    split = select(part.item_id).where(part.is_whole.is_(False))
    moves: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for item_id, day, amount in reader.session.execute(
        select(row.debit_item_id, row.day, func.sum(row.debit_amount))
        .where(row.debit_item_id.in_(touched), row.debit_item_id.in_(split))
        .group_by(row.debit_item_id, row.day)
        .order_by(row.debit_item_id, row.day)
    ):
        moves[item_id].append((day, amount))
    for item_id, group in groupby(parts, key=lambda each: each.item_id):
        own, reached = moves[item_id], ZERO
        for each in sorted(group, key=lambda r: (r.due_on or date.max, r.position)):
            reached += each.amount
            paid_on = filled_on(own, reached)
            if paid_on is not None and since < paid_on <= reader.today and each.due_on is not None:
                yield Paid((each.party_id, each.currency), each.due_on, paid_on, each.amount, 1)


def filled_on(moves: list[tuple[date, Decimal]], reached: Decimal) -> date | None:
    """Answer the day from which on the moves add up to ``reached`` for good, None when they do not."""
    total, filled = ZERO, None
    for day, amount in moves:
        total += amount
        if total < reached:
            filled = None
        elif filled is None:
            filled = day
    return filled
