"""What waits for a paper that is given up ends with it: amendments, estimates, freight choices, releases (6)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from tradecrm.core.text import _
from tradecrm.core.trade_flows import FREIGHT_INQUIRY
from tradecrm.models import (
    ContractVersion,
    Estimate,
    FreightInquiry,
    PurchaseContract,
    PurchaseVersion,
    SalesContract,
    Shipment,
)
from tradecrm.services.control.approvals import void_approval
from tradecrm.services.trade.releases import void_releases
from tradecrm.services.work import Work

_WAITS = ("draft", "submitted")


def end_contract(work: Work, contract: SalesContract) -> None:
    """Drop the amendments of a contract that is canceled or void, and take back what else waits for approval."""
    why = _("The contract was canceled.")
    for version in work.session.scalars(
        select(ContractVersion).where(
            ContractVersion.contract_id == contract.id, ContractVersion.status.in_(_WAITS)
        )
    ).all():
        void_approval(work, "contract_version", version.id, why)
        version.status = "dropped"
    for estimate in work.session.scalars(
        select(Estimate).where(Estimate.contract_id == contract.id, Estimate.status == "submitted")
    ).all():
        void_approval(work, "estimate", estimate.id, why)
        estimate.status = "draft"
    _end_freight(work, FreightInquiry.contract_id == contract.id, why)
    void_releases(work, contract)


def end_shipment(work: Work, shipment: Shipment) -> None:
    """Take back the freight choice and the releases that wait for a shipment which is void."""
    _end_freight(work, FreightInquiry.shipment_id == shipment.id, _("The shipment is void."))
    void_releases(work, shipment)


def end_purchase(work: Work, purchase: PurchaseContract) -> None:
    """Drop the amendments of a purchase contract that is canceled."""
    for version in work.session.scalars(
        select(PurchaseVersion).where(
            PurchaseVersion.purchase_id == purchase.id, PurchaseVersion.status.in_(_WAITS)
        )
    ).all():
        void_approval(work, "purchase_version", version.id, _("The contract was canceled."))
        version.status = "dropped"


def _end_freight(work: Work, of_paper: ColumnElement[bool], why: str) -> None:
    """Take the choice of a forwarder back that waits for approval; its quotes may be compared again."""
    for inquiry in work.session.scalars(
        select(FreightInquiry).where(of_paper, FreightInquiry.status == "submitted")
    ).all():
        void_approval(work, "freight_inquiry", inquiry.id, why)
        inquiry.status = FREIGHT_INQUIRY.step(inquiry.status, "return").target
        inquiry.chosen_quote_id = None
        inquiry.updated_at = work.now
