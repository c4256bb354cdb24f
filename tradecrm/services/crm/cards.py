"""What stands beside a partner: what is open by age, its papers, and what was changed, in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import literal, select, true

from tradecrm.core.aging import bucket_labels
from tradecrm.core.countries import country_name
from tradecrm.core.links import Link
from tradecrm.core.presets import terms_wording
from tradecrm.core.terms import decode_terms
from tradecrm.core.text import N_, _, current_language
from tradecrm.models import (
    AuditEntry,
    ImportedRecord,
    ImportRun,
    Inquiry,
    Party,
    Payment,
    Person,
    Proforma,
    Quotation,
    Receipt,
    SalesContract,
    Shipment,
)
from tradecrm.services.figures.aging import AgingQuery, aging
from tradecrm.services.work import Reader

_PAPERS = 40
_FIELDS = {
    "name": N_("Company name"),
    "name_local": N_("Chinese name"),
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
    "incoterm_place": N_("Place"),
    "terms": N_("Payment terms"),
    "note": N_("Note"),
    "owner_id": N_("Salesperson"),
    "archived": N_("Archived"),
    "is_customer": N_("Customer"),
    "is_supplier": N_("Supplier"),
    "is_forwarder": N_("Forwarder"),
    "is_service": N_("Service provider"),
    "counted": N_("New orders count in orders and targets"),
}
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class AgingStrip:
    """What one currency of a party holds: (title, amount, bucket) from current to oldest, then what is unapplied."""

    currency: str
    buckets: tuple[tuple[str, Decimal, str], ...]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of a party: day, what it is, number, amount in its currency, and what opens it."""

    day: date
    title: str
    number: str
    currency: str
    amount: Decimal | None
    link: Link


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a party: when, by whom, and what in words."""

    at: datetime
    person: str
    text: str


def aging_strip(reader: Reader, party_id: int, side: str = "AR") -> tuple[AgingStrip, ...]:
    """Answer what is open with a party today by currency (domain.md section 3.6); nothing without the right."""
    if not reader.actor.can("receivable.read"):
        return ()
    edges = reader.settings.aging_edges
    query = AgingQuery(side, reader.today, edges=tuple(edges), parties=(party_id,))
    labels = bucket_labels(tuple(edges))
    strips = []
    for row in aging(reader, query):
        buckets = [
            (label, amount, str(number))
            for number, (label, amount) in enumerate(zip(labels, row.amounts, strict=True))
        ]
        buckets.append((_("Unapplied"), row.advance, "unapplied"))
        strips.append(AgingStrip(row.currency, tuple(buckets), row.total))
    return tuple(strips)


def party_papers(reader: Reader, party_id: int) -> tuple[Paper, ...]:
    """Answer the latest inquiries, offers, contracts, shipments and money of a party, the newest first."""
    nothing = literal(None)
    kinds: tuple[tuple[Any, Any, Any, str, str], ...] = (
        (Inquiry, Inquiry.customer_id, nothing, N_("Inquiry"), "inquiry"),
        (Quotation, Quotation.customer_id, Quotation.total, N_("Quotation"), "quotation"),
        (Proforma, Proforma.customer_id, Proforma.total, N_("Proforma invoice"), "proforma"),
        (SalesContract, SalesContract.customer_id, SalesContract.total, N_("Sales contract"), "contract"),
        (Shipment, Shipment.customer_id, Shipment.total, N_("Shipment"), "shipment"),
        (Receipt, Receipt.party_id, Receipt.gross, N_("Receipt"), "receipt"),
        (Payment, Payment.party_id, Payment.amount, N_("Payment"), "payment"),
    )
    papers: list[Paper] = []
    for entity, party, amount, title, target in kinds:
        rows = reader.session.execute(
            select(entity.id, entity.day, entity.number, entity.currency, amount)
            .where(party == party_id, entity.current.is_(True) if entity is Quotation else true())
            .order_by(entity.day.desc(), entity.id.desc())
            .limit(_PAPERS)
        )
        papers += [
            Paper(day, _(title), number, currency, total, Link.to(target, id=key))
            for key, day, number, currency, total in rows
        ]
    papers.sort(key=lambda paper: (paper.day, paper.number), reverse=True)
    return tuple(papers[:_PAPERS])


def party_changes(reader: Reader, party_id: int, limit: int = 40) -> tuple[Change, ...]:
    """Answer the changes of a party, the latest first, in words; raises NotFound for one the person may not see."""
    reader.get(Party, party_id, _("Partner"))
    rows = reader.session.execute(
        select(AuditEntry.at, Person.name, AuditEntry.action, AuditEntry.detail)
        .join(Person, Person.id == AuditEntry.person_id)
        .where(AuditEntry.kind == "party", AuditEntry.record_id == party_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    ).all()
    changes = []
    people = {row.id: row.name for row in reader.session.execute(select(Person.id, Person.name))}
    for at, person, action, detail in rows:
        text = _("Entered") if action == "insert" else _words(json.loads(detail), people)
        if text:
            changes.append(Change(at, person, text))
    changes += _imports(reader, party_id)
    changes.sort(key=lambda change: change.at, reverse=True)
    return tuple(changes[:limit])


def _imports(reader: Reader, party_id: int) -> list[Change]:
    """Answer where an imported party came from: an import writes one audit row for all, so its run tells it."""
    rows = reader.session.execute(
        select(ImportRun.at, Person.name, ImportRun.file_name)
        .join(ImportedRecord, ImportedRecord.run_id == ImportRun.id)
        .join(Person, Person.id == ImportRun.person_id)
        .where(ImportedRecord.kind == "party", ImportedRecord.record_id == party_id)
    )
    return [Change(at, person, _("Imported from {file}").format(file=name)) for at, person, name in rows]


def _words(detail: dict[str, Any], people: dict[int, str]) -> str:
    parts = []
    for key, values in detail.items():
        if key in _FIELDS and isinstance(values, list) and len(values) == 2:
            old, new = (_shown(key, value, people) for value in values)
            parts.append(_("{field}: {old} → {new}").format(field=_(_FIELDS[key]), old=old, new=new))
    return "; ".join(parts)


def _shown(key: str, value: object, people: dict[int, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "owner_id":
        return people.get(int(str(value or 0)), "—")
    text = _told(key, str(value or "")).replace("\n", " ")
    return (text[:_LONGEST] + "…" if len(text) > _LONGEST else text) or "—"


def _told(key: str, code: str) -> str:
    """Answer what is kept as a code in the words of the reader, as the form shows it."""
    language = "zh" if current_language().startswith("zh") else "en"
    if key == "country":
        return country_name(code, language)
    return terms_wording(decode_terms(code), language) if key == "terms" and code else code


def people_choices(reader: Reader) -> Sequence[tuple[int, str]]:
    """Answer the people who may own a customer, by name."""
    rows = select(Person.id, Person.name).where(Person.active.is_(True)).order_by(Person.name)
    return [(key, name) for key, name in reader.session.execute(rows)]
