"""Names that may not leave the firm on a paper for others, whoever writes it (domain.md section 10.1)."""

from __future__ import annotations

from sqlalchemy import select, union

from tradecrm.models import ContractLine, Party, SalesContract, ShipmentLine
from tradecrm.services.figures.plain import plain
from tradecrm.services.work import Reader


def customer_and_factory_names(
    reader: Reader, *, shipment_id: int | None, contract_id: int | None
) -> tuple[str, ...]:
    """Answer the names of the customers and factories of a shipment's goods, or of a contract's.

    Past the row rules: a clerk who may not see the customer must not give its name away either.
    """
    line, contract, goods, party = (
        plain(entity) for entity in (ContractLine, SalesContract, ShipmentLine, Party)
    )
    contracts = select(contract.id).where(contract.id == contract_id)
    if shipment_id is not None:
        contracts = select(goods.contract_id).where(goods.shipment_id == shipment_id)
    customers = select(contract.customer_id).where(contract.id.in_(contracts))
    factories = select(line.supplier_id).where(line.contract_id.in_(contracts), line.supplier_id.is_not(None))
    parties = union(customers, factories).subquery()
    rows = reader.session.execute(
        select(party.name, party.name_local).where(party.id.in_(select(parties))).order_by(party.id)
    )
    return tuple(dict.fromkeys(name.strip() for row in rows for name in row if name.strip()))
