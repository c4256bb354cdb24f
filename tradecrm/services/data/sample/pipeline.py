"""What stands open in the sample firm today: inquiries, quotations, purchases and a freight inquiry to decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from tradecrm.models import Quotation, SalesContract, Shipment
from tradecrm.services.data.sample import stock
from tradecrm.services.data.sample.firm import SAMPLE_DAY, Firm
from tradecrm.services.trade.freight import (
    InviteDraft,
    MakeFreightInquiry,
    SendFreightInquiry,
    make_freight_inquiry,
    save_freight_inquiry,
    send_freight_inquiry,
)
from tradecrm.services.trade.freight_card import inquiry_draft
from tradecrm.services.trade.freight_quotes import ChargeDraft, SaveFreightQuote, save_freight_quote
from tradecrm.services.trade.inquiries import (
    InquiryLineDraft,
    QuotationOfInquiry,
    SaveInquiry,
    quotation_of_inquiry,
    save_inquiry,
)
from tradecrm.services.trade.inquiry_moves import MoveInquiry, move_inquiry
from tradecrm.services.trade.purchase_moves import MovePurchase, move_purchase
from tradecrm.services.trade.purchase_split import SplitContract, split_contract
from tradecrm.services.trade.quotation_moves import MoveQuotation, move_quotation
from tradecrm.services.trade.quotations import quotation_draft, save_quotation
from tradecrm.services.work import Work, operation

D = Decimal
_INQUIRIES: tuple[tuple[str, int, int, int, str], ...] = (
    ("inquiry_season", -9, 4, 3, "send"),
    ("inquiry_repeat", -6, 7, 2, "submit"),
    ("inquiry_new", -3, 13, 2, "draft"),
    ("inquiry_season", -1, 16, 3, ""),
    ("inquiry_new", -14, 18, 1, "lose"),
)
"""Each inquiry: its subject, the day from the sample's today on, the customer, how many goods, how far it is."""

_QUOTES: tuple[tuple[str, str, int, int], ...] = (
    ("W1", "1.00", 33, 14),
    ("W2", "1.06", 30, 10),
    ("W3", "1.13", 28, 7),
)
"""Each quote: the forwarder, its price against the cheapest, transit days, free days."""


@operation("contract.write")
def write_pipeline(work: Work, firm: Firm) -> None:
    """Write what waits to be decided on SAMPLE_DAY."""
    for key, days, customer, count, step in _INQUIRIES:
        if customer < len(firm.customers):
            _inquiry(work, firm, (key, days, customer, count, step))
    _purchases(work)
    _freight(work, firm)


def _inquiry(work: Work, firm: Firm, plan: tuple[str, int, int, int, str]) -> None:
    key, days, customer, count, step = plan
    day = SAMPLE_DAY + timedelta(days=days)
    goods = [each for each in stock.goods() if each.kind in firm.buyers[customer].kinds]
    lines = tuple(
        InquiryLineDraft(each.name_en, firm.products[each.code], D(600 * (place + 1)), each.unit)
        for place, each in enumerate((goods[customer % len(goods) :] + goods)[:count])
    )
    command = SaveInquiry(
        firm.customers[customer],
        day,
        firm.words[key],
        currency=firm.buyers[customer].currency,
        reply_by=day + timedelta(days=5),
        lines=lines,
    )
    inquiry = save_inquiry.within(work, command)
    if step == "lose":
        move_inquiry.within(work, MoveInquiry(inquiry, "lose", firm.words["inquiry_lost"]))
    elif step:
        quotation = quotation_of_inquiry.within(work, QuotationOfInquiry(inquiry))
        if step == "send":
            _early(work, quotation)
        for move in {"send": ("submit", "send"), "submit": ("submit",)}.get(step, ()):
            move_quotation.within(work, MoveQuotation(quotation, move, SAMPLE_DAY))


def _early(work: Work, quotation: int) -> None:
    """Give 2 % on the whole of a quotation for the season, as one does before a fair."""
    paper = work.session.get_one(Quotation, quotation)
    save_quotation.within(work, replace(quotation_draft(work, paper), adjustment_rate=D("-0.02")))


def _purchases(work: Work) -> None:
    """Split the two newest contracts in force by factory; those of the older one are on their way."""
    newest = work.session.scalars(
        select(SalesContract.id)
        .where(SalesContract.status == "effective")
        .order_by(SalesContract.day.desc(), SalesContract.id.desc())
        .limit(2)
    ).all()
    for place, contract in enumerate(newest):
        for purchase in split_contract.within(work, SplitContract(contract, SAMPLE_DAY)):
            for step in ("submit", "send", "confirm") if place else ():
                move_purchase.within(work, MovePurchase(purchase, step))


def _freight(work: Work, firm: Firm) -> None:
    """Ask three forwarders for the next shipment that has no freight booked, and note their quotes."""
    shipment = work.session.scalars(
        select(Shipment.id)
        .where(Shipment.status.in_(("planned", "booked")), Shipment.etd > SAMPLE_DAY)
        .order_by(Shipment.etd, Shipment.id)
        .limit(1)
    ).one_or_none()
    if shipment is None:
        return
    inquiry = make_freight_inquiry.within(work, MakeFreightInquiry(shipment_id=shipment))
    draft = inquiry_draft(work, inquiry)
    invites = tuple(InviteDraft(firm.suppliers[key]) for key, _price, _days, _free in _QUOTES)
    save_freight_inquiry.within(work, replace(draft, invites=invites))
    send_freight_inquiry.within(work, SendFreightInquiry(inquiry))
    base = (draft.volume * 72).quantize(D(1))
    for key, factor, transit, free in _QUOTES:
        charges = (
            ChargeDraft("FREIGHT", "shipment", D(1), "USD", (base * D(factor)).quantize(D(1))),
            ChargeDraft("LOCAL", "shipment", D(1), "CNY", D(980)),
        )
        save_freight_quote.within(
            work,
            SaveFreightQuote(
                inquiry,
                firm.suppliers[key],
                charges,
                draft.port_of_loading,
                draft.port_of_discharge,
                draft.container_type,
                draft.container_count,
                valid_from=SAMPLE_DAY,
                valid_until=SAMPLE_DAY + timedelta(days=60),
                transit_days=transit,
                free_days=free,
            ),
        )
