"""The firm of the sample book while it trades: its diary of what comes next, and what it remembers by name."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tradecrm.services.data.sample.stock import Customer
from tradecrm.services.work import Work, operation

Entry = Callable[[Work, date], None]

SAMPLE_FIRST = date(2024, 11, 23)
SAMPLE_DAY = date(2026, 11, 21)
"""The day the sample book was set up, and the day on which it stands: nothing in it is dated after."""

_QUOTAS = ((95, 170, 2), (62, 88, 2), (33, 58, 3), (3, 28, 5))
"""Of what is overdue so many days (from, to) today, so many stay unpaid."""


class Diary:
    """What is to happen on which day, in order; what would come after the sample's today never happens."""

    def __init__(self) -> None:
        self._entries: list[tuple[date, int, Entry]] = []
        self._count = 0

    def at(self, day: date, entry: Entry) -> None:
        """Note that ``entry`` happens on ``day``."""
        if day <= SAMPLE_DAY:
            self._count += 1
            heapq.heappush(self._entries, (day, self._count, entry))

    def run(self, work: Work, until: date) -> int:
        """Let everything up to ``until`` happen, what it brings with it included; answers how much it was."""
        count = 0
        while self._entries and self._entries[0][0] <= until:
            day, _number, entry = heapq.heappop(self._entries)
            entry(work, day)
            count += 1
        return count


@dataclass(slots=True)
class Bill:
    """A bill to be paid: the payable, its payee, and the rate of payment where it is fixed."""

    due: date
    party: int
    currency: str
    item: int
    rate: Decimal | None = None


@dataclass(slots=True)
class Claim:
    """An invoice that its customer will pay on a day; ``paid`` once it is done."""

    customer: int
    currency: str
    item: int
    number: str
    pays_on: date
    paid: bool = False


@dataclass(slots=True)
class Firm:
    """The people, partners, goods and accounts of the sample by their ids, and what is still to be paid."""

    rng: random.Random
    diary: Diary
    words: dict[str, str]
    banks: dict[str, str]
    scale: Decimal
    buyers: tuple[Customer, ...]
    customers: list[int] = field(default_factory=list)
    suppliers: dict[str, int] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    bills: list[Bill] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def account(self, currency: str) -> int:
        """Answer the main account of a currency."""
        return self.accounts[currency]

    def stays_open(self, side: str, due: date) -> bool:
        """Tell whether what fell due on ``due`` stays unpaid, so that every bucket of the aging has something."""
        overdue = (SAMPLE_DAY - due).days
        for low, high, most in _QUOTAS:
            key = f"{side} {low}"
            if low <= overdue <= high and self.counts.get(key, 0) < most:
                self.counts[key] = self.counts.get(key, 0) + 1
                return True
        return False

    def chance(self, percent: int) -> bool:
        """Tell whether something happens that does in ``percent`` of a hundred cases."""
        return self.rng.randrange(100) < percent


@dataclass(frozen=True, slots=True)
class PlayDays:
    """Let the diary run until the end of ``until``."""

    diary: Diary
    until: date


@operation("contract.write")
def play_days(work: Work, command: PlayDays) -> int:
    """Do everything the diary holds up to a day in one unit of work; answers how much it was."""
    return command.diary.run(work, command.until)


def scaled(firm: Firm, amount: int) -> Decimal:
    """Answer a running cost or an opening balance at the scale of the book, in hundreds."""
    return (Decimal(amount) * firm.scale / 100).to_integral_value() * 100
