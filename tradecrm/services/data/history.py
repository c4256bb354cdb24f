"""The history of a customer: its papers and what was done to its record, newest first, in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select

from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.models import (
    AuditEntry,
    ImportedRecord,
    ImportRun,
    Party,
    Person,
    Receipt,
    SalesContract,
    Shipment,
)
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event: day, what happened in a sentence, who did it (empty for a paper), and what opens."""

    day: date
    text: str
    person: str
    link: Link | None


_FIELDS = {
    "name": N_("Name"),
    "name_local": N_("Local name"),
    "code": N_("Code"),
    "country": N_("Country"),
    "city": N_("City"),
    "industry": N_("Industry"),
    "source": N_("Source"),
    "grade": N_("Grade"),
    "tax_no": N_("Tax number"),
    "website": N_("Website"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "currency": N_("Currency"),
    "incoterm": N_("Incoterm"),
    "incoterm_place": N_("Incoterm place"),
    "terms": N_("Payment terms"),
    "note": N_("Note"),
    "owner_id": N_("Salesperson"),
}
"""What a changed column is called; columns that are not here are told by the sentence itself."""


def party_history(reader: Reader, party_id: int, limit: int = 200) -> tuple[HistoryRow, ...]:
    """Answer what happened with a partner, newest first; raises NotFound for one the person may not see."""
    reader.get(Party, party_id, _("Partner"))
    rows = [*_contracts(reader, party_id, limit), *_shipments(reader, party_id, limit)]
    rows += [*_receipts(reader, party_id, limit), *_changes(reader, party_id, limit)]
    rows.sort(key=lambda row: row.day, reverse=True)
    return tuple(rows[:limit])


def _money(amount: Decimal, currency: str) -> str:
    return format_money(amount, currency)


def _contracts(reader: Reader, party_id: int, limit: int) -> Iterator[HistoryRow]:
    columns = select(SalesContract.id, SalesContract.day, SalesContract.number, SalesContract.total)
    query = columns.add_columns(SalesContract.currency).where(SalesContract.customer_id == party_id)
    for key, day, number, total, currency in _latest(reader, query, SalesContract.day, limit):
        text = _("Contract {number} over {amount}").format(number=number, amount=_money(total, currency))
        yield HistoryRow(day, text, "", Link.to("contract", id=key))


def _shipments(reader: Reader, party_id: int, limit: int) -> Iterator[HistoryRow]:
    columns = select(Shipment.id, Shipment.day, Shipment.number, Shipment.departed_on)
    query = columns.where(Shipment.customer_id == party_id)
    for key, day, number, departed in _latest(reader, query, Shipment.day, limit):
        link = Link.to("shipment", id=key)
        yield HistoryRow(day, _("Shipment {number} planned").format(number=number), "", link)
        if departed is not None:
            yield HistoryRow(departed, _("Shipment {number} departed").format(number=number), "", link)


def _receipts(reader: Reader, party_id: int, limit: int) -> Iterator[HistoryRow]:
    columns = select(Receipt.id, Receipt.day, Receipt.number, Receipt.gross, Receipt.currency)
    query = columns.where(Receipt.party_id == party_id)
    for key, day, number, gross, currency in _latest(reader, query, Receipt.day, limit):
        text = _("Receipt {number} of {amount}").format(number=number, amount=_money(gross, currency))
        yield HistoryRow(day, text, "", Link.to("receipt", id=key))


def _latest(reader: Reader, query: Any, day: Any, limit: int) -> Iterable[Any]:
    found: Iterable[Any] = reader.session.execute(query.order_by(day.desc()).limit(limit))
    return found


def _changes(reader: Reader, party_id: int, limit: int) -> Iterator[HistoryRow]:
    """Tell what was done to the record itself; an import wrote one audit row for all, so its run tells it."""
    imported = (
        select(ImportRun.at, ImportRun.file_name, Person.name)
        .join(ImportedRecord, ImportedRecord.run_id == ImportRun.id)
        .join(Person, Person.id == ImportRun.person_id)
        .where(ImportedRecord.kind == "party", ImportedRecord.record_id == party_id)
    )
    for at, file_name, person in reader.session.execute(imported):
        yield HistoryRow(at.date(), _("Imported from {file}").format(file=file_name), person, None)
    entries = (
        select(AuditEntry.at, AuditEntry.action, AuditEntry.detail, Person.name)
        .join(Person, Person.id == AuditEntry.person_id)
        .where(and_(AuditEntry.kind == "party", AuditEntry.record_id == party_id))
        .where(or_(AuditEntry.action == "insert", AuditEntry.action == "update"))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    names = {key: name for key, name in reader.session.execute(select(Person.id, Person.name))}  # noqa: C416
    for at, action, detail, person in reader.session.execute(entries):
        for text in _sentences(action, json.loads(detail), names):
            yield HistoryRow(at.date(), text, person, None)


def _sentences(action: str, detail: dict[str, Any], people: dict[int, str]) -> Iterator[str]:
    if action == "insert":
        yield _("Entered")
        return
    if "archived" in detail:
        yield _("Archived") if detail["archived"][1] else _("Taken out of the archive")
    for column, (old, new) in detail.items():
        if column not in _FIELDS:
            continue
        if column == "owner_id":
            old, new = people.get(old, ""), people.get(new, "")  # noqa: PLW2901 - shown by name
        yield _("{field}: “{old}” became “{new}”").format(
            field=_(_FIELDS[column]), old=old or "", new=new or ""
        )
