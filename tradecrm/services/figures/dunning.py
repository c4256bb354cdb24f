"""Which customers are to be reminded of what, in which stage: a case a customer, a line an instalment (3.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.dunning import STAGES, Stage, stage_to_send
from tradecrm.models import Dunning, Instalment, Item
from tradecrm.services.figures.collection import latest_promises
from tradecrm.services.figures.papers import party_names
from tradecrm.services.work import Reader

_LOOK_AHEAD = -STAGES[0].offset


@dataclass(frozen=True, slots=True)
class DunningLine:
    """An instalment to be reminded of; ``late`` is negative before the due day, ``sent`` the last stage sent."""

    instalment_id: int
    item_id: int
    number: str
    due_on: date
    late: int
    currency: str
    open_amount: Decimal
    stage: Stage
    sent: int
    sent_on: date | None
    broken: date | None


@dataclass(frozen=True, slots=True)
class DunningCase:
    """A customer with what is to be reminded of now, the longest overdue first; ``stage`` is the highest."""

    party_id: int
    party: str
    stage: Stage
    lines: tuple[DunningLine, ...]


def dunning_cases(reader: Reader, party_id: int | None = None) -> tuple[DunningCase, ...]:
    """Answer the customers whose next letter is to be sent today, the highest stage and the latest first.

    An instalment with a promise for today or later rests; a promise that was broken stands at its line.
    """
    reader.actor.demand("receivable.read")
    part = Instalment
    statement = (
        select(
            part.id,
            part.item_id,
            part.party_id,
            part.due_on,
            part.currency,
            part.open_amount,
            Item.number,
        )
        .join(Item, Item.id == part.item_id)
        .where(
            part.side == "AR",
            part.is_credit.is_(False),
            part.open_amount != 0,
            part.due_on <= reader.today + timedelta(days=_LOOK_AHEAD),
        )
        .order_by(part.due_on, part.id)
    )
    if party_id is not None:
        statement = statement.where(part.party_id == party_id)
    rows = reader.session.execute(statement).all()
    promises, sent = latest_promises(reader), sent_stages(reader)
    cases: dict[int, list[DunningLine]] = {}
    for row in rows:
        assert row.due_on is not None
        stage_sent, sent_on = sent.get(row.id, (0, None))
        promised = promises.get(row.id)
        stage = stage_to_send(reader.today, row.due_on, promised, stage_sent)
        if stage is None:
            continue
        cases.setdefault(row.party_id, []).append(
            DunningLine(
                row.id,
                row.item_id,
                row.number,
                row.due_on,
                (reader.today - row.due_on).days,
                row.currency,
                row.open_amount,
                stage,
                stage_sent,
                sent_on,
                promised,
            )
        )
    names = party_names(reader, cases)
    found = [
        DunningCase(key, names.get(key, ""), _highest(lines), tuple(lines)) for key, lines in cases.items()
    ]
    return tuple(sorted(found, key=lambda case: (-case.stage.number, case.lines[0].due_on, case.party)))


def _highest(lines: Sequence[DunningLine]) -> Stage:
    return max((line.stage for line in lines), key=lambda stage: stage.number)


def sent_stages(reader: Reader) -> dict[int, tuple[int, date]]:
    """Answer the highest stage sent for each instalment, and the day of the last letter."""
    rows = reader.session.execute(
        select(Dunning.instalment_id, func.max(Dunning.stage), func.max(Dunning.day)).group_by(
            Dunning.instalment_id
        )
    )
    return {key: (stage, day) for key, stage, day in rows}
