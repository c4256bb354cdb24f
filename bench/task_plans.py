"""The cash projection against raw SQL over open items, and the campaign in which all figures of a day agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench.agreement import disagreements, plan_disagreements, random_days
from bench.books import opened
from bench.measure import PROCESSOR, Line, ratio, seconds, spell
from bench.story import FIRST, TODAY
from tradecrm.services.figures.cash import CashOptions, cash_projection
from tradecrm.services.figures.plan_rows import PlanOptions
from tradecrm.services.work import Reader
from tradecrm.storage.engines import connect

DAYS = {"S": 60, "M": 200, "L": 6}
"""How many random days the campaign looks at; on the largest book a few."""

_OPEN = (
    "SELECT currency, due_on, sum(open_amount) FROM instalment "
    "WHERE side = :side AND is_credit = 0 AND open_amount <> 0 GROUP BY currency, due_on"
)


def run(path: Path, scale: str) -> Iterator[Line]:
    """Measure the projection of the book at ``path``, then compare its figures on random days."""
    book = opened(path)
    seat, raw = book.seat(), connect(path)
    options = CashOptions(PlanOptions(TODAY + timedelta(days=91)))

    def open_items() -> list[Any]:
        return [raw.execute(_OPEN, {"side": side}).fetchall() for side in ("AR", "AP")]

    yield ratio(
        "cash projection of every account by week",
        3,
        lambda: seat.ask(cash_projection, options),
        open_items,
        clock=PROCESSOR,
    )
    rng, wrong = Random(11), list(seat.ask(lambda reader: list(plan_disagreements(reader))))
    days = random_days(rng, FIRST, TODAY, DAYS[scale])

    def one_day(reader: Reader, day: date) -> list[str]:
        return list(disagreements(reader, day, rng))

    def campaign() -> None:
        for day in days:
            wrong.extend(seat.ask(one_day, day))

    took = seconds(campaign)
    yield Line(
        f"figures that differ on {len(days)} random days",
        len(wrong),
        0,
        "figures",
        spell(took),
        "aging, rows, statements, accounts, plans, ledger",
    )
    for each in wrong[:5]:
        print(each)
    raw.close()
    book.close()
