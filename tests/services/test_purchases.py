"""Purchase contracts: split from a sold contract, guarded, approved, sent (domain.md sections 1.3, 1.4, 1.9, 6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.purchase_kit import (
    TODAY,
    command_of,
    purchase_of,
    put_into_effect,
    sign_deal,
    statuses,
)
from tradecrm.core.errors import Conflict
from tradecrm.core.presets import preset_terms
from tradecrm.core.problems import Refusal
from tradecrm.core.purchases import VatRounding, price_rise, to_buy
from tradecrm.core.terms import encode_terms
from tradecrm.models import PurchaseContract, PurchaseLine, PurchaseLink
from tradecrm.screens.trade.contract_draft import build_contract, load_contract
from tradecrm.services.book import Seat
from tradecrm.services.figures.purchased import contract_needs
from tradecrm.services.trade.contracts import MoveContract, move_contract, save_contract
from tradecrm.services.trade.purchase_moves import (
    MovePurchase,
    SubmitPurchase,
    move_purchase,
    submit_purchase,
)
from tradecrm.services.trade.purchase_split import SplitContract, split_contract
from tradecrm.services.trade.purchases import (
    LinkDraft,
    PurchaseLineDraft,
    SavePurchase,
    prepayment,
    save_purchase,
    total_with_vat,
)
from tradecrm.services.work import Reader

D = Decimal


def test_to_buy_of_1_4() -> None:
    """``max(0, open + safety - reserved - linked open - free)``: goods received are not bought twice."""
    assert to_buy(D(1200), D(0)) == 1200
    assert to_buy(D(1200), D(700)) == 500
    assert to_buy(D(1200), D(700), reserved=D(200), safety=D(50), free=D(30)) == 320
    assert to_buy(D(100), D(300)) == 0


def test_a_rise_is_a_fraction_of_the_last_price() -> None:
    assert price_rise(D("42"), D("40")) == D("0.05")
    assert price_rise(D("42"), D(0)) is None


def test_prices_without_vat_are_raised_by_it_and_only_the_order_part_is_prepaid() -> None:
    """Section 2.2: P is VAT-inclusive; section 6: what is paid with the order is the supplier prepayment."""
    with_vat = total_with_vat([(D("42000.00"), D("0.13"))], "CNY", VatRounding.LINE, vat_included=False)
    assert with_vat == D("47460.00")
    lines = [(D("47460.00"), D("0.13"))]
    assert total_with_vat(lines, "CNY", VatRounding.LINE, vat_included=True) == D("47460.00")
    assert prepayment(D("47460.00"), "CNY", "TT;P30@ORDER;B@BEFORE_SHIP") == D("14238.00")
    monthly = encode_terms(preset_terms("MONTHLY_N"))
    assert prepayment(D("47460.00"), "CNY", monthly) == 0


def test_t1_is_split_into_one_contract_a_factory(seat: Seat) -> None:
    """Section 1.9: 1,200 x 39.55 = 47,460.00 and 800 x 72.32 = 57,856.00, all carried over and linked."""
    deal = sign_deal(seat)
    first, second = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    lantern, kit = seat.ask(purchase_of, first), seat.ask(purchase_of, second)
    assert (lantern.total, kit.total) == (D("47460.00"), D("57856.00"))
    assert (lantern.supplier_id, kit.supplier_id) == (deal.lantern_factory, deal.kit_factory)
    assert lantern.number == "PC-2606-0001"
    assert lantern.marks == "VELD\nROTTERDAM\nC/NO. 1-UP"
    assert lantern.deposit_due == D("14238.00")
    line = seat.ask(lines_of, first)[0]
    assert (line.description_cn, line.item_no, line.hs_code) == ("太阳能花园灯", "LN-210", "9405419000")
    assert (line.quantity, line.price, line.amount) == (D(1200), D("39.55"), D("47460.00"))
    assert seat.ask(lines_of, second)[0].rebate_rate == D("0.09")
    assert seat.ask(links_of, first) == [(deal.lantern_line, D(1200))]


def lines_of(reader: Reader, purchase_id: int) -> list[PurchaseLine]:
    found = list(
        reader.session.scalars(
            select(PurchaseLine)
            .where(PurchaseLine.purchase_id == purchase_id)
            .order_by(PurchaseLine.position)
        )
    )
    for line in found:
        reader.session.expunge(line)
    return found


def links_of(reader: Reader, purchase_id: int) -> list[tuple[int, Decimal]]:
    rows = reader.session.execute(
        select(PurchaseLink.contract_line_id, PurchaseLink.quantity)
        .join(PurchaseLine, PurchaseLine.id == PurchaseLink.purchase_line_id)
        .where(PurchaseLine.purchase_id == purchase_id)
    )
    return [(line, quantity) for line, quantity in rows]


def counted(reader: Reader) -> tuple[int, int]:
    return (
        len(reader.session.scalars(select(PurchaseContract.id)).all()),
        len(reader.session.scalars(select(PurchaseLink.id)).all()),
    )


def test_what_is_bought_is_not_split_again(seat: Seat) -> None:
    """Section 1.4: linked open purchases lower what is to buy; a canceled one gives it back."""
    deal = sign_deal(seat)
    first, _second = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    with pytest.raises(Refusal, match="Nothing is to buy for SC-26001"):
        seat.perform(split_contract, SplitContract(deal.contract, TODAY))
    assert seat.ask(counted) == (2, 2)
    seat.perform(move_purchase, MovePurchase(first, "void"))
    assert seat.ask(contract_needs, deal.contract)[deal.lantern_line].to_buy == 1200
    again = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    assert len(again) == 1


def test_a_draft_contract_is_not_split(seat: Seat) -> None:
    """Section 1.3: goods are bought for a contract that is approved or later."""
    deal = sign_deal(seat)
    seat.perform(move_contract, MoveContract(deal.contract, "draft", TODAY))
    with pytest.raises(
        Refusal, match="SC-26001 is “Draft”; goods are bought for a contract that is approved"
    ):
        seat.perform(split_contract, SplitContract(deal.contract, TODAY))
    assert seat.ask(counted) == (0, 0)


def test_lines_without_a_factory_are_named(seat: Seat) -> None:
    deal = sign_deal(seat, kit_factory=False)
    outcome = seat.perform(split_contract, SplitContract(deal.contract, TODAY))
    assert len(outcome.value) == 1
    assert outcome.warnings == ("Not bought, as no factory is named: GK-44.",)


def test_goods_for_nobody_are_not_submitted_unless_for_stock(seat: Seat) -> None:
    """Section 1.3: the guard of Draft to Submitted."""
    deal = sign_deal(seat)
    line = PurchaseLineDraft(None, "纸箱", D(100), D("2.5"))
    made = seat.perform(save_purchase, SavePurchase(deal.lantern_factory, TODAY, (line,))).value
    with pytest.raises(Refusal, match="line 1 is bought for no sales contract"):
        seat.perform(submit_purchase, SubmitPurchase(made))
    assert seat.ask(statuses) == {made: "draft"}
    stock = replace(seat.ask(command_of, made), stock_purchase=True)
    seat.perform(save_purchase, stock)
    assert seat.perform(submit_purchase, SubmitPurchase(made)).value == "approved"


def test_a_purchase_waits_until_its_contract_is_approved(seat: Seat) -> None:
    """Section 1.3: linked SC is Approved, or flagged as a stock purchase."""
    deal = sign_deal(seat)
    first, _second = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    seat.perform(move_contract, MoveContract(deal.contract, "draft", TODAY))
    with pytest.raises(Refusal, match="waits: sales contract SC-26001 is “Draft”"):
        seat.perform(submit_purchase, SubmitPurchase(first))
    assert seat.ask(statuses)[first] == "draft"


def test_buying_more_than_was_sold_warns(seat: Seat) -> None:
    """Section 1.3: over-purchase warns, it does not stop."""
    deal = sign_deal(seat)
    first, _second = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    command = seat.ask(command_of, first)
    line = replace(command.lines[0], quantity=D(1300), links=(LinkDraft(deal.lantern_line, D(1300)),))
    outcome = seat.perform(save_purchase, replace(command, lines=(line,)))
    assert outcome.warnings == ("SC-26001 line 1: 1,300 pcs are bought, 1,200 were sold.",)


def test_links_hold_no_more_than_their_line(seat: Seat) -> None:
    deal = sign_deal(seat)
    line = PurchaseLineDraft(None, "灯", D(10), D(1), links=(LinkDraft(deal.lantern_line, D(11)),))
    with pytest.raises(Refusal, match="More is bought for sold lines than the line itself holds"):
        seat.perform(save_purchase, SavePurchase(deal.lantern_factory, TODAY, (line,)))
    assert seat.ask(counted) == (0, 0)


def test_only_a_supplier_sells_to_the_firm(seat: Seat) -> None:
    deal = sign_deal(seat)
    line = PurchaseLineDraft(None, "灯", D(10), D(1))
    with pytest.raises(Refusal, match=r"Veld B\.V\. is not a supplier"):
        seat.perform(save_purchase, SavePurchase(deal.customer, TODAY, (line,)))


def test_what_was_read_before_is_not_saved_over_what_came_since(seat: Seat) -> None:
    deal = sign_deal(seat)
    first, _second = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    command = seat.ask(command_of, first)
    seat.perform(save_purchase, replace(command, remarks="sample first"))
    with pytest.raises(Conflict, match="was changed by someone else"):
        seat.perform(save_purchase, replace(command, remarks="other"))
    assert seat.ask(purchase_of, first).remarks == "sample first"


def test_sending_before_the_contract_is_in_effect_warns(seat: Seat) -> None:
    """Section 16.3: PC sent while its SC is not Effective is a warning."""
    deal = sign_deal(seat)
    first, second = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    seat.perform(submit_purchase, SubmitPurchase(first))
    outcome = seat.perform(move_purchase, MovePurchase(first, "send"))
    assert outcome.warnings == ("PC-2606-0001 goes to the factory while SC-26001 is not in effect yet.",)
    put_into_effect(seat, deal)
    seat.perform(submit_purchase, SubmitPurchase(second))
    assert seat.perform(move_purchase, MovePurchase(second, "send")).warnings == ()


def test_remarks_may_change_and_prices_may_not_once_the_factory_has_it(seat: Seat) -> None:
    """Section 6: protected fields are party, currency, quantities, prices and terms."""
    deal = sign_deal(seat)
    first, _second = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    seat.perform(submit_purchase, SubmitPurchase(first))
    seat.perform(move_purchase, MovePurchase(first, "send"))
    command = seat.ask(command_of, first)
    seat.perform(save_purchase, replace(command, remarks="二层加护角"))
    command = seat.ask(command_of, first)
    cheaper = replace(command, lines=(replace(command.lines[0], price=D(39)),))
    with pytest.raises(Refusal, match="stand as sent"):
        seat.perform(save_purchase, cheaper)
    assert seat.ask(purchase_of, first).total == D("47460.00")
    assert seat.ask(statuses)[first] == "sent"


def test_a_protected_change_voids_the_approval(seat: Seat) -> None:
    """Section 6: the paper goes back to draft; a remark does not."""
    deal = sign_deal(seat)
    first, _second = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    seat.perform(submit_purchase, SubmitPurchase(first))
    command = seat.ask(command_of, first)
    seat.perform(save_purchase, replace(command, remarks="ok"))
    assert seat.ask(statuses)[first] == "approved"
    command = seat.ask(command_of, first)
    outcome = seat.perform(save_purchase, replace(command, lines=(replace(command.lines[0], price=D(40)),)))
    assert outcome.warnings == ("PC-2606-0001 is a draft again: what was approved has changed.",)
    assert seat.ask(statuses)[first] == "draft"
    with pytest.raises(Refusal):
        seat.perform(move_purchase, MovePurchase(first, "send"))


def test_steps_of_the_flow_are_kept(seat: Seat) -> None:
    deal = sign_deal(seat)
    first, _second = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    for step in ("send", "confirm", "approve", "receive", "close"):
        with pytest.raises(Refusal):
            seat.perform(move_purchase, MovePurchase(first, step))
    assert seat.ask(statuses)[first] == "draft"
    for step, state in (
        ("submit", "approved"),
        ("send", "sent"),
        ("confirm", "confirmed"),
        ("produce", "in_production"),
        ("cancel", "canceled"),
    ):
        assert seat.perform(move_purchase, MovePurchase(first, step)).value == state


def test_a_sold_line_that_is_bought_keeps_its_purchase_when_the_contract_is_saved_again(seat: Seat) -> None:
    """Section 1.1: the link sold line to bought line outlives an edit; a bought line cannot go."""
    deal = sign_deal(seat)
    seat.perform(move_contract, MoveContract(deal.contract, "draft", TODAY))
    seat.perform(move_contract, MoveContract(deal.contract, "signed", TODAY))
    first, _second = seat.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    command = build_contract(seat.ask(load_contract, deal.contract))
    seat.perform(save_contract, replace(command, marks="VELD"))
    assert seat.ask(links_of, first) == [(deal.lantern_line, D(1200))]
    command = build_contract(seat.ask(load_contract, deal.contract))
    with pytest.raises(Refusal, match="LN-210 are bought already; cancel the purchase"):
        seat.perform(save_contract, replace(command, lines=command.lines[1:]))
    assert seat.ask(links_of, first) == [(deal.lantern_line, D(1200))]
