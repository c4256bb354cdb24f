"""Profit by line: every basis of domain.md section 2.6 on T1, and what cannot be shared is named."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.example_kit import t1
from tradecrm.core.problems import Refusal
from tradecrm.models import CostLine, Shipment, ShipmentLine
from tradecrm.services.book import Seat
from tradecrm.services.data.sample.running_example import Example
from tradecrm.services.figures.line_profit import line_profits
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.work import Reader, Work, operation

D = Decimal


@pytest.fixture
def example(seat: Seat) -> Example:
    return t1(seat)


def test_lines_sum_to_the_trading_profit_of_section_2_5(seat: Seat, example: Example) -> None:
    found = seat.ask(line_profits, example.shipment)
    assert found.unplaced == ()
    assert sum(line.profit for line in found.lines) == D("22180.81")
    assert [line.purchase for line in found.lines] == [D("42000.00"), D("33280.00")]
    assert sum(line.revenue for line in found.lines) == D("108680.16")


@pytest.mark.parametrize(
    ("basis", "parts"),
    [
        # Section 2.6: freight 5,805.60 by value 8,220 : 7,200 gives 3,094.81 and 2,710.79.
        ("value", [D("3094.81"), D("2710.79")]),
        ("equal", [D("2902.80"), D("2902.80")]),
        ("quantity", [D("4098.07"), D("1707.53")]),  # 1,200 : 500
    ],
)
def test_a_cost_is_shared_by_its_basis(
    seat: Seat, example: Example, basis: str, parts: list[Decimal]
) -> None:
    before = [line.shared for line in seat.ask(line_profits, example.shipment).lines]
    cost = SaveCost(example.shipment, "OTH", "CNY", D("5805.60"), rate=D(1), basis=basis)
    seat.perform(save_cost, cost)
    after = [line.shared for line in seat.ask(line_profits, example.shipment).lines]
    assert [new - old for new, old in zip(after, before, strict=True)] == parts


@pytest.mark.parametrize(("mode", "basis"), [("FCL", "volume"), ("LCL", "chargeable"), ("AIR", "chargeable")])
def test_freight_is_shared_by_what_the_carrier_charges(
    seat: Seat, example: Example, mode: str, basis: str
) -> None:
    """By volume, for part loads by revenue tons and in the air by chargeable kg (section 2.3)."""
    seat.perform(travel_by, (example.second_shipment, mode))
    cost = seat.perform(save_cost, SaveCost(example.second_shipment, "FRT", "USD", D(820))).value
    assert seat.ask(lambda reader: reader.session.get_one(CostLine, cost).basis) == basis


@operation("shipment.write")
def travel_by(work: Work, command: tuple[int, str]) -> None:
    """Let a shipment travel another way."""
    work.session.get_one(Shipment, command[0]).mode = command[1]


def test_parts_typed_by_hand_must_sum_to_the_cost(seat: Seat, example: Example) -> None:
    wrong = SaveCost(
        example.shipment, "OTH", "CNY", D(500), rate=D(1), basis="manual", manual_parts="300; 100"
    )
    count = seat.ask(_count)
    with pytest.raises(Refusal, match=r"sum to 500\.00; 100\.00 is still to be placed"):
        seat.perform(save_cost, wrong)
    assert seat.ask(_count) == count
    before = [line.shared for line in seat.ask(line_profits, example.shipment).lines]
    right = SaveCost(
        example.shipment, "OTH", "CNY", D(500), rate=D(1), basis="manual", manual_parts="300; 200"
    )
    seat.perform(save_cost, right)
    after = [line.shared for line in seat.ask(line_profits, example.shipment).lines]
    assert [new - old for new, old in zip(after, before, strict=True)] == [D(300), D(200)]


def _count(reader: Reader) -> int:
    return len(reader.session.scalars(select(CostLine.id)).all())


@operation("shipment.write")
def _forget_volumes(work: Work, shipment: int) -> None:
    for line in work.session.scalars(select(ShipmentLine).where(ShipmentLine.shipment_id == shipment)):
        line.volume = D(0)


def test_a_basis_that_weighs_nothing_is_named_and_the_rest_still_sums(seat: Seat, example: Example) -> None:
    seat.perform(_forget_volumes, example.shipment)
    found = seat.ask(line_profits, example.shipment)
    # Port charges are shared by volume (section 2.3): 980.00 find no line. The freight of a part load goes by weight.
    assert [(code, amount) for code, amount, _why in found.unplaced] == [("PRT", D("980.00"))]
    assert "choose another basis" in found.unplaced[0][2]
    assert sum(line.profit for line in found.lines) - D("980.00") == D("22180.81")
