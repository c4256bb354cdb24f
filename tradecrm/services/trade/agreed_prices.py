"""How goods on board were described and priced when they left, where an amendment changed them since (1.3, 1.10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select

from tradecrm.core.money import line_amount
from tradecrm.models import ContractVersion, Posting
from tradecrm.services.trade.contract_text import decode_contract
from tradecrm.services.trade.contracts import ContractLineDraft
from tradecrm.services.work import Reader


class Sold(NamedTuple):
    """Goods of a contract line on a shipment; ``amount`` is without their part of a discount on the whole.

    ``left_on`` is the on-board date, None while they have not left.
    """

    shipment_id: int
    contract_id: int
    line_id: int
    currency: str
    quantity: Decimal
    amount: Decimal
    left_on: date | None


class _Version(NamedTuple):
    in_force_on: date | None
    made_at: datetime
    lines: Sequence[ContractLineDraft]


class AgreedGoods:
    """Finds goods in the versions of contracts that were amended; read once, and understood only when needed."""

    def __init__(self, reader: Reader, contracts: Iterable[int]) -> None:
        rows = reader.session.execute(
            select(
                ContractVersion.contract_id,
                ContractVersion.version_no,
                ContractVersion.effective_on,
                ContractVersion.made_at,
                ContractVersion.content,
            )
            .where(
                ContractVersion.contract_id.in_(sorted(set(contracts))),
                ContractVersion.status.in_(("in_force", "superseded")),
            )
            .order_by(ContractVersion.contract_id, ContractVersion.version_no.desc())
        )
        self._reader = reader
        self._left: dict[int, datetime | None] = {}
        self._kept: dict[int, list[tuple[date | None, datetime, str]]] = {}
        for contract, number, effective_on, made_at, content in rows:
            # Before the first amendment nothing else was in force, whatever day it was noted on.
            day = None if number == 1 else effective_on
            self._kept.setdefault(contract, []).append((day, made_at, content))
        self._versions: dict[int, list[_Version]] = {}

    def of(self, sold: Sold) -> ContractLineDraft | None:
        """Answer the line as it was agreed: of the version in force when the goods left that makes their amount.

        Without one that does, of the newest that does, for an amendment may carry its price into what is planned;
        None where the contract was never amended or no version makes the amount: the line is as it stands.
        """
        versions = self._of_contract(sold.contract_id)
        at_the_time = [each for each in versions if self._was_in_force(each, sold)]
        for version in (*at_the_time, *versions):
            for line in version.lines:
                if line.id == sold.line_id and _makes(sold, line):
                    return line
        return None

    def _was_in_force(self, version: _Version, sold: Sold) -> bool:
        """Tell whether a version counted when the goods left; on the day itself, if it was written before."""
        if sold.left_on is None or version.in_force_on is None or version.in_force_on < sold.left_on:
            return True
        if version.in_force_on > sold.left_on:
            return False
        invoiced = self._invoiced_at(sold.shipment_id, sold.left_on)
        return invoiced is None or version.made_at <= invoiced

    def _invoiced_at(self, shipment: int, left_on: date) -> datetime | None:
        """Answer the moment the invoice was posted as the goods left, None where it was not posted then."""
        if shipment not in self._left:
            self._left[shipment] = self._reader.session.scalar(
                select(func.max(Posting.entered_at)).where(
                    Posting.source_kind == "shipment",
                    Posting.source_id == shipment,
                    Posting.kind == "invoice",
                    Posting.day == left_on,
                    Posting.reverses_id.is_(None),
                )
            )
        return self._left[shipment]

    def _of_contract(self, contract_id: int) -> Sequence[_Version]:
        if contract_id not in self._versions:
            self._versions[contract_id] = [
                _Version(day, made_at, decode_contract(content).lines)
                for day, made_at, content in self._kept.get(contract_id, ())
            ]
        return self._versions[contract_id]


def _makes(sold: Sold, line: ContractLineDraft) -> bool:
    return line_amount(sold.quantity, line.price, sold.currency, line.discount) == sold.amount
