"""What a new letter of credit takes over from its contract, and the contracts it may be for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.text import _
from tradecrm.models import Party, SalesContract
from tradecrm.services.data.list_filters import like_pattern
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class LetterStart:
    """A contract as a new letter of credit takes it over; the amount in the contract's currency."""

    contract_id: int
    contract: str
    customer_id: int
    customer: str
    currency: str
    total: Decimal
    latest_shipment: date | None
    port_of_loading: str
    port_of_discharge: str
    partial_allowed: bool
    transhipment_allowed: bool


def letter_start(reader: Reader, contract_id: int) -> LetterStart:
    """Answer what a contract says for its letter of credit; raises NotFound."""
    row = reader.get(SalesContract, contract_id, _("Contract"))
    return _start(row, reader.get(Party, row.customer_id, _("Customer")).name)


def _start(row: SalesContract, customer: str) -> LetterStart:
    return LetterStart(
        row.id,
        row.number,
        row.customer_id,
        customer,
        row.currency,
        row.total,
        row.latest_shipment,
        row.port_of_loading,
        row.port_of_discharge,
        row.partial_allowed,
        row.transhipment_allowed,
    )


def contracts_for_letter(
    reader: Reader, text: str, customer_id: int | None, limit: int
) -> tuple[LetterStart, ...]:
    """Answer contracts that are not over whose number holds ``text``, of one customer where it is known."""
    query = (
        select(SalesContract, Party.name)
        .join(Party, Party.id == SalesContract.customer_id)
        .where(SalesContract.status.not_in(("closed", "short_closed", "canceled", "void")))
        .order_by(SalesContract.day.desc(), SalesContract.id.desc())
        .limit(limit)
    )
    if text.strip():
        query = query.where(SalesContract.number.ilike(like_pattern(text.strip()), escape="\\"))
    if customer_id is not None:
        query = query.where(SalesContract.customer_id == customer_id)
    return tuple(_start(row, name) for row, name in reader.session.execute(query))
