"""Revaluation at a period end (期末调汇, section 3.5): posted on the day, reversed on the next, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Person, Revaluation, RevaluationLine
from tradecrm.models.base import AMOUNT_SCALE, to_scaled
from tradecrm.services.data.bulk import add_rows
from tradecrm.services.figures.revaluing import Valuation, ValuedRow, valuation
from tradecrm.services.money.ledger import FX, Draft, Row, Source, demand_open_period, post_all, reverse
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
REVAL = "REVAL"
"""The book that holds what is open at more or less than its carrying, so that AR, AP and BANK keep their own."""

REVALUED = "REVALUED"
"""Category of the rows in the book of exchange differences; realized ones have others."""

_KEYS = {"AR": "item_id", "AP": "item_id", "BANK": "account_id", "LOAN": "loan_id"}


@dataclass(frozen=True, slots=True)
class Revalue:
    """The period end to revalue what is open in foreign currency at."""

    day: date


@operation("account.write")
def revalue(work: Work, command: Revalue) -> int:
    """Post the unrealized difference of everything open at the end of a day, and its reversal on the next day.

    Answers the revaluation's id. Refuses a closed or future day, a day revalued already, a missing rate.
    """
    day = command.day
    if day > work.today:
        raise Refusal.of(
            _("{day} is after today; what will be open then is not known yet.").format(day=day), "day"
        )
    demand_open_period(work, day)
    if _posted(work, day) is not None:
        raise Refusal.of(_("{day} has been revalued already. Take that back first.").format(day=day), "day")
    found = valuation(work, day)
    if found.missing:
        raise Refusal.of(
            _("The closing rate of {day} is missing for {currencies}. Enter it under Rates first.").format(
                day=day, currencies=", ".join(found.missing)
            ),
            "day",
        )
    if not found.rows:
        raise Refusal.of(_("Nothing was open in foreign currency on {day}.").format(day=day), "day")
    record = work.add(
        Revaluation(day=day, at=work.now, person_id=work.actor.person_id, total=found.total or ZERO)
    )
    add_rows(work, RevaluationLine, [_line(record.id, row) for row in found.rows])
    _post(work, record, found)
    for note in found.notes:
        work.warn(note)
    return record.id


def _posted(reader: Reader, day: date) -> Revaluation | None:
    """Answer the revaluation of a day that counts."""
    return reader.session.scalars(
        select(Revaluation).where(Revaluation.day == day, Revaluation.undone_at.is_(None))
    ).one_or_none()


def _line(revaluation_id: int, row: ValuedRow) -> dict[str, object]:
    own = dict.fromkeys(("item_id", "account_id", "loan_id"))
    return {
        **own,
        _KEYS[row.book]: row.key,
        "revaluation_id": revaluation_id,
        "book": row.book,
        "currency": row.currency,
        "amount": row.amount,
        "rate": row.rate,
        "carrying": row.carrying,
        "value": row.value,
        "difference": row.difference,
    }


def _post(work: Work, record: Revaluation, found: Valuation) -> None:
    """Post the differences on their day and the same the other way round on the next."""
    rows = [
        Row(REVAL, group.currency, ZERO, group.difference or ZERO, group.book)
        for group in found.groups()
        if group.difference
    ]
    if not rows:
        return
    rows.append(Row(FX, work.base, -record.total, -record.total, REVALUED))
    source = Source("revaluation", record.id, _("Revaluation of {day}").format(day=record.day))
    draft = Draft(record.day, "revaluation", source, tuple(rows))
    back = replace(draft, day=record.day + timedelta(days=1), rows=tuple(row.reversed() for row in rows))
    record.posting_id, record.reversal_id = post_all(work, (draft, back))
    work.session.flush()


@dataclass(frozen=True, slots=True)
class UndoRevaluation:
    """The revaluation to take back."""

    revaluation_id: int


@operation("account.write")
def undo_revaluation(work: Work, command: UndoRevaluation) -> None:
    """Take a revaluation back by reversing postings of the same days; it stays in the list, marked."""
    record = work.get(Revaluation, command.revaluation_id, _("Revaluation"))
    if record.undone_at is not None:
        raise Refusal.of(_("The revaluation of {day} has been taken back already.").format(day=record.day))
    demand_open_period(work, record.day)
    memo = _("Revaluation of {day} taken back").format(day=record.day)
    for posting_id, day in (
        (record.posting_id, record.day),
        (record.reversal_id, record.day + timedelta(days=1)),
    ):
        if posting_id is not None:
            reverse(work, posting_id, day, memo)
    record.undone_at = work.now
    work.session.flush()


@dataclass(frozen=True, slots=True)
class RevaluationRow:
    """A revaluation as a list shows it; ``total`` in base, above zero a gain."""

    id: int
    day: date
    at: datetime
    person: str
    total: Decimal
    undone_at: datetime | None


def revaluations(reader: Reader) -> Sequence[RevaluationRow]:
    """Answer every revaluation, the latest day first, those taken back included."""
    reader.actor.demand("account.read")
    rows = reader.session.execute(
        select(
            Revaluation.id,
            Revaluation.day,
            Revaluation.at,
            Person.name,
            Revaluation.total,
            Revaluation.undone_at,
        )
        .join(Person, Person.id == Revaluation.person_id)
        .order_by(Revaluation.day.desc(), Revaluation.id.desc())
    )
    return [RevaluationRow(*row) for row in rows]


def is_stale(reader: Reader, day: date, found: Valuation) -> bool:
    """Tell whether the revaluation of a day no longer fits what was open then, because of later entries."""
    record = _posted(reader, day)
    if record is None:
        return False
    kept = reader.session.execute(
        select(
            RevaluationLine.item_id,
            RevaluationLine.account_id,
            RevaluationLine.loan_id,
            RevaluationLine.amount,
            RevaluationLine.difference,
        ).where(RevaluationLine.revaluation_id == record.id)
    )
    then = {(item or account or loan, amount, gain) for item, account, loan, amount, gain in kept}
    return then != {(row.key, row.amount, row.difference) for row in found.rows}


def revaluation_of(reader: Reader, day: date) -> int | None:
    """Answer the id of the revaluation of a day that counts, None when there is none."""
    record = _posted(reader, day)
    return None if record is None else record.id


def posted_valuation(reader: Reader, revaluation_id: int) -> Valuation:
    """Answer a revaluation as it was posted, row by row."""
    record = reader.get(Revaluation, revaluation_id, _("Revaluation"))
    lines = reader.session.scalars(
        select(RevaluationLine)
        .where(RevaluationLine.revaluation_id == record.id)
        .order_by(RevaluationLine.id)
    )
    rows = tuple(
        ValuedRow(
            line.book,
            line.item_id or line.account_id or line.loan_id or 0,
            line.currency,
            to_scaled(line.amount, AMOUNT_SCALE),
            to_scaled(line.carrying, AMOUNT_SCALE),
            line.rate,
            to_scaled(line.difference, AMOUNT_SCALE),
        )
        for line in lines
    )
    return Valuation(record.day, reader.base, rows, (), ())
