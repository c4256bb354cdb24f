"""One table drawn as Excel, PDF, CSV and JSON shows the same figures in each."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.render_samples import letters, page_texts
from tradecrm.core.fields import FieldKind
from tradecrm.core.table import Cell, Chart, ChartKind, RowStyle, Series, Table, TableColumn, TableRow
from tradecrm.render.csv import read_csv
from tradecrm.reports.draw.excel import to_xlsx
from tradecrm.reports.draw.pdf import to_pdf
from tradecrm.reports.draw.scale import stacks, ticks, waterfall_spans
from tradecrm.reports.draw.text import as_data, to_csv, to_json

COLUMNS = (
    TableColumn("customer", "Customer"),
    TableColumn("due", "Due", FieldKind.DATE),
    TableColumn("open", "Open", FieldKind.MONEY),
    TableColumn("base", "In base", FieldKind.MONEY, "CNY"),
    TableColumn("margin", "Margin", FieldKind.PERCENT),
)
DUE = date(2026, 5, 31)


def row(name: str, amount: str, currency: str, style: RowStyle = RowStyle.NORMAL, level: int = 0) -> TableRow:
    cells: tuple[Cell, ...] = (name, DUE, Decimal(amount), Decimal(amount) * 2, Decimal("0.125"))
    return TableRow(cells, currency=currency, style=style, level=level)


TABLE = Table(
    key="aging",
    title="Aged receivables 账龄",
    subtitle="As of 31 May 2026",
    columns=COLUMNS,
    rows=(
        TableRow(("Europe", None, None, None, None), style=RowStyle.SECTION),
        row("Nordlicht <b>&\"'", "12345.6", "USD", level=1),
        row("=SUM(A1)", "-10000", "JPY"),
        row("堃㛃𬭚", "1.234", "KWD", RowStyle.MUTED),
    ),
    totals=(row("Total", "99999999999999.99", "USD", RowStyle.TOTAL),),
    notes=("Rates of the day.",),
    params=(("as_of", "2026-05-31"),),
)
KINDS = list(ChartKind)


def chart(kind: ChartKind, values: Sequence[Decimal | None], totals: frozenset[int] = frozenset()) -> Chart:
    names = tuple(f"Month {number}" for number in range(1, len(values) + 1))
    series = (Series("USD", tuple(values)), Series("EUR", tuple(reversed(values))))
    used = series[:1] if kind is ChartKind.WATERFALL else series
    return Chart(kind, "Orders by month", names, used, "CNY", totals)


def pdf_pages(table: Table, lang: str = "en") -> list[str]:
    buffer = io.BytesIO()
    to_pdf(table, buffer, lang)
    return page_texts(buffer.getvalue())


def test_pdf_shows_every_row_with_the_decimals_of_its_currency() -> None:
    text = pdf_pages(TABLE)[0]
    for shown in ("12,345.60", "−10,000", "1.234", "99,999,999,999,999.99", "12.50 %", "2026-05-31"):
        assert shown in text
    order = ["Agedreceivables账龄", "Europe", "Nordlicht<b>&\"'", "=SUM(A1)", "堃㛃𬭚", "Total", "Ratesofthe"]
    places = [letters(text).index(part) for part in order]
    assert places == sorted(places)
    assert "In base CNY" in text
    assert "Page 1 of 1" in text
    assert "第 1 页，共 1 页" in pdf_pages(TABLE, "zh_CN")[0]


def test_pdf_breaks_no_number_and_turns_the_sheet_when_wide() -> None:
    many = tuple(
        TableColumn(f"m{number}", f"2026-{number:02}", FieldKind.MONEY, "USD") for number in range(1, 13)
    )
    value = Decimal("1234567.89")
    wide = replace(
        TABLE,
        columns=(COLUMNS[0], *many),
        rows=tuple(TableRow((f"Customer {number}", *([value] * 12))) for number in range(60)),
        totals=(),
    )
    pages = pdf_pages(wide)
    assert sum(page.count("1,234,567.89") for page in pages) == 60 * 12
    assert all("2026-12" in page for page in pages), "heads repeat"


def test_pdf_names_what_no_font_has() -> None:
    table = replace(TABLE, notes=("🚢 under way",))
    assert to_pdf(table, io.BytesIO()) == ["🚢"]
    assert to_pdf(TABLE, io.BytesIO()) == []


def test_xlsx_keeps_styles_decimals_and_exact_amounts(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    to_xlsx(TABLE, path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[3]] == ["Customer", "Due", "Open", "In base CNY", "Margin"]
    assert sheet.freeze_panes == "A5"
    assert rows[4][0].font.b
    assert rows[5][0].alignment.indent == 1
    assert [rows[index][2].number_format for index in (5, 6, 7)] == [
        '#,##0.00;"−"#,##0.00',
        '#,##0;"−"#,##0',
        '#,##0.000;"−"#,##0.000',
    ]
    assert rows[6][0].value == "=SUM(A1)"
    assert rows[6][0].data_type == "s"
    assert rows[5][4].number_format == '0.00%;"−"0.00%'
    assert rows[8][2].value == "99,999,999,999,999.99", "16 digits do not fit a double: exact text"
    assert rows[8][2].font.b
    assert rows[10][0].value == "Rates of the day."


def test_xlsx_columns_are_wide_enough_for_their_largest_number(tmp_path: Path) -> None:
    rows = (*[row("x", "1", "USD")] * 400, row("x", "123456789012.34", "USD"))
    path = tmp_path / "a.xlsx"
    to_xlsx(replace(TABLE, rows=rows, totals=()), path)
    widths = openpyxl.load_workbook(path).worksheets[0].column_dimensions
    assert widths["C"].width >= len("123,456,789,012.34")


def test_csv_holds_plain_numbers_and_guarded_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    to_csv(TABLE, path)
    raw = path.read_text(encoding="utf-8-sig").splitlines()
    assert raw[3] == "'=SUM(A1),2026-05-31,-10000,-20000.00,12.5%"
    assert read_csv(path)[3][0] == "=SUM(A1)"
    assert read_csv(path)[-1][2] == "99999999999999.99"


def test_json_is_exact_and_keyed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    to_json(TABLE, path)
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data == as_data(TABLE)
    assert data["rows"][1]["cells"]["open"] == "12345.6"
    assert data["rows"][1]["level"] == 1
    assert data["totals"][0]["cells"]["open"] == "99999999999999.99"
    assert data["params"] == {"as_of": "2026-05-31"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "values",
    [
        [Decimal(100), None, Decimal(-30)],
        [Decimal(-5)],
        [Decimal(0), Decimal(0)],
        [Decimal(number * 37 % 100 - 40) for number in range(40)],
        [],
    ],
    ids=["gap", "one", "zeros", "forty", "empty"],
)
def test_charts_are_drawn_in_pdf_and_xlsx(
    kind: ChartKind, values: list[Decimal | None], tmp_path: Path
) -> None:
    table = replace(TABLE, chart=chart(kind, values, frozenset({0})))
    text = "".join(pdf_pages(table))
    assert ("Orders by month" in text) == bool(values)
    path = tmp_path / "a.xlsx"
    to_xlsx(table, path)
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == (2 if values else 1)
    if values:
        drawn = book.worksheets[1]
        assert len(drawn._charts) == 1  # type: ignore[attr-defined]
        assert drawn.cell(2, 1).value == "Month 1"


def decimals(pairs: list[tuple[int, int]]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(first), Decimal(second)) for first, second in pairs]


def test_a_waterfall_floats_below_zero_and_stands_on_totals() -> None:
    values = [Decimal(100), Decimal(-130), Decimal(10), Decimal(-20)]
    assert waterfall_spans(values, {0, 3}) == decimals([(0, 100), (100, -30), (-30, -20), (0, -20)])


def test_stacks_keep_negative_and_positive_apart() -> None:
    assert stacks([[Decimal(1), None], [Decimal(-2), Decimal(3)]]) == decimals([(-2, 1), (0, 3)])


@given(st.lists(st.decimals(min_value=-(10**13), max_value=10**13, places=2), max_size=8))
@settings(max_examples=100, deadline=None)
def test_axes_are_round_and_hold_every_value(values: list[Decimal]) -> None:
    axis = ticks(values)
    assert axis[0] <= min([Decimal(0), *values])
    assert axis[-1] >= max([Decimal(0), *values])
    assert 0 in axis
    assert 2 <= len(axis) <= 8


def test_no_age_is_drawn_where_nothing_is_open() -> None:
    """A thin strip in the color of "90+" on every customer would be a wrong figure."""

    def shapes(second: str) -> int:
        ages = (Series("Current", (Decimal("4.5"),)), Series("90+", (Decimal(second),)))
        drawn = io.BytesIO()
        to_pdf(replace(TABLE, chart=Chart(ChartKind.STACKED, "By age", ("Veld",), ages, "CNY")), drawn)
        page = pypdfium2.PdfDocument(drawn.getvalue())[0]
        return sum(1 for each in page.get_objects() if each.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH)

    assert shapes("0") == shapes("0.001") - 1
