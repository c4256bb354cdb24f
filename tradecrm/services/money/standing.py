"""How items stand: their allocations, tranches and instalments, read for many at once and kept while settling."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, bindparam, or_, select

from tradecrm.core.aging import fill_instalments
from tradecrm.core.carrying import Tranche, release
from tradecrm.core.errors import NotFound
from tradecrm.core.text import _
from tradecrm.models import Allocation, Instalment, Item
from tradecrm.models import Tranche as TrancheRow
from tradecrm.services.prepared import Values, prepared_rows
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)
Steps = list[tuple[date, Decimal]]
"""(day, open amount from that day on, without sign) for every day on which it changes."""


class Settled(Protocol):
    """What is asked of an allocation, of its record or of the columns that were read of it.

    Amounts are in the currency of their side, below zero in one that takes another back (``reverses_id``); the base
    ones are what it released of the carrying. ``id`` is None while it is not written.
    """

    id: int
    day: date
    debit_item_id: int
    credit_item_id: int
    debit_amount: Decimal
    credit_amount: Decimal
    debit_base: Decimal
    credit_base: Decimal
    reverses_id: int | None


@dataclass(slots=True)
class Standing:
    """An item with everything that settles it; ``rows`` are its allocations in order of entry.

    The item, its instalments and its tranches are the columns that were read of them, to be looked at alone.
    """

    item: Any
    rows: list[Settled] = field(default_factory=list)
    parts: list[Any] = field(default_factory=list)
    booked: list[Any] = field(default_factory=list)

    def taken(self, row: Settled) -> Decimal:
        """Answer how much of the item an allocation takes, positive; a reversing row gives back."""
        return row.debit_amount if row.debit_item_id == self.item.id else row.credit_amount

    def released(self, row: Settled) -> Decimal:
        """Answer the base carrying an allocation released of the item, positive."""
        return row.debit_base if row.debit_item_id == self.item.id else row.credit_base

    def steps(self) -> Steps:
        """Answer the open amount of the item from each day on which it changes."""
        moves = sorted(
            [(self.item.day, abs(self.item.amount)), *((row.day, -self.taken(row)) for row in self.rows)]
        )
        steps, balance = [], ZERO
        for day, group in groupby(moves, key=lambda move: move[0]):
            balance += sum((amount for _day, amount in group), ZERO)
            steps.append((day, balance))
        return steps

    def release(self, amount: Decimal, base: str, day: date, key: str = "") -> Decimal:
        """Answer the base carrying that an allocation of ``amount`` on ``day`` releases; ``key`` names its deposit.

        Where it leaves nothing open on some day, all base of that day goes with it (section 12 number 3): what
        was taken back since then may have been rounded another way.
        """
        steps = self.steps()
        emptied = [
            at
            for (at, left), (end, _) in pairwise((*steps, (date.max, ZERO)))
            if end > day and left == amount
        ]
        if not emptied or emptied[-1] == steps[-1][0]:
            return release(self._tranches(base), amount, base, key)[0]
        rows = [row for row in self.rows if row.day <= emptied[-1]]
        whole: Decimal = abs(self.item.base_amount)
        return whole - sum((self.released(row) for row in rows), ZERO)

    def _tranches(self, base: str) -> tuple[Tranche, ...]:
        """Answer the tranches as they stand after the allocations that were not taken back."""
        open_base = abs(self.item.base_amount) - sum((self.released(row) for row in self.rows), ZERO)
        if not self.booked:
            open_amount = abs(self.item.amount) - sum((self.taken(row) for row in self.rows), ZERO)
            return (Tranche(abs(self.item.amount), abs(self.item.base_amount), open_amount, open_base),)
        tranches: tuple[Tranche, ...] = tuple(
            Tranche.whole(part.amount, part.base_amount, str(part.credit_item_id or ""))
            for part in self.booked
        )
        undone = {row.reverses_id for row in self.rows if row.reverses_id is not None}
        for row in self.rows:
            if row.reverses_id is None and row.id not in undone:
                _base, tranches = release(tranches, row.debit_amount, base, str(row.credit_item_id))
        # What was released stands in the rows; a cent of rounding after a reversal stays in the last part.
        drift = open_base - sum((part.open_base for part in tranches), ZERO)
        last = tranches[-1]
        return (
            *tranches[:-1],
            Tranche(last.amount, last.base, last.open_amount, last.open_base + drift, last.key),
        )

    def kept(self) -> tuple[Values, list[Values]]:
        """Recompute what is kept on the item and on its instalments from its allocations (architecture, section 4)."""
        item = self.item
        sign = 1 if item.amount >= 0 else -1
        taken = sum((self.taken(row) for row in self.rows), ZERO)
        open_amount = item.amount - sign * taken
        settled_on = _settled_day(self.steps()) if open_amount == 0 else None
        filled = fill_instalments([(part.due_on, part.amount) for part in self.parts], sign * taken)
        own = {
            "id": item.id,
            "open_amount": open_amount,
            "open_base": item.base_amount - sign * sum((self.released(row) for row in self.rows), ZERO),
            "settled_on": settled_on,
        }
        return own, [
            {"id": part.id, "open_amount": state.open_amount, "settled_on": settled_on}
            for part, state in zip(self.parts, filled, strict=True)
        ]


def _settled_day(steps: Steps) -> date:
    """Answer the day from which on nothing was open any more."""
    day = steps[-1][0]
    for at, amount in reversed(steps):
        if amount != 0:
            break
        day = at
    return day


def load_standings(work: Reader, item_ids: Iterable[int]) -> dict[int, Standing]:
    """Read how items stand, all in four statements; NotFound for one the actor may not see."""
    ids = sorted(set(item_ids))
    found = {item.id: Standing(item) for item in work.look_all(Item, ids)}
    for key in ids:
        if key not in found:
            raise NotFound(_("{what} no. {key} was not found.").format(what=_("Invoice"), key=key))
    # What is only read is read plainly, whoever asks: all that settles an item counts for what is left of it.
    row: Any
    for row in prepared_rows(work.session, _allocations(), ids=ids):
        for key in (row.debit_item_id, row.credit_item_id):
            if key in found:
                found[key].rows.append(row)
    for part in prepared_rows(work.session, _parts(), ids=ids):
        found[part.item_id].parts.append(part)
    for booked in prepared_rows(work.session, _tranches(), ids=ids):
        found[booked.item_id].booked.append(booked)
    return found


# Built once: every posting of money asks them, and building one costs as much as its answer.
def _of_ids(column: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.in_(bindparam("ids", expanding=True))
    return condition


@functools.cache
def _allocations() -> Select[*tuple[Any, ...]]:
    """Build the columns of what is ``Settled``."""
    columns = (
        Allocation.id, Allocation.day, Allocation.debit_item_id, Allocation.credit_item_id, Allocation.debit_amount,
        Allocation.credit_amount, Allocation.debit_base, Allocation.credit_base, Allocation.reverses_id,
    )  # fmt: skip
    touching = or_(_of_ids(Allocation.debit_item_id), _of_ids(Allocation.credit_item_id))
    return select(*columns).where(touching).order_by(Allocation.id)


@functools.cache
def _parts() -> Select[*tuple[Any, ...]]:
    columns = (Instalment.id, Instalment.item_id, Instalment.due_on, Instalment.amount)
    return select(*columns).where(_of_ids(Instalment.item_id)).order_by(Instalment.position)


@functools.cache
def _tranches() -> Select[*tuple[Any, ...]]:
    columns = (TrancheRow.item_id, TrancheRow.credit_item_id, TrancheRow.amount, TrancheRow.base_amount)
    return select(*columns).where(_of_ids(TrancheRow.item_id)).order_by(TrancheRow.position)


def earliest_day(start: date, wanted: Sequence[tuple[Steps, Decimal]]) -> date | None:
    """Answer the first day from ``start`` on, from which every item keeps room for its amount for ever after.

    ``wanted`` holds, an item, its open steps and the amount to take. None when there is no such day.
    """
    days = sorted({start, *(day for steps, _amount in wanted for day, _open in steps if day > start)})
    for candidate in days:
        if all(least_from(steps, candidate) >= amount for steps, amount in wanted):
            return candidate
    return None


def least_from(steps: Steps, day: date) -> Decimal:
    """Answer the least open amount on ``day`` or any later one."""
    before = [amount for at, amount in steps if at <= day]
    return min([*(before[-1:] or [ZERO]), *(amount for at, amount in steps if at > day)])


def keep_item(work: Work, item: Item) -> None:
    """Recompute what is kept on an item and its instalments from its allocations."""
    keep_standings(work, load_standings(work, (item.id,)).values())


def keep_standings(work: Work, standings: Iterable[Standing]) -> None:
    """Write what follows for items and instalments from their allocations; these are written first."""
    work.session.flush()
    kept = [standing.kept() for standing in standings]
    work.keep(Item, [own for own, _parts in kept])
    work.keep(Instalment, [part for _own, parts in kept for part in parts])
