"""When a rebate is booked: estimated with the revenue, adjusted by what comes later (domain.md 1.8, 2.2, 16.12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import DAY, OPEN_ACCOUNT, Firm, start
from tradecrm.core.clock import FixedClock
from tradecrm.models import CostLine, LedgerEntry
from tradecrm.services.book import Book, Seat
from tradecrm.services.claims.rebate_ends import GiveUpRebate, TaxExport, give_up_rebate, tax_export
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.payment_plan import payment_plan
from tradecrm.services.figures.plan_rows import PlanOptions
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.notes import WriteNote, write_note
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.shipment_purchases import AddPurchases, add_purchases
from tradecrm.services.work import Reader

D = Decimal
LEFT = TODAY - timedelta(days=20)


@dataclass(frozen=True)
class Scene:
    """The lanterns of T1: 1,200 at 39.55 with VAT 13 % make P 47,460.00 and a rebate of 5,460.00."""

    firm: Firm
    shipment: int
    factory: int

    def booked(self) -> list[tuple[date, Decimal]]:
        """Answer what was booked as rebate of the shipment, by day."""
        return self.firm.seat.ask(_booked, self.shipment)

    def purchase(self) -> int:
        """Answer the purchase of the lanterns."""
        return self.firm.seat.ask(_purchase, self.shipment)

    def bill(self, day: date, amount: str | None = None, net: str | None = None) -> int:
        """Enter the factory's bill."""
        command = BillCost(self.purchase(), day, "F-1", amount and D(amount), net_amount=net and D(net))  # type: ignore[arg-type]
        return self.firm.seat.perform(bill_cost, command).value


def _booked(reader: Reader, shipment: int) -> list[tuple[date, Decimal]]:
    query = (
        select(LedgerEntry.day, func.sum(LedgerEntry.base_amount))
        .where(LedgerEntry.book == "REBATE", LedgerEntry.shipment_id == shipment)
        .group_by(LedgerEntry.day)
        .order_by(LedgerEntry.day)
    )
    return [(day, amount) for day, amount in reader.session.execute(query)]


def _ledger(reader: Reader) -> dict[str, Decimal]:
    """Answer what stands in the ledger as cost and as goods in transit."""
    query = (
        select(LedgerEntry.book, func.sum(LedgerEntry.base_amount))
        .where(LedgerEntry.book.in_(("COST", "TRANSIT")))
        .group_by(LedgerEntry.book)
    )
    return dict(reader.session.execute(query).all())


def _purchase(reader: Reader, shipment: int) -> int:
    query = select(CostLine.id).where(CostLine.shipment_id == shipment, CostLine.category == "PUR")
    return reader.session.scalars(query).one()


@pytest.fixture(params=["FOB"])
def scene(seat: Seat, request: pytest.FixtureRequest) -> Scene:
    """Sell the lanterns, buy them from a factory, bring them to the point of loading."""
    firm = start(seat)
    factory = seat.perform(
        save_party, SaveParty(name="宁波明灯厂", is_customer=False, is_supplier=True)
    ).value
    line = ContractLineDraft(
        None, "Lantern", D(1200), D("6.85"), cost=D("39.55"), vat_rate=D("0.13"), rebate_rate=D("0.13"),
        supplier_id=factory,
    )  # fmt: skip
    command = SaveContract(
        firm.customer, DAY, "USD", request.param, "Ningbo", OPEN_ACCOUNT, (line,), port_of_loading="Ningbo"
    )
    contract = seat.perform(save_contract, command).value
    for step in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(contract, step, DAY))
    shipment = firm.ready(contract)
    seat.perform(add_purchases, AddPurchases(shipment))
    firm.move(shipment, "loaded", "declared", day=LEFT)
    return Scene(firm, shipment, factory)


def test_the_estimate_is_booked_with_the_revenue_and_the_bill_adjusts_it(scene: Scene, book: Book) -> None:
    """round(47,460 x 13 % / 1.13) = 5,460.00 on board; the bill says 49,720.00, E 44,000.00: 5,720.00."""
    assert scene.booked() == []
    scene.firm.depart(scene.shipment, LEFT)
    assert scene.booked() == [(LEFT, D("5460.00"))]
    assert check_book(book.store.reader) == []
    plan = scene.firm.seat.ask(payment_plan, PlanOptions(TODAY + timedelta(days=30)))
    assert [(row.amount, row.expected.day) for row in plan if row.kind == "rebate"] == [(D("5460.00"), None)]
    bill = scene.bill(TODAY, "49720.00")
    assert scene.booked() == [(LEFT, D("5460.00")), (TODAY, D("260.00"))]
    assert scene.firm.seat.ask(shipment_profit, scene.shipment).result.total_cost == D("44000.00")
    note = WriteNote("CN", "AP", TODAY, D("1130.00"), "short", invoice_id=bill)
    scene.firm.seat.perform(write_note, note)
    assert scene.booked()[1:] == [(TODAY, D("130.00"))]  # 260.00 less 13 % of 1,000.00
    assert check_book(book.store.reader) == []


def test_a_bill_before_the_revenue_books_no_rebate_and_its_printed_e_is_what_the_revenue_books(
    scene: Scene, book: Book
) -> None:
    scene.bill(LEFT - timedelta(days=3), net="42000.10")
    assert scene.booked() == []
    assert check_book(book.store.reader) == []
    scene.firm.depart(scene.shipment, LEFT)
    assert scene.booked() == [(LEFT, D("5460.01"))]  # round(42,000.10 x 13 %)
    assert check_book(book.store.reader) == []


def test_a_purchase_known_after_the_revenue_books_its_rebate_when_it_is_known(scene: Scene) -> None:
    scene.firm.depart(scene.shipment, LEFT)
    more = SaveCost(
        scene.shipment, "PUR", "CNY", D("1130.00"), rate=D(1), vat_rate=D("0.13"), rebate_rate=D("0.09"),
        description="Spare parts",
    )  # fmt: skip
    scene.firm.seat.perform(save_cost, more)
    assert scene.booked() == [(LEFT, D("5460.00")), (TODAY, D("90.00"))]


@pytest.mark.parametrize("scene", ["DAP"], indirect=True)
def test_under_a_d_rule_the_rebate_waits_for_the_delivery(scene: Scene, book: Book) -> None:
    """Section 1.3: DAP recognizes at Delivered."""
    scene.firm.depart(scene.shipment, LEFT)
    assert scene.booked() == []
    refused = scene.firm.refused(give_up_rebate, GiveUpRebate(scene.shipment, TODAY, "no invoice"))
    assert "booked with its revenue" in refused
    scene.firm.move(scene.shipment, "arrived", "delivered")
    assert scene.booked() == [(TODAY, D("5460.00"))]
    assert check_book(book.store.reader) == []


@pytest.mark.parametrize("scene", ["DAP"], indirect=True)
def test_goods_on_their_way_are_no_cost_until_they_are_delivered(scene: Scene, book: Book) -> None:
    """Section 1.3: goods billed at 47,460.00 are in transit from departure, and a note on the way changes them."""
    bill = scene.bill(LEFT - timedelta(days=3))
    assert scene.firm.seat.ask(_ledger) == {"COST": D("47460.00")}
    profit = scene.firm.seat.ask(shipment_profit, scene.shipment).result.total_cost
    scene.firm.depart(scene.shipment, LEFT)
    assert scene.firm.seat.ask(_ledger) == {"COST": D(0), "TRANSIT": D("47460.00")}
    assert scene.firm.seat.ask(shipment_profit, scene.shipment).result.total_cost == profit
    note = WriteNote("CN", "AP", TODAY, D("1130.00"), "short", invoice_id=bill)
    scene.firm.seat.perform(write_note, note)
    assert scene.firm.seat.ask(_ledger) == {"COST": D(0), "TRANSIT": D("46330.00")}
    assert check_book(book.store.reader) == []
    scene.firm.move(scene.shipment, "arrived", "delivered")
    # 46,330.00 less its rebate, 46,330 x 13 % / 1.13 = 5,330.00
    assert scene.firm.seat.ask(_ledger) == {"COST": D("41000.00"), "TRANSIT": D(0)}
    assert check_book(book.store.reader) == []


@pytest.mark.parametrize("scene", ["DAP"], indirect=True)
def test_a_bill_that_comes_on_the_way_joins_the_goods_in_transit(scene: Scene, book: Book) -> None:
    scene.firm.depart(scene.shipment, LEFT)
    assert scene.firm.seat.ask(_ledger) == {}
    scene.bill(LEFT + timedelta(days=2))
    assert scene.firm.seat.ask(_ledger) == {"COST": D(0), "TRANSIT": D("47460.00")}
    _say(book, "UPDATE shipment SET recognized_on = departed_on")
    faults = [fault.sentence for fault in check_book(book.store.reader)]
    assert any("goods in transit for 47,460.00" in each for each in faults), faults


def test_a_shipment_of_an_earlier_version_comes_right_at_its_next_event(scene: Scene, book: Book) -> None:
    """What left without its rebate is in order to the check, and the bill books all of it."""
    _say(book, "UPDATE cost_line SET rebate = 0")
    scene.firm.depart(scene.shipment, LEFT)
    _say(book, "UPDATE cost_line SET rebate = 54600000")
    assert scene.booked() == []
    assert check_book(book.store.reader) == []
    scene.bill(TODAY)
    assert scene.booked() == [(TODAY, D("5460.00"))]
    assert check_book(book.store.reader) == []
    _say(book, "UPDATE cost_line SET rebate = 54610000")
    faults = [fault.sentence for fault in check_book(book.store.reader)]
    assert any("its purchases and claims make 5,461.00" in each for each in faults), faults


def test_a_rebate_given_up_and_then_taxed_costs_once(scene: Scene, book: Book) -> None:
    """Sections 2.2 and 2.11: input VAT 5,460.00 is credited, the correction of giving up is taken back."""
    scene.firm.depart(scene.shipment, LEFT)
    scene.bill(TODAY)
    before = scene.firm.seat.ask(shipment_profit, scene.shipment).result.trading_profit
    scene.firm.seat.perform(give_up_rebate, GiveUpRebate(scene.shipment, TODAY, "no invoice"))
    day = date(2029, 6, 20)
    later = Book(book.store, FixedClock.on(day)).seat()
    output = later.perform(tax_export, TaxExport(scene.shipment, day)).value
    assert later.ask(shipment_profit, scene.shipment).result.trading_profit == before - output
    assert sum(amount for _day, amount in scene.booked()) == D("5460.00")
    assert check_book(book.store.reader) == []


def _say(book: Book, statement: str) -> None:
    """Change the book behind the program."""
    with book.store.writer.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount
