"""Corrects the outflows of foreign currency accounts after a backdated movement (domain.md section 16.6)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.carrying import average_corrections
from tradecrm.core.text import _
from tradecrm.services.figures.averages import AVERAGE, moved_after, moves_from
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.ledger import BANK, FX, Draft, Row, Source, post_all
from tradecrm.services.work import Work

ZERO = Decimal(0)


def revalue_outflows(
    work: Work, moved: Collection[tuple[int, str, date]], undone: Collection[tuple[int, str, date]] = ()
) -> None:
    """Post rows that bring movements to the moving average, for (account, currency, day) just moved or undone.

    Each row carries the day of the movement it corrects; the difference is realized exchange of the account. What
    other accounts or papers took over at the old value keeps it. What was undone is looked at itself, what was
    only moved changes what came after it.
    """
    earliest: dict[tuple[int, str], date] = {}
    for account_id, currency, day in (*moved, *undone):
        key = (account_id, currency)
        earliest[key] = min(day, earliest.get(key, day))
    again = {account_id for account_id, _currency, _day in undone}
    for (account_id, currency), day in sorted(earliest.items()):
        if account_id in again or moved_after(work, account_id, day):
            _revalue(work, account_id, currency, day)


def _revalue(work: Work, account_id: int, currency: str, day: date) -> None:
    moves, corrected = moves_from(work, account_id, day)
    # What takes a movement back brings what that took: both are looked at.
    while (first := min((move.undoes_day or day for move in moves), default=day)) < day:
        day = first
        moves, corrected = moves_from(work, account_id, day)
    start = balance_at(work, account_id, day - timedelta(days=1))
    wanted = average_corrections(start, moves, work.base)
    source = Source("account", account_id, _("Average after a backdated entry"))
    closed = work.settings.closed_until
    drafts = []
    for at in sorted({*wanted, *corrected}):
        change = wanted.get(at, ZERO) - corrected.get(at, ZERO)
        if change != 0 and (closed is None or at > closed):
            rows = (
                Row(BANK, currency, ZERO, change, "AVERAGE", account_id),
                Row(FX, work.base, -change, -change, "EXCHANGE"),
            )
            drafts.append(Draft(at, AVERAGE, source, rows))
    post_all(work, drafts)
