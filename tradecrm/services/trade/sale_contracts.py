"""A contract made of a quotation or proforma invoice, with everything that stands on it (section 1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from tradecrm.core.text import _
from tradecrm.models import ContractLine, SalesContract
from tradecrm.services.trade.contract_followers import BESIDE, CARRIED, GOODS
from tradecrm.services.trade.contracts import ContractLineDraft, SaveContract, save_contract
from tradecrm.services.trade.sale_papers import PACKING
from tradecrm.services.work import Work


def write_contract(
    work: Work,
    paper: Any,
    rows: Sequence[Any],
    day: date,
    *,
    number: str = "",
    latest_shipment: date | None = None,
) -> SalesContract:
    """Write the contract of a paper's goods and terms, with their costs and packing as they were offered.

    The rate of the offer is its budget rate; ``number`` empty: the next one.
    """
    key = save_contract.within(
        work,
        SaveContract(
            day=day,
            number=number,
            latest_shipment=latest_shipment,
            deposit_policy=work.settings.deposit_policy,
            budget_rate=None if paper.currency == work.base else paper.rate,
            lines=tuple(ContractLineDraft(**{name: getattr(row, name) for name in GOODS}) for row in rows),
            **{name: getattr(paper, name) for name in CARRIED},
        ),
    )
    contract = work.get(SalesContract, key, _("Contract"))
    for name in BESIDE:
        setattr(contract, name, getattr(paper, name))
    goods = work.session.scalars(
        select(ContractLine).where(ContractLine.contract_id == key).order_by(ContractLine.position)
    )
    for line, row in zip(goods, rows, strict=True):
        for name in PACKING:
            setattr(line, name, getattr(row, name))
    work.session.flush()
    return contract
