"""Rebate rates by HS code with the day from which they hold (退税率, domain.md sections 1.8 and 15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rebate_claims import plain_code
from tradecrm.core.text import _
from tradecrm.models import RebateRate
from tradecrm.services.work import Reader, Work, operation


@dataclass(frozen=True, slots=True)
class SaveRebateRate:
    """The rate (a fraction) of an HS code from a day on, with where it was read."""

    hs_code: str
    from_day: date
    rate: Decimal
    source: str = ""
    id: int | None = None


def check_rate(command: SaveRebateRate) -> list[Problem]:
    """Answer what is wrong with a rate."""
    problems = []
    if not 4 <= len(plain_code(command.hs_code)) <= 13:
        problems.append(Problem("hs_code", _("An HS code has from 4 to 13 digits.")))
    if not 0 <= command.rate < 1:
        problems.append(Problem("rate", _("The rate must be between 0 and 100 %.")))
    return problems


@operation("rebate.write", check=check_rate)
def save_rebate_rate(work: Work, command: SaveRebateRate) -> int:
    """Write a rate; answers its id. Declarations already written keep the rate they were written with."""
    code = plain_code(command.hs_code)
    same = select(RebateRate.id).where(
        RebateRate.hs_code == code,
        RebateRate.from_day == command.from_day,
        RebateRate.id != (command.id or 0),
    )
    if work.session.scalars(same).first() is not None:
        raise Refusal.of(
            _("{code} has a rate from {day} on already; open that one to change it.").format(
                code=code, day=command.from_day
            ),
            "from_day",
        )
    row = RebateRate() if command.id is None else work.get(RebateRate, command.id, _("Rebate rate"))
    row.hs_code, row.from_day = code, command.from_day
    row.rate, row.source = command.rate, command.source.strip()
    return work.add(row).id


def rebate_rate_on(reader: Reader, hs_code: str, day: date) -> Decimal | None:
    """Answer the rate in force on the export date: that of the longest code kept, the latest before ``day``.

    A rate kept for the first 8 digits serves every code that begins with them; None when none is kept.
    """
    code = plain_code(hs_code)
    rows = reader.session.execute(
        select(RebateRate.hs_code, RebateRate.rate)
        .where(
            RebateRate.from_day <= day, RebateRate.hs_code.in_([code[:n] for n in range(4, len(code) + 1)])
        )
        .order_by(RebateRate.from_day)
    ).all()
    best: tuple[int, Decimal] | None = None
    for kept, rate in rows:
        if best is None or len(kept) >= best[0]:
            best = (len(kept), rate)
    return None if best is None else best[1]


def rate_values(reader: Reader, rate_id: int) -> SaveRebateRate:
    """Answer a kept rate as it is edited; raises NotFound."""
    row = reader.get(RebateRate, rate_id, _("Rebate rate"))
    return SaveRebateRate(row.hs_code, row.from_day, row.rate, row.source, row.id)
