"""A departure noted wrongly is taken back whole, and refused while something stands on it (domain.md 1.3, 16.7)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import DAY, DEPOSIT, Firm, start
from tests.services.test_trade_model import figures
from tests.services.trading_kit import last_credit
from tradecrm.core.problems import Refusal
from tradecrm.models import (
    Allocation,
    Earmark,
    GoodsReceipt,
    LedgerEntry,
    Milestone,
    MilestoneChange,
    SalesContract,
    Shipment,
    ShipmentDocument,
)
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.periods import ClosePeriod, close_period
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.data.check import check_book
from tradecrm.services.data.sample.running_example import play_example
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.figures.quantities import gone_quantities
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.allocations import Allocate, Unallocate, allocate, unallocate
from tradecrm.services.money.notes import WriteNote, write_note
from tradecrm.services.money.receipts import RecordReceipt, record_receipt
from tradecrm.services.trade.contracts import MoveContract, move_contract
from tradecrm.services.trade.departure import DepartShipment, SendBlCopy, depart_shipment, send_bl_copy
from tradecrm.services.trade.moving import (
    MoveShipment,
    SaveShippingData,
    TakeStepBack,
    move_shipment,
    save_shipping_data,
    take_step_back,
)
from tradecrm.services.trade.taking_back_departure import TakeDepartureBack, take_departure_back
from tradecrm.services.work import Reader

D = Decimal
WRONG = TODAY - timedelta(days=5)
RIGHT = TODAY - timedelta(days=2)


def stands(reader: Reader) -> dict[str, Any]:
    """Answer all that a departure changes: figures, sums of the ledger, states, days, deposits, what came in."""
    sums = reader.session.execute(
        select(
            LedgerEntry.book, LedgerEntry.category, LedgerEntry.day, func.sum(LedgerEntry.base_amount)
        ).group_by(LedgerEntry.book, LedgerEntry.category, LedgerEntry.day)
    )
    found: dict[str, Any] = {**figures(reader)}
    found["ledger"] = {tuple(row[:3]): D(str(row[3])) for row in sums if D(str(row[3])) != 0}
    for shipment in reader.session.scalars(select(Shipment)):
        kept = {c.key: getattr(shipment, c.key) for c in Shipment.__table__.columns}
        found[f"row {shipment.id}"] = {k: v for k, v in kept.items() if k not in {"updated_at", "version"}}
    for contract in reader.session.scalars(select(SalesContract)):
        found[f"contract {contract.id}"] = (contract.status, dict(gone_quantities(reader, contract.id)))
    found["papers"] = reader.session.execute(
        select(ShipmentDocument.kind, ShipmentDocument.due_on, ShipmentDocument.status).order_by(
            ShipmentDocument.id
        )
    ).all()
    found["days"] = reader.session.execute(
        select(Milestone.shipment_id, Milestone.code, Milestone.actual_on).order_by(Milestone.id)
    ).all()
    found["kept"] = reader.session.scalar(select(func.sum(Earmark.amount)))
    found["came in"] = reader.session.scalar(select(func.count(GoodsReceipt.id)))
    return found


def ready(seat: Seat) -> tuple[Firm, int]:
    firm = start(seat)
    contract = firm.contract(DEPOSIT, effective=False)
    firm.pay(3000, contract)
    seat.perform(move_contract, MoveContract(contract, "effective", DAY))
    shipment = firm.ready(contract, 600)
    firm.move(shipment, "loaded", "declared", day=WRONG)
    return firm, shipment


@pytest.mark.parametrize("event", ["on_board", "invoice", "export"])
def test_all_is_as_before_and_it_departs_again(seat: Seat, book: Book, event: str) -> None:
    """Sections 1.3, 3.1, 3.3: deposit, receivable, goods and days as before, to the cent and on every day."""
    _firm, shipment = ready(seat)
    seat.perform(change_settings, ChangeSettings((("revenue_event", event),)))
    if event == "export":
        seat.perform(save_shipping_data, SaveShippingData(shipment, export_date=WRONG))
    before = seat.ask(stands)
    first = seat.perform(depart_shipment, DepartShipment(shipment, WRONG, "BL1")).value
    seat.perform(send_bl_copy, SendBlCopy(shipment, RIGHT))
    assert seat.ask(stands) != before
    assert seat.perform(take_departure_back, TakeDepartureBack(shipment, "Wrong ship")).value == "declared"
    assert seat.ask(stands) == before
    assert not check_book(book.store.reader)

    def change(reader: Reader) -> list[tuple[date | None, date | None, str]]:
        rows = select(MilestoneChange).join(Milestone).where(Milestone.code == "ATD")
        return [(row.old, row.new, row.reason) for row in reader.session.scalars(rows)]

    assert seat.ask(change) == [(WRONG, None, "Wrong ship")]
    second = seat.perform(depart_shipment, DepartShipment(shipment, RIGHT, "BL2")).value
    assert second != first
    row = seat.ask(stands)[f"row {shipment}"]
    assert (row["departed_on"], row["recognized_on"], row["bl_no"]) == (
        RIGHT,
        WRONG if event == "export" else RIGHT,
        "BL2",
    )
    seat.perform(send_bl_copy, SendBlCopy(shipment, TODAY))
    assert not check_book(book.store.reader)


def test_a_delivery_that_brought_the_revenue_is_taken_back(seat: Seat, book: Book) -> None:
    """Section 1.3, D rules' event: goods are in transit again, then ashore, as before."""
    firm, shipment = ready(seat)
    seat.perform(change_settings, ChangeSettings((("revenue_event", "delivered"),)))
    before = seat.ask(stands)
    seat.perform(depart_shipment, DepartShipment(shipment, WRONG, "BL1"))
    on_the_way = seat.ask(stands)
    firm.move(shipment, "arrived", day=RIGHT)
    arrived = seat.ask(stands)
    firm.move(shipment, "delivered", day=TODAY)
    assert seat.perform(take_departure_back, TakeDepartureBack(shipment, "Not yet")).value == "arrived"
    assert seat.ask(stands) == arrived
    assert "Take that step back first" in firm.refused(take_departure_back, TakeDepartureBack(shipment, "x"))
    seat.perform(take_step_back, TakeStepBack(shipment))
    assert seat.ask(stands) == on_the_way
    seat.perform(take_departure_back, TakeDepartureBack(shipment, "Wrong"))
    assert seat.ask(stands) == before
    assert not check_book(book.store.reader)


def _paid(seat: Seat, firm: Firm, shipment: int, item: int) -> None:
    seat.perform(record_receipt, RecordReceipt(TODAY, firm.customer, firm.account, D(50)))
    seat.perform(allocate, Allocate(item, seat.ask(last_credit), D(50)))


def _noted(seat: Seat, firm: Firm, shipment: int, item: int) -> None:
    seat.perform(write_note, WriteNote("CN", "AR", TODAY, D(10), "Scratches", invoice_id=item))


def _arrived(seat: Seat, firm: Firm, shipment: int, item: int) -> None:
    seat.perform(move_shipment, MoveShipment(shipment, "arrived", TODAY))


def _closed(seat: Seat, firm: Firm, shipment: int, item: int) -> None:
    seat.perform(close_period, ClosePeriod(WRONG, confirmed=True))


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (_paid, "Take that settlement back first"),
        (_noted, "corrects the invoice of"),
        (_arrived, "has arrived. Take that step back first"),
        (_closed, "Reopen that month, or enter the goods as returned"),
    ],
)
def test_it_is_refused_while_something_stands_on_it(seat: Seat, step: Any, words: str) -> None:
    firm, shipment = ready(seat)
    item = int(seat.perform(depart_shipment, DepartShipment(shipment, WRONG, "BL1")).value)
    step(seat, firm, shipment, item)
    before = seat.ask(stands)
    assert words in firm.refused(take_departure_back, TakeDepartureBack(shipment, "Wrong"))
    assert seat.ask(stands) == before


def test_it_wants_a_reason_and_a_departure(seat: Seat) -> None:
    firm, shipment = ready(seat)
    assert "has not left" in firm.refused(take_departure_back, TakeDepartureBack(shipment, "x"))
    seat.perform(depart_shipment, DepartShipment(shipment, WRONG, "BL1"))
    with pytest.raises(Refusal, match="Say why"):
        seat.perform(take_departure_back, TakeDepartureBack(shipment, "  "))


def test_section_2_5_after_departing_again(seat: Seat, book: Book) -> None:
    """T1 shipment 1 with all its bills: refused while paid, then taken back and left again with §2.5's figures."""
    account = seat.perform(open_account, OpenAccount("USD", "BANK", "USD", date(2026, 1, 1))).value
    example = play_example(seat, account)
    key = example.shipment
    before = seat.ask(stands)
    with pytest.raises(Refusal, match="Take that settlement back first"):
        seat.perform(take_departure_back, TakeDepartureBack(key, "Wrong day"))
    assert seat.ask(stands) == before

    def paid(reader: Reader) -> tuple[int, int]:
        row = reader.session.scalars(select(Allocation).order_by(Allocation.id.desc())).first()
        assert row is not None
        return row.id, row.credit_item_id

    allocation, credit = seat.ask(paid)
    seat.perform(unallocate, Unallocate(allocation, date(2026, 6, 12)))
    seat.perform(take_departure_back, TakeDepartureBack(key, "Wrong day"))
    nothing = seat.ask(shipment_profit, key).result
    assert nothing.realized_fx == 0
    assert not check_book(book.store.reader)
    again = DepartShipment(key, date(2026, 5, 20), "BL1")
    invoice = int(seat.perform(depart_shipment, again).value)
    seat.perform(allocate, Allocate(invoice, credit, D(10794)))
    result = seat.ask(shipment_profit, key).result
    assert (result.revenue, result.total_cost) == (D("108680.16"), D("86499.35"))
    assert (result.trading_profit, result.realized_fx) == (D("22180.81"), D("-323.82"))
    assert not check_book(book.store.reader)


def test_a_delivery_on_the_day_of_departure_leaves_the_revenue(seat: Seat, book: Book) -> None:
    """Section 1.3: revenue that came with the departure stays, though the goods were delivered the same day."""
    firm, shipment = ready(seat)
    seat.perform(depart_shipment, DepartShipment(shipment, TODAY, "BL1"))
    firm.move(shipment, "arrived", day=TODAY)
    arrived = seat.ask(stands)
    firm.move(shipment, "delivered", day=TODAY)
    assert seat.perform(take_departure_back, TakeDepartureBack(shipment, "Not yet")).value == "arrived"
    assert seat.ask(stands) == arrived
    assert not check_book(book.store.reader)
