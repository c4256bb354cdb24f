"""Settling items: dated allocations with the base carrying they release (domain.md sections 3.1 and 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from sqlalchemy import or_, select

from tradecrm.core.aging import fill_instalments
from tradecrm.core.carrying import Side, Tranche, realized_fx, release
from tradecrm.core.money import fits_currency, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Allocation, Instalment, Item
from tradecrm.models import Tranche as TrancheRow
from tradecrm.services.money.ledger import AR, FX, Row, Source, post, reverse
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Allocate:
    """Settle ``amount`` (in the debit item's currency) of a debit item by a credit item of the same party.

    ``credit_amount`` is given when the currencies differ; ``day`` None means the earliest day that is possible.
    """

    debit_item_id: int
    credit_item_id: int
    amount: Decimal
    credit_amount: Decimal | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What the planner needs of an item: id, open amount, due date, document date, number, earmarked or not."""

    id: int
    open_amount: Decimal
    due_on: date | None
    day: date
    number: str
    earmarked: bool = False


def plan_oldest_first(amount: Decimal, items: Iterable[OpenItem]) -> list[tuple[int, Decimal]]:
    """Spread ``amount`` over debit items: earmarked first, then due date, document date, number (section 3.1)."""
    order = sorted(items, key=lambda i: (not i.earmarked, i.due_on or date.max, i.day, i.number))
    plan, left = [], amount
    for item in order:
        part = min(left, item.open_amount)
        if part > 0:
            plan.append((item.id, part))
            left -= part
    return plan


def allocations_of(work: Work, item: Item) -> Sequence[Allocation]:
    """Answer every allocation that touches an item, in order of entry."""
    condition = or_(Allocation.debit_item_id == item.id, Allocation.credit_item_id == item.id)
    return work.session.scalars(select(Allocation).where(condition).order_by(Allocation.id)).all()


def _taken(row: Allocation, item: Item) -> Decimal:
    """Answer how much of the item an allocation takes, positive; a reversing row gives back."""
    return row.debit_amount if row.debit_item_id == item.id else row.credit_amount


def _released(row: Allocation, item: Item) -> Decimal:
    """Answer the base carrying an allocation released of the item, positive."""
    return row.debit_base if row.debit_item_id == item.id else row.credit_base


def open_steps(item: Item, rows: Sequence[Allocation]) -> list[tuple[date, Decimal]]:
    """Answer (day, open amount from that day on, without sign) for every day on which it changes."""
    moves = sorted([(item.day, abs(item.amount)), *((row.day, -_taken(row, item)) for row in rows)])
    steps, balance = [], ZERO
    for day, group in groupby(moves, key=lambda move: move[0]):
        balance += sum((amount for _day, amount in group), ZERO)
        steps.append((day, balance))
    return steps


def earliest_day(start: date, wanted: Sequence[tuple[list[tuple[date, Decimal]], Decimal]]) -> date | None:
    """Answer the first day from ``start`` on, from which every item keeps room for its amount for ever after.

    ``wanted`` holds, an item, its open steps and the amount to take. None when there is no such day.
    """
    days = sorted({start, *(day for steps, _amount in wanted for day, _open in steps if day > start)})
    for candidate in days:
        if all(_least_from(steps, candidate) >= amount for steps, amount in wanted):
            return candidate
    return None


def _least_from(steps: list[tuple[date, Decimal]], day: date) -> Decimal:
    """Answer the least open amount on ``day`` or any later one."""
    before = [amount for at, amount in steps if at <= day]
    return min([*(before[-1:] or [ZERO]), *(amount for at, amount in steps if at > day)])


def _tranches(work: Work, item: Item, rows: Sequence[Allocation]) -> tuple[Tranche, ...]:
    """Answer an item's tranches as they stand after the allocations that were not taken back."""
    stored = work.session.scalars(
        select(TrancheRow).where(TrancheRow.item_id == item.id).order_by(TrancheRow.position)
    ).all()
    open_base = abs(item.base_amount) - sum((_released(row, item) for row in rows), ZERO)
    if not stored:
        open_amount = abs(item.amount) - sum((_taken(row, item) for row in rows), ZERO)
        return (Tranche(abs(item.amount), abs(item.base_amount), open_amount, open_base),)
    tranches: tuple[Tranche, ...] = tuple(
        Tranche.whole(part.amount, part.base_amount, str(part.credit_item_id or "")) for part in stored
    )
    undone = {row.reverses_id for row in rows if row.reverses_id is not None}
    for row in rows:
        if row.reverses_id is None and row.id not in undone:
            _base, tranches = release(tranches, row.debit_amount, work.base, str(row.credit_item_id))
    # What was released stands in the rows; a cent of rounding after a reversal stays in the last part.
    drift = open_base - sum((part.open_base for part in tranches), ZERO)
    last = tranches[-1]
    return (
        *tranches[:-1],
        Tranche(last.amount, last.base, last.open_amount, last.open_base + drift, last.key),
    )


def _check_pair(debit: Item, credit: Item, command: Allocate) -> list[Problem]:
    """Answer why the two items cannot settle each other."""
    problems = []
    if debit.party_id != credit.party_id or debit.side != credit.side:
        problems.append(
            Problem(
                "amount",
                _(
                    "{debit} and {credit} belong to different parties or sides and cannot settle each other."
                ).format(debit=debit.number, credit=credit.number),
            )
        )
    if debit.amount <= 0 or credit.amount >= 0:
        problems.append(
            Problem(
                "amount", _("{number} is not an invoice that can be settled.").format(number=debit.number)
            )
        )
    if command.amount <= 0 or not fits_currency(command.amount, debit.currency):
        problems.append(
            Problem(
                "amount",
                _("{number}: the amount must be above zero and fit {currency}.").format(
                    number=debit.number, currency=debit.currency
                ),
            )
        )
    if debit.currency != credit.currency and not command.credit_amount:
        problems.append(
            Problem(
                "credit_amount",
                _("{number} is in {debit}, the money in {credit}: enter both amounts.").format(
                    number=debit.number, debit=debit.currency, credit=credit.currency
                ),
            )
        )
    return problems


def _effective_day(
    work: Work,
    command: Allocate,
    debit: Item,
    credit: Item,
    wanted: Sequence[tuple[list[tuple[date, Decimal]], Decimal]],
) -> date:
    """Answer the day the allocation takes effect, or refuse; section 3.1."""
    start = max(debit.day, credit.day)
    if work.settings.closed_until is not None:
        start = max(start, work.settings.closed_until + timedelta(days=1))
    day = earliest_day(start, wanted)
    if day is None:
        (debit_steps, amount), (credit_steps, credit_amount) = wanted
        short = debit if _least_from(debit_steps, start) < amount else credit
        open_amount = debit_steps[-1][1] if short is debit else credit_steps[-1][1]
        asked = amount if short is debit else credit_amount
        raise Refusal.of(
            _("{number} has only {open} open; {amount} cannot be allocated.").format(
                number=short.number,
                open=format_money(open_amount, short.currency),
                amount=format_money(asked, short.currency),
            ),
            "amount",
        )
    if command.day is not None and command.day < day:
        raise Refusal.of(
            _("{number} cannot be settled before {day}.").format(number=debit.number, day=day), "day"
        )
    day = command.day or day
    if day > work.today:
        raise Refusal.of(
            _("{number} cannot be settled on {day}, which is after today.").format(
                number=debit.number, day=day
            ),
            "day",
        )
    return day


def allocate_items(work: Work, command: Allocate) -> Allocation:
    """Settle a debit item by a credit item within the running unit of work and answer the row.

    Each item is checked for itself: neither may go below zero on any day from the effective one on.
    """
    debit = work.get(Item, command.debit_item_id, _("Invoice"))
    credit = work.get(Item, command.credit_item_id, _("Receipt"))
    problems = _check_pair(debit, credit, command)
    if problems:
        raise Refusal(problems)
    credit_amount = command.credit_amount if debit.currency != credit.currency else command.amount
    credit_amount = credit_amount or command.amount
    debit_rows, credit_rows = allocations_of(work, debit), allocations_of(work, credit)
    wanted = (
        (open_steps(debit, debit_rows), command.amount),
        (open_steps(credit, credit_rows), credit_amount),
    )
    day = _effective_day(work, command, debit, credit, wanted)
    debit_base, _left = release(_tranches(work, debit, debit_rows), command.amount, work.base, str(credit.id))
    credit_base, _left = release(_tranches(work, credit, credit_rows), credit_amount, work.base)
    fx = realized_fx(Side(debit.side), credit_base, debit_base)
    row = Allocation(
        side=debit.side,
        party_id=debit.party_id,
        debit_item_id=debit.id,
        credit_item_id=credit.id,
        day=day,
        debit_amount=command.amount,
        credit_amount=credit_amount,
        debit_base=debit_base,
        credit_base=credit_base,
        fx=fx,
        entered_at=work.now,
    )
    row.posting_id = _post_allocation(work, row, debit, credit)
    work.add(row)
    keep_item(work, debit)
    keep_item(work, credit)
    return row


def _post_allocation(work: Work, row: Allocation, debit: Item, credit: Item) -> int | None:
    """Post what the allocation moves in the ledger: nothing when both sides cancel to the cent."""
    if row.fx == 0 and debit.currency == credit.currency:
        return None
    sign = 1 if row.side == AR else -1

    def side(currency: str, amount: Decimal, base_amount: Decimal) -> Row:
        return replace(common, currency=currency, amount=amount, base_amount=base_amount)

    common = Row(
        row.side,
        debit.currency,
        ZERO,
        row.fx,
        party_id=row.party_id,
        shipment_id=debit.shipment_id,
        contract_id=debit.contract_id,
    )
    if debit.currency == credit.currency:
        sides = [common]
    else:
        sides = [
            side(debit.currency, -sign * row.debit_amount, -sign * row.debit_base),
            side(credit.currency, sign * row.credit_amount, sign * row.credit_base),
        ]
    gain = replace(
        common, book=FX, currency=work.base, amount=-row.fx, base_amount=-row.fx, category="REALIZED"
    )
    source = Source("item", debit.id, f"{credit.number} / {debit.number}")
    return post(work, row.day, "allocation", source, [*sides, gain])


@operation("receipt.write")
def allocate(work: Work, command: Allocate) -> int:
    """Settle part of an invoice or bill by a receipt, payment or credit note; answers the allocation's id."""
    return allocate_items(work, command).id


@dataclass(frozen=True, slots=True)
class Unallocate:
    """Take an allocation back by a reversing row on ``day`` (default today)."""

    allocation_id: int
    day: date | None = None


@operation("receipt.write")
def unallocate(work: Work, command: Unallocate) -> int:
    """Take an allocation back; it stays in reports of earlier days. Answers the reversing row's id."""
    return unallocate_row(work, command.allocation_id, command.day or work.today)


def unallocate_row(work: Work, allocation_id: int, day: date) -> int:
    """Write the reversing row of an allocation within the running unit of work."""
    row = work.get(Allocation, allocation_id, _("Allocation"))
    taken_back = work.session.scalar(select(Allocation.id).where(Allocation.reverses_id == row.id))
    if row.reverses_id is not None or taken_back is not None:
        raise Refusal.of(_("This allocation has been taken back already."))
    if day < row.day:
        raise Refusal.of(
            _("An allocation of {day} cannot be taken back before that day.").format(day=row.day), "day"
        )
    closed = work.settings.closed_until
    if closed is not None and day <= closed:
        raise Refusal.of(
            _("The books are closed until {closed}; nothing can be entered on {day}.").format(
                closed=closed, day=day
            ),
            "day",
        )
    undo = Allocation(
        side=row.side,
        party_id=row.party_id,
        debit_item_id=row.debit_item_id,
        credit_item_id=row.credit_item_id,
        instalment_id=row.instalment_id,
        day=day,
        debit_amount=-row.debit_amount,
        credit_amount=-row.credit_amount,
        debit_base=-row.debit_base,
        credit_base=-row.credit_base,
        fx=-row.fx,
        reverses_id=row.id,
        entered_at=work.now,
    )
    if row.posting_id is not None:
        undo.posting_id = reverse(work, row.posting_id, day, _("Allocation taken back"))
    work.add(undo)
    for item_id in (row.debit_item_id, row.credit_item_id):
        keep_item(work, work.session.get_one(Item, item_id))
    return undo.id


def keep_item(work: Work, item: Item) -> None:
    """Recompute what is kept on an item and its instalments from its allocations (architecture.md section 4)."""
    rows = allocations_of(work, item)
    sign = 1 if item.amount >= 0 else -1
    taken = sum((_taken(row, item) for row in rows), ZERO)
    item.open_amount = item.amount - sign * taken
    item.open_base = item.base_amount - sign * sum((_released(row, item) for row in rows), ZERO)
    steps = open_steps(item, rows)
    item.settled_on = _settled_day(steps) if item.open_amount == 0 else None
    parts = work.session.scalars(
        select(Instalment).where(Instalment.item_id == item.id).order_by(Instalment.position)
    ).all()
    filled = fill_instalments([(part.due_on, part.amount) for part in parts], sign * taken)
    for part, state in zip(parts, filled, strict=True):
        part.open_amount = state.open_amount
        part.settled_on = item.settled_on
    work.session.flush()


def _settled_day(steps: list[tuple[date, Decimal]]) -> date:
    """Answer the day from which on nothing was open any more."""
    day = steps[-1][0]
    for at, amount in reversed(steps):
        if amount != 0:
            break
        day = at
    return day
