"""What the books and the bank's statements hold of an account, read in bulk for matching (domain.md section 4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from tradecrm.core.bank_matching import BankSide, BookSide, Entry, ordinal
from tradecrm.models import (
    BankMatch,
    BankRow,
    BankStatement,
    LedgerEntry,
    Payment,
    Posting,
    Receipt,
    ReconciledEntry,
    Transfer,
)
from tradecrm.models.base import from_scaled
from tradecrm.services.data.lean import lean_rows
from tradecrm.services.data.sums import whole
from tradecrm.services.figures.papers import party_names
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader

ZERO = Decimal(0)
_AT_ONCE = 500


def _entries() -> Any:
    """Select the entries of an account in a span of days that no line of a statement is matched to."""
    entry, match = plain(LedgerEntry), plain(BankMatch)
    matched = select(match.entry_id).where(match.entry_id == entry.id).exists()
    return (
        select(entry.id, entry.day, entry.amount)
        .where(
            entry.account_id == bindparam("account"),
            entry.day >= bindparam("first"),
            entry.day <= bindparam("last"),
            ~matched,
        )
        .order_by(entry.day, entry.id)
    )


def unmatched_entries(reader: Reader, account_id: int, first: date, last: date) -> list[Entry]:
    """Answer the entries of an account that no line is matched to, by day; amounts as scaled integers."""
    values = {"account": account_id, "first": first.isoformat(), "last": last.isoformat()}
    return lean_rows(reader, _entries, values=values)


def _rows() -> Any:
    row = plain(BankRow)
    return (
        select(row.id, row.day, row.amount, row.name, row.text, row.reference)
        .where(
            row.account_id == bindparam("account"), row.status == "open", row.day <= bindparam("last")
        )
        .order_by(row.day, row.id)
    )  # fmt: skip


def open_rows(reader: Reader, account_id: int, last: date) -> list[BankSide]:
    """Answer the lines of an account's statements up to ``last`` that nothing is matched to."""
    values = {"account": account_id, "last": last.isoformat()}
    return [
        BankSide(key, ordinal(day), amount, name, f"{reference} {text}")
        for key, day, amount, name, text, reference in lean_rows(reader, _rows, values=values)
    ]


def books_of(reader: Reader, entry_ids: Iterable[int]) -> dict[int, BookSide]:
    """Answer entries with what tells them apart: their party, and the numbers and references of their papers."""
    entry, posting = plain(LedgerEntry), plain(Posting)
    receipt, payment, transfer = plain(Receipt), plain(Payment), plain(Transfer)
    wanted = sorted(set(entry_ids))
    found: list[Any] = []
    joined = (
        LedgerEntry.__table__.join(Posting.__table__, posting.id == entry.posting_id)
        .outerjoin(
            Receipt.__table__, and_(posting.source_kind == "receipt", posting.source_id == receipt.id)
        )
        .outerjoin(
            Payment.__table__, and_(posting.source_kind == "payment", posting.source_id == payment.id)
        )
        .outerjoin(
            Transfer.__table__, and_(posting.source_kind == "transfer", posting.source_id == transfer.id)
        )
    )  # fmt: skip
    columns = select(
        entry.id,
        entry.day,
        entry.amount,
        entry.party_id,
        posting.memo,
        receipt.reference,
        payment.reference,
        transfer.reference,
        receipt.payer,
    ).select_from(joined)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found += reader.session.execute(columns.where(entry.id.in_(part))).all()
    names = party_names(reader, (row[3] for row in found))
    return {
        row[0]: BookSide(
            row[0],
            row[1].toordinal(),
            int(row[2].scaleb(4)),
            row[8] or names.get(row[3], ""),
            " ".join(word for word in row[4:8] if word),
            row[3],
        )
        for row in found
    }


def _matched_until() -> Any:
    """Select each match of which entry and line both lie on or before a day."""
    entry, match, row = plain(LedgerEntry), plain(BankMatch), plain(BankRow)
    return (
        select(match.entry_id, row.id, entry.amount)
        .join_from(BankRow.__table__, BankMatch.__table__, match.row_id == row.id)
        .join(LedgerEntry.__table__, entry.id == match.entry_id)
        .where(
            row.account_id == bindparam("account"),
            row.day <= bindparam("last"),
            entry.day <= bindparam("last"),
        )
    )


def matched_until(reader: Reader, account_id: int, last: date) -> list[tuple[int, int, int]]:
    """Answer (entry, line, scaled amount of the entry) of the matches that both sides had by ``last``."""
    return lean_rows(reader, _matched_until, values={"account": account_id, "last": last.isoformat()})


def first_statement(reader: Reader, account_id: int) -> tuple[date | None, Decimal | None]:
    """Answer the first day that statements of an account cover, and the balance they begin with."""
    statement = plain(BankStatement)
    found = reader.session.execute(
        select(statement.from_day, statement.opening)
        .where(statement.account_id == account_id)
        .order_by(statement.from_day, statement.id)
        .limit(1)
    ).first()
    return (None, None) if found is None else (found[0], found[1])


def rows_moved(reader: Reader, account_id: int, last: date) -> Decimal:
    """Answer what all lines of an account's statements up to ``last`` change."""
    row = plain(BankRow)
    moved = select(whole(row.amount)).where(row.account_id == account_id, row.day <= last)
    return from_scaled(reader.session.scalar(moved))


def locked_entry(reader: Reader, posting_id: int) -> tuple[int, int] | None:
    """Answer (entry, reconciliation) when a finished reconciliation locks an entry of a posting, else None."""
    entry, locked = plain(LedgerEntry), plain(ReconciledEntry)
    found = reader.session.execute(
        select(locked.entry_id, locked.reconciliation_id)
        .join_from(LedgerEntry.__table__, ReconciledEntry.__table__, locked.entry_id == entry.id)
        .where(entry.posting_id == posting_id)
        .limit(1)
    ).first()
    return None if found is None else (found[0], found[1])


def _unmatched_until() -> Any:
    """Select the entries from a day on that no line up to another day is matched to, and earlier ones matched later."""
    entry, match, row = plain(LedgerEntry), plain(BankMatch), plain(BankRow)
    of_entry = select(match.entry_id).join_from(
        BankMatch.__table__, BankRow.__table__, row.id == match.row_id
    )
    shown = of_entry.where(match.entry_id == entry.id, row.day <= bindparam("last")).exists()
    later = of_entry.where(match.entry_id == entry.id, row.day > bindparam("last")).exists()
    return (
        select(entry.id, entry.day, entry.amount)
        .where(
            entry.account_id == bindparam("account"),
            entry.day <= bindparam("last"),
            or_(and_(entry.day >= bindparam("first"), ~shown), and_(entry.day < bindparam("first"), later)),
        )
        .order_by(entry.day, entry.id)
    )


def unmatched_until(reader: Reader, account_id: int, first: date, last: date) -> list[Entry]:
    """Answer the entries up to ``last`` that the bank had not shown by then, counted from ``first`` on.

    Of those before ``first`` only what a line after ``last`` is matched to: the rest is in the bank's opening.
    """
    values = {"account": account_id, "first": first.isoformat(), "last": last.isoformat()}
    return lean_rows(reader, _unmatched_until, values=values)


def papers_of(reader: Reader, entry_ids: Iterable[int]) -> dict[int, tuple[str, int]]:
    """Answer the kind and number of the paper behind each entry: a posting and what takes it back share one."""
    entry, posting = plain(LedgerEntry), plain(Posting)
    wanted = sorted(set(entry_ids))
    found: dict[int, tuple[str, int]] = {}
    joined = LedgerEntry.__table__.join(Posting.__table__, posting.id == entry.posting_id)
    columns = select(entry.id, posting.source_kind, posting.source_id).select_from(joined)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        for key, kind, source in reader.session.execute(columns.where(entry.id.in_(part))):
            found[key] = kind, source
    return found


def entries_before(reader: Reader, account_id: int, day: date) -> set[int]:
    """Answer the entries of an account before a day that no line of a statement is matched to."""
    entry, match = plain(LedgerEntry), plain(BankMatch)
    matched = select(match.entry_id).where(match.entry_id == entry.id).exists()
    wanted = select(entry.id).where(entry.account_id == account_id, entry.day < day, ~matched)
    return set(reader.session.scalars(wanted))
