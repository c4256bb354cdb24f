"""What the paper of a statement of account is drawn from: the statement, our accounts, a supplier's goods (3.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tradecrm.core.errors import TradeError
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Party
from tradecrm.services.figures.aging import AgingQuery, aging
from tradecrm.services.figures.party_statement import (
    PartyStatement,
    StatementAsk,
    StatementStyle,
    party_statements,
)
from tradecrm.services.figures.plan_rows import Accounts
from tradecrm.services.figures.received import ReceivedLine, received_of_many
from tradecrm.services.trade.paper_parts import (
    BankFacts,
    Frame,
    Frames,
    PartyFacts,
    PartyKey,
    banks_facts,
    one_party,
    only,
    parties_facts,
)
from tradecrm.services.work import Reader, not_found

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


def statement_facts(reader: Reader, party_id: int, /, **options: str) -> StatementFacts:
    """Answer the statement of one partner, as `statements_facts`; raises NotFound."""
    return only(statements_facts(reader, (party_id,), **options), party_id)


def statements_facts(
    reader: Reader,
    ids: Sequence[int],
    side: str = "",
    first: str = "",
    last: str = "",
    style: str = "",
    currency: str = "",
) -> dict[int, StatementFacts | TradeError]:
    """Answer what the statements of many partners show, read together, or why one cannot be printed.

    Raises NotAllowed, and Refusal for a day that is none.
    """
    frames = Frames(reader, "statement", ids)
    until = _day(last, reader.today)
    ask = StatementAsk(
        0,
        side,
        _day(first, until.replace(month=1, day=1)),
        until,
        StatementStyle(style or StatementStyle.FORWARD.value),
        currency or None,
    )
    records = reader.get_all(Party, ids)
    names = parties_facts(reader, [(key, None) for key in records])
    found: dict[int, StatementFacts | TradeError] = {
        key: not_found(_("Partner"), key) for key in ids if key not in records
    }
    sides: dict[str, list[int]] = {}
    for key, party in records.items():
        sides.setdefault(side or ("AR" if party.is_customer else "AP"), []).append(key)
    for one, here in sides.items():
        found |= _of_side(reader, replace(ask, side=one), here, names, frames)
    return found


def _of_side(
    reader: Reader,
    ask: StatementAsk,
    ids: Sequence[int],
    names: Mapping[PartyKey, PartyFacts],
    frames: Frames,
) -> dict[int, StatementFacts]:
    """Answer the statements of partners on one side: ours with our bank a currency, a supplier's with the goods."""
    statements = party_statements(reader, ids, ask)
    banks: dict[str, BankFacts] = {}
    goods: dict[int, tuple[ReceivedLine, ...]] = {}
    if ask.side == "AR":
        banks = _banks(reader, {part.currency for each in statements.values() for part in each.parts})
    elif reader.actor.can("purchase.price"):
        goods = received_of_many(reader, ids, ask.last)
    return {
        key: StatementFacts(
            statement,
            one_party(names, key),
            tuple(
                (part.currency, banks[part.currency]) for part in statement.parts if part.currency in banks
            ),
            tuple(line for line in goods.get(key, ()) if ask.currency in (None, line.currency)),
            frames.of(key, draft=False),
        )
        for key, statement in statements.items()
    }


def _banks(reader: Reader, currencies: Iterable[str]) -> dict[str, BankFacts]:
    """Answer the account that each currency is paid to, as printed; those nobody may see are left out."""
    accounts = Accounts(reader)
    used = {currency: accounts.of(currency) for currency in currencies}
    found = banks_facts(reader, used.values())
    return {currency: found[key] for currency, key in used.items() if key in found}


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
