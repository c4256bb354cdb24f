"""The deal of T1 (domain.md section 1.9): its papers, how far its goods are, and the process map."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.example_kit import t1
from tradecrm.core.errors import NotFound
from tradecrm.models import ContractLine, SalesContract
from tradecrm.screens.trade.deal import event_words
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.data.sample.running_example import Example
from tradecrm.services.trade.deal import deal
from tradecrm.services.trade.deal_steps import StepState, deal_steps
from tradecrm.services.work import Work, operation

D = Decimal


@pytest.fixture
def example(seat: Seat) -> Example:
    return t1(seat)


def test_section_1_9_goods_are_shipped_planned_and_open(seat: Seat, example: Example) -> None:
    found = seat.ask(deal, example.contract)
    assert [(line.ordered, line.shipped, line.planned, line.open_quantity) for line in found.lines] == [
        (D(1200), D(1200), D(0), D(0)),
        (D(800), D(500), D(300), D(300)),
    ]


def test_every_paper_of_the_chain_is_there_and_opens(seat: Seat, example: Example) -> None:
    found = seat.ask(deal, example.contract)
    assert [paper.number for paper in found.of("sales_contract", "shipment")] == [
        "SC-26001",
        "SH-26001",
        "SH-26002",
    ]
    invoice = found.of("receivable")[0]
    assert (invoice.amount, invoice.open_amount, invoice.status) == (D(15420), D(0), "paid")
    assert all(paper.link is not None for paper in found.papers)
    assert {event.number for event in found.history} >= {"SC-26001", "SH-26001"}
    done = [event_words(event) for event in found.history if event.number == "SC-26001"]
    assert (done[-1], {"Signed", "Effective"} <= set(done)) == ("Entered", True)


def test_map_says_where_each_step_stands(seat: Seat, example: Example) -> None:
    steps = {step.key: step for step in deal_steps(seat.ask(deal, example.contract))}
    assert steps["inquiry"].state is StepState.SKIPPED
    assert steps["sales_contract"].state is StepState.DONE
    assert (steps["deposit"].state, steps["deposit"].words) == (StepState.DONE, "5,922.00 of 5,922.00")
    assert (steps["shipment"].state, steps["shipment"].words) == (
        StepState.ACTIVE,
        "1 Departed, 1 Planned",
    )
    assert steps["receivable"].state is StepState.DONE
    assert steps["closing"].words == "0 of 2 shipments closed"


def test_deal_of_another_person_is_not_found(seat: Seat, book: Book, example: Example) -> None:
    other = seat.perform(add_person, AddPerson("Zhao Min", "sales")).value
    with pytest.raises(NotFound, match="Contract"):
        book.seat(other).ask(deal, example.contract)


@operation("contract.write")
def _give_contract(work: Work, command: tuple[int, int]) -> None:
    contract, person = command
    work.session.get_one(SalesContract, contract).owner_id = person
    for line in work.session.scalars(select(ContractLine).where(ContractLine.contract_id == contract)):
        line.owner_id = person


def test_what_is_bought_is_the_same_for_whoever_sees_the_contract(
    seat: Seat, book: Book, example: Example
) -> None:
    seller = seat.perform(add_person, AddPerson("Zhao Min", "sales")).value
    whole = [line.bought for line in seat.ask(deal, example.contract).lines]
    assert whole == [D(1200), D(800)]
    seat.perform(_give_contract, (example.contract, seller))
    found = book.seat(seller).ask(deal, example.contract)
    assert [line.bought for line in found.lines] == whole
    assert found.of("purchase_contract") == ()
