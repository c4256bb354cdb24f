"""The estimate a shipment is compared with: its own approved version, else its share of its contracts' (2.10)."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, or_, select

from tradecrm.core.allocate import PartOf
from tradecrm.core.money import round_to
from tradecrm.core.rates import RATE_DECIMALS
from tradecrm.models import Estimate, EstimateLine, SalesContract, ShipmentLine
from tradecrm.services.figures.plain import plain, plain_rows
from tradecrm.services.figures.quantities import GoodsOfContract, goods_on_board
from tradecrm.services.work import Reader

ZERO = Decimal(0)


class EstimateRow(NamedTuple):
    """A line of the compared estimate: its own money and base amount."""

    category: str
    currency: str
    amount: Decimal
    base_amount: Decimal


@dataclass(frozen=True, slots=True)
class EstimateVersion:
    """The estimate version that is compared: number, rate of the revenue, revenue in base, cost lines.

    ``of_contract`` tells that it is the shipment's share, by value, of its contracts' approved estimates.
    """

    version_no: int
    rate: Decimal
    revenue_base: Decimal
    rows: tuple[EstimateRow, ...]
    of_contract: bool = False


def compared_estimate(
    reader: Reader, shipment_id: int, goods: Sequence[GoodsOfContract] | None = None
) -> EstimateVersion | None:
    """Answer what a shipment's result is compared with, None when nothing was approved (section 2.10).

    ``goods`` is what is on board where that was read already.
    """
    found = plain_rows(reader, _approved_versions(), shipment=shipment_id)
    own = [row for row in found if row.shipment_id == shipment_id]
    if own:
        head = own[0]
        return EstimateVersion(head.version_no, head.rate, head.revenue_base, _rows(own, head.id))
    if not found:
        return None
    on_board = goods_on_board(reader, shipment_id) if goods is None else goods
    return _share_of_contracts(reader, {part.contract_id: part.amount for part in on_board}, found)


@functools.cache
def _approved_versions() -> Select[Any]:
    """Build the approved versions of a shipment and of the contracts with goods on board, each with its lines.

    A version without lines is one row; the newest of the shipment is the first of its own.
    """
    table, line, contract, goods = (
        plain(entity) for entity in (Estimate, EstimateLine, SalesContract, ShipmentLine)
    )
    shipment: BindParameter[int] = bindparam("shipment")
    on_board = select(goods.contract_id).where(goods.shipment_id == shipment)
    return (
        select(
            table.id, table.shipment_id, table.contract_id, table.version_no, table.rate, table.revenue_base,
            contract.total, line.category, line.currency, line.amount, line.base_amount,
        )
        .join_from(Estimate.__table__, EstimateLine.__table__, line.estimate_id == table.id, isouter=True)
        .join(SalesContract.__table__, contract.id == table.contract_id, isouter=True)
        .where(
            or_(table.shipment_id == shipment, table.contract_id.in_(on_board)), table.status == "approved"
        )
        .order_by(table.contract_id, table.version_no.desc(), line.id)
    )  # fmt: skip


def _rows(found: Sequence[Any], estimate_id: int) -> tuple[EstimateRow, ...]:
    """Answer the lines of one estimate among those that were read."""
    return tuple(
        EstimateRow(row.category, row.currency, row.amount, row.base_amount)
        for row in found
        if row.id == estimate_id and row.category is not None
    )


def _share_of_contracts(
    reader: Reader, parts: Mapping[int, Decimal], lines: Sequence[Any]
) -> EstimateVersion | None:
    """Answer the parts of the contracts' estimates that fall to a shipment, by value (2.6).

    ``parts`` is what each contract has on board, ``lines`` are those of their approved estimates. None unless every
    contract with goods on board has one. The rate of several is the one that makes their revenues together.
    """
    found = list({row.id: row for row in lines}.values())
    if not found or len(found) < len(parts) or any(not has_share(head.total) for head in found):
        return None
    rows: list[EstimateRow] = []
    revenues = []
    for head in found:
        share = PartOf(parts[head.contract_id], head.total)
        revenues.append(share.of(head.revenue_base, reader.base))
        rows += [
            EstimateRow(
                row.category,
                row.currency,
                share.of(row.amount, row.currency),
                share.of(row.base_amount, reader.base),
            )
            for row in _rows(lines, head.id)
        ]
    return EstimateVersion(
        max(head.version_no for head in found),
        _joint_rate([(parts[head.contract_id], head.rate) for head in found]),
        sum(revenues, ZERO),
        tuple(rows),
        of_contract=True,
    )


def _joint_rate(parts: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """Answer the rate of amounts at their rates taken together; that of one, or of several alike, as it is."""
    whole = sum((amount for amount, _rate in parts), ZERO)
    if len({rate for _amount, rate in parts}) == 1 or whole == 0:
        return parts[0][1]
    return round_to(sum((amount * rate for amount, rate in parts), ZERO) / whole, RATE_DECIMALS)


def has_share(total: Decimal | int) -> bool:
    """Tell whether shipments can have a share of the estimate of a contract over ``total``: free goods cannot."""
    return total > 0
