"""Money kept for a contract: moved to another, given back to free use, or let go with what was refunded (3.3, 16.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tradecrm.core.money import fits_currency, format_money
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Allocation, Earmark, Item, PurchaseContract, PurchaseEarmark, SalesContract
from tradecrm.services.figures.debtors import debtor
from tradecrm.services.figures.revaluing import ADVANCES
from tradecrm.services.money.ledger import demand_open_period
from tradecrm.services.money.taking_back import demand_past, demand_side
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
IN_HAND = frozenset((*ADVANCES, "OPEN"))
"""What may be kept for contracts: money received or paid, and what was in hand when the books were begun."""


def kept_of(reader: Reader, item_id: int, side: str = "AR") -> dict[int, Decimal]:
    """Answer what of a receipt (or payment) is still kept for each contract (purchase), by its id, oldest first."""
    if side == "AR":
        rows = reader.session.execute(
            select(Earmark.contract_id, func.sum(Earmark.amount), func.min(Earmark.id))
            .where(Earmark.item_id == item_id)
            .group_by(Earmark.contract_id)
            .order_by(func.min(Earmark.id))
        )
    else:
        rows = reader.session.execute(
            select(
                PurchaseEarmark.purchase_id, func.sum(PurchaseEarmark.amount), func.min(PurchaseEarmark.id)
            )
            .where(PurchaseEarmark.item_id == item_id)
            .group_by(PurchaseEarmark.purchase_id)
            .order_by(func.min(PurchaseEarmark.id))
        )
    return {key: amount for key, amount, _first in rows if amount > 0}


def kept_contracts(reader: Reader, item_id: int) -> tuple[tuple[int, str, Decimal], ...]:
    """Answer (id, number, amount) of every contract or purchase that a receipt or payment keeps money for."""
    item = reader.get(Item, item_id, _("Receipt"))
    entity: Any = SalesContract if item.side == "AR" else PurchaseContract
    kept = kept_of(reader, item.id, item.side)
    numbers: dict[int, str] = dict(
        reader.session.execute(select(entity.id, entity.number).where(entity.id.in_(list(kept)))).all()
    )
    return tuple((key, numbers.get(key, ""), amount) for key, amount in kept.items())


def free_earmarks(work: Work, item: Item, day: date) -> None:
    """Let go of earmarks that the open amount of a credit no longer covers, the newest first, by dated rows."""
    kept = kept_of(work, item.id, item.side)
    over = sum(kept.values(), ZERO) - abs(item.open_amount)
    for key, amount in reversed(kept.items()):
        part = min(over, amount)
        if part <= 0:
            return
        _mark(work, item, key, day, -part)
        over -= part


def drop_earmarks(work: Work, item: Item, day: date) -> None:
    """Let go of all that a credit was kept for, applied or not, by dated rows: its money was taken back (16.7).

    What was applied counts as received no longer, so that a contract asks for its deposit again.
    """
    if item.side == "AR":
        query = (
            select(Earmark.contract_id, Earmark.applied, func.sum(Earmark.amount))
            .where(Earmark.item_id == item.id)
            .group_by(Earmark.contract_id, Earmark.applied)
        )
    else:
        mark = PurchaseEarmark
        query = (
            select(mark.purchase_id, mark.applied, func.sum(mark.amount))
            .where(mark.item_id == item.id)
            .group_by(mark.purchase_id, mark.applied)
        )
    for key, applied, amount in work.session.execute(query).all():
        if amount != 0:
            _mark(work, item, key, day, -amount, applied=applied)


def use_earmarks(work: Work, rows: Sequence[Allocation]) -> None:
    """Let earmarks follow allocations by hand: the debit's own contract's first, as applied, then what is over."""
    for row in rows:
        credit = work.session.get_one(Item, row.credit_item_id)
        kept = kept_of(work, credit.id, credit.side)
        if not kept:
            continue
        debit = work.session.get_one(Item, row.debit_item_id)
        over = sum(kept.values(), ZERO) - abs(credit.open_amount)
        own = min(kept.get(debit.contract_id or 0, ZERO), row.credit_amount) if credit.side == "AR" else ZERO
        if own > 0 and debit.contract_id is not None and over > 0:
            _mark(work, credit, debit.contract_id, row.day, -min(own, over), applied=True)
        free_earmarks(work, credit, row.day)


def _mark(work: Work, item: Item, key: int, day: date, amount: Decimal, *, applied: bool = False) -> None:
    """Write one dated row of money kept: for a sales contract of a receipt, for a purchase of a payment."""
    if item.side == "AR":
        work.add(Earmark(item_id=item.id, contract_id=key, day=day, amount=amount, applied=applied))
    else:
        work.add(PurchaseEarmark(item_id=item.id, purchase_id=key, day=day, amount=amount, applied=applied))


@dataclass(frozen=True, slots=True)
class MoveDeposit:
    """Move money kept for contract ``from_id`` to ``to_id``, or (None) back to free use; its carrying goes along.

    Without ``from_id`` it is money in hand that is free, as after a refund or a settlement was taken back. For a
    payment the contracts are purchase contracts. ``item_id`` is the receipt's or payment's item.
    """

    item_id: int
    from_id: int | None
    amount: Decimal
    to_id: int | None = None
    day: date | None = None


@operation("receipt.write")
def move_deposit(work: Work, command: MoveDeposit) -> None:
    """Move a deposit by two dated rows (section 16.4); refused beyond what is kept, or to another party's contract."""
    item = work.get(Item, command.item_id, _("Receipt"))
    demand_side(work, item.side)
    day = command.day or work.today
    demand_past(work, day)
    demand_open_period(work, day)
    if command.to_id == command.from_id:
        raise Refusal.of(_("Choose another contract to move the money to."), "to")
    if command.from_id is None:
        _demand_free(work, item, command.amount, day)
    else:
        _demand_kept(work, item, command.from_id, command.amount, day)
        _mark(work, item, command.from_id, day, -command.amount)
    if command.to_id is None:
        return
    demand_contract(work, item, command.to_id)
    again = min(command.amount, _taken_back(work, item, command.to_id)) if command.from_id is None else ZERO
    for amount, applied in ((again, True), (command.amount - again, False)):
        if amount:
            _mark(work, item, command.to_id, day, amount, applied=applied)


def _demand_kept(work: Work, item: Item, from_id: int, amount: Decimal, day: date) -> None:
    """Refuse to move more than is kept for a contract, and on a day before it was."""
    kept = kept_of(work, item.id, item.side).get(from_id, ZERO)
    if amount <= 0 or amount > kept or not fits_currency(amount, item.currency):
        raise Refusal.of(
            _("{number} keeps {kept} for that contract; {amount} cannot be moved.").format(
                number=item.number,
                kept=format_money(kept, item.currency),
                amount=format_money(amount, item.currency),
            ),
            "amount",
        )
    since = _last_day(work, item, from_id)
    if since is not None and day < since:
        raise Refusal.of(
            _("The money was kept for that contract on {day}; it cannot be moved before.").format(day=since),
            "day",
        )


def _free_money(reader: Reader, item: Item) -> Decimal:
    """Answer what of a receipt, payment or opening credit is in hand and kept for no contract, in its currency."""
    if item.kind not in IN_HAND or item.amount >= 0:
        return ZERO
    return -item.open_amount - sum(kept_of(reader, item.id, item.side).values(), ZERO)


def free_of(reader: Reader, item_id: int) -> Decimal:
    """Answer what of the receipt or payment of an item is in hand and kept for no contract."""
    return _free_money(reader, reader.get(Item, item_id, _("Receipt")))


def _demand_free(work: Work, item: Item, amount: Decimal, day: date) -> None:
    """Refuse to keep more than is free, and on a day on which it was not in hand yet."""
    free = _free_money(work, item)
    if amount <= 0 or amount > free or not fits_currency(amount, item.currency):
        raise Refusal.of(
            _("Of {number} {free} is in hand and kept for no contract; {amount} cannot be kept.").format(
                number=item.number,
                free=format_money(free, item.currency),
                amount=format_money(amount, item.currency),
            ),
            "amount",
        )
    used = select(func.max(Allocation.day)).where(Allocation.credit_item_id == item.id)
    since = max(
        day for day in (item.day, work.session.scalar(used), _last_day(work, item)) if day is not None
    )
    if day < since:
        raise Refusal.of(
            _("Money of {number} moved on {day}; it cannot be kept for a contract before.").format(
                number=item.number, day=since
            ),
            "day",
        )


def _taken_back(reader: Reader, item: Item, key: int) -> Decimal:
    """Answer what a contract's deposit had settled and was taken back since: kept again, it is not received twice."""
    mark, contract = _marks(item)
    settled: dict[int, Decimal] = dict(
        reader.session.execute(
            select(contract, func.sum(mark.amount))
            .where(mark.item_id == item.id, mark.applied.is_(True))
            .group_by(contract)
        ).all()
    )
    standing: Decimal | None = reader.session.scalar(
        select(func.sum(Allocation.credit_amount)).where(Allocation.credit_item_id == item.id)
    )
    over = -sum(settled.values(), ZERO) - (standing or ZERO)
    return max(ZERO, min(over, -settled.get(key, ZERO)))


def _marks(item: Item) -> tuple[Any, Any]:
    """Answer the rows by which an item's money is kept, and their column of the contract."""
    if item.side == "AR":
        return Earmark, Earmark.contract_id
    return PurchaseEarmark, PurchaseEarmark.purchase_id


def _last_day(work: Work, item: Item, key: int | None = None) -> date | None:
    """Answer the day of the latest row by which a credit kept or gave up money, for one contract or any."""
    mark, contract = _marks(item)
    query = select(func.max(mark.day)).where(mark.item_id == item.id)
    return work.session.scalar(query if key is None else query.where(contract == key))


def demand_contract(work: Work, item: Item, contract_id: int) -> None:
    """Refuse to keep money for a contract of another party or currency, or one that is over."""
    if item.side == "AR":
        sale = work.get(SalesContract, contract_id, _("Contract"))
        number, fits = sale.number, (debtor(sale), sale.currency) == (item.party_id, item.currency)
        status = sale.status
    else:
        bought = work.get(PurchaseContract, contract_id, _("Purchase contract"))
        number, fits = bought.number, (bought.supplier_id, bought.currency) == (item.party_id, item.currency)
        status = bought.status
    if not fits:
        raise Refusal.of(
            _("{number} is another partner's or in another currency.").format(number=number), "to"
        )
    if status in {"canceled", "void", "closed", "short_closed"}:
        raise Refusal.of(_("{number} is over; money cannot be kept for it.").format(number=number), "to")
