"""Reconciling an account with its bank (银行对账, domain.md section 4): the identity, locking, reopening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, insert, or_, select

from tradecrm.core.bank_flows import RECONCILIATION
from tradecrm.core.bank_matching import BookSide, Entry
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, BankMatch, BankRow, LedgerEntry, Posting, ReconciledEntry, Reconciliation
from tradecrm.models.base import from_scaled
from tradecrm.services.figures.bank_entries import (
    books_of,
    entries_before,
    first_statement,
    locked_entry,
    matched_until,
    papers_of,
    rows_moved,
    unmatched_until,
)
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """An entry of the books that the bank has not shown yet; the amount is signed."""

    id: int
    day: date
    amount: Decimal
    name: str
    memo: str


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row of the bank that the books do not have; ``unbooked`` is what of it no entry stands for."""

    id: int
    day: date
    amount: Decimal
    unbooked: Decimal
    name: str
    text: str
    reference: str
    status: str
    remark: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """The identity of an account as of a day: the bank's side and the books' side, and what makes them differ.

    ``bank_side`` = statement + deposits in transit - outstanding payments, ``book_side`` = book + unbooked
    credits - unbooked debits. ``stated`` is the balance the statements themselves reach, None without any.
    """

    account_id: int
    account: str
    currency: str
    until: date
    statement_balance: Decimal
    stated: Decimal | None
    book_balance: Decimal
    transit: tuple[OpenEntry, ...]
    unbooked: tuple[OpenRow, ...]
    start: date | None
    before_bank: Decimal | None
    before_books: Decimal

    @property
    def in_transit(self) -> Decimal:
        """Answer what the books took in that the bank does not show yet."""
        return sum((entry.amount for entry in self.transit if entry.amount > 0), ZERO)

    @property
    def outstanding(self) -> Decimal:
        """Answer what the books paid out that the bank does not show yet, without sign."""
        return -sum((entry.amount for entry in self.transit if entry.amount < 0), ZERO)

    @property
    def credits_(self) -> Decimal:
        """Answer what the bank took in that the books do not have."""
        return sum((row.unbooked for row in self.unbooked if row.unbooked > 0), ZERO)

    @property
    def debits(self) -> Decimal:
        """Answer what the bank took out that the books do not have, without sign."""
        return -sum((row.unbooked for row in self.unbooked if row.unbooked < 0), ZERO)

    @property
    def bank_side(self) -> Decimal:
        """Answer the adjusted balance of the bank."""
        return self.statement_balance + self.in_transit - self.outstanding

    @property
    def book_side(self) -> Decimal:
        """Answer the adjusted balance of the books."""
        return self.book_balance + self.credits_ - self.debits

    @property
    def difference(self) -> Decimal:
        """Answer by how much the two sides differ; 0 when the identity holds."""
        return self.bank_side - self.book_side


def agreement(
    reader: Reader, account_id: int, until: date, statement_balance: Decimal | None = None
) -> Agreement:
    """Answer the identity of section 4 as of a day; without a balance, that of the statements brought in.

    What the books had before the first statement is what that statement begins with; entries of that time count
    as open only where a later line is matched to them.
    """
    reader.actor.demand("account.write")
    account = reader.get(Account, account_id, _("Account"))
    start, opening = first_statement(reader, account_id)
    stated = None
    if opening is not None:
        stated = opening + rows_moved(reader, account_id, until)
    balance = statement_balance if statement_balance is not None else stated
    return Agreement(
        account.id,
        account.name,
        account.currency,
        until,
        balance if balance is not None else ZERO,
        stated,
        balance_at(reader, account_id, until).amount,
        _open_entries(reader, account_id, start, until),
        _open_rows(reader, account_id, until),
        start,
        opening,
        _book_before(reader, account_id, start),
    )


def _book_before(reader: Reader, account_id: int, start: date | None) -> Decimal:
    if start is None:
        return ZERO
    return balance_at(reader, account_id, date.fromordinal(start.toordinal() - 1)).amount


def _open_entries(reader: Reader, account_id: int, start: date | None, until: date) -> tuple[OpenEntry, ...]:
    """Answer the entries up to ``until`` that the bank had not shown by then; what was taken back falls out."""
    entries = unmatched_until(reader, account_id, start or date.min, until)
    papers = papers_of(reader, (entry[0] for entry in entries))
    sums: dict[tuple[str, int], int] = {}
    for key, _day, amount in entries:
        sums[papers[key]] = sums.get(papers[key], 0) + amount
    standing: list[Entry] = [entry for entry in entries if sums[papers[entry[0]]] != 0]
    words = books_of(reader, (entry[0] for entry in standing))
    return tuple(_open_entry(entry, words[entry[0]]) for entry in standing)


def _open_entry(entry: Entry, words: BookSide) -> OpenEntry:
    return OpenEntry(entry[0], date.fromisoformat(entry[1]), from_scaled(entry[2]), words.name, words.words)


def _open_rows(reader: Reader, account_id: int, until: date) -> tuple[OpenRow, ...]:
    """Answer the rows up to ``until`` of which a part is in no entry up to then, left-out ones among them."""
    booked: dict[int, int] = {}
    for _entry, row_id, amount in matched_until(reader, account_id, until):
        booked[row_id] = booked.get(row_id, 0) + amount
    later = (
        select(BankMatch.id)
        .join(LedgerEntry, LedgerEntry.id == BankMatch.entry_id)
        .where(BankMatch.row_id == BankRow.id, LedgerEntry.day > until)
        .exists()
    )
    rows = reader.session.scalars(
        select(BankRow)
        .where(
            BankRow.account_id == account_id,
            BankRow.day <= until,
            or_(BankRow.status != "matched", later),
        )
        .order_by(BankRow.day, BankRow.id)
    )
    found = []
    for row in rows:
        unbooked = row.amount - from_scaled(booked.get(row.id, 0))
        if unbooked != 0:
            found.append(
                OpenRow(
                    row.id,
                    row.day,
                    row.amount,
                    unbooked,
                    row.name,
                    row.text,
                    row.reference,
                    row.status,
                    row.remark,
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class FinishReconciliation:
    """Finish the reconciliation of an account as of a day, with the balance the bank's statement shows."""

    account_id: int
    until: date
    statement_balance: Decimal


@operation("account.write")
def finish_reconciliation(work: Work, command: FinishReconciliation) -> int:
    """Keep a reconciliation and lock its entries, only while the identity holds; answers its id."""
    found = agreement(work, command.account_id, command.until, command.statement_balance)
    _refuse_unfit(work, found)
    record = work.session.scalars(
        select(Reconciliation).where(
            Reconciliation.account_id == command.account_id,
            Reconciliation.until == command.until,
            Reconciliation.status == "reopened",
        )
    ).first()
    if record is None:
        record = Reconciliation(
            account_id=command.account_id, until=command.until, status=RECONCILIATION.start
        )
    record.status = RECONCILIATION.step(record.status, "finish").target
    record.statement_balance = found.statement_balance
    record.in_transit, record.outstanding = found.in_transit, found.outstanding
    record.book_balance = found.book_balance
    record.unbooked_credits, record.unbooked_debits = found.credits_, found.debits
    record.finished_at, record.person_id, record.remark = work.now, work.actor.person_id, ""
    work.add(record)
    _lock(work, record, found)
    return record.id


def _refuse_unfit(work: Work, found: Agreement) -> None:
    """Refuse to finish what does not hold, has no statement, or lies within what is finished already."""
    if found.start is None:
        raise Refusal.of(_("Bring in a statement of {account} first.").format(account=found.account))
    if found.until > work.today:
        raise Refusal.of(_("An account is reconciled as of a day that has come."), "until")
    later = work.session.scalars(
        select(Reconciliation.until)
        .where(
            Reconciliation.account_id == found.account_id,
            Reconciliation.status == "finished",
            Reconciliation.until >= found.until,
        )
        .limit(1)
    ).first()
    if later is not None:
        raise Refusal.of(
            _("{account} is reconciled until {day} already.").format(account=found.account, day=later),
            "until",
        )
    if found.difference != 0:
        raise Refusal.of(
            _("The two sides differ by {amount}: the reconciliation cannot be finished.").format(
                amount=format_money(found.difference, found.currency)
            ),
            "statement_balance",
        )


def _lock(work: Work, record: Reconciliation, found: Agreement) -> None:
    """Lock what the bank has confirmed: matched entries, and those that the first statement's opening holds."""
    keys = {entry for entry, _row, _amount in matched_until(work, found.account_id, found.until)}
    if found.start is not None:
        keys |= entries_before(work, found.account_id, found.start)
    wanted = sorted(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        held = set(
            work.session.scalars(select(ReconciledEntry.entry_id).where(ReconciledEntry.entry_id.in_(part)))
        )
        new = [{"entry_id": key, "reconciliation_id": record.id} for key in part if key not in held]
        if new:
            work.session.execute(insert(ReconciledEntry), new)
    work.touch("reconciled_entry")


@dataclass(frozen=True, slots=True)
class ReopenReconciliation:
    """Open a finished reconciliation again, with the reason."""

    reconciliation_id: int
    reason: str


def check_reopen(command: ReopenReconciliation) -> list[Problem]:
    """Answer what is wrong with reopening."""
    if not command.reason.strip():
        return [Problem("reason", _("Say why the reconciliation is opened again."))]
    return []


@operation("account.reopen", check=check_reopen)
def reopen_reconciliation(work: Work, command: ReopenReconciliation) -> int:
    """Free the entries of the newest finished reconciliation of its account; answers its id."""
    record = work.get(Reconciliation, command.reconciliation_id, _("Reconciliation"))
    status = RECONCILIATION.step(record.status, "reopen").target
    later = work.session.scalars(
        select(Reconciliation.until).where(
            Reconciliation.account_id == record.account_id,
            Reconciliation.status == "finished",
            Reconciliation.until > record.until,
        )
    ).first()
    if later is not None:
        raise Refusal.of(
            _("Reopen the reconciliation until {day} first: it builds on this one.").format(day=later)
        )
    record.status, record.remark = status, command.reason.strip()[:300]
    work.session.execute(delete(ReconciledEntry).where(ReconciledEntry.reconciliation_id == record.id))
    work.touch("reconciled_entry")
    return record.id


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A reconciliation as its page shows it: the amounts of its identity, when and by whom it was finished."""

    id: int
    until: date
    status: str
    statement_balance: Decimal
    book_balance: Decimal
    remark: str


def reconciliations(reader: Reader, account_id: int) -> list[Reconciled]:
    """Answer the reconciliations of an account, newest first."""
    reader.actor.demand("account.read")
    rows = reader.session.scalars(
        select(Reconciliation)
        .where(Reconciliation.account_id == account_id)
        .order_by(Reconciliation.until.desc(), Reconciliation.id.desc())
    )
    return [
        Reconciled(row.id, row.until, row.status, row.statement_balance, row.book_balance, row.remark)
        for row in rows
    ]


_RETURNED = frozenset({"receipt", "payment", "refund"})
"""What a bank gives back weeks later by a row of its own: a bounced receipt, a payment that comes back."""


def demand_not_reconciled(work: Work, posting_id: int, day: date) -> None:
    """Refuse to take back on ``day`` a posting of which an entry is reconciled (section 4).

    Money of a partner that comes or goes back after the reconciled days is a movement of its own (section 16.7):
    the reconciled entry and its row stay as they are, and the reversal waits for the bank's row of its own day.
    """
    locked = locked_entry(work, posting_id)
    if locked is None:
        return
    entry = work.session.get_one(LedgerEntry, locked[0])
    account = work.session.get_one(Account, entry.account_id)
    record = work.session.get_one(Reconciliation, locked[1])
    amount = format_money(entry.amount, entry.currency)
    kind = work.session.get_one(Posting, posting_id).source_kind
    if kind not in _RETURNED:
        raise Refusal.of(
            _(
                "The entry of {day} over {amount} on {account} is reconciled with the bank until {until}. "
                "Reopen that reconciliation first."
            ).format(day=entry.day, amount=amount, account=account.name, until=record.until)
        )
    until = _reconciled_until(work, account.id)
    if day <= until:
        raise Refusal.of(
            _(
                "The entry of {day} over {amount} on {account} is reconciled with the bank until {until}. "
                "What the bank gave back later is taken back on a day after that; "
                "to correct a mistake, reopen that reconciliation first."
            ).format(day=entry.day, amount=amount, account=account.name, until=until),
            "day",
        )
    warning = _(
        "The reconciled entry of {day} over {amount} on {account} stays as it is; "
        "what is taken back waits for the bank's row of {back}."
    ).format(day=entry.day, amount=amount, account=account.name, back=day)
    if warning not in work.warnings:
        work.warn(warning)


def _reconciled_until(reader: Reader, account_id: int) -> date:
    """Answer the last day until which an account is reconciled; it has a finished reconciliation."""
    newest = (
        select(Reconciliation.until)
        .where(Reconciliation.account_id == account_id, Reconciliation.status == "finished")
        .order_by(Reconciliation.until.desc())
        .limit(1)
    )
    return reader.session.scalars(newest).one()
