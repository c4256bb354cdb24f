"""The figures of the rebate receivable, read from the ledger as of a day (domain.md section 16.12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import case, func, select

from tradecrm.core.links import Link
from tradecrm.core.rebate_claims import filing_deadline
from tradecrm.models import DeclarationLine, LedgerEntry, Posting, RebateClaim, RebateClaimLine, Shipment
from tradecrm.services.claims.rebates import rebate_state_title
from tradecrm.services.figures.papers import entry_title, source_link
from tradecrm.services.figures.rebate_kept import REB
from tradecrm.services.kept_words import memo_words
from tradecrm.services.work import Reader

ZERO = Decimal(0)
_MONEY = "rebate_receipt"


@dataclass(frozen=True, slots=True)
class RebateRow:
    """The rebate of a shipment in base as of a day: booked with its revenue and corrected, received, open."""

    shipment_id: int
    number: str
    exported: date | None
    deadline: date | None
    booked: Decimal
    received: Decimal
    words: str

    @property
    def open(self) -> Decimal:
        """Answer what is still to come."""
        return self.booked - self.received


def rebate_rows(reader: Reader, day: date) -> Sequence[RebateRow]:
    """Answer every shipment with rebate in the ledger up to ``day``, the earliest export first."""
    came = case((Posting.kind == _MONEY, LedgerEntry.base_amount), else_=0)
    other = case((Posting.kind == _MONEY, 0), else_=LedgerEntry.base_amount)
    sums = {
        key: (booked or ZERO, -(received or ZERO))
        for key, booked, received in reader.session.execute(
            select(
                LedgerEntry.shipment_id,
                func.sum(other, type_=LedgerEntry.base_amount.type),
                func.sum(came, type_=LedgerEntry.base_amount.type),
            )
            .join(Posting, Posting.id == LedgerEntry.posting_id)
            .where(
                LedgerEntry.book == "REBATE",
                LedgerEntry.category == REB,
                LedgerEntry.day <= day,
                LedgerEntry.shipment_id.is_not(None),
            )
            .group_by(LedgerEntry.shipment_id)
        )
    }
    words = _claims(reader)
    exported = func.coalesce(Shipment.export_date, Shipment.departed_on)
    rows = reader.session.execute(
        select(Shipment.id, Shipment.number, exported, Shipment.rebate_state).order_by(exported, Shipment.id)
    ).all()
    filing = reader.settings.rebate_filing_day
    return [
        RebateRow(
            key,
            number,
            gone,
            None if gone is None or state else filing_deadline(gone, filing),
            *sums[key],
            words.get(key, ""),
        )
        for key, number, gone, state in rows
        if key in sums and sums[key] != (ZERO, ZERO)
    ]


def _claims(reader: Reader) -> dict[int, str]:
    """Answer the claims of each shipment with their states."""
    found: dict[int, str] = {}
    for key, number, status in reader.session.execute(
        select(DeclarationLine.shipment_id, RebateClaim.number, RebateClaim.status)
        .join(RebateClaimLine, RebateClaimLine.declaration_line_id == DeclarationLine.id)
        .join(RebateClaim, RebateClaim.id == RebateClaimLine.claim_id)
        .distinct()
        .order_by(RebateClaim.number)
    ):
        text = f"{number} {rebate_state_title(status)}"
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


@dataclass(frozen=True, slots=True)
class RebateEntry:
    """A ledger row of the rebate receivable in base, with what it is and what opens."""

    day: date
    words: str
    link: Link | None
    shipment_id: int
    shipment: str
    amount: Decimal


def rebate_entries(reader: Reader, day: date, shipment_id: int | None = None) -> Sequence[RebateEntry]:
    """Answer the ledger rows of the rebate receivable up to ``day``, of one shipment or of all."""
    query = (
        select(
            LedgerEntry.day,
            Posting.kind,
            Posting.source_kind,
            Posting.source_id,
            Posting.memo,
            Shipment.id,
            Shipment.number,
            LedgerEntry.base_amount,
        )
        .join(Posting, Posting.id == LedgerEntry.posting_id)
        .join(Shipment, Shipment.id == LedgerEntry.shipment_id)
        .where(LedgerEntry.book == "REBATE", LedgerEntry.category == REB, LedgerEntry.day <= day)
        .order_by(LedgerEntry.day, LedgerEntry.id)
    )
    if shipment_id is not None:
        query = query.where(LedgerEntry.shipment_id == shipment_id)
    return [
        RebateEntry(
            on,
            f"{entry_title(kind)} {memo_words(memo)}".strip(),
            source_link(source, paper),
            key,
            number,
            amount,
        )
        for on, kind, source, paper, memo, key, number, amount in reader.session.execute(query)
    ]
