"""Settings of domain.md section 13 (and 2.10, 4, 9.3) at the places that go by them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.services.conftest import TODAY
from tests.services.example_kit import t1
from tests.services.shipping_kit import OPEN_ACCOUNT, Firm, start
from tests.services.test_letters_of_credit import dues, under_credit
from tradecrm.core.freight import usual_quantity
from tradecrm.core.links import Link
from tradecrm.core.rates import RateType
from tradecrm.models import FreightInquiry
from tradecrm.reports.profit import FLAG
from tradecrm.reports.registry import report_table
from tradecrm.screens.crm.credit import blank_credit, build_credit
from tradecrm.services.book import Seat
from tradecrm.services.control.settings import ChangeSettings, Settings, change_settings
from tradecrm.services.figures.estimate_actual import compared_shipments
from tradecrm.services.money.accounts import MakeTransfer, OpenAccount, make_transfer, open_account
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.trade.credit import save_credit_terms
from tradecrm.services.trade.freight import cargo_of
from tradecrm.services.trade.presentations import bank_view
from tradecrm.services.work import Reader

D = Decimal


def choose(seat: Seat, **values: object) -> None:
    seat.perform(change_settings, ChangeSettings(tuple(values.items())))


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def test_the_defaults_of_section_13() -> None:
    """Each row of the table whose subject the program has; shares are fractions."""
    found = Settings()
    assert (found.revenue_event, found.aging_edges) == ("on_board", (30, 60, 90))
    assert (found.deposit_policy, found.fx_policy) == ("PRO_RATA", "A")
    assert (found.aging_basis, found.aging_base_mode) == ("DUE", "closing")
    assert (found.insurance_markup, found.cifc_method) == (D("0.10"), "one_step")
    assert (found.write_off_limit, found.write_off_share) == (D(50), D("0.005"))
    assert (found.max_overdue_days, found.credit_warn, found.credit_backlog) == (15, D("0.8"), True)
    assert (found.tax_regime, found.min_margin) == ("TRADER", D("0.08"))
    assert (found.freight_quotes_needed, found.presentation_days) == (3, 21)
    assert (found.max_stale_days, found.rounding, found.vat_rounding) == (7, "ROUND_HALF_UP", "LINE")
    assert (found.express_divisor, found.air_divisor) == (D(5000), D(6000))


def test_the_days_to_present_under_a_credit_that_names_none(firm: Firm) -> None:
    """21 days by default (section 1.7); a credit that names its own keeps them."""
    shipment = firm.shipment(under_credit(firm))
    left = TODAY - timedelta(days=7)
    firm.depart(shipment, left)
    choose(firm.seat, presentation_days=15)
    view = firm.seat.ask(bank_view, shipment)
    assert view is not None
    assert (left + timedelta(days=15)).weekday() < 5
    assert view.deadline == left + timedelta(days=15)


def test_due_dates_of_open_account_move_to_a_banking_day_where_the_firm_wants_it(firm: Firm) -> None:
    """Section 3.2: the raw date by default; Saturday, 11 July and Monday, 13 July."""
    contracts = [firm.contract(OPEN_ACCOUNT) for _each in range(2)]
    found = []
    for contract, moved in zip(contracts, (False, True), strict=True):
        choose(firm.seat, due_on_banking_days=moved)
        firm.depart(firm.shipment(contract), date(2026, 6, 11))
        found.append(firm.seat.ask(dues)[-1])
    assert found == [date(2026, 7, 11), date(2026, 7, 13)]


def test_the_days_overdue_allowed_to_a_new_credit_customer(firm: Firm) -> None:
    """15 by default (section 5); what was kept for a customer stays."""
    link = Link.to("credit_terms", party=firm.customer)
    assert firm.seat.ask(blank_credit, link).number("max_overdue_days") == D(15)
    choose(firm.seat, max_overdue_days=45)
    fresh = firm.seat.ask(blank_credit, link)
    assert fresh.number("max_overdue_days") == D(45)
    firm.seat.perform(save_credit_terms, build_credit(fresh))
    choose(firm.seat, max_overdue_days=10)
    assert firm.seat.ask(blank_credit, link).number("max_overdue_days") == D(45)


@pytest.mark.parametrize(
    ("mode", "before", "after"), [("AIR", "106.0", "127.0"), ("EXPRESS", "127.0", "106.0")]
)
def test_volume_counts_as_weight_by_the_firms_divisors(
    seat: Seat, mode: str, before: str, after: str
) -> None:
    """Six cartons of 55 x 48 x 40 cm and 88 kg (section 9.3), then with the divisors the other way round."""
    volume = D(6 * 55 * 48 * 40) / 1_000_000

    def chargeable(reader: Reader) -> Decimal:
        inquiry = FreightInquiry(
            mode=mode, port_of_loading="Ningbo", port_of_discharge="Oslo", volume=volume, gross_weight=D(88)
        )
        return usual_quantity("kg", cargo_of(reader, inquiry))

    assert seat.ask(chargeable) == D(before)
    choose(seat, air_divisor=D(5000), express_divisor=D(6000))
    assert seat.ask(chargeable) == D(after)


def test_a_banks_rate_is_warned_of_beyond_what_the_firm_allows(seat: Seat) -> None:
    """2 % by default (section 4): 7.20 is 1.1 % from 7.12."""
    seat.perform(save_rate, SaveRate(RateType.MID, "USD", TODAY, "7.12", "bank"))
    usd = seat.perform(open_account, OpenAccount("USD", "BANK", "USD", TODAY, D(10_000))).value
    cny = seat.perform(open_account, OpenAccount("CNY", "BANK", "CNY", TODAY)).value
    settle = MakeTransfer(TODAY, usd, cny, D(1000), D(7200))
    assert seat.perform(make_transfer, settle).warnings == ()
    choose(seat, rate_warning=D("0.005"))
    (warning,) = seat.perform(make_transfer, settle).warnings
    assert "more than 0.5 % from the table rate" in warning


def test_a_cost_is_marked_when_it_strays_far_enough(seat: Seat) -> None:
    """Strictly above the threshold and by the least amount (section 2.10): 400 on 1,450 and 200 on 300."""
    example = t1(seat)
    for category, amount in (("INL", D(400)), ("CUS", D(200))):
        seat.perform(save_cost, SaveCost(example.shipment, category, "CNY", amount, rate=D(1)))

    def marked() -> set[str]:
        table = seat.ask(report_table, "shipment_profit", {"shipment": str(example.shipment)})
        return {str(row.cells[0]) for row in table.rows if row.cells[-1] == FLAG}

    inland, customs = "Inland haulage, loading", "Customs broker, inspection, CO fee"
    assert marked() == {inland, customs}
    choose(seat, variance_minimum=D(300))
    assert marked() == {inland}
    choose(seat, variance_threshold=D("0.5"), variance_minimum=D(0))
    assert marked() == {customs}


def test_a_shipment_is_marked_when_its_profit_drops_far_enough(seat: Seat) -> None:
    """More than a fifth below the estimate by default (section 2.10): 3,000 of 21,637 more is 11 % down."""
    example = t1(seat)
    seat.perform(save_cost, SaveCost(example.shipment, "INL", "CNY", D(3000), rate=D(1)))
    year = date(TODAY.year, 1, 1), TODAY

    def marked() -> list[bool]:
        return [row.flagged for row in seat.ask(compared_shipments, *year)]

    assert marked() == [False]
    choose(seat, profit_drop=D("0.1"))
    assert marked() == [True]
    choose(seat, profit_drop=D("0.12"))
    assert marked() == [False]
