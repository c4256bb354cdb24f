"""Matching declared items with VAT invoices, and the days of filing: domain.md sections 1.8, 2.2 and 11."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tradecrm.core.rebate_claims import (
    DeclaredItem,
    InvoicedLine,
    claimed_net,
    filing_deadline,
    last_day,
    match,
    propose_matches,
    same_goods,
    warning_stage,
)

D = Decimal


def _invoiced(key: int, quantity: str, net: str, vat: str = "0.13", **more: object) -> InvoicedLine:
    return InvoicedLine(key, "8201900090", "sets", D(quantity), D(net), D(vat), **more)  # type: ignore[arg-type]


def _declared(quantity: str, rate: str = "0.09", key: int = 1) -> DeclaredItem:
    return DeclaredItem(key, "8201.90.0090", "Sets", D(quantity), D(rate))


def test_section_1_8_e_is_shared_by_quantity_and_the_rest_stays_available() -> None:
    """T1: 800 kits invoiced, E 57,856 / 1.13 = 51,200.00; 500 declared -> E 32,000.00, rebate 2,880.00."""
    line = _invoiced(7, "800", "51200.00")
    found = match(_declared("500"), line, D(500))
    assert (found.net, found.rate, found.rebate) == (D("32000.00"), D("0.09"), D("2880.00"))
    rest = _invoiced(7, "800", "51200.00", used_quantity=D(500), used_net=D("32000.00"))
    assert match(_declared("300"), rest, D(300)).net == D("19200.00")


def test_nothing_of_e_is_lost_when_a_line_is_claimed_in_thirds() -> None:
    line = _invoiced(1, "3", "100.00")
    first = claimed_net(line, D(1))
    second = claimed_net(_invoiced(1, "3", "100.00", used_quantity=D(1), used_net=first), D(1))
    third = claimed_net(_invoiced(1, "3", "100.00", used_quantity=D(2), used_net=first + second), D(1))
    assert (first, second, third) == (D("33.33"), D("33.33"), D("33.34"))


def test_section_2_2_a_small_supplier_gives_at_most_the_rate_of_its_invoice() -> None:
    """P 10,300 on a 3 % special invoice, table rate 13 % -> r 3 %, E 10,000.00, rebate 300.00."""
    found = match(_declared("100", "0.13"), _invoiced(1, "100", "10000.00", "0.03"), D(100))
    assert (found.rate, found.rebate) == (D("0.03"), D("300.00"))


@pytest.mark.parametrize(
    ("code", "unit", "same"),
    [
        ("8201900090", "SETS", True),
        ("8201900091", "sets", False),
        ("8201900090", "pcs", False),
        ("", "sets", False),
    ],
)
def test_goods_are_the_same_by_hs_code_and_unit(code: str, unit: str, same: bool) -> None:
    line = InvoicedLine(1, code, unit, D(10), D(10), D("0.13"))
    assert same_goods(_declared("10"), line) is same


def test_one_invoice_that_holds_all_is_taken_first_then_several_in_their_order() -> None:
    lines = [_invoiced(1, "200", "2000"), _invoiced(2, "900", "9000"), _invoiced(3, "600", "6000")]
    assert [(m.invoiced_id, m.quantity) for m in propose_matches([_declared("500")], lines)] == [(3, D(500))]
    both = propose_matches([_declared("1000")], lines)
    assert [(m.invoiced_id, m.quantity) for m in both] == [(1, D(200)), (2, D(800))]
    assert propose_matches([_declared("1000", "0")], lines) == ()
    scarce = propose_matches([_declared("5000")], lines)
    assert sum(m.quantity for m in scarce) == D(1700)


def test_section_1_8_days_of_filing() -> None:
    """30 April of the year after the export; 36 months for exports from 1 January 2026 on."""
    assert filing_deadline(date(2026, 1, 2)) == filing_deadline(date(2026, 12, 31)) == date(2027, 4, 30)
    assert filing_deadline(date(2026, 5, 1), "06-30") == date(2027, 6, 30)
    assert last_day(date(2026, 5, 20)) == date(2029, 5, 20)
    assert last_day(date(2025, 12, 31)) is None
    due, steps = date(2027, 4, 30), (90, 30, 7)
    days = (date(2027, 1, 29), date(2027, 1, 30), date(2027, 3, 31), date(2027, 4, 23), date(2027, 5, 1))
    assert [warning_stage(due, day, steps) for day in days] == [None, 90, 30, 7, 0]
