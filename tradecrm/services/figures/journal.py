"""The ledger as the accountant's journal (凭证): balanced double entry in base and in document currency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, and_, case, func, or_, select
from sqlalchemy import type_coerce as coerce

from tradecrm.core.chart import Key, Target, resolve, root_of
from tradecrm.core.links import Link
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import LedgerEntry, Party, Posting, Shipment
from tradecrm.models.base import from_scaled
from tradecrm.services.data.sums import whole
from tradecrm.services.figures.papers import entry_title, source_link
from tradecrm.services.kept_words import memo_words
from tradecrm.services.work import Reader

ZERO = Decimal(0)


class Chart:
    """Where rows of the ledger go, looked up once for each key; ``missing`` counts rows that go nowhere."""

    def __init__(self, reader: Reader) -> None:
        from tradecrm.services.money.chart import default_targets, own_targets

        self._own, self._defaults = own_targets(reader), default_targets(reader)
        self._known: dict[Key, Target | None] = {}
        self._roots: dict[str, str] = {}
        self.missing: dict[Key, int] = {}

    def target(self, key: Key, count: int = 1) -> Target | None:
        """Answer where a key goes; what goes nowhere is counted."""
        if key not in self._known:
            self._known[key] = resolve(key, self._own, self._defaults)
        found = self._known[key]
        if found is None:
            self.missing[key] = self.missing.get(key, 0) + count
        elif found.code not in self._roots:
            self._roots[found.code] = root_of(key[0], key[1])
        return found

    def root(self, code: str) -> str:
        """Answer the kind of account of a code that was looked up: that of the first book that goes there."""
        return self._roots[code]

    def demand_whole(self) -> None:
        """Refuse with the list of what has no place in the chart; nothing is ever left out of a journal."""
        if self.missing:
            raise Refusal(
                [
                    Problem(
                        "chart",
                        _("{count} rows of {book} {category} have no account in the chart.").format(
                            count=count, book=book, category=category
                        ),
                    )
                    for (book, category, _account), count in sorted(
                        self.missing.items(), key=lambda pair: (pair[0][0], pair[0][1], pair[0][2] or 0)
                    )
                ]
            )


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account of the chart holds in one currency at the end of a day, and its value in base."""

    code: str
    name: str
    root: str
    currency: str
    amount: Decimal
    base: Decimal


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A row of a voucher: account, summary, partner, amount in its currency, value in base; debit positive."""

    voucher: int
    day: date
    kind: str
    code: str
    name: str
    summary: str
    party_id: int | None
    party: str
    shipment: str
    currency: str
    amount: Decimal
    base_amount: Decimal
    link: Link | None
    root: str


@dataclass(frozen=True, slots=True)
class Journal:
    """The vouchers of a period, or a page of them (``count`` rows in all, with their debit in base)."""

    first: date
    last: date
    base: str
    company: str
    lines: tuple[JournalLine, ...]
    count: int
    debit: Decimal


def journal(reader: Reader, first: date, last: date, limit: int = 0, offset: int = 0) -> Journal:
    """Answer the journal of a period, or a page of it (``count`` is of all).

    Raises Refusal naming every book of the ledger that has no account in the chart.
    """
    reader.actor.demand("account.read")
    if first > last:
        raise Refusal.of(_("The first day is after the last one."), "first")
    chart = Chart(reader)
    within = and_(LedgerEntry.day >= first, LedgerEntry.day <= last)
    debits = whole(case((LedgerEntry.base_amount > ZERO, LedgerEntry.base_amount), else_=0))
    keys = (LedgerEntry.book, LedgerEntry.category, LedgerEntry.account_id)
    count, debit = 0, ZERO
    for book, category, account_id, rows, part in reader.session.execute(
        select(*keys, func.count(), debits).where(within).group_by(*keys).order_by(*keys)
    ):
        chart.target(chart_key(book, category, account_id), rows)
        count, debit = count + rows, debit + from_scaled(part)
    chart.demand_whole()
    lines = tuple(_lines(reader, within, chart, limit, offset))
    settings = reader.settings
    company = settings.company_name_local or settings.company_name
    return Journal(first, last, reader.base, company, lines, count, debit)


def chart_key(book: str, category: str, account_id: int | None) -> Key:
    """Answer the key of a row in the chart: what an account was moved by says nothing of where it stands."""
    return book, "" if account_id is not None else category, account_id


def first_day(reader: Reader) -> date:
    """Answer the day of the first row of the ledger, today when there is none."""
    return reader.session.scalar(select(func.min(LedgerEntry.day))) or reader.today


def _lines(reader: Reader, within: Any, chart: Chart, limit: int, offset: int) -> Iterator[JournalLine]:
    """Answer the rows by day, voucher and row."""
    statement = (
        select(
            LedgerEntry.posting_id, LedgerEntry.day, LedgerEntry.book, LedgerEntry.category,
            LedgerEntry.account_id, LedgerEntry.party_id, LedgerEntry.shipment_id, LedgerEntry.currency,
            coerce(LedgerEntry.amount, BigInteger), coerce(LedgerEntry.base_amount, BigInteger),
            Posting.kind, Posting.memo, Posting.source_kind, Posting.source_id, Posting.reverses_id,
        )
        .join(Posting, Posting.id == LedgerEntry.posting_id)
        .where(within)
        .order_by(LedgerEntry.day, LedgerEntry.posting_id, LedgerEntry.id)
        .offset(offset)
    )  # fmt: skip
    if limit:
        statement = statement.limit(limit)
    parties = dict(reader.session.execute(select(Party.id, Party.name)).all())
    shipments = dict(reader.session.execute(select(Shipment.id, Shipment.number)).all())
    titles: dict[str, str] = {}
    for (
        voucher, day, book, category, account_id, party_id, shipment_id, currency, amount, base_amount,
        kind, memo, source_kind, source_id, reverses,
    ) in reader.session.execute(statement):  # fmt: skip
        target = chart.target(chart_key(book, category, account_id))
        assert target is not None
        if kind not in titles:
            titles[kind] = entry_title(kind)
        title = titles[kind] if reverses is None else _("{what}, taken back").format(what=titles[kind])
        yield JournalLine(
            voucher, day, title, target.code, target.name, memo_words(memo) or title,
            party_id, parties.get(party_id, "") if party_id is not None else "",
            shipments.get(shipment_id, "") if shipment_id is not None else "",
            currency, from_scaled(amount), from_scaled(base_amount), source_link(source_kind, source_id),
            chart.root(target.code),
        )  # fmt: skip


def balances(reader: Reader, last: date) -> tuple[Balance, ...]:
    """Answer what each account of the chart holds in each currency at the end of a day, added up by the store.

    What a row without an amount in its currency is worth stands in base, as `legs` says of each row.
    """
    chart, entry = Chart(reader), LedgerEntry
    crossed = or_(
        and_(entry.amount > ZERO, entry.base_amount < ZERO),
        and_(entry.amount < ZERO, entry.base_amount > ZERO),
    )
    form = case((entry.amount == ZERO, 0), (crossed, 1), else_=2)
    keys = (entry.book, entry.category, entry.account_id, entry.currency, form)
    rows = reader.session.execute(
        select(*keys, func.count(), whole(entry.amount), whole(entry.base_amount))
        .where(entry.day <= last)
        .group_by(*keys)
        .order_by(*keys)
    )
    sums: dict[tuple[str, str], tuple[Target, Decimal, Decimal]] = {}
    for book, category, account_id, currency, form_of, count, amount, base_amount in rows:
        target = chart.target(chart_key(book, category, account_id), count)
        if target is None:
            continue
        # Rows of one form have their signs alike where it matters, so that their sum is told as each of them is.
        parts = _summed(currency, from_scaled(amount), from_scaled(base_amount), reader.base, form_of)
        for code, part, value in parts:
            first, had, worth = sums.get((target.code, code), (target, ZERO, ZERO))
            sums[target.code, code] = (first, had + part, worth + value)
    chart.demand_whole()
    return tuple(
        Balance(code, target.name, chart.root(code), currency, amount, worth)
        for (code, currency), (target, amount, worth) in sorted(sums.items())
        if amount or worth
    )


def _summed(
    currency: str, amount: Decimal, base_amount: Decimal, base: str, form: int
) -> Sequence[tuple[str, Decimal, Decimal]]:
    if currency == base or form == 0:
        return ((base, base_amount, base_amount),)
    if form == 1:
        return (currency, amount, ZERO), (base, base_amount, base_amount)
    return ((currency, amount, base_amount),)


@dataclass(frozen=True, slots=True)
class TrialRow:
    """An account of the chart in one currency: base before the period, moved in it, and at its end with the amount."""

    code: str
    name: str
    currency: str
    opening: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal
    amount: Decimal


def trial_by_chart(reader: Reader, first: date, last: date) -> tuple[TrialRow, ...]:
    """Answer the balances of the chart over a period (科目余额表); their base columns add up to zero.

    Raises Refusal naming what has no account in the chart.
    """
    reader.actor.demand("account.read")
    chart, entry = Chart(reader), LedgerEntry
    base, before = entry.base_amount, entry.day < first
    keys = (entry.book, entry.category, entry.account_id, entry.currency)
    rows = reader.session.execute(
        select(
            *keys,
            func.count(),
            whole(case((before, base), else_=0)),
            whole(case((before, 0), (base > ZERO, base), else_=0)),
            whole(case((before, 0), (base < ZERO, base), else_=0)),
            whole(entry.amount),
        )
        .where(entry.day <= last)
        .group_by(*keys)
        .order_by(*keys)
    )
    sums: dict[tuple[str, str], tuple[Target, list[Decimal]]] = {}
    for book, category, account_id, currency, count, *parts in rows:
        target = chart.target(chart_key(book, category, account_id), count)
        if target is None:
            continue
        _first, have = sums.setdefault((target.code, currency), (target, [ZERO] * 4))
        for place, part in enumerate(parts):
            have[place] += from_scaled(part)
    chart.demand_whole()
    return tuple(
        TrialRow(code, target.name, currency, opening, debit, -credit, opening + debit + credit, amount)
        for (code, currency), (target, (opening, debit, credit, amount)) in sorted(sums.items())
        if opening or debit or credit or amount
    )
