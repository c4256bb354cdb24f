"""The statement of account of a partner (对账单): a part a currency, from opening to closing, and its aging (3.7)."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.models import (
    CostLine,
    Instalment,
    Item,
    LedgerEntry,
    Party,
    Posting,
    PurchaseContract,
    PurchaseLine,
    SalesContract,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.control.access_rules import PRICES
from tradecrm.services.figures.aging import AgingQuery, AgingRow, aging
from tradecrm.services.figures.aging_detail import UNAPPLIED, AgingPart, aging_detail
from tradecrm.services.figures.papers import entry_title, item_links, source_link
from tradecrm.services.figures.plain import plain
from tradecrm.services.kept_words import memo_words
from tradecrm.services.work import Reader, not_found

ZERO = Decimal(0)
_CHUNK = 500


class StatementStyle(enum.StrEnum):
    """Every paper of the period with the balance carried forward, or only what is open at its end."""

    FORWARD = "forward"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class StatementAsk:
    """Of whom, which side, which days, in which style; ``currency`` keeps to one."""

    party_id: int
    side: str
    first: date
    last: date
    style: StatementStyle = StatementStyle.FORWARD
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A paper on the statement: amounts in the currency of its part, in the partner's favor without sign.

    ``more`` is what was invoiced or billed, ``less`` what was paid or credited; ``balance`` runs (style forward)
    or is what is open of the paper (style open), then ``less`` is what was paid of it so far.
    """

    day: date
    kind: str
    words: str
    number: str
    lading: str
    order: str
    due_on: date | None
    more: Decimal | None
    less: Decimal | None
    balance: Decimal
    link: Link | None


@dataclass(frozen=True, slots=True)
class StatementPart:
    """The statement in one currency: positive balances are owed to us (AR) or by us (AP).

    ``buckets`` and ``unapplied`` are the aging at the end, which adds up to ``closing``.
    """

    currency: str
    opening: Decimal
    lines: tuple[StatementLine, ...]
    closing: Decimal
    buckets: tuple[Decimal, ...]
    unapplied: Decimal


@dataclass(frozen=True, slots=True)
class PartyStatement:
    """A statement of account with its parts by currency; ``edges`` are those of the aging."""

    ask: StatementAsk
    code: str
    name: str
    edges: tuple[int, ...]
    parts: tuple[StatementPart, ...]


def party_statement(reader: Reader, ask: StatementAsk) -> PartyStatement:
    """Answer the statement of a partner the actor may see; NotFound otherwise."""
    found = party_statements(reader, (ask.party_id,), ask).get(ask.party_id)
    if found is None:
        raise not_found(_("Partner"), ask.party_id)
    return found


def party_statements(reader: Reader, parties: Sequence[int], ask: StatementAsk) -> dict[int, PartyStatement]:
    """Answer what ``ask`` asks for of many partners, read together; those the actor may not see are left out."""
    reader.actor.demand("receivable.read")
    records = reader.get_all(Party, parties)
    if not records:
        return {}
    if ask.side == "AP" and not all(party.is_customer for party in records.values()):
        reader.actor.demand(PRICES)
    ids = tuple(sorted(records))
    query = AgingQuery(
        ask.side, ask.last, edges=reader.settings.aging_edges, parties=ids, currency=ask.currency
    )
    aged = {(row.party_id, row.currency): row for row in aging(reader, query)}
    if ask.style is StatementStyle.OPEN:
        opening: dict[_Key, Decimal] = dict.fromkeys(aged, ZERO)
        lines = _open_lines(reader, ask, aging_detail(reader, query))
    else:
        opening = _openings(reader, ask, ids)
        lines = _forward_lines(reader, ask, ids, opening)
    parts: dict[int, list[StatementPart]] = {}
    for key in sorted(opening):
        part = _part(ask, key, opening[key], lines.get(key, ()), aged.get(key), len(query.edges))
        if part.lines or part.closing:
            parts.setdefault(key[0], []).append(part)
    return {
        key: PartyStatement(
            replace(ask, party_id=key), party.code, party.name, query.edges, tuple(parts.get(key, ()))
        )
        for key, party in records.items()
    }


_Key = tuple[int, str]
"""A partner and a currency."""


def _part(
    ask: StatementAsk,
    key: _Key,
    opening: Decimal,
    lines: tuple[StatementLine, ...],
    aged: AgingRow | None,
    edges: int,
) -> StatementPart:
    """Answer the statement in one currency."""
    if ask.style is StatementStyle.OPEN:
        closing = sum((line.balance for line in lines), ZERO)
    else:
        closing = lines[-1].balance if lines else opening
    buckets = (ZERO,) * (edges + 2) if aged is None else aged.amounts
    return StatementPart(key[1], opening, lines, closing, buckets, ZERO if aged is None else aged.advance)


def _sign(side: str) -> int:
    return 1 if side == "AR" else -1


def _openings(reader: Reader, ask: StatementAsk, parties: Sequence[int]) -> dict[_Key, Decimal]:
    """Answer what the ledger says before the first day, of each partner and currency that moved by the last."""
    entry = plain(LedgerEntry)

    def of(*columns: Any) -> Select[Any]:
        found = select(entry.party_id, entry.currency, *columns).where(
            entry.book == ask.side, entry.party_id.in_(parties), entry.day <= ask.last
        )
        return found if ask.currency is None else found.where(entry.currency == ask.currency)

    moved = reader.session.execute(of().distinct())
    found = dict.fromkeys(((party, currency) for party, currency in moved), ZERO)
    before = of(func.sum(entry.amount)).where(entry.day < ask.first)
    for party, currency, amount in reader.session.execute(before.group_by(entry.party_id, entry.currency)):
        found[party, currency] = _sign(ask.side) * amount
    return found


def _forward_rows(reader: Reader, ask: StatementAsk, parties: Sequence[int]) -> list[Any]:
    """Answer the ledger's rows of the period with their items, by date, then number."""
    entry, posting, item = plain(LedgerEntry), plain(Posting), plain(Item)
    statement = (
        select(
            entry.id,
            entry.party_id,
            entry.currency,
            entry.day,
            entry.amount,
            posting.kind,
            posting.memo,
            posting.source_kind,
            posting.source_id,
            posting.reverses_id,
            item.id.label("item_id"),
            item.kind.label("item_kind"),
            item.number,
        )
        .join_from(LedgerEntry.__table__, Posting.__table__, posting.id == entry.posting_id)
        .outerjoin(
            Item.__table__,
            (item.posting_id == posting.id) & (item.side == ask.side) & (item.party_id == entry.party_id),
        )
        .where(
            entry.book == ask.side,
            entry.party_id.in_(parties),
            entry.amount != 0,
            entry.day >= ask.first,
            entry.day <= ask.last,
        )
    )
    if ask.currency is not None:
        statement = statement.where(entry.currency == ask.currency)
    rows = reader.session.execute(statement).all()
    return sorted(rows, key=lambda row: (row.day, row.number or row.memo, row.id))


def _forward_lines(
    reader: Reader, ask: StatementAsk, parties: Sequence[int], opening: Mapping[_Key, Decimal]
) -> dict[_Key, tuple[StatementLine, ...]]:
    """Answer the papers of the period with the balance after each; settlements within a currency move nothing."""
    rows = _forward_rows(reader, ask, parties)
    keyed = [row for row in rows if row.item_id is not None]
    references = References(reader, ask.side, [row.item_id for row in keyed])
    links = item_links(reader, ((row.item_id, row.item_kind) for row in keyed), ask.side)
    balances = dict(opening)
    found: dict[_Key, list[StatementLine]] = {}
    for row in rows:
        key = (row.party_id, row.currency)
        amount = _sign(ask.side) * row.amount
        balances[key] += amount
        title = entry_title(row.kind)
        words = _("{what}, taken back").format(what=title) if row.reverses_id is not None else title
        found.setdefault(key, []).append(
            StatementLine(
                row.day,
                row.item_kind or row.kind,
                words,
                row.number or memo_words(row.memo),
                references.lading(row.item_id),
                references.order(row.item_id),
                references.due(row.item_id),
                amount if amount > 0 else None,
                -amount if amount < 0 else None,
                balances[key],
                links.get(row.item_id) or source_link(row.source_kind, row.source_id),
            )
        )
    return {key: tuple(lines) for key, lines in found.items()}


def _open_lines(
    reader: Reader, ask: StatementAsk, parts: Sequence[AgingPart]
) -> dict[_Key, tuple[StatementLine, ...]]:
    """Answer the papers open at the end with what was paid of them; money in hand stands below zero."""
    items: dict[int, list[AgingPart]] = {}
    for part in sorted(parts, key=lambda p: (p.document_day, p.number)):
        items.setdefault(part.item_id, []).append(part)
    references = References(reader, ask.side, list(items))
    links = item_links(reader, ((key, own[0].kind) for key, own in items.items()), ask.side)
    found: dict[_Key, list[StatementLine]] = {}
    for key, own in items.items():
        first = own[0]
        left = sum((part.open_amount for part in own), ZERO)
        credit = first.bucket == UNAPPLIED
        paid = first.item_amount - left
        found.setdefault((first.party_id, first.currency), []).append(
            StatementLine(
                first.document_day,
                first.kind,
                "",
                first.number,
                references.lading(key),
                references.order(key),
                min((part.due_on for part in own if part.due_on is not None), default=None),
                None if credit else first.item_amount,
                -left if credit else paid or None,
                left,
                links[key],
            )
        )
    return {key: tuple(lines) for key, lines in found.items()}


class References:
    """Bills of lading and orders of items: the customer's order or our contract (AR), our purchase contract (AP)."""

    def __init__(self, reader: Reader, side: str, items: Iterable[int]) -> None:
        self._lading: dict[int, str] = {}
        self._order: dict[int, str] = {}
        self._due: dict[int, date] = {}
        keys = sorted(set(items))
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            self._read_papers(reader, chunk, contracts=side == "AR")
            self._read_dues(reader, chunk)
            if side == "AP":
                self._read_purchases(reader, chunk)

    def lading(self, item_id: int | None) -> str:
        """Answer the number of the bill of lading, empty without any."""
        return self._lading.get(item_id or 0, "")

    def order(self, item_id: int | None) -> str:
        """Answer the order an item belongs to, empty without any."""
        return self._order.get(item_id or 0, "")

    def due(self, item_id: int | None) -> date | None:
        """Answer the last due day of an item, None where it has none or not all are known."""
        return self._due.get(item_id or 0)

    def _read_papers(self, reader: Reader, items: Sequence[int], *, contracts: bool) -> None:
        item, shipment, contract = plain(Item), plain(Shipment), plain(SalesContract)
        rows = reader.session.execute(
            select(item.id, item.shipment_id, shipment.bl_no, contract.customer_po, contract.number)
            .join_from(Item.__table__, Shipment.__table__, shipment.id == item.shipment_id, isouter=True)
            .outerjoin(SalesContract.__table__, contract.id == item.contract_id)
            .where(item.id.in_(items))
        ).all()
        shipped = _shipped_orders(reader, [row.shipment_id for row in rows if row.shipment_id and contracts])
        for row in rows:
            self._lading[row.id] = row.bl_no or ""
            if contracts:
                self._order[row.id] = row.customer_po or row.number or shipped.get(row.shipment_id, "")

    def _read_dues(self, reader: Reader, items: Sequence[int]) -> None:
        part = plain(Instalment)
        rows = reader.session.execute(
            select(part.item_id, func.max(part.due_on), func.count(), func.count(part.due_on))
            .where(part.item_id.in_(items), part.is_credit.is_(False))
            .group_by(part.item_id)
        )
        self._due.update({key: due for key, due, count, known in rows if due is not None and count == known})

    def _read_purchases(self, reader: Reader, items: Sequence[int]) -> None:
        cost, line, head = plain(CostLine), plain(PurchaseLine), plain(PurchaseContract)
        rows = reader.session.execute(
            select(cost.item_id, head.number)
            .join_from(CostLine.__table__, PurchaseLine.__table__, line.id == cost.purchase_line_id)
            .join(PurchaseContract.__table__, head.id == line.purchase_id)
            .where(cost.item_id.in_(items))
            .distinct()
            .order_by(head.number)
        )
        for key, number in rows:
            self._order[key] = f"{self._order[key]}, {number}" if self._order.get(key) else number


def _shipped_orders(reader: Reader, shipments: Sequence[int]) -> dict[int, str]:
    """Answer the customer's orders, else our contracts, whose goods a shipment took along."""
    goods, contract = plain(ShipmentLine), plain(SalesContract)
    rows: Any = reader.session.execute(
        select(goods.shipment_id, contract.customer_po, contract.number)
        .join_from(ShipmentLine.__table__, SalesContract.__table__, contract.id == goods.contract_id)
        .where(goods.shipment_id.in_(shipments))
        .distinct()
        .order_by(goods.shipment_id, contract.number)
    )
    found: dict[int, str] = {}
    for key, order, number in rows:
        text = order or number
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
