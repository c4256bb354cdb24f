"""What goods that come back were invoiced at (domain.md section 1.10)."""

from __future__ import annotations

from decimal import Decimal

from tradecrm.core.money import round_money
from tradecrm.core.purchases import received_value

ZERO = Decimal(0)


def returned_credit(
    quantity: Decimal, *, shipped: Decimal, invoiced: Decimal, back: Decimal, credited: Decimal, currency: str
) -> Decimal:
    """Answer the credit for ``quantity`` of goods of which ``shipped`` were invoiced at ``invoiced`` in ``currency``.

    ``back`` came back before for a credit of ``credited``; what comes back last takes the rest, never below zero.
    """
    whole = round_money(received_value(invoiced, shipped, back + quantity), currency)
    return max(ZERO, whole - credited)
