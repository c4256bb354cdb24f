"""Where figures that must be one differ: aging, its rows, statements, balances, plans, and the ledger, as of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tradecrm.core.aging import AgingBasis
from tradecrm.services.figures.accounts import account_sums
from tradecrm.services.figures.aging import AgingQuery, AgingRow, aging, aging_totals, ledger_balances
from tradecrm.services.figures.aging_detail import UNAPPLIED, aging_detail
from tradecrm.services.figures.cash import open_flows
from tradecrm.services.figures.collection import open_rows
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.figures.party_statement import StatementAsk, StatementStyle, party_statement
from tradecrm.services.figures.plan_rows import Accounts, PlanOptions
from tradecrm.services.figures.statement import EntryFilter, ledger_totals
from tradecrm.services.work import Reader

ZERO = Decimal(0)
Sums = dict[tuple[int, str], Decimal]
SIDES = ("AR", "AP")


def random_days(rng: Random, first: date, last: date, count: int) -> list[date]:
    """Answer days between two, the first and the last among them."""
    span = (last - first).days
    return [last, first, *(first + timedelta(days=rng.randint(0, span)) for _each in range(count - 2))]


def disagreements(reader: Reader, day: date, rng: Random, *, partners: int = 5) -> Iterator[str]:
    """Yield every place where two figures of ``day`` differ that are one by domain.md section 12."""
    for side in SIDES:
        rows = aging(reader, AgingQuery(side, day, rng.choice(list(AgingBasis))))
        aged = {(row.party_id, row.currency): row.total for row in rows if row.total}
        yield from _unlike(f"{side} aging and ledger, {day}", aged, ledger_balances(reader, side, day))
        yield from _totals(reader, side, day)
        chosen = sorted({row.party_id for row in rows})
        for party in rng.sample(chosen, min(partners, len(chosen))):
            yield from _of_partner(reader, side, day, party, aged, rng)
    yield from _accounts(reader, day)


def _unlike(what: str, one: object, other: object) -> Iterator[str]:
    if one != other:
        yield f"{what}: {one} is not {other}"


def _totals(reader: Reader, side: str, day: date) -> Iterator[str]:
    """Compare the totals of the store with the sums of the rows."""
    query = AgingQuery(side, day)
    sums: dict[str, list[int]] = {}
    for row in aging(reader, query):
        have = sums.setdefault(row.currency, [0] * (len(row.buckets) + 1))
        for place, amount in enumerate((*row.buckets, row.unapplied)):
            have[place] += amount
    found: dict[str, list[int]] = {}
    total: AgingRow
    for total in aging_totals(reader, query):
        found[total.currency] = [*total.buckets, total.unapplied]
    kept = {code: values for code, values in found.items() if any(values)}
    yield from _unlike(
        f"{side} totals, {day}", kept, {code: values for code, values in sums.items() if any(values)}
    )


def _of_partner(reader: Reader, side: str, day: date, party: int, aged: Sums, rng: Random) -> Iterator[str]:
    """Compare the rows behind an aging row and both styles of statement with it."""
    query = AgingQuery(side, day, parties=(party,))
    mine = {code: total for (key, code), total in aged.items() if key == party}
    behind: dict[str, Decimal] = defaultdict(Decimal)
    for part in aging_detail(reader, query):
        behind[part.currency] += part.open_amount
    yield from _unlike(f"{side} rows of {party}, {day}", _some(behind), mine)
    first = day - timedelta(days=rng.randint(0, 300))
    for style in StatementStyle:
        found = party_statement(reader, StatementAsk(party, side, first, day, style))
        closing = {part.currency: part.closing for part in found.parts}
        yield from _unlike(f"{side} statement ({style}) of {party}, {day}", _some(closing), mine)
        for own in found.parts:
            added = sum(own.buckets, own.unapplied)
            yield from _unlike(f"{side} footer of {party} {own.currency}, {day}", added, own.closing)


def _some(sums: dict[str, Decimal]) -> dict[str, Decimal]:
    return {code: amount for code, amount in sums.items() if amount}


def _accounts(reader: Reader, day: date) -> Iterator[str]:
    """Compare the kept balances of accounts with the ledger's book of them."""
    sums = account_sums(reader, day)
    codes = Accounts(reader).currencies
    by_currency: dict[str, Decimal] = defaultdict(Decimal)
    for key in sums:
        by_currency[codes[key]] += balance_at(reader, key, day).amount
    ledger = {row.currency: row.amount for row in ledger_totals(reader, EntryFilter(day, book="BANK"))}
    yield from _unlike(f"accounts, {day}", _some(by_currency), _some(ledger))


def plan_disagreements(reader: Reader) -> Iterator[str]:
    """Yield where the plans of today differ from the aging of today, or the projection from the plans."""
    accounts = Accounts(reader)
    for side, sign in (("AR", 1), ("AP", -1)):
        open_now: Sums = defaultdict(Decimal)
        for part in aging_detail(reader, AgingQuery(side, reader.today)):
            if part.bucket != UNAPPLIED:
                open_now[part.party_id, part.currency] += part.open_amount
        for delayed in (False, True):
            options = PlanOptions(reader.today + timedelta(days=91), with_delay=delayed)
            planned: Sums = defaultdict(Decimal)
            by_day: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
            for row in open_rows(reader, side, options, accounts):
                planned[row.party_id or 0, row.currency] += sign * row.amount
                by_day[row.account_id, row.currency, row.day] += row.amount
            yield from _unlike(f"{side} plan", dict(planned), dict(open_now))
            flows: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
            for flow in open_flows(reader, side, options, accounts):
                flows[flow.account_id, flow.currency, flow.day] += flow.amount
            kept = {key: amount for key, amount in flows.items() if amount}
            yield from _unlike(
                f"{side} projection", kept, {key: amount for key, amount in by_day.items() if amount}
            )
