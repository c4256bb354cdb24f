"""What is made of a quotation in one action: a proforma invoice or the sales contract, nothing typed twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.core.trade_flows import QUOTATION
from tradecrm.models import Quotation
from tradecrm.services.trade.contract_followers import contract_changed
from tradecrm.services.trade.proformas import SaveProforma, save_proforma
from tradecrm.services.trade.quotation_moves import MoveQuotation, move_quotation
from tradecrm.services.trade.quotations import lines_of
from tradecrm.services.trade.sale_contracts import write_contract
from tradecrm.services.trade.sale_papers import SALE_HEAD, line_drafts
from tradecrm.services.work import Work, operation


@dataclass(frozen=True, slots=True)
class ContractOfQuotation:
    """The sales contract to be made of a quotation, dated ``day``."""

    quotation_id: int
    day: date
    latest_shipment: date | None = None


@operation("contract.write")
def contract_of_quotation(work: Work, command: ContractOfQuotation) -> int:
    """Make the sales contract of a sent or accepted quotation and answer its id.

    It carries head, goods, costs, packing and the links to quotation and inquiry (section 1.1); one that was
    only sent is accepted by it.
    """
    quotation = _ordered(work, command.quotation_id, command.day)
    contract = write_contract(
        work,
        quotation,
        lines_of(work, quotation.id),
        command.day,
        latest_shipment=command.latest_shipment,
    )
    contract.quotation_id = quotation.id
    contract.inquiry_id = quotation.inquiry_id
    work.session.flush()
    contract_changed(work, contract)
    return contract.id


@dataclass(frozen=True, slots=True)
class ProformaOfQuotation:
    """The proforma invoice to be made of a quotation, dated ``day``; with ``is_contract`` it is the contract."""

    quotation_id: int
    day: date
    is_contract: bool = False


@operation("quotation.write")
def proforma_of_quotation(work: Work, command: ProformaOfQuotation) -> int:
    """Make the proforma invoice of a sent or accepted quotation and answer its id; all data is carried over."""
    quotation = _ordered(work, command.quotation_id, command.day)
    values = {name: getattr(quotation, name) for name in SALE_HEAD}
    values.update(day=command.day, valid_until=None)
    return save_proforma.within(
        work,
        SaveProforma(
            **values,
            lines=line_drafts(lines_of(work, quotation.id)),
            quotation_id=quotation.id,
            is_contract=command.is_contract,
        ),
    )


def _ordered(work: Work, quotation_id: int, day: date) -> Quotation:
    """Answer a quotation the customer ordered from; one that was sent is accepted, any other is refused."""
    quotation = work.get(Quotation, quotation_id, _("Quotation"))
    if quotation.status == "sent":
        move_quotation.within(work, MoveQuotation(quotation.id, "accept", day))
    if quotation.status != "accepted":
        raise Refusal.of(
            _("{number} is “{status}”; only what was sent to the customer becomes an order.").format(
                number=quotation.number, status=_(QUOTATION.state(quotation.status).title)
            )
        )
    return quotation
