"""What was drawn under a letter of credit, over every shipment, whoever asks (domain.md section 1.7)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.models import LetterOfCredit, Shipment, ShipmentLine
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.quantities import GONE
from tradecrm.services.work import Reader

ZERO = Decimal(0)


def drawn_under(reader: Reader, letter: LetterOfCredit, *, but: int) -> tuple[int, Decimal]:
    """Answer how many other shipments have left under a credit, and the sum of their invoices."""
    shipment, line = plain(Shipment), plain(ShipmentLine)
    of_contract = select(line.shipment_id).where(line.contract_id == (letter.contract_id or 0))
    row = reader.session.execute(
        select(func.count(), func.sum(shipment.total)).where(
            (shipment.credit_id == letter.id) | (shipment.credit_id.is_(None) & shipment.id.in_(of_contract)),
            shipment.status.in_(sorted(GONE)),
            shipment.id != but,
        )
    ).one()
    return row[0], row[1] or ZERO
