"""Names and prices that may not leave the firm on a paper for others, whoever writes it (domain.md section 10.1)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select, union

from tradecrm.models import (
    ContractLine,
    Party,
    PurchaseContract,
    PurchaseLine,
    PurchaseLink,
    SalesContract,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class Hidden:
    """What outsiders must not learn: customers and factories, prices and amounts; and what the goods are called."""

    names: tuple[str, ...]
    amounts: frozenset[Decimal]
    goods: str


def hidden_facts(reader: Reader, *, shipment_id: int | None, contract_id: int | None) -> Hidden:
    """Answer what may not be told of a shipment's goods, or of a contract's.

    Past the row rules: a clerk who may not see the customer must not give its name away either.
    """
    line, contract, goods = plain(ContractLine), plain(SalesContract), plain(ShipmentLine)
    contracts = select(contract.id).where(contract.id == contract_id)
    if shipment_id is not None:
        contracts = select(goods.contract_id).where(goods.shipment_id == shipment_id)
    rows = reader.session.execute(
        select(line.price, line.amount, line.cost, line.description_en, line.description_cn).where(
            line.contract_id.in_(contracts)
        )
    ).all()
    amounts = {value for row in rows for value in row[:3] if value}
    amounts |= set(reader.session.scalars(select(contract.total).where(contract.id.in_(contracts))))
    amounts |= set(reader.session.scalars(_bought(contracts).with_only_columns(plain(PurchaseLine).price)))
    if shipment_id is not None:
        amounts |= set(
            reader.session.scalars(select(plain(Shipment).total).where(plain(Shipment).id == shipment_id))
        )
    words = " ".join(text for row in rows for text in row[3:])
    return Hidden(_names(reader, contracts), frozenset(amounts - {Decimal(0)}), words)


def _bought(contracts: Any) -> Select[Any]:
    """Build the purchase lines, with their contract, of goods of ``contracts``."""
    line, link, bought = plain(ContractLine), plain(PurchaseLink), plain(PurchaseLine)
    return (
        select(plain(PurchaseContract).supplier_id)
        .join_from(PurchaseLink.__table__, ContractLine.__table__, line.id == link.contract_line_id)
        .join(PurchaseLine.__table__, bought.id == link.purchase_line_id)
        .join(PurchaseContract.__table__, plain(PurchaseContract).id == bought.purchase_id)
        .where(line.contract_id.in_(contracts))
    )


def _names(reader: Reader, contracts: Any) -> tuple[str, ...]:
    line, contract, party = plain(ContractLine), plain(SalesContract), plain(Party)
    customers = select(contract.customer_id).where(contract.id.in_(contracts))
    factories = select(line.supplier_id).where(line.contract_id.in_(contracts), line.supplier_id.is_not(None))
    parties = union(customers, factories, _bought(contracts)).subquery()
    rows = reader.session.execute(
        select(party.name, party.name_local).where(party.id.in_(select(parties))).order_by(party.id)
    )
    return tuple(dict.fromkeys(name.strip() for row in rows for name in row if name.strip()))
