"""Corrects the outflows of foreign currency accounts after a backdated movement (domain.md section 16.6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.carrying import average_corrections
from tradecrm.core.text import _
from tradecrm.services.figures.averages import AVERAGE, moved_after, moves_from
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.ledger import BANK, FX, Draft, Row, Source, post_all
from tradecrm.services.work import Work

ZERO = Decimal(0)


def revalue_outflows(work: Work, moved: Iterable[tuple[int, str, date]]) -> None:
    """Post rows that bring later outflows to the moving average, for (account, currency, day) just moved.

    Each row carries the day of the outflow it corrects; the difference is realized exchange of the account. What
    other accounts or papers took over at the old value keeps it.
    """
    earliest: dict[tuple[int, str], date] = {}
    for account_id, currency, day in moved:
        key = (account_id, currency)
        earliest[key] = min(day, earliest.get(key, day))
    for (account_id, currency), day in sorted(earliest.items()):
        if moved_after(work, account_id, day):
            _revalue(work, account_id, currency, day)


def _revalue(work: Work, account_id: int, currency: str, day: date) -> None:
    start = balance_at(work, account_id, day - timedelta(days=1))
    moves, corrected = moves_from(work, account_id, day)
    wanted = average_corrections(start, moves, work.base)
    source = Source("account", account_id, _("Average after a backdated entry"))
    drafts = []
    for at in sorted({*wanted, *corrected}):
        change = wanted.get(at, ZERO) - corrected.get(at, ZERO)
        if change != 0:
            rows = (
                Row(BANK, currency, ZERO, change, "AVERAGE", account_id),
                Row(FX, work.base, -change, -change, "EXCHANGE"),
            )
            drafts.append(Draft(at, AVERAGE, source, rows))
    post_all(work, drafts)
