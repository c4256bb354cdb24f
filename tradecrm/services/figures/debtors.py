"""Who owes what is invoiced under a contract: the customer, or the agent that exports for the firm (section 1.10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, or_

from tradecrm.core.agency import Agency
from tradecrm.models import SalesContract

VIA = Agency.VIA_AGENT.value


def debtor(contract: SalesContract) -> int:
    """Answer who owes what is invoiced under a contract: the agent that exports for the firm, else the customer."""
    if contract.agency == VIA and contract.agency_party_id is not None:
        return contract.agency_party_id
    return contract.customer_id


def owed_by(contract: Any, parties: Sequence[int] | BindParameter[Any]) -> ColumnElement[bool]:
    """Answer the condition that one of ``parties``, ids or their parameter, owes for a contract or its plain table."""
    return or_(
        and_(contract.customer_id.in_(parties), contract.agency != VIA),
        and_(contract.agency_party_id.in_(parties), contract.agency == VIA),
    )
