"""T1 of domain.md section 1.9 typed and pressed at the window: the sale, its deposit, the purchases, the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.ui.person import Person
from tradecrm.core.links import Link

FACTORY_STEPS = ("Submit for approval", "Mark as sent", "Confirmed by the factory")


@dataclass
class Play:
    """The person at the window, and the records as they come about."""

    me: Person
    contract: int = 0
    purchases: dict[str, int] = field(default_factory=dict)
    """By the Chinese name of the goods."""
    shipments: dict[str, int] = field(default_factory=dict)
    """By the number typed."""

    def stands(self, status: str) -> None:
        """Hold the state of the record in front against what it should have become."""
        page = self.me.page
        found = page.session.draft.text("status")
        assert found == status, (page.title(), found, page.banner.text.text(), self.me.told)

    def to_shipment(self, number: str) -> Link:
        """Answer the link of a shipment planned before."""
        return Link.to("shipment", id=self.shipments[number])


def ask_and_quote(play: Play) -> None:
    """Write the inquiry down, answer it with a quotation of 19,740.00, send it, have it accepted."""
    me = play.me
    me.on(date(2026, 3, 20))
    me.open(Link.to("inquiry"))
    me.fill(customer="Veld", subject="Garden season")
    for row, (code, quantity) in enumerate((("LN-210", "1200"), ("GK-44", "800"))):
        me.cell(row, "product", code)
        me.cell(row, "quantity", quantity)
    me.save()
    me.press("Make the quotation")
    page = me.follow("Quotation QT-2603-0001")
    me.fill(
        valid_until="2026-04-20",
        port_of_loading="Ningbo, China",
        freight="1025",
        insurance_rate="0.15",
        domestic_cost="3600",
        commission_rate="2",
        commission_hidden="yes",
        port_of_discharge="Rotterdam, Netherlands",
        bank_account="BOC USD",
    )
    assert page.lines[0].total.text() == "USD 19,740.00"
    me.save()
    me.press("Mark as sent")
    play.stands("sent")
    me.on(date(2026, 3, 27))
    me.press("Mark as accepted")
    me.answer(reason="As agreed on the telephone")
    play.stands("accepted")


def order(play: Play) -> None:
    """Make the proforma invoice of the quotation, have it confirmed, make the contract of it."""
    me = play.me
    me.choose("Make the proforma invoice")
    me.follow("Proforma invoice PI-2603-0001")
    me.press("Issue")
    play.stands("issued")
    me.press("Confirmed by the customer")
    play.stands("confirmed")
    me.press("Make the contract")
    page = me.follow("Contract SC-2603-0001")
    assert page.lines[0].total.text() == "USD 19,740.00"
    me.fill(latest_shipment="2026-12-31")
    play.contract = me.save()


def estimate_and_sign(play: Play) -> None:
    """Estimate the profit, have the estimate approved, sign the contract."""
    me = play.me
    me.choose("Profit estimate")
    me.save()
    me.press("Submit for approval")
    play.stands("approved")
    me.on(date(2026, 3, 30))
    me.open(Link.to("contract", id=play.contract))
    me.press("Mark as signed")
    play.stands("signed")


def take_deposit(play: Play) -> None:
    """Without its deposit the contract stays as it is; 5,922.00 at the table's rate put it into effect."""
    me = play.me
    me.on(date(2026, 4, 3))
    me.press("Put into effect")
    play.stands("signed")
    assert "5,922.00" in me.page.banner.text.text()
    page = me.press("Deposit received")
    assert page.boxes["gross"].editor.text() == "5,922.00"
    me.save()
    assert page.session.draft.number("rate") == Decimal("7.02")
    me.open(Link.to("contract", id=play.contract))
    me.press("Put into effect")
    play.stands("effective")


def buy(play: Play) -> None:
    """Split the contract by factory, and take both purchase contracts to their factories."""
    me = play.me
    me.on(date(2026, 4, 7))
    me.press("Split by factory")
    for number, total in (("PC-2604-0001", "CNY 47,460.00"), ("PC-2604-0002", "CNY 57,856.00")):
        me.open(Link.to("contract", id=play.contract))
        page = me.follow(f"Purchase {number}")
        assert page.lines[0].total.text() == total
        for step in FACTORY_STEPS:
            me.press(step)
        me.choose("Mark as in production")
        play.stands("in_production")
        draft = page.session.draft
        play.purchases[str(draft.rows()[0]["description_cn"])] = int(draft.id)


def close_purchases(play: Play) -> None:
    """Close both purchase contracts, which their bills made ready for it."""
    for key in play.purchases.values():
        play.me.open(Link.to("purchase", id=key))
        play.stands("invoiced")
        play.me.press("Close contract")
        play.stands("closed")
