"""A report table as an Excel workbook, its chart as a native Excel chart."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from tradecrm.core.fields import MAX_DECIMALS, FieldKind
from tradecrm.core.money import MINUS, shown_units, shown_whole
from tradecrm.core.table import Chart, ChartKind, RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import _
from tradecrm.render.xlsx import (
    CellForm,
    RowForms,
    XlsxFile,
    XlsxSheet,
    XlsxValue,
    money_format,
    number_format,
)
from tradecrm.reports.draw.cells import HEAVY, cell_text, currency_of, head_text, is_number, widest_rows
from tradecrm.reports.draw.scale import waterfall_spans

SERIES_COLORS = ("#2358D5", "#9DB7F3", "#E0A23B", "#D9694B", "#B0302A")
_PLAIN_FORMATS = {FieldKind.DATE: "yyyy-mm-dd", FieldKind.DATETIME: "yyyy-mm-dd hh:mm"}


def to_xlsx(table: Table, path: Path | str) -> None:
    """Write the table with its styles, levels, totals, notes and chart to ``path``.

    Money shows the decimals of its row's currency; the value in a cell is exact whatever its format leaves out.
    An amount beyond 15 digits is written as exact text.
    """
    with XlsxFile(path) as file:
        sheet = file.sheet(table.title)
        _write_head(sheet, table)
        rows = _Rows(sheet, table)
        for row in table.rows:
            rows.write(row)
        for index, row in enumerate(table.totals):
            rows.write(row, ruled=index == 0)
        for index, note in enumerate(table.notes):
            if not index:
                sheet.row([], [])
            sheet.row([note], [CellForm(muted=True, size=9)])
        if table.chart is not None and table.chart.categories and table.chart.series:
            _write_chart(file, table.chart)


def _write_head(sheet: XlsxSheet, table: Table) -> None:
    sheet.row([table.title], [CellForm(bold=True, size=14)])
    sheet.row([table.subtitle], [CellForm(muted=True)])
    sheet.row([], [])
    heads = [CellForm(bold=True, shaded=True, wrap=True, right=is_number(column)) for column in table.columns]
    head = sheet.row([head_text(column) for column in table.columns], heads)
    sheet.freeze(head + 1, 1 if len(table.columns) > 6 else 0)
    sheet.widths([_width(table, index) for index in range(len(table.columns))])
    page = sheet.raw
    page.set_paper(9)
    page.repeat_rows(head)
    page.fit_to_pages(1, 0)
    if len(table.columns) > 6:
        page.set_landscape()


def _width(table: Table, index: int) -> float:
    """Answer a width in characters; a Chinese character counts for two, numbers never become ``####``."""
    column = table.columns[index]
    if column.width:
        return column.width
    rows = (*widest_rows(table, index), *table.totals)
    shown = [head_text(column), *(cell_text(row.cells[index], column, row) for row in rows)]
    widest = max(sum(2 if ord(char) > 0x2E80 else 1 for char in text) for text in shown)
    return min(widest + 2.5, 40 if is_number(column) else 48)


class _Rows:
    """Writes rows; those of one currency, style and level share their forms."""

    def __init__(self, sheet: XlsxSheet, table: Table) -> None:
        self._sheet = sheet
        self._table = table
        self._whole = shown_whole()
        self._known: dict[tuple[object, ...], RowForms] = {}

    def write(self, row: TableRow, *, ruled: bool = False) -> None:
        """Write one row in the forms of its kind."""
        places = self._places(row)
        key = (row.currency, row.style, row.level, ruled, places)
        forms = self._known.get(key)
        if forms is None:
            columns = self._table.columns
            shown = places or tuple(_places(column, row, None) for column in columns)
            forms = self._sheet.forms(
                [
                    _form(index, columns[index], row, shown[index], ruled=ruled)
                    for index in range(len(columns))
                ]
            )
            self._known[key] = forms
        self._sheet.row([_value(value) for value in row.cells], forms)

    def _places(self, row: TableRow) -> tuple[int, ...]:
        """Answer the decimals that the money in each cell shows; empty while each shows those of its currency."""
        columns = self._table.columns
        if not self._whole:
            return ()
        return tuple(_places(column, row, value) for column, value in zip(columns, row.cells, strict=True))


def _value(value: XlsxValue) -> XlsxValue:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return value


def _places(column: TableColumn, row: TableRow, value: XlsxValue) -> int:
    currency = currency_of(column, row)
    if column.kind is not FieldKind.MONEY or not currency:
        return 2
    return shown_units(currency, *((value,) if isinstance(value, Decimal) else ()))


def _form(index: int, column: TableColumn, row: TableRow, places: int, *, ruled: bool) -> CellForm:
    return CellForm(
        number_format=_number_form(column, places),
        bold=row.style in HEAVY,
        muted=row.style is RowStyle.MUTED,
        shaded=row.style is RowStyle.SECTION,
        ruled=ruled or row.style is RowStyle.TOTAL,
        wrap=column.kind is FieldKind.LONG_TEXT,
        right=is_number(column),
        indent=row.level if index == 0 and not is_number(column) else 0,
    )


def _number_form(column: TableColumn, places: int) -> str:
    if column.kind is FieldKind.MONEY:
        return money_format(places)
    if column.kind is FieldKind.PERCENT:
        return f'0.00%;"{MINUS}"0.00%'
    if is_number(column):
        return number_format(MAX_DECIMALS[column.kind])
    return _PLAIN_FORMATS.get(column.kind, "")


def _write_chart(file: XlsxFile, chart: Chart) -> None:
    """Write the chart's figures on a sheet of their own and the chart beside them."""
    sheet = file.sheet(_("Chart"))
    names, columns = _chart_columns(chart)
    bold, plain = CellForm(bold=True, shaded=True), CellForm()
    values_of = [value for column in columns for value in column if value is not None]
    money = CellForm(number_format=money_format(shown_units(chart.unit, *values_of)), right=True)
    sheet.row([chart.unit, *names], [bold] * (len(names) + 1))
    for index, category in enumerate(chart.categories):
        values: list[XlsxValue] = [category, *(column[index] for column in columns)]
        sheet.row(values, [plain, *([money] * len(columns))])
    sheet.widths([26, *([16] * len(names))])
    drawn = _native(file.book, chart)
    _add_series(drawn, chart, sheet.raw.get_name(), names)
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}, "overlay": False})
    drawn.set_legend({"none": True} if len(names) == 1 or _floats(chart) else {"position": "bottom"})
    drawn.set_y_axis(
        {
            "name": chart.unit,
            "num_format": "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": "#EEF0F3"}},
        }
    )
    drawn.set_x_axis({"label_position": "low"})
    drawn.set_size({"width": 860, "height": 420})
    sheet.raw.insert_chart(1, len(names) + 2, drawn)


def _floats(chart: Chart) -> bool:
    return chart.kind is ChartKind.WATERFALL


def _chart_columns(chart: Chart) -> tuple[list[str], list[Sequence[Decimal | None]]]:
    if _floats(chart):
        spans = waterfall_spans(chart.series[0].values, chart.totals)
        starts, ends = [span[0] for span in spans], [span[1] for span in spans]
        return [_("From"), _("To"), chart.series[0].name], [starts, ends, chart.series[0].values]
    return [series.name for series in chart.series], [series.values for series in chart.series]


def _native(book: Any, chart: Chart) -> Any:
    if _floats(chart) or chart.kind is ChartKind.LINE:
        return book.add_chart({"type": "line"})
    if chart.kind is ChartKind.STACKED:
        return book.add_chart({"type": "column", "subtype": "stacked"})
    return book.add_chart({"type": "column"})


def _add_series(drawn: Any, chart: Chart, sheet: str, names: Sequence[str]) -> None:
    """Add the series; a waterfall is two hidden lines with bars between them, right for negatives too."""
    last = len(chart.categories)
    shown = 2 if _floats(chart) else len(names)
    for index in range(shown):
        tint = SERIES_COLORS[index % len(SERIES_COLORS)]
        look: dict[str, Any] = {"fill": {"color": tint}}
        if chart.kind is ChartKind.LINE:
            look = {"line": {"color": tint, "width": 2.25}, "marker": {"type": "circle", "size": 4}}
        if _floats(chart):
            look = {"line": {"none": True}}
        drawn.add_series(
            {
                "name": [sheet, 0, index + 1],
                "categories": [sheet, 1, 0, last, 0],
                "values": [sheet, 1, index + 1, last, index + 1],
                "gap": 60,
                **look,
            }
        )
    if _floats(chart):
        bars = {"up": {"fill": {"color": "#2358D5"}}, "down": {"fill": {"color": "#D9694B"}}}
        drawn.set_up_down_bars(bars)
