"""The discount or charge on a whole paper while it is typed: domain.md sections 2.6, 6 and 11."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tradecrm.core.adjusting import Adjustment
from tradecrm.core.problems import Problem
from tradecrm.screens.draft import Draft, Value
from tradecrm.screens.trade.adjusting import (
    adjusting_problems,
    adjustment_text,
    adjustment_values,
    total_label,
    typed_adjustment,
)
from tradecrm.screens.trade.contract_draft import build_contract, derive_contract
from tradecrm.services.trade.contracts import priced_lines

D = Decimal


def contract(**more: Value) -> Draft:
    """Answer a draft over three lines of 3 × 4.1815 at a cost of 20 each, derived as after a key."""
    line = {"quantity": D(3), "price": D("4.1815"), "cost": D(20), "vat_rate": D("0.13"), "rebate_rate": D(0)}
    values: dict[str, Value] = {"currency": "USD", "base": "CNY", "budget_rate": D(7), "terms": "", **more}
    return derive_contract(Draft(values, {"lines": (line,) * 3}), "adjust")


@pytest.mark.parametrize(
    ("amount", "rate"),
    [("0", None), ("-5", None), ("12.5", None), ("-1.13", "-0.03"), ("3.76", "0.1")],
)
def test_what_is_kept_is_typed_again_the_same(amount: str, rate: str | None) -> None:
    kept = Adjustment(D(amount), None if rate is None else D(rate))
    typed = typed_adjustment(Draft(adjustment_values(kept.amount, kept.rate)))
    assert (typed.rate, bool(typed)) == (kept.rate, bool(kept))
    assert typed.rate is not None or typed.amount == kept.amount


def test_lines_stand_as_printed_and_total_margin_and_command_follow() -> None:
    plain = contract()
    off = contract(adjust="discount_rate", adjust_rate=D("0.03"), adjustment_text="Early order")
    assert [line["amount"] for line in off.rows()] == [D("12.54")] * 3
    assert (plain.number("total"), off.number("total")) == (D("37.62"), D("36.49"))
    assert [line["adjusted"] for line in off.rows()] == [D("-0.38"), D("-0.38"), D("-0.37")]
    # Of 12.16 at 7.00 the goods for 60.00 leave 29.5 %, of 12.54 they leave 31.6 %.
    assert (plain.rows()[0]["margin"], off.rows()[0]["margin"]) == (D("0.316"), D("0.295"))
    assert total_label(plain) == "Total"
    assert total_label(off) == "Goods USD 37.62 · discount 3 % −1.13 · Total"
    command = build_contract(off)
    assert priced_lines(command).total == D("36.49")
    assert (command.adjustment_rate, command.adjustment_text) == (D("-0.03"), "Early order")


def test_a_charge_is_told_as_one_and_a_dropped_one_leaves_no_text() -> None:
    charged = contract(adjust="charge", adjust_amount=D("2.5"), adjustment_text="Pallets")
    assert charged.number("total") == D("40.12")
    assert total_label(charged) == "Goods USD 37.62 · charge 2.50 · Total"
    assert adjustment_text(charged) == "Pallets"
    assert adjustment_text(charged.put(adjust="none")) == ""


def test_problems_stand_at_the_figure_that_is_typed() -> None:
    problem = Problem("adjustment", "too much")
    by_rate = contract(adjust="discount_rate", adjust_rate=D("1.5"))
    assert [each.field for each in adjusting_problems(by_rate, [problem])] == ["adjust_rate"]
    missing = contract(adjust="discount")
    assert missing.number("total") == D("37.62")
    (found,) = adjusting_problems(missing, [])
    assert found.field == "adjust_amount"
    assert "above zero" in found.message
    assert adjusting_problems(contract(), []) == []
