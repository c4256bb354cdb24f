"""The pages before a contract: lists read every column, forms build what they read, actions have steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.services.conftest import TODAY
from tests.services.quoting_kit import Offer, offer_book, quote
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.core.listing import SortKey
from tradecrm.core.trade_flows import INQUIRY, PROFORMA, QUOTATION
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.spec import FormSpec, ListSpec
from tradecrm.screens.trade.deal_lists import (
    INQUIRY_LIST,
    PRICE_LIST_LIST,
    PROFORMA_LIST,
    QUOTATION_LIST,
)
from tradecrm.screens.trade.inquiries import ASSIGN_FORM, INQUIRY_ACTIONS, INQUIRY_FORM, LOSE_FORM
from tradecrm.screens.trade.listed import quoted_products
from tradecrm.screens.trade.price_lists import PRICE_LIST_FORM
from tradecrm.screens.trade.proformas import CANCEL_FORM, PROFORMA_ACTIONS, PROFORMA_FORM
from tradecrm.screens.trade.quotation_actions import QUOTATION_ACTIONS
from tradecrm.screens.trade.quotation_form import QUOTATION_FORM
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.services.data.lists import ListRequest, count_and_sums, fetch_window
from tradecrm.services.trade.inquiries import InquiryLineDraft, SaveInquiry, save_inquiry
from tradecrm.services.trade.price_lists import PriceLineDraft, SavePriceList, save_price_list
from tradecrm.services.trade.quotation_makes import ProformaOfQuotation, proforma_of_quotation
from tradecrm.services.trade.quotation_moves import MoveQuotation, move_quotation
from tradecrm.storage.store import create_book

LISTS = (INQUIRY_LIST, QUOTATION_LIST, PROFORMA_LIST, PRICE_LIST_LIST)
RECORDS = (INQUIRY_FORM, QUOTATION_FORM, PROFORMA_FORM, PRICE_LIST_FORM)
DIALOGS = (
    (LOSE_FORM, Link.to("inquiry_lose", inquiry=1)),
    (ASSIGN_FORM, Link.to("inquiry_assign", inquiry=1)),
    (CANCEL_FORM, Link.to("proforma_cancel", proforma=1)),
)
PAGES = {"inquiry", "quotation", "proforma", "price_list", "customer", "contract"}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Seat, Offer]]:
    """Answer a book with one of each paper: inquiry, its quotation, the proforma invoice that is the contract."""
    clock = FixedClock.on(TODAY)
    store = create_book(tmp_path_factory.mktemp("deals") / "deals.tcrm", "Tests", clock)
    set_up_book(store, clock, SetUp("Ningbo Harbor", owner_name="Lin Yue", language="en"))
    opened = Book(store, clock)
    seat = opened.seat()
    offer = offer_book(seat)
    lines = (InquiryLineDraft("Lantern", offer.lantern, Decimal(1200), target_price=Decimal("6.5")),)
    inquiry = seat.perform(save_inquiry, SaveInquiry(offer.customer, TODAY, "Lanterns", lines=lines)).value
    prices = (PriceLineDraft(offer.lantern, Decimal("6.85"), floor=Decimal(6)),)
    seat.perform(save_price_list, SavePriceList("2026", "USD", lines=prices))
    quotation = quote(seat, offer, day=TODAY, inquiry_id=inquiry, freight=Decimal(820))
    seat.perform(move_quotation, MoveQuotation(quotation, "send", TODAY))
    seat.perform(proforma_of_quotation, ProformaOfQuotation(quotation, TODAY, is_contract=True))
    yield seat, offer
    opened.close()


@pytest.fixture
def seat(book: tuple[Seat, Offer]) -> Seat:
    return book[0]


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.key)
def test_every_column_of_a_list_stands_in_its_source_and_orders_it(spec: ListSpec, seat: Seat) -> None:
    whole = seat.ask(fetch_window, spec.source, ListRequest(sort=spec.default_sort))
    assert whole.ids
    for column in spec.columns:
        stored = spec.source.column(column.key)
        assert (stored.kind, stored.summed) == (column.kind, column.summed), column.key
        ordered = seat.ask(fetch_window, spec.source, ListRequest(sort=(SortKey(column.key),)))
        assert sorted(ordered.ids) == sorted(whole.ids), column.key
    for view in spec.views:
        request = ListRequest(filters=view.filters, sort=view.sort)
        found = seat.ask(fetch_window, spec.source, request)
        assert len(found.ids) == seat.ask(count_and_sums, spec.source, request).count
    for key in spec.quick_filters:
        spec.source.column(key)


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.key)
def test_every_row_opens_its_pages_and_shows_its_side(spec: ListSpec, seat: Seat) -> None:
    window = seat.ask(fetch_window, spec.source, ListRequest())
    for number, cells in zip(window.ids, window.rows, strict=True):
        row = {"id": number, **dict(zip(window.keys, cells, strict=True))}
        assert spec.opens is not None
        links = [spec.opens(row), *(column.link(row) for column in spec.columns if column.link is not None)]
        assert links[0] is not None
        assert {link.target for link in links if link is not None} <= PAGES
        if spec.preview is not None:
            assert seat.ask(spec.preview, number)


@pytest.mark.parametrize("spec", RECORDS, ids=lambda spec: spec.key)
def test_a_record_read_and_built_again_is_the_same_record(spec: FormSpec, seat: Seat) -> None:
    draft = seat.ask(spec.load, 1)
    for field in spec.fields():
        if field.visible is None or field.visible(draft):
            assert field.key in draft.values, field.key
    command: Any = spec.build(spec.derive(draft, ""))
    assert (command.id, command.version) == (draft.id, draft.version)
    assert len(command.lines) == len(draft.rows()) > 0
    assert not spec.check(draft)
    if spec.steps is not None:
        assert [step for step in seat.ask(spec.steps, 1) if step.current]


@pytest.mark.parametrize("spec", RECORDS, ids=lambda spec: spec.key)
def test_every_form_begins_and_computes_its_panels(spec: FormSpec, book: tuple[Seat, Offer]) -> None:
    seat, offer = book
    for link in (Link.to(spec.key), Link.to(spec.key, customer=offer.customer)):
        draft = spec.derive(seat.ask(spec.blank, link), "")
        assert draft.id is None
        for panel in spec.panels:
            if panel.compute is not None:
                assert isinstance(panel.compute(draft), tuple)


@pytest.mark.parametrize(("spec", "link"), DIALOGS, ids=lambda value: getattr(value, "key", ""))
def test_every_dialog_builds_the_step_of_its_record(spec: FormSpec, link: Link, seat: Seat) -> None:
    draft = seat.ask(spec.blank, link).put(reason="Price", person=Ref(1, "Lin Yue"))
    command: Any = spec.build(draft)
    assert 1 in {getattr(command, field.name) for field in fields(command)}


def test_every_action_has_a_state_and_a_command() -> None:
    flows = ((INQUIRY_ACTIONS, INQUIRY), (QUOTATION_ACTIONS, QUOTATION), (PROFORMA_ACTIONS, PROFORMA))
    for actions, flow in flows:
        for action in actions:
            rows = [
                {"id": 1, "status": state.key, "today": TODAY, **more}
                for state in flow.states
                for more in ({}, {"ordered": True, "answered": True, "contract_id": 3}, {"below_floor": True})
            ]
            possible = [row for row in rows if action.enabled is None or action.enabled([row])]
            assert possible, f"{action.key} can never be pressed"
            for row in possible:
                if action.command is not None:
                    assert fields(action.command([row]))  # type: ignore[arg-type]
                elif action.opens is not None:
                    assert action.opens([row]) is not None


def test_a_proforma_that_is_the_contract_says_where_to_work(seat: Seat) -> None:
    draft = seat.ask(PROFORMA_FORM.load, 1)
    assert PROFORMA_FORM.locked is not None
    assert "is itself the contract" in PROFORMA_FORM.locked(draft)
    assert draft.number("freight") == 820  # the quotation's costs serve the estimate


def test_a_price_list_fills_a_line_and_shows_what_cost_demands(book: tuple[Seat, Offer]) -> None:
    """Domain.md section 6 with T1's lantern: 35.00 net of rebate at 7.00 and 8 % is 5.44."""
    seat, offer = book
    from tradecrm.screens.trade.pickers import products

    (lantern,) = seat.ask(products, "LN-1", {})
    draft = seat.ask(PRICE_LIST_FORM.blank, Link.to("price_list")).put_cell("lines", 0, "product", lantern)
    draft = PRICE_LIST_FORM.derive(draft, "lines.0.product")
    line = draft.rows()[0]
    assert (line["description"], line["unit"], line["cost_floor"]) == ("Lantern", "pcs", Decimal("5.44"))
    assert int(lantern.id) == offer.lantern
    empty = PRICE_LIST_FORM.check(Draft(draft.values, {"lines": ({"price": Decimal(1)},)}))
    assert "Choose the product." in [problem.message for problem in empty]


def test_an_inquiry_takes_the_customers_currency(book: tuple[Seat, Offer]) -> None:
    seat, offer = book
    draft = seat.ask(INQUIRY_FORM.blank, Link.to("inquiry", customer=offer.customer))
    customer = draft.ref("customer")
    assert customer is not None
    eur = Ref(customer.id, customer.label, extra={"currency": "EUR"})
    assert INQUIRY_FORM.derive(draft.put(customer=eur), "customer").text("currency") == "EUR"
    assert draft.day("day") == date(2026, 6, 15)


def test_a_line_takes_the_listed_price_of_its_quantity_and_a_typed_one_stays(
    book: tuple[Seat, Offer],
) -> None:
    """The list that holds for the quantity goes before the product; nobody's own price is overwritten."""
    seat, offer = book
    prices = (
        PriceLineDraft(offer.kit, Decimal("14.60")),
        PriceLineDraft(offer.kit, Decimal("13.90"), Decimal(500)),
    )
    seat.perform(save_price_list, SavePriceList("Kits", "USD", "CIF", lines=prices))
    draft = seat.ask(QUOTATION_FORM.blank, Link.to("quotation", customer=offer.customer))
    draft = draft.put(incoterm="CIF", currency="USD")
    within = {"customer": draft.ref("customer"), "currency": "USD"}
    (kit,) = seat.ask(quoted_products, "GK-1", within)
    draft = QUOTATION_FORM.derive(draft.put_cell("lines", 0, "product", kit), "lines.0.product")
    assert draft.rows()[0]["price"] == Decimal("14.60")
    many = QUOTATION_FORM.derive(draft.put_cell("lines", 0, "quantity", Decimal(500)), "lines.0.quantity")
    assert (many.rows()[0]["price"], many.rows()[0]["amount"]) == (Decimal("13.90"), Decimal("6950.00"))
    typed = QUOTATION_FORM.derive(many.put_cell("lines", 0, "price", Decimal(15)), "lines.0.price")
    fewer = QUOTATION_FORM.derive(typed.put_cell("lines", 0, "quantity", Decimal(10)), "lines.0.quantity")
    assert fewer.rows()[0]["price"] == Decimal(15)
    fob = QUOTATION_FORM.derive(draft.put(incoterm="FOB"), "lines.0.product")
    assert fob.rows()[0]["price"] is None  # a CIF price says nothing about FOB, and the product has none
