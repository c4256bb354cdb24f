"""Aging and balances against hand-written SQL on the same book: same key, same cache, same rows out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.books import opened
from bench.measure import Line, ratio
from bench.story import TODAY
from tradecrm.services.figures.accounts import account_balances, account_sums
from tradecrm.services.figures.aging import AgingQuery, aging, aging_totals
from tradecrm.storage.engines import connect

SCREEN = 80
_MANY = 41
"""Rounds of what takes a millisecond: a few would measure who else is at work."""
PAST = TODAY - timedelta(days=440)

_PIVOT = """
sum(CASE WHEN is_credit = 0 AND (due_on IS NULL OR due_on >= :day) THEN open_amount ELSE 0 END),
sum(CASE WHEN is_credit = 0 AND due_on < :day AND due_on >= :d30 THEN open_amount ELSE 0 END),
sum(CASE WHEN is_credit = 0 AND due_on < :d30 AND due_on >= :d60 THEN open_amount ELSE 0 END),
sum(CASE WHEN is_credit = 0 AND due_on < :d60 AND due_on >= :d90 THEN open_amount ELSE 0 END),
sum(CASE WHEN is_credit = 0 AND due_on < :d90 THEN open_amount ELSE 0 END),
sum(CASE WHEN is_credit = 1 THEN open_amount ELSE 0 END)
"""
_ALL = (
    f"SELECT party_id, currency, {_PIVOT} FROM instalment WHERE side = 'AR' AND open_amount <> 0 "
    "GROUP BY party_id, currency ORDER BY party_id, currency"
)
_TOTALS = (
    f"SELECT currency, {_PIVOT} FROM instalment WHERE side = 'AR' AND open_amount <> 0 "
    "GROUP BY currency ORDER BY currency"
)
_PAST_WHOLE = """
SELECT party_id, currency, is_credit, CASE WHEN due_known_on <= :day THEN due_on END AS due_on,
  amount + CASE WHEN is_credit
    THEN (SELECT coalesce(sum(credit_amount), 0) FROM allocation WHERE credit_item_id = part.item_id AND day <= :day)
    ELSE -(SELECT coalesce(sum(debit_amount), 0) FROM allocation WHERE debit_item_id = part.item_id AND day <= :day)
  END AS open_amount
FROM instalment AS part WHERE side = 'AR' AND is_whole = 1 AND {state} AND item_day <= :day AND due_changes = 0
"""
_PAST_SPLIT = """
SELECT party_id, currency, is_credit, due_on, min(max(reached - paid, 0), amount) FROM (
  SELECT party_id, currency, is_credit, CASE WHEN due_known_on <= :day THEN due_on END AS due_on, amount,
    (SELECT coalesce(sum(debit_amount), 0) FROM allocation WHERE debit_item_id = part.item_id AND day <= :day) AS paid,
    sum(amount) OVER (PARTITION BY item_id
      ORDER BY coalesce(CASE WHEN due_known_on <= :day THEN due_on END, '9999'), position) AS reached
  FROM instalment AS part
  WHERE side = 'AR' AND is_whole = 0 AND {state} AND item_day <= :day AND due_changes = 0)
"""
_PAST_ROWS = " UNION ALL ".join(
    each.format(state=state)
    for state in ("settled_on IS NULL", "settled_on > :day")
    for each in (_PAST_WHOLE, _PAST_SPLIT)
)
_PAST = f"SELECT party_id, currency, {_PIVOT} FROM ({_PAST_ROWS}) GROUP BY party_id, currency"
_MONTHS = "SELECT account_id, sum(amount), sum(base_amount) FROM account_month WHERE month < :month GROUP BY account_id"
_DAYS = (
    "SELECT account.id, sum(entry.amount), sum(entry.base_amount) FROM account JOIN ledger_entry AS entry "
    "ON entry.account_id = account.id AND entry.day >= :first AND entry.day <= :day GROUP BY account.id"
)
_ACCOUNTS = (
    "SELECT id, name, kind, currency, archived FROM account WHERE opened_on <= :day ORDER BY currency, name"
)
_RATES = (
    "SELECT currency, day, rate FROM rate WHERE kind = 'MID' AND day BETWEEN date(:day, '-7 days') AND :day"
)


def _days(day: date) -> dict[str, str]:
    found = {"day": day.isoformat(), "first": day.replace(day=1).isoformat(), "month": f"{day:%Y-%m}"}
    return found | {f"d{back}": (day - timedelta(days=back)).isoformat() for back in (30, 60, 90)}


def run(path: Path, scale: str) -> Iterator[Line]:
    """Measure the figures of the book at ``path``."""
    del scale
    book = opened(path)
    seat, raw = book.seat(), connect(path)

    def query(sql: str, day: date) -> list[Any]:
        rows: list[Any] = raw.execute(sql, _days(day)).fetchall()
        return rows

    today, past = AgingQuery("AR", TODAY), AgingQuery("AR", PAST)
    same = [(row[0], row[1], tuple(row[2:7]), row[7]) for row in query(_ALL, TODAY)]
    assert same == [tuple(row) for row in seat.ask(aging, today)]
    then = {tuple(row) for row in query(_PAST, PAST) if any(row[2:])}
    assert then == {(r.party_id, r.currency, *r.buckets, r.unapplied) for r in seat.ask(aging, past)}
    yield ratio(
        f"aging today, all {len(same):,} rows",
        1.5,
        lambda: seat.ask(aging, today),
        lambda: query(_ALL, TODAY),
    )
    yield ratio(
        "aging today, first screen, to totals",
        2,
        lambda: (seat.ask(aging_totals, today), seat.ask(aging, today, limit=SCREEN)),
        lambda: query(_TOTALS, TODAY),
    )
    yield ratio(
        f"aging of {PAST}, all {len(then):,} rows",
        2,
        lambda: seat.ask(aging, past),
        lambda: query(_PAST, PAST),
    )
    yield ratio(
        f"balances of all accounts, {PAST}",
        3,
        lambda: seat.ask(account_sums, PAST),
        lambda: (query(_MONTHS, PAST), query(_DAYS, PAST)),
        _MANY,
    )
    yield ratio(
        "the same with names and worth at closing rates",
        3,
        lambda: seat.ask(account_balances, PAST),
        lambda: [query(each, PAST) for each in (_MONTHS, _DAYS, _ACCOUNTS, _RATES)],
        _MANY,
    )
    raw.close()
    book.close()
