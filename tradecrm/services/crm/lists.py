"""The sources behind the lists of customers and of all partners."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, func
from sqlalchemy.orm import aliased

from tradecrm.core.fields import FieldKind
from tradecrm.models import Party, Person
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.services.data.search import list_search

_OWNER = aliased(Person)


def _with_owner(query: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    return query.outerjoin(_OWNER, _OWNER.id == Party.owner_id)


_COLUMNS = (
    ListColumn("code", Party.code, FieldKind.CODE, nullable=False),
    ListColumn("name", Party.name, nullable=False),
    ListColumn("name_local", Party.name_local, nullable=False),
    ListColumn("country", Party.country, FieldKind.COUNTRY, nullable=False),
    ListColumn("city", Party.city, nullable=False),
    ListColumn("grade", Party.grade, FieldKind.CHOICE, nullable=False),
    ListColumn("industry", Party.industry, nullable=False),
    ListColumn("source", Party.source, nullable=False),
    ListColumn("email", Party.email, FieldKind.EMAIL, nullable=False),
    ListColumn("phone", Party.phone, FieldKind.PHONE, nullable=False),
    ListColumn("website", Party.website, FieldKind.URL, nullable=False),
    ListColumn("tax_no", Party.tax_no, FieldKind.CODE, nullable=False),
    ListColumn("currency", Party.currency, FieldKind.CURRENCY, nullable=False),
    ListColumn("is_customer", Party.is_customer, FieldKind.BOOL, nullable=False),
    ListColumn("is_supplier", Party.is_supplier, FieldKind.BOOL, nullable=False),
    ListColumn("is_forwarder", Party.is_forwarder, FieldKind.BOOL, nullable=False),
    ListColumn("is_service", Party.is_service, FieldKind.BOOL, nullable=False),
    ListColumn("archived", Party.archived, FieldKind.BOOL, nullable=False),
    ListColumn("owner_id", Party.owner_id, FieldKind.INTEGER, nullable=False),
    ListColumn("owner", func.coalesce(_OWNER.name, "")),
    ListColumn("updated", Party.updated_at, FieldKind.DATETIME, nullable=False),
    ListColumn("version", Party.version, FieldKind.INTEGER, nullable=False),
)


def _source(key: str, *where: ColumnElement[bool]) -> ListSource:
    return ListSource(
        key=key,
        identity=Party.id,
        columns=_COLUMNS,
        joins=_with_owner,
        joined=frozenset({"owner"}),
        where=where,
        search=list_search("party", Party.id),
    )


CUSTOMERS = _source("customers", Party.is_customer.is_(True))
PARTNERS = _source("partners")
