"""Goods come in with the shipment they leave with, bills become costs (domain.md sections 1.3, 2.2, 2.5, 9.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.purchase_kit import (
    TODAY,
    Deal,
    plan_shipment,
    purchase_of,
    put_into_effect,
    sign_deal,
    statuses,
)
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.models import CostLine, GoodsReceipt, Item, PurchaseLine, ShipmentLine
from tradecrm.services.book import Seat
from tradecrm.services.figures.purchased import contract_needs
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.payments import RecordPayment, record_payment
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import Share
from tradecrm.services.trade.closing import closing_gaps
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.purchase_bills import BillPurchase, bill_purchase
from tradecrm.services.trade.purchase_moves import MovePurchase, move_purchase
from tradecrm.services.trade.purchase_receipts import ReceiveGoods, receive_goods
from tradecrm.services.trade.purchase_split import SplitContract, split_contract
from tradecrm.services.trade.shipment_purchases import AddPurchases, add_purchases
from tradecrm.services.trade.taking_back_departure import TakeDepartureBack, take_departure_back
from tradecrm.services.work import Reader

D = Decimal
DAY = date(2026, 4, 10)
ABOARD = date(2026, 5, 20)


def buy(seat: Seat) -> tuple[Deal, int, int]:
    """Sign T1, put it into effect, split it, and send both purchase contracts on 10 April."""
    deal = sign_deal(seat)
    put_into_effect(seat, deal)
    seat.perform(save_rate, SaveRate(RateType.MID, "USD", ABOARD, "7.06"))
    lantern, kit = seat.perform(split_contract, SplitContract(deal.contract, DAY)).value
    for purchase in (lantern, kit):
        seat.perform(move_purchase, MovePurchase(purchase, "submit"))
        seat.perform(move_purchase, MovePurchase(purchase, "send"))
    return deal, lantern, kit


def depart(seat: Seat, shipment: int) -> None:
    seat.perform(depart_shipment, DepartShipment(shipment, ABOARD, "OOLU1"))


def costs(reader: Reader, shipment: int) -> list[tuple[Decimal, Decimal, Decimal | None, str, str]]:
    rows = reader.session.scalars(
        select(CostLine).where(CostLine.shipment_id == shipment).order_by(CostLine.id)
    )
    return [(row.amount, row.rebate, row.quantity, row.status, row.bill_number) for row in rows]


def receipts(reader: Reader) -> list[tuple[date, Decimal, Decimal, bool]]:
    rows = reader.session.scalars(select(GoodsReceipt).order_by(GoodsReceipt.id))
    return [(row.day, row.quantity, row.value, row.shipment_line_id is not None) for row in rows]


def first_line(reader: Reader, purchase: int) -> int:
    found = reader.session.scalars(
        select(PurchaseLine.id).where(PurchaseLine.purchase_id == purchase).order_by(PurchaseLine.position)
    )
    return found.first() or 0


def goods_lines(reader: Reader, shipment: int) -> list[int]:
    statement = select(ShipmentLine.id).where(ShipmentLine.shipment_id == shipment)
    return list(reader.session.scalars(statement.order_by(ShipmentLine.position)))


def invoiced(reader: Reader, purchase: int) -> Decimal:
    line = reader.session.get_one(PurchaseLine, first_line(reader, purchase))
    return line.invoiced


def payables(reader: Reader) -> list[tuple[str, Decimal, Decimal]]:
    rows = reader.session.scalars(select(Item).where(Item.side == "AP").order_by(Item.id))
    return [(row.number, row.amount, row.open_amount) for row in rows]


def test_estimated_purchases_come_from_the_purchase_contracts(seat: Seat) -> None:
    """Section 2.5: 47,460.00 with rebate 5,460.00, and 500 x 72.32 = 36,160.00 with rebate 2,880.00."""
    deal, lantern, _kit = buy(seat)
    shipment = plan_shipment(seat, deal)
    assert seat.perform(add_purchases, AddPurchases(shipment)).value == 2
    assert seat.ask(costs, shipment) == [
        (D("47460.00"), D("5460.00"), D(1200), "estimated", ""),
        (D("36160.00"), D("2880.00"), D(500), "estimated", ""),
    ]
    assert seat.perform(add_purchases, AddPurchases(shipment)).value == 0
    assert seat.ask(purchase_of, lantern).status == "sent"


def test_a_price_of_the_factory_replaces_the_drafted_one(seat: Seat) -> None:
    """What was drafted from the sold line is drawn from the contract once the factory has it."""
    deal = sign_deal(seat)
    put_into_effect(seat, deal)
    shipment = plan_shipment(seat, deal, kits="0")
    seat.perform(add_purchases, AddPurchases(shipment))
    (lantern, _kit) = seat.perform(split_contract, SplitContract(deal.contract, DAY)).value
    seat.perform(move_purchase, MovePurchase(lantern, "submit"))
    seat.perform(move_purchase, MovePurchase(lantern, "send"))
    assert seat.ask(linked, shipment) == [lantern]
    assert seat.perform(move_purchase, MovePurchase(lantern, "cancel")).value == "canceled"
    assert seat.ask(linked, shipment) == [None]
    assert seat.ask(costs, shipment)[0][0] == D("47460.00")


def linked(reader: Reader, shipment: int) -> list[int | None]:
    rows = reader.session.execute(
        select(PurchaseLine.purchase_id)
        .select_from(CostLine)
        .outerjoin(PurchaseLine, PurchaseLine.id == CostLine.purchase_line_id)
        .where(CostLine.shipment_id == shipment)
    )
    return [row[0] for row in rows]


def test_goods_come_in_on_the_day_they_leave(seat: Seat) -> None:
    """Section 9.1: direct shipment is receipt and issue on the same day, at the VAT-exclusive value."""
    deal, lantern, kit = buy(seat)
    shipment = plan_shipment(seat, deal)
    depart(seat, shipment)
    assert seat.ask(receipts) == [
        (ABOARD, D(1200), D("42000.00"), True),
        (ABOARD, D(500), D("32000.00"), True),
    ]
    assert seat.ask(statuses) == {lantern: "received", kit: "partly_received"}
    needs = seat.ask(contract_needs, deal.contract)
    assert [(need.open, need.coming, need.to_buy) for need in needs.values()] == [
        (D(0), D(0), D(0)),
        (D(300), D(300), D(0)),
    ]


def test_the_rest_of_the_goods_closes_the_receipt_to_the_cent(seat: Seat) -> None:
    """Values of partial receipts add up to the line: 32,000.00 and 19,200.00 make 51,200.00."""
    deal, _lantern, kit = buy(seat)
    depart(seat, plan_shipment(seat, deal))
    depart(seat, plan_shipment(seat, deal, lanterns="0", kits="300"))
    assert [row[2] for row in seat.ask(receipts)] == [D("42000.00"), D("32000.00"), D("19200.00")]
    assert seat.ask(statuses)[kit] == "received"


def test_more_than_ordered_is_refused(seat: Seat) -> None:
    deal, lantern, _kit = buy(seat)
    line = seat.ask(first_line, lantern)
    seat.perform(receive_goods, ReceiveGoods(line, D(700), DAY))
    assert seat.ask(statuses)[lantern] == "partly_received"
    with pytest.raises(Refusal, match="line 1: 501 pcs came in, but only 500 are still to come"):
        seat.perform(receive_goods, ReceiveGoods(line, D(501), DAY))
    assert len(seat.ask(receipts)) == 1
    assert seat.ask(contract_needs, deal.contract)[deal.lantern_line].received == 700
    seat.perform(receive_goods, ReceiveGoods(line, D(500), DAY))
    assert seat.ask(statuses)[lantern] == "received"


def test_goods_that_came_in_before_are_not_received_again_with_the_shipment(seat: Seat) -> None:
    """Section 1.4: goods already received for the line are not bought or received twice."""
    deal, lantern, _kit = buy(seat)
    seat.perform(receive_goods, ReceiveGoods(seat.ask(first_line, lantern), D(1200), DAY))
    depart(seat, plan_shipment(seat, deal, kits="0"))
    assert seat.ask(receipts) == [(DAY, D(1200), D("42000.00"), False)]


def test_a_receipt_says_what_is_wrong_with_it(seat: Seat) -> None:
    deal = sign_deal(seat)
    put_into_effect(seat, deal)
    lantern, kit = seat.perform(split_contract, SplitContract(deal.contract, DAY)).value
    line = seat.ask(first_line, lantern)
    with pytest.raises(Refusal, match="goods come in once the contract is sent to the factory"):
        seat.perform(receive_goods, ReceiveGoods(line, D(1), DAY))
    for step in ("submit", "send"):
        seat.perform(move_purchase, MovePurchase(lantern, step))
    with pytest.raises(Refusal, match="cannot be dated after today"):
        seat.perform(receive_goods, ReceiveGoods(line, D(1), date(2026, 6, 16)))
    with pytest.raises(Refusal, match="before the contract was made"):
        seat.perform(receive_goods, ReceiveGoods(line, D(1), date(2026, 4, 9)))
    with pytest.raises(Refusal, match="must be above zero"):
        seat.perform(receive_goods, ReceiveGoods(line, D(0), DAY))
    shipment = plan_shipment(seat, deal)
    lanterns, kits = seat.ask(goods_lines, shipment)
    with pytest.raises(Refusal, match="carries other goods than this line was bought for"):
        seat.perform(receive_goods, ReceiveGoods(line, D(1), DAY, kits))
    with pytest.raises(Refusal, match="come in on the day SH-2605-0001 leaves"):
        seat.perform(receive_goods, ReceiveGoods(line, D(1), DAY, lanterns))
    assert seat.ask(receipts) == []
    assert seat.ask(statuses) == {lantern: "sent", kit: "draft"}


def test_the_rest_may_not_come(seat: Seat) -> None:
    _deal, lantern, _kit = buy(seat)
    line = seat.ask(first_line, lantern)
    seat.perform(receive_goods, ReceiveGoods(line, D(1190), DAY, final=True))
    assert seat.ask(statuses)[lantern] == "received"


def test_goods_without_a_bill_or_a_cost_do_not_close_a_shipment(seat: Seat) -> None:
    """Section 1.8: the result would stand without what the goods cost; a bill, or a drafted cost, is asked for."""
    deal, lantern, _kit = buy(seat)
    shipment = plan_shipment(seat, deal)
    depart(seat, shipment)

    def missing() -> list[str]:
        return [gap for gap in seat.ask(closing_gaps, shipment) if "factory's bill" in gap]

    words = "The factory's bill is missing for {}; enter it from the purchase contract."
    assert missing() == [words.format("Solar garden lantern, Garden tool kit")]
    seat.perform(bill_purchase, BillPurchase(lantern, shipment, ABOARD, "8801"))
    assert missing() == [], "a bill drafts what the other goods cost, and that waits for its own bill"


def test_a_bill_becomes_one_payable_and_the_cost_of_the_shipment(seat: Seat) -> None:
    """Section 2.2: P 47,460 at 13/13 gives rebate 5,460.00; nothing of it is typed twice."""
    deal, lantern, kit = buy(seat)
    shipment = plan_shipment(seat, deal)
    seat.perform(bill_purchase, BillPurchase(lantern, shipment, date(2026, 5, 18), "8801"))
    assert seat.ask(payables) == [("8801", D("47460.00"), D("47460.00"))]
    assert seat.ask(costs, shipment)[0] == (D("47460.00"), D("5460.00"), D(1200), "invoiced", "8801")
    assert seat.ask(invoiced, lantern) == 1200
    assert seat.ask(statuses)[lantern] == "sent"
    depart(seat, shipment)
    assert seat.ask(statuses) == {lantern: "invoiced", kit: "partly_received"}
    with pytest.raises(Refusal, match="belongs to a contract that was sent"):
        seat.perform(bill_purchase, BillPurchase(lantern, shipment, date(2026, 5, 18)))
    assert len(seat.ask(payables)) == 1


def test_the_printed_net_wins_and_another_amount_is_laid_over_the_costs(seat: Seat) -> None:
    """Section 2.2: if the special VAT invoice is entered, its printed E wins: 32,000.01 x 9 % = 2,880.00."""
    deal, _lantern, kit = buy(seat)
    shipment = plan_shipment(seat, deal)
    bill = BillPurchase(kit, shipment, date(2026, 5, 18), "77", D("36170.00"), D("32008.86"))
    seat.perform(bill_purchase, bill)
    found = [row for row in seat.ask(costs, shipment) if row[4] == "77"]
    assert found == [(D("36170.00"), D("2880.80"), D(500), "invoiced", "77")]


def test_a_contract_with_receipts_or_bills_is_not_canceled(seat: Seat) -> None:
    """Section 1.3: canceled only without receipts and bills."""
    deal, lantern, kit = buy(seat)
    seat.perform(receive_goods, ReceiveGoods(seat.ask(first_line, lantern), D(1), DAY))
    with pytest.raises(Refusal):
        seat.perform(move_purchase, MovePurchase(lantern, "cancel"))
    seat.perform(bill_purchase, BillPurchase(kit, plan_shipment(seat, deal), date(2026, 5, 18)))
    with pytest.raises(Refusal, match="cannot be canceled: the factory has billed it"):
        seat.perform(move_purchase, MovePurchase(kit, "cancel"))
    assert seat.ask(statuses) == {lantern: "partly_received", kit: "sent"}


def test_invoiced_and_closed_ask_for_the_bills_and_the_money(seat: Seat) -> None:
    """Section 1.3: Received, Invoiced, Closed."""
    deal, lantern, _kit = buy(seat)
    shipment = plan_shipment(seat, deal)
    depart(seat, shipment)
    with pytest.raises(Refusal, match="1,200 pcs came in, 0 are billed"):
        seat.perform(move_purchase, MovePurchase(lantern, "invoice"))
    item = seat.perform(bill_purchase, BillPurchase(lantern, shipment, ABOARD, "8801")).value
    assert seat.ask(statuses)[lantern] == "invoiced"
    with pytest.raises(Refusal, match=r"47,460\.00 of bill 8801 are unpaid"):
        seat.perform(move_purchase, MovePurchase(lantern, "close"))
    account = seat.perform(
        open_account, OpenAccount("CNY", "BANK", "CNY", date(2026, 1, 1), D(500_000))
    ).value
    paid = RecordPayment(
        TODAY, deal.lantern_factory, account, D("47460.00"), allocations=(Share(item, D("47460.00")),)
    )
    seat.perform(record_payment, paid)
    assert seat.perform(move_purchase, MovePurchase(lantern, "close")).value == "closed"
    assert seat.ask(costs, shipment)[0][3] == "paid"


def test_a_bill_says_what_is_wrong_with_it(seat: Seat) -> None:
    deal, lantern, _kit = buy(seat)
    shipment = plan_shipment(seat, deal, lanterns="0")
    with pytest.raises(Refusal, match="Nothing of PC-2604-0001 is unbilled on SH-2605-0001"):
        seat.perform(bill_purchase, BillPurchase(lantern, shipment, ABOARD))
    other = plan_shipment(seat, deal, kits="0")
    with pytest.raises(Refusal, match="cannot be dated after today"):
        seat.perform(bill_purchase, BillPurchase(lantern, other, date(2026, 6, 16)))
    with pytest.raises(Refusal, match="must be above zero and fit CNY"):
        seat.perform(bill_purchase, BillPurchase(lantern, other, ABOARD, amount=D("1.001")))
    assert seat.ask(payables) == []
    assert seat.ask(invoiced, lantern) == 0


def test_goods_that_did_not_leave_did_not_come_in(seat: Seat) -> None:
    """Section 9.1: taken back with the departure, the purchases stand where they stood, each as far as it was."""
    deal, lantern, kit = buy(seat)
    for purchase, steps in ((lantern, ("confirm", "produce")), (kit, ("confirm",))):
        for step in steps:
            seat.perform(move_purchase, MovePurchase(purchase, step))
    seat.perform(receive_goods, ReceiveGoods(seat.ask(first_line, kit), D(100), DAY))
    standing = seat.ask(statuses)
    assert standing == {lantern: "in_production", kit: "partly_received"}
    shipment = plan_shipment(seat, deal)
    depart(seat, shipment)
    came = seat.ask(receipts)
    seat.perform(take_departure_back, TakeDepartureBack(shipment, "Other ship"))
    assert seat.ask(statuses) == standing
    assert seat.ask(receipts) == [(DAY, D(100), came[0][2], False)]
    depart(seat, shipment)
    assert sorted(seat.ask(receipts)) == sorted(came)
