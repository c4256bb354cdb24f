"""What the page of matching and reconciling shows: the identity, the bank's rows with proposals, the open entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from tradecrm.core.bank_matching import Proposal
from tradecrm.core.fields import FieldKind
from tradecrm.models import Account, BankMatch, BankRow, BankStatement, Person
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.services.figures.bank_entries import books_of
from tradecrm.services.money.matching import propose_matches
from tradecrm.services.money.reconciling import Agreement, Reconciled, agreement, reconciliations
from tradecrm.services.money.statements import statement_days
from tradecrm.services.work import Reader

_MOST_DONE = 500


@dataclass(frozen=True, slots=True)
class DoneRow:
    """A row that is matched or left out: what it was matched to in words, or why it is left out."""

    id: int
    day: date
    amount: Decimal
    name: str
    text: str
    reference: str
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the page shows of an account as of a day; ``proposals`` by row, ``entries`` the words of theirs."""

    agreement: Agreement
    proposals: dict[int, Proposal]
    entries: dict[int, str]
    done: tuple[DoneRow, ...]
    kept: tuple[Reconciled, ...]

    @property
    def sure(self) -> tuple[Proposal, ...]:
        """Answer the proposals that nothing else could be meant by."""
        return tuple(each for each in self.proposals.values() if each.sure)


@dataclass(frozen=True, slots=True)
class DeskQuery:
    """Which account, as of which day (None: the end of its newest statement), against which bank balance."""

    account_id: int
    until: date | None = None
    balance: Decimal | None = None


def bank_desk(reader: Reader, query: DeskQuery) -> Desk:
    """Answer the page of an account; NotFound for an account that is not there."""
    reader.actor.demand("account.write")
    last, _closing = statement_days(reader, query.account_id)
    until = query.until or last or reader.today
    found = agreement(reader, query.account_id, until, query.balance)
    proposals = {each.row_id: each for each in propose_matches(reader, query.account_id, until)}
    keys = [key for each in proposals.values() for key in each.entry_ids]
    words = {key: _words(entry) for key, entry in books_of(reader, keys).items()}
    return Desk(
        found,
        proposals,
        words,
        _done(reader, query.account_id, until),
        tuple(reconciliations(reader, query.account_id)),
    )


def _words(entry: Any) -> str:
    return " ".join(word for word in (entry.words, entry.name) if word)


def _done(reader: Reader, account_id: int, until: date) -> tuple[DoneRow, ...]:
    """Answer the newest rows that are matched or left out."""
    rows = reader.session.scalars(
        select(BankRow)
        .where(BankRow.account_id == account_id, BankRow.day <= until, BankRow.status != "open")
        .order_by(BankRow.day.desc(), BankRow.id.desc())
        .limit(_MOST_DONE)
    ).all()
    matches = reader.session.execute(
        select(BankMatch.row_id, BankMatch.entry_id).where(
            BankMatch.row_id.in_([row.id for row in rows if row.status == "matched"])
        )
    ).all()
    books = books_of(reader, (entry for _row, entry in matches))
    words: dict[int, list[str]] = {}
    for row_id, entry in matches:
        words.setdefault(row_id, []).append(_words(books[entry]))
    return tuple(
        DoneRow(
            row.id,
            row.day,
            row.amount,
            row.name,
            row.text,
            row.reference,
            row.status,
            row.remark or "; ".join(words.get(row.id, ())),
        )
        for row in rows
    )


_ROWS = (
    select(func.count())
    .where(BankRow.statement_id == BankStatement.id)
    .correlate(BankStatement)
    .scalar_subquery()
)
_OPEN = (
    select(func.count())
    .where(BankRow.statement_id == BankStatement.id, BankRow.status == "open")
    .correlate(BankStatement)
    .scalar_subquery()
)


def _joins(query: Select[Any]) -> Select[Any]:
    return query.outerjoin(Account, Account.id == BankStatement.account_id).outerjoin(
        Person, Person.id == BankStatement.person_id
    )


STATEMENTS = ListSource(
    key="bank_statements",
    identity=BankStatement.id,
    columns=(
        ListColumn("account", Account.name),
        ListColumn("account_id", BankStatement.account_id, FieldKind.INTEGER, nullable=False),
        ListColumn("currency", Account.currency, FieldKind.CURRENCY),
        ListColumn("from", BankStatement.from_day, FieldKind.DATE, nullable=False),
        ListColumn("to", BankStatement.to_day, FieldKind.DATE, nullable=False),
        ListColumn("opening", BankStatement.opening, FieldKind.MONEY, "currency"),
        ListColumn("closing", BankStatement.closing, FieldKind.MONEY, "currency"),
        ListColumn("rows", _ROWS, FieldKind.INTEGER, nullable=False),
        ListColumn("open_rows", _OPEN, FieldKind.INTEGER, nullable=False),
        ListColumn("file", BankStatement.file_name, nullable=False),
        ListColumn("format", BankStatement.format, FieldKind.CHOICE, nullable=False),
        ListColumn("person", Person.name),
    ),
    joins=_joins,
    joined=frozenset({"account", "currency", "person"}),
    searched=("account", "file"),
)
"""The statements brought in; ``open_rows`` are those that nothing is matched to yet."""
