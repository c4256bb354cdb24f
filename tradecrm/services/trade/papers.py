"""Which record a paper's number names, and the shipments of a contract."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tradecrm.core.errors import NotFound
from tradecrm.core.text import N_, _
from tradecrm.models import (
    FreightInquiry,
    Item,
    Party,
    Proforma,
    PurchaseContract,
    Quotation,
    SalesContract,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.work import Reader

_RECORDS: dict[str, tuple[Any, str]] = {
    "quotation": (Quotation, N_("There is no quotation {number}.")),
    "proforma": (Proforma, N_("There is no proforma invoice {number}.")),
    "contract": (SalesContract, N_("There is no contract {number}.")),
    "purchase": (PurchaseContract, N_("There is no purchase contract {number}.")),
    "shipment": (Shipment, N_("There is no shipment {number}.")),
    "freight_inquiry": (FreightInquiry, N_("There is no freight inquiry {number}.")),
    "party": (Party, N_("There is no partner {number}.")),
    "note": (Item, N_("There is no debit or credit note {number}.")),
}
"""Kind of record -> its class and the sentence that says it is not there."""


def record_by_number(reader: Reader, record: str, number: str) -> int:
    """Answer the id of the visible record of a number, of a quotation the current revision; NotFound names it."""
    entity, sentence = _RECORDS[record]
    statement = select(entity.id)
    if entity is not Party:
        statement = statement.where(entity.number == number)
    if entity is Quotation:
        statement = statement.where(Quotation.current.is_(True))
    elif entity is Shipment:
        statement = select(Shipment.id).where(
            (Shipment.number == number) | (Shipment.invoice_number == number)
        )
    elif entity is Party:
        statement = select(Party.id).where((Party.code == number) | (Party.name == number))
    elif entity is Item:
        statement = statement.where(Item.side == "AR", Item.kind.in_(("DN", "CN")))
    key: int | None = reader.session.scalars(statement.limit(1)).one_or_none()
    if key is None:
        raise NotFound(_(sentence).format(number=number))
    return key


def record_of(reader: Reader, record: str, record_id: int) -> Any:
    """Answer the visible record that a paper is drawn from, by its kind and id; raises NotFound."""
    entity, _sentence = _RECORDS[record]
    return reader.get(entity, record_id, _("Paper"))


def contract_by_number(reader: Reader, number: str) -> int:
    """Answer the id of the visible contract of a number; NotFound names it."""
    return record_by_number(reader, "contract", number)


def shipments_of(reader: Reader, contract_id: int) -> tuple[int, ...]:
    """Answer the ids of the visible shipments with goods of a contract, in order of entry."""
    rows = reader.session.scalars(
        select(ShipmentLine.shipment_id)
        .where(ShipmentLine.contract_id == contract_id)
        .distinct()
        .order_by(ShipmentLine.shipment_id)
    )
    return tuple(rows)
