"""How the firm insures what it sells: the settings of domain.md section 2.7 in quotation, conversion and estimate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.services.quoting_kit import DAY, Offer, offer_book, quote, t1_lines, t1_quotation
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.screens.trade.quotation_convert import apply_conversion, conversion_facts, start_conversion
from tradecrm.screens.trade.quotation_draft import blank_quotation, estimate_of, load_quotation
from tradecrm.screens.trade.quotation_panels import lowest_line_price
from tradecrm.screens.trade.words import rate_figure
from tradecrm.services.book import Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.estimate_card import contract_estimate
from tradecrm.services.trade.quotation_card import quotation_card
from tradecrm.services.trade.quotation_makes import ContractOfQuotation, contract_of_quotation
from tradecrm.services.trade.quotation_moves import MoveQuotation, move_quotation
from tradecrm.services.trade.quotations import save_quotation

D = Decimal


@pytest.fixture
def offer(seat: Seat) -> Offer:
    return offer_book(seat)


def choose(seat: Seat, **values: object) -> None:
    seat.perform(change_settings, ChangeSettings(tuple(values.items())))


def premium_quoted(seat: Seat, key: int) -> Decimal:
    """Answer the insurance in base money, as the page of the quotation reckons it."""
    found = estimate_of(seat.ask(load_quotation, key))
    assert found is not None
    return found.insurance


def floor_of(seat: Seat, key: int) -> Decimal:
    floor = seat.ask(quotation_card, key).lines[0].values["floor"]
    assert isinstance(floor, Decimal)
    return floor


def test_cifc_is_reckoned_in_one_step_or_two(seat: Seat, offer: Offer) -> None:
    """FOB 12.40, F 0.96, m 10 %, R 0.32 %, c 4 %: CIFC4 is 13.9679 in one step and 13.9658 in two (section 2.7)."""
    line = replace(t1_lines(offer)[0], quantity=D(1000), price=D("12.40"))
    offered = t1_quotation(offer, lines=(line,), freight=D(960), insurance_rate=D("0.0032"))
    fob = replace(offered, incoterm="FOB", incoterm_place="Ningbo")
    key = seat.perform(save_quotation, fob).value

    def cifc() -> str:
        asked = start_conversion(seat.ask(load_quotation, key), 0).put(commission_rate=D("0.04"))
        return {fact.label: fact.value for fact in conversion_facts(asked)}["CIF with commission"]

    assert cifc() == "13.9679"
    choose(seat, cifc_method="two_step")
    assert cifc() == "13.9658"


def test_a_price_in_yen_carries_freight_that_is_in_dollars(seat: Seat, offer: Offer) -> None:
    """USD 95 at 7.00 are JPY 13,912 at 0.0478, on 1,000 pieces 13.912 each: CFR 480 is FOB 466.0880 (section 2.7).

    Every line on CIF keeps the freight as it was typed; on FOB it has none.
    """
    seat.perform(save_rate, SaveRate(RateType.BUDGET, "JPY", DAY, "0.0478", "firm"))
    line = replace(t1_lines(offer)[0], quantity=D(1000), price=D(480))
    offered = t1_quotation(
        offer, lines=(line,), freight=D(95), freight_currency="USD", insurance_rate=D("0.003")
    )
    key = seat.perform(save_quotation, replace(offered, currency="JPY", incoterm="CFR")).value
    draft = seat.ask(load_quotation, key)
    asked = start_conversion(draft, 0).put(all_lines=True)
    assert asked.number("freight") == D(13912)
    assert {fact.label: fact.value for fact in conversion_facts(asked)}["FOB"] == "466.0880"
    cif = apply_conversion(draft, asked.put(target="CIF"))
    assert (cif.number("freight"), cif.text("freight_currency")) == (D(95), "USD")
    assert cif.rows()[0]["price"] == D("481.59"), "480 / (1 - 1.1 x 0.003)"
    typed = apply_conversion(draft, asked.put(target="CIF", freight=D(20000)))
    assert (typed.number("freight"), typed.text("freight_currency")) == (D(20000), "JPY")
    assert apply_conversion(draft, asked).number("freight") == 0


def test_the_premium_of_a_quotation_goes_by_the_settings(seat: Seat, offer: Offer) -> None:
    """CIF 19,740.00 is insured for 21,714.00; less 4 % of commission for 20,845.44, which is 20,846 in whole units."""
    key = quote(seat, offer, insurance_rate=D("0.01"), commission_rate=D("0.04"))
    assert premium_quoted(seat, key) == D("217.14") * 7
    choose(seat, cifc_method="two_step")
    assert premium_quoted(seat, key) == D("208.45") * 7
    choose(seat, insured_whole=True)
    assert premium_quoted(seat, key) == D("208.46") * 7
    choose(seat, least_premium=D(300))
    assert premium_quoted(seat, key) == D(300) * 7


def test_the_estimate_of_a_contract_insures_as_its_quotation_did(seat: Seat, offer: Offer) -> None:
    choose(seat, insured_whole=True, cifc_method="two_step")
    key = quote(seat, offer, insurance_rate=D("0.01"), commission_rate=D("0.04"))
    seat.perform(move_quotation, MoveQuotation(key, "send", DAY))
    made = seat.perform(contract_of_quotation, ContractOfQuotation(key, date(2026, 3, 28))).value
    rows = {row.category: row.amount for row in seat.ask(contract_estimate, made).rows}
    assert rows["INS"] == D("208.46")


def test_floors_bear_the_least_premium(seat: Seat, offer: Offer) -> None:
    """1,000 lanterns: 300 dollars of premium are 0.30 a piece more at the least margin of 8 %, before the step."""
    line = replace(t1_lines(offer)[0], quantity=D(1000))
    before = floor_of(seat, quote(seat, offer, lines=(line,)))
    choose(seat, least_premium=D(300))
    without = floor_of(seat, quote(seat, offer, lines=(line,)))
    insured = floor_of(seat, quote(seat, offer, lines=(line,), insurance_rate=D("0.0001")))
    assert without == before, "nothing is insured"
    assert insured - before in {D("0.32"), D("0.33")}  # 0.30 / 0.92 = 0.326


def test_the_lowest_price_comes_in_steps_of_the_firm(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer)
    fine = lowest_line_price(seat.ask(load_quotation, key), 0, D("0.08"))
    choose(seat, price_step=D("0.25"))
    coarse = lowest_line_price(seat.ask(load_quotation, key), 0, D("0.08"))
    assert fine is not None
    assert coarse is not None
    assert coarse % D("0.25") == 0
    assert fine < coarse < fine + D("0.25")


def test_a_method_nobody_knows_and_a_premium_below_zero_are_refused(seat: Seat) -> None:
    with pytest.raises(Refusal) as refused:
        choose(seat, cifc_method="three_step", least_premium=D(-1))
    assert {problem.field for problem in refused.value.problems} == {"cifc_method", "least_premium"}
    draft = seat.ask(blank_quotation, Link.to("quotation", id=0))
    assert (draft.text("cifc_method"), draft.number("least_premium")) == ("one_step", D(0))


def test_rates_of_small_money_are_shown_fine_enough() -> None:
    assert [rate_figure(D(rate)) for rate in ("7.08", "0.0402732", "0.00517")] == [
        "7.0800",
        "0.040273",
        "0.005170",
    ]
