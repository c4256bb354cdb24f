"""What is drawn under a letter of credit, over every shipment, whoever asks (domain.md section 1.7)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.deposits import drawn_part
from tradecrm.core.terms import decode_terms
from tradecrm.models import LetterOfCredit, SalesContract, Shipment, ShipmentLine
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.quantities import GONE
from tradecrm.services.work import Reader

ZERO = Decimal(0)


def drawn_under(reader: Reader, letter: LetterOfCredit, *, but: int) -> tuple[int, Decimal]:
    """Answer how many other shipments have left under a credit, and what is drawn for them."""
    shipment, line = plain(Shipment), plain(ShipmentLine)
    of_contract = select(line.shipment_id).where(line.contract_id == (letter.contract_id or 0))
    ids = reader.session.scalars(
        select(shipment.id).where(
            (shipment.credit_id == letter.id) | (shipment.credit_id.is_(None) & shipment.id.in_(of_contract)),
            shipment.status.in_(sorted(GONE)),
            shipment.id != but,
        )
    ).all()
    return len(ids), sum((drawing_of(reader, key) for key in ids), ZERO)


def drawing_of(reader: Reader, shipment_id: int) -> Decimal:
    """Answer what is drawn for the invoice of a shipment: by terms with a deposit, the rest of it alone."""
    line, contract = plain(ShipmentLine), plain(SalesContract)
    rows = reader.session.execute(
        select(contract.terms, contract.currency, func.sum(line.amount, type_=line.amount.type))
        .join_from(ShipmentLine.__table__, SalesContract.__table__, contract.id == line.contract_id)
        .where(line.shipment_id == shipment_id)
        .group_by(contract.id, contract.terms, contract.currency)
    )
    return sum((drawn_part(amount, currency, decode_terms(terms)) for terms, currency, amount in rows), ZERO)
