"""Settling items: dated allocations with the base carrying they release (domain.md sections 3.1 and 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.carrying import Side, realized_fx
from tradecrm.core.money import fits_currency, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Allocation, Item
from tradecrm.services.money.ledger import AR, FX, Draft, Row, Source, demand_open_period, post_all, reverse
from tradecrm.services.money.standing import (
    Standing,
    Steps,
    earliest_day,
    keep_standings,
    least_from,
    load_standings,
)
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
ROUNDING_LIMIT = Decimal("0.05")
"""What two roundings of a cross-currency settlement may differ by, in base money (section 11)."""


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
    problems += _check_credit_amount(debit, credit, command)
    return problems


def _check_credit_amount(debit: Item, credit: Item, command: Allocate) -> list[Problem]:
    """Answer why the amount in the credit's currency is none, when the currencies differ."""
    problems = []
    if debit.currency != credit.currency and not command.credit_amount:
        problems.append(
            Problem(
                "credit_amount",
                _("{number} is in {debit}, the money in {credit}: enter both amounts.").format(
                    number=debit.number, debit=debit.currency, credit=credit.currency
                ),
            )
        )
    elif command.credit_amount is not None and (
        command.credit_amount < 0 or not fits_currency(command.credit_amount, credit.currency)
    ):
        problems.append(
            Problem(
                "credit_amount",
                _("{number}: the amount must be above zero and fit {currency}.").format(
                    number=credit.number, currency=credit.currency
                ),
            )
        )
    return problems


def _effective_day(
    work: Reader, command: Allocate, debit: Item, credit: Item, wanted: Sequence[tuple[Steps, Decimal]]
) -> date:
    """Answer the day the allocation takes effect, or refuse; section 3.1."""
    start = max(debit.day, credit.day)
    if work.settings.closed_until is not None:
        start = max(start, work.settings.closed_until + timedelta(days=1))
    day = earliest_day(start, wanted)
    if day is None:
        (debit_steps, amount), (credit_steps, credit_amount) = wanted
        short = debit if least_from(debit_steps, start) < amount else credit
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


def allocate_items(work: Work, commands: Sequence[Allocate]) -> list[Allocation]:
    """Settle debit items by credit items within the running unit of work and answer the rows.

    Each item is checked for itself, in the order of the commands: neither may go below zero on any day from the
    effective one on. Read, posted and kept for all of them together.
    """
    if not commands:
        return []
    rows, standings = plan_allocations(work, commands)
    for row in rows:
        row.entered_at = work.now
    _post_allocations(work, rows, standings)
    for row in rows:
        work.add(row)
    keep_standings(work, standings.values())
    return rows


def plan_allocations(
    reader: Reader, commands: Sequence[Allocate]
) -> tuple[list[Allocation], dict[int, Standing]]:
    """Answer the rows that commands would write, in order, and how their items then stand; nothing is written."""
    standings = load_standings(
        reader, (key for each in commands for key in (each.debit_item_id, each.credit_item_id))
    )
    rows = []
    for command in commands:
        debit, credit = standings[command.debit_item_id], standings[command.credit_item_id]
        row = _settle(reader, command, debit, credit)
        debit.rows.append(row)
        credit.rows.append(row)
        rows.append(row)
    return rows, standings


def _settle(work: Reader, command: Allocate, debits: Standing, credits_: Standing) -> Allocation:
    """Check one allocation and answer its row with the base carrying released on both sides."""
    debit, credit = debits.item, credits_.item
    problems = _check_pair(debit, credit, command)
    if problems:
        raise Refusal(problems)
    credit_amount = command.credit_amount if debit.currency != credit.currency else command.amount
    credit_amount = credit_amount or command.amount
    wanted = ((debits.steps(), command.amount), (credits_.steps(), credit_amount))
    day = _effective_day(work, command, debit, credit, wanted)
    debit_base = debits.release(command.amount, work.base, day, str(credit.id))
    credit_base = credits_.release(credit_amount, work.base, day)
    return Allocation(
        side=debit.side,
        party_id=debit.party_id,
        debit_item_id=debit.id,
        credit_item_id=credit.id,
        day=day,
        debit_amount=command.amount,
        credit_amount=credit_amount,
        debit_base=debit_base,
        credit_base=credit_base,
        fx=realized_fx(Side(debit.side), credit_base, debit_base),
    )


def _post_allocations(work: Work, rows: Sequence[Allocation], standings: dict[int, Standing]) -> None:
    """Post what allocations move in the ledger: nothing where both sides cancel to the cent."""
    moved = [
        (row, draft)
        for row in rows
        if (draft := _draft(work, row, standings[row.debit_item_id].item, standings[row.credit_item_id].item))
    ]
    for (row, _draft_of), posting_id in zip(
        moved, post_all(work, [draft for _row, draft in moved]), strict=True
    ):
        row.posting_id = posting_id


def _draft(work: Work, row: Allocation, debit: Item, credit: Item) -> Draft | None:
    """Answer the posting of one allocation, None when there is nothing to post."""
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
    # Cents that only two roundings made stand apart from exchange differences (section 11).
    rounding = debit.currency != credit.currency and abs(row.fx) <= ROUNDING_LIMIT
    gain = replace(
        common,
        book=FX,
        currency=work.base,
        amount=-row.fx,
        base_amount=-row.fx,
        category="ROUNDING" if rounding else "REALIZED",
    )
    source = Source("item", debit.id, f"{credit.number} / {debit.number}")
    return Draft(row.day, "allocation", source, (*sides, gain))


@operation("receipt.write")
def allocate(work: Work, command: Allocate) -> int:
    """Settle part of an invoice or bill by a receipt, payment or credit note; answers the allocation's id."""
    return settle_items(work, (command,))[0].id


@operation("receipt.write")
def settle(work: Work, commands: Sequence[Allocate]) -> list[int]:
    """Settle several items at once, all or nothing; answers the ids of the allocations."""
    if not commands:
        raise Refusal.of(_("Enter what settles what first."))
    return [row.id for row in settle_items(work, commands)]


def settle_items(work: Work, commands: Sequence[Allocate]) -> list[Allocation]:
    """Settle items by hand: with the right of their side, bills marked as paid, deposits let go that were used."""
    from tradecrm.services.money.earmarks import use_earmarks  # They stand above allocations.
    from tradecrm.services.money.taking_back import demand_side, keep_paid_marks

    rows = allocate_items(work, commands)
    for side in {row.side for row in rows}:
        demand_side(work, side)
    keep_paid_marks(work, {row.debit_item_id for row in rows})
    use_earmarks(work, rows)
    return rows


@dataclass(frozen=True, slots=True)
class Unallocate:
    """Take an allocation back by a reversing row on ``day`` (default today)."""

    allocation_id: int
    day: date | None = None
    reason: str = ""


@operation("receipt.write")
def unallocate(work: Work, command: Unallocate) -> int:
    """Take an allocation back; it stays in reports of earlier days. Answers the reversing row's id."""
    from tradecrm.services.money.taking_back import (
        demand_side,
        keep_paid_marks,
    )  # It stands above allocations.

    row = work.get(Allocation, command.allocation_id, _("Allocation"))
    demand_side(work, row.side)
    day = command.day or work.today
    undo = unallocate_row(work, row.id, day, command.reason.strip())
    keep_paid_marks(work, {row.debit_item_id})
    return undo


def unallocate_row(work: Work, allocation_id: int, day: date, reason: str = "") -> int:
    """Write the reversing row of an allocation within the running unit of work."""
    row = work.get(Allocation, allocation_id, _("Allocation"))
    taken_back = work.session.scalar(select(Allocation.id).where(Allocation.reverses_id == row.id))
    if row.reverses_id is not None or taken_back is not None:
        raise Refusal.of(_("This allocation has been taken back already."))
    if day < row.day:
        raise Refusal.of(
            _("An allocation of {day} cannot be taken back before that day.").format(day=row.day), "day"
        )
    if day > work.today:
        raise Refusal.of(
            _("An allocation cannot be taken back on {day}, which is after today.").format(day=day), "day"
        )
    demand_open_period(work, day)
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
        reason=reason[:300],
        entered_at=work.now,
    )
    if row.posting_id is not None:
        undo.posting_id = reverse(work, row.posting_id, day, reason[:300] or _("Allocation taken back"))
    work.add(undo)
    keep_standings(work, load_standings(work, (row.debit_item_id, row.credit_item_id)).values())
    return undo.id
