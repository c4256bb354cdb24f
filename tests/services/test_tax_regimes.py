"""Every tax regime of domain.md section 2.2 in the result of a shipment, with figures reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.example_kit import t1
from tests.services.purchase_kit import SIGNED, command_of, plan_shipment, put_into_effect, sign_deal
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.table import Table
from tradecrm.models import CostLine
from tradecrm.reports.registry import report_table
from tradecrm.reports.walk import follow, unlinked_figures
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.data.check import check_book
from tradecrm.services.data.sample.running_example import Example
from tradecrm.services.figures.profit import ShipmentProfit, shipment_profit
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.trade.export_vat import ReckonExportVat, reckon_export_vat
from tradecrm.services.trade.purchase_moves import (
    MovePurchase,
    SubmitPurchase,
    move_purchase,
    submit_purchase,
)
from tradecrm.services.trade.purchase_split import SplitContract, split_contract
from tradecrm.services.trade.purchases import save_purchase
from tradecrm.services.trade.shipment_purchases import AddPurchases, add_purchases

D = Decimal


def _play(seat: Seat, regime: str) -> Example:
    seat.perform(change_settings, ChangeSettings((("tax_regime", regime),)))
    return t1(seat)


def _sums(sheet: ShipmentProfit) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in sheet.costs:
        found[row.category] = found.get(row.category, D(0)) + row.base_amount
    return {code: found[code] for code in ("PUR", "REB", "VAT", "NCV", "OVT") if code in found}


@pytest.mark.parametrize(
    ("regime", "sums"),
    [
        ("TRADER", {"PUR": D("83620.00"), "REB": D("-8340.00")}),
        ("NO_REFUND", {"PUR": D("83620.00")}),
        # Input VAT 5,460.00 + 4,160.00 is recovered whole, and there is no rebate.
        ("NONE", {"PUR": D("83620.00"), "VAT": D("-9620.00")}),
    ],
)
def test_section_2_2_what_of_a_purchase_is_cost(
    seat: Seat, book: Book, regime: str, sums: dict[str, Decimal]
) -> None:
    example = _play(seat, regime)
    assert _sums(seat.ask(shipment_profit, example.shipment)) == sums
    assert check_book(book.store.reader) == []
    with pytest.raises(Refusal, match="costs no VAT"):
        seat.perform(reckon_export_vat, ReckonExportVat(example.shipment))


def test_manufacturer_bears_what_is_not_refunded(seat: Seat, book: Book) -> None:
    """FOB USD 15,420.00 - 820.00 - 25.44 at 7.06 = 102,896.39, by value 8,220 : 7,200 -> 54,851.38 and 48,045.01.

    The declared rate is that of the export day, deposit or not (16.11). Lanterns 13 % - 13 % = 0; kits 13 % - 9 % =
    4 % of 48,045.01 = 1,921.80.
    """
    example = _play(seat, "MANUFACTURER")
    assert _sums(seat.ask(shipment_profit, example.shipment))["NCV"] == D("1921.80")  # of itself, by leaving
    total = seat.perform(reckon_export_vat, ReckonExportVat(example.shipment)).value
    assert total == D("1921.80")
    sheet = seat.ask(shipment_profit, example.shipment)
    assert _sums(sheet) == {"PUR": D("83620.00"), "VAT": D("-9620.00"), "NCV": D("1921.80")}
    # The estimate kept before it left had it at the budget rate of 7.00: kits 47,636.69, 4 % are 1,905.47.
    assert dict(sheet.estimate_costs)["NCV"] == D("1905.47")
    seat.perform(reckon_export_vat, ReckonExportVat(example.shipment))
    assert _sums(seat.ask(shipment_profit, example.shipment))["NCV"] == D("1921.80")
    # USD 100.00 more freight: 14,474.56 at 7.06 is 102,190.39, kits 47,715.36 of it, 4 % are 1,908.61.
    seat.perform(save_cost, SaveCost(example.shipment, "FRT", "USD", D(100), rate=D("7.06")))
    assert _sums(seat.ask(shipment_profit, example.shipment))["NCV"] == D("1908.61")
    assert check_book(book.store.reader) == []


def test_the_month_of_a_manufacturer_is_a_sheet(seat: Seat) -> None:
    """Not creditable 1,921.80 as above; cap 54,851.38 x 13 % + 48,045.01 x 9 % = 7,130.68 + 4,324.05 = 11,454.73.

    Tax 1,000.00 - (9,620.00 - 1,921.80) = -6,698.20: refunded, and 11,454.73 - 6,698.20 = 4,756.53 is credited.
    """
    _play(seat, "MANUFACTURER")
    given = {"month": "2026-05-15", "output": "1,000", "input": "9620.00"}
    sheet = seat.ask(report_table, "manufacturer_month", given)
    found = {str(row.cells[0]): row.cells[2] for row in sheet.rows}
    assert found == {
        "FOB value of the exports": D("102896.39"),
        "Not creditable": D("1921.80"),
        "Input VAT": D("9620.00"),
        "Output VAT at home": D("1000.00"),
        "Credit carried in": D(0),
        "Tax payable; below zero it is left to credit": D("-6698.20"),
        "Most that credit and refund come to": D("11454.73"),
        "Refunded by the tax office": D("6698.20"),
        "Credited against tax at home": D("4756.53"),
        "Credit carried on": D(0),
    }
    behind = sheet.rows[0].links[2]
    assert behind is not None
    goods = seat.ask(follow, behind)
    assert isinstance(goods, Table)
    assert [row.cells[-1] for row in (*goods.rows, *goods.totals)] == [
        D("54851.38"), D("48045.01"), D("102896.39"),
    ]  # fmt: skip
    assert unlinked_figures(goods) == unlinked_figures(sheet) == []
    assert seat.ask(report_table, "manufacturer_month", {"month": "2026-04-01"}).rows == ()
    less = seat.ask(report_table, "manufacturer_month", {**given, "duty_free": "2896.39"})
    assert less.rows[1].cells[2] == D("2896.39")
    assert D(str(less.rows[2].cells[2])) < D("1921.80")
    for wrong in ("much", "-1", "1.001", "NaN"):
        with pytest.raises(Refusal) as caught:
            seat.ask(report_table, "manufacturer_month", {"output": wrong})
        assert caught.value.problems[0].field == "output"


def test_taxed_export_pays_output_vat_and_credits_the_input(seat: Seat) -> None:
    """FOB 54,851.38 / 1.13 x 13 % = 6,310.34 and 48,045.01 / 1.13 x 13 % = 5,527.30."""
    example = _play(seat, "TAXED")
    total = seat.perform(reckon_export_vat, ReckonExportVat(example.shipment)).value
    assert total == D("6310.34") + D("5527.30")
    assert _sums(seat.ask(shipment_profit, example.shipment)) == {
        "PUR": D("83620.00"),
        "VAT": D("-9620.00"),
        "OVT": D("11837.64"),
    }


def test_a_firm_may_declare_at_the_rate_of_the_first_of_the_month(seat: Seat) -> None:
    """14,574.56 at 7.10 of 1 May is 103,479.38; kits 48,317.22 of it, 4 % are 1,932.69 (16.11)."""
    example = _play(seat, "MANUFACTURER")
    seat.perform(change_settings, ChangeSettings((("declared_rate", "month_first"),)))
    seat.perform(save_rate, SaveRate(RateType.MID, "USD", date(2026, 5, 1), "7.10", "bank"))
    assert seat.perform(reckon_export_vat, ReckonExportVat(example.shipment)).value == D("1932.69")


def test_before_departure_there_is_no_fob_value(seat: Seat) -> None:
    example = _play(seat, "TAXED")
    with pytest.raises(Refusal, match="has not left"):
        seat.perform(reckon_export_vat, ReckonExportVat(example.second_shipment))
    assert "OVT" not in _sums(seat.ask(shipment_profit, example.second_shipment))


@pytest.mark.parametrize("regime", ["TRADER", "TAXED", "MANUFACTURER", "NONE"])
def test_an_ordinary_invoice_credits_no_input_vat(seat: Seat, book: Book, regime: str) -> None:
    """P 47,460.00 at 13 %: E is 42,000.00, but without a special invoice the cost is P (section 2.2).

    A firm without Chinese VAT recovers its input VAT of 5,460.00 by any invoice.
    """
    seat.perform(change_settings, ChangeSettings((("tax_regime", regime),)))
    deal = sign_deal(seat)
    put_into_effect(seat, deal)
    shipment = plan_shipment(seat, deal)
    lanterns, _kits = seat.perform(split_contract, SplitContract(deal.contract, SIGNED)).value
    seat.perform(submit_purchase, SubmitPurchase(lanterns))
    seat.perform(add_purchases, AddPurchases(shipment))

    def kept() -> list[D]:
        found = select(CostLine.rebate).where(CostLine.purchase_line_id.is_not(None))
        return seat.ask(lambda reader: list(reader.session.scalars(found)))

    assert kept() == [D("5460.00")]
    seat.perform(move_purchase, MovePurchase(lanterns, "return"))
    seat.perform(save_purchase, replace(seat.ask(command_of, lanterns), invoice_type="ordinary"))
    seat.perform(submit_purchase, SubmitPurchase(lanterns))
    seat.perform(add_purchases, AddPurchases(shipment))
    assert kept() == [D("5460.00") if regime == "NONE" else D(0)]
    assert check_book(book.store.reader) == []
