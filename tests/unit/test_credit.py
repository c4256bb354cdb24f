"""Credit of a customer: the worked numbers and every stop of domain.md section 5."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.credit import CreditRule, Exposure, check_credit, contract_backlog, insured_part

TODAY = date(2026, 6, 15)
RULE = CreditRule("Veld B.V.", Decimal(50_000), "USD")
EXPOSURE = Exposure(
    "USD",
    receivable=Decimal(21_000),
    unapplied=Decimal(600),
    backlog=contract_backlog(Decimal(24_500), Decimal(7_350)),
)


def test_the_worked_exposure_is_37550() -> None:
    assert EXPOSURE.total == Decimal(37_550)


def test_a_contract_of_18000_with_its_deposit_is_over_by_150() -> None:
    added = contract_backlog(Decimal(18_000), Decimal(5_400))
    answer = check_credit(RULE, EXPOSURE, added, today=TODAY)
    assert answer.after == Decimal(50_150)
    assert answer.excess == Decimal(150)
    assert "USD 150.00 too much" in answer.stops[0]


def test_shipping_the_counted_order_needs_no_new_headroom() -> None:
    invoice, share = Decimal(24_500), Decimal(7_350)
    released = contract_backlog(Decimal(24_500), share) - contract_backlog(Decimal(0), Decimal(0))
    assert check_credit(RULE, EXPOSURE, invoice - share - released, today=TODAY).after == EXPOSURE.total


def test_an_exposure_equal_to_the_limit_passes_with_a_warning() -> None:
    answer = check_credit(RULE, EXPOSURE, Decimal(12_450), today=TODAY)
    assert answer.passes
    assert answer.after == answer.limit
    assert answer.warnings


def test_the_warning_begins_at_eighty_percent() -> None:
    assert not check_credit(RULE, EXPOSURE, Decimal("2449.99"), today=TODAY).warnings
    assert check_credit(RULE, EXPOSURE, Decimal(2450), today=TODAY).warnings


def test_no_limit_is_not_checked_and_zero_is_prepayment_only() -> None:
    free = CreditRule("Veld B.V.", None, "USD")
    assert check_credit(free, None, Decimal(10**9), today=TODAY).passes
    prepaid = CreditRule("Veld B.V.", Decimal(0), "USD")
    answer = check_credit(prepaid, Exposure("USD"), Decimal("0.01"), today=TODAY)
    assert "prepayment only" in answer.stops[0]
    assert check_credit(prepaid, Exposure("USD"), Decimal(0), today=TODAY).passes


def test_a_limit_that_ended_stops_by_itself_and_counts_as_zero() -> None:
    ended = CreditRule("Veld B.V.", Decimal(50_000), "USD", valid_until=TODAY - timedelta(days=1))
    answer = check_credit(ended, Exposure("USD"), Decimal(1), today=TODAY)
    assert len(answer.stops) == 2
    assert "ended on 2026-06-14" in answer.stops[0]
    assert check_credit(
        CreditRule("Veld B.V.", Decimal(50_000), "USD", valid_until=TODAY),
        Exposure("USD"),
        Decimal(1),
        today=TODAY,
    ).passes


def test_hold_and_overdue_stop_whatever_the_figures() -> None:
    held = CreditRule("Veld B.V.", None, "USD", hold=True, hold_reason="claim not settled")
    assert "claim not settled" in check_credit(held, None, Decimal(0), today=TODAY).stops[0]
    assert check_credit(RULE, EXPOSURE, Decimal(0), today=TODAY, overdue_days=15).passes
    late = check_credit(RULE, EXPOSURE, Decimal(0), today=TODAY, overdue_days=16)
    assert "16 days overdue" in late.stops[0]


def test_a_net_advance_uses_nothing() -> None:
    ahead = Exposure("USD", receivable=Decimal(100), unapplied=Decimal(400))
    assert ahead.used == 0
    assert check_credit(RULE, ahead, Decimal(200), today=TODAY).after == 0


def test_insurance_secures_its_share_up_to_the_cover() -> None:
    assert insured_part(Decimal(20_000), Decimal("0.9"), Decimal(50_000)) == Decimal(18_000)
    assert insured_part(Decimal(20_000), Decimal("0.9"), Decimal(10_000)) == Decimal(10_000)
