"""Aged receivables and payables (账龄分析) as of any day: the one definition (domain.md section 3.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple, overload

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy import type_coerce as coerce

from tradecrm.core.aging import AgingBasis, bucket_index
from tradecrm.models import Allocation, DueChange, Instalment, LedgerEntry, Party
from tradecrm.models.base import from_scaled
from tradecrm.services.control.access_rules import visible_debts
from tradecrm.services.data.sums import whole
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader

_CHUNK = 500
"""So many items with re-dated dues are read at once."""


@dataclass(frozen=True, slots=True)
class AgingQuery:
    """What to age: side ``AR`` or ``AP``, as of which day, by due or document date, edges, and filters.

    ``owner_id`` keeps to the partners of a salesperson, ``role`` to a kind of partner, a key of `ROLES`, and
    ``parties``, where it names any, to those partners.
    """

    side: str
    as_of: date
    basis: AgingBasis = AgingBasis.DUE
    edges: tuple[int, ...] = (30, 60, 90)
    parties: tuple[int, ...] = ()
    currency: str | None = None
    owner_id: int | None = None
    role: str = ""

    @property
    def party_id(self) -> int | None:
        """Answer the one partner it keeps to, or None where it keeps to several or to none."""
        return self.parties[0] if len(self.parties) == 1 else None


ROLES = {
    "customer": "is_customer",
    "factory": "is_supplier",
    "forwarder": "is_forwarder",
    "service": "is_service",
}
"""Kinds of partner -> the flag that says so."""


class AgingRow(NamedTuple):
    """A party in one currency; money is scaled integers (four decimals), as lists of 100,000 rows need it.

    ``buckets`` run from current to oldest; ``unapplied`` (advances and credit notes) is negative.
    """

    party_id: int
    currency: str
    buckets: tuple[int, ...]
    unapplied: int

    @property
    def total(self) -> Decimal:
        """Answer the balance: all buckets with what is unapplied."""
        return from_scaled(sum(self.buckets) + self.unapplied)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """Answer the buckets as exact amounts."""
        return tuple(from_scaled(value) for value in self.buckets)

    @property
    def advance(self) -> Decimal:
        """Answer what is unapplied as an exact amount, negative."""
        return from_scaled(self.unapplied)


class AgingRows(Sequence[AgingRow]):
    """The rows of an aging over the driver's own, each made when it is looked at: 100,000 are never all shown."""

    def __init__(self, found: list[tuple[Any, ...]]) -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[AgingRow]:
        return (AgingRow(row[0], row[1], row[2:-1], row[-1]) for row in self._found)

    @overload
    def __getitem__(self, at: int) -> AgingRow: ...
    @overload
    def __getitem__(self, at: slice) -> AgingRows: ...
    def __getitem__(self, at: int | slice) -> AgingRow | AgingRows:
        """Answer a row, or those of a slice."""
        if isinstance(at, slice):
            return AgingRows(self._found[at])
        row = self._found[at]
        return AgingRow(row[0], row[1], row[2:-1], row[-1])


def aging(reader: Reader, query: AgingQuery, *, limit: int | None = None) -> Sequence[AgingRow]:
    """Answer a row for each visible party and currency with a balance, by party and currency.

    As of today only open items are read; a past day is rebuilt from the dated allocations. Today's paid flags
    are never used for another day.
    """
    reader.actor.demand("receivable.read")
    source = aging_source(reader, query)
    statement = (
        select(source.c.party_id, source.c.currency, *_pivot(source, query))
        .group_by(source.c.party_id, source.c.currency)
        .order_by(source.c.party_id, source.c.currency)
    )
    if limit is not None:
        statement = statement.limit(limit)
    found = AgingRows(_tuples(reader, statement))
    if query.as_of >= reader.today:
        return found
    return [row for row in _with_changed(reader, query, found) if row.unapplied or any(row.buckets)]


def _tuples(reader: Reader, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """Answer the driver's own rows: SQLAlchemy's would cost as much again as the query of 100,000 rows."""
    result = reader.session.connection().execute(statement)
    assert result.cursor is not None
    rows = list(result.cursor.fetchall())
    result.close()
    return rows


def aging_totals(reader: Reader, query: AgingQuery) -> list[AgingRow]:
    """Answer the totals of all visible parties, a row a currency (``party_id`` 0)."""
    reader.actor.demand("receivable.read")
    source = aging_source(reader, query)
    statement = (
        select(source.c.currency, *_pivot(source, query))
        .group_by(source.c.currency)
        .order_by(source.c.currency)
    )
    found = [AgingRow(0, row[0], tuple(row[1:-1]), row[-1]) for row in reader.session.execute(statement)]
    if query.as_of < reader.today:
        changed = _with_changed(reader, query, [])
        found = _add_up(found, [row._replace(party_id=0) for row in changed])
    return found


def late_rows(reader: Reader, query: AgingQuery, times: Mapping[str, int]) -> tuple[Any, list[Any]]:
    """Answer what is past due of each visible party and currency as a subquery, and its columns: the late buckets.

    For figures that the store adds up itself, as of today only. ``times`` becomes a column: the number of the row's
    currency, NULL where there is none. ``oldest`` is the first due date.
    """
    reader.actor.demand("receivable.read")
    source = aging_source(reader, query)
    buckets = [
        whole(case((condition, source.c.open_amount), else_=0)).label(f"late_{number}")
        for number, condition in enumerate(_conditions(source.c.due_on, query)[1:], 1)
    ]
    rows = (
        select(
            source.c.party_id,
            source.c.currency,
            case(times, value=source.c.currency).label("times"),
            func.min(source.c.due_on).label("oldest"),
            *buckets,
        )
        .where(source.c.is_credit.is_(False), source.c.due_on < query.as_of)
        .group_by(source.c.party_id, source.c.currency)
        .subquery()
    )
    return rows, [rows.c[bucket.key] for bucket in buckets]


def _pivot(source: Any, query: AgingQuery) -> list[ColumnElement[int]]:
    """Answer a summing column for each bucket, and one for what is unapplied."""
    debit = source.c.is_credit.is_(False)
    age = source.c.due_on if query.basis is AgingBasis.DUE else source.c.document_day
    columns = [
        whole(case((and_(debit, condition), source.c.open_amount), else_=0))
        for condition in _conditions(age, query)
    ]
    columns.append(whole(case((source.c.is_credit.is_(True), source.c.open_amount), else_=0)))
    return columns


def _conditions(age: ColumnElement[Any], query: AgingQuery) -> list[ColumnElement[bool]]:
    """Answer the condition of each bucket on the date that ages; dates compare as text and as dates alike."""
    edges = [query.as_of - timedelta(days=edge) for edge in query.edges]
    middle = [and_(age < later, age >= older) for later, older in pairwise(edges)]
    if query.basis is AgingBasis.DUE:
        current = or_(age.is_(None), age >= query.as_of)
        return [current, and_(age < query.as_of, age >= edges[0]), *middle, age < edges[-1]]
    return [literal(value=False), age >= edges[0], *middle, age < edges[-1]]


def aging_source(reader: Reader, query: AgingQuery, *, ids: bool = False) -> Any:
    """Answer the instalments with what was open of each at the end of the day, as a subquery.

    Those with re-dated dues are left out of a past day, see `changed_items`. ``ids`` adds ``instalment_id``:
    the rows behind each sum; the sums do without it, so that they read the covering index alone.
    """
    if query.as_of >= reader.today:
        part = plain(Instalment)
        named = (part.id.label("instalment_id"),) if ids else ()
        return _filtered(
            reader,
            query,
            select(
                *named,
                part.party_id,
                part.currency,
                part.is_credit,
                part.due_on,
                part.document_day,
                part.open_amount,
            ).where(part.open_amount != 0),
        ).subquery()
    return _past(reader, query, ids=ids).subquery()


def _filtered(reader: Reader, query: AgingQuery, statement: Select[Any]) -> Select[Any]:
    """Keep a statement over instalments to the side, the filters and what the actor may see."""
    return _narrowed(reader, query, statement.where(plain(Instalment).side == query.side))


def _narrowed(reader: Reader, query: AgingQuery, statement: Select[Any]) -> Select[Any]:
    """Keep a statement over instalments of one side to the filters and what the actor may see."""
    part = plain(Instalment)
    statement = statement.where(visible_debts(reader.actor, part.party_id, query.side))
    if query.parties:
        statement = statement.where(part.party_id.in_(query.parties))
    if query.currency is not None:
        statement = statement.where(part.currency == query.currency)
    if query.owner_id is not None or query.role:
        statement = statement.where(part.party_id.in_(_parties_of(query)))
    return statement


def _parties_of(query: AgingQuery) -> Select[tuple[int]]:
    """Answer the partners of a salesperson, and of a kind."""
    party = plain(Party)
    statement = select(party.id)
    if query.owner_id is not None:
        statement = statement.where(party.owner_id == query.owner_id)
    if query.role:
        statement = statement.where(party[ROLES[query.role]].is_(True))
    return statement


def _past_filtered(
    reader: Reader, query: AgingQuery, statement: Select[Any], state: ColumnElement[bool], *, is_whole: bool
) -> Select[Any]:
    """Keep a statement to what existed on the day and is in ``state``.

    With parties the side is compared as an expression, which no index serves: the rows of a few parties are found
    by the index over parties then, and never by that over all days of settlement.
    """
    part = plain(Instalment)
    side: Any = part.side.concat("") if query.parties else part.side
    return _narrowed(reader, query, statement).where(
        side == query.side,
        part.is_whole.is_(is_whole),
        state,
        part.item_day <= query.as_of,
        part.due_changes == 0,
    )


def _paid(query: AgingQuery, item_id: ColumnElement[int]) -> ColumnElement[int]:
    """Answer what was allocated of a debit item by the end of the day; a seek in one index an item."""
    row = plain(Allocation)
    paid = select(func.coalesce(func.sum(coerce(row.debit_amount, BigInteger)), 0)).where(
        row.debit_item_id == item_id, row.day <= query.as_of
    )
    return paid.correlate(Instalment.__table__).scalar_subquery()


def _used(query: AgingQuery, item_id: ColumnElement[int]) -> ColumnElement[int]:
    """Answer what was allocated of a credit item by the end of the day."""
    row = plain(Allocation)
    used = select(func.coalesce(func.sum(coerce(row.credit_amount, BigInteger)), 0)).where(
        row.credit_item_id == item_id, row.day <= query.as_of
    )
    return used.correlate(Instalment.__table__).scalar_subquery()


def _past(reader: Reader, query: AgingQuery, *, ids: bool) -> Any:
    """Answer the instalments as they stood at the end of a past day, those with re-dated dues left out.

    Only items open at that day are looked at, and only their own allocations: those that are open still, and
    those settled later. One condition with OR would walk through every instalment there ever was.
    """
    settled_on = plain(Instalment).settled_on
    parts = (
        part(reader, query, state, ids=ids)
        for state in (settled_on.is_(None), settled_on > query.as_of)
        for part in (_past_whole, _past_split)
    )
    return union_all(*parts)


def _past_columns(query: AgingQuery, *, ids: bool) -> tuple[Any, ...]:
    part = plain(Instalment)
    due = case((part.due_known_on <= query.as_of, part.due_on), else_=None).label("due_on")
    named = (part.id.label("instalment_id"),) if ids else ()
    return (*named, part.party_id, part.currency, part.is_credit, due, part.document_day)


def _past_whole(reader: Reader, query: AgingQuery, state: ColumnElement[bool], *, ids: bool) -> Select[Any]:
    """Answer the items of one instalment with what was open of them."""
    part = plain(Instalment)
    amount = coerce(part.amount, BigInteger)
    left = case(
        (part.is_credit.is_(True), amount + _used(query, part.item_id)),
        else_=amount - _paid(query, part.item_id),
    )
    statement = select(*_past_columns(query, ids=ids), left.label("open_amount"))
    return _past_filtered(reader, query, statement, state, is_whole=True)


def _past_split(reader: Reader, query: AgingQuery, state: ColumnElement[bool], *, ids: bool) -> Select[Any]:
    """Answer the instalments of items that have several.

    What was paid by then fills them in the order of their due dates: cumulated amounts less what was paid, kept
    between nothing and the instalment's amount.
    """
    part = plain(Instalment)
    amount = coerce(part.amount, BigInteger)
    columns = _past_columns(query, ids=ids)
    due = columns[-2].element
    reached = func.sum(amount).over(partition_by=part.item_id, order_by=(due.is_(None), due, part.position))
    statement = select(
        *columns,
        amount.label("amount"),
        reached.label("reached"),
        _paid(query, part.item_id).label("paid"),
    )
    split = _past_filtered(reader, query, statement, state, is_whole=False).subquery()
    left = split.c.reached - split.c.paid
    return select(
        *((split.c.instalment_id,) if ids else ()),
        split.c.party_id,
        split.c.currency,
        split.c.is_credit,
        split.c.due_on,
        split.c.document_day,
        case((left <= 0, 0), (left >= split.c.amount, split.c.amount), else_=left).label("open_amount"),
    )


def _with_changed(reader: Reader, query: AgingQuery, found: Sequence[AgingRow]) -> list[AgingRow]:
    """Add the items whose due dates were changed by agreement, each rebuilt from its dated rows."""
    extra: list[AgingRow] = []
    width = len(query.edges) + 2
    for item in changed_items(reader, query):
        buckets = [0] * width
        for _key, due_on, document_day, open_amount in item.parts:
            age = due_on if query.basis is AgingBasis.DUE else document_day
            days = None if age is None else (query.as_of - age).days
            buckets[bucket_index(days, query.edges, query.basis)] += open_amount
        extra.append(AgingRow(item.party_id, item.currency, tuple(buckets), 0))
    return _add_up(found, extra)


def _add_up(rows: Sequence[AgingRow], more: Sequence[AgingRow]) -> list[AgingRow]:
    """Add rows of the same party and currency together."""
    if not more:
        return list(rows)
    sums: dict[tuple[int, str], AgingRow] = {}
    for row in (*rows, *more):
        have = sums.get((row.party_id, row.currency))
        if have is not None:
            row = AgingRow(  # noqa: PLW2901 - the row with what was there before
                row.party_id,
                row.currency,
                tuple(a + b for a, b in zip(have.buckets, row.buckets, strict=True)),
                have.unapplied + row.unapplied,
            )
        sums[row.party_id, row.currency] = row
    return [sums[key] for key in sorted(sums)]


class ChangedItem(NamedTuple):
    """An item with a re-dated instalment: (its id, due date, document date, scaled open amount) a part."""

    party_id: int
    currency: str
    parts: tuple[tuple[int, date | None, date, int], ...]


def changed_items(reader: Reader, query: AgingQuery) -> list[ChangedItem]:
    """Answer the items open at a past day with a due date that was changed, with the dates known then."""
    part, row, change = plain(Instalment), plain(Allocation), plain(DueChange)
    # The bare zero lets SQLite see that the small index of re-dated instalments answers this.
    redated = select(part.item_id).where(part.side == query.side, part.due_changes > literal_column("0"))
    item_ids = list(dict.fromkeys(reader.session.scalars(redated)))
    parts: list[Any] = []
    paid: dict[int, int] = {}
    known: dict[int, date | None] = {}
    for start in range(0, len(item_ids), _CHUNK):
        chunk = item_ids[start : start + _CHUNK]
        statement = _narrowed(
            reader,
            query,
            select(
                part.id,
                part.item_id,
                part.party_id,
                part.currency,
                part.position,
                part.due_on,
                part.due_known_on,
                part.due_changes,
                part.document_day,
                coerce(part.amount, BigInteger).label("amount"),
            ).where(part.item_id.in_(chunk), part.item_day <= query.as_of),
        )
        found = reader.session.execute(statement.order_by(part.item_id, part.position)).all()
        parts += found
        settled = (
            select(row.debit_item_id, whole(row.debit_amount))
            .where(row.debit_item_id.in_(chunk), row.day <= query.as_of)
            .group_by(row.debit_item_id)
        )
        paid.update((item_id, amount) for item_id, amount in reader.session.execute(settled))
        # The last row of an instalment wins: the date known on the day.
        changes = (
            select(change.instalment_id, change.due_on)
            .where(change.instalment_id.in_([each.id for each in found]), change.known_on <= query.as_of)
            .order_by(change.instalment_id, change.known_on, change.id)
        )
        known.update((part_id, due_on) for part_id, due_on in reader.session.execute(changes))
    items: dict[int, list[Any]] = {}
    for found in parts:
        items.setdefault(found.item_id, []).append(found)
    return [_rebuilt(rows, paid.get(item_id, 0), known, query) for item_id, rows in items.items()]


def _rebuilt(rows: list[Any], paid: int, known: dict[int, date | None], query: AgingQuery) -> ChangedItem:
    """Fill one item's instalments in the order of the due dates known on the day."""

    def due(row: Any) -> date | None:
        if row.due_changes:
            return known.get(row.id)
        is_known = row.due_known_on is not None and row.due_known_on <= query.as_of
        return row.due_on if is_known else None

    parts, left = [], paid
    for row in sorted(rows, key=lambda r: (due(r) or date.max, r.position)):
        filled = min(left, row.amount)
        left -= filled
        parts.append((row.id, due(row), row.document_day, row.amount - filled))
    return ChangedItem(rows[0].party_id, rows[0].currency, tuple(parts))


def ledger_balances(
    reader: Reader, side: str, as_of: date, party_id: int | None = None
) -> dict[tuple[int, str], Decimal]:
    """Answer the ledger balance of each party and currency at the end of a day; the check of the aging.

    A receivable is positive when the party owes us, a payable when we owe the party.
    """
    entry = plain(LedgerEntry)
    statement = (
        select(entry.party_id, entry.currency, whole(entry.amount))
        .where(entry.book == side, entry.party_id.is_not(None), entry.day <= as_of)
        .where(visible_debts(reader.actor, entry.party_id, side))
        .group_by(entry.party_id, entry.currency)
    )
    if party_id is not None:
        statement = statement.where(entry.party_id == party_id)
    sign = 1 if side == "AR" else -1
    return {
        (party, currency): sign * from_scaled(amount)
        for party, currency, amount in reader.session.execute(statement)
        if amount
    }
