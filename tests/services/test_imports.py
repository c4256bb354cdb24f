"""Imports: every row is explained, a dry run changes nothing, and an import can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY, Seats
from tradecrm.core.errors import NotAllowed, Stopped
from tradecrm.core.problems import Refusal
from tradecrm.core.progress import Progress
from tradecrm.importing.plan import draft_rows, plan_sheet
from tradecrm.importing.sheets import Area, Sheet
from tradecrm.models import Account, Address, AuditEntry, Contact, Party, PartyKey, Product, Rate
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.tasks import SaveTask, save_task
from tradecrm.services.crm.parties import SaveParty, party_card, party_picker, save_party
from tradecrm.services.data.check import check_book
from tradecrm.services.data.imports import ImportBatch, ImportMode, ImportResult, import_runs, run_import
from tradecrm.services.data.imports_undo import UndoImport, undo_import
from tradecrm.services.data.search import search
from tradecrm.services.trade.credit import SaveCreditTerms, save_credit_terms
from tradecrm.services.trade.inquiries import SaveInquiry, save_inquiry
from tradecrm.services.work import Reader


@dataclass(frozen=True)
class Row:
    row_number: int
    values: Mapping[str, Any]
    keys: tuple[tuple[str, str], ...] = ()


def batch(kind: str, *rows: Mapping[str, Any], **options: Any) -> ImportBatch:
    return ImportBatch(kind, "list.xlsx", tuple(Row(at + 2, row) for at, row in enumerate(rows)), **options)


CUSTOMERS = (
    {
        "name": "Blue Harbor Ltd",
        "name_zh": "蓝港贸易有限公司",
        "country": "GB",
        "email": "info@blueharbor.co.uk",
        "contact_name": "Mary Poole",
        "contact_email": "mary@blueharbor.co.uk",
        "contact_phone": "+44 20 7946 0018",
        "address": "1 Dock Road",
        "postcode": "E16 1AA",
        "credit_limit": Decimal(20000),
    },
    {"name": "Nordlys AS", "country": "NO", "website": "www.nordlys.no", "code": "N-77"},
    {"name": "Casa Verde", "country": "ES", "owner": "Lin Yue", "remark": "met at the fair"},
)


def counts(reader: Reader) -> list[int]:
    kinds = (Party, Contact, Address, PartyKey, Product, Rate, Account)
    return [reader.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]


def tally(result: ImportResult) -> tuple[int, int, int, int]:
    return result.created, result.updated, result.unchanged, result.refused


def test_a_row_is_a_company_with_contact_and_address(book: Book, seat: Seat) -> None:
    outcome = seat.perform(run_import, batch("customers", *CUSTOMERS))
    assert tally(outcome.value) == (3, 0, 0, 0)
    assert {"party", "contact", "address"} <= outcome.changes
    key = seat.ask(party_picker, "蓝港")[0].id
    draft = seat.ask(party_card, key).draft
    assert draft.contacts[0].name == "Mary Poole"
    assert draft.contacts[0].is_main
    assert draft.addresses[0].text == "1 Dock Road, E16 1AA"
    assert "20000" in draft.note
    assert seat.ask(search, "0018").hits[0].id == key
    assert [hit.code for hit in seat.ask(search, "n-77").hits] == ["N-77"]
    assert check_book(book.store.reader) == []


def test_a_company_brings_all_its_contacts_and_says_the_rest_in_its_note(book: Book, seat: Seat) -> None:
    """Several people in one cell, e-mails in the same order, and rows under a merged company (section 7.1)."""
    header: list[Any] = ["客户名称", "国家", "联系人", "职位", "手机", "邮箱", "付款方式"]
    rows: list[list[Any]] = [
        [
            "Nordlicht GmbH",
            "德国",
            "Anna Müller、Jens Koch",
            None,
            "+49 40 1234567",
            "a@nord.de;j@nord.de",
            "T/T",
        ],
        ["Oceanic Pty", "澳大利亚", "Kate Ng", "Buyer", "+61 400 111 222", "kate@oceanic.au", None],
        [None, None, "Liam Fox", "Owner", "+61 400 333 444\n+61 2 9999 0000", "liam@oceanic.au", None],
    ]
    merged = (Area(3, 0, 4, 0), Area(3, 1, 4, 1))
    plan = plan_sheet("customers", Sheet("S", [header, *rows], [1, 2, 3, 4], merged=merged))
    draft = draft_rows(plan)
    assert (len(draft.good), draft.joined) == (2, (4,))
    run = seat.perform(run_import, ImportBatch("customers", "x", draft.good)).value.run_id

    def people(text: str) -> list[tuple[str, str, str, str, bool]]:
        found = seat.ask(party_card, seat.ask(party_picker, text)[0].id).draft
        return [(each.name, each.position, each.phone, each.email, each.is_main) for each in found.contacts]

    assert people("Nordlicht") == [
        ("Anna Müller", "", "+49 40 1234567", "a@nord.de", True),
        ("Jens Koch", "", "", "j@nord.de", False),
    ]
    assert people("Oceanic") == [
        ("Kate Ng", "Buyer", "+61 400 111 222", "kate@oceanic.au", True),
        ("Liam Fox", "Owner", "+61 400 333 444", "liam@oceanic.au", False),
    ]
    key = seat.ask(party_picker, "Nordlicht")[0].id
    assert seat.ask(party_card, key).draft.note == "Payment terms: T/T"
    assert [hit.id for hit in seat.ask(search, "liam@oceanic").hits] == [
        seat.ask(party_picker, "Oceanic")[0].id
    ]
    assert check_book(book.store.reader) == []
    assert seat.perform(undo_import, UndoImport(run or 0)).value.undone == 2
    assert seat.ask(counts)[:4] == [0, 0, 0, 0]


def test_the_same_file_again_changes_nothing_and_says_so(seat: Seat) -> None:
    seat.perform(run_import, batch("customers", *CUSTOMERS))
    before = seat.ask(counts)
    again = seat.perform(run_import, batch("customers", *CUSTOMERS)).value
    assert tally(again) == (0, 0, 3, 0)
    assert "P-2606-0001" in again.outcomes[0].reason
    assert seat.ask(counts) == before


def test_a_dry_run_answers_the_same_and_leaves_the_book_as_it_was(seat: Seat) -> None:
    before = seat.ask(counts)
    dry = seat.perform(run_import, batch("customers", *CUSTOMERS, {}, dry_run=True))
    assert dry.changes == frozenset()
    assert seat.ask(counts) == before
    assert seat.ask(search, "harbor").count == 0
    real = seat.perform(run_import, batch("customers", *CUSTOMERS, {})).value
    assert real.outcomes == dry.value.outcomes
    assert tally(real) == tally(dry.value) == (3, 0, 0, 1)
    assert seat.ask(party_picker, "nordlys")[0].code == "N-77"


def test_every_row_left_out_has_its_reason(seat: Seat) -> None:
    seat.perform(save_party, SaveParty(name="Old Friend", tax_no="FR123", code="F1"))
    rows = (
        {"country": "DE"},
        {"name": "x" * 301},
        {"name": "Twin One", "email": "a@twin.com"},
        {"name": "Twin Two", "website": "twin.com"},
        {"name": "Newer", "tax_no": "FR 123", "city": "Lyon"},
        {"name": "Coded", "code": "F1"},
        {"name": "Owned", "owner": "Nobody"},
    )
    result = seat.perform(run_import, batch("customers", *rows)).value
    assert tally(result) == (1, 0, 0, 6)
    assert {number: text.split(":")[0] for number, text in result.reasons.items()} == {
        2: "The company's name is missing.",
        3: f"“{'x' * 20}…” is longer than 300 letters.",
        5: "The same as row 4 of this file.",
        6: "The book has this customer already",
        7: "The code F1 is taken.",
        8: "There is no person called Nobody in this book. Enter them under Settings, People, or leave the "
        "column of salespeople out.",
    }


def test_refuse_brings_in_all_or_nothing(seat: Seat) -> None:
    with pytest.raises(Refusal, match="Row 5"):
        seat.perform(run_import, batch("customers", *CUSTOMERS, {}, mode=ImportMode.REFUSE))
    assert seat.ask(counts)[0] == 0
    assert seat.perform(run_import, batch("customers", *CUSTOMERS, mode=ImportMode.REFUSE)).value.created == 3


def test_update_changes_what_the_book_has(book: Book, seat: Seat) -> None:
    seat.perform(run_import, batch("customers", *CUSTOMERS))
    news = {"name": "Nordlys Handel AS", "website": "nordlys.no", "country": "NO"}
    result = seat.perform(run_import, batch("customers", news, mode=ImportMode.UPDATE)).value
    assert tally(result) == (0, 1, 0, 0)
    assert [row.code for row in seat.ask(party_picker, "handel")] == ["N-77"]
    assert check_book(book.store.reader) == []


def test_stop_rolls_everything_back(seat: Seat) -> None:
    progress = Progress()
    progress.stop()
    with pytest.raises(Stopped):
        seat.perform(run_import, batch("customers", *CUSTOMERS), progress)
    assert seat.ask(counts)[0] == 0


def test_undo_leaves_counts_and_search_as_before(book: Book, seat: Seat) -> None:
    seat.perform(save_party, SaveParty(name="Stays", country="FR"))
    before = seat.ask(counts)
    result = seat.perform(run_import, batch("customers", *CUSTOMERS)).value
    assert result.run_id is not None
    undone = seat.perform(undo_import, UndoImport(result.run_id)).value
    assert (undone.undone, undone.kept) == (3, ())
    assert seat.ask(counts) == before
    assert seat.ask(search, "harbor").count == 0
    assert check_book(book.store.reader) == []
    with pytest.raises(Refusal, match="already"):
        seat.perform(undo_import, UndoImport(result.run_id))
    assert [(run.kind, run.created, run.undone_at is None) for run in seat.ask(import_runs)] == [
        ("customers", 3, False)
    ]


def test_undo_keeps_what_any_paper_names_and_takes_the_rest(book: Book, seat: Seat) -> None:
    result = seat.perform(run_import, batch("customers", *CUSTOMERS)).value
    first, second = (seat.ask(party_picker, text)[0].id for text in ("harbor", "nordlys"))
    seat.perform(save_inquiry, SaveInquiry(first, TODAY, "Lanterns"))
    seat.perform(save_credit_terms, SaveCreditTerms(second, Decimal(5000)))
    undone = seat.perform(undo_import, UndoImport(result.run_id or 0)).value
    assert [(kept.record_id, kept.reason) for kept in undone.kept] == [
        (first, "An inquiry names it."),
        (second, "Credit is agreed with it."),
    ]
    assert undone.undone == 1
    assert seat.ask(party_picker, "casa") == ()
    assert check_book(book.store.reader) == []


def test_undo_keeps_what_was_used_or_changed_and_names_the_reason(book: Book, seat: Seat) -> None:
    result = seat.perform(run_import, batch("customers", *CUSTOMERS)).value
    first, second, third = (seat.ask(party_picker, text)[0].id for text in ("harbor", "nordlys", "casa"))
    seat.perform(save_task, SaveTask("Call", TODAY, party_id=first))
    draft = seat.ask(party_card, second).draft
    seat.perform(save_party, replace(draft, city="Bergen"))
    undone = seat.perform(undo_import, UndoImport(result.run_id or 0)).value
    assert [(kept.row_number, kept.record_id) for kept in undone.kept] == [(2, first), (3, second)]
    assert "task" in undone.kept[0].reason
    assert "changed" in undone.kept[1].reason
    assert seat.ask(party_picker, "casa") == ()
    assert third not in {row.id for row in seat.ask(party_picker)}
    assert check_book(book.store.reader) == []


def test_the_import_is_in_the_audit_trail(seat: Seat) -> None:
    seat.perform(run_import, batch("customers", *CUSTOMERS))

    def trail(reader: Reader) -> set[tuple[str, str]]:
        return {
            (e.action, e.kind)
            for e in reader.session.scalars(select(AuditEntry))
            if e.operation == "run_import"
        }

    assert {
        ("bulk", "party"),
        ("bulk", "contact"),
        ("bulk", "address"),
        ("insert", "import_run"),
    } <= seat.ask(trail)


def test_products_are_created_updated_and_left_alone(book: Book, seat: Seat) -> None:
    lamp = {
        "code": "L-1", "name": "Desk lamp", "name_zh": "台灯", "price": Decimal("12.4"), "currency": "USD",
        "carton_quantity": Decimal(24), "carton_net": Decimal("14.88"), "carton_gross": Decimal("15.98"),
        "carton_length": Decimal(60), "carton_width": Decimal(40), "carton_height": Decimal(33),
    }  # fmt: skip
    rows = (
        lamp,
        {**lamp},
        {"code": "L-2"},
        {"name": "No code"},
        {"code": "L-3", "name": "Bulb", "vat_rate": Decimal(2)},
    )
    result = seat.perform(run_import, batch("products", *rows)).value
    assert tally(result) == (1, 0, 0, 4)
    dearer = {**lamp, "price": Decimal("13.5")}
    assert tally(seat.perform(run_import, batch("products", lamp)).value) == (0, 0, 1, 0)
    assert tally(seat.perform(run_import, batch("products", dearer)).value) == (0, 0, 0, 1)
    assert tally(seat.perform(run_import, batch("products", dearer, mode=ImportMode.UPDATE)).value) == (
        0,
        1,
        0,
        0,
    )

    def product(reader: Reader) -> tuple[Any, ...]:
        found = reader.session.scalars(select(Product)).one()
        return found.price, found.unit_net_weight, found.carton_tare

    assert seat.ask(product) == (Decimal("13.5"), Decimal("0.62"), Decimal("1.1"))
    assert seat.ask(search, "台灯").count == 1
    assert check_book(book.store.reader) == []


def test_a_carton_in_one_cell_has_three_sides(book: Book, seat: Seat) -> None:
    header: list[Any] = ["货号", "品名", "装箱量", "外箱尺寸(cm)"]
    sizes = ("52*38*41", "520×380×410mm", "20 x 15 x 16 in", "大箱", "-")
    rows = [header, *([f"A-{at}", "灯", Decimal(12), size] for at, size in enumerate(sizes))]
    draft = draft_rows(plan_sheet("products", Sheet("S", rows, list(range(1, len(rows) + 1)))))
    (wrong,) = draft.refused
    assert (wrong.problems[0].field, "52*38*41" in wrong.problems[0].message) == ("S!D5", True)
    assert tally(seat.perform(run_import, ImportBatch("products", "x", draft.good)).value) == (4, 0, 0, 0)

    def sides(reader: Reader) -> list[Any]:
        found = select(Product.carton_length, Product.carton_width, Product.carton_height).order_by(
            Product.code
        )
        return [tuple(row) for row in reader.session.execute(found)]

    metric = (Decimal(52), Decimal(38), Decimal(41))
    assert seat.ask(sides) == [
        metric,
        metric,
        (Decimal("50.8"), Decimal("38.1"), Decimal("40.64")),
        (None, None, None),
    ]


def test_rates_are_base_units_for_one_foreign_unit(seat: Seat) -> None:
    day = date(2026, 6, 1)
    rows = (
        {"date": day, "currency": "USD", "rate": Decimal("7.1234")},
        {"date": day, "currency": "JPY", "rate": Decimal("4.8510"), "per": Decimal(100)},
        {"date": day, "currency": "CNY", "quote_currency": "EUR", "rate": Decimal("0.125")},
        {"date": day, "currency": "USD", "rate": Decimal("7.2")},
        {"date": day, "currency": "USD", "quote_currency": "EUR", "rate": Decimal("0.9")},
        {"currency": "USD", "rate": Decimal(7)},
        {"date": day, "currency": "GBP", "rate": Decimal(0)},
    )
    result = seat.perform(run_import, batch("rates", *rows)).value
    assert tally(result) == (3, 0, 0, 4)

    def rates(reader: Reader) -> dict[str, Decimal]:
        return {rate.currency: rate.rate for rate in reader.session.scalars(select(Rate))}

    assert seat.ask(rates) == {"USD": Decimal("7.1234"), "JPY": Decimal("0.04851"), "EUR": Decimal(8)}
    assert tally(seat.perform(run_import, batch("rates", rows[0])).value) == (0, 0, 1, 0)
    assert tally(seat.perform(run_import, batch("rates", rows[3])).value) == (0, 0, 0, 1)
    assert tally(seat.perform(run_import, batch("rates", rows[3], mode=ImportMode.UPDATE)).value) == (
        0,
        1,
        0,
        0,
    )
    kept = seat.perform(undo_import, UndoImport(result.run_id or 0)).value
    assert (kept.undone, [k.row_number for k in kept.kept]) == (2, [2])


def test_accounts_open_with_their_balance_posted(book: Book, seat: Seat) -> None:
    day = date(2026, 1, 1)
    rows = (
        {"name": "BOC 001", "bank": "Bank of China", "number": "001", "currency": "CNY",
         "opening_balance": Decimal(1000), "opening_date": day},
        {"bank": "ICBC", "number": "77", "currency": "CNY"},
        {"name": "BOC 001", "currency": "CNY"},
        {"name": "Dollar", "currency": "USD", "opening_balance": Decimal(5), "opening_date": day},
    )  # fmt: skip
    result = seat.perform(run_import, batch("accounts", *rows)).value
    assert tally(result) == (2, 0, 0, 2)
    assert "already" in result.reasons[4]
    assert "USD" in result.reasons[5]
    assert check_book(book.store.reader) == []
    undone = seat.perform(undo_import, UndoImport(result.run_id or 0)).value
    assert undone.undone == 1
    assert "posted" in undone.kept[0].reason


def test_imports_keep_to_scope_and_verbs(seats: Seats) -> None:
    with pytest.raises(NotAllowed):
        seats.sales.perform(run_import, batch("accounts", {"name": "X", "currency": "CNY"}))
    theirs = batch("customers", CUSTOMERS[1], owner_id=seats.other.actor.person_id)
    with pytest.raises(NotAllowed, match="someone else"):
        seats.sales.perform(run_import, theirs)
    assert (
        seats.manager.perform(run_import, replace(theirs, owner_id=seats.sales.actor.person_id)).value.created
        == 1
    )
    hidden = seats.other.perform(run_import, batch("customers", {**CUSTOMERS[1], "code": "N-78"})).value
    assert tally(hidden) == (0, 0, 0, 1)
    assert "someone else" in hidden.outcomes[0].reason
    assert seats.other.ask(party_picker, "nordlys") == ()
    assert [run.person for run in seats.other.ask(import_runs)] == ["Wu Fan"]


def test_an_unknown_kind_is_refused(seat: Seat) -> None:
    with pytest.raises(Refusal, match="no import"):
        seat.perform(run_import, batch("ships"))


def test_a_sheet_read_by_the_program_comes_in_with_the_keys_it_was_read_with(book: Book, seat: Seat) -> None:
    head = ("Company", "Country", "E-mail", "Phone", "Contact person", "Contact mobile", "Website")
    rows = (
        ("Blue Harbor Ltd", "GB", "info@blueharbor.co.uk", "020 7946 0018", "Mary", "+44 7700 900123", ""),
        (
            "Nordlys AS",
            "Norway",
            "post@nordlys.no; sales@nordlys.no",
            "",
            "",
            "+47 22 12 34 56",
            "nordlys.no",
        ),
        ("Åberg & Co AB", "SE", "aberg@gmail.com", "+46 8 123 456 78", "Jo", "", "alibaba.com/aberg"),
    )
    sheet = Sheet("Sheet1", [[*line] for line in (head, *rows)], list(range(1, 5)))
    draft = draft_rows(plan_sheet("customers", sheet))
    assert len(draft.good) == 3
    result = seat.perform(run_import, ImportBatch("customers", "list.xlsx", draft.good)).value
    assert tally(result) == (3, 0, 0, 0)
    assert check_book(book.store.reader) == []
