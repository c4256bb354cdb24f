"""Every declaration of the trade pages holds: columns stand in their source, operations check, fields are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from tests.services.conftest import TODAY
from tests.services.page_books import write_book
from tradecrm.core.clock import FixedClock
from tradecrm.core.flows import SALES_CONTRACT, SHIPMENT
from tradecrm.core.links import Link
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.spec import FormSpec, ListSpec
from tradecrm.screens.trade.amendment import SHORT_CLOSE_FORM
from tradecrm.screens.trade.contract_list import CONTRACT_LIST, contract_facts
from tradecrm.screens.trade.contract_panels import estimate, price_memory
from tradecrm.screens.trade.contracts import AMENDMENT_FORM, CONTRACT_ACTIONS, CONTRACT_FORM
from tradecrm.screens.trade.costs import BILL_FORM, COST_FORM, costs_table
from tradecrm.screens.trade.departing import ARRIVE_FORM, BACK_FORM, COPY_FORM, DEPART_FORM
from tradecrm.screens.trade.products import PRODUCT_FORM, PRODUCT_LIST
from tradecrm.screens.trade.shipment_list import SHIPMENT_LIST, shipment_facts
from tradecrm.screens.trade.shipments import COST_ACTIONS, SHIPMENT_ACTIONS, SHIPMENT_FORM
from tradecrm.services.book import Book, Seat
from tradecrm.services.data.lists import ListRequest, count_and_sums, fetch_window
from tradecrm.services.work import Reader
from tradecrm.storage.store import open_book

LISTS = (PRODUCT_LIST, CONTRACT_LIST, SHIPMENT_LIST)
RECORDS = (PRODUCT_FORM, CONTRACT_FORM, SHIPMENT_FORM, COST_FORM)
DIALOGS = (BILL_FORM, DEPART_FORM, COPY_FORM, ARRIVE_FORM, BACK_FORM)
PAGES = {"product", "contract", "shipment", "customer", "receipt", "receivable", "paper", "cost"}


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    path = tmp_path_factory.mktemp("declared") / "trade.tcrm"
    write_book(path, full=True)
    clock = FixedClock.on(TODAY)
    book = Book(open_book(path, "Tests", clock), clock)
    yield book.seat()
    book.close()


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.key)
def test_every_column_of_a_list_stands_in_its_source(spec: ListSpec) -> None:
    for column in spec.columns:
        stored = spec.source.column(column.key)
        assert stored.kind is column.kind, column.key
        assert stored.summed is column.summed, column.key
        if column.currency_key:
            spec.source.column(column.currency_key)
    for key in (*spec.quick_filters, *(sort.key for sort in spec.default_sort)):
        spec.source.column(key)


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.key)
def test_every_list_is_read_by_every_view_and_order(spec: ListSpec, seat: Seat) -> None:
    whole = seat.ask(fetch_window, spec.source, ListRequest(sort=spec.default_sort))
    assert whole.ids
    for view in spec.views:
        request = ListRequest(filters=view.filters, sort=view.sort)
        found = seat.ask(fetch_window, spec.source, request)
        assert len(found.ids) == seat.ask(count_and_sums, spec.source, request).count
    for column in spec.columns:
        if column.sortable:
            from tradecrm.core.listing import SortKey

            ordered = seat.ask(fetch_window, spec.source, ListRequest(sort=(SortKey(column.key),)))
            assert sorted(ordered.ids) == sorted(whole.ids), column.key


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.key)
def test_every_row_opens_its_pages(spec: ListSpec, seat: Seat) -> None:
    window = seat.ask(fetch_window, spec.source, ListRequest())
    for number, cells in zip(window.ids, window.rows, strict=True):
        row = {"id": number, **dict(zip(window.keys, cells, strict=True))}
        links = [spec.opens(row) if spec.opens is not None else None]
        links += [column.link(row) for column in spec.columns if column.link is not None]
        assert links[0] is not None
        assert {link.target for link in links if link is not None} <= PAGES


@pytest.mark.parametrize("spec", [*RECORDS, *DIALOGS], ids=lambda spec: spec.key)
def test_every_operation_is_one_and_every_field_is_told_apart(spec: FormSpec) -> None:
    for operation in (spec.save, *(a.operation for a in spec.actions if a.operation is not None)):
        assert operation.verb
        assert callable(operation.check)
    keys = [field.key for field in spec.fields()]
    assert len(keys) == len(set(keys))
    for lines in spec.lines:
        columns = [column.key for column in lines.columns]
        assert len(columns) == len(set(columns))
    for action in spec.actions:
        assert (action.opens is None) != (action.operation is None), action.key
        assert (action.operation is None) == (action.command is None), action.key


@pytest.mark.parametrize("spec", RECORDS, ids=lambda spec: spec.key)
def test_a_record_read_and_built_again_is_the_same_record(spec: FormSpec, seat: Seat) -> None:
    draft = seat.ask(spec.load, 1)
    for field in spec.fields():
        if field.visible is None or field.visible(draft):
            assert field.key in draft.values or field.key in {"contract", "remarks"}, field.key
    command: Any = spec.build(spec.derive(draft, ""))
    assert command.id == draft.id
    assert command.version == draft.version
    assert not [problem for problem in spec.check(draft) if not problem.field.startswith("lines")]


@pytest.mark.parametrize(
    ("spec", "link"),
    [
        (PRODUCT_FORM, Link.to("product", name="Lamp")),
        (CONTRACT_FORM, Link.to("contract")),
        (CONTRACT_FORM, Link.to("contract", customer=3)),
        (SHIPMENT_FORM, Link.to("shipment")),
        (SHIPMENT_FORM, Link.to("shipment", contract=1)),
        (AMENDMENT_FORM, Link.to("amendment", contract=1)),
        (SHORT_CLOSE_FORM, Link.to("short_close", contract=1)),
        (COST_FORM, Link.to("cost", shipment=2)),
        (BILL_FORM, Link.to("bill_cost", cost=3)),
        (DEPART_FORM, Link.to("depart", shipment=2)),
        (COPY_FORM, Link.to("bl_copy", shipment=1)),
        (ARRIVE_FORM, Link.to("move_on", shipment=1, step="arrived")),
    ],
    ids=lambda value: value.key if isinstance(value, FormSpec) else "",
)
def test_every_form_begins_and_computes_its_panels(spec: FormSpec, link: Link, seat: Seat) -> None:
    draft = spec.derive(seat.ask(spec.blank, link), "")
    for panel in spec.panels:
        if panel.compute is not None:
            assert isinstance(panel.compute(draft), tuple)
        if panel.query is not None:
            assert isinstance(seat.ask(panel.query, draft), tuple)


def test_every_action_of_a_flow_has_a_step_behind_it() -> None:
    contracts, shipments = ({state.key for state in flow.states} for flow in (SALES_CONTRACT, SHIPMENT))
    for actions, states in ((CONTRACT_ACTIONS, contracts), (SHIPMENT_ACTIONS, shipments)):
        for action in actions:
            rows = [
                {
                    "id": 1,
                    "status": state,
                    "today": TODAY,
                    "received": 0,
                    "deposit_due": 1,
                    "asks_approval": asks,
                    "forwarder": 1,
                    "joint": True,
                    "late_bills": True,
                    "to_buy": 1,
                    "mode": mode,
                }
                for state in states
                for asks in (False, True)
                for mode in ("FCL", "AIR")
            ]
            possible = [row for row in rows if action.enabled is None or action.enabled([row])]
            assert possible, f"{action.key} can never be pressed"
            for row in possible:
                if action.command is not None:
                    assert fields(action.command([row]))  # type: ignore[arg-type]
    assert {action.key for action in COST_ACTIONS} == {"add_cost", "purchases", "keep", "export_vat"}


def test_a_closed_paper_offers_to_be_reopened_and_nothing_in_the_first_place() -> None:
    for actions in (CONTRACT_ACTIONS, SHIPMENT_ACTIONS):
        row = {
            "id": 1,
            "status": "closed",
            "today": TODAY,
            "received": 0,
            "deposit_due": 0,
            "bl_copy_sent_on": 1,
        }
        offered = [action for action in actions if action.enabled is not None and action.enabled([row])]
        assert [action.key for action in offered] == ["reopen"]
        assert not offered[0].primary


def test_the_side_of_each_list_answers_facts(seat: Seat) -> None:
    texts = [fact.value for fact in seat.ask(contract_facts, 1)]
    assert "USD 19,740.00" in texts
    assert any("1,200" in text for text in texts)
    assert "USD 15,420.00" in [fact.value for fact in seat.ask(shipment_facts, 1)]


def test_the_costs_of_a_shipment_sum_to_those_of_the_profit(seat: Seat) -> None:
    """Domain section 2.5: the total cost of the first shipment is 86,499.35."""
    table = seat.ask(costs_table, 1)
    assert table.totals[0].cells[4] == "86,499.35"


def test_the_chain_opens_every_paper(seat: Seat) -> None:
    steps = [*seat.ask(_steps, CONTRACT_FORM), *seat.ask(_steps, SHIPMENT_FORM)]
    assert {step.link.target for step in steps if step.link is not None} == {
        "contract",
        "purchase",
        "shipment",
        "receivable",
        "receipt",
    }


def _steps(reader: Reader, spec: FormSpec) -> list[Any]:
    assert spec.steps is not None
    return list(spec.steps(reader, 1))


def test_a_product_fills_a_line_and_its_price_only_in_its_currency(seat: Seat) -> None:
    from tradecrm.screens.trade.pickers import products

    (lantern,) = [ref for ref in seat.ask(products, "LN-210", {}) if ref.code == "LN-210"]
    for currency, price in (("USD", True), ("EUR", False)):
        draft = seat.ask(CONTRACT_FORM.blank, Link.to("contract")).put(currency=currency)
        draft = draft.put_cell("lines", 0, "product", lantern)
        line = CONTRACT_FORM.derive(draft, "lines.0.product").rows()[0]
        assert line["description_cn"] == "太阳能花园灯"
        assert line["unit"] == "pcs"
        assert (line["price"] is not None) is price


def test_terms_follow_the_preset_and_its_days() -> None:
    draft = Draft({"currency": "USD", "terms_preset": "OA_N"})
    draft = CONTRACT_FORM.derive(draft, "terms_preset")
    assert (draft.text("terms"), draft.get("terms_days")) == ("OA;B@BL+30D", 30)
    draft = CONTRACT_FORM.derive(draft.put(terms_days=45), "terms_days")
    assert draft.text("terms") == "OA;B@BL+45D"


def test_over_shipment_stands_at_its_quantity(seat: Seat) -> None:
    """Domain section 1.4: shipped, planned and new may not pass the ordered quantity and its tolerance."""
    draft = seat.ask(SHIPMENT_FORM.load, 2)
    assert isinstance(draft.rows()[0]["goods"], Ref)
    more = SHIPMENT_FORM.derive(draft.put_cell("lines", 0, "quantity", 301), "lines.0.quantity")
    (problem,) = SHIPMENT_FORM.check(more)
    assert problem.field == "lines.0.quantity"
    assert "300" in problem.message


def test_prices_agreed_before_stand_beside_a_new_contract(seat: Seat) -> None:
    draft = seat.ask(CONTRACT_FORM.load, 1)
    again = Draft(draft.values, draft.lines)
    facts = seat.ask(price_memory, again)
    assert [fact.value for fact in facts] == ["USD 14.40", "USD 6.85"]
    assert facts[0].link == Link.to("contract", id=1)
    assert seat.ask(price_memory, draft) == ()


def test_the_estimate_follows_what_is_typed(seat: Seat) -> None:
    """Domain sections 1.9 and 2.2: rebate 1,200 x 39.55 at 13 % and 800 x 72.32 at 9 % of the price without VAT."""
    found = estimate(seat.ask(CONTRACT_FORM.load, 1))
    assert found is not None
    assert (found.revenue, found.purchase) == (Decimal("138180.00"), Decimal("105316.00"))
    assert found.rebate == Decimal("5460.00") + Decimal("4608.00")
    assert found.commission == Decimal("2763.60")


def test_a_carton_known_by_its_full_weight_weighs_that(seat: Seat) -> None:
    """Section 9.2: G.W. is pieces and tare, or the full carton where only that is known."""
    draft = seat.ask(PRODUCT_FORM.blank, Link.to("product")).put(
        per_carton=Decimal(24), carton_gross=Decimal(16)
    )
    draft = PRODUCT_FORM.derive(draft, "carton_gross")
    assert draft.get("carton_tare") == 16
    draft = PRODUCT_FORM.derive(draft.put(unit_net_weight=Decimal("0.62")), "unit_net_weight")
    assert (draft.get("carton_tare"), draft.get("carton_gross")) == (Decimal("1.12"), 16)
    draft = PRODUCT_FORM.derive(draft.put(carton_tare=Decimal("1.1")), "carton_tare")
    assert draft.get("carton_gross") == Decimal("15.98")
    draft = PRODUCT_FORM.derive(draft.put(carton_gross=Decimal(14)), "carton_gross")
    assert [problem.field for problem in PRODUCT_FORM.check(draft) if problem.field == "carton_tare"]
