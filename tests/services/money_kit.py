"""Invoices and receipts made directly by the posting functions, for tests of settling and aging."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.money import convert
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.ledger import (
    AR,
    EQUITY,
    REVENUE,
    NewItem,
    Part,
    Row,
    Source,
    add_item,
)
from tradecrm.services.work import Work, operation


@dataclass(frozen=True)
class Invoice:
    """A receivable (amount above zero) or a credit (below) of a customer."""

    party_id: int
    day: date
    amount: Decimal
    rate: Decimal = Decimal("7.00")
    currency: str = "USD"
    number: str = "T-1"
    due: tuple[tuple[Decimal, date | None], ...] = ()
    document_day: date | None = None
    contract_id: int | None = None


@operation("receipt.write")
def enter_item(work: Work, command: Invoice) -> int:
    """Post an item as opening balances are posted; answers its id."""
    kind = "INV" if command.amount > 0 else "RCT"
    value = convert(command.amount, command.rate, work.base)
    new = NewItem(
        side=AR,
        kind=kind,
        number=command.number,
        party_id=command.party_id,
        day=command.day,
        document_day=command.document_day,
        currency=command.currency,
        amount=command.amount,
        rate=command.rate,
        base_amount=value,
        contract_id=command.contract_id,
        parts=tuple(Part(amount, "", due, command.day) for amount, due in command.due),
    )
    book = REVENUE if command.amount > 0 else EQUITY
    against = (Row(book, work.base, -value, -value, party_id=command.party_id),)
    return add_item(work, new, "opening", Source("party", command.party_id), against).id


def customer(seat: Seat, name: str = "Kern Tool Corp.") -> int:
    """Write a customer and answer its id."""
    return seat.perform(save_party, SaveParty(name=name, country="US")).value
