"""Rows become drafts with problems by cell; duplicates inside the file are named (domain.md section 7.4)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tradecrm.core.errors import Stopped
from tradecrm.importing.convert import ColumnStyle
from tradecrm.importing.frames import CellValue
from tradecrm.importing.plan import (
    draft_rows,
    plan_sheet,
    reason_text,
    refused_table,
    with_mapping,
    with_styles,
)
from tradecrm.importing.sheets import Sheet, column_letters

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
