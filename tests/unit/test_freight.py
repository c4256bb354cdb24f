"""Freight quotes: amounts, validity, ranking and the need of approval (domain.md sections 6 and 9.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tradecrm.core.freight import (
    CHARGE_KINDS,
    Cargo,
    Charge,
    Quoted,
    charge_amounts,
    charge_kind,
    chargeable_weight,
    choice_reasons,
    compare,
    revenue_tons,
    usual_quantity,
    usual_unit,
)

D = Decimal
ETD = date(2026, 7, 10)
CARGO = Cargo("FCL", "Ningbo", "Rotterdam", "40HQ", 1, ETD, D("60.000"), D(9000))


def quoted(number: int, *charges: tuple[str, str, str], party: int = 0, **more: Any) -> Quoted:
    """Answer a valid quote of charges (code, currency, price) for the shipment."""
    made = Quoted(
        number, party or number, "Ningbo", "Rotterdam", "40HQ", 1, date(2026, 7, 1), date(2026, 7, 31), 30, 14,
        datetime(2026, 6, 15, 8, number, tzinfo=UTC),
        tuple(Charge(code, "shipment", D(1), currency, D(price)) for code, currency, price in charges),
    )  # fmt: skip
    return replace(made, **more)


F1 = quoted(1, ("FREIGHT", "USD", "1900"), ("LOCAL", "CNY", "1100"))
F2 = quoted(2, ("FREIGHT", "USD", "1760"), ("BAF", "USD", "150"), ("LOCAL", "CNY", "1050"))
F3 = quoted(3, ("ALL_IN", "CNY", "14950"))


def ranked(*quotes: Quoted, cargo: Cargo = CARGO) -> list[tuple[int, int | None, Decimal | None]]:
    rates = {(quote.id, "USD"): D("7.00") for quote in quotes}
    found = compare(cargo, quotes, rates, "CNY")
    return [(one.quote.id, one.rank, one.all_in) for one in found]


def test_worked_example_of_section_6() -> None:
    """Section 6: F1 14,400; F2 14,420; F3 14,950; F1 needs no approval."""
    assert ranked(F3, F2, F1) == [(1, 1, D(14400)), (2, 2, D(14420)), (3, 3, D(14950))]
    found = compare(CARGO, (F1, F2, F3), {(n, "USD"): D("7.00") for n in (1, 2, 3)}, "CNY")
    assert choice_reasons(found, 1, 3) == ()
    assert found[0].per_container == D("14400.00")
    assert found[0].per_volume == D("240.00")
    assert found[1].base_amounts == (D("12320.00"), D("1050.00"), D("1050.00"))


def test_not_the_cheapest_and_too_few_need_approval() -> None:
    rates = {(n, "USD"): D("7.00") for n in (1, 2, 3)}
    found = compare(CARGO, (F1, F2, F3), rates, "CNY")
    assert [reason.trigger for reason in choice_reasons(found, 2, 3)] == ["not_cheapest"]
    assert "20.00" in choice_reasons(found, 2, 3)[0].sentence
    two = compare(CARGO, (F1, F2), rates, "CNY")
    assert [reason.trigger for reason in choice_reasons(two, 1, 3)] == ["few_quotes"]
    assert [reason.trigger for reason in choice_reasons(two, 2, 3)] == ["few_quotes", "not_cheapest"]
    assert choice_reasons(two, 1, 2) == ()


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"transit_days": 29}, 9),
        ({"transit_days": 31, "free_days": 30}, 3),
        ({"transit_days": None}, 3),
        ({"free_days": 21}, 9),
        ({"free_days": 7}, 3),
        ({"received_at": datetime(2026, 6, 15, 8, 0, tzinfo=UTC)}, 9),
        ({}, 3),
    ],
)
def test_equal_sums_go_by_transit_then_free_days_then_received(change: dict[str, Any], first: int) -> None:
    other = quoted(9, ("ALL_IN", "CNY", "14950"), **change)
    assert ranked(F3, other)[0][0] == first


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"withdrawn": True}, "withdrew"),
        ({"charges": ()}, "no charges"),
        ({"valid_until": None}, "until when"),
        ({"valid_until": date(2026, 7, 9)}, "2026-07-10"),
        ({"valid_from": date(2026, 7, 11)}, "2026-07-10"),
        ({"port_of_loading": "Shanghai"}, "Shanghai"),
        ({"port_of_discharge": ""}, "Rotterdam"),
        ({"container_type": "40GP"}, "1×40GP, not for 1×40HQ"),
        ({"container_count": 2}, "2×40HQ"),
    ],
)
def test_a_quote_that_does_not_fit_is_not_valid(change: dict[str, Any], word: str) -> None:
    found = compare(CARGO, (replace(F3, **change), F1), {(1, "USD"): D(7)}, "CNY")
    assert found[-1].quote.id == 3
    assert found[-1].rank is None
    assert any(word in fault for fault in found[-1].faults)
    assert found[0].rank == 1


def test_edges_of_the_validity_are_inside_and_ports_are_read_loosely() -> None:
    edge = replace(F3, valid_from=ETD, valid_until=ETD, port_of_loading=" NINGBO ")
    assert ranked(edge) == [(3, 1, D(14950))]
    assert ranked(replace(edge, valid_from=None)) == [(3, 1, D(14950))]


def test_containers_do_not_matter_where_none_travels() -> None:
    loose = replace(CARGO, mode="LCL", container_type="", container_count=0)
    assert ranked(F3, cargo=loose) == [(3, 1, D(14950))]
    assert compare(loose, (F3,), {}, "CNY")[0].per_container is None


def test_of_two_quotes_of_one_forwarder_the_better_counts() -> None:
    again = quoted(9, ("ALL_IN", "CNY", "14000"), party=3)
    found = compare(CARGO, (F3, again), {}, "CNY")
    assert [(one.quote.id, one.rank) for one in found] == [(9, 1), (3, None)]
    assert "same forwarder" in found[1].faults[0]


def test_a_missing_rate_is_said_and_never_taken_as_one() -> None:
    found = compare(CARGO, (F1,), {}, "CNY")
    assert found[0].all_in is None
    assert found[0].faults == ("There is no rate of USD for the day it came.",)


def test_surcharges_in_percent_add_up() -> None:
    """Section 9.3: surcharges in % are of base freight and add up (not compounded)."""
    charges = (
        Charge("FREIGHT", "rt", D("4.360"), "USD", D(40)),
        Charge("BAF", "percent", D(1), "USD", D(15)),
        Charge("PSS", "percent", D(1), "USD", D(10)),
        Charge("LOCAL", "percent", D(1), "CNY", D(10)),
        Charge("THC", "rt", D("4.360"), "CNY", D(60)),
    )
    assert charge_amounts(charges) == (D("174.40"), D("26.16"), D("17.44"), D("0.00"), D("261.60"))


def test_revenue_tons_and_chargeable_weight_of_section_9_3() -> None:
    assert revenue_tons(D("4.360"), D(3180)) == D("4.360")
    assert revenue_tons(D("2"), D(3180)) == D("3.18")
    assert revenue_tons(D("0.2"), D(80)) == 1
    volume = D(6 * 55 * 48 * 40) / 1_000_000
    assert chargeable_weight("AIR", volume, D(88)) == D("106.0")
    assert chargeable_weight("EXPRESS", volume, D(88)) == D("127.0")
    assert chargeable_weight("AIR", volume, D(120)) == D("120.0")
    assert chargeable_weight("RAIL", volume, D("88.2")) == D("88.5")


def test_units_and_quantities_follow_from_the_cargo() -> None:
    freight = charge_kind("FREIGHT")
    assert [usual_unit(freight, mode) for mode in ("FCL", "LCL", "AIR", "TRUCK")] == [
        "container", "rt", "kg", "shipment",
    ]  # fmt: skip
    assert usual_unit(charge_kind("DOC"), "LCL") == "bl"
    assert usual_quantity("container", replace(CARGO, container_count=2)) == 2
    assert usual_quantity("rt", CARGO) == D("60.000")
    assert usual_quantity("kg", replace(CARGO, mode="AIR", volume=D(1))) == D("9000.0")
    assert usual_quantity("bl", CARGO) == 1
    assert len({kind.code for kind in CHARGE_KINDS}) == len(CHARGE_KINDS)
