"""Reminders of money: payment reminders whose stage has come and whose letter is not sent (section 3.8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import false, literal_column, select
from sqlalchemy.orm import aliased

from tradecrm.core.dunning import STAGES, Stage, due_days
from tradecrm.core.links import Link
from tradecrm.models import Dunning, Instalment, Item, Party, Promise
from tradecrm.services.control.reminders import Asked, Occurrence, TodayRow


def payment_reminders(asked: Asked) -> Iterator[TodayRow]:
    """Open instalments in a stage whose letter was not sent and that are not promised; a line each, latest stage first.

    Each stage is an occurrence of its own: a line put off or done comes again with the next stage.
    """
    for stage in reversed(STAGES):
        yield from _in_stage(asked, stage)


def _in_stage(asked: Asked, stage: Stage) -> Iterator[TodayRow]:
    first, last = due_days(stage, asked.today)
    part, promise, newer = Instalment, Promise, aliased(Promise)
    sent = select(Dunning.id).where(Dunning.instalment_id == part.id, Dunning.stage >= stage.number)
    changed = select(newer.id).where(newer.instalment_id == promise.instalment_id, newer.id > promise.id)
    promised = select(promise.id).where(
        promise.instalment_id == part.id, promise.promised_on >= asked.today, ~changed.exists()
    )
    query: Any = (
        select(part.id, part.due_on, part.open_amount, part.currency, Item.number, Party.id, Party.name)
        .join(Item, Item.id == part.item_id)
        .join(Party, Party.id == part.party_id)
        .where(
            part.side == "AR",
            # Written out, not bound: only so the partial index of what is open serves.
            part.is_credit == false(),
            part.open_amount != literal_column("0"),
            part.due_on <= last,
            ~sent.exists(),
            ~promised.exists(),
        )
    )
    if first is not None:
        query = query.where(part.due_on >= first)
    kind = f"dunning{stage.number}"
    for key, due_on, amount, currency, number, party_id, party in asked.reader.session.execute(
        asked.narrow(query, kind, part.id, part.due_on)
    ):
        yield TodayRow(
            Occurrence(asked.rule, kind, key, due_on),
            number,
            party_id,
            party,
            amount,
            currency,
            asked.late(due_on),
            Link.to("dunning", party=party_id),
        )
