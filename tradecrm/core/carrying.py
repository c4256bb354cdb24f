"""What an amount in foreign money is carried at in base currency, and the exchange differences it leaves."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tradecrm.core.money import Rounding, convert, minor_units, round_money, round_to, rounding
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _


class Side(enum.StrEnum):
    """Receivable (应收) or payable (应付)."""

    AR = "AR"
    AP = "AP"


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of an item with a rate of its own (policy A): whole and open amounts, in document and base money.

    ``key`` names the deposit receipt the tranche belongs to; empty for the part at the recognition rate.
    """

    amount: Decimal
    base: Decimal
    open_amount: Decimal
    open_base: Decimal
    key: str = ""

    @classmethod
    def whole(cls, amount: Decimal, base: Decimal, key: str = "") -> Tranche:
        """Build a tranche of which nothing has been released yet."""
        return cls(amount, base, amount, base, key)


def carrying_released(tranche: Tranche, allocated: Decimal, base_currency: str) -> Decimal:
    """Answer the base amount that an allocation releases from one tranche (domain.md section 3.5).

    ``round(base x allocated / amount)``; the allocation that brings the open amount to zero releases the rest.
    """
    if allocated == tranche.open_amount:
        return tranche.open_base
    released = round_money(tranche.base * allocated / tranche.amount, base_currency)
    # Roundings of many small parts may not take more than is there.
    return released if abs(released) <= abs(tranche.open_base) else tranche.open_base


def release(
    tranches: Sequence[Tranche], allocated: Decimal, base_currency: str, key: str = ""
) -> tuple[Decimal, tuple[Tranche, ...]]:
    """Allocate onto an item: the tranche of ``key`` first, then the ordinary part, then other deposits.

    Answers the base released and the tranches after it. Raises Refusal beyond the open amount (section 3.5).
    """
    left, total = allocated, Decimal(0)
    after = list(tranches)
    order = sorted(range(len(after)), key=lambda i: (after[i].key != key, after[i].key != "", i))
    for index in order:
        tranche = after[index]
        part = min(left, tranche.open_amount, key=abs)
        if part == 0:
            continue
        base = carrying_released(tranche, part, base_currency)
        after[index] = replace(
            tranche, open_amount=tranche.open_amount - part, open_base=tranche.open_base - base
        )
        left -= part
        total += base
    if left != 0:
        raise Refusal.of(
            _("The allocation is {amount} more than the item has open.").format(amount=abs(left)), "amount"
        )
    return total, tuple(after)


def realized_fx(side: Side, money_base: Decimal, released: Decimal) -> Decimal:
    """Answer the realized gain (+) or loss (-) in base: money received less carrying; AP mirrored (3.5)."""
    return money_base - released if side is Side.AR else released - money_base


def cross_parts(
    allocated: Decimal, receipt_day_rate: Decimal, released: Decimal, money_base: Decimal, base_currency: str
) -> tuple[Decimal, Decimal]:
    """Split the realized difference of a cross-currency receipt into (standard, alternate) parts (3.5)."""
    worth = convert(allocated, receipt_day_rate, base_currency)
    return worth - released, money_base - worth


class ClosingRate:
    """A closing rate that values many open amounts, which are whole numbers as the book keeps them (section 3.5).

    Amounts are signed as in the ledger, a debt negative: the difference above zero is then a gain on either side.
    Advances are left out by the caller.
    """

    def __init__(self, rate: Decimal, base_currency: str, scale: int) -> None:
        self._times, part = rate.as_integer_ratio()
        self._step = int(10 ** (scale - minor_units(base_currency)))
        self._part = 2 * part * self._step
        self._even = rounding() is Rounding.HALF_EVEN

    def worth(self, amount: int) -> int:
        """Answer ``round(open x closing rate)`` as the firm rounds (section 11), in the scale of the amount."""
        units, rest = divmod(2 * abs(amount) * self._times, self._part)
        twice = 2 * rest
        # Half of a unit goes away from zero; where the firm rounds to even, from odd units alone.
        if twice > self._part or (twice == self._part and (units % 2 or not self._even)):
            units += 1
        return units * self._step if amount >= 0 else -units * self._step

    def unrealized(self, amount: int, carrying: int) -> int:
        """Answer the gain (+) or loss (-) of an open amount against its carrying."""
        return self.worth(amount) - carrying


@dataclass(frozen=True, slots=True)
class FxBalance:
    """A foreign currency account: its balance and the base amount it is carried at (moving average, section 4)."""

    amount: Decimal
    base: Decimal

    def inflow(self, amount: Decimal, base: Decimal) -> FxBalance:
        """Answer the balance after ``amount`` came in, worth ``base``."""
        return FxBalance(self.amount + amount, self.base + base)

    def outflow(
        self, amount: Decimal, base_currency: str, middle_rate: Decimal | None = None
    ) -> tuple[Decimal, FxBalance]:
        """Answer the base amount that ``amount`` takes along, and the balance after it.

        ``round(base x out / balance)``; emptying the account takes all base. With the account at or below zero
        the day's ``middle_rate`` is used (section 16 number 6); raises Refusal when it is not given.
        """
        if amount == self.amount:
            taken = self.base
        elif self.amount > 0:
            taken = round_money(self.base * amount / self.amount, base_currency)
        elif middle_rate is not None:
            taken = convert(amount, middle_rate, base_currency)
        else:
            raise Refusal.of(
                _("The account has no balance to value the payment by. Enter the middle rate of the day."),
                "rate",
            )
        return taken, FxBalance(self.amount - amount, self.base - taken)


@dataclass(frozen=True, slots=True)
class FxMove:
    """A movement of a foreign currency account as it was posted; ``averaged`` was valued by the moving average.

    Inflows, and what takes another movement back, carry their own base amount. ``posting`` is the posting it
    belongs to, ``undoes`` the posting it takes back and ``undoes_day`` the day of that one.
    """

    day: date
    amount: Decimal
    base: Decimal
    averaged: bool
    posting: int = 0
    undoes: int | None = None
    undoes_day: date | None = None


def average_corrections(start: FxBalance, moves: Sequence[FxMove], base_currency: str) -> dict[date, Decimal]:
    """Answer by day what the base amounts of movements must be corrected by after a backdated one, or one undone.

    An averaged outflow takes the average it finds, what takes one back brings the same again, and whatever empties
    the account takes all base. ``moves`` come in order of day and entry; ``start`` is the balance before them.
    Base amounts are signed as they stand on the account (section 16 number 6, rows dated as the movement they
    correct, as in section 9.1).
    """
    balance = start
    found: dict[date, Decimal] = {}
    taken: dict[int | None, list[Decimal]] = {}
    for move in moves:
        base = move.base
        if move.averaged:
            if balance.amount > 0:
                base = -balance.outflow(-move.amount, base_currency)[0]
            taken.setdefault(move.posting, []).append(-base)
        elif taken.get(move.undoes):
            base = taken[move.undoes].pop(0)
        elif move.amount == -balance.amount < 0:
            base = -balance.base
        balance = balance.inflow(move.amount, base)
        if base != move.base:
            found[move.day] = found.get(move.day, Decimal(0)) + base - move.base
    return found


def cross_rate(amount_from: Decimal, amount_to: Decimal) -> Decimal:
    """Answer the cross rate of a foreign-to-foreign transfer, ``to / from`` with 6 decimals (section 4)."""
    return round_to(amount_to / amount_from, 6)
