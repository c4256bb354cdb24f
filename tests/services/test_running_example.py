"""T1 of domain.md sections 1.9, 2.5, 3.3, 3.5: every printed figure, through the services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.scenes import played_once
from tradecrm.core.money import round_to
from tradecrm.models import Allocation, ContractLine, Item, SalesContract
from tradecrm.services.book import Seat
from tradecrm.services.data.sample.running_example import Example, play_example
from tradecrm.services.figures.aging import AgingQuery, aging, ledger_balances
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.figures.quantities import gone_quantities
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.work import Reader

D = Decimal


@pytest.fixture
@played_once
def dollars(seat: Seat) -> int:
    command = OpenAccount("Bank of China USD", "BANK", "USD", date(2026, 1, 1))
    return seat.perform(open_account, command).value


@pytest.fixture
@played_once
def example(seat: Seat, dollars: int) -> Example:
    return play_example(seat, dollars)


def test_section_1_9_contract_and_open_goods(seat: Seat, example: Example) -> None:
    def facts(reader: Reader) -> tuple[Decimal, Decimal, str, list[Decimal]]:
        contract = reader.session.get_one(SalesContract, example.contract)
        gone = gone_quantities(reader, example.contract)
        lines = reader.session.scalars(select(ContractLine).order_by(ContractLine.position))
        return (
            contract.total,
            contract.deposit_due,
            contract.status,
            [line.quantity - gone.get(line.id, D(0)) for line in lines],
        )

    assert seat.ask(facts) == (D(19740), D(5922), "partly_shipped", [D(0), D(300)])


def test_section_2_5_profit_of_shipment_1(seat: Seat, example: Example) -> None:
    sheet = seat.ask(shipment_profit, example.shipment)
    assert [(row.amount, row.base_amount) for row in sheet.revenue] == [
        (D(4626), D("32474.52")),
        (D(10794), D("76205.64")),
    ]
    by_category: dict[str, Decimal] = {}
    for row in sheet.costs:
        by_category[row.category] = by_category.get(row.category, D(0)) + row.base_amount
    assert by_category == {
        "PUR": D("83620.00"),
        "REB": D("-8340.00"),
        "FRT": D("5805.60"),
        "INS": D("179.61"),
        "INL": D(1450),
        "CUS": D(300),
        "PRT": D(980),
        "BKD": D(130),
        "COM-H": D("2177.30"),
        "BKF": D("196.84"),
    }
    result = sheet.result
    assert result.revenue == D("108680.16")
    assert result.total_cost == D("86499.35")
    assert result.trading_profit == D("22180.81")
    assert result.realized_fx == D("-323.82")
    assert result.profit_after_fx == D("21856.99")
    assert result.fx_net_income == D("14238.16")
    assert result.export_cost == D("78140.00")
    assert result.cost_per_unit == D("5.4881")
    assert result.margin is not None
    assert result.markup is not None
    assert result.profit_rate is not None
    assert round_to(result.margin, 4) == D("0.2041")
    assert round_to(result.markup, 4) == D("0.2564")
    assert round_to(result.profit_rate, 4) == D("0.2864")
    assert not sheet.provisional


def test_section_3_3_deposit_applied_and_what_is_left(seat: Seat, example: Example) -> None:
    rows = seat.ask(aging, AgingQuery("AR", TODAY))
    assert [(row.amounts, row.advance) for row in rows] == [((D(0),) * 5, D(-1296))]


def test_section_3_5_differences_by_tranche(seat: Seat, example: Example) -> None:
    def differences(reader: Reader) -> list[tuple[Decimal, Decimal, Decimal]]:
        return [
            (row.debit_amount, row.debit_base, row.fx)
            for row in reader.session.scalars(select(Allocation).order_by(Allocation.id))
        ]

    assert seat.ask(differences) == [
        (D(4626), D("32474.52"), D(0)),
        (D(10794), D("76205.64"), D("-323.82")),
    ]


def test_aging_of_every_stage(seat: Seat, example: Example) -> None:
    def row(day: date) -> tuple[tuple[Decimal, ...], Decimal]:
        found = seat.ask(aging, AgingQuery("AR", day))
        assert len(found) == 1
        assert found[0].total == seat.ask(ledger_balances, "AR", day)[example.cast.customer, "USD"]
        return found[0].amounts, found[0].advance

    zero = D(0)
    assert row(date(2026, 4, 3)) == ((zero,) * 5, D(-5922))
    assert row(date(2026, 5, 20)) == ((D(10794), zero, zero, zero, zero), D(-1296))
    assert row(date(2026, 6, 5)) == ((D(10794), zero, zero, zero, zero), D(-1296))
    assert row(date(2026, 6, 6)) == ((zero, D(10794), zero, zero, zero), D(-1296))
    assert row(date(2026, 6, 11)) == ((zero, D(10794), zero, zero, zero), D(-1296))
    assert row(date(2026, 6, 12)) == ((zero,) * 5, D(-1296))


def test_account_holds_what_the_bank_credited(seat: Seat, example: Example, dollars: int) -> None:
    balance = seat.ask(balance_at, dollars, TODAY)
    assert balance.amount == D(5922) + D(10794) - D(28)
    assert balance.base == D("41572.44") + D("75881.82") - D("196.84")


def test_policy_b_gives_the_same_profit_after_fx(seat: Seat, dollars: int) -> None:
    """Section 2.5: under policy B revenue 108,865.20 and FX -508.86; their sum is the same."""
    from tradecrm.services.control.settings import ChangeSettings, change_settings

    seat.perform(change_settings, ChangeSettings((("fx_policy", "B"),)))
    example = play_example(seat, dollars)
    result = seat.ask(shipment_profit, example.shipment).result
    assert result.revenue == D("108865.20")
    assert result.realized_fx == D("-508.86")
    assert result.revenue + result.realized_fx == D("108356.34")
    assert result.profit_after_fx == D("21856.99")


def test_open_base_is_zero_when_nothing_is_open(seat: Seat, example: Example) -> None:
    """Section 12, invariant 3."""

    def settled(reader: Reader) -> list[tuple[Decimal, date | None]]:
        rows = reader.session.scalars(select(Item).where(Item.open_amount == D(0)))
        return [(row.open_base, row.settled_on) for row in rows]

    found = seat.ask(settled)
    assert found
    assert all(base == 0 and day is not None for base, day in found)


def test_numbers_typed_by_hand_are_stepped_over_and_refused_twice(seat: Seat, example: Example) -> None:
    from tradecrm.core.problems import Refusal
    from tradecrm.services.trade.contracts import ContractLineDraft, SaveContract, save_contract

    def write(number: str) -> str:
        command = SaveContract(
            customer_id=example.cast.customer,
            day=date(2026, 6, 1),
            currency="USD",
            incoterm="FOB",
            incoterm_place="Ningbo",
            terms="TT;B@ORDER",
            lines=(ContractLineDraft(None, "Hose reel", D(1), D(1)),),
            number=number,
        )
        key = seat.perform(save_contract, command).value
        return seat.ask(lambda reader: reader.session.get_one(SalesContract, key).number)

    assert write("SC-2606-0001") == "SC-2606-0001"
    assert write("") == "SC-2606-0002"
    with pytest.raises(Refusal, match="already a contract SC-26001"):
        write("SC-26001")
