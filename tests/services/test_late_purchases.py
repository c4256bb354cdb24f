"""The factory's late bill for a closed shipment, and the commission of its salesperson (domain.md section 2.11)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from tests.services.late_kit import bills, books, choose, close_as_it_is
from tests.services.purchase_kit import plan_shipment, statuses
from tests.services.test_commission import JUNE, MAY, START, Scene, scene
from tests.services.test_commission_taken_back import faults, lines, rule, run
from tests.services.test_purchases_received import ABOARD, buy, costs, depart, invoiced
from tradecrm.core.problems import Refusal
from tradecrm.models import Party, Shipment
from tradecrm.services.book import Book, Seat
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.prior import late_costs
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.trade.late_costs import BillLate, bill_late
from tradecrm.services.trade.purchase_bills import BillPurchase, bill_purchase
from tradecrm.services.trade.shipment_purchases import AddPurchases, add_purchases
from tradecrm.services.work import Reader, Work, operation

__all__ = ["scene"]

D = Decimal


def late_payee(reader: Reader) -> int:
    return reader.session.scalars(select(Party.id).where(Party.is_forwarder.is_(True)).limit(1)).one()


@operation("shipment.write")
def _regime(work: Work, shipment_id: int) -> None:
    work.session.execute(update(Shipment).where(Shipment.id == shipment_id).values(tax_regime="MANUFACTURER"))


def test_goods_that_cost_nothing_when_it_was_closed_are_a_late_cost_with_their_vat(
    seat: Seat, book: Book
) -> None:
    """1,200 lanterns at 39.55 are 47,460.00; the result had no cost of them, and its rebate has ended."""
    deal, lantern, kit = buy(seat)
    shipment = plan_shipment(seat, deal)
    depart(seat, shipment)
    seat.perform(close_as_it_is, shipment)
    before = seat.ask(shipment_profit, shipment).result
    with pytest.raises(Refusal, match="its result stands"):
        seat.perform(bill_purchase, BillPurchase(lantern, shipment, ABOARD, "8801"))
    assert seat.ask(costs, shipment) == []
    choose(seat, "prior")
    seat.perform(bill_purchase, BillPurchase(lantern, shipment, ABOARD, "8801"))
    assert seat.ask(shipment_profit, shipment).result == before
    assert seat.ask(bills) == [("8801", D("47460.00"), D("47460.00"))]
    assert seat.ask(books)["PRIOR"] == D("47460.00")
    assert "REBATE" not in seat.ask(books)
    assert seat.ask(invoiced, lantern) == 1200
    assert seat.ask(statuses) == {lantern: "invoiced", kit: "partly_received"}
    (row,) = seat.ask(late_costs, ABOARD, ABOARD)
    assert (row.category, row.amount, row.base_amount) == ("PUR", D("47460.00"), D("47460.00"))
    with pytest.raises(Refusal, match="belongs to a contract that was sent"):
        seat.perform(bill_purchase, BillPurchase(lantern, shipment, ABOARD, "8802"))
    assert check_book(book.store.reader) == []


def test_goods_that_were_drafted_keep_what_they_counted(seat: Seat, book: Book) -> None:
    """Drafted 36,160.00 with rebate 2,880.00; the bill is 36,500.00: 340.00 come late, the rebate stays."""
    deal, _lantern, kit = buy(seat)
    shipment = plan_shipment(seat, deal)
    seat.perform(add_purchases, AddPurchases(shipment))
    depart(seat, shipment)
    seat.perform(close_as_it_is, shipment)
    choose(seat, "prior")
    before = seat.ask(shipment_profit, shipment).result
    seat.perform(bill_purchase, BillPurchase(kit, shipment, ABOARD, "77", D("36500.00")))
    assert seat.ask(shipment_profit, shipment).result == before
    ledger = seat.ask(books)
    # Both purchases' rebate was booked with the revenue: 5,460.00 + 2,880.00.
    assert (ledger["PRIOR"], ledger["COST"], ledger["REBATE"]) == (D(340), D("27820.00"), D("8340.00"))
    # What the factory billed stands in its currency, for plans of payment.
    assert [row for row in seat.ask(costs, shipment) if row[4] == "77"] == [
        (D("36500.00"), D("2880.00"), D(500), "invoiced", "77")
    ]
    assert check_book(book.store.reader) == []


def test_where_input_vat_is_credited_the_shipment_is_reopened(seat: Seat) -> None:
    deal, lantern, _kit = buy(seat)
    shipment = plan_shipment(seat, deal)
    depart(seat, shipment)
    seat.perform(_regime, shipment)
    seat.perform(close_as_it_is, shipment)
    choose(seat, "prior")
    with pytest.raises(Refusal, match="The input VAT of this bill is credited"):
        seat.perform(bill_purchase, BillPurchase(lantern, shipment, ABOARD, "8801"))
    assert (seat.ask(bills), seat.ask(costs, shipment)) == ([], [])


def test_a_late_bill_lowers_the_commission_in_the_next_run(seat: Seat, scene: Scene) -> None:
    """22,180.81 x 2 % = 443.62; less a late bill of 1,000.00 it is 21,180.81 x 2 % = 423.62: 20.00 are taken back."""
    rule(seat, "profit", "0.02")
    may = run(seat, date(2026, 5, 1), MAY)
    assert [each[2] for each in lines(seat, may)] == [D("443.62")]
    seat.perform(close_as_it_is, scene.shipment)
    choose(seat, "prior")
    payee = seat.ask(late_payee)
    seat.perform(bill_late, BillLate(scene.shipment, "OTH", payee, "CNY", D(1000), JUNE, "L-9"))
    june = run(seat, date(2026, 6, 1), JUNE)
    ((_paper, base, amount, remark),) = lines(seat, june)
    assert (base, amount, remark) == (D("-1000.00"), D("-20.00"), "After L-9")
    assert faults(seat) == []


def test_a_bill_that_came_before_the_first_run_is_in_what_it_counts(seat: Seat, scene: Scene) -> None:
    rule(seat, "profit", "0.02")
    seat.perform(close_as_it_is, scene.shipment)
    choose(seat, "prior")
    payee = seat.ask(late_payee)
    seat.perform(bill_late, BillLate(scene.shipment, "OTH", payee, "CNY", D(1000), JUNE, "L-9"))
    may = run(seat, START, MAY)
    assert [(each[1], each[2]) for each in lines(seat, may)] == [(D("21180.81"), D("423.62"))]
    with pytest.raises(Refusal, match="not reckoned yet"):
        run(seat, date(2026, 6, 1), JUNE)
