"""What a new book still lacks: the first steps that the desktop of an empty book offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tradecrm.models import Account, Party, Rate, SalesContract
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Which kinds of record the acting person can see at least one of."""

    customers: bool
    contracts: bool
    accounts: bool
    rates: bool

    @property
    def begun(self) -> bool:
        """Tell whether there is trade to show."""
        return self.customers and self.contracts


def first_steps(reader: Reader) -> FirstSteps:
    """Answer what is there already."""

    def any_of(statement: Any) -> bool:
        return reader.session.scalar(statement.limit(1)) is not None

    return FirstSteps(
        customers=any_of(select(Party.id).where(Party.is_customer.is_(True))),
        contracts=any_of(select(SalesContract.id)),
        accounts=any_of(select(Account.id)),
        rates=any_of(select(Rate.id)),
    )
