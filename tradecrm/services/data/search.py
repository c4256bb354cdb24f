"""Search over the whole book: exact number, beginning of a name, beginning of a word, then last used."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    false,
    func,
    insert,
    literal_column,
    select,
    true,
    union_all,
)

from tradecrm.core.links import Link
from tradecrm.models import Item, Party, Product, Receipt, SalesContract, Shipment
from tradecrm.services.data.search_texts import KIND_NUMBERS, Texts, record_texts
from tradecrm.services.data.terms import document_terms, query_terms
from tradecrm.services.work import Reader, Work
from tradecrm.storage.objects import SEARCH_INDEX, search_record, search_rowid

TIER_LIMIT = 200
"""At most so many candidates a tier are read; more are shown as "200+"."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: ``code`` is its number, ``title`` its name, ``detail`` a second name or a day."""

    kind: str
    id: int
    code: str
    title: str
    detail: str
    link: Link


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first; with ``more`` the count is shown as "200+"."""

    hits: tuple[Hit, ...]
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind is searched and shown; ``condition`` narrows it, ``used`` is when it was last touched."""

    key: str
    entity: Any
    code: Any
    name: Any
    detail: Any
    used: Any
    target: str
    condition: ColumnElement[bool] | None = None

    @property
    def number(self) -> int:
        return KIND_NUMBERS[self.key]


@functools.cache
def _kinds() -> Mapping[str, _Kind]:
    kinds = (
        _Kind("party", Party, Party.code, Party.name, Party.name_local, Party.updated_at, "customer"),
        _Kind(
            "product", Product, Product.code, Product.name_en, Product.name_cn, Product.updated_at, "product"
        ),
        _Kind(
            "sales_contract",
            SalesContract,
            SalesContract.number,
            None,
            SalesContract.customer_po,
            SalesContract.updated_at,
            "contract",
        ),
        _Kind("shipment", Shipment, Shipment.number, None, Shipment.bl_no, Shipment.updated_at, "shipment"),
        _Kind("item", Item, Item.number, None, Item.currency, Item.day, "receivable", Item.side == "AR"),
        _Kind("receipt", Receipt, Receipt.number, None, Receipt.payer, Receipt.day, "receipt"),
    )
    return MappingProxyType({kind.key: kind for kind in kinds})


KINDS: tuple[str, ...] = tuple(KIND_NUMBERS)


def keep_search_terms(work: Work, kind: str, *record_ids: int) -> None:
    """Recompute what records are found by, from the records as they stand in this unit of work."""
    work.session.flush()
    connection = work.session.connection()
    drop_search_terms(connection, kind, record_ids)
    write_search_terms(connection, kind, record_texts(connection, kind, record_ids).items())


def drop_search_terms(connection: Connection, kind: str, record_ids: Iterable[int]) -> None:
    """Take records out of the search index."""
    rows = [{"gone": search_rowid(KIND_NUMBERS[kind], record)} for record in record_ids]
    if rows:
        connection.execute(delete(SEARCH_INDEX).where(SEARCH_INDEX.c.rowid == bindparam("gone")), rows)


def write_search_terms(connection: Connection, kind: str, texts: Iterable[tuple[int, Texts]]) -> None:
    """Put records that are not in the search index into it."""
    number = KIND_NUMBERS[kind]
    rows = [
        {"rowid": search_rowid(number, record), "terms": terms}
        for record, values in texts
        if (terms := document_terms(values))
    ]
    if rows:
        connection.execute(insert(SEARCH_INDEX), rows)


def _match(text: str) -> ColumnElement[bool] | None:
    """Answer the condition of the index for what was typed; None when there is nothing to look for."""
    asked = query_terms(text)
    if not asked:
        return None
    condition: ColumnElement[bool] = literal_column("search_index").op("MATCH", is_comparison=True)(asked)
    return condition


def _rows_of(number: int) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """Answer the id of the record behind a row of the index, and the condition of a kind: a range of rows."""
    rowid, first = SEARCH_INDEX.c.rowid, search_rowid(number, 0)
    return rowid - first, rowid.between(first, search_rowid(number + 1, 0) - 1)


def search_condition(kind: str, identity: Any, text: str) -> ColumnElement[bool]:
    """Answer the condition that keeps the records of ``kind`` that ``text`` finds; everything for no text."""
    match = _match(text)
    if match is None:
        return true()
    record, of_kind = _rows_of(KIND_NUMBERS[kind])
    found = select(record).where(match, of_kind)
    condition: ColumnElement[bool] = identity.in_(found)
    return condition


def list_search(kind: str, identity: Any) -> Callable[[Any, str], ColumnElement[bool]]:
    """Make the ``search`` of a ListSource over the records of ``kind``."""

    def find(_reader: Any, text: str) -> ColumnElement[bool]:
        return search_condition(kind, identity, text)

    return find


def search(reader: Reader, text: str, kinds: Sequence[str] = KINDS, limit: int = 50) -> Found:
    """Answer the records of ``kinds`` that ``text`` finds and the acting person may see, best first.

    Order: exact number, beginning of number or name, beginning of a word; within these, last used first.
    """
    known = _kinds()
    ranked: list[tuple[int, Any]] = []
    more = False
    match = _match(text)
    # Who sees everything is answered by the index alone, once for all kinds; the rows are read afterwards.
    newest = None if match is None or reader.actor.owners is not None else _newest(reader, text, kinds)
    for key in kinds:
        kind = known[key]
        candidates = None if newest is None else newest.get(kind.number, ())
        rows, over = tiers(reader, kind.key, text, kind.condition, candidates)
        more = more or over
        ranked += [(rank, _hit(kind, row)) for rank, row in rows]
    ranked.sort(key=lambda pair: pair[0])
    hits = tuple(hit for _rank, hit in ranked)
    return Found(hits[:limit], len(hits), more)


def _newest(reader: Reader, text: str, kinds: Sequence[str]) -> dict[int, list[int]]:
    """Answer, a number of a kind, at most 201 of its records that match, newest first.

    The kinds follow one another in the index, so that one walk serves all that together have no more; each walk
    after it begins below the last kind that was full. A walk of a common word costs all its rows, so few are made.
    """
    numbers = [KIND_NUMBERS[key] for key in kinds]
    lowest, upper = search_rowid(min(numbers), 0), search_rowid(max(numbers) + 1, 0) - 1
    found: dict[int, list[int]] = {}
    connection, asked = reader.session.connection(), query_terms(text)
    while upper >= lowest:
        values = {"asked": asked, "lowest": lowest, "upper": upper}
        rows = [search_record(row) for row in connection.execute(_walk(), values).scalars()]
        part: dict[int, list[int]] = {}
        for number, record in rows:
            part.setdefault(number, []).append(record)
        if len(rows) <= TIER_LIMIT:
            return found | part
        last = rows[-1][0]
        if len(part) > 1:
            # The last kind may have more than was left over for it.
            del part[last]
            upper = search_rowid(last + 1, 0) - 1
        else:
            upper = search_rowid(last, 0) - 1
        found |= part
    return found


@functools.cache
def _walk() -> Select[Any]:
    """Select the newest rows of the index that match, of the kinds between two rows."""
    rowid = SEARCH_INDEX.c.rowid
    matching = literal_column("search_index").op("MATCH", is_comparison=True)(bindparam("asked"))
    between = rowid.between(bindparam("lowest"), bindparam("upper"))
    return select(rowid).where(matching, between).order_by(rowid.desc()).limit(TIER_LIMIT + 1)


def _hit(kind: _Kind, row: Any) -> Hit:
    record, code, name, detail, _used = row
    return Hit(kind.key, record, code, name or code, str(detail or ""), Link.to(kind.target, id=record))


def tiers(
    reader: Reader,
    kind_key: str,
    text: str,
    condition: ColumnElement[bool] | None,
    candidates: Sequence[int] | None = None,
) -> tuple[list[tuple[int, Any]], bool]:
    """Answer (rank, (id, code, name, detail, last used)) of one kind, and whether there are more than read.

    Rank 0 is an exact number, 1 a beginning, 2 a word; at most 200 of each, each tier last used first.
    ``candidates`` are the records whose words match, where the caller has looked for them.
    """
    kind = _kinds()[kind_key]
    match = _match(text)
    if match is None:
        return [], False
    name = kind.name if kind.name is not None else literal_column("''")
    columns = select(kind.entity.id, kind.code, name, kind.detail, kind.used)
    if condition is not None:
        # Wrapped, so that the few records found lead: else SQLite walks all of an index that serves the condition.
        columns = columns.where(func.coalesce(condition, false()))
    typed = text.strip()
    variants = tuple(dict.fromkeys((typed, typed.upper(), typed.lower(), typed.title())))
    begins = _beginning(reader, kind, variants)
    record, of_kind = _rows_of(kind.number)
    if candidates is None:
        words = columns.join(SEARCH_INDEX, record == kind.entity.id).where(match, of_kind)
        words = words.order_by(SEARCH_INDEX.c.rowid.desc()).limit(TIER_LIMIT + 1)
    else:
        known = set(begins)
        candidates = [each for each in candidates if each not in known]
        words = columns.where(kind.entity.id.in_(candidates))
    queries = ((1, columns.where(kind.entity.id.in_(begins)), begins), (2, words, candidates))
    found: dict[int, tuple[int, Any]] = {}
    for rank, query, asked in queries:
        if asked is not None and not asked:
            continue
        for row in reader.session.execute(query):
            found.setdefault(row[0], (0 if row[1] in variants[:2] else rank, row))
        if len(found) > TIER_LIMIT:
            break
    ranked = sorted(
        found.values(), key=lambda pair: (pair[1][4] is not None, pair[1][4], pair[1][0]), reverse=True
    )
    ranked.sort(key=lambda pair: pair[0])
    return ranked[:TIER_LIMIT], len(ranked) > TIER_LIMIT


def _beginning(reader: Reader, kind: _Kind, variants: Sequence[str]) -> list[int]:
    """Answer the ids of at most 201 records whose number or name begins so, of those the actor may see.

    Who sees everything needs no row rules; they would make the statement anew each time.
    """
    values = {f"{side}{at}": text for at, text in enumerate(variants) for side in ("low", "high")}
    values |= {f"high{at}": f"{text}\U0010ffff" for at, text in enumerate(variants)}
    found: Any
    if reader.actor.owners is None:
        found = reader.session.connection().execute(_begins(kind.key, len(variants)), values)
    else:
        found = reader.session.execute(_begins(kind.key, len(variants), ruled=True), values)
    return list(dict.fromkeys(found.scalars()))[: TIER_LIMIT + 1]


@functools.cache
def _begins(kind_key: str, count: int, *, ruled: bool = False) -> Any:
    """Select the ids of records whose number or name begins in one of ``count`` ways, each range by its own index.

    Ranges, not LIKE, which folds case and so cannot use an index; not one OR, which walks the whole table. Made
    once: building a statement of so many parts costs more than running it.
    """
    kind = _kinds()[kind_key]
    columns: Any = kind.entity if ruled else kind.entity.__table__.c
    narrowed = select(columns.id.label("id"))
    if kind.key == "item":
        # The index over the numbers of items begins with their side.
        narrowed = narrowed.where(columns.side == "AR")
    ranges = [
        narrowed.where(column >= bindparam(f"low{at}"), column < bindparam(f"high{at}"))
        .limit(TIER_LIMIT + 1)
        .subquery()
        for column in (getattr(columns, each.key) for each in (kind.code, kind.name) if each is not None)
        for at in range(count)
    ]
    return union_all(*(select(each.c.id) for each in ranges))
