"""Matching the rows of bank statements to the entries of an account: proposed, accepted, by hand (section 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import delete, insert, select

from tradecrm.core.bank_flows import BANK_ROW
from tradecrm.core.bank_matching import DAYS, Proposal, propose
from tradecrm.core.errors import NotFound
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, BankMatch, BankRow, LedgerEntry, ReconciledEntry
from tradecrm.services.figures.bank_entries import books_of, open_rows, unmatched_entries
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
_AT_ONCE = 500


def propose_matches(reader: Reader, account_id: int, until: date | None = None) -> list[Proposal]:
    """Answer what the open rows of an account's statements probably are, each with its reasons."""
    reader.actor.demand("account.write")
    rows = open_rows(reader, account_id, until or date.max)
    if not rows:
        return []
    first = date.fromordinal(min(row.day for row in rows)) - timedelta(days=DAYS)
    last = date.fromordinal(max(row.day for row in rows)) + timedelta(days=DAYS)
    entries = unmatched_entries(reader, account_id, first, last)
    return propose(rows, entries, lambda keys: books_of(reader, keys))


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of the bank and the entries of the books it is."""

    row_id: int
    entry_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MatchRows:
    """Match rows to entries, several at once; each is checked for itself."""

    pairs: tuple[Pair, ...] = field(default=())


@operation("account.write")
def match_rows(work: Work, command: MatchRows) -> int:
    """Match rows to entries of the same account whose amounts add up to the row's; answers how many rows."""
    rows = _rows(work, [pair.row_id for pair in command.pairs])
    entries = _entries(work, [key for pair in command.pairs for key in pair.entry_ids])
    _refuse_locked(work, entries)
    matched = _matched(work, entries)
    used: set[int] = set()
    for pair in command.pairs:
        row = rows[pair.row_id]
        row.status = BANK_ROW.step(row.status, "match").target
        _check_pair(row, [entries[key] for key in pair.entry_ids])
        for key in pair.entry_ids:
            if key in matched or key in used:
                raise Refusal.of(
                    _("The entry of {day} over {amount} is matched already.").format(
                        day=entries[key].day, amount=format_money(entries[key].amount, entries[key].currency)
                    )
                )
            used.add(key)
    work.session.flush()
    found = [{"row_id": pair.row_id, "entry_id": key} for pair in command.pairs for key in pair.entry_ids]
    if found:
        work.session.execute(insert(BankMatch), found)
        work.touch("bank_match")
    return len(command.pairs)


def _check_pair(row: BankRow, entries: list[LedgerEntry]) -> None:
    """Refuse entries of another account, or whose amounts do not add up to the row's."""
    if not entries:
        raise Refusal.of(_("Choose the entries that the row of {day} is.").format(day=row.day))
    total = sum((entry.amount for entry in entries), ZERO)
    currency = entries[0].currency
    if any(entry.account_id != row.account_id for entry in entries):
        raise Refusal.of(_("An entry of another account cannot be the row of {day}.").format(day=row.day))
    if total != row.amount:
        raise Refusal.of(
            _("The row of {day} is over {amount}, the entries chosen make {total}.").format(
                day=row.day,
                amount=format_money(row.amount, currency),
                total=format_money(total, currency),
            )
        )


def _rows(work: Work, keys: Iterable[int]) -> dict[int, BankRow]:
    wanted = sorted(set(keys))
    found: dict[int, BankRow] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found.update(
            {row.id: row for row in work.session.scalars(select(BankRow).where(BankRow.id.in_(part)))}
        )
    for key in wanted:
        if key not in found:
            raise NotFound(
                _("{what} no. {key} was not found.").format(what=_("Row of the statement"), key=key)
            )
    return found


def _entries(work: Work, keys: Iterable[int]) -> dict[int, LedgerEntry]:
    wanted = sorted(set(keys))
    found: dict[int, LedgerEntry] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        rows = work.session.scalars(select(LedgerEntry).where(LedgerEntry.id.in_(part)))
        found.update({row.id: row for row in rows})
    for key in wanted:
        if key not in found:
            raise NotFound(_("{what} no. {key} was not found.").format(what=_("Entry"), key=key))
    return found


def _matched(work: Work, keys: Iterable[int]) -> set[int]:
    wanted = sorted(set(keys))
    found: set[int] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found.update(
            work.session.scalars(select(BankMatch.entry_id).where(BankMatch.entry_id.in_(part)))
        )  # fmt: skip
    return found


def _refuse_locked(work: Work, entry_ids: Iterable[int]) -> None:
    """Refuse to change the match of an entry that a finished reconciliation locks."""
    wanted = sorted(set(entry_ids))
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        locked = work.session.scalars(
            select(ReconciledEntry.entry_id).where(ReconciledEntry.entry_id.in_(part)).limit(1)
        ).first()
        if locked is None:
            continue
        entry = work.session.get_one(LedgerEntry, locked)
        account = work.session.get_one(Account, entry.account_id)
        raise Refusal.of(
            _(
                "The entry of {day} over {amount} on {account} is reconciled. "
                "Reopen the reconciliation first."
            ).format(
                day=entry.day,
                amount=format_money(entry.amount, entry.currency),
                account=account.name,
            )
        )


@dataclass(frozen=True, slots=True)
class UnmatchRow:
    """Take the match of a row back."""

    row_id: int


@operation("account.write")
def unmatch_row(work: Work, command: UnmatchRow) -> int:
    """Take the match of a row back; refused once its entries are reconciled. Answers the row."""
    row = work.get(BankRow, command.row_id, _("Row of the statement"))
    status = BANK_ROW.step(row.status, "unmatch").target
    entries = work.session.scalars(select(BankMatch.entry_id).where(BankMatch.row_id == row.id)).all()
    _refuse_locked(work, entries)
    work.session.execute(delete(BankMatch).where(BankMatch.row_id == row.id))
    work.touch("bank_match")
    row.status = status
    return row.id


@dataclass(frozen=True, slots=True)
class IgnoreRow:
    """Leave a row out with a reason, or take it up again (``reason`` None)."""

    row_id: int
    reason: str | None = None


def check_ignore(command: IgnoreRow) -> list[Problem]:
    """Answer what is wrong with leaving a row out."""
    if command.reason is not None and not command.reason.strip():
        return [Problem("reason", _("Say why the row is left out."))]
    return []


@operation("account.write", check=check_ignore)
def ignore_row(work: Work, command: IgnoreRow) -> int:
    """Leave a row out of matching with a reason, or take it up again; answers the row.

    It stays in the reconciliation as a credit or debit that is not booked.
    """
    row = work.get(BankRow, command.row_id, _("Row of the statement"))
    step = "take_up" if command.reason is None else "ignore"
    row.status = BANK_ROW.step(row.status, step).target
    row.remark = (command.reason or "").strip()[:300]
    return row.id


def match_posted(work: Work, row_id: int, posting_ids: Iterable[int]) -> bool:
    """Match a row to what was just booked from it; False when its entries do not make the row's amount.

    All entries of the account together, or the one of the row's amount, as where the bank shows a fee apart.
    """
    row = work.get(BankRow, row_id, _("Row of the statement"))
    entries = work.session.scalars(
        select(LedgerEntry).where(
            LedgerEntry.posting_id.in_(sorted(posting_ids)), LedgerEntry.account_id == row.account_id
        )
    ).all()
    if sum((entry.amount for entry in entries), ZERO) != row.amount:
        entries = [entry for entry in entries if entry.amount == row.amount][:1]
    if not entries:
        return False
    match_rows.within(work, MatchRows((Pair(row.id, tuple(entry.id for entry in entries)),)))
    return True
