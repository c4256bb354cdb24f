"""Where the list of freight inquiries comes from, and what their form offers to choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from tradecrm.core.fields import FieldKind
from tradecrm.models import FreightInquiry, FreightInvite, FreightQuote, Party, Shipment
from tradecrm.services.data.list_filters import like_pattern
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.services.data.search import list_search
from tradecrm.services.figures.quantities import GONE
from tradecrm.services.trade.freight import usual_forwarders
from tradecrm.services.work import Reader


def _count(entity: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """Answer how many rows of an inquiry there are."""
    return (
        select(func.count(entity.id))
        .where(entity.inquiry_id == FreightInquiry.id, *conditions)
        .correlate(FreightInquiry)
        .scalar_subquery()
    )


def _chosen() -> ColumnElement[str]:
    """Answer the name of the forwarder whose quote was chosen."""
    return (
        select(Party.name)
        .join(FreightQuote, FreightQuote.forwarder_id == Party.id)
        .where(FreightQuote.id == FreightInquiry.chosen_quote_id)
        .correlate(FreightInquiry)
        .scalar_subquery()
    )


def _with_shipment(query: Select[Any]) -> Select[Any]:
    return query.outerjoin(Shipment, Shipment.id == FreightInquiry.shipment_id)


FREIGHT_INQUIRIES = ListSource(
    key="freight_inquiry",
    identity=FreightInquiry.id,
    columns=(
        ListColumn("number", FreightInquiry.number, FieldKind.CODE, nullable=False),
        ListColumn("day", FreightInquiry.day, FieldKind.DATE, nullable=False),
        ListColumn("shipment", Shipment.number, FieldKind.CODE),
        ListColumn("shipment_id", FreightInquiry.shipment_id, FieldKind.INTEGER),
        ListColumn("port_of_loading", FreightInquiry.port_of_loading, nullable=False),
        ListColumn("port_of_discharge", FreightInquiry.port_of_discharge, nullable=False),
        ListColumn("mode", FreightInquiry.mode, FieldKind.CHOICE, nullable=False),
        ListColumn("container_type", FreightInquiry.container_type, nullable=False),
        ListColumn("container_count", FreightInquiry.container_count, FieldKind.INTEGER, nullable=False),
        ListColumn("volume", FreightInquiry.volume, FieldKind.VOLUME, nullable=False),
        ListColumn("target_etd", FreightInquiry.target_etd, FieldKind.DATE),
        ListColumn("quote_by", FreightInquiry.quote_by, FieldKind.DATE),
        ListColumn("asked", _count(FreightInvite), FieldKind.INTEGER),
        ListColumn("quotes", _count(FreightQuote, FreightQuote.withdrawn.is_(False)), FieldKind.INTEGER),
        ListColumn("chosen", _chosen()),
        ListColumn("status", FreightInquiry.status, FieldKind.CHOICE, nullable=False),
        ListColumn("updated_at", FreightInquiry.updated_at, FieldKind.DATETIME, nullable=False),
        ListColumn("version", FreightInquiry.version, FieldKind.INTEGER, nullable=False),
    ),
    joins=_with_shipment,
    joined=frozenset({"shipment"}),
    search=list_search("freight_inquiry", FreightInquiry.id),
)
"""Freight inquiries with how many forwarders were asked and how many quotes came."""


@dataclass(frozen=True, slots=True)
class ShipmentChoice:
    """A shipment whose freight may be asked for."""

    id: int
    number: str
    route: str


def shipments_to_ask(reader: Reader, text: str = "", limit: int = 10) -> tuple[ShipmentChoice, ...]:
    """Answer shipments that have not left and have no inquiry, those leaving first ahead."""
    busy = select(FreightInquiry.shipment_id).where(
        FreightInquiry.shipment_id.is_not(None), FreightInquiry.status != "void"
    )
    statement = (
        select(Shipment.id, Shipment.number, Shipment.port_of_loading, Shipment.port_of_discharge)
        .where(Shipment.status.not_in([*GONE, "void"]), Shipment.id.not_in(busy))
        .order_by(Shipment.etd.is_(None), Shipment.etd, Shipment.id.desc())
        .limit(limit)
    )
    if text.strip():
        statement = statement.where(Shipment.number.ilike(like_pattern(text.strip()), escape="\\"))
    return tuple(
        ShipmentChoice(row.id, row.number, f"{row.port_of_loading or '?'} – {row.port_of_discharge or '?'}")
        for row in reader.session.execute(statement)
    )


def forwarders_to_ask(reader: Reader, port_of_discharge: str) -> tuple[tuple[int, str, str], ...]:
    """Answer (id, name, language) of the forwarders an inquiry to that port begins with."""
    usual = usual_forwarders(reader, port_of_discharge)
    names = dict(
        reader.session.execute(
            select(Party.id, Party.name).where(Party.id.in_([each.forwarder_id for each in usual]))
        ).all()
    )
    return tuple((each.forwarder_id, names.get(each.forwarder_id, ""), each.language) for each in usual)
