"""Milestones, checklist and letters of credit: the rules and worked dates of domain.md sections 1.5 to 1.7."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tradecrm.core.checklist import Paper, Voyage, advice_day, checklist, credit_papers, origin_form
from tradecrm.core.dates import Holidays
from tradecrm.core.letters import (
    LETTER_OF_CREDIT,
    PRESENTATION,
    Credit,
    port_fits,
    presentation_deadline,
    presentation_start,
    shipment_problems,
)
from tradecrm.core.milestones import (
    Light,
    arrival_delay,
    check_actual,
    departure_delay,
    light_of,
    milestone_kind,
    milestones_of,
    planned_day,
)

TODAY = date(2026, 6, 15)
EXPIRY = date(2026, 9, 30)


def test_presentation_falls_on_the_twenty_first_day() -> None:
    assert presentation_deadline(date(2026, 8, 14), EXPIRY) == date(2026, 9, 4)


def test_a_deadline_on_a_saturday_moves_to_monday() -> None:
    assert presentation_deadline(date(2026, 8, 15), EXPIRY) == date(2026, 9, 7)


def test_a_make_up_saturday_is_a_banking_day_and_a_holiday_is_none() -> None:
    table = Holidays(off=frozenset({date(2026, 9, 4)}), working=frozenset({date(2026, 9, 5)}))
    assert presentation_deadline(date(2026, 8, 15), EXPIRY, holidays=table) == date(2026, 9, 5)
    assert presentation_deadline(date(2026, 8, 14), EXPIRY, holidays=table) == date(2026, 9, 5)


def test_the_expiry_ends_the_period_and_stands_alone_without_a_transport_document() -> None:
    assert presentation_deadline(date(2026, 9, 20), EXPIRY) == EXPIRY
    assert presentation_deadline(date(2026, 8, 14), EXPIRY, transport_document=False) == EXPIRY
    assert presentation_deadline(date(2026, 8, 14), EXPIRY, 10, transport_document=False) == date(2026, 8, 24)


CREDIT = Credit(
    "LC-77",
    "USD",
    Decimal(10_000),
    EXPIRY,
    tolerance_over=Decimal("0.05"),
    latest_shipment=date(2026, 8, 29),
    port_of_loading="Ningbo, China",
    port_of_discharge="Rotterdam",
    partial_allowed=False,
)


def problems(**changes: object) -> tuple[str, ...]:
    asked: dict[str, object] = {
        "drawn": Decimal(4_000),
        "invoice": Decimal(6_500),
        "currency": "USD",
        "on_board": date(2026, 8, 29),
        "port_of_loading": "NINGBO  CHINA",
        "port_of_discharge": "Rotterdam",
    }
    return shipment_problems(CREDIT, **{**asked, **changes})  # type: ignore[arg-type]


def test_a_shipment_within_the_credit_breaks_nothing() -> None:
    assert problems() == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"invoice": Decimal("6500.01")}, "more than USD 10,500.00"),
        ({"on_board": date(2026, 8, 30)}, "wants shipment by 2026-08-29"),
        ({"port_of_discharge": "Antwerp"}, "Rotterdam as the port of discharge"),
        ({"port_of_loading": "Shanghai"}, "as the port of loading, the shipment Shanghai"),
        ({"currency": "EUR"}, "is in USD, the invoice in EUR"),
        ({"earlier": 1}, "no partial shipment"),
    ],
)
def test_each_breach_of_a_credit_is_named(changes: dict[str, object], words: str) -> None:
    found = problems(**changes)
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    "named", ["ANY CHINESE PORT", "Any port in China", "ANY SEAPORT OR AIRPORT IN CHINA"]
)
def test_a_credit_that_takes_any_port_takes_the_one_of_the_shipment(named: str) -> None:
    assert port_fits(named, "Ningbo")
    assert not port_fits(named, "")
    assert not port_fits("Anyport", "Ningbo")


def test_the_flows_reach_every_state() -> None:
    assert LETTER_OF_CREDIT.reachable() == {state.key for state in LETTER_OF_CREDIT.states}
    assert PRESENTATION.reachable() == {state.key for state in PRESENTATION.states}


def test_milestones_follow_the_way_of_transport() -> None:
    sea = {kind.code for kind in milestones_of("FCL")}
    assert {"SI_CUT", "VGM_CUT", "PICKUP", "CY_CUT", "TLX", "RETURN"} <= sea
    air = {kind.code for kind in milestones_of("AIR")}
    assert air == {"BKG", "CRD", "LOAD", "DECL", "ATD", "DOCS_SENT", "ATA", "CLR", "DELIV"}


def test_days_are_planned_from_departure_and_arrival() -> None:
    etd, eta = date(2026, 7, 1), date(2026, 8, 1)
    assert planned_day(milestone_kind("SI_CUT"), etd, None) == date(2026, 6, 26)
    assert planned_day(milestone_kind("DELIV"), etd, eta) == date(2026, 8, 6)
    assert planned_day(milestone_kind("ATA"), etd, None) is None


def test_the_light_of_a_milestone() -> None:
    assert light_of(TODAY - timedelta(days=1), None, TODAY) is Light.OVERDUE
    assert light_of(TODAY, None, TODAY) is Light.NEAR
    assert light_of(TODAY + timedelta(days=2), None, TODAY) is Light.NEAR
    assert light_of(TODAY + timedelta(days=3), None, TODAY) is Light.AHEAD
    assert light_of(TODAY - timedelta(days=9), TODAY, TODAY) is Light.MET
    assert light_of(None, None, TODAY) is Light.OPEN


def test_delays_are_measured_from_what_was_first_planned() -> None:
    assert departure_delay(date(2026, 5, 18), date(2026, 5, 20)) == 2
    assert arrival_delay(date(2026, 6, 18), date(2026, 6, 16)) == -2
    assert departure_delay(None, TODAY) is None


@pytest.mark.parametrize(
    ("code", "day", "words"),
    [
        ("ATD", TODAY + timedelta(days=1), "after today"),
        ("ATD", date(2026, 5, 16), "cannot be before"),
        ("DECL", date(2026, 6, 11), "cannot be after"),
        ("ATA", date(2026, 6, 13), "cannot be after"),
        ("DELIV", date(2026, 6, 9), "cannot be before"),
    ],
)
def test_an_actual_day_out_of_order_is_refused(code: str, day: date, words: str) -> None:
    known = {"DECL": date(2026, 5, 18), "ATA": date(2026, 6, 10), "DELIV": date(2026, 6, 12)}
    found = check_actual(code, day, known, TODAY)
    assert len(found) == 1
    assert words in found[0].message


def test_equal_days_are_in_order() -> None:
    same = date(2026, 6, 10)
    assert check_actual("ATA", same, {"ATD": same, "DELIV": same}, TODAY) == []
    assert check_actual("BKG", same, {"ATD": date(2026, 1, 1)}, TODAY) == []


def test_the_checklist_follows_the_terms() -> None:
    base = {Paper.INVOICE, Paper.PACKING, Paper.TRANSPORT, Paper.DECLARATION, Paper.ADVICE}
    assert {row.kind for row in checklist(Voyage("FCL", "FOB", "NL"))} == base
    assert {row.kind for row in checklist(Voyage("FCL", "CIF", "NL"))} == base | {Paper.INSURANCE}
    thai = checklist(Voyage("FCL", "CIP", "TH"))
    assert next(row for row in thai if row.kind is Paper.ORIGIN).wording == "Form E"
    assert origin_form("CL") == "Form F"
    assert origin_form("US") == ""


def test_the_shipping_advice_goes_the_same_day_where_the_buyer_insures() -> None:
    left = date(2026, 5, 20)
    assert advice_day(Voyage("FCL", "CFR", "NL", departed_on=left)) == left
    assert advice_day(Voyage("FCL", "CIF", "NL", departed_on=left)) == left + timedelta(days=1)
    assert advice_day(Voyage("FCL", "CIF", "NL")) is None


def test_field_46a_becomes_rows() -> None:
    rows = credit_papers(
        "+SIGNED COMMERCIAL INVOICE IN TRIPLICATE\n"
        "+PACKING LIST IN 3 COPIES\n"
        "+FULL SET OF CLEAN ON BOARD OCEAN BILLS OF LADING\n  MADE OUT TO ORDER, MARKED FREIGHT PREPAID\n"
        "+INSURANCE POLICY IN DUPLICATE FOR 110 PCT OF INVOICE VALUE\n"
        "+BENEFICIARY'S CERTIFICATE"
    )
    kinds = [row.kind for row in rows]
    assert kinds == [Paper.INVOICE, Paper.PACKING, Paper.TRANSPORT, Paper.INSURANCE, Paper.OTHER]
    assert [(row.originals, row.copies) for row in rows] == [(3, 0), (0, 3), (3, 0), (2, 0), (1, 0)]
    assert rows[2].wording.endswith("MARKED FREIGHT PREPAID")
    assert credit_papers("ONE ORIGINAL CERTIFICATE OF ORIGIN")[0].originals == 1


def test_the_presentation_period_of_several_bills() -> None:
    """Section 16.16: other vessels, the earliest on-board date; the same vessel and voyage, the latest."""
    bills = (("COSCO STAR", "021W", date(2026, 8, 14)), ("cosco star", "021W ", date(2026, 8, 16)))
    assert presentation_start(bills) == date(2026, 8, 16)
    assert presentation_start((*bills, ("MAERSK ONE", "7", date(2026, 8, 12)))) == date(2026, 8, 12)
