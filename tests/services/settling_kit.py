"""A customer who also sells to the firm, with accounts and rates; papers of either side and their open amounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tests.services.money_kit import Invoice, enter_item
from tests.services.scenes import played_once
from tests.services.trading_kit import rates
from tradecrm.core.money import convert
from tradecrm.models import Allocation, Item, LedgerEntry, Posting
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.ledger import AP, COST, NewItem, Row, Source, add_item
from tradecrm.services.work import Reader, Work, operation

D = Decimal
ONE = D(1)
MARCH = date(2026, 3, 2)
MAY = date(2026, 5, 4)


@dataclass(frozen=True)
class Firm:
    """The partner and the accounts of the tests, by their ids."""

    party: int
    usd: int
    cny: int


@played_once
def found(seat: Seat) -> Firm:
    rates(seat)
    usd = seat.perform(open_account, OpenAccount("USD", "BANK", "USD", MARCH, D(20_000), D("7.10"))).value
    cny = seat.perform(open_account, OpenAccount("CNY", "BANK", "CNY", MARCH, D(500_000))).value
    party = SaveParty(name="Kern Tool Corp.", country="DE", is_supplier=True)
    return Firm(seat.perform(save_party, party).value, usd, cny)


@dataclass(frozen=True)
class Bill:
    """A payable (amount above zero) or a prepayment (below) of a supplier."""

    party_id: int
    day: date
    amount: Decimal
    rate: Decimal = ONE
    currency: str = "CNY"
    number: str = "B-1"


@operation("payment.write")
def enter_bill(work: Work, command: Bill) -> int:
    """Post a payable as opening balances are posted; answers its id."""
    value = convert(command.amount, command.rate, work.base)
    new = NewItem(
        side=AP,
        kind="INV" if command.amount > 0 else "PAY",
        number=command.number,
        party_id=command.party_id,
        day=command.day,
        currency=command.currency,
        amount=command.amount,
        rate=command.rate,
        base_amount=value,
    )
    source = Source("party", command.party_id)
    return add_item(work, new, "opening", source, (Row(COST, work.base, value, value),)).id


def invoice(
    seat: Seat, firm: Firm, amount: str, rate: str = "7.1120", day: date = MARCH, number: str = "I1"
) -> int:
    return seat.perform(enter_item, Invoice(firm.party, day, D(amount), D(rate), number=number)).value


def opened(seat: Seat, key: int) -> tuple[Decimal, Decimal]:
    """Answer what is open of an item, in its currency and in base."""

    def read(reader: Reader) -> tuple[Decimal, Decimal]:
        item = reader.session.get_one(Item, key)
        return item.open_amount, item.open_base

    return seat.ask(read)


def last_fx(seat: Seat) -> Decimal:
    """Answer the exchange difference of the last allocation."""

    def read(reader: Reader) -> Decimal:
        return reader.session.scalars(select(Allocation.fx).order_by(Allocation.id.desc()).limit(1)).one()

    return seat.ask(read)


def books(seat: Seat) -> dict[str, Decimal]:
    """Answer the base balance of every book of the ledger that has one; they add up to zero."""

    def read(reader: Reader) -> dict[str, Decimal]:
        rows = reader.session.execute(
            select(LedgerEntry.book, func.sum(LedgerEntry.base_amount)).group_by(LedgerEntry.book)
        )
        return {book: total for book, total in rows if total}

    return seat.ask(read)


def counts(seat: Seat) -> tuple[int, int, int]:
    """Answer how many postings, items and allocations there are: unchanged after a refusal."""

    def read(reader: Reader) -> tuple[int, int, int]:
        one, two, three = (
            reader.session.scalar(select(func.count()).select_from(entity)) or 0
            for entity in (Posting, Item, Allocation)
        )
        return one, two, three

    return seat.ask(read)
