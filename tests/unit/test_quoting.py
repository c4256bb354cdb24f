"""The estimate of a quotation, domain.md sections 2.2, 2.4, 2.5, 2.7 and 2.8."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tradecrm.core.money import round_to
from tradecrm.core.pricing import Cifc, Insuring
from tradecrm.core.problems import Refusal
from tradecrm.core.profit import cost_per_unit
from tradecrm.core.quoting import (
    QuoteEstimate,
    QuoteLine,
    QuoteTerms,
    cost_warnings,
    estimate,
    lowest_price,
    lowest_total,
    unit_freight,
)
from tradecrm.core.rebate import TaxRegime

D = Decimal
LANTERN = QuoteLine(D(1200), D("8220.00"), D("39.55"), D("0.13"), D("0.13"), D("3.600"))
KIT = QuoteLine(D(500), D("7200.00"), D("72.32"), D("0.13"), D("0.09"), D("8.475"))
LINES = (LANTERN, KIT)
TERMS = QuoteTerms(
    currency="USD",
    rate=D("7.06"),
    freight=D(820),
    freight_rate=D("7.08"),
    freight_currency="USD",
    insurance_rate=D("0.0015"),
    commission=D("0.02"),
    commission_hidden=True,
    domestic=D(2860),
)


def found(lines: tuple[QuoteLine, ...] = LINES, terms: QuoteTerms = TERMS) -> QuoteEstimate:
    answer = estimate(lines, terms)
    assert answer is not None
    return answer


def test_shipment_1_of_the_running_example() -> None:
    """The costs of section 2.5 but for the foreign bank charge, revenue all at 7.06 (policy B)."""
    answer = found()
    assert answer.revenue == D("108865.20")
    assert (answer.purchase, answer.rebate) == (D("83620.00"), D("8340.00"))
    assert (answer.freight, answer.insurance) == (D("5805.60"), D("179.61"))
    assert (answer.commission, answer.domestic) == (D("2177.30"), D("2860.00"))
    assert answer.result.total_cost == D("86499.35") - D("196.84")
    assert answer.profit == D("108865.20") - D("86302.51")
    assert answer.result.export_cost == D("78140.00")
    assert answer.result.fx_net_income == D("14238.16") + D("28.00")
    assert answer.result.cost_per_unit == cost_per_unit(D("78140.00"), D("14266.16"))


def test_a_bank_fee_on_turnover_lowers_the_profit() -> None:
    answer = found(terms=replace(TERMS, bank_fee=D("0.001")))
    assert answer.bank_fee == round_to(D("15.42") * D("7.06"), 2)
    assert answer.profit == found().profit - answer.bank_fee


def test_at_the_break_even_rate_nothing_is_left() -> None:
    terms = replace(TERMS, freight_rate=None)
    rate = found(terms=terms).break_even
    assert rate is not None
    at_it = found(terms=replace(terms, rate=rate))
    assert abs(at_it.profit) <= D("0.05"), "rounding of the rows only"
    below = found(terms=replace(terms, rate=rate - D("0.01")))
    assert below.profit < 0


@pytest.mark.parametrize("regime", list(TaxRegime))
@pytest.mark.parametrize("freight_rate", [None, D("7.8")])
def test_break_even_and_lowest_prices_count_the_vat_that_follows_the_price(
    regime: TaxRegime, freight_rate: Decimal | None
) -> None:
    """VAT on the FOB value is less at a lower rate and of a lower price (sections 2.2 and 2.7)."""
    terms = replace(TERMS, regime=regime, freight_rate=freight_rate, freight_currency="EUR")
    answer = found(terms=terms)
    assert answer.break_even is not None
    assert abs(found(terms=replace(terms, rate=answer.break_even)).profit) < D("0.05")
    lowest = lowest_total(answer, terms, D("0.1"))
    lowered = tuple(replace(line, amount=line.amount * lowest / D(15420)) for line in LINES)
    margin = found(lowered, terms).result.margin
    assert margin is not None
    assert round_to(margin, 5) == D("0.10000")


@pytest.mark.parametrize("regime", [TaxRegime.MANUFACTURER, TaxRegime.TAXED])
def test_the_lowest_price_of_a_line_counts_its_own_vat(regime: TaxRegime) -> None:
    """One line without freight: at the lowest price it earns the margin wished for, to the rounding of VAT."""
    terms = QuoteTerms("USD", D("7.06"), domestic=D(2860), insurance_rate=D("0.0015"), regime=regime)
    price = lowest_price(found((KIT,), terms), (KIT,), 0, terms, D("0.1"))
    assert price is not None
    margin = found((replace(KIT, amount=round_to(price * 500, 2)),), terms).result.margin
    assert margin is not None
    assert round_to(margin, 5) == D("0.10000")


@pytest.mark.parametrize("regime", [TaxRegime.TRADER, TaxRegime.TAXED])
@pytest.mark.parametrize("insuring", [Insuring(Cifc.TWO_STEP), Insuring(least=D(60)), Insuring(least=D(1))])
def test_the_lowest_prices_bear_what_the_insurer_asks_for(insuring: Insuring, regime: TaxRegime) -> None:
    """In two steps less is insured; a least premium is borne where the rate comes to less (section 2.7)."""
    terms = replace(TERMS, commission=D("0.04"), insuring=insuring, regime=regime, freight_rate=None)
    lowest = round_to(lowest_total(found(terms=terms), terms, D("0.1")), 2)
    lowered = tuple(replace(line, amount=line.amount * lowest / D(15420)) for line in LINES)
    margin = found(lowered, terms).result.margin
    assert margin is not None
    assert round_to(margin, 5) == D("0.10000")
    price = lowest_price(found((KIT,), terms), (KIT,), 0, terms, D("0.1"))
    assert price is not None
    one = found((replace(KIT, amount=round_to(price * 500, 2)),), terms).result.margin
    assert one is not None
    assert round_to(one, 5) == D("0.10000")


def test_freight_in_base_money_does_not_move_with_the_rate() -> None:
    terms = replace(TERMS, freight=D(5800), freight_rate=D(1), freight_currency="CNY")
    rate = found(terms=terms).break_even
    assert rate is not None
    at_it = found(terms=replace(terms, rate=rate))
    assert at_it.freight == D("5800.00")
    assert abs(at_it.profit) <= D("0.05")


def test_a_quotation_in_base_money_has_no_break_even_rate() -> None:
    terms = QuoteTerms(currency="CNY", rate=D(1))
    assert found(terms=terms).break_even is None


def test_a_what_if_on_the_rate_moves_revenue_and_what_is_paid_in_the_currency() -> None:
    terms = replace(TERMS, freight_rate=None)
    low, high = found(terms=terms), found(terms=replace(terms, rate=D("7.20")))
    assert high.revenue == D("111024.00")
    assert high.freight == D("5904.00")
    assert high.purchase == low.purchase
    assert high.profit > low.profit


def test_the_lines_share_every_cost() -> None:
    """Freight by volume, the rest by value (section 2.3); the profits of the lines are that of the whole."""
    answer = found()
    profits = [line.profit for line in answer.lines]
    assert all(profit is not None for profit in profits)
    assert round_to(sum((p for p in profits if p is not None), D(0)), 2) == answer.profit
    freight = D("5805.60") * D("3.600") / D("12.075")
    others = (D("179.61") + D("2177.30") + D("2860.00")) * D(8220) / D(15420)
    lantern = D(8220) * D("7.06") - (D(47460) - D(5460)) - freight - others
    assert profits[0] is not None
    assert round_to(profits[0], 6) == round_to(lantern, 6)
    assert answer.lines[0].margin is not None
    assert round_to(answer.lines[0].margin, 8) == round_to(lantern / (D(8220) * D("7.06")), 8)


def test_freight_is_shared_by_value_while_a_volume_is_missing() -> None:
    answer = found((LANTERN, replace(KIT, volume=D(0))))
    profit = answer.lines[0].profit
    assert profit is not None
    shared = (answer.freight + answer.insurance + answer.commission + answer.domestic) * D(8220) / D(15420)
    assert round_to(profit, 6) == round_to(D(8220) * D("7.06") - D(42000) - shared, 6)


def test_a_line_without_a_factory_price_is_counted_and_not_guessed() -> None:
    answer = found((LANTERN, replace(KIT, cost=None)))
    assert answer.unknown == 1
    assert answer.purchase == D("47460.00")
    assert answer.lines[1].margin is None


def test_nothing_is_estimated_without_a_total_or_a_rate() -> None:
    assert estimate((), TERMS) is None
    assert estimate((replace(LANTERN, amount=D(0)),), TERMS) is None
    assert estimate(LINES, replace(TERMS, rate=D(0))) is None


def test_the_lowest_total_leaves_the_margin_wished_for() -> None:
    """K 46,500, rate 7.00, F 640, R 0.32 %, c 2 %, b 0.1 %, p 10 % gives 8,318.70 (section 2.7)."""
    line = QuoteLine(D(1000), D("9000.00"), D("46.5"), D("0"), D("0"))
    terms = QuoteTerms(
        currency="USD",
        rate=D("7.00"),
        freight=D(640),
        insurance_rate=D("0.0032"),
        commission=D("0.02"),
        bank_fee=D("0.001"),
    )
    answer = found((line,), terms)
    assert round_to(lowest_total(answer, terms, D("0.10")), 2) == D("8318.70")
    price = lowest_price(answer, (line,), 0, terms, D("0.10"))
    assert price is not None
    assert round_to(price * 1000, 2) == D("8318.70")
    again = found((replace(line, amount=D("8318.70")),), terms)
    assert again.result.margin is not None
    assert round_to(again.result.margin, 4) == D("0.1000")


def test_a_unit_carries_its_share_of_the_freight() -> None:
    """By volume, 3.600 : 8.475 (section 2.6); by value as long as a volume is missing."""
    assert round_to(unit_freight(LINES, 0, D(820)) * 1200, 6) == round_to(D(820) * D("3.6") / D("12.075"), 6)
    no_size = (LANTERN, replace(KIT, volume=D(0)))
    assert round_to(unit_freight(no_size, 1, D(820)) * 500, 6) == round_to(D(820) * D(7200) / D(15420), 6)
    assert unit_freight((replace(LANTERN, quantity=D(0)),), 0, D(820)) == 0


def test_a_wished_margin_that_leaves_nothing_is_refused_in_words() -> None:
    answer = found()
    with pytest.raises(Refusal, match="100 % of the price"):
        lowest_total(answer, TERMS, D("0.98"))
    with pytest.raises(Refusal, match="100 % of the price"):
        lowest_price(answer, LINES, 0, TERMS, D("0.99"))


def test_no_lowest_price_where_the_cost_is_not_known() -> None:
    lines = (LANTERN, replace(KIT, cost=None))
    assert lowest_price(found(lines), lines, 1, TERMS, D("0.1")) is None


def test_the_other_regimes_of_2_2() -> None:
    without = found(terms=replace(TERMS, regime=TaxRegime.NO_REFUND))
    assert (without.purchase, without.rebate) == (D("83620.00"), D(0))
    foreign = found(terms=replace(TERMS, regime=TaxRegime.NONE))
    assert foreign.purchase == D("74000.00")
    fob = D("108865.20") - D("5805.60") - D("179.61")
    made = found(terms=replace(TERMS, regime=TaxRegime.MANUFACTURER))
    lost = round_to(fob * D(7200) / D(15420) * D("0.04"), 2)
    assert (made.purchase, made.rebate) == (D("74000.00") + lost, D(0))
    taxed = found((LANTERN,), replace(TERMS, regime=TaxRegime.TAXED, freight=D(0), insurance_rate=D(0)))
    assert taxed.output_vat == round_to(D("58033.20") / D("1.13") * D("0.13"), 2)
    assert taxed.purchase == D("42000.00")


def test_every_regime_keeps_the_lines_to_the_whole() -> None:
    for regime in TaxRegime:
        answer = found(terms=replace(TERMS, regime=regime))
        profits = sum((line.profit for line in answer.lines if line.profit is not None), D(0))
        assert round_to(profits, 2) == answer.profit, regime


@pytest.mark.parametrize(
    ("rule", "changed", "fields"),
    [
        ("CIF", {}, set()),
        ("CIF", {"insurance_rate": D(0)}, {"insurance_rate"}),
        ("CFR", {"freight": D(0), "insurance_rate": D(0)}, {"freight"}),
        ("FOB", {"insurance_rate": D(0)}, {"freight"}),
        ("FOB", {"freight": D(0), "insurance_rate": D(0), "domestic": D(0)}, {"domestic_cost"}),
        ("FCA", {"freight": D(0), "insurance_rate": D(0)}, set()),
        ("EXW", {"freight": D(0), "insurance_rate": D(0)}, {"domestic_cost"}),
    ],
)
def test_the_incoterm_warns_of_costs_on_the_wrong_side(
    rule: str, changed: dict[str, Decimal], fields: set[str]
) -> None:
    """Section 2.8: a cost the buyer bears is entered, or one of the seller's is missing."""
    warned = cost_warnings(rule, replace(TERMS, **changed))  # type: ignore[arg-type]
    assert {problem.field for problem in warned} == fields
    assert all(problem.message.startswith(f"{rule}:") for problem in warned)
