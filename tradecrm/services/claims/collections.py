"""Collection matching (收汇匹配): which receipts prove that the money of a declaration came in (1.8, 16.20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, select

from tradecrm.core.money import fits_currency, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, Allocation, CollectionMatch, Item, Receipt, Shipment
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
_REDUCING = ("CN", "WOF")
"""What lowers what is to be collected: it is not owed any more."""


@dataclass(frozen=True, slots=True)
class Collection:
    """What a shipment's declaration is to bring in and what receipts prove of it, in its currency."""

    currency: str
    wanted: Decimal
    matched: Decimal

    @property
    def open(self) -> Decimal:
        """Answer what is not proved yet."""
        return max(ZERO, self.wanted - self.matched)

    @property
    def open_words(self) -> str:
        """Answer what is not proved yet as written on the page."""
        return format_money(self.open, self.currency)


def collection_of(reader: Reader, shipment: Shipment) -> Collection:
    """Answer how far the collection of a shipment is proved; credit notes and write-offs need not come in."""
    reduced = reader.session.scalar(
        select(func.sum(Allocation.debit_amount))
        .join(Item, Item.id == Allocation.credit_item_id)
        .where(
            Allocation.debit_item_id.in_(_invoices(shipment)),
            Item.kind.in_(_REDUCING),
        )
    )
    matched = reader.session.scalar(
        select(func.sum(CollectionMatch.amount)).where(CollectionMatch.shipment_id == shipment.id)
    )
    return Collection(shipment.currency, shipment.total - (reduced or ZERO), matched or ZERO)


def _invoices(shipment: Shipment) -> Select[int]:
    return select(Item.id).where(Item.shipment_id == shipment.id, Item.side == "AR", Item.kind == "INV")


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A receipt that may prove a collection: what is matched here, and what of it is free, in its currency.

    ``evidence`` is False for money that came to a cash box or an owner's account (section 16.20).
    """

    receipt_id: int
    number: str
    day: date
    gross: Decimal
    allocated: Decimal
    matched: Decimal
    free: Decimal
    evidence: bool


def collection_rows(reader: Reader, shipment_id: int) -> tuple[MatchRow, ...]:
    """Answer the receipts settled against a shipment's invoice or matched with it, by day."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    settled: dict[int, Decimal] = dict(
        reader.session.execute(
            select(Allocation.credit_item_id, func.sum(Allocation.credit_amount))
            .where(Allocation.debit_item_id.in_(_invoices(shipment)))
            .group_by(Allocation.credit_item_id)
        ).all()
    )
    here: dict[int, Decimal] = dict(
        reader.session.execute(
            select(CollectionMatch.receipt_id, CollectionMatch.amount).where(
                CollectionMatch.shipment_id == shipment.id
            )
        ).all()
    )
    rows = reader.session.execute(
        select(Receipt, Account.kind, Account.holder)
        .outerjoin(Account, Account.id == Receipt.account_id)
        .where(Receipt.item_id.in_(settled) | Receipt.id.in_(here))
        .order_by(Receipt.day, Receipt.id)
    ).all()
    used: dict[int, Decimal] = dict(
        reader.session.execute(
            select(CollectionMatch.receipt_id, func.sum(CollectionMatch.amount))
            .where(CollectionMatch.receipt_id.in_([row.id for row, _kind, _holder in rows]))
            .group_by(CollectionMatch.receipt_id)
        ).all()
    )
    return tuple(
        MatchRow(
            row.id,
            row.number,
            row.day,
            row.gross,
            settled.get(row.item_id or 0, ZERO),
            here.get(row.id, ZERO),
            row.gross - used.get(row.id, ZERO),
            kind != "CASH" and holder != "owner",
        )
        for row, kind, holder in rows
        if row.currency == shipment.currency and row.reversed_on is None
    )


@dataclass(frozen=True, slots=True)
class CollectedPart:
    """How much of a receipt belongs to the shipment, in its currency; zero takes it out."""

    receipt_id: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MatchCollection:
    """The receipts that prove a shipment's collection; those not named are taken out."""

    shipment_id: int
    parts: tuple[CollectedPart, ...]


@operation("rebate.write")
def match_collection(work: Work, command: MatchCollection) -> int:
    """Write which receipts prove the collection; answers the shipment's id.

    Refused for more than a receipt holds or the shipment is to bring, and for money without evidence.
    """
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    for old in work.session.scalars(
        select(CollectionMatch).where(CollectionMatch.shipment_id == shipment.id)
    ):
        work.session.delete(old)
    work.session.flush()
    problems = []
    for at, part in enumerate(command.parts):
        if part.amount != 0:
            problems += [Problem(f"lines.{at}.matched", words) for words in _refused(work, shipment, part)]
    total = sum((part.amount for part in command.parts), ZERO)
    wanted = collection_of(work, shipment).wanted
    if total > wanted:
        problems.append(
            Problem(
                "",
                _("The parts add up to {total}; {number} is to bring {wanted}.").format(
                    total=format_money(total, shipment.currency),
                    number=shipment.number,
                    wanted=format_money(wanted, shipment.currency),
                ),
            )
        )
    if problems:
        raise Refusal(problems)
    work.session.add_all(
        CollectionMatch(
            receipt_id=part.receipt_id,
            shipment_id=shipment.id,
            amount=part.amount,
            owner_id=shipment.owner_id,
        )
        for part in command.parts
        if part.amount != 0
    )
    work.session.flush()
    return shipment.id


def _refused(work: Work, shipment: Shipment, part: CollectedPart) -> list[str]:
    """Answer why a receipt cannot prove this amount of the shipment's collection."""
    receipt = work.get(Receipt, part.receipt_id, _("Receipt"))
    account = work.get(Account, receipt.account_id, _("Account"))
    found = []
    if receipt.currency != shipment.currency or receipt.reversed_on is not None:
        found.append(
            _("{receipt} is in another currency than {shipment}, or was taken back.").format(
                receipt=receipt.number, shipment=shipment.number
            )
        )
    if account.kind == "CASH" or account.holder == "owner":
        found.append(
            _("{receipt} came to {account}: no evidence until it reaches the company's bank.").format(
                receipt=receipt.number, account=account.name
            )
        )
    if part.amount < 0 or not fits_currency(part.amount, receipt.currency):
        found.append(_("The amount must be above zero and fit {currency}.").format(currency=receipt.currency))
    used = work.session.scalar(
        select(func.sum(CollectionMatch.amount)).where(CollectionMatch.receipt_id == receipt.id)
    )
    free = receipt.gross - (used or ZERO)
    if part.amount > free:
        found.append(
            _("{receipt} has only {free} left to match.").format(
                receipt=receipt.number, free=format_money(free, receipt.currency)
            )
        )
    return found
