"""What the paper of a statement of account is drawn from: the statement, our accounts, a supplier's goods (3.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Party
from tradecrm.services.figures.aging import AgingQuery, aging
from tradecrm.services.figures.party_statement import (
    PartyStatement,
    StatementAsk,
    StatementStyle,
    party_statement,
)
from tradecrm.services.figures.plan_rows import Accounts
from tradecrm.services.figures.received import ReceivedLine, received_lines
from tradecrm.services.trade.paper_parts import (
    BankFacts,
    Frame,
    PartyFacts,
    bank_facts,
    frame_facts,
    party_facts,
)
from tradecrm.services.work import Reader

STATEMENT_OPTIONS = ("side", "first", "last", "style", "currency")
"""What the paper may be asked for; without it: the partner's main side, this year until today, all currencies."""


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """A statement with what its paper adds: parties, our bank for each currency, goods of a supplier.

    ``email`` is where it is sent to.
    """

    statement: PartyStatement
    party: PartyFacts
    banks: tuple[tuple[str, BankFacts], ...]
    received: tuple[ReceivedLine, ...]
    frame: Frame


def statement_facts(
    reader: Reader,
    party_id: int,
    side: str = "",
    first: str = "",
    last: str = "",
    style: str = "",
    currency: str = "",
) -> StatementFacts:
    """Answer what the statement of a partner shows; NotFound, NotAllowed, or Refusal for a day that is none."""
    party = reader.get(Party, party_id, _("Partner"))
    side = side or ("AR" if party.is_customer else "AP")
    until = _day(last, reader.today)
    ask = StatementAsk(
        party_id,
        side,
        _day(first, until.replace(month=1, day=1)),
        until,
        StatementStyle(style or StatementStyle.FORWARD.value),
        currency or None,
    )
    found = party_statement(reader, ask)
    accounts = Accounts(reader)
    banks = []
    for part in found.parts:
        bank = bank_facts(reader, accounts.of(part.currency)) if side == "AR" else None
        if bank is not None:
            banks.append((part.currency, bank))
    goods: tuple[ReceivedLine, ...] = ()
    if side == "AP" and reader.actor.can("purchase.price"):
        goods = tuple(
            line for line in received_lines(reader, party_id, until) if currency in ("", line.currency)
        )
    return StatementFacts(
        found,
        party_facts(reader, party_id),
        tuple(banks),
        goods,
        frame_facts(reader, "statement", party_id, draft=False),
    )


def partners_with_balance(reader: Reader, side: str, day: date) -> tuple[int, ...]:
    """Answer the partners the actor may see with something open at the end of a day (section 3.7)."""
    rows = aging(reader, AgingQuery(side, day))
    return tuple(dict.fromkeys(row.party_id for row in rows if row.unapplied or any(row.buckets)))


def _day(text: str, usual: date) -> date:
    if not text:
        return usual
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal.of(_("{text} is no date. Write it as 2026-05-31.").format(text=text), "last") from None
