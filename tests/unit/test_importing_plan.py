"""Rows become drafts with problems by cell; duplicates inside the file are named (domain.md section 7.4)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tradecrm.core.errors import Stopped
from tradecrm.importing.convert import ColumnStyle
from tradecrm.importing.frames import CellValue
from tradecrm.importing.plan import (
    best_sheet,
    draft_rows,
    plan_sheet,
    reason_text,
    refused_table,
    with_mapping,
    with_styles,
)
from tradecrm.importing.sheets import Area, Sheet, column_letters

HEADER: list[CellValue] = ["Company", "Country", "Email", "Contact", "Credit Limit"]


def sheet(*rows: list[CellValue]) -> Sheet:
    return Sheet("客户", [HEADER, *rows], list(range(1, len(rows) + 2)))


def test_one_row_is_company_and_contact() -> None:
    plan = plan_sheet("customers", sheet(["Kern GmbH", "德国", "a@kern.de; b@kern.de", "Ann", "1,200.50"]))
    assert plan.settled
    (row,) = draft_rows(plan).good
    assert (row.row_number, row.problems) == (2, ())
    assert row.values == {
        "name": "Kern GmbH",
        "country": "DE",
        "email": "a@kern.de",
        "email_more": ("b@kern.de",),
        "contact_name": "Ann",
        "credit_limit": Decimal("1200.50"),
    }


def test_every_problem_names_its_cell() -> None:
    plan = plan_sheet("customers", sheet([None, "Atlantis", "nobody", None, "much"]))
    (row,) = draft_rows(plan).refused
    assert [problem.field for problem in row.problems] == ["客户!A2", "客户!B2", "客户!C2", "客户!E2"]
    assert "Atlantis" in reason_text(row)


def test_duplicates_inside_the_file_by_strong_keys() -> None:
    """Names share a key within one country only (section 7.4, strong)."""
    plan = plan_sheet(
        "customers",
        sheet(
            ["The Kern Tool Corp.", "Germany", None, None, None],
            ["KERN TOOL GmbH", "Germany", None, None, None],
            ["KERN TOOL GmbH", "France", None, None, None],
            ["Other", "France", "x@y.com", None, None],
            ["Else", "Spain", "X@Y.com", None, None],
        ),
    )
    assert [row.duplicate_of for row in draft_rows(plan).rows] == [0, 2, 0, 0, 5]


def test_totals_blank_rows_and_repeated_headers_are_skipped() -> None:
    plan = plan_sheet(
        "customers",
        sheet(["Kern", None, None, None, None], list(HEADER), [None] * 5, ["合计", None, None, None, "9"]),
    )
    draft = draft_rows(plan)
    assert [row.row_number for row in draft.rows] == [2]
    assert draft.skipped == (3, 4, 5)


def test_lines_below_a_table_are_no_customers() -> None:
    plan = plan_sheet(
        "customers",
        sheet(
            ["Kern GmbH", None, None, None, None],
            ["小计：2", None, None, None, None],
            ["共 3 家客户", None, None, None, None],
            ["制表人：王芳", None, "审核：李娜", None, None],
            ["备注：老客户 Ltd", "德国", None, None, None],
            ["Total Energy", None, None, None, None],
        ),
    )
    draft = draft_rows(plan)
    assert [row.row_number for row in draft.rows] == [2, 6, 7]
    assert draft.skipped == (3, 4, 5)


def test_a_merged_amount_counts_once_and_a_merged_name_for_all_its_rows() -> None:
    rows: list[list[CellValue]] = [
        ["客户", "发票号", "币种", "金额"],
        ["Kern GmbH", "A-1", "USD", Decimal(100)],
        [None, "A-2", "USD", None],
    ]
    merged = (Area(2, 0, 3, 0), Area(2, 3, 3, 3), Area(3, 1, 99_999, 1))
    plan = plan_sheet("open_receivables", Sheet("S", rows, [1, 2, 3], merged=merged))
    first, second = draft_rows(plan).rows
    assert (first.values["party"], second.values.get("party")) == ("Kern GmbH", "Kern GmbH")
    assert [problem.field for problem in second.problems if problem.field.startswith("S!D")] == ["S!D3"]


def test_what_one_contact_has_twice_does_not_move_the_next_one() -> None:
    header: list[CellValue] = ["Company", "Contact", "Mobile"]
    rows: list[list[CellValue]] = [
        ["Kern GmbH", "Ann", "+49 40 1234567"],
        [None, "Bob", "+49 40 2222222; +49 40 3333333"],
        [None, "Cem", "+49 40 4444444"],
    ]
    plan = plan_sheet("customers", Sheet("S", [header, *rows], [1, 2, 3, 4], merged=(Area(2, 0, 4, 0),)))
    (row,) = draft_rows(plan).good
    assert row.values["contact_name_more"] == ("Bob", "Cem")
    assert row.values["contact_phone_more"] == ("+49 40 2222222", "+49 40 4444444")
    assert row.values["remark"] == "+49 40 3333333"


def test_a_company_named_again_with_another_person_has_several_contacts() -> None:
    header: list[CellValue] = ["Company", "Country", "Contact", "Tel", "Email", "Website", "Remark"]
    rows: list[list[CellValue]] = [
        ["Kern GmbH", "DE", "Ann", "+49 40 1111111", "ann@kern.de", "kern.de", "fair"],
        ["KERN GmbH", "DE", "Bob", "+49 40 2222222", "bob@kern.de", None, "boss"],
        ["Kern GmbH", "DE", "Ann", None, "ann@kern.de", None, None],
        ["Kern GmbH", "FR", "Cem", None, None, None, None],
        ["Kern GmbH", "DE", "Dan", None, None, "kern-tools.de", None],
    ]
    draft = draft_rows(plan_sheet("customers", Sheet("S", [header, *rows], list(range(1, 7)))))
    first, *others = draft.rows
    assert draft.joined == (3,)
    assert [(row.row_number, row.duplicate_of) for row in others] == [(4, 2), (5, 0), (6, 2)]
    assert (first.values["contact_name"], first.values["contact_name_more"]) == ("Ann", ("Bob",))
    assert (first.values["email"], first.values["email_more"]) == ("ann@kern.de", ("bob@kern.de",))
    assert (first.values["phone"], first.values["contact_phone_more"]) == (
        "+49 40 1111111",
        ("+49 40 2222222",),
    )
    assert first.values["remark"] == "fair\nboss"


def test_the_sheet_of_customers_is_found_behind_another() -> None:
    notes = Sheet("说明", [["仅供内部使用"], ["请勿外传"]], [1, 2])
    kern = sheet(["Kern GmbH", "德国", None, None, None])
    hidden = Sheet("旧", kern.rows, kern.numbers, hidden=True)
    assert best_sheet("customers", [notes, kern, hidden]) is kern
    assert best_sheet("customers", [hidden]) is hidden


def test_refused_rows_go_back_with_their_reason() -> None:
    plan = plan_sheet(
        "customers", sheet(["Kern", "Atlantis", None, None, None], ["Foo", "FR", None, None, None])
    )
    reasons = {row.row_number: reason_text(row) for row in draft_rows(plan).refused}
    table = refused_table(plan, reasons)
    assert [column.title for column in table.columns] == [*HEADER, "Reason for refusal"]
    (row,) = table.rows
    assert row.cells[:2] == ("Kern", "Atlantis")
    assert "Atlantis" in str(row.cells[-1])


def test_answers_settle_a_plan() -> None:
    rows: list[list[CellValue]] = [["Date", "Currency", "Rate", "Rate"], ["03/04/2026", "美元", "7.1", "7.2"]]
    plan = plan_sheet("rates", Sheet("S", rows, [1, 2]))
    assert not plan.settled
    plan = with_mapping(plan, {0: "date", 1: "currency", 2: "rate"})
    assert list(plan.questions) == [0]
    plan = with_styles(plan, {0: ColumnStyle(day_order="dmy")})
    assert plan.settled
    (row,) = draft_rows(plan).good
    assert (str(row.values["date"]), row.values["currency"], row.values["rate"]) == (
        "2026-04-03",
        "USD",
        Decimal("7.1"),
    )


def test_stop_while_drafting() -> None:
    with pytest.raises(Stopped):
        draft_rows(plan_sheet("customers", sheet(["Kern", None, None, None, None])), stop=lambda: True)


def test_letters_of_columns() -> None:
    assert [column_letters(number) for number in (0, 25, 26, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
