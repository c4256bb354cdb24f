"""The engine of every list: filters, search, order, windows, count and sums, all in SQL on mapped classes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from tradecrm.core.fields import FieldKind
from tradecrm.core.listing import Filter, SortKey
from tradecrm.services.data.list_filters import criterion, like_pattern
from tradecrm.services.data.sums import money_sum

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

WINDOW = 256
"""Rows of one window; the table model reads nothing smaller and nothing larger."""
_CHUNK = 10_000
"""One fetch of a million rows holds the main thread for 89 ms; ten thousand do not."""

Expression = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class ListColumn:
    """What stands behind a column's key: an expression on mapped classes, its kind, and how it is summed.

    ``currency`` is the key of the column that holds the currency of a money column; ``summed`` columns
    appear in the foot. ``sort_by`` is the expression of the order where it differs (an indexed one).
    ``needs`` is the verb without which the field is hidden (``profit.read``). ``shown`` answers what a kept value
    says to the reader; order, filters and search look at what is kept.
    """

    key: str
    expression: Expression
    kind: FieldKind = FieldKind.TEXT
    currency: str = ""
    summed: bool = False
    sort_by: Expression | None = None
    nullable: bool = True
    needs: str = ""
    shown: Callable[[Any], Any] | None = None


def _unjoined(query: Select[Any]) -> Select[Any]:
    return query


@dataclass(frozen=True, slots=True)
class ListSource:
    """Where a list comes from: the record's key, its columns, joins, and what is always asked.

    ``joins`` adds the to-one joins that the columns need (outer where the other side may be missing).
    ``search(reader, text)`` answers the condition for what was typed; without it the columns named in
    ``searched`` are compared. ``key`` is the name of the record kind. A column needing ``joins`` is read
    per window only; those in ``own`` order, filter and sum without them.
    """

    key: str
    identity: InstrumentedAttribute[int]
    columns: tuple[ListColumn, ...]
    joins: Callable[[Select[Any]], Select[Any]] = _unjoined
    where: tuple[ColumnElement[bool], ...] = ()
    search: Callable[[Any, str], ColumnElement[bool]] | None = None
    searched: tuple[str, ...] = ()
    joined: frozenset[str] = frozenset()
    index: Mapping[str, ListColumn] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {column.key: column for column in self.columns})

    def column(self, key: str) -> ListColumn:
        """Answer a column by its key; KeyError names the list and the key."""
        try:
            return self.index[key]
        except KeyError:
            raise KeyError(f"{self.key} has no column {key}") from None


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What a person asked a list for; ``offset`` and ``limit`` name the window."""

    search: str = ""
    filters: tuple[Filter, ...] = ()
    sort: tuple[SortKey, ...] = ()
    offset: int = 0
    limit: int = WINDOW

    def window(self, offset: int, limit: int = WINDOW) -> ListRequest:
        """Answer the same request for another window."""
        return replace(self, offset=offset, limit=limit)


@dataclass(frozen=True, slots=True)
class Window:
    """Rows ``offset`` and following: the record's number and the cells in the order of ``keys``."""

    offset: int
    keys: tuple[str, ...]
    ids: tuple[int, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows match, and their sums: by column key, then by currency (empty for plain numbers)."""

    count: int
    sums: Mapping[str, Mapping[str, Decimal]]


def visible_columns(reader: Reader, source: ListSource) -> tuple[ListColumn, ...]:
    """Answer the columns the acting person may see; a hidden one is absent from every channel."""
    return tuple(c for c in source.columns if not c.needs or reader.actor.can(c.needs))


def fetch_window(reader: Reader, source: ListSource, request: ListRequest) -> Window:
    """Answer one window of a list.

    The inner query finds the numbers alone, so that skipping a million rows walks an index and reads none
    of their columns; the outer one reads the columns of the window's rows.
    """
    ids = list(reader.session.execute(matching_ids(reader, source, request)).scalars())
    return replace(fetch_rows(reader, source, ids), offset=request.offset)


def fetch_rows(reader: Reader, source: ListSource, ids: Sequence[int]) -> Window:
    """Answer the rows with these numbers, in that order; one the person may not see is left out."""
    columns = visible_columns(reader, source)
    keys = tuple(column.key for column in columns)
    if not ids:
        return Window(0, keys, (), ())
    wanted: list[Any] = [source.identity, *(c.expression for c in columns)]
    query = source.joins(select(*wanted))
    found: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(ids), 500):
        part = query.where(source.identity.in_(list(ids[start : start + 500])))
        for row in reader.session.execute(part):
            found[row[0]] = tuple(row[1:])
    for place, column in enumerate(columns):
        if column.shown is not None:
            found = {
                key: (*row[:place], column.shown(row[place]), *row[place + 1 :]) for key, row in found.items()
            }
    kept = tuple(number for number in ids if number in found)
    return Window(0, keys, kept, tuple(found[number] for number in kept))


def matching_ids(reader: Reader, source: ListSource, request: ListRequest) -> Select[Any]:
    """Answer the statement behind a window: the numbers alone, in order, none of the columns shown."""
    query = _matching(reader, source, request, _ordered(reader, source, request))
    return query.limit(request.limit).offset(request.offset)


def ordered_ids(reader: Reader, source: ListSource, request: ListRequest) -> array[int]:
    """Answer the numbers of all matching rows in order, eight bytes each.

    Asked once in the background for long lists: afterwards any window, however deep, costs one look-up by
    number, whatever the order; and the list stands still while others write.
    """
    query = _matching(reader, source, request, _ordered(reader, source, request))
    ids = array("q")
    result = reader.session.execute(query.execution_options(yield_per=_CHUNK))
    for part in result.scalars().partitions(_CHUNK):
        ids.extend(part)
    return ids


def count_and_sums(reader: Reader, source: ListSource, request: ListRequest) -> Totals:
    """Answer the number of all matching rows and the sums of the summed columns, money by currency."""
    summed = [c for c in visible_columns(reader, source) if c.summed]
    by_currency: dict[str, list[ListColumn]] = {}
    for column in summed:
        by_currency.setdefault(column.currency, []).append(column)
    sums: dict[str, dict[str, Decimal]] = {column.key: {} for column in summed}
    count: int | None = None
    for columns in by_currency.values():
        count = _sum_group(reader, source, request, columns, sums)
    if count is None:
        query = _matching(reader, source, request, select(func.count(source.identity)))
        count = int(reader.session.execute(query).scalar_one())
    return Totals(count, sums)


def _sum_group(
    reader: Reader,
    source: ListSource,
    request: ListRequest,
    columns: Sequence[ListColumn],
    sums: dict[str, dict[str, Decimal]],
) -> int:
    """Add the sums of columns that share a currency column; answer the number of rows."""
    currency = columns[0].currency
    totals = [money_sum(column.expression) for column in columns]
    needed = [column.key for column in columns]
    if currency:
        code = source.column(currency).expression
        query = select(func.count(source.identity), code, *totals).group_by(code)
        needed.append(currency)
    else:
        query = select(func.count(source.identity), *totals)
    count = 0
    for row in reader.session.execute(_matching(reader, source, request, query, needed)):
        count += row[0]
        unit, values = (str(row[1] or ""), row[2:]) if currency else ("", row[1:])
        for column, value in zip(columns, values, strict=True):
            if value is not None:
                sums[column.key][unit] = Decimal(value)
    return count


def _ordered(reader: Reader, source: ListSource, request: ListRequest) -> Select[Any]:
    """Select the numbers in the asked order; the number itself makes the order total."""
    visible = {column.key for column in visible_columns(reader, source)}
    order: list[Any] = []
    descending = False
    for position, sort in enumerate(request.sort):
        if sort.key not in visible:
            continue
        column = source.column(sort.key)
        expression = column.sort_by if column.sort_by is not None else column.expression
        ordered = expression.desc() if sort.descending else expression.asc()
        order.append(ordered.nulls_last() if column.nullable else ordered)
        descending = sort.descending if position == 0 else descending
    order.append(source.identity.desc() if descending else source.identity.asc())
    return select(source.identity).order_by(*order)


def _matching(
    reader: Reader,
    source: ListSource,
    request: ListRequest,
    query: Select[Any],
    needed: Sequence[str] = (),
) -> Select[Any]:
    """Add the conditions of the request, and the joins where any column in use needs them."""
    visible = {column.key for column in visible_columns(reader, source)}
    used = {*needed, *(sort.key for sort in request.sort), *(f.key for f in request.filters)}
    text = request.search.strip()
    if text and source.search is None:
        used.update(source.searched)
    if used & source.joined:
        query = source.joins(query)
    for condition in source.where:
        query = query.where(condition)
    for chosen in request.filters:
        if chosen.key in visible:
            column = source.column(chosen.key)
            query = query.where(criterion(column.expression, column.kind, chosen, reader.clock.today()))
    if text:
        query = query.where(_search(reader, source, text, visible))
    return query


def _search(reader: Reader, source: ListSource, text: str, visible: set[str]) -> ColumnElement[bool]:
    if source.search is not None:
        return source.search(reader, text)
    found: ColumnElement[bool] | None = None
    for key in source.searched:
        if key in visible:
            hit = source.column(key).expression.ilike(like_pattern(text), escape="\\")
            found = hit if found is None else found | hit
    if found is None:
        raise KeyError(f"{source.key} declares no column to search")
    return found
