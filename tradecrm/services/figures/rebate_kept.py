"""What the rebate of a shipment should be by its costs, and what the ledger holds of it (domain.md section 16.12)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, bindparam, func, select, type_coerce

from tradecrm.models import CostLine, LedgerEntry, Posting
from tradecrm.services.figures.plain import plain, plain_rows
from tradecrm.services.work import Reader

ZERO = Decimal(0)
REB = "REB"
"""The category of a rebate, in the ledger and among the costs."""


@dataclass(frozen=True, slots=True)
class KeptRebate:
    """The rebate of a shipment in base: what its purchases make, its corrections, and what the ledger holds.

    ``expected`` counts purchases with a bill and without; ``booked`` leaves out the money that came.
    """

    expected: Decimal
    corrected: Decimal
    booked: Decimal

    @property
    def missing(self) -> Decimal:
        """Answer what is still to be booked, below zero what was booked too much."""
        return self.expected + self.corrected - self.booked


def kept_rebate(reader: Reader, shipment_id: int) -> KeptRebate:
    """Answer how the rebate of a shipment stands in its costs and in the ledger, whoever asks, in one statement."""
    made, less, booked = plain_rows(reader, _of_shipment(), shipment=shipment_id).one()
    return KeptRebate(made or ZERO, -(less or ZERO), booked or ZERO)


@functools.cache  # Every departure asks; making the statement takes longer than the answer.
def _of_shipment() -> Select[Any]:
    line, entry, posting = plain(CostLine), plain(LedgerEntry), plain(Posting)
    shipment: Any = bindparam("shipment")
    made = select(func.sum(line.rebate)).where(line.shipment_id == shipment, line.category == "PUR")
    less = select(func.sum(line.base_amount)).where(line.shipment_id == shipment, line.category == REB)
    booked = (
        select(func.sum(entry.base_amount))
        .join(Posting.__table__, posting.id == entry.posting_id)
        .where(
            entry.shipment_id == shipment,
            entry.book == "REBATE",
            entry.category == REB,
            posting.kind != "rebate_receipt",
        )
    )
    kind = entry.base_amount.type
    return select(*(type_coerce(each.scalar_subquery(), kind) for each in (made, less, booked)))
