"""What each kind of record is found by: its texts, read in set form from the plain tables.

One definition serves the record that was just saved, a whole import, and the check that recomputes all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
    return tuple(str(value) for value in values if value)


def party_texts(row: Sequence[Any], contacts: Iterable[Sequence[Any]]) -> Texts:
    """Answer the texts of a party: its own columns in their order, then those of each contact."""
    return (*_filled(row), *(text for contact in contacts for text in _filled(contact)))


def _parties(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, Texts]]:
    party: Any = Party.__table__
    contact: Any = Contact.__table__
    contacts: dict[int, list[Sequence[Any]]] = {}
    people = select(contact.c.party_id, *(contact.c[name] for name in _CONTACT_COLUMNS))
    for row in connection.execute(people.where(contact.c.party_id.in_(ids)).order_by(contact.c.id)):
        contacts.setdefault(row[0], []).append(row[1:])
    columns = select(party.c.id, *(party.c[name] for name in _PARTY_COLUMNS))
    for row in connection.execute(columns.where(party.c.id.in_(ids))):
        yield row[0], party_texts(row[1:], contacts.get(row[0], ()))


def _plain(
    entity: Any, columns: tuple[str, ...]
) -> Callable[[Connection, Sequence[int]], Iterator[tuple[int, Texts]]]:
    def read(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, Texts]]:
        table = entity.__table__
        for row in connection.execute(
            select(table.c.id, *(table.c[name] for name in columns)).where(table.c.id.in_(ids))
        ):
            yield row[0], _filled(row[1:])

    return read


def _receivables(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, Texts]]:
    """Invoices and other debits only: a receipt is found by itself, a payable by its supplier."""
    table: Any = Item.__table__
    query = select(table.c.id, table.c.number).where(table.c.id.in_(ids))
    for record, number in connection.execute(query.where(table.c.side == "AR", table.c.amount > 0)):
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

_READERS: dict[str, tuple[Any, Callable[[Connection, Sequence[int]], Iterator[tuple[int, Texts]]]]] = {
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


def all_ids(connection: Connection, kind: str) -> list[int]:
    """Answer the number of every record of a kind, ascending."""
    table = _READERS[kind][0].__table__
    return list(connection.execute(select(table.c.id).order_by(table.c.id)).scalars())
