"""What random histories of the whole trade are played with: a firm, a way to choose among records, and its money."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import Phase
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.scenes import played_once
from tradecrm.core.errors import Conflict, NotFound, RateMissing
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.models import Account
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.work import Operation, Reader

D = Decimal
START = date(2026, 5, 4)
DAYS = (TODAY - START).days
TOLD = (Refusal, NotFound, Conflict, RateMissing)
"""How a person is told that something cannot be done; anything else that is raised is a fault."""

THOROUGH = int(os.environ.get("TRADECRM_THOROUGH", "1"))
"""So many times the examples of every run random histories have, and up to thrice their steps."""

PHASES = (Phase.explicit, Phase.generate, *((Phase.shrink,) if THOROUGH > 1 else ()))
"""A history that fails is made shorter in a thorough run alone: it takes minutes."""


def examples(usual: int) -> int:
    """Answer how many examples a random test has: more in a thorough run."""
    return usual * THOROUGH


def steps(usual: int) -> int:
    """Answer how many steps a random history has at most: more in a thorough run."""
    return usual * min(THOROUGH, 3)


@dataclass(frozen=True)
class Firm:
    """A customer who also sells, a factory, an agent, a product, and accounts by currency, all by their ids."""

    customer: int
    factory: int
    agent: int
    product: int
    accounts: tuple[tuple[int, str], ...]


@played_once
def founded(seat: Seat) -> Firm:
    """Found the firm: rates of two currencies every week, accounts with money, partners and a product."""
    for currency, base in (("USD", D("7.00")), ("EUR", D("7.80"))):
        for back in range(0, DAYS + 8, 7):
            quote = str(base + D(back).scaleb(-3))
            for kind in (RateType.MID, RateType.BUY, RateType.SELL):
                seat.perform(save_rate, SaveRate(kind, currency, TODAY - timedelta(days=back), quote, "bank"))
        seat.perform(
            save_rate, SaveRate(RateType.BUDGET, currency, date(TODAY.year, 1, 1), str(base), "firm")
        )
    opened = START - timedelta(days=1)
    accounts = tuple(
        (seat.perform(open_account, OpenAccount(name, "BANK", name, opened, money, rate)).value, name)
        for name, money, rate in (
            ("USD", D(9_000), D("7.05")),
            ("EUR", D(3_000), D("7.85")),
            ("CNY", D(200_000), None),
        )
    )
    customer = SaveParty(name="Veld B.V.", country="NL", is_supplier=True)
    factory = SaveParty(name="宁波明灯厂", country="CN", is_customer=False, is_supplier=True)
    agent = SaveParty(name="Ningbo Easy Export Co., Ltd.", country="CN", is_supplier=True, is_service=True)
    keys = [seat.perform(save_party, each).value for each in (customer, factory, agent)]
    product = SaveProduct("L-1", "Desk lamp", "台灯", supplier_id=keys[1])
    return Firm(keys[0], keys[1], keys[2], seat.perform(save_product, product).value, accounts)


@dataclass(frozen=True)
class Done:
    """What was posted and can be taken back: how, its id, and what it moved on the accounts."""

    undo: Callable[[int, date], Any]
    key: int
    flows: tuple[tuple[int, Decimal], ...] = ()


@dataclass
class Player:
    """A seat, the firm, what the accounts must hold, and what can be taken back."""

    seat: Seat
    firm: Firm
    held: dict[int, Decimal] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def do(self, operation: Operation[Any, Any], command: object) -> Any:
        """Perform an operation; answers what it answers."""
        value = self.seat.perform(operation, command).value
        self.log.append(f"{command}")
        return value

    def pick(self, query: Any, number: int) -> Any:
        """Answer one of the rows of a query by a number, None where there is none; a lone column as its value."""

        def read(reader: Reader) -> list[Any]:
            return [row[0] if len(row) == 1 else row for row in reader.session.execute(query)]

        found = self.seat.ask(read)
        return found[number % len(found)] if found else None

    def account(self, number: int) -> tuple[int, str]:
        """Answer an account and its currency."""
        return self.firm.accounts[number % len(self.firm.accounts)]

    def account_in(self, currency: str) -> int:
        """Answer the account in a currency."""
        return next(key for key, code in self.firm.accounts if code == currency)

    def flow(self, *flows: tuple[int, Decimal]) -> tuple[tuple[int, Decimal], ...]:
        """Note what moved on accounts; answers it."""
        for account, amount in flows:
            self.held[account] = self.held.get(account, D(0)) + amount
        return flows

    def take_back(self, done: Done, day: date) -> None:
        """Take back what was done on a day."""
        self.do(*done.undo(done.key, day))
        self.done.remove(done)
        self.flow(*((account, -amount) for account, amount in done.flows))


def opening(reader: Reader) -> dict[int, Decimal]:
    """Answer what the accounts hold before the first step."""
    from tradecrm.services.figures.kept import balance_at

    keys = reader.session.scalars(select(Account.id))
    return {key: balance_at(reader, key, TODAY).amount for key in keys}
