"""A proforma invoice as its page shows it: head, lines, what it came from and what was made of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.models import Account, Contact, Proforma, ProformaLine, Quotation, SalesContract
from tradecrm.services.trade.contract_card import ChainPart
from tradecrm.services.trade.quotation_card import (
    SaleLineCard,
    party_words,
    quotation_part,
    sale_lines,
)
from tradecrm.services.trade.quotations import COSTS
from tradecrm.services.trade.sale_papers import SALE_HEAD, name_of
from tradecrm.services.work import Reader

HEADER = (*SALE_HEAD, "quotation_id", "is_contract", "latest_shipment")


@dataclass(frozen=True, slots=True)
class ProformaCard:
    """A proforma invoice as its form edits it: ``values`` holds the columns of the head by name.

    ``costs`` are those of the quotation behind it (freight, insurance, bank fees); empty without one.
    """

    id: int
    version: int
    number: str
    status: str
    customer_code: str
    customer: str
    contact: str
    bank_account: str
    contract_id: int | None
    contract: str
    total: Decimal
    costs: dict[str, Any]
    values: dict[str, Any]
    lines: tuple[SaleLineCard, ...]
    before: tuple[ChainPart, ...]
    after: tuple[ChainPart, ...]


def proforma_card(reader: Reader, proforma_id: int) -> ProformaCard:
    """Answer one proforma invoice; raises NotFound."""
    proforma = reader.get(Proforma, proforma_id, _("Proforma invoice"))
    code, name = party_words(reader, proforma.customer_id)
    contract = ""
    if proforma.contract_id is not None:
        query = select(SalesContract.number).where(SalesContract.id == proforma.contract_id)
        contract = reader.session.scalar(query) or ""
    after: tuple[ChainPart, ...] = ()
    if contract:
        after = (ChainPart("contract", contract, Link.to("contract", id=proforma.contract_id or 0)),)
    return ProformaCard(
        proforma.id,
        proforma.version,
        proforma.number,
        proforma.status,
        code,
        name,
        name_of(reader, Contact, proforma.contact_id),
        name_of(reader, Account, proforma.bank_account_id),
        proforma.contract_id,
        contract,
        proforma.total,
        _costs(reader, proforma.quotation_id),
        {key: getattr(proforma, key) for key in HEADER},
        sale_lines(reader, ProformaLine, ProformaLine.proforma_id, proforma.id),
        quotation_part(reader, proforma.quotation_id),
        after,
    )


def _costs(reader: Reader, quotation_id: int | None) -> dict[str, Any]:
    """Answer the costs beside the goods that the quotation was made with; empty where it may not be seen."""
    if quotation_id is None:
        return {}
    columns = select(*(getattr(Quotation, name) for name in COSTS)).where(Quotation.id == quotation_id)
    found = reader.session.execute(columns).one_or_none()
    return {} if found is None else dict(zip(COSTS, found, strict=True))
