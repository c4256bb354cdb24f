"""A bill that comes for a closed shipment: reopen it, or book a late cost of the month (domain.md section 2.11)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.services.conftest import TODAY
from tests.services.late_kit import LEFT, Closed, bills, books, choose, closed_shipment
from tradecrm.core.links import Link
from tradecrm.core.table import RowStyle, Table
from tradecrm.models import CostLine, FreightBillLine
from tradecrm.reports.registry import report_table
from tradecrm.services.book import Book, Seat
from tradecrm.services.claims.expense_payment import PayClaim, ReverseClaim, pay_claim, reverse_claim
from tradecrm.services.claims.expenses import ClaimLineDraft, MoveClaim, SaveClaim, move_claim, save_claim
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.desktop import profit_figure
from tradecrm.services.figures.prior import late_by_shipment, late_costs
from tradecrm.services.figures.profit import ShipmentProfit, shipment_profit
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.notes import ReverseNote, WriteNote, reverse_note, write_note
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.freight_bills import (
    ACCEPTED,
    BillLineDraft,
    PostFreightBill,
    SaveFreightBill,
    post_freight_bill,
    save_freight_bill,
)
from tradecrm.services.trade.late_costs import BillLate, bill_late
from tradecrm.services.work import Reader

D = Decimal
MAY = date(2026, 5, 31)


@pytest.fixture
def scene(seat: Seat) -> Closed:
    return closed_shipment(seat)


def _late(scene: Closed, amount: str, day: date = TODAY, **more: object) -> BillLate:
    given = {"category": "INL", "currency": "CNY", "bill_number": "L-1"} | more
    return BillLate(
        scene.shipment, str(given["category"]), scene.forwarder, str(given["currency"]), D(amount), day,
        str(given["bill_number"]),
    )  # fmt: skip


def _kept(seat: Seat, scene: Closed) -> tuple[object, ...]:
    """Answer what closing froze: the result, the state and when it was closed."""
    sheet: ShipmentProfit = seat.ask(shipment_profit, scene.shipment)
    return sheet.result, scene.firm.status(scene.shipment)


def _cells(table: Table, style: RowStyle) -> list[tuple[object, ...]]:
    return [row.cells for row in (*table.rows, *table.totals) if row.style is style]


def test_a_late_bill_is_a_payable_and_a_cost_of_its_month_and_the_result_stands(
    seat: Seat, scene: Closed, book: Book
) -> None:
    """Revenue 70,000.00, frozen cost 500.00; CNY 320.00 of 31 May and USD 100.00 at 7.00 of 15 June come late."""
    before = _kept(seat, scene)
    sheet = seat.ask(shipment_profit, scene.shipment).result
    assert (sheet.revenue, sheet.total_cost, sheet.trading_profit) == (D(70_000), D(500), D(69_500))
    item = seat.perform(bill_late, _late(scene, "320.00", MAY)).value
    seat.perform(bill_late, _late(scene, "100.00", currency="USD", category="FRT", bill_number="L-2"))
    assert _kept(seat, scene) == before
    assert seat.ask(bills) == [("L-1", D(320), D(320)), ("L-2", D(100), D(700))]
    ledger = seat.ask(books)
    assert (ledger["PRIOR"], ledger.get("COST", D(0))) == (D("1020.00"), D(0))
    assert seat.ask(late_by_shipment, (scene.shipment,)) == {scene.shipment: D("1020.00")}
    # Each stands in the month of its bill, with its salesperson, and opens its payable and the shipment.
    table = seat.ask(report_table, "late_costs", {"first": LEFT.isoformat(), "last": TODAY.isoformat()})
    assert [cells[0] for cells in _cells(table, RowStyle.SUBTOTAL)] == [
        "Lin Yue · 2026-05",
        "Lin Yue · 2026-06",
    ]
    assert [cells[-1] for cells in _cells(table, RowStyle.SUBTOTAL)] == [D(320), D(700)]
    assert _cells(table, RowStyle.TOTAL)[0][-1] == D(1020)
    # The sum of a month opens that month of that salesperson.
    subtotal = next(row for row in table.rows if row.style is RowStyle.SUBTOTAL)
    month = subtotal.links[-1]
    assert month is not None
    asked = {key: month.param(key) for key in ("first", "last", "person")}
    (again,) = seat.ask(report_table, "late_costs", asked).totals
    assert (asked["last"], again.cells[-1]) == ("2026-05-31", D(320))
    first = table.rows[0]
    assert first.links[2] == Link.to("shipment", id=scene.shipment)
    assert (first.cells[7], first.links[7]) == ("L-1", Link.to("receivable", id=item))
    assert check_book(book.store.reader) == []


def test_the_profit_list_the_desktop_and_the_ledger_agree(seat: Seat, scene: Closed) -> None:
    """May: 70,000.00 - 500.00 - 320.00; June: nothing left, and 700.00 came late."""
    seat.perform(bill_late, _late(scene, "320.00", MAY))
    seat.perform(bill_late, _late(scene, "700.00", bill_number="L-2"))

    def total(first: str, last: str) -> tuple[object, ...]:
        table = seat.ask(report_table, "profits", {"first": first, "last": last})
        return _cells(table, RowStyle.TOTAL)[0][3:6]

    assert total("2026-05-01", "2026-05-31") == (D(70_000), D(820), D(69_180))
    assert total("2026-06-01", "2026-06-30") == (D(0), D(700), D(-700))
    whole = total("2026-05-01", "2026-06-30")
    assert whole == (D(70_000), D(1520), D(68_480))
    ledger = seat.ask(books)
    # The accrued 500.00 is in the result and not in the ledger, as its bill has not come.
    assert -ledger["REVENUE"] - ledger["PRIOR"] - D(500) == whole[2]
    figure = seat.ask(profit_figure)
    assert (figure.count, figure.profit) == (0, D(-700))
    # The sheet of the shipment tells it below the result.
    sheet = seat.ask(report_table, "shipment_profit", {"shipment": scene.shipment})
    told = [row for row in sheet.rows if "billed after closing" in str(row.cells[0])]
    assert [row.cells[2] for row in told] == [D(1020)]


def test_the_bill_of_an_accrued_cost_leaves_what_was_accrued_and_books_the_rest(
    seat: Seat, scene: Closed, book: Book
) -> None:
    """500.00 were accrued when it was closed; the bill is 560.00: 500.00 are its cost, 60.00 come late."""
    before = _kept(seat, scene)
    waits = "waits for its bill; enter the bill there"
    assert waits in scene.firm.refused(bill_late, _late(scene, "560.00", category="PRT"))
    seat.perform(bill_cost, BillCost(scene.accrued, TODAY, "P-7", D(560), D(1)))
    assert _kept(seat, scene)[1] == before[1]
    assert seat.ask(shipment_profit, scene.shipment).result == before[0]
    assert seat.ask(bills) == [("P-7", D(560), D(560))]
    ledger = seat.ask(books)
    assert (ledger["COST"], ledger["PRIOR"]) == (D(500), D(60))
    assert check_book(book.store.reader) == []


def test_where_the_firm_reopens_every_late_bill_is_refused(seat: Seat, scene: Closed) -> None:
    choose(seat, "reopen")
    line = ClaimLineDraft(TODAY, "COURIER", "Papers again", "CNY", D(80), None, scene.shipment)
    for operation, command in (
        (bill_late, _late(scene, "320.00")),
        (bill_cost, BillCost(scene.accrued, TODAY, "P-7", D(560), D(1))),
        (save_freight_bill, _freight(scene)),
        (save_claim, SaveClaim(TODAY, "Courier", (line,))),
        (write_note, WriteNote("DN", "AP", TODAY, D(9), "More", party_id=scene.forwarder, currency="CNY",
                               category="INL", shipment_id=scene.shipment)),
    ):  # fmt: skip
        assert "its result stands. Ask to reopen it first." in scene.firm.refused(operation, command)
    assert seat.ask(bills) == []
    assert "PRIOR" not in seat.ask(books)


def test_what_is_no_bill_of_a_closed_shipment_is_refused(seat: Seat, scene: Closed) -> None:
    """A cost without its bill would change the result; a shipment that is open takes its bills as ever."""
    cost = SaveCost(scene.shipment, "INL", "CNY", D(1), party_id=scene.forwarder)
    assert "its result stands" in scene.firm.refused(save_cost, cost)
    underway = scene.firm.shipment(scene.firm.contract())
    command = BillLate(underway, "INL", scene.forwarder, "CNY", D(10), TODAY)
    assert "is not closed; enter the cost among its costs" in scene.firm.refused(bill_late, command)
    assert "above zero" in scene.firm.refused(bill_late, _late(scene, "0"))
    assert "after today" in scene.firm.refused(bill_late, _late(scene, "5", TODAY + timedelta(days=1)))
    assert seat.ask(bills) == []


def _freight(scene: Closed) -> SaveFreightBill:
    lines = (
        BillLineDraft("FREIGHT", "USD", D(50), ACCEPTED, rate=D("7.1")),
        BillLineDraft("THC", "CNY", D(520), ACCEPTED, rate=D(1)),
    )
    return SaveFreightBill(scene.shipment, scene.forwarder, "SW-9", TODAY, lines)


def test_a_forwarders_bill_takes_what_was_accrued_and_books_the_rest_late(
    seat: Seat, scene: Closed, book: Book
) -> None:
    """USD 50.00 at 7.10 are 355.00; of THC 520.00 the accrued port charges hold 500.00 already."""
    before = _kept(seat, scene)
    bill = seat.perform(save_freight_bill, _freight(scene)).value
    assert seat.perform(post_freight_bill, PostFreightBill(bill)).value == 2
    assert _kept(seat, scene)[1] == before[1]
    assert seat.ask(shipment_profit, scene.shipment).result == before[0]
    ledger = seat.ask(books)
    assert (ledger["COST"], ledger["PRIOR"]) == (D(500), D(375))

    def laid(reader: Reader) -> list[tuple[str, Decimal]]:
        rows = reader.session.query(CostLine).join(
            FreightBillLine, FreightBillLine.cost_line_id == CostLine.id
        )
        return sorted((line.category, line.base_amount) for line in rows)

    assert seat.ask(laid) == [("FRT", D(0)), ("PRT", D(500))]
    assert check_book(book.store.reader) == []


def test_a_suppliers_note_on_a_late_bill_is_late_too_and_may_be_taken_back(
    seat: Seat, scene: Closed, book: Book
) -> None:
    item = seat.perform(bill_late, _late(scene, "320.00", MAY)).value
    before = _kept(seat, scene)
    note = seat.perform(
        write_note, WriteNote("CN", "AP", TODAY, D(120), "Billed twice", invoice_id=item)
    ).value
    rows = seat.ask(late_costs, MAY, TODAY)
    assert [(row.day, row.base_amount) for row in rows] == [(MAY, D(320)), (TODAY, D(-120))]
    seat.perform(reverse_note, ReverseNote(note, TODAY, "It was right"))
    assert seat.ask(books)["PRIOR"] == D(320)
    assert _kept(seat, scene) == before
    assert check_book(book.store.reader) == []


def test_an_expense_of_a_closed_shipment_is_late_until_it_is_taken_back(
    seat: Seat, scene: Closed, book: Book
) -> None:
    opened = OpenAccount("ICBC CNY", "BANK", "CNY", LEFT, D(1000))
    account = seat.perform(open_account, opened).value
    line = ClaimLineDraft(TODAY, "COURIER", "Papers again", "CNY", D(80), None, scene.shipment)
    claim = seat.perform(save_claim, SaveClaim(TODAY, "Courier", (line,))).value
    seat.perform(move_claim, MoveClaim(claim, "submit"))
    before = _kept(seat, scene)
    seat.perform(pay_claim, PayClaim(claim, account, TODAY))
    (row,) = seat.ask(late_costs, TODAY, TODAY)
    assert (row.category, row.base_amount, row.item_id, row.source_kind) == (
        "BKD",
        D(80),
        None,
        "expense_claim",
    )
    assert _kept(seat, scene) == before
    assert check_book(book.store.reader) == []
    seat.perform(reverse_claim, ReverseClaim(claim, TODAY, "Paid twice"))
    assert seat.ask(books).get("PRIOR", D(0)) == 0
    assert check_book(book.store.reader) == []
