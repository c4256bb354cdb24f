"""Every declaration of customers and money holds together: columns, fields, links, queries and words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from tests.services.conftest import TODAY
from tests.services.page_books import make_trading_book
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.core.plans import Every
from tradecrm.screens.crm.customers import CUSTOMER_FORM, PARTNER_LIST, customers_list
from tradecrm.screens.draft import Draft
from tradecrm.screens.money.accounts import ACCOUNT_FORM, ACCOUNT_LIST, EXPENSE_FORM, TRANSFER_FORM
from tradecrm.screens.money.bank_desk import IGNORE_FORM, REOPEN_FORM, STATEMENT_LIST
from tradecrm.screens.money.holds import HOLD_FORM
from tradecrm.screens.money.items import payables_list, receivables_list
from tradecrm.screens.money.loans import LOAN_FORM, LOAN_LIST
from tradecrm.screens.money.payments import PAYMENT_FORM, PAYMENT_LIST
from tradecrm.screens.money.planned import PLANNED_FORM, PLANNED_LIST
from tradecrm.screens.money.rates import RATE_FORM, RATE_LIST, RATES_FORM, build_rates, derive_rates
from tradecrm.screens.money.receipt_list import RECEIPT_LIST
from tradecrm.screens.money.receipts import RECEIPT_FORM, derive_receipt, oldest_first
from tradecrm.screens.spec import FormSpec, ListSpec
from tradecrm.services.book import Book, Seat
from tradecrm.services.data.lists import ListRequest, count_and_sums, fetch_window
from tradecrm.services.money.planned import SavePlannedFlow, save_planned_flow
from tradecrm.storage.store import open_book

LISTS = (
    customers_list(1),
    PARTNER_LIST,
    receivables_list(lambda: date(2026, 6, 15)),
    payables_list(lambda: date(2026, 6, 15)),
    RECEIPT_LIST,
    PAYMENT_LIST,
    ACCOUNT_LIST,
    RATE_LIST,
    PLANNED_LIST,
    STATEMENT_LIST,
    LOAN_LIST,
)
FORMS = (
    CUSTOMER_FORM,
    RECEIPT_FORM,
    PAYMENT_FORM,
    ACCOUNT_FORM,
    TRANSFER_FORM,
    EXPENSE_FORM,
    RATE_FORM,
    RATES_FORM,
    PLANNED_FORM,
    LOAN_FORM,
    HOLD_FORM,
    IGNORE_FORM,
    REOPEN_FORM,
)


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    """Answer the owner's seat at a book with the small firm's deal, only read here."""
    folder = tmp_path_factory.mktemp("declarations")
    make_trading_book(folder)
    clock = FixedClock.on(TODAY)
    book = Book(open_book(folder / "trading.tcrm", "Tests", clock), clock)
    rent = SavePlannedFlow("Rent", "OFFICE", "CNY", Decimal(-900), Every.MONTHLY, TODAY)
    book.seat().perform(save_planned_flow, rent)
    yield book.seat()
    book.close()


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.key)
def test_every_column_of_a_list_has_its_source(spec: ListSpec) -> None:
    for column in spec.columns:
        assert spec.source.column(column.key).kind is column.kind
        if column.currency_key:
            spec.source.column(column.currency_key)
    keys = {column.key for column in spec.columns} | set(spec.source.index)
    for view in spec.views:
        assert {f.key for f in view.filters} <= keys
        assert {s.key for s in view.sort} <= keys


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.key)
def test_every_view_previews_and_opens(spec: ListSpec, seat: Seat) -> None:
    requests = [ListRequest(sort=spec.default_sort), ListRequest(search="K")]
    requests += [
        ListRequest(filters=view.filters, sort=view.sort or spec.default_sort) for view in spec.views
    ]
    for request in requests:
        window = seat.ask(fetch_window, spec.source, request)
        assert seat.ask(count_and_sums, spec.source, request).count == len(window.ids)
    window = seat.ask(fetch_window, spec.source, ListRequest(sort=spec.default_sort))
    assert window.ids
    for identity, cells in zip(window.ids, window.rows, strict=True):
        row = {**dict(zip(window.keys, cells, strict=True)), "id": identity}
        assert spec.opens is not None
        assert isinstance(spec.opens(row), Link)
        for column in spec.columns:
            if column.link is not None:
                column.link(row)
            if column.tone is not None:
                column.tone(row)
        if spec.preview is not None:
            assert seat.ask(spec.preview, identity)


@pytest.mark.parametrize("spec", FORMS, ids=lambda spec: spec.key)
def test_every_form_begins_blank(spec: FormSpec, seat: Seat) -> None:
    draft = seat.ask(spec.blank, Link.to(spec.key))
    assert draft.id is None
    assert spec.locked is None or not spec.locked(draft)
    for panel in spec.panels:
        if panel.compute is not None:
            panel.compute(draft)
        if panel.query is not None:
            seat.ask(panel.query, draft)
    spec.check(draft)
    keys = {field.key for field in spec.fields()}
    for field in spec.fields():
        if field.currency_from:
            assert spec.derive(draft, field.key).values.keys() | keys
        if field.picker is not None:
            seat.ask(field.picker.query, "", {})
            seat.ask(field.picker.query, "K", {})


@pytest.mark.parametrize(
    ("spec", "identity"),
    [
        (CUSTOMER_FORM, 1),
        (RECEIPT_FORM, 1),
        (PAYMENT_FORM, 1),
        (ACCOUNT_FORM, 1),
        (TRANSFER_FORM, 1),
        (RATE_FORM, 1),
    ],
    ids=lambda value: getattr(value, "key", ""),
)
def test_every_record_is_shown_as_it_was_kept(spec: FormSpec, identity: int, seat: Seat) -> None:
    draft = seat.ask(spec.load, identity)
    assert draft.id == identity
    assert spec.heading is not None
    assert spec.heading(draft)
    if spec.badges is not None:
        spec.badges(draft)
    for panel in spec.panels:
        if panel.query is not None:
            assert seat.ask(panel.query, draft)
    spec.build(draft)


def test_two_amounts_make_the_third() -> None:
    """Gross is what the customer sent: credited and charge (domain.md section 3.4)."""
    draft = Draft({"charge": Decimal(0), "order": "charge"})
    draft = derive_receipt(draft.put(credited=Decimal(980)), "credited")
    assert draft.number("gross") == Decimal(980)
    draft = derive_receipt(draft.put(gross=Decimal(1000)), "gross")
    assert draft.number("charge") == Decimal(20)
    draft = derive_receipt(draft.put(charge=Decimal(30)), "charge")
    assert draft.number("credited") == Decimal(970)
    draft = derive_receipt(draft.put(interest=Decimal(15)), "interest")
    assert [draft.number(key) for key in ("gross", "charge", "credited")] == [1000, 30, 955]
    draft = derive_receipt(draft.put(credited=Decimal(960)), "credited")
    assert [draft.number(key) for key in ("gross", "charge")] == [1005, 30]


def test_the_oldest_due_is_settled_first_and_deposits_before() -> None:
    """The order of settling (domain.md section 3.1): due date, then document date, then number."""

    def line(number: int, due: date | None, opened: int) -> dict[str, object]:
        return {"item_id": number, "number": f"CI-{number}", "day": date(2026, 1, 1), "due": due,
                "open": Decimal(opened)}  # fmt: skip

    draft = Draft({"gross": Decimal(1000)}).put_rows(
        "items",
        [line(1, None, 500), line(2, date(2026, 5, 1), 400), line(3, date(2026, 4, 1), 300)],  # type: ignore[list-item]
    )
    draft = draft.put_rows("deposits", [{"contract_id": 1, "amount": Decimal(150)}])
    amounts = [row["amount"] for row in oldest_first(draft).rows("items")]
    assert amounts == [Decimal(150), Decimal(400), Decimal(300)]


def test_a_new_rate_takes_over_from_the_line_above() -> None:
    draft = Draft({"today": date(2026, 6, 15)})
    for number, (currency, quote) in enumerate((("USD", "7.12"), ("EUR", "7.80"))):
        for key, value in (("currency", currency), ("quote", quote)):
            draft = derive_rates(draft.put_cell("rates", number, key, value), f"rates.{number}.{key}")
    built = build_rates(draft).rates
    assert [(rate.currency, rate.quote, rate.day) for rate in built] == [
        ("USD", "7.12", date(2026, 6, 15)),
        ("EUR", "7.80", date(2026, 6, 15)),
    ]


def test_an_expense_below_zero_is_refused_and_does_not_become_income() -> None:
    """The direction says which way money goes, never the sign (domain.md section 4)."""
    draft = Draft({"direction": "out", "amount": Decimal(-5)})
    assert [problem.field for problem in EXPENSE_FORM.check(draft)] == ["amount"]
    assert not EXPENSE_FORM.check(draft.put(amount=Decimal(5)))


@pytest.mark.parametrize(
    ("spec", "money", "kept"), [(RECEIPT_FORM, "gross", "deposits"), (PAYMENT_FORM, "amount", "purchases")]
)
def test_money_and_its_parts_are_above_zero_each_told_at_its_place(
    spec: FormSpec, money: str, kept: str
) -> None:
    """Sections 3.1 and 3.4: what is not above zero is told where it stands, and the rest is not blamed for it."""
    draft = Draft({money: Decimal(-1), "currency": "USD"}, {"items": (), kept: ({"amount": Decimal(-2)},)})
    assert [problem.field for problem in spec.check(draft)].count(money) == 1
    assert {problem.field for problem in spec.check(draft)} == {money, f"{kept}.0.amount"}
    good = draft.put_rows(kept, [{"amount": Decimal(2)}]).put(**{money: Decimal(3)})
    assert not spec.check(good)
