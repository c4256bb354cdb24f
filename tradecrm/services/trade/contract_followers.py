"""What a contract's state does to the papers it was made of: inquiry and proforma invoice (section 1.3)."""

from __future__ import annotations

import functools

from sqlalchemy import Select, bindparam, select

from tradecrm.models import ContractLine, Proforma, ProformaLine, SalesContract
from tradecrm.services.data.search import keep_search_terms
from tradecrm.services.trade.inquiry_moves import win_inquiry
from tradecrm.services.trade.sale_papers import PACKING
from tradecrm.services.work import Work

CARRIED = (
    "customer_id",
    "currency",
    "incoterm",
    "incoterm_place",
    "terms",
    "port_of_loading",
    "port_of_discharge",
    "partial_allowed",
    "transhipment_allowed",
    "packing",
    "marks",
    "remarks",
    "customer_po",
    "signatory",
    "bank_account_id",
    "commission_rate",
    "adjustment",
    "adjustment_rate",
    "adjustment_text",
)
"""What the contract takes over by the command that saves it."""

BESIDE = ("contact_id", "commission_hidden", "clauses")
"""What the contract takes over beside its form."""

GOODS = (
    "product_id",
    "item_no",
    "description_en",
    "description_cn",
    "specification",
    "hs_code",
    "unit",
    "quantity",
    "price",
    "discount",
    "cost",
    "vat_rate",
    "rebate_rate",
    "supplier_id",
)


def contract_changed(work: Work, contract: SalesContract) -> None:
    """Let the papers a contract came from follow it: the inquiry is won, the proforma invoice moves on.

    Called wherever a contract is written or changes its state.
    """
    if contract.inquiry_id is not None and contract.effective_on is not None:
        win_inquiry(work, contract.inquiry_id)
    found = work.session.scalars(_proformas_of(), {"contract": contract.id})
    for proforma in found:
        if proforma.is_contract:
            _copy_contract(work, proforma, contract)
            proforma.status = _FOLLOWED.get(contract.status, proforma.status)
            proforma.updated_at = work.now
            work.session.flush()
            keep_search_terms(work, "proforma", proforma.id)
        elif contract.status in _DELIVERED and proforma.status == "confirmed":
            proforma.status = "fulfilled"
            proforma.updated_at = work.now
    work.session.flush()


@functools.cache
def _proformas_of() -> Select[Proforma]:
    return select(Proforma).where(
        Proforma.contract_id == bindparam("contract"), Proforma.status.not_in(("canceled", "void"))
    )


_FOLLOWED = {
    "draft": "draft",
    "submitted": "submitted",
    "approved": "submitted",
    "signed": "issued",
    "effective": "confirmed",
    "partly_shipped": "confirmed",
    "shipped": "fulfilled",
    "closed": "fulfilled",
    "short_closed": "fulfilled",
    "canceled": "canceled",
    "void": "void",
}
"""The state of a proforma invoice that is itself the contract, by the state of the contract."""

_DELIVERED = frozenset({"shipped", "closed", "short_closed"})


def _copy_contract(work: Work, proforma: Proforma, contract: SalesContract) -> None:
    """Write the contract's head and goods into the proforma invoice that is this contract."""
    for name in (*CARRIED, *BESIDE, "day", "latest_shipment", "total"):
        setattr(proforma, name, getattr(contract, name))
    lines = select(ContractLine).where(ContractLine.contract_id == contract.id)
    goods = list(work.session.scalars(lines.order_by(ContractLine.position)))
    rows = select(ProformaLine).where(ProformaLine.proforma_id == proforma.id)
    kept = list(work.session.scalars(rows.order_by(ProformaLine.position)))
    for row in kept[len(goods) :]:
        work.session.delete(row)
    for place, line in enumerate(goods):
        row = kept[place] if place < len(kept) else ProformaLine(proforma_id=proforma.id)
        if row.product_id != line.product_id:
            row.floor = None
        for name in (*GOODS, *PACKING, "amount", "adjusted", "position", "owner_id"):
            setattr(row, name, getattr(line, name))
        work.session.add(row)
