"""What each kind of record is found by: its texts, read in set form from the plain tables.

One definition serves the record that was just saved, a whole import, and the check that recomputes all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, select

from tradecrm.models import (
    Contact,
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
from tradecrm.services.data.lean import driver_rows

KIND_NUMBERS: dict[str, int] = {
    "party": 1,
    "product": 2,
    "sales_contract": 3,
    "shipment": 4,
    "item": 5,
    "receipt": 6,
    "inquiry": 7,
    "quotation": 8,
    "proforma": 9,
    "purchase_contract": 10,
    "freight_inquiry": 11,
}
"""The number of each kind within the search index; a number is never given to another kind."""

Texts = tuple[str, ...]
CHUNK = 500
"""So many records are read by number at once: SQLite's limit of bound values is far above."""

_PARTY_COLUMNS = ("code", "name", "name_local", "tax_no", "website", "email", "phone")
_CONTACT_COLUMNS = ("name", "email", "phone")


def _filled(values: Iterable[Any]) -> Texts:
    return tuple([str(value) for value in values if value])


def party_texts(row: Sequence[Any], contacts: Iterable[Sequence[Any]]) -> Texts:
    """Answer the texts of a party: its own columns in their order, then those of each contact."""
    return (*_filled(row), *(text for contact in contacts for text in _filled(contact)))


Wanted = Sequence[int] | None
"""Which records are read: those of these numbers, or all of them in the order of their numbers."""

_Read = Callable[[Connection, Wanted], Iterator[tuple[int, Texts]]]


def rows_of(connection: Connection, key: Any, columns: Iterable[Any], ids: Wanted) -> Iterator[Any]:
    """Answer the rows of a plain table, ``key`` first and in its order, of these records or of all."""
    query = select(key, *columns).order_by(key)
    return driver_rows(connection, query if ids is None else query.where(key.in_(ids)))


def people_by_party(
    connection: Connection, columns: tuple[str, ...], ids: Wanted
) -> Callable[[int], list[Any]]:
    """Answer who answers the contacts of a party, asked in the order of the parties' numbers, the oldest first."""
    contact: Any = Contact.__table__
    rows = rows_of(
        connection, contact.c.party_id, (contact.c.id, *(contact.c[name] for name in columns)), ids
    )
    groups = ((party, sorted(rows)) for party, rows in groupby(rows, itemgetter(0)))
    waiting = next(groups, None)

    def of(party: int) -> list[Any]:
        nonlocal waiting
        while waiting is not None and waiting[0] < party:
            waiting = next(groups, None)
        if waiting is None or waiting[0] != party:
            return []
        found, waiting = waiting[1], next(groups, None)
        return [row[2:] for row in found]

    return of


def _parties(connection: Connection, ids: Wanted) -> Iterator[tuple[int, Texts]]:
    party: Any = Party.__table__
    people = people_by_party(connection, _CONTACT_COLUMNS, ids)
    for row in rows_of(connection, party.c.id, (party.c[name] for name in _PARTY_COLUMNS), ids):
        yield row[0], party_texts(row[1:], people(row[0]))


def _plain(entity: Any, columns: tuple[str, ...]) -> _Read:
    def read(connection: Connection, ids: Wanted) -> Iterator[tuple[int, Texts]]:
        table = entity.__table__
        for row in rows_of(connection, table.c.id, (table.c[name] for name in columns), ids):
            yield row[0], _filled(row[1:])

    return read


def _receivables(connection: Connection, ids: Wanted) -> Iterator[tuple[int, Texts]]:
    """Invoices and other debits only: a receipt is found by itself, a payable by its supplier.

    Which they are is told here and not asked for: by an index of sides the store would walk all receivables.
    """
    table: Any = Item.__table__
    columns = (table.c.number, table.c.side, table.c.amount > 0)
    for record, number, side, is_debit in rows_of(connection, table.c.id, columns, ids):
        if is_debit and side == "AR":
            yield record, _filled((number,))


_TEXTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "product": (Product, ("code", "name_en", "name_cn", "hs_code")),
    "sales_contract": (SalesContract, ("number", "customer_po")),
    "shipment": (Shipment, ("number", "invoice_number", "bl_no", "booking_no", "vessel")),
    "item": (Item, ("number",)),
    "receipt": (Receipt, ("number", "reference", "payer")),
    "inquiry": (Inquiry, ("number", "subject")),
    "quotation": (Quotation, ("number", "customer_po")),
    "proforma": (Proforma, ("number", "customer_po")),
    "purchase_contract": (PurchaseContract, ("number",)),
    "freight_inquiry": (FreightInquiry, ("number", "port_of_discharge", "cargo")),
}
"""The kinds that are found by columns of their own alone."""

_READERS: dict[str, tuple[Any, _Read]] = {
    "party": (Party, _parties),
    **{kind: (entity, _plain(entity, columns)) for kind, (entity, columns) in _TEXTS.items()},
    "item": (Item, _receivables),
}


def texts_of(kind: str, row: Any) -> Texts:
    """Answer the texts of a record of a kind that is found by columns of its own, as it stands in the session."""
    return _filled(getattr(row, name) for name in _TEXTS[kind][1])


def record_texts(connection: Connection, kind: str, ids: Sequence[int]) -> dict[int, Texts]:
    """Answer the texts of these records; one that is gone, or is not searched, is absent."""
    read = _READERS[kind][1]
    found: dict[int, Texts] = {}
    for start in range(0, len(ids), CHUNK):
        found.update(read(connection, ids[start : start + CHUNK]))
    return found


def all_texts(connection: Connection, kind: str) -> Iterator[tuple[int, Texts]]:
    """Answer the texts of every record of a kind that is searched, in the order of their numbers."""
    return _READERS[kind][1](connection, None)


def all_ids(connection: Connection, kind: str) -> list[int]:
    """Answer the number of every record of a kind, ascending."""
    table = _READERS[kind][0].__table__
    return list(connection.execute(select(table.c.id).order_by(table.c.id)).scalars())
