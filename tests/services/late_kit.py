"""A closed shipment of a firm that books late bills apart, with an accrued cost whose bill never came (2.11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from tests.services.conftest import TODAY
from tests.services.scenes import played_once
from tests.services.shipping_kit import Firm, start
from tradecrm.models import Item, LedgerEntry, Shipment
from tradecrm.services.book import Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.checklist import SendDocuments, send_documents
from tradecrm.services.trade.closing import MarkSettled, mark_settled
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.work import Reader, Work, operation

D = Decimal
LEFT = TODAY - timedelta(days=40)


@dataclass(frozen=True)
class Closed:
    """The firm, its closed shipment of USD 10,000.00 at 7.00, a forwarder, and an accrued cost of CNY 500.00."""

    firm: Firm
    shipment: int
    forwarder: int
    accrued: int


def choose(seat: Seat, way: str) -> None:
    """Say what is done with a bill for a closed shipment."""
    seat.perform(change_settings, ChangeSettings((("late_bills", way),)))


def closed_shipment(seat: Seat) -> Closed:
    """Close a shipment with CNY 500.00 of port charges accrued, and book late bills apart from now on."""
    firm = start(seat)
    return Closed(firm, *_closed(seat, firm.customer, firm.account))


@played_once
def _closed(seat: Seat, customer: int, account: int) -> tuple[int, int, int]:
    firm = Firm(seat, customer, account)
    party = SaveParty(
        name="Ningbo Seaways", is_customer=False, is_forwarder=True, is_supplier=True, country="CN"
    )
    forwarder = int(seat.perform(save_party, party).value)
    shipment = firm.shipment(firm.contract())
    cost = SaveCost(shipment, "PRT", "CNY", D(500), "accrued", forwarder, D(1))
    accrued = int(seat.perform(save_cost, cost).value)
    invoice = firm.depart(shipment, LEFT)
    share = (Share(invoice, D(10_000)),)
    seat.perform(
        record_receipt, RecordReceipt(TODAY, firm.customer, firm.account, D(10_000), allocations=share)
    )
    seat.perform(send_documents, SendDocuments(shipment, TODAY))
    seat.perform(mark_settled, MarkSettled(shipment, "none", no_further_bill=True))
    firm.move(shipment, "arrived", day=TODAY - timedelta(days=30))
    firm.move(shipment, "closed")
    choose(seat, "prior")
    return shipment, forwarder, accrued


def books(reader: Reader) -> Mapping[str, Decimal]:
    """Answer what stands in each book of the ledger that a result is made of, in base."""
    rows = reader.session.execute(
        select(LedgerEntry.book, func.sum(LedgerEntry.base_amount))
        .where(LedgerEntry.book.in_(("REVENUE", "COST", "PRIOR", "EXPENSE", "AP", "STOCK", "REBATE")))
        .group_by(LedgerEntry.book)
    )
    return {book: amount for book, amount in rows if amount}


def bills(reader: Reader) -> list[tuple[str, Decimal, Decimal]]:
    """Answer number, amount and base amount of each payable, in order of entry."""
    rows = reader.session.scalars(select(Item).where(Item.side == "AP").order_by(Item.id))
    return [(row.number, row.amount, row.base_amount) for row in rows]


@operation("shipment.write")
def close_as_it_is(work: Work, shipment_id: int) -> None:
    """Close a shipment of another scene, whatever stands against it."""
    shipment = work.get(Shipment, shipment_id, "Shipment")
    shipment.status, shipment.closed_on = "closed", work.today
