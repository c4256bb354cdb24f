"""Shipments of one container, one for each currency of its invoices (domain.md sections 1.10, 2.6 and 16.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import DAY, Firm, start
from tests.services.test_taking_back_departure import stands
from tradecrm.core.rates import RateType
from tradecrm.models import ContractLine, CostLine, Shipment
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.figures.joint_profit import joint_profit, joint_shipments
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.joint import (
    JoinShipments,
    PartShipment,
    ShareCost,
    join_shipments,
    part_shipment,
    share_cost,
)
from tradecrm.services.trade.paper_shipment import shipment_facts
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.trade.taking_back_departure import TakeDepartureBack, take_departure_back
from tradecrm.services.work import Reader

D = Decimal


@dataclass(frozen=True)
class Container:
    """A firm with goods of a dollar and a euro contract planned into one container."""

    firm: Firm
    usd: int
    eur: int


@pytest.fixture
def container(seat: Seat) -> Container:
    firm = start(seat)
    seat.perform(save_rate, SaveRate(RateType.BUDGET, "EUR", date(TODAY.year, 1, 1), "8", "firm"))
    seat.perform(save_rate, SaveRate(RateType.MID, "EUR", TODAY, "8", "bank"))
    euro = SaveContract(
        firm.customer, DAY, "EUR", "FOB", "Ningbo", "OA;P100@BL+30D", (ContractLineDraft(None, "Vase", D(500), D(10)),)
    )  # fmt: skip
    second = int(seat.perform(save_contract, euro).value)
    for target in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(second, target, DAY))
    first = firm.contract()
    goods = tuple(ShipmentLineDraft(*seat.ask(goods_of, each)) for each in (first, second))
    done = seat.perform(save_shipment, SaveShipment(DAY, goods, vessel="EVER GIVEN"))
    assert "one currency" in done.warnings[-1]
    usd, eur = seat.ask(
        lambda reader: [(each.id, each.currency) for each in joint_shipments(reader, done.value)]
    )
    assert (usd, eur[1]) == ((done.value, "USD"), "EUR")
    return Container(firm, usd[0], eur[0])


def goods_of(reader: Reader, contract: int) -> tuple[int, Decimal]:
    line = reader.session.scalars(select(ContractLine).where(ContractLine.contract_id == contract)).one()
    return line.id, line.quantity


def members(seat: Seat, shipment: int) -> list[int]:
    return seat.ask(lambda reader: [each.id for each in joint_shipments(reader, shipment)])


def costs(seat: Seat, shipment: int) -> list[tuple[str, Decimal, Decimal]]:
    query = select(CostLine.category, CostLine.amount, CostLine.base_amount).where(
        CostLine.shipment_id == shipment
    )
    return seat.ask(
        lambda reader: [
            (row[0], row[1], row[2]) for row in reader.session.execute(query.order_by(CostLine.id))
        ]
    )


def test_goods_in_two_currencies_get_an_invoice_each_and_one_result(container: Container) -> None:
    """K 61,000.99 by 70,000 : 40,000 of revenue is 38,818.81 and 22,182.18; N is USD 9,300.00 and EUR 4,650.00."""
    firm, usd, eur = container.firm, container.usd, container.eur
    seat = firm.seat
    for shipment, price in ((usd, 45_200), (eur, 22_600)):
        seat.perform(
            save_cost,
            SaveCost(shipment, "PUR", "CNY", D(price), vat_rate=D("0.13"), rebate_rate=D("0.13")),
        )
    freight = seat.perform(save_cost, SaveCost(usd, "FRT", "USD", D(1100))).value
    assert seat.perform(share_cost, ShareCost(freight, "value")).value == 2
    haulage = seat.perform(save_cost, SaveCost(eur, "INL", "CNY", D("1000.99"))).value
    seat.perform(share_cost, ShareCost(haulage, "equal"))
    assert costs(seat, usd)[1:] == [("FRT", D(700), D(4900)), ("INL", D("500.50"), D("500.50"))]
    assert costs(seat, eur)[1:] == [("FRT", D(400), D(2800)), ("INL", D("500.49"), D("500.49"))]
    for shipment in (usd, eur):
        firm.move(shipment, "booked", "cargo_ready", "loaded", "declared")
        firm.depart(shipment)
    papers = [seat.ask(shipment_facts, each) for each in (usd, eur)]
    assert [(each.currency, each.total, len(each.lines), each.vessel) for each in papers] == [
        ("USD", D(10_000), 1, "EVER GIVEN"),
        ("EUR", D(5_000), 1, "EVER GIVEN"),
    ]
    assert papers[0].invoice_number != papers[1].invoice_number
    found = seat.ask(joint_profit, eur)
    assert (found.revenue, found.cost, found.profit) == (D(110_000), D("68700.99"), D("41299.01"))
    assert [
        (each.currency, each.net_income, each.export_cost, each.cost_per_unit) for each in found.groups
    ] == [
        ("USD", D(9300), D("38818.81"), D("4.1741")),
        ("EUR", D(4650), D("22182.18"), D("4.7704")),
    ]


def test_a_cost_that_cannot_be_shared_stays_as_it_is(container: Container) -> None:
    firm, usd = container.firm, container.usd
    seat = firm.seat
    freight = seat.perform(save_cost, SaveCost(usd, "FRT", "USD", D(1100))).value
    assert "nothing to share" in firm.refused(share_cost, ShareCost(freight, "volume"))
    assert "Choose what" in firm.refused(share_cost, ShareCost(freight, "manual"))
    bought = SaveCost(usd, "PUR", "CNY", D(100), vat_rate=D("0.13"), rebate_rate=D("0.13"))
    purchase = seat.perform(save_cost, bought).value
    assert "certain goods" in firm.refused(share_cost, ShareCost(purchase, "equal"))
    payee = seat.perform(save_party, SaveParty(name="Haven", country="CN", is_service=True)).value
    billed = seat.perform(save_cost, SaveCost(usd, "PRT", "CNY", D(90), party_id=payee)).value
    seat.perform(bill_cost, BillCost(billed, TODAY))
    assert "has its bill" in firm.refused(share_cost, ShareCost(billed, "equal"))
    assert [row[1] for row in costs(seat, usd)] == [D(1100), D(100), D(90)]
    assert costs(seat, container.eur) == []
    seat.perform(part_shipment, PartShipment(usd))
    assert "with no other" in firm.refused(share_cost, ShareCost(freight, "equal"))


def test_shipments_are_joined_and_parted(container: Container) -> None:
    firm, usd, eur = container.firm, container.usd, container.eur
    seat = firm.seat
    third = firm.shipment(firm.contract())
    assert seat.perform(join_shipments, JoinShipments(usd, third)).value == 3
    assert members(seat, third) == [usd, eur, third]
    assert seat.ask(lambda reader: reader.get(Shipment, third, "").vessel) == "EVER GIVEN"
    assert "already" in firm.refused(join_shipments, JoinShipments(third, eur))
    assert "already" in firm.refused(join_shipments, JoinShipments(third, third))
    seat.perform(part_shipment, PartShipment(usd))
    assert (members(seat, usd), members(seat, eur)) == ([usd], [eur, third])
    seat.perform(part_shipment, PartShipment(third))
    assert members(seat, eur) == [eur]
    assert "with no other" in firm.refused(part_shipment, PartShipment(eur))
    firm.move(third, "void")
    assert "is void" in firm.refused(join_shipments, JoinShipments(usd, third))
    stranger = seat.perform(save_party, SaveParty(name="Bremer KG", country="DE")).value
    other = Firm(seat, stranger, firm.account)
    foreign = other.shipment(other.contract())
    assert "different customers" in firm.refused(join_shipments, JoinShipments(usd, foreign))
    assert members(seat, usd) == [usd]


def test_a_shipment_that_is_edited_takes_no_goods_of_another_invoice(container: Container) -> None:
    """Section 1.10: one invoice, one currency, one customer; a refused edit leaves the shipment as it was."""
    firm, usd, eur = container.firm, container.usd, container.eur
    seat = firm.seat
    before = seat.ask(shipment_facts, usd)
    extra = firm.contract()
    theirs, number = seat.ask(goods_of, extra)
    line = ShipmentLineDraft(theirs, number)
    version = seat.ask(lambda reader: reader.get(Shipment, eur, "").version)
    said = firm.refused(
        save_shipment, SaveShipment(DAY + timedelta(days=1), (line,), id=eur, version=version)
    )
    assert "needs an invoice of its own" in said
    stranger = seat.perform(save_party, SaveParty(name="Bremer KG", country="DE")).value
    other = ShipmentLineDraft(*seat.ask(goods_of, Firm(seat, stranger, firm.account).contract()))
    version = seat.ask(lambda reader: reader.get(Shipment, usd, "").version)
    said = firm.refused(save_shipment, SaveShipment(DAY, (other,), id=usd, version=version))
    assert "another customer" in said
    assert "another customer" in firm.refused(save_shipment, SaveShipment(DAY, (line, other)))
    assert seat.ask(shipment_facts, usd) == before


def test_each_of_the_container_comes_ashore_by_itself(container: Container) -> None:
    """Section 1.3: a departure noted too early is taken back for one invoice, then for both."""
    seat, firm = container.firm.seat, container.firm
    for shipment in (container.usd, container.eur):
        firm.move(shipment, "booked", "cargo_ready", "loaded", "declared")
    before = seat.ask(stands)
    firm.depart(container.usd)
    one = seat.ask(stands)
    firm.depart(container.eur)
    seat.perform(take_departure_back, TakeDepartureBack(container.eur, "Other ship"))
    assert seat.ask(stands) == one
    seat.perform(take_departure_back, TakeDepartureBack(container.usd, "Other ship"))
    assert seat.ask(stands) == before
