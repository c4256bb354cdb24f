"""How much of a contract is on shipments, planned or gone, and what each contract has on a shipment (section 1.4)."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select

from tradecrm.models import SalesContract, Shipment, ShipmentLine
from tradecrm.services.figures.plain import plain, plain_rows
from tradecrm.services.work import Reader

ZERO = Decimal(0)
GONE = frozenset({"departed", "arrived", "delivered", "closed"})
"""States of a shipment whose goods have left."""


def taken_quantity(reader: Reader, contract_line_id: int, *, but: int | None = None) -> Decimal:
    """Answer how much of a contract line is on shipments, planned or gone, leaving out shipment ``but``."""
    line, shipment = plain(ShipmentLine), plain(Shipment)
    statement = (
        select(func.sum(line.quantity))
        .join_from(ShipmentLine.__table__, Shipment.__table__, shipment.id == line.shipment_id)
        .where(line.contract_line_id == contract_line_id, shipment.status != "void")
    )
    if but is not None:
        statement = statement.where(shipment.id != but)
    return reader.session.scalar(statement) or ZERO


def taken_quantities(reader: Reader, lines: Sequence[int], *, but: int | None = None) -> dict[int, Decimal]:
    """Answer how much of each contract line is on shipments, planned or gone, leaving out shipment ``but``."""
    line, shipment = plain(ShipmentLine), plain(Shipment)
    statement = (
        select(line.contract_line_id, func.sum(line.quantity))
        .join_from(ShipmentLine.__table__, Shipment.__table__, shipment.id == line.shipment_id)
        .where(line.contract_line_id.in_(lines), shipment.status != "void")
        .group_by(line.contract_line_id)
    )
    if but is not None:
        statement = statement.where(shipment.id != but)
    return dict(reader.session.execute(statement).all())


def on_board(reader: Reader, shipment_id: int, contract_id: int) -> dict[int, Decimal]:
    """Answer the quantity of each line of a contract on one shipment."""
    line = plain(ShipmentLine)
    statement = select(line.contract_line_id, line.quantity).where(
        line.shipment_id == shipment_id, line.contract_id == contract_id
    )
    return dict(reader.session.execute(statement).all())


def gone_quantities(reader: Reader, contract_id: int) -> dict[int, Decimal]:
    """Answer the quantity that has left, a contract line."""
    return dict(plain_rows(reader, _gone_quantities(), contract=contract_id).all())


@functools.cache  # Built once: a departure asks several of these, and building one costs as much as its answer.
def _gone_quantities() -> Select[Any]:
    line, shipment = plain(ShipmentLine), plain(Shipment)
    return (
        select(line.contract_line_id, func.sum(line.quantity))
        .join_from(ShipmentLine.__table__, Shipment.__table__, shipment.id == line.shipment_id)
        .where(line.contract_id == bindparam("contract"), shipment.status.in_(sorted(GONE)))
        .group_by(line.contract_line_id)
    )


def taken_shares(
    reader: Reader, lines: Sequence[int], *, but: int | None = None
) -> dict[int, tuple[Decimal, Decimal]]:
    """Answer quantity and share of the contract's discount that shipments take of each contract line.

    Planned or gone, leaving out shipment ``but``; in the contract's currency.
    """
    line, shipment = plain(ShipmentLine), plain(Shipment)
    statement = _shares().where(line.contract_line_id.in_(lines), shipment.status != "void")
    if but is not None:
        statement = statement.where(shipment.id != but)
    return {key: (quantity, adjusted) for key, quantity, adjusted in reader.session.execute(statement)}


def fixed_shares(
    reader: Reader, contract_id: int, invoiced: Collection[int] = ()
) -> dict[int, tuple[Decimal, Decimal]]:
    """Answer quantity and share of the contract's discount that no amendment moves, a contract line.

    They have left, or are on a shipment among ``invoiced``, whose invoice went out before it left.
    """
    line, shipment = plain(ShipmentLine), plain(Shipment)
    statement = _shares().where(
        line.contract_id == contract_id,
        shipment.status.in_(sorted(GONE)) | shipment.id.in_(sorted(invoiced)),
    )
    return {key: (quantity, adjusted) for key, quantity, adjusted in reader.session.execute(statement)}


def _shares() -> Select[Any]:
    line, shipment = plain(ShipmentLine), plain(Shipment)
    return (
        select(line.contract_line_id, func.sum(line.quantity), func.sum(line.adjusted))
        .join_from(ShipmentLine.__table__, Shipment.__table__, shipment.id == line.shipment_id)
        .group_by(line.contract_line_id)
    )


class GoodsOfContract(NamedTuple):
    """What a contract has on a shipment, in the shipment's currency, and how it is sold: agency and its fee."""

    contract_id: int
    amount: Decimal
    agency: str
    fee_rate: Decimal


def goods_on_board(reader: Reader, shipment_id: int) -> list[GoodsOfContract]:
    """Answer what each contract has on a shipment."""
    return [GoodsOfContract(*row) for row in plain_rows(reader, _goods_on_board(), shipment=shipment_id)]


def contract_amounts(reader: Reader, shipment_id: int) -> dict[int, Decimal]:
    """Answer what each contract has on a shipment, in the shipment's currency."""
    return {row.contract_id: row.amount for row in goods_on_board(reader, shipment_id)}


def amounts_on_board(
    reader: Reader, shipment: Shipment, contracts: Sequence[SalesContract]
) -> dict[int, Decimal]:
    """Answer what ``contracts``, all that a shipment has goods of, have on it; of one alone it is the total."""
    if len(contracts) == 1:
        return {contracts[0].id: shipment.total}
    return contract_amounts(reader, shipment.id)


@functools.cache
def _goods_on_board() -> Select[Any]:
    line, contract = plain(ShipmentLine), plain(SalesContract)
    return (
        select(contract.id, func.sum(line.amount), contract.agency, contract.agency_fee_rate)
        .join_from(ShipmentLine.__table__, SalesContract.__table__, contract.id == line.contract_id)
        .where(line.shipment_id == bindparam("shipment"))
        .group_by(contract.id, contract.agency, contract.agency_fee_rate)
    )


def shipped_amount(reader: Reader, contract_id: int) -> Decimal:
    """Answer the amount of a contract's goods that have left, in its currency."""
    return plain_rows(reader, _shipped_amount(), contract=contract_id).scalar() or ZERO


@functools.cache
def _shipped_amount() -> Select[Any]:
    line, shipment = plain(ShipmentLine), plain(Shipment)
    return (
        select(func.sum(line.amount))
        .join_from(ShipmentLine.__table__, Shipment.__table__, shipment.id == line.shipment_id)
        .where(line.contract_id == bindparam("contract"), shipment.status.in_(sorted(GONE)))
    )


def unrecognized(reader: Reader, contract_id: int, *, but: int) -> bool:
    """Tell whether goods of a contract have left on another shipment whose revenue is not recognized yet."""
    line, shipment = plain(ShipmentLine), plain(Shipment)
    statement = (
        select(shipment.id)
        .join_from(ShipmentLine.__table__, Shipment.__table__, shipment.id == line.shipment_id)
        .where(
            line.contract_id == contract_id,
            shipment.id != but,
            shipment.status.in_(sorted(GONE)),
            shipment.recognized_on.is_(None),
        )
    )
    return reader.session.scalar(statement.limit(1)) is not None
