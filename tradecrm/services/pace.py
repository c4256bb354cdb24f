"""A query that rests between its statements, for long reading while a window is used."""

from __future__ import annotations

from sqlalchemy import event

from tradecrm.core.pace import Pace
from tradecrm.services.work import Reader


def read_at_pace(reader: Reader, pace: Pace) -> None:
    """Let every statement that ``reader`` runs from now on begin with the rest its thread owes."""
    event.listen(reader.session, "do_orm_execute", lambda _state: pace.rest())
