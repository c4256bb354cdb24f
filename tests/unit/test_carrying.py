"""Carrying amounts, exchange differences, moving average and aging: domain.md sections 3.5, 3.6 and 4."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tradecrm.core.aging import (
    AgingBasis,
    bucket_index,
    bucket_labels,
    check_edges,
    fill_instalments,
    overdue_days,
)
from tradecrm.core.carrying import (
    ClosingRate,
    FxBalance,
    Side,
    Tranche,
    cross_parts,
    cross_rate,
    realized_fx,
    release,
)
from tradecrm.core.money import Rounding, convert, rounding_of
from tradecrm.core.problems import Refusal

D = Decimal


def unrealized(amount: str, carrying: str, rate: str, base: str = "CNY") -> Decimal:
    """Answer the unrealized difference by amounts as the book keeps them, with four decimals."""
    units = (int(D(text).scaleb(4)) for text in (amount, carrying))
    return D(ClosingRate(D(rate), base, 4).unrealized(*units)).scaleb(-4)


@given(
    st.integers(-(10**15), 10**15),
    st.decimals("0.0000000001", "99999", places=10),
    st.sampled_from(["CNY", "JPY", "KWD"]),
    st.sampled_from(list(Rounding)),
)
@example(5_000, D("7.13"), "CNY", Rounding.HALF_EVEN)  # 3.565
@example(15_000, D("7.13"), "CNY", Rounding.HALF_EVEN)  # 10.695
def test_many_amounts_are_valued_as_one_is(units: int, rate: Decimal, base: str, mode: Rounding) -> None:
    """Section 11: one rounding as the firm rounds, whole numbers or not."""
    with rounding_of(lambda: mode):
        worth = D(ClosingRate(rate, base, 4).worth(units)).scaleb(-4)
        assert worth == convert(D(units).scaleb(-4), rate, base)


def test_example_of_3_5_invoice_of_8650() -> None:
    base = convert(D("8650.00"), D("7.1120"), "CNY")
    assert base == D("61518.80")
    item: tuple[Tranche, ...] = (Tranche.whole(D("8650.00"), base),)
    released, item = release(item, D("5000.00"), "CNY")
    assert released == D("35560.00")
    assert realized_fx(Side.AR, D("35450.00"), released) == D("-110.00")
    assert (item[0].open_amount, item[0].open_base) == (D("3650.00"), D("25958.80"))
    assert unrealized("3650.00", "25958.80", "7.06") == D("-189.80")
    released, item = release(item, D("3650.00"), "CNY")
    assert realized_fx(Side.AR, D("26115.75"), released) == D("156.95")
    assert item[0].open_base == 0
    assert D("-110.00") + D("156.95") == D("46.95")


def test_t1_tranches_give_0_and_minus_323_82() -> None:
    item: tuple[Tranche, ...] = (
        Tranche.whole(D("4626.00"), D("32474.52"), "deposit"),
        Tranche.whole(D("10794.00"), D("76205.64")),
    )
    released, item = release(item, D("4626.00"), "CNY", key="deposit")
    assert realized_fx(Side.AR, D("4626.00") * D("7.02"), released) == 0
    released, item = release(item, D("10794.00"), "CNY")
    assert released == D("76205.64")
    assert realized_fx(Side.AR, D("10794.00") * D("7.03"), released) == D("-323.82")
    assert all(tranche.open_base == 0 for tranche in item)


def test_pro_rata_over_the_whole_would_invent_minus_129_53() -> None:
    # Section 3.5 names the wrong number that tranches avoid.
    whole = (Tranche.whole(D("15420.00"), D("108680.16")),)
    released, _rest = release(whole, D("4626.00"), "CNY")
    assert realized_fx(Side.AR, D("32474.52"), released) == D("-129.53")


def test_an_ordinary_receipt_takes_the_deposit_tranche_last() -> None:
    item: tuple[Tranche, ...] = (Tranche.whole(D(10), D(70), "d"), Tranche.whole(D(20), D(142)))
    released, item = release(item, D(25), "CNY")
    assert released == D("177.00")
    assert (item[0].open_amount, item[1].open_amount) == (D(5), D(0))
    with pytest.raises(Refusal, match="more than the item has open"):
        release(item, D(6), "CNY")


def test_payables_mirror_and_credit_notes_carry_a_minus() -> None:
    assert realized_fx(Side.AP, D("700"), D("710")) == 10
    assert unrealized("-100", "-710", "7.00") == D("10.00"), "a debt that costs less is a gain"
    released, _rest = release((Tranche.whole(D(-100), D(-710)),), D(-40), "CNY")
    assert released == D("-284.00")


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.lists(st.integers(1, 10**8), max_size=8))
def test_open_amount_zero_means_open_base_zero(amount: int, base: int, parts: list[int]) -> None:
    # Section 12 invariant 3.
    item: tuple[Tranche, ...] = (Tranche.whole(D(amount), D(base).scaleb(-2)),)
    total = D(0)
    for part in [*parts, amount]:
        step = min(D(part), item[0].open_amount)
        released, item = release(item, step, "CNY")
        total += released
        assert item[0].open_base >= 0
    assert item[0].open_base == 0
    assert total == D(base).scaleb(-2)


def test_cross_currency_split_sums_to_the_difference() -> None:
    standard, alternate = cross_parts(D("1000"), D("7.80"), D("7750"), D("7830"), "CNY")
    assert (standard, alternate) == (D("50.00"), D("30.00"))
    assert cross_rate(D("1000"), D("921.35")) == D("0.921350")


def test_moving_average_of_section_4() -> None:
    account = FxBalance(D("12000"), D("85200.00")).inflow(D("18000"), D("18000") * D("7.06"))
    assert (account.amount, account.base) == (D("30000"), D("212280.00"))
    taken, account = account.outflow(D("22000"), "CNY")
    assert taken == D("155672.00")
    assert D("22000") * D("7.095") - taken == D("418.00")
    assert (account.amount, account.base) == (D("8000"), D("56608.00"))
    taken, account = account.outflow(D("8000"), "CNY")
    assert (taken, account.base) == (D("56608.00"), D(0))


def test_an_account_at_or_below_zero_uses_the_middle_rate() -> None:
    # Section 16 number 6.
    empty = FxBalance(D(0), D(0))
    with pytest.raises(Refusal, match="middle rate"):
        empty.outflow(D(100), "CNY")
    assert empty.outflow(D(100), "CNY", D("7.06"))[0] == D("706.00")


@pytest.mark.parametrize(
    ("due", "label", "days"),
    [
        (date(2026, 8, 12), "Current", -12),
        (date(2026, 7, 31), "Current", 0),
        (date(2026, 7, 14), "1–30", 17),
        (date(2026, 7, 1), "1–30", 30),
        (date(2026, 6, 30), "31–60", 31),
        (date(2026, 6, 1), "31–60", 60),
        (date(2026, 5, 2), "61–90", 90),
        (date(2026, 5, 1), "90+", 91),
    ],
)
def test_boundaries_of_3_6(due: date, label: str, days: int) -> None:
    assert overdue_days(date(2026, 7, 31), due) == days
    assert bucket_labels()[bucket_index(days)] == label


def test_document_aging_has_no_current_and_unknown_due_is_current() -> None:
    assert bucket_index(None) == 0
    assert [bucket_index(days, basis=AgingBasis.DOCUMENT) for days in (-3, 0, 30, 31, 91)] == [1, 1, 1, 2, 4]
    assert bucket_labels(basis=AgingBasis.DOCUMENT)[1] == "≤ 30"
    assert bucket_labels((15, 45)) == ("Current", "1–15", "16–45", "45+")


def test_edges_must_rise() -> None:
    assert check_edges((30, 60, 90)) == []
    assert check_edges((30, 30)) != []
    assert check_edges(()) != []
    assert check_edges((0, 10)) != []


def test_history_example_days() -> None:
    # Section 3.6: due 10 Apr; as of 30 Apr 20 days, as of 20 May 40 days.
    due = date(2026, 4, 10)
    assert bucket_labels()[bucket_index(overdue_days(date(2026, 4, 30), due))] == "1–30"
    assert bucket_labels()[bucket_index(overdue_days(date(2026, 5, 20), due))] == "31–60"


def test_payments_fill_instalments_in_due_order() -> None:
    parts = fill_instalments([(None, D(100)), (date(2026, 6, 1), D(50)), (date(2026, 5, 1), D(30))], D(60))
    assert [part.open_amount for part in parts] == [D(100), D(20), D(0)]
