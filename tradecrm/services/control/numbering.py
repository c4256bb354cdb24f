"""Numbers of documents, ``PREFIX-YYMM-NNNN``: given once, never used again (domain.md section 0)."""

from __future__ import annotations

import functools
from datetime import date
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from tradecrm.models import NumberSeries
from tradecrm.services.figures.numbers import number_taken
from tradecrm.services.prepared import prepared_rows, write_rows

PREFIXES = {
    "contract": "SC",
    "shipment": "SH",
    "invoice": "CI",
    "receipt": "RC",
    "payment": "PY",
    "transfer": "TR",
    "expense": "EX",
    "bill": "BL",
    "loan": "LN",
    "party": "P",
    "inquiry": "IQ",
    "quotation": "QT",
    "proforma": "PI",
    "purchase": "PC",
    "freight": "FI",
    "import_job": "IM",
    "debit_note": "DN",
    "credit_note": "CN",
    "opening": "OB",
    "write_off": "WO",
    "refund": "RF",
    "contra": "CT",
    "claim": "EC",
    "rebate": "RB",
    "commission": "CM",
    "goods_return": "RT",
}


def next_number(session: Session, kind: str, day: date) -> str:
    """Take the next number of ``kind`` in the month of ``day``, within the running unit of work.

    Numbers that were typed by hand are stepped over.
    """
    prefix = PREFIXES[kind]
    period = f"{day:%y%m}"
    while True:
        text = f"{prefix}-{period}-{_advance(session, prefix, period):04d}"
        if not number_taken(session, kind, text):
            return text


def take_numbers(session: Session, kind: str, day: date, count: int) -> list[str]:
    """Take ``count`` numbers in a row, for what is written in set form."""
    if count == 0:
        return []
    first = next_number(session, kind, day)
    head, _dash, digits = first.rpartition("-")
    _advance(session, PREFIXES[kind], f"{day:%y%m}", count - 1)
    return [f"{head}-{number:04d}" for number in range(int(digits), int(digits) + count)]


def _advance(session: Session, prefix: str, period: str, count: int = 1) -> int:
    """Take ``count`` numbers of a series and answer the first; the first number ever begins the series.

    Written at once, so that whoever takes a number on a server meanwhile waits for ours.
    """
    following: int | None = prepared_rows(
        session, _take(), of_prefix=prefix, of_period=period, count=count
    ).scalar()
    if following is not None:
        return following - count
    write_rows(session, NumberSeries, [{"prefix": prefix, "period": period, "next_number": 1 + count}])
    return 1


@functools.cache
def _take() -> ReturningUpdate[*tuple[Any, ...]]:
    following = NumberSeries.next_number + bindparam("count")
    return (
        update(NumberSeries)
        .where(NumberSeries.prefix == bindparam("of_prefix"), NumberSeries.period == bindparam("of_period"))
        .values(next_number=following)
        .returning(NumberSeries.next_number)
    )
