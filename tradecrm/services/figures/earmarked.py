"""How much of the receipts is kept for a contract: its deposit as received (定金)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, false, func, select

from tradecrm.models import Earmark


def earmarked(contract_id: Any) -> ScalarSelect[Any]:
    """Answer what was ever received as deposit of the contract in the outer statement, scaled by 10^4; 0 without any.

    It sums over the plain table: the deposit of a contract is the same for everyone who sees the contract.
    """
    table: Any = Earmark.__table__
    total = func.coalesce(func.sum(table.c.amount), 0)
    return (
        select(total)
        .where(table.c.contract_id == contract_id, table.c.applied == false())
        .scalar_subquery()
    )
