"""The movements of a foreign currency account from a day on, read to value its outflows anew (section 16.6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.carrying import FxMove
from tradecrm.models import LedgerEntry, Posting
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader

ZERO = Decimal(0)
AVERAGE = "average"
"""The kind of the postings that correct base amounts."""


def moved_after(reader: Reader, account_id: int, day: date) -> bool:
    """Tell whether an account has a movement after a day."""
    entry = plain(LedgerEntry)
    later = select(entry.id).where(entry.account_id == account_id, entry.day > day).limit(1)
    return reader.session.scalar(later) is not None


def moves_from(reader: Reader, account_id: int, day: date) -> tuple[list[FxMove], dict[date, Decimal]]:
    """Answer the movements of an account from a day on, in order, and by day what was corrected already."""
    entry, posting, undone = plain(LedgerEntry), plain(Posting), Posting.__table__.alias()
    rows = reader.session.execute(
        select(
            entry.day,
            entry.amount,
            entry.base_amount,
            posting.id,
            posting.kind,
            posting.reverses_id,
            undone.c.day,
        )
        .join_from(LedgerEntry.__table__, Posting.__table__, posting.id == entry.posting_id)
        .outerjoin(undone, undone.c.id == posting.reverses_id)
        .where(entry.account_id == account_id, entry.day >= day)
        .order_by(entry.day, entry.id)
    )
    moves = []
    corrected: dict[date, Decimal] = {}
    for at, amount, base, key, kind, reverses, undone_day in rows:
        if kind == AVERAGE:
            corrected[at] = corrected.get(at, ZERO) + base
        else:
            averaged = amount < ZERO and reverses is None and kind != "receipt"
            moves.append(FxMove(at, amount, base, averaged, key, reverses, undone_day))
    return moves, corrected
