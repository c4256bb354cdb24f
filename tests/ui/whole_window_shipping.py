"""T1 of domain.md section 1.9 at the window: freight asked of three, the shipment's way, its bills and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.ui.whole_window import Play
from tradecrm.core.links import Link


@dataclass(frozen=True)
class Cost:
    """A cost that no other paper brings: what it is for, its payee, its amount, the rate where it is foreign."""

    category: str
    party: str
    amount: str
    rate: str = ""


@dataclass(frozen=True)
class Payment:
    """What a payee is owed for the shipment in one currency, and the bank's rate where it is foreign."""

    party: str
    account: str
    amount: str
    rate: str = ""


@dataclass(frozen=True)
class Leg:
    """The days, quantities, prices, bills and payments of a shipment, as typed."""

    number: str
    planned: date
    asked: date
    loaded: date
    etd: date
    copied: date
    collected: date
    paid: date
    arrived: date
    delivered: date
    quantities: tuple[str, ...]
    bought: tuple[str, ...]
    freight: tuple[str, str, str]
    port: str
    all_in: tuple[str, str, str]
    costs: tuple[Cost, ...]
    bl_no: str
    invoice: str
    credited: str
    charge: str
    payments: tuple[Payment, ...]


def _costs(insurance: str, inland: str, commission: str, rate: str) -> tuple[Cost, ...]:
    return (
        Cost("Cargo insurance", "Ningbo Harbor Marine", insurance, rate),
        Cost("Inland haulage", "Beilun Sealink", inland),
        Cost("Customs broker", "Beilun Sealink", "300"),
        Cost("Domestic bank fees", "Beilun Sealink", "130"),
        Cost("Hidden commission", "De Wit", commission, rate),
    )


LANTERN, KIT = "太阳能花园灯", "园艺工具五件套（手提袋装）"
FIRST = Leg(
    number="SH-26001",
    planned=date(2026, 4, 28),
    asked=date(2026, 5, 1),
    loaded=date(2026, 5, 16),
    etd=date(2026, 5, 20),
    copied=date(2026, 5, 29),
    collected=date(2026, 6, 12),
    paid=date(2026, 6, 15),
    arrived=date(2026, 6, 24),
    delivered=date(2026, 6, 29),
    quantities=("1200", "500"),
    bought=(LANTERN, KIT),
    freight=("820", "870", "905"),
    port="980",
    all_in=("6,785.60", "7,139.60", "7,387.40"),
    costs=_costs("25.44", "1450", "308.40", "7.06"),
    bl_no="OOLU2694418820",
    invoice="CI-26001",
    credited="10766",
    charge="28",
    payments=(
        Payment("Yuyao Brightfield", "BOC CNY", "47460"),
        Payment("Yongkang", "BOC CNY", "36160"),
        Payment("Beilun Sealink", "BOC CNY", "2860"),
        Payment("Beilun Sealink", "BOC USD", "820", "7.08"),
        Payment("Ningbo Harbor Marine", "BOC USD", "25.44", "7.06"),
        Payment("De Wit", "BOC USD", "308.40", "7.06"),
    ),
)
SECOND = Leg(
    number="SH-26002",
    planned=date(2026, 11, 10),
    asked=date(2026, 11, 20),
    loaded=date(2026, 11, 28),
    etd=date(2026, 12, 2),
    copied=date(2026, 12, 8),
    collected=date(2026, 12, 18),
    paid=date(2026, 12, 21),
    arrived=date(2027, 1, 5),
    delivered=date(2027, 1, 8),
    quantities=("300",),
    bought=(KIT,),
    freight=("210", "240", "255"),
    port="260",
    all_in=("1,744.70", "1,956.80", "2,062.85"),
    costs=_costs("7.13", "420", "86.40", "7.05"),
    bl_no="OOLU2700000000",
    invoice="CI-26002",
    credited="3006",
    charge="18",
    payments=(
        Payment("Yongkang", "BOC CNY", "21696"),
        Payment("Beilun Sealink", "BOC CNY", "1110"),
        Payment("Beilun Sealink", "BOC USD", "210", "7.07"),
        Payment("Ningbo Harbor Marine", "BOC USD", "7.13", "7.05"),
        Payment("De Wit", "BOC USD", "86.40", "7.05"),
    ),
)


def plan(play: Play, leg: Leg) -> None:
    """Plan a shipment from the contract with so much of each line."""
    me = play.me
    me.on(leg.planned)
    me.open(Link.to("contract", id=play.contract))
    me.press("New shipment")
    me.fill(number=leg.number, mode="Sea LCL", etd=leg.etd.isoformat(), vessel="OOCL SPAIN")
    for row, quantity in enumerate(leg.quantities):
        me.cell(row, "quantity", quantity)
    play.shipments[leg.number] = me.save()


def ask_freight(play: Play, leg: Leg) -> None:
    """Ask three forwarders, note their quotes, compare them all-in, choose the cheapest, book it."""
    me = play.me
    me.on(leg.asked)
    me.open(play.to_shipment(leg.number))
    me.choose("Ask for freight")
    me.follow("Draft")
    for button in ("Messages", "Copy message", "Mark as sent", "Open the inquiry", "Enter quote"):
        me.press(button)
    for place, price in enumerate(leg.freight):
        if place:
            me.press("Enter another quote")
        me.fill(etd=leg.etd.isoformat(), valid_until=leg.etd.isoformat(), transit_days="34")
        me.cell(0, "unit", "per shipment")
        me.cell(0, "price", price)
        me.cell(1, "code", "Local charges")
        me.cell(1, "price", leg.port)
        me.save()
    page = me.press("Compare quotes")
    assert tuple(page.table.totals.table.look(0, column).text for column in (1, 2, 3)) == leg.all_in
    me.press("Choose")
    me.answer()
    me.press("Open the inquiry")
    me.press("Mark as booked")
    play.stands("booked")


def load(play: Play, leg: Leg) -> None:
    """Take the booked shipment to the quay, insured: ready by its button, loaded and declared by milestones."""
    me = play.me
    me.on(leg.loaded)
    page = me.open(play.to_shipment(leg.number))
    play.stands("booked")
    me.press("Mark cargo ready")
    me.tap_row(page.way[1].table, "Insurance policy")
    me.answer(step="Issue")
    for code in ("LOAD", "DECL"):
        link = Link.to("milestone_met", shipment=play.shipments[leg.number], code=code)
        me.tap(page.way[0].table, link)
        me.answer()
    play.stands("declared")


def add_costs(play: Play, leg: Leg) -> None:
    """Enter the costs that no other paper brings."""
    me = play.me
    page = me.open(play.to_shipment(leg.number))
    for cost in leg.costs:
        me.press("Add cost", page.costs)
        me.fill(category=cost.category, party=cost.party, amount=cost.amount)
        if cost.rate:
            me.fill(rate=cost.rate)
        me.answer()


def depart(play: Play, leg: Leg) -> None:
    """Depart: invoice, revenue and receivable are posted."""
    me = play.me
    me.on(leg.etd)
    me.open(play.to_shipment(leg.number))
    me.press("Depart")
    me.answer(bl_no=leg.bl_no, invoice_number=leg.invoice)
    play.stands("departed")


def enter_bills(play: Play, leg: Leg) -> None:
    """Enter the bills: the factories', the forwarder's over its quote, and all others at their rates."""
    me = play.me
    for goods in leg.bought:
        me.open(Link.to("purchase", id=play.purchases[goods]))
        me.press("Enter the factory's bill")
        me.answer()
    me.open(play.to_shipment(leg.number))
    me.choose("Enter the forwarder's bill")
    me.fill(number=f"FB-{leg.number}", day=leg.etd.isoformat())
    me.save()
    me.press("Accept what is as quoted")
    me.press("Post accepted lines")
    page = me.open(play.to_shipment(leg.number))
    for cost in leg.costs:
        me.mark(page.costs.table, cost.category)
        me.press("Enter bill", page.costs)
        if cost.rate:
            me.fill(rate=cost.rate)
        me.answer()


def collect(play: Play, leg: Leg) -> None:
    """Send the copy of the B/L, receive the balance less the foreign bank's charge, give the B/L up."""
    me = play.me
    me.on(leg.copied)
    me.open(play.to_shipment(leg.number))
    me.press("Note B/L copy sent")
    me.answer()
    me.on(leg.collected)
    me.open(Link.to("receipt"))
    me.fill(party="Veld", account="BOC USD", credited=leg.credited, charge=leg.charge)
    me.press("Oldest first")
    me.save()
    me.open(play.to_shipment(leg.number))
    me.choose("Give the B/L up")
    me.answer()


def pay(play: Play, leg: Leg) -> None:
    """Pay factories, forwarder, insurer and agent, each what its bills say."""
    me = play.me
    me.on(leg.paid)
    for each in leg.payments:
        page = me.open(Link.to("payment"))
        me.fill(party=each.party, account=each.account, amount=each.amount)
        if each.rate:
            me.fill(rate=each.rate)
        me.press("Oldest first")
        assert page.lines[0].total.text().endswith(f" {Decimal(each.amount):,.2f}")
        me.save()


def write_papers(play: Play, leg: Leg, folder: Path) -> None:
    """See that the papers agree with one another, and write them all, each as PDF and for a spreadsheet."""
    me = play.me
    me.open(play.to_shipment(leg.number))
    papers = me.press("Preview")
    assert papers.verdict.text().startswith("The papers agree"), papers.verdict.text()
    papers.make(folder)
    me.settle()
    assert len(list((folder / leg.number).iterdir())) == 2 * len(papers.papers)


def send_papers(play: Play, leg: Leg) -> None:
    """Mark every paper of the checklist as sent, of which Today has been reminding."""
    assert [line.row.subject for line in play.me.open(Link.to("today")).lines]
    page = play.me.open(play.to_shipment(leg.number))
    play.me.press("Send all papers", page.way[1])
    play.me.answer()
    numbers = {row.cells[0]: row.cells[5] for row in page.way[1].table.body.table.rows}
    assert (numbers["Commercial invoice"], numbers["Bill of lading"]) == (leg.invoice, leg.bl_no)


def arrive_and_close(play: Play, leg: Leg) -> None:
    """Arrive, deliver, note the rebate, close: nothing may be open of it then."""
    me = play.me
    for day, button in ((leg.arrived, "Mark as arrived"), (leg.delivered, "Mark as delivered")):
        me.on(day)
        me.open(play.to_shipment(leg.number))
        me.press(button)
        me.answer()
    me.choose("Rebate and bills")
    me.answer(rebate_state="Received")
    me.press("Close shipment")
    play.stands("closed")
