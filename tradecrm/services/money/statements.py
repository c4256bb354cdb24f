"""Bank statements brought into the book: checked against the account, each row known once (domain.md section 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, insert, select

from tradecrm.core.bank_rows import BankFile, BankLine, alike, broken_balances, fingerprints, same_account
from tradecrm.core.money import fits_currency
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _, ngettext
from tradecrm.models import Account, BankLayout, BankMatch, BankRow, BankStatement
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ImportStatement:
    """A statement for an account: what was read, the file's name and digest.

    ``heads`` and ``columns`` are the key of a table's heads and how it was read, kept for the next file.
    ``with_alike`` brings rows in as well that have the day and amount of a row the book has in other words.
    """

    account_id: int
    file: BankFile
    file_name: str
    sha256: str
    heads: str = ""
    columns: str = ""
    with_alike: bool = False


@dataclass(frozen=True, slots=True)
class ImportedStatement:
    """What bringing in a statement did: its id, how many lines are new, how many were known already."""

    id: int
    added: int
    known: int


@dataclass(frozen=True, slots=True)
class StatementPreview:
    """What bringing in a statement would do: lines new and known, and in words what does not hold.

    ``same`` are the places of the lines that the book has word for word, ``alike`` says of others, by their place,
    how the book has a row of that day and amount: from another file, or another format of the same days.
    """

    added: int
    known: int
    warnings: tuple[str, ...]
    same: frozenset[int] = frozenset()
    alike: Mapping[int, str] = field(default_factory=dict)


def _refuse_other_account(account: Account, file: BankFile) -> None:
    """Refuse a statement of another account or currency, and amounts the currency does not have."""
    if not file.lines:
        raise Refusal.of(_("The statement holds no row."), "file")
    if not same_account(file.number, account.number):
        raise Refusal.of(
            _(
                "The statement is of account {stated}, {account} has the number {number}. "
                "Choose the right account."
            ).format(stated=file.number, account=account.name, number=account.number),
            "account",
        )
    if file.currency and file.currency != account.currency:
        raise Refusal.of(
            _("The statement is in {stated}, {account} is in {currency}. Choose the right account.").format(
                stated=file.currency, account=account.name, currency=account.currency
            ),
            "account",
        )
    problems = [
        Problem(
            "file",
            _("{place}: {amount} has more decimals than {currency} allows.").format(
                place=line.place, amount=line.amount, currency=account.currency
            ),
        )
        for line in file.lines
        if not fits_currency(line.amount, account.currency)
    ]
    if problems:
        raise Refusal(problems[:20])


@dataclass(frozen=True, slots=True)
class _Seen:
    """Which lines of a file the book has: word for word, or alike, with the words of the row in the book."""

    same: frozenset[int]
    alike: Mapping[int, str]

    def left_out(self, with_alike: bool) -> frozenset[int]:
        """Answer the places of the lines that are not brought in."""
        return self.same if with_alike else self.same | self.alike.keys()


def _seen(reader: Reader, account_id: int, lines: Sequence[BankLine], marks: Sequence[str]) -> _Seen:
    """Answer which lines of a file stand in the account's statements already.

    The same days come as CSV, as MT940 and as CAMT, each with other words: what no line of the book equals is held
    against the rows of its day and amount, each of them once, those first that share the most words.
    """
    kept = reader.session.execute(
        select(
            BankRow.day, BankRow.amount, BankRow.fingerprint, BankRow.name, BankRow.reference, BankRow.text
        )
        .where(
            BankRow.account_id == account_id,
            BankRow.day >= min(line.day for line in lines),
            BankRow.day <= max(line.day for line in lines),
        )
        .order_by(BankRow.id)
    ).all()
    known, wanted = {row.fingerprint for row in kept}, set(marks)
    same = frozenset(place for place, mark in enumerate(marks) if mark in known)
    others = [
        (row.day, row.amount, " ".join(filter(None, (row.name, row.reference, row.text))))
        for row in kept
        if row.fingerprint not in wanted
    ]
    left = {place: line for place, line in enumerate(lines) if place not in same}
    return _Seen(same, alike(left, others))


def _warnings(reader: Reader, account: Account, file: BankFile, seen: _Seen) -> list[str]:
    """Answer in words what does not hold: balances within the statement, and to the one before."""
    previous, known = None, len(seen.same)
    if not known and not seen.alike:
        previous = reader.session.scalar(
            select(BankStatement.closing)
            .where(BankStatement.account_id == account.id, BankStatement.to_day <= file.first_day())
            .order_by(BankStatement.to_day.desc(), BankStatement.id.desc())
            .limit(1)
        )
    found = broken_balances(file, account.currency, previous)
    if known:
        found.append(
            ngettext(
                "{count} row is in the book already and is not brought in again.",
                "{count} rows are in the book already and are not brought in again.",
                known,
            ).format(count=known)
        )
    if seen.alike:
        found.append(
            ngettext(
                "{count} row has the day and amount of a row that the book has in other words, as from another file.",
                "{count} rows have the day and amount of rows that the book has in other words, "
                "as from another file.",
                len(seen.alike),
            ).format(count=len(seen.alike))
        )
    return found


def preview_statement(reader: Reader, account_id: int, file: BankFile) -> StatementPreview:
    """Answer what bringing a statement in would do; Refusal when it is not the account's."""
    reader.actor.demand("account.write")
    account = reader.get(Account, account_id, _("Account"))
    _refuse_other_account(account, file)
    seen = _seen(reader, account.id, file.lines, fingerprints(file.lines))
    known = len(seen.left_out(False))
    warnings = tuple(_warnings(reader, account, file, seen))
    return StatementPreview(len(file.lines) - known, known, warnings, seen.same, seen.alike)


@operation("account.write")
def import_statement(work: Work, command: ImportStatement) -> ImportedStatement:
    """Bring a statement in; rows that stand in the book already are left out, breaks in its balances warned of."""
    account = work.get(Account, command.account_id, _("Account"))
    file = command.file
    _refuse_other_account(account, file)
    marks = fingerprints(file.lines)
    seen = _seen(work, account.id, file.lines, marks)
    out = seen.left_out(command.with_alike)
    if len(out) == len(file.lines):
        raise Refusal.of(
            _("Every row of {file} is in the book already.").format(file=command.file_name), "file"
        )
    for warning in _warnings(work, account, file, seen):
        work.warn(warning)
    statement = work.add(
        BankStatement(
            account_id=account.id,
            format=file.format,
            file_name=command.file_name[:260],
            sha256=command.sha256,
            from_day=file.first_day(),
            to_day=file.last_day(),
            opening=file.opening,
            closing=file.closing,
            at=work.now,
            person_id=work.actor.person_id,
        )
    )
    rows = [
        {
            "statement_id": statement.id,
            "account_id": account.id,
            "position": position,
            "day": line.day,
            "value_day": line.value_day,
            "amount": line.amount,
            "name": line.name[:300],
            "text": line.text,
            "reference": line.reference[:120],
            "fingerprint": mark,
            "status": "open",
            "remark": "",
        }
        for position, (line, mark) in enumerate(zip(file.lines, marks, strict=True), start=1)
        if position - 1 not in out
    ]
    work.session.execute(insert(BankRow).execution_options(render_nulls=True), rows)
    work.touch("bank_row")
    if command.heads:
        _keep_layout(work, account.id, command.heads, command.columns)
    return ImportedStatement(statement.id, len(rows), len(out))


def _keep_layout(work: Work, account_id: int, heads: str, columns: str) -> None:
    """Remember how a table with these heads is read for the account."""
    kept = work.session.scalars(
        select(BankLayout).where(BankLayout.account_id == account_id, BankLayout.heads == heads)
    ).one_or_none()
    if kept is None:
        work.add(BankLayout(account_id=account_id, heads=heads, columns=columns))
    elif kept.columns != columns:
        kept.columns = columns


def kept_layout(reader: Reader, heads: str, account_id: int | None = None) -> str:
    """Answer how a table with these heads was read: for the account, else for any; empty when never."""
    reader.actor.demand("account.write")
    wanted = select(BankLayout.columns).where(BankLayout.heads == heads)
    if account_id is not None:
        wanted = wanted.order_by((BankLayout.account_id == account_id).desc())
    return reader.session.scalars(wanted.order_by(BankLayout.id.desc()).limit(1)).first() or ""


def account_of(reader: Reader, file: BankFile) -> int | None:
    """Answer the only account in use that a statement may be of, by its number or else by its currency."""
    reader.actor.demand("account.write")
    accounts = reader.session.execute(
        select(Account.id, Account.number, Account.currency).where(Account.archived.is_(False))
    ).all()
    fitting = [row for row in accounts if file.currency in ("", row.currency)]
    if file.number:
        numbered = [row.id for row in fitting if row.number and same_account(file.number, row.number)]
        return numbered[0] if len(numbered) == 1 else None
    return fitting[0].id if len(fitting) == 1 else None


@dataclass(frozen=True, slots=True)
class RemoveStatement:
    """Take a statement out again that was brought in wrongly."""

    statement_id: int


@operation("account.write")
def remove_statement(work: Work, command: RemoveStatement) -> int:
    """Take a statement and its rows out of the book; refused while a row of it is matched. Answers the rows taken."""
    statement = work.get(BankStatement, command.statement_id, _("Bank statement"))
    rows = select(BankRow.id).where(BankRow.statement_id == statement.id)
    matched = work.session.scalar(
        select(func.count()).select_from(BankMatch).where(BankMatch.row_id.in_(rows))
    )
    if matched:
        raise Refusal.of(
            _("Rows of {file} are matched to the books. Take the matches back first.").format(
                file=statement.file_name
            )
        )
    taken = work.session.scalar(
        select(func.count()).select_from(BankRow).where(BankRow.statement_id == statement.id)
    )
    work.session.execute(delete(BankRow).where(BankRow.statement_id == statement.id))
    work.touch("bank_row")
    work.session.delete(statement)
    return taken or 0


def statement_days(reader: Reader, account_id: int) -> tuple[date | None, Decimal | None]:
    """Answer the last day of the newest statement of an account, and its closing balance."""
    found = reader.session.execute(
        select(BankStatement.to_day, BankStatement.closing)
        .where(BankStatement.account_id == account_id)
        .order_by(BankStatement.to_day.desc(), BankStatement.id.desc())
        .limit(1)
    ).first()
    return (None, None) if found is None else (found[0], found[1])
