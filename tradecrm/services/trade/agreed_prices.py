"""The price that goods on board were sold at, where an amendment changed the contract's after they had left (1.3)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select

from tradecrm.core.money import line_amount
from tradecrm.models import ContractVersion
from tradecrm.services.trade.contract_text import decode_contract
from tradecrm.services.trade.contracts import SaveContract
from tradecrm.services.work import Reader


class Sold(NamedTuple):
    """Goods of a contract line on a shipment; ``amount`` is without their part of a discount on the whole."""

    contract_id: int
    line_id: int
    currency: str
    quantity: Decimal
    amount: Decimal


class AgreedPrices:
    """Finds prices in the earlier versions of contracts, which are read once, and only when one is needed."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._versions: dict[int, Sequence[SaveContract]] = {}

    def of(self, sold: Sold, price: Decimal, discount: Decimal) -> tuple[Decimal, Decimal]:
        """Answer price and discount that make the amount of ``sold``: those given, or of the newest version that does.

        Without such a version those given are answered; the cross-check tells of them.
        """
        if _makes(sold, price, discount):
            return price, discount
        for version in self._of_contract(sold.contract_id):
            for line in version.lines:
                if line.id == sold.line_id and _makes(sold, line.price, line.discount):
                    return line.price, line.discount
        return price, discount

    def _of_contract(self, contract_id: int) -> Sequence[SaveContract]:
        if contract_id not in self._versions:
            kept = select(ContractVersion.content).where(
                ContractVersion.contract_id == contract_id, ContractVersion.status == "superseded"
            )
            rows = self._reader.session.scalars(kept.order_by(ContractVersion.version_no.desc()))
            self._versions[contract_id] = [decode_contract(text) for text in rows]
        return self._versions[contract_id]


def _makes(sold: Sold, price: Decimal, discount: Decimal) -> bool:
    return line_amount(sold.quantity, price, sold.currency, discount) == sold.amount
