"""Rebate, costs and profit of a shipment, domain.md sections 2.2 to 2.5 and 2.10."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecrm.core.allocate import Basis
from tradecrm.core.costs import COST_CATEGORIES, CostSide, cost_category
from tradecrm.core.deposits import DepositPolicy, deposit_share
from tradecrm.core.money import Rounding, convert, line_amount, round_money, round_to, rounding_of
from tradecrm.core.profit import (
    CostLine,
    ShipmentResult,
    cost_per_unit,
    cost_variance,
    fx_net_income,
    insurance_premium,
    sheet_flagged,
    shipment_result,
)
from tradecrm.core.rebate import ExportedGoods, TaxRegime, manufacturer_month, output_vat, purchase_vat

D = Decimal


def test_worked_roundings_of_11() -> None:
    """Half up is away from zero; a document total is the sum of its rounded lines (section 11)."""
    assert [round_to(D(value), 2) for value in ("4.345", "-4.345")] == [D("4.35"), D("-4.35")]
    with rounding_of(lambda: Rounding.HALF_EVEN):
        assert [round_to(D(value), 2) for value in ("4.345", "-4.345", "4.355")] == [
            D("4.34"),
            D("-4.34"),
            D("4.36"),
        ]
    assert (round_money(D("98.5"), "JPY"), round_money(D("12.3455"), "KWD")) == (D(99), D("12.346"))
    lines = ((12, "1.0454"), (5, "3.1111"), (9, "0.7777"))
    amounts = [line_amount(D(quantity), D(price), "USD") for quantity, price in lines]
    assert (amounts, sum(amounts)) == ([D("12.54"), D("15.56"), D("7.00")], D("35.10"))
    assert 3 * line_amount(D(3), D("4.1815"), "USD") == D("37.62")


@pytest.mark.parametrize(
    ("gross", "vat", "table", "net", "rebate", "lost"),
    [
        ("47460", "0.13", "0.13", "42000.00", "5460.00", "0.00"),
        ("36160", "0.13", "0.09", "32000.00", "2880.00", "1280.00"),
        ("10300", "0.03", "0.13", "10000.00", "300.00", "0.00"),
    ],
)
def test_worked_rebates_of_2_2(*, gross: str, vat: str, table: str, net: str, rebate: str, lost: str) -> None:
    answer = purchase_vat(D(gross), D(vat), D(table))
    assert (answer.net, answer.rebate, answer.non_refundable) == (D(net), D(rebate), D(lost))
    assert answer.cost == D(gross) - D(rebate)
    # The printed E of the special VAT invoice gives the same here.
    assert purchase_vat(D(gross), D(vat), D(table), printed_net=D(net)).rebate == D(rebate)


def test_the_printed_net_wins() -> None:
    answer = purchase_vat(D("100.00"), D("0.13"), D("0.13"), printed_net=D("88.49"))
    assert (answer.net, answer.input_vat, answer.rebate) == (D("88.49"), D("11.51"), D("11.50"))


def test_other_regimes_of_2_2() -> None:
    gross, vat = D("36160"), D("0.13")
    assert purchase_vat(gross, vat, D("0.09"), TaxRegime.NO_REFUND).cost == gross
    assert purchase_vat(gross, vat, D(0), TaxRegime.TAXED).cost == D("32000.00")
    assert purchase_vat(gross, vat, D(0), TaxRegime.TAXED, special_invoice=False).cost == gross
    assert purchase_vat(gross, vat, D(0), TaxRegime.NONE).cost == D("32000.00")
    made = purchase_vat(gross, vat, D("0.10"), TaxRegime.MANUFACTURER, fob_base=D("50000"))
    assert (made.cost, made.rebate) == (D("33500.00"), D(0))
    assert output_vat(D("113000"), D("0.13")) == D("13000.00")


def test_manufacturer_month_of_2_2() -> None:
    goods = ExportedGoods(D("640000"), D("0.13"), D("0.10"))
    month = manufacturer_month([goods], input_vat=D("58500"), output=D("9100"))
    assert (month.non_creditable, month.tax, month.cap) == (D("19200.00"), D("-30200.00"), D("64000.00"))
    assert (month.refund, month.credited, month.carried) == (D("30200.00"), D("33800.00"), D(0))
    # A credit above the cap is carried on; duty-free inputs lower both formulas, each HS code rounded by itself.
    part = ExportedGoods(D("1000.05"), D("0.13"), D("0.10"), D("0.02"))
    month = manufacturer_month([part, part], input_vat=D("500"), output=D(0), carried=D("40"))
    assert (month.non_creditable, month.cap) == (D("60.00"), D("200.00"))
    assert (month.tax, month.refund, month.credited, month.carried) == (
        D("-480.00"),
        D("200.00"),
        D(0),
        D("280.00"),
    )


@given(st.decimals("0.01", "9999999", places=2), st.sampled_from(["0.01", "0.03", "0.09", "0.13"]))
def test_invariant_8(gross: Decimal, vat: str) -> None:
    answer = purchase_vat(gross, D(vat), D("0.09"))
    assert answer.net + answer.input_vat == gross
    assert answer.rebate + answer.non_refundable == answer.input_vat


def test_categories_of_2_3() -> None:
    assert [category.code for category in COST_CATEGORIES if category.side is CostSide.FX] == [
        "FRT",
        "INS",
        "COM-O",
        "COM-H",
        "BKF",
        "DES",
        "CLM",
    ]
    assert len(COST_CATEGORIES) == 18
    assert cost_category("INL").basis is Basis.GROSS_WEIGHT
    assert [category.code for category in COST_CATEGORIES if category.sign < 0] == ["REB", "VAT"]


def _t1_costs() -> list[CostLine]:
    def yuan(code: str, amount: Decimal) -> CostLine:
        return CostLine(code, "CNY", amount, amount)

    def dollars(code: str, amount: str, rate: str) -> CostLine:
        return CostLine(code, "USD", D(amount), convert(D(amount), D(rate), "CNY"))

    goods = [line_amount(D(1200), D("39.55"), "CNY"), line_amount(D(500), D("72.32"), "CNY")]
    rates = [D("0.13"), D("0.09")]
    assert goods == [D("47460.00"), D("36160.00")]
    rebates = [purchase_vat(p, D("0.13"), r).rebate for p, r in zip(goods, rates, strict=True)]
    assert sum(rebates) == D("8340.00")
    premium = insurance_premium(D(15420), D("0.0015"), "USD")
    assert premium == D("25.44")
    return [
        *(yuan("PUR", amount) for amount in goods),
        *(yuan("REB", -amount) for amount in rebates),
        dollars("FRT", "820.00", "7.08"),
        dollars("INS", str(premium), "7.06"),
        yuan("INL", D("1450.00")),
        yuan("CUS", D("300.00")),
        yuan("PRT", D("980.00")),
        yuan("BKD", D("130.00")),
        dollars("COM-H", "308.40", "7.06"),
        dollars("BKF", "28.00", "7.03"),
    ]


def _t1(revenue: Decimal, realized: Decimal) -> ShipmentResult:
    return shipment_result(
        invoice_total=D("15420.00"),
        currency="USD",
        revenue=revenue,
        costs=_t1_costs(),
        reference_rate=D("7.06"),
        realized_fx=realized,
    )


def test_t1_shipment_1_of_2_5() -> None:
    deposit = deposit_share(
        DepositPolicy.PRO_RATA,
        deposit=D("5922.00"),
        left=D("5922.00"),
        invoice=D("15420"),
        open_amount=D("15420"),
        contract_total=D("19740"),
        currency="USD",
    )
    on_deposit = convert(deposit, D("7.02"), "CNY")
    on_balance = convert(D("15420.00") - deposit, D("7.06"), "CNY")
    assert (on_deposit, on_balance) == (D("32474.52"), D("76205.64"))
    result = _t1(on_deposit + on_balance, D("-323.82"))
    bases = [str(line.base) for line in _t1_costs() if line.currency == "USD"]
    assert bases == ["5805.60", "179.61", "2177.30", "196.84"]
    assert result.revenue == D("108680.16")
    assert result.total_cost == D("86499.35")
    assert result.trading_profit == D("22180.81")
    assert result.profit_after_fx == D("21856.99")
    assert result.fx_net_income == D("14238.16")
    assert result.export_cost == D("78140.00")
    assert result.cost_per_unit == D("5.4881")
    percents = [result.profit_rate, result.margin, result.markup]
    assert [round_to(value * 100, 2) for value in percents if value is not None] == [
        D("28.64"),
        D("20.41"),
        D("25.64"),
    ]
    assert result.profit_rate is not None
    # Invariant 7: profit rate = R / (K/N) - 1.
    assert round_to((D("7.06") / D("5.4881") - 1) * 100, 2) == D("28.64")
    assert abs(D("7.06") / (result.export_cost / result.fx_net_income) - 1 - result.profit_rate) < D("1e-20")


def test_policy_b_gives_the_same_profit_after_fx() -> None:
    # Section 2.5: revenue 108,865.20, FX -508.86, both sum to 108,356.34 under A and B.
    b = _t1(D("108865.20"), D("-508.86"))
    a = _t1(D("108680.16"), D("-323.82"))
    assert convert(D("15420.00"), D("7.06"), "CNY") == b.revenue
    assert b.revenue + b.realized_fx == a.revenue + a.realized_fx == D("108356.34")
    assert a.profit_after_fx == b.profit_after_fx


def test_without_income_or_cost_ratios_are_not_numbers() -> None:
    nothing = shipment_result(
        invoice_total=D(0), currency="USD", revenue=D(0), costs=[], reference_rate=D("7.06")
    )
    assert (nothing.cost_per_unit, nothing.profit_rate, nothing.margin, nothing.markup) == (None,) * 4
    assert cost_per_unit(D(-5), D(10)) is None


def test_an_fx_cost_in_another_currency_converts_at_the_reference_rate() -> None:
    result = shipment_result(
        invoice_total=D("1000"),
        currency="USD",
        revenue=D("7060"),
        costs=[CostLine("FRT", "EUR", D("90"), D("706.00"))],
        reference_rate=D("7.06"),
    )
    assert result.fx_net_income == D("900.00")


def test_an_fx_cost_at_an_exact_half_rounds_up() -> None:
    """0.17 at 6.8 is 0.025, which becomes 0.03: a reciprocal rate would miss it (sections 2.4 and 11)."""
    half = CostLine("FRT", "CNY", D("0.17"), D("0.17"))
    assert fx_net_income(D("1.00"), "USD", [half], D("6.8")) == D("0.97")


@pytest.mark.parametrize(
    ("estimate", "actual", "fraction", "flagged"),
    [
        ("100", "110", "0.1", False),
        ("100", "110.01", "0.1001", True),
        ("-8340", "-7000", "0.1606714628297362110311750600", True),
        ("0", "50", None, False),
        ("100", "50", "-0.5", False),
    ],
)
def test_flags_of_2_10_are_strict(estimate: str, actual: str, fraction: str | None, flagged: bool) -> None:
    answer = cost_variance(D(estimate), D(actual))
    assert answer.fraction == (None if fraction is None else D(fraction))
    assert answer.flagged is flagged


def test_sheet_flags_of_2_10() -> None:
    def flagged(margin: str, estimated: str, actual: str) -> bool:
        return sheet_flagged(actual_margin=D(margin), estimated_profit=D(estimated), actual_profit=D(actual))

    assert not flagged("0.08", "100", "80")
    assert flagged("0.0799", "100", "100")
    assert flagged("0.2", "100", "79.99")
    assert cost_variance(D(100), D(150), minimum=D(60)).flagged is False
