"""Interest of a loan that finances a shipment: one of the shipment's costs (INT, domain.md section 2.3)."""

from __future__ import annotations

from decimal import Decimal

from tradecrm.core.text import _
from tradecrm.models import CostLine, Loan
from tradecrm.services.figures.kept import entries_of
from tradecrm.services.money.ledger import COST, EXPENSE, Row
from tradecrm.services.work import Work

INTEREST = "INT"


def interest_row(loan: Loan, base_currency: str, amount: Decimal, base_amount: Decimal) -> Row:
    """Answer the row of the ledger that bears interest: the shipment's cost, else the firm's expense."""
    if loan.shipment_id is None:
        return Row(EXPENSE, base_currency, base_amount, base_amount, "INTEREST")
    return Row(COST, loan.currency, amount, base_amount, INTEREST, shipment_id=loan.shipment_id)


def write_interest(work: Work, loan: Loan, amount: Decimal, rate: Decimal, base_amount: Decimal) -> None:
    """Show interest among the costs of the shipment a loan names; nothing for a loan without one."""
    if loan.shipment_id is None:
        return
    work.add(
        CostLine(
            shipment_id=loan.shipment_id,
            category=INTEREST,
            description=_("Interest on {number}").format(number=loan.number),
            currency=loan.currency,
            amount=amount,
            rate=rate,
            base_amount=base_amount,
            status="paid",
            basis="value",
            owner_id=loan.owner_id,
        )
    )


def bears_cost(work: Work, posting_id: int) -> bool:
    """Tell whether a posting of interest is a shipment's cost; those of earlier versions are the firm's expense."""
    return any(entry.book == COST for entry in entries_of(work, posting_id))
