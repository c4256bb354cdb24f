"""When the rebate of a shipment is booked: with its revenue, and again whenever it changes (domain.md section 16.12).

What is posted is always the difference between what the purchases make and what the ledger holds, so that a
shipment booked by an earlier version of the program comes right at its next event.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tradecrm.core.rebate import TaxRegime, deduction_code
from tradecrm.models import Shipment
from tradecrm.services.figures.rebate_kept import REB, kept_rebate
from tradecrm.services.money.ledger import COST, REBATE, Row, Source, post
from tradecrm.services.work import Work

ZERO = Decimal(0)


def deduction_rows(
    work: Work, shipment: Shipment, credited: Decimal = ZERO, *, coming: Decimal = ZERO
) -> tuple[Row, ...]:
    """Answer the ledger rows of what does not become cost when a shipment's purchases become known or change.

    A trader's rebate is brought to what all purchases make, once the revenue is booked; ``coming`` is what cost
    lines about to be written add to it. Input VAT that is credited (other regimes) comes with the bill:
    ``credited``, in base.
    """
    regime = TaxRegime(shipment.tax_regime)
    if regime is not TaxRegime.TRADER:
        return _rows(work, shipment, credited, deduction_code(regime))
    if shipment.recognized_on is None:
        return ()
    return _rows(work, shipment, kept_rebate(work, shipment.id).missing + coming, REB)


def _rows(work: Work, shipment: Shipment, amount: Decimal, code: str) -> tuple[Row, ...]:
    if amount == 0:
        return ()
    return (
        Row(REBATE, work.base, amount, amount, code, shipment_id=shipment.id),
        Row(COST, work.base, -amount, -amount, code, shipment_id=shipment.id),
    )


def book_rebate(work: Work, shipment: Shipment, day: date, *, filed: bool = False) -> Decimal:
    """Post on ``day`` what the ledger lacks of a trader's rebate; answers it in base, 0 when nothing is lacking.

    Nothing is booked before the revenue, unless everything is ``filed`` already (delivery under D rules).
    """
    if shipment.tax_regime != TaxRegime.TRADER.value or (shipment.recognized_on is None and not filed):
        return ZERO
    missing = kept_rebate(work, shipment.id).missing
    if missing != 0:
        source = Source("shipment", shipment.id, shipment.number)
        post(work, day, "rebate_adjust", source, _rows(work, shipment, missing, REB))
    return missing
