"""How goods on board were described and priced when they left, where an amendment changed them since (1.3, 1.10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select

from tradecrm.core.money import line_amount
from tradecrm.models import ContractVersion
from tradecrm.services.trade.contract_text import decode_contract
from tradecrm.services.trade.contracts import ContractLineDraft
from tradecrm.services.work import Reader


class Sold(NamedTuple):
    """Goods of a contract line on a shipment; ``amount`` is without their part of a discount on the whole.

    ``left_on`` is the on-board date, None while they have not left.
    """

    contract_id: int
    line_id: int
    currency: str
    quantity: Decimal
    amount: Decimal
    left_on: date | None


class _Version(NamedTuple):
    in_force_on: date | None
    lines: Sequence[ContractLineDraft]


class AgreedGoods:
    """Finds goods in the versions of contracts that were amended; read once, and understood only when needed."""

    def __init__(self, reader: Reader, contracts: Iterable[int]) -> None:
        rows = reader.session.execute(
            select(
                ContractVersion.contract_id,
                ContractVersion.version_no,
                ContractVersion.effective_on,
                ContractVersion.content,
            )
            .where(
                ContractVersion.contract_id.in_(sorted(set(contracts))),
                ContractVersion.status.in_(("in_force", "superseded")),
            )
            .order_by(ContractVersion.contract_id, ContractVersion.version_no.desc())
        )
        self._kept: dict[int, list[tuple[date | None, str]]] = {}
        for contract, number, effective_on, content in rows:
            # Before the first amendment nothing else was in force, whatever day it was noted on.
            day = None if number == 1 else effective_on
            self._kept.setdefault(contract, []).append((day, content))
        self._versions: dict[int, list[_Version]] = {}

    def of(self, sold: Sold) -> ContractLineDraft | None:
        """Answer the line as it was agreed: of the version in force when the goods left that makes their amount.

        Without one that does, of the newest that does, for an amendment may carry its price into what is planned;
        None where the contract was never amended or no version makes the amount: the line is as it stands.
        """
        versions = self._of_contract(sold.contract_id)
        at_the_time = [each for each in versions if _was_in_force(each, sold.left_on)]
        for version in (*at_the_time, *versions):
            for line in version.lines:
                if line.id == sold.line_id and _makes(sold, line):
                    return line
        return None

    def _of_contract(self, contract_id: int) -> Sequence[_Version]:
        if contract_id not in self._versions:
            self._versions[contract_id] = [
                _Version(day, decode_contract(content).lines)
                for day, content in self._kept.get(contract_id, ())
            ]
        return self._versions[contract_id]


def _was_in_force(version: _Version, left_on: date | None) -> bool:
    return left_on is None or version.in_force_on is None or version.in_force_on <= left_on


def _makes(sold: Sold, line: ContractLineDraft) -> bool:
    return line_amount(sold.quantity, line.price, sold.currency, line.discount) == sold.amount
