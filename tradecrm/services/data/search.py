"""Search over the whole book: exact number, beginning of a name, beginning of a word, then last used."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Delete,
    Select,
    String,
    bindparam,
    cast,
    delete,
    false,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)

from tradecrm.core.links import Link
from tradecrm.models import (
    FreightInquiry,
    Inquiry,
    Item,
    Party,
    Product,
    Proforma,
    PurchaseContract,
    Quotation,
    Receipt,
    SalesContract,
    Shipment,
)
from tradecrm.services.data.bulk_rows import insert_columns, spans
from tradecrm.services.data.lean import lean_rows
from tradecrm.services.data.search_texts import KIND_NUMBERS, Texts, record_texts
from tradecrm.services.data.terms import FTS5, TSQUERY, document_terms, query_terms, spelling_of
from tradecrm.services.work import Reader, Work
from tradecrm.storage.objects import SEARCH_INDEX, Matching, search_record, search_rowid

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
        _Kind("inquiry", Inquiry, Inquiry.number, None, Inquiry.subject, Inquiry.updated_at, "inquiry"),
        _Kind(
            "quotation",
            Quotation,
            Quotation.number,
            None,
            Quotation.customer_po,
            Quotation.updated_at,
            "quotation",
        ),
        _Kind(
            "proforma",
            Proforma,
            Proforma.number,
            None,
            Proforma.customer_po,
            Proforma.updated_at,
            "proforma",
        ),
        _Kind(
            "purchase_contract",
            PurchaseContract,
            PurchaseContract.number,
            None,
            PurchaseContract.day,
            PurchaseContract.updated_at,
            "purchase",
        ),
        _Kind(
            "freight_inquiry",
            FreightInquiry,
            FreightInquiry.number,
            None,
            FreightInquiry.port_of_discharge,
            FreightInquiry.updated_at,
            "freight_inquiry",
        ),
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
    number = KIND_NUMBERS[kind]
    rows = [
        {"first": search_rowid(number, first), "last": search_rowid(number, last)}
        for first, last in spans(record_ids)
    ]
    if rows:
        connection.execute(_drop_rows(), rows)


@functools.cache
def _drop_rows() -> Delete:
    return delete(SEARCH_INDEX).where(SEARCH_INDEX.c.rowid.between(bindparam("first"), bindparam("last")))


def write_search_terms(connection: Connection, kind: str, texts: Iterable[tuple[int, Texts]]) -> None:
    """Put records that are not in the search index into it."""
    number = KIND_NUMBERS[kind]
    spelling = spelling_of(connection.dialect.name)
    found = {search_rowid(number, record): document_terms(values, spelling) for record, values in texts}
    rows = {row: terms for row, terms in found.items() if terms}
    if rows:
        insert_columns(
            connection, SEARCH_INDEX, len(rows), {"rowid": list(rows), "terms": list(rows.values())}
        )


def _match(text: str) -> ColumnElement[bool] | None:
    """Answer the condition of the index for what was typed; None when there is nothing to look for."""
    asked = query_terms(text, FTS5)
    return Matching(literal(asked), literal(query_terms(text, TSQUERY))) if asked else None


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
    known, match = _kinds(), query_terms(text, spelling_of(_store(reader)))
    if not match:
        return Found((), 0, more=False)
    every = {} if reader.actor.owners is not None else _all_tiers(reader, text, match, kinds)
    ranked: list[tuple[int, _Kind, Sequence[Any]]] = []
    more = False
    for key in kinds:
        kind = known[key]
        rows, over = every[key] if every else tiers(reader, kind.key, text, kind.condition)
        more = more or over
        ranked += [(rank, kind, row) for rank, row in rows]
    ranked.sort(key=lambda found: found[0])
    hits = tuple(_hit(kind, row) for _rank, kind, row in ranked[:limit])
    return Found(hits, len(ranked), more)


_Tiers = tuple[list[tuple[int, Sequence[Any]]], bool]
"""(rank, (id, code, name, detail, last used)) best first, and whether there are more than read."""


def _all_tiers(reader: Reader, text: str, match: str, kinds: Sequence[str]) -> dict[str, _Tiers]:
    """Answer what ``tiers`` answers, of several kinds, to a person who sees every record.

    Asked at every key press: no row rules, so the statements are built once and the rows stay the driver's.
    """
    variants = _variants(text)
    begins: dict[str, dict[int, None]] = {key: {} for key in kinds}
    values = _bounds(variants)
    for number, record in lean_rows(reader, _beginnings, tuple(kinds), len(variants), values=values):
        begins[KINDS[number - 1]][record] = None
    walked = [key for key in kinds if len(begins[key]) <= TIER_LIMIT]
    newest = _newest(reader, match, walked) if walked else {}
    answers: dict[str, _Tiers] = {}
    for key in kinds:
        first = list(begins[key])[: TIER_LIMIT + 1]
        words = [each for each in newest.get(KIND_NUMBERS[key], ()) if each not in begins[key]]
        if not (first or words):
            answers[key] = ([], False)
            continue
        rows = lean_rows(reader, _records, key, _store(reader), values={"ids": json.dumps(first + words)})
        ranks = {row[0]: 1 if row[0] in begins[key] else 2 for row in rows}
        answers[key] = _in_order([(ranks[row[0]], row) for row in rows], variants)
    return answers


def _newest(reader: Reader, match: str, kinds: Sequence[str]) -> dict[int, list[int]]:
    """Answer, a number of a kind, at most 201 of its records that match, newest first.

    The kinds follow one another in the index, so that one walk serves all that together have no more; each walk
    after it begins below the last kind that was full.
    """
    numbers = [KIND_NUMBERS[key] for key in kinds]
    lowest, upper = search_rowid(min(numbers), 0), search_rowid(max(numbers) + 1, 0) - 1
    found: dict[int, list[int]] = {}
    while upper >= lowest:
        values = {"asked": match, "lowest": lowest, "upper": upper}
        rows = [search_record(row) for (row,) in lean_rows(reader, _walk, values=values)]
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


def _walk() -> Select[Any]:
    """Select the newest rows of the index that match, of the kinds between two rows."""
    rowid = SEARCH_INDEX.c.rowid
    asked = bindparam("asked", type_=String)
    matching = Matching(asked, asked)
    between = rowid.between(bindparam("lowest"), bindparam("upper"))
    return select(rowid).where(matching, between).order_by(rowid.desc()).limit(TIER_LIMIT + 1)


def _columns(kind: _Kind, entity: Any) -> Select[Any]:
    """Select what is shown of a kind and when it was last used; of the class, or past the rules of its table."""
    name = literal_column("''") if kind.name is None else getattr(entity, kind.name.key)
    shown = (entity.id, getattr(entity, kind.code.key), name, getattr(entity, kind.detail.key))
    columns = select(*shown, getattr(entity, kind.used.key))
    if kind.condition is not None:
        # Wrapped, so that the few records found lead: else SQLite walks all of an index that serves the condition.
        columns = columns.where(func.coalesce(kind.condition, false()))
    return columns


def _records(kind_key: str, store: str) -> Select[Any]:
    """Select the records of a kind by ``ids``, a list in JSON."""
    kind = _kinds()[kind_key]
    table = kind.entity.__table__.c
    listed = bindparam("ids", type_=String)
    if store == "postgresql":
        ids = func.json_array_elements_text(cast(listed, JSON)).table_valued("value", name="ids")
        return _columns(kind, table).where(table.id.in_(select(cast(ids.c.value, table.id.type))))
    ids = func.json_each(listed).table_valued("value")
    return _columns(kind, table).where(table.id.in_(select(ids.c.value)))


def _store(reader: Reader) -> str:
    return reader.session.get_bind().dialect.name


def _hit(kind: _Kind, row: Sequence[Any]) -> Hit:
    record, code, name, detail, _used = row
    return Hit(kind.key, record, code, name or code, str(detail or ""), Link.to(kind.target, id=record))


def tiers(reader: Reader, kind_key: str, text: str, condition: ColumnElement[bool] | None) -> _Tiers:
    """Answer (rank, (id, code, name, detail, last used)) of one kind, and whether there are more than read.

    Rank 0 is an exact number, 1 a beginning, 2 a word; at most 200 of each, each tier last used first. What
    the acting person may not see is left out.
    """
    kind = _kinds()[kind_key]
    match = _match(text)
    if match is None:
        return [], False
    columns = _columns(kind, kind.entity)
    if condition is not None and condition is not kind.condition:
        columns = columns.where(func.coalesce(condition, false()))
    variants = _variants(text)
    begins = _beginning(reader, kind, variants)
    record, of_kind = _rows_of(kind.number)
    words = columns.join(SEARCH_INDEX, record == kind.entity.id).where(match, of_kind)
    words = words.order_by(SEARCH_INDEX.c.rowid.desc()).limit(TIER_LIMIT + 1)
    found: dict[int, tuple[int, Any]] = {}
    if begins:
        for row in reader.session.execute(columns.where(kind.entity.id.in_(begins))):
            found[row[0]] = (1, row)
    if len(found) <= TIER_LIMIT:
        for row in reader.session.execute(words):
            found.setdefault(row[0], (2, row))
    return _in_order(found.values(), variants)


def _variants(text: str) -> tuple[str, ...]:
    typed = text.strip()
    return tuple(dict.fromkeys((typed, typed.upper(), typed.lower(), typed.title())))


def _in_order(found: Iterable[tuple[int, Sequence[Any]]], variants: Sequence[str]) -> _Tiers:
    """Put the exact number first, each tier last used first, and keep 200."""
    exact = variants[:2]
    ranked = [(0 if row[1] in exact else rank, row) for rank, row in found]
    ranked.sort(key=lambda pair: (pair[1][4] is not None, pair[1][4], pair[1][0]), reverse=True)
    ranked.sort(key=lambda pair: pair[0])
    return ranked[:TIER_LIMIT], len(ranked) > TIER_LIMIT


def _bounds(variants: Sequence[str]) -> dict[str, str]:
    values = {f"low{at}": text for at, text in enumerate(variants)}
    return values | {f"high{at}": f"{text}\U0010ffff" for at, text in enumerate(variants)}


def _beginning(reader: Reader, kind: _Kind, variants: Sequence[str]) -> list[int]:
    """Answer the ids of at most 201 records whose number or name begins so, of those the actor may see."""
    ranges = _begins(kind, len(variants), kind.entity)
    found: Any = reader.session.execute(union_all(*(select(each.c.id) for each in ranges)), _bounds(variants))
    return list(dict.fromkeys(found.scalars()))[: TIER_LIMIT + 1]


def _beginnings(kind_keys: Sequence[str], count: int) -> Any:
    """Select (number of the kind, id) of records of several kinds whose number or name begins so."""
    kinds = [_kinds()[key] for key in kind_keys]
    return union_all(
        *(
            select(literal_column(str(kind.number)), each.c.id)
            for kind in kinds
            for each in _begins(kind, count, kind.entity.__table__.c)
        )
    )


def _begins(kind: _Kind, count: int, columns: Any) -> list[Any]:
    """Answer a subquery for each range of ids whose number or name begins in one of ``count`` ways.

    Ranges, not LIKE, which folds case and so cannot use an index; not one OR, which walks the whole table.
    """
    narrowed = select(columns.id.label("id"))
    if kind.key == "item":
        # The index over the numbers of items begins with their side.
        narrowed = narrowed.where(columns.side == "AR")
    return [
        narrowed.where(column >= bindparam(f"low{at}"), column < bindparam(f"high{at}"))
        .limit(TIER_LIMIT + 1)
        .subquery()
        for column in (getattr(columns, each.key) for each in (kind.code, kind.name) if each is not None)
        for at in range(count)
    ]
