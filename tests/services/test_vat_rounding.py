"""VAT on prices without it: rounded on each line, or once on the sum (domain.md section 11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.purchase_kit import (
    Deal,
    command_of,
    plan_shipment,
    purchase_of,
    put_into_effect,
    sign_deal,
)
from tradecrm.core.problems import Refusal
from tradecrm.core.purchases import VatRounding, vat_on_top
from tradecrm.models import CostLine
from tradecrm.screens.trade.purchase_draft import derive_purchase, load_purchase
from tradecrm.services.book import Seat
from tradecrm.services.claims.vat_invoices import SaveVatInvoice, VatLineDraft, check_vat_invoice
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.trade.purchase_moves import MovePurchase, move_purchase
from tradecrm.services.trade.purchases import LinkDraft, PurchaseLineDraft, SavePurchase, save_purchase
from tradecrm.services.trade.shipment_purchases import AddPurchases, add_purchases
from tradecrm.services.work import Reader

D = Decimal
DAY = date(2026, 4, 10)
NET = D("10.05")  # 13 % of it is 1.3065.


def choose(seat: Seat, how: str) -> None:
    seat.perform(change_settings, ChangeSettings((("vat_rounding", how),)))


def bought(seat: Seat, deal: Deal) -> int:
    """Buy lanterns and kits for 10.05 each without VAT, and send the contract to the factory."""
    lines = tuple(
        PurchaseLineDraft(product, "花园用品", quantity, D(price), links=(LinkDraft(sold, quantity),))
        for product, sold, quantity, price in (
            (deal.lantern, deal.lantern_line, D(1200), "0.008375"),
            (deal.kit, deal.kit_line, D(800), "0.012563"),
        )
    )
    command = SavePurchase(deal.lantern_factory, DAY, lines, vat_included=False)
    purchase = seat.perform(save_purchase, command).value
    for step in ("submit", "send"):
        seat.perform(move_purchase, MovePurchase(purchase, step))
    return purchase


def typed_total(seat: Seat, purchase: int) -> Decimal | None:
    """Answer the total that the page reckons while somebody types."""
    return derive_purchase(seat.ask(load_purchase, purchase), "lines.0.price").number("total")


def cost_amounts(reader: Reader, shipment: int) -> list[Decimal]:
    statement = select(CostLine.amount).where(CostLine.shipment_id == shipment, CostLine.category == "PUR")
    return list(reader.session.scalars(statement.order_by(CostLine.id)))


def test_the_sum_is_shared_by_the_largest_remainder() -> None:
    """Three lines of 10.05: a line 1.31 each, 3.93; on the sum 3.9195, so 3.92 (sections 11 and 2.6)."""
    lines = [(NET, D("0.13"))] * 3
    assert vat_on_top(lines, "CNY") == [D("1.31")] * 3
    assert vat_on_top(lines, "CNY", VatRounding.TOTAL) == [D("1.31"), D("1.31"), D("1.30")]
    mixed = [(D(100), D("0.13")), (D(50), D(0))]
    assert vat_on_top(mixed, "CNY", VatRounding.TOTAL) == [D(13), D(0)]
    assert vat_on_top([(D(50), D(0))], "CNY", VatRounding.TOTAL) == [D(0)]


@pytest.mark.parametrize(
    ("how", "total", "costs"),
    [
        ("LINE", "22.72", ["11.36", "7.10"]),  # 6.28 and round(0.8164)
        ("TOTAL", "22.71", ["11.36", "7.09"]),  # 2.613 is 2.61: 1.31 and 1.30, of which 500 of 800 have 0.81
    ],
)
def test_a_purchase_its_page_and_its_costs_agree(seat: Seat, how: str, total: str, costs: list[str]) -> None:
    deal = sign_deal(seat)
    put_into_effect(seat, deal)
    choose(seat, how)
    purchase = bought(seat, deal)
    assert seat.ask(purchase_of, purchase).total == D(total)
    assert typed_total(seat, purchase) == D(total)
    shipment = plan_shipment(seat, deal)
    seat.perform(add_purchases, AddPurchases(shipment))
    assert seat.ask(cost_amounts, shipment) == [D(each) for each in costs]


@pytest.mark.parametrize(("printed", "right"), [("26.20", True), ("26.13", True), ("26.35", False)])
def test_a_long_vat_invoice_is_right_by_its_lines_or_by_their_sum(*, printed: str, right: bool) -> None:
    """Twenty lines of 10.05: 20 x 1.31 is 26.20, on the sum 26.13; 0.05 beyond both is refused (section 11)."""
    lines = (VatLineDraft("花园用品", "pcs", D(1), NET, D("0.13"), D("1.31")),) * 20
    invoice = SaveVatInvoice(1, "12345678", DAY, DAY, NET * 20, D(printed), lines)
    found = [problem.message for problem in check_vat_invoice(invoice) if "at their rates" in problem.message]
    assert (not found) is right


def test_with_purchases_at_net_prices_it_is_kept(seat: Seat) -> None:
    deal = sign_deal(seat)
    line = PurchaseLineDraft(deal.lantern, "灯", D(3), NET)
    draft = SavePurchase(deal.lantern_factory, DAY, (line,), stock_purchase=True)
    kept = seat.perform(save_purchase, draft).value
    choose(seat, "TOTAL")  # A price with VAT has nothing on top.
    command = seat.ask(command_of, kept)
    seat.perform(save_purchase, replace(command, vat_included=False))
    with pytest.raises(Refusal, match="How VAT is rounded cannot change any more"):
        choose(seat, "LINE")
    assert seat.ask(lambda reader: reader.settings.vat_rounding) == "TOTAL"
