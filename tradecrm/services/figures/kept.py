"""What is kept of the ledger beside it: month sums of accounts, added to with every entry, and read back.

All of it reads and writes plain tables: what is kept must not depend on who happens to post.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CompoundSelect, bindparam, func, select, union_all, update
from sqlalchemy.sql.dml import ReturningUpdate

from tradecrm.core.carrying import FxBalance
from tradecrm.models import AccountMonth, LedgerEntry
from tradecrm.services.figures.plain import plain, plain_rows
from tradecrm.services.prepared import prepared_rows, write_rows
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)


def entries_of(reader: Reader, posting_id: int) -> Sequence[Any]:
    """Answer every ledger row of a posting, whoever asks."""
    entry = plain(LedgerEntry)
    statement = select(LedgerEntry.__table__).where(entry.posting_id == posting_id).order_by(entry.id)
    return reader.session.execute(statement).all()


def month_key(day: date) -> str:
    """Answer the key of a day's month, ``2026-05``."""
    return f"{day:%Y-%m}"


def add_to_account_months(work: Work, moved: Mapping[tuple[int, str], FxBalance]) -> None:
    """Add what was just posted to the month sums, by account and month; the first of a month begins its row.

    Entries are only ever added and amounts are exact, so that a sum stays what its entries add up to; a busy
    month of an account has too many of them to be read again at every posting.
    """
    for (account_id, month), sums in sorted(moved.items()):
        values = {"of_account": account_id, "of_month": month, "more": sums.amount, "more_base": sums.base}
        if prepared_rows(work.session, _add_to_month(), **values).first() is None:
            first = {
                "account_id": account_id,
                "month": month,
                "amount": sums.amount,
                "base_amount": sums.base,
            }
            write_rows(work.session, AccountMonth, [first])


@functools.cache
def _add_to_month() -> ReturningUpdate[*tuple[Any, ...]]:
    kept = plain(AccountMonth)
    return (
        update(AccountMonth)
        .where(kept.account_id == bindparam("of_account"), kept.month == bindparam("of_month"))
        .values(
            amount=kept.amount + bindparam("more", type_=kept.amount.type),
            base_amount=kept.base_amount + bindparam("more_base", type_=kept.base_amount.type),
        )
        .returning(kept.account_id)
    )


def balance_at(reader: Reader, account_id: int, day: date) -> FxBalance:
    """Answer an account's balance and carrying in base at the end of ``day``: kept months, then the last days."""
    asked = {"account": account_id, "month": month_key(day), "first": day.replace(day=1), "last": day}
    sums = plain_rows(reader, _balance(), **asked).all()
    return FxBalance(
        sum((amount or ZERO for amount, _base in sums), ZERO),
        sum((base or ZERO for _amount, base in sums), ZERO),
    )


@functools.cache  # Built once: every payment asks for it, and building it costs as much as its answer.
def _balance() -> CompoundSelect[Any]:
    entry, kept = plain(LedgerEntry), plain(AccountMonth)
    months = select(func.sum(kept.amount), func.sum(kept.base_amount)).where(
        kept.account_id == bindparam("account"), kept.month < bindparam("month")
    )
    days = select(func.sum(entry.amount), func.sum(entry.base_amount)).where(
        entry.account_id == bindparam("account"),
        entry.day >= bindparam("first"),
        entry.day <= bindparam("last"),
    )
    return union_all(months, days)
