"""Opening balances from a sheet: posted all or not at all, summed by currency, taken back (domain.md section 3.1)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import Seats
from tradecrm.core.errors import NotAllowed
from tradecrm.core.problems import Refusal
from tradecrm.importing.frames import CellValue
from tradecrm.importing.plan import ImportDraft, draft_rows, plan_sheet
from tradecrm.importing.sheets import Sheet
from tradecrm.models import Item
from tradecrm.services.book import Book, Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.data.check import check_book
from tradecrm.services.data.imports import ImportBatch, ImportMode, ImportSum, run_import
from tradecrm.services.data.imports_undo import UndoImport, undo_import
from tradecrm.services.money.allocations import Allocate, allocate
from tradecrm.services.work import Reader

D = Decimal
HEAD = ("发票号", "发票日期", "到期日", "币种", "未收金额", "汇率")
GOOD: tuple[tuple[CellValue, ...], ...] = (
    ("Veld B.V.", "CI-25101", "2025-12-02", "2026-01-31", "USD", "12,000.00", "7.10"),
    ("ｖｅｌｄ b.v.", "CI-25102", "2025-12-20", "", "USD", "500", "7.00"),
    ("卡萨绿", "PRE-1", "2025-12-31", "", "EUR", "-800.00", "8.20"),
)


def sheet(*rows: tuple[CellValue, ...], kind: str = "open_receivables") -> ImportDraft:
    """Read rows under the titles as the wizard reads them."""
    head: list[CellValue] = ["供应商" if kind == "open_payables" else "客户", *HEAD]
    lines = [head, *(list(row) for row in rows)]
    return draft_rows(plan_sheet(kind, Sheet("Sheet1", lines, list(range(1, len(lines) + 1)))))


def batch(draft: ImportDraft, *, dry_run: bool = False, mode: ImportMode = ImportMode.REFUSE) -> ImportBatch:
    """Answer what the wizard hands over."""
    return ImportBatch(draft.kind, "期初.xlsx", draft.good, mode, dry_run, unread=len(draft.refused))


def items(reader: Reader) -> list[tuple[str, str, Decimal, Decimal]]:
    """Answer side, number, open amount and open base amount of every item that is open."""
    rows = reader.session.scalars(select(Item).where(Item.open_amount != 0).order_by(Item.id))
    return [(row.side, row.number, row.open_amount, row.open_base) for row in rows]


@pytest.fixture
def partners(seat: Seat) -> Seat:
    """Two customers and a factory."""
    for command in (
        SaveParty(name="Veld B.V.", country="NL"),
        SaveParty(name="Casa Verde", name_local="卡萨绿", country="ES"),
        SaveParty(name="宁波明灯厂", is_customer=False, is_supplier=True, country="CN"),
    ):
        seat.perform(save_party, command)
    return seat


def test_the_sums_by_currency_are_known_before_anything_is_posted(book: Book, partners: Seat) -> None:
    """12,000 x 7.10 + 500 x 7.00 = 88,700.00; a customer's advance stands below zero."""
    draft = sheet(*GOOD)
    sums = (ImportSum("EUR", D("-800.00"), D("-6560.00")), ImportSum("USD", D("12500.00"), D("88700.00")))
    assert partners.perform(run_import, batch(draft, dry_run=True)).value.sums == sums
    assert partners.ask(items) == []
    result = partners.perform(run_import, batch(draft)).value
    assert (result.created, result.sums) == (3, sums)
    assert partners.ask(items) == [
        ("AR", "CI-25101", D("12000.00"), D("85200.00")),
        ("AR", "CI-25102", D("500.00"), D("3500.00")),
        ("AR", "PRE-1", D("-800.00"), D("-6560.00")),
    ]
    again = partners.perform(run_import, batch(draft, dry_run=True)).value
    assert (again.created, again.refused) == (0, 3)
    assert "stands in the book already, over USD 12,000.00" in again.reasons[2]
    assert check_book(book.store.reader) == []


def test_one_row_that_cannot_be_posted_keeps_all_out(partners: Seat) -> None:
    cases: tuple[tuple[CellValue, ...], ...] = (
        ("Nobody Ltd", "X", "2025-12-02", "", "USD", "1", "7"),
        ("宁波明灯厂", "X", "2025-12-02", "", "USD", "1", "7"),
        ("Veld B.V.", "X", "2025-12-02", "", "JPY", "1", ""),
        ("Veld B.V.", "X", "2036-12-02", "", "USD", "1", "7"),
        ("Veld B.V.", "X", "2025-12-02", "", "USD", "0", "7"),
        ("Veld B.V.", "X", "no day", "", "USD", "1", "7"),
    )
    words = ("no customer “Nobody Ltd”", "no customer", "JPY", "after today", "not be zero", "cell that")
    for row, said in zip(cases, words, strict=True):
        with pytest.raises(Refusal, match=said):
            partners.perform(run_import, batch(sheet(*GOOD, row)))
        assert partners.ask(items) == []


def test_an_import_is_taken_back_but_for_what_is_settled(book: Book, partners: Seat) -> None:
    advance = ("Veld B.V.", "PRE-2", "2025-12-20", "", "USD", "-500", "7.00")
    run = partners.perform(run_import, batch(sheet(*GOOD, advance))).value.run_id
    invoice, credit = partners.ask(
        lambda reader: [
            reader.session.scalars(select(Item.id).where(Item.number == number)).one()
            for number in ("CI-25102", "PRE-2")
        ]
    )
    partners.perform(allocate, Allocate(invoice, credit, D(500)))
    kept = partners.perform(undo_import, UndoImport(run or 0)).value
    assert (kept.undone, [each.row_number for each in kept.kept]) == (2, [3, 5])
    assert "settled" in kept.kept[0].reason
    assert partners.ask(items) == []
    assert check_book(book.store.reader) == []
    assert partners.perform(run_import, batch(sheet(*GOOD[:1]))).value.created == 1, (
        "its number is free again"
    )


def test_suppliers_owe_no_currency_and_payables_need_the_right_to_pay(
    partners: Seat, seats: Seats, book: Book
) -> None:
    """Without a currency a bill is in base."""
    row = ("宁波明灯厂", "F-881", "2025-12-11", "2026-01-10", "", "47,460.00", "")
    draft = sheet(row, kind="open_payables")
    with pytest.raises(NotAllowed):
        seats.sales.perform(run_import, batch(draft))
    result = partners.perform(run_import, batch(draft)).value
    assert result.sums == (ImportSum("CNY", D("47460.00"), D("47460.00")),)
    assert partners.ask(items) == [("AP", "F-881", D("47460.00"), D("47460.00"))]
    assert check_book(book.store.reader) == []
