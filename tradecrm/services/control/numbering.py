"""Numbers of documents, ``PREFIX-YYMM-NNNN``: given once, never used again (domain.md section 0)."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tradecrm.models import NumberSeries
from tradecrm.services.figures.numbers import number_taken

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
    series = session.get(NumberSeries, (prefix, period))
    if series is None:
        series = NumberSeries(prefix=prefix, period=period, next_number=1)
        session.add(series)
    text = f"{prefix}-{period}-{series.next_number:04d}"
    while number_taken(session, kind, text):
        series.next_number += 1
        text = f"{prefix}-{period}-{series.next_number:04d}"
    series.next_number += 1
    return text


def take_numbers(session: Session, kind: str, day: date, count: int) -> list[str]:
    """Take ``count`` numbers in a row, for what is written in set form."""
    if count == 0:
        return []
    first = next_number(session, kind, day)
    head, _dash, digits = first.rpartition("-")
    series = session.get_one(NumberSeries, (PREFIXES[kind], f"{day:%y%m}"))
    series.next_number = int(digits) + count
    session.flush()
    return [f"{head}-{number:04d}" for number in range(int(digits), int(digits) + count)]
