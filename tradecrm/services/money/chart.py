"""The mapping of the ledger to the accountant's chart (会计科目): looked at, changed, and put back to the default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from tradecrm.core.chart import BY_KIND, DEFAULTS, Key, Target, resolve
from tradecrm.core.problems import Problem
from tradecrm.core.text import _
from tradecrm.models import Account, LedgerAccount, LedgerEntry
from tradecrm.services.figures.journal import chart_key
from tradecrm.services.work import Reader, Work, operation


def default_targets(reader: Reader) -> dict[Key, Target]:
    """Answer the default chart with the names in the person's language; cash and wallets have accounts apart."""
    found: dict[Key, Target] = {
        (each.book, each.category, None): Target(each.code, _(each.name)) for each in DEFAULTS
    }
    for key, kind in reader.session.execute(select(Account.id, Account.kind)):
        if kind in BY_KIND:
            code, name = BY_KIND[kind]
            found["BANK", "", key] = Target(code, _(name))
    return found


def own_targets(reader: Reader) -> dict[Key, Target]:
    """Answer the lines of the chart that were changed."""
    rows = reader.session.scalars(select(LedgerAccount))
    return {(row.book, row.category, row.account_id): Target(row.code, row.name) for row in rows}


def used_keys(reader: Reader) -> dict[Key, int]:
    """Answer what stands in the ledger: book, category and bank account, with the count of rows."""
    columns = (LedgerEntry.book, LedgerEntry.category, LedgerEntry.account_id)
    rows = reader.session.execute(select(*columns, func.count()).group_by(*columns).order_by(*columns))
    found: dict[Key, int] = {}
    for book, category, account_id, count in rows:
        key = chart_key(book, category, account_id)
        found[key] = found.get(key, 0) + count
    return found


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A line of the mapping: what of the ledger, where it goes (code empty: nowhere), and whether it was changed."""

    book: str
    category: str
    account_id: int | None
    account: str
    code: str
    name: str
    changed: bool
    rows: int


def chart_rows(reader: Reader) -> Sequence[ChartRow]:
    """Answer the whole mapping: defaults, what was changed, and each key of the ledger with where it goes now."""
    reader.actor.demand("account.read")
    own, defaults, used = own_targets(reader), default_targets(reader), used_keys(reader)
    names = dict(reader.session.execute(select(Account.id, Account.name)).all())
    books = {book: place for place, book in enumerate(dict.fromkeys(each.book for each in DEFAULTS))}
    keys = sorted(
        {*own, *defaults, *used}, key=lambda key: (books.get(key[0], 99), key[0], key[1], key[2] or 0)
    )
    rows = []
    for key in keys:
        target = resolve(key, own, defaults) or Target("", "")
        rows.append(
            ChartRow(
                key[0],
                key[1],
                key[2],
                "" if key[2] is None else names.get(key[2], str(key[2])),
                target.code,
                target.name,
                key in own,
                used.get(key, 0),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class SaveChartLine:
    """Where rows of a book go: all of a category or a bank account, or (both empty) all that is not named apart."""

    book: str
    code: str
    name: str
    category: str = ""
    account_id: int | None = None


def check_chart_line(command: SaveChartLine) -> list[Problem]:
    """Answer what is wrong with a line of the chart."""
    problems = []
    code = command.code.strip()
    if not code or not all(sign.isalnum() or sign in ".-" for sign in code):
        problems.append(Problem("code", _("A code is made of letters, digits, dots and dashes.")))
    if not command.name.strip():
        problems.append(Problem("name", _("An account needs a name.")))
    return problems


@operation("period.close", check=check_chart_line)
def save_chart_line(work: Work, command: SaveChartLine) -> int:
    """Say where rows of a book go; answers the id of the line."""
    row = _line(work, command.book, command.category, command.account_id)
    if row is None:
        row = LedgerAccount(
            book=command.book, category=command.category, account_id=command.account_id, version=1
        )
    row.code, row.name = command.code.strip(), command.name.strip()
    row.updated_at = work.now
    return work.add(row).id


@dataclass(frozen=True, slots=True)
class DropChartLine:
    """A changed line to be put back to what the default says."""

    book: str
    category: str = ""
    account_id: int | None = None


@operation("period.close")
def drop_chart_line(work: Work, command: DropChartLine) -> None:
    """Put a line back to the default."""
    row = _line(work, command.book, command.category, command.account_id)
    if row is not None:
        work.session.delete(row)
        work.session.flush()


def _line(reader: Reader, book: str, category: str, account_id: int | None) -> LedgerAccount | None:
    account = LedgerAccount.account_id
    return reader.session.scalars(
        select(LedgerAccount).where(
            LedgerAccount.book == book,
            LedgerAccount.category == category,
            account.is_(None) if account_id is None else account == account_id,
        )
    ).one_or_none()
