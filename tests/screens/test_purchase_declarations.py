"""Every declaration of purchasing holds: columns stand in their source, operations check, drafts go round."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.services.conftest import TODAY
from tests.services.page_books import write_book
from tests.services.purchase_kit import put_into_effect, sign_deal
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.core.listing import SortKey
from tradecrm.core.trade_flows import PURCHASE_CONTRACT
from tradecrm.screens.draft import Draft, Line, Ref
from tradecrm.screens.spec import FormSpec, ListSpec
from tradecrm.screens.trade.contract_purchases import chain_with_purchases, purchases_facts
from tradecrm.screens.trade.import_jobs import (
    IMPORT_JOB_FORM,
    IMPORT_JOB_LIST,
    blank_job,
    check_job,
    cost_facts,
)
from tradecrm.screens.trade.purchase_dialogs import (
    BILL_PURCHASE_FORM,
    RECEIVE_FORM,
    derive_bill,
    derive_receipt,
)
from tradecrm.screens.trade.purchase_draft import build_purchase, derive_purchase
from tradecrm.screens.trade.purchase_list import PURCHASE_LIST, purchase_facts
from tradecrm.screens.trade.purchases import PURCHASE_ACTIONS, PURCHASE_FORM, sold_lines
from tradecrm.services.book import Book, Seat
from tradecrm.services.data.lists import ListRequest, count_and_sums, fetch_window
from tradecrm.services.trade.import_jobs import ImportLineDraft, SaveImportJob, save_import_job
from tradecrm.services.trade.purchase_moves import MovePurchase, move_purchase
from tradecrm.services.trade.purchase_split import SplitContract, split_contract
from tradecrm.storage.store import open_book

D = Decimal
LISTS = (PURCHASE_LIST, IMPORT_JOB_LIST)
RECORDS = (PURCHASE_FORM, IMPORT_JOB_FORM)


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    path = tmp_path_factory.mktemp("bought") / "trade.tcrm"
    write_book(path, full=False)
    book = Book(open_book(path, "Tests", FixedClock.on(TODAY)), FixedClock.on(TODAY))
    found = book.seat()
    deal = sign_deal(found)
    put_into_effect(found, deal)
    first, _second = found.perform(split_contract, SplitContract(deal.contract, TODAY)).value
    for step in ("submit", "send"):
        found.perform(move_purchase, MovePurchase(first, step))
    line = ImportLineDraft(None, "Linear motors", D(8000), D(30000), duty_rate=D("0.08"))
    job = SaveImportJob(deal.kit_factory, TODAY, "EUR", D("7.8"), D("7.8"), (line,), port_cost=D(3280))
    found.perform(save_import_job, job)
    yield found
    book.close()


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.key)
def test_every_column_is_read_ordered_and_filtered(spec: ListSpec, seat: Seat) -> None:
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
    for number, cells in zip(whole.ids, whole.rows, strict=True):
        row = {"id": number, **dict(zip(whole.keys, cells, strict=True))}
        links = [column.link(row) for column in spec.columns if column.link is not None]
        assert {link.target for link in links if link is not None} <= {"purchase", "import_job", "customer"}


@pytest.mark.parametrize("spec", RECORDS, ids=lambda spec: spec.key)
def test_a_record_read_and_built_again_is_the_same_record(spec: FormSpec, seat: Seat) -> None:
    draft = seat.ask(spec.load, 1)
    for field in spec.fields():
        if field.visible is None or field.visible(draft):
            assert field.key in draft.values, field.key
    command: Any = spec.build(spec.derive(draft, ""))
    assert (command.id, command.version) == (draft.id, draft.version)
    assert spec.check(draft) == []
    assert seat.perform(spec.save, command).value == 1


@pytest.mark.parametrize("spec", RECORDS, ids=lambda spec: spec.key)
def test_a_new_record_says_what_it_needs(spec: FormSpec, seat: Seat) -> None:
    draft = seat.ask(spec.blank, Link.to(spec.key))
    assert draft.id is None
    assert any(problem.field == "lines" for problem in spec.check(draft))


def test_every_step_of_the_flow_has_its_action() -> None:
    """Section 1.3: what follows by itself has none."""
    keys = {action.key for action in PURCHASE_ACTIONS}
    for step in PURCHASE_CONTRACT.transitions:
        assert (step.key in keys) != step.automatic, step.key


def test_dialogs_begin_with_what_is_known(seat: Seat) -> None:
    receipt = seat.ask(RECEIVE_FORM.blank, Link.to("receive_goods", purchase=1))
    assert receipt.number("quantity") == 1200
    again = derive_receipt(receipt.put(quantity=D(5)), "goods")
    assert again.number("quantity") == 1200
    bill = seat.ask(BILL_PURCHASE_FORM.blank, Link.to("bill_purchase", purchase=1))
    assert bill.ref("shipment") is None
    chosen = Ref(7, "SH-1", extra={"amount": D(100), "due_on": TODAY})
    assert derive_bill(bill.put(shipment=chosen), "shipment").number("amount") == 100
    for spec, draft in ((RECEIVE_FORM, receipt), (BILL_PURCHASE_FORM, bill)):
        compute = spec.panels[0].compute
        assert compute is not None
        assert compute(draft)


def test_papers_are_linked_both_ways(seat: Seat) -> None:
    """Section 1.1: the sold contract names its purchases, the purchase its sold contract."""
    chain = [part.kind for part in seat.ask(chain_with_purchases, 1)]
    assert chain[:3] == ["contract", "purchase", "purchase"]
    steps = seat.ask(PURCHASE_FORM.steps, 1) if PURCHASE_FORM.steps is not None else ()
    assert [step.title for step in steps] == ["Contract SC-26001", "Purchase PC-2606-0001"]
    facts = seat.ask(purchases_facts, Draft(id=1))
    assert [fact.value for fact in facts if fact.value] == ["CNY 47,460.00", "CNY 57,856.00"]
    assert "CNY 47,460.00" in [fact.value for fact in seat.ask(purchase_facts, 1)]


def test_prices_without_vat_show_the_total_with_it(seat: Seat) -> None:
    """Section 2.2: 42,000.00 without VAT is 47,460.00 with 13 %."""
    draft = seat.ask(PURCHASE_FORM.load, 1).put(vat_included=False)
    draft = derive_purchase(draft.put_cell("lines", 0, "price", D(35)), "lines.0.price")
    assert draft.number("total") == D("47460.00")
    assert not build_purchase(draft).vat_included


def test_nothing_to_buy_is_offered_once_it_is_bought(seat: Seat) -> None:
    assert seat.ask(sold_lines, "", {}) == []


def test_a_basis_of_zero_is_said_beside_it_while_an_import_job_is_typed(seat: Seat) -> None:
    """Domain.md section 2.6: what nothing can be shared by is refused, in words, before saving."""
    draft = seat.ask(blank_job, Link.to("import_job")).put(
        currency="EUR", booking_rate=Decimal("7.8"), customs_rate=Decimal("7.8"), port_cost=Decimal(100)
    )
    line: Line = {"description": "Valve", "quantity": Decimal(2), "amount": Decimal(50)}
    draft = draft.put_rows("lines", [line])
    assert check_job(draft.put(basis="value")) == []
    refused = draft.put(basis="gross_weight")
    assert [problem.field for problem in check_job(refused)] == ["basis"]
    assert "nothing to share the cost by" in cost_facts(refused)[0].label
