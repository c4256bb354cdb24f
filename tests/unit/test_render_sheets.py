"""Excel, CSV and JSON: text stays text, numbers stay exact, nothing runs as a formula (safekeeping.md section 2)."""

from __future__ import annotations

import enum
import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecrm.core.clock import local_day
from tradecrm.core.fields import FieldKind
from tradecrm.core.table import TableColumn, TableRow
from tradecrm.render.csv import guarded, read_csv, unguarded, write_csv
from tradecrm.render.jsonout import plain, to_text, write_json
from tradecrm.render.xlsx import CellForm, SheetFull, XlsxFile, XlsxValue, money_format, number_format
from tradecrm.reports.draw.cells import cell_text

FORMULAS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1",
    "\n=1",
    "  =1+1",
    "\u3000＝1+1",
    "＝1+1",
    "＋1+1",
    "－x",
    "＠SUM(1)",
    "\u200b=1",
    "-",
    "+",
    '=HYPERLINK("http://x","y")',
    "+1-800-FLOWERS",
]
HARMLESS = [
    "-12.50",
    "+12",
    "-1,234,567.89",
    " -5",
    "-12.5%",
    "-.5",
    "+86 138 0013 8000",
    "+49 (40) 300-0000",
    "+86-574-8766-0000 ext. 12",
    "Nordlicht",
    "",
    "a=b",
    "'quoted",
    "12-34",
    "中文",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_guarded_and_comes_back(text: str) -> None:
    assert guarded(text) == "'" + text
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_phones_and_words_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


@given(st.text(alphabet="'=+-@＝ \t0123456789.,%a", max_size=12))
@settings(max_examples=400, deadline=None)
def test_the_guard_is_taken_off_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    first = guarded(text).lstrip(" \u3000")[:1]
    assert first not in set("=@＝\t")


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00")), max_size=4),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_csv_reads_back_cell_for_cell(rows: list[list[str]]) -> None:
    rows = [[*row, "end"] for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "out.csv")
        write_csv(path, rows)
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert read_csv(path) == rows


def written(path: Path, rows: list[list[XlsxValue]], form: CellForm | None = None) -> Any:
    with XlsxFile(path) as file:
        sheet = file.sheet("Sheet")
        for row in rows:
            sheet.row(row, [form or CellForm()] * len(row))
    return openpyxl.load_workbook(path)


def test_text_is_never_guessed(tmp_path: Path) -> None:
    texts = [*FORMULAS, "https://example.com", "file:///etc/passwd", "00123", "1e5", "2026-01-02", "{=1}"]
    book = written(tmp_path / "a.xlsx", [[text] for text in texts])
    for text, row in zip(texts, book.active.iter_rows(), strict=True):
        assert row[0].data_type in {"s", "inlineStr"}
        assert row[0].hyperlink is None
        assert str(row[0].value).strip() == text.strip()


def test_numbers_are_exact_up_to_15_digits_and_text_beyond(tmp_path: Path) -> None:
    values: list[XlsxValue] = [
        Decimal("-1234567890123.45"),
        Decimal("12345678901234.567"),
        Decimal("0.1"),
        10**18 + 1,
        7,
        Decimal("NaN"),
    ]
    found = [cell.value for cell in next(written(tmp_path / "a.xlsx", [values]).active.iter_rows())]
    assert Decimal(str(found[0])) == Decimal("-1234567890123.45")
    assert found[1:] == ["12,345,678,901,234.567", 0.1, "1000000000000000001", 7, "NaN"]


def test_dates_and_the_day_that_excel_invented(tmp_path: Path) -> None:
    moment = datetime(2026, 5, 31, 8, 30, tzinfo=UTC)
    row: list[XlsxValue] = [date(2026, 5, 31), moment, date(1899, 12, 31)]
    book = written(tmp_path / "a.xlsx", [row], CellForm(number_format="yyyy-mm-dd hh:mm"))
    found = [cell.value for cell in next(book.active.iter_rows())]
    assert found == [datetime(2026, 5, 31), datetime(2026, 5, 31, 8, 30), "1899-12-31"]  # noqa: DTZ001


@pytest.mark.usefixtures("in_shanghai")
def test_a_moment_is_written_as_the_clock_on_the_wall_showed_it(tmp_path: Path) -> None:
    """Half past eleven at night in UTC is the next morning in China, in Excel as in every other table."""
    moment = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)
    book = written(tmp_path / "a.xlsx", [[moment]], CellForm(number_format="yyyy-mm-dd hh:mm"))
    assert next(book.active.iter_rows())[0].value == datetime(2026, 6, 1, 7, 30)  # noqa: DTZ001
    column = TableColumn("at", "At", FieldKind.DATETIME)
    assert cell_text(moment, column, TableRow((moment,))) == "2026-06-01 07:30"
    assert local_day(moment) == date(2026, 6, 1)


def test_rare_characters_and_markup_survive_and_control_marks_do_not_break_the_file(tmp_path: Path) -> None:
    book = written(tmp_path / "a.xlsx", [["堃㛃𬭚", "<b>&\"'", "a\x00b\x0bc", "Їєґ", True, None]])
    found = [cell.value for cell in next(book.active.iter_rows())]
    assert found == ["堃㛃𬭚", "<b>&\"'", "abc", "Їєґ", True, None]


def test_sheet_names_are_made_legal_and_different(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with XlsxFile(path) as file:
        for name in ("A/B: [x]*?\\'", "A B   x", "n" * 40, "N" * 40, "", "''"):
            file.sheet(name)
    names = openpyxl.load_workbook(path).sheetnames
    assert len({name.casefold() for name in names}) == 6
    assert all(0 < len(name) <= 31 for name in names)


def test_number_formats_follow_the_decimals() -> None:
    assert money_format(0) == '#,##0;"−"#,##0'
    assert money_format(3) == '#,##0.000;"−"#,##0.000'
    assert number_format(0) == "#,##0"
    assert number_format(4) == "#,##0.####"


def test_an_exception_leaves_no_file_and_no_temporary_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    path = tmp_path / "a.xlsx"

    def stop_halfway() -> None:
        with XlsxFile(path) as file:
            file.sheet("Sheet").row(["x"], [CellForm()])
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        stop_halfway()
    assert not path.exists()
    assert list(spool.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), XlsxFile(tmp_path / "no" / "a.xlsx") as file:
        file.sheet("Sheet")


def test_more_rows_than_excel_has_are_refused(tmp_path: Path) -> None:
    with XlsxFile(tmp_path / "a.xlsx") as file:
        sheet = file.sheet("Sheet")
        sheet.next_row = 1_048_576
        with pytest.raises(SheetFull, match="1,048,576"):
            sheet.row(["x"], [CellForm()])


class Color(enum.StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Sample:
    amount: Decimal
    day: date
    tags: frozenset[str]
    color: Color


def test_json_keeps_decimals_exactly_and_letters_as_they_are(tmp_path: Path) -> None:
    sample = Sample(Decimal("1200.50"), date(2026, 5, 31), frozenset({"b", "a"}), Color.RED)
    assert plain(sample) == {"amount": "1200.50", "day": "2026-05-31", "tags": ["a", "b"], "color": "red"}
    assert plain(Decimal("1E+3")) == "1000"
    assert "堃" in to_text({"name": "堃"})
    write_json(tmp_path / "a.json", [sample, None, True, 3])
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))[1:] == [None, True, 3]


def test_json_refuses_what_it_does_not_know() -> None:
    with pytest.raises(TypeError, match="float"):
        plain({"amount": 0.1})
