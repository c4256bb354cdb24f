"""A report table as lines of text for a terminal, columns aligned also where letters are two cells wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from tradecrm.core.fields import NUMERIC
from tradecrm.core.table import RowStyle, Table, TableRow
from tradecrm.reports.draw.cells import cell_text, head_text

_WIDEST = 42


def table_lines(table: Table) -> Iterator[str]:
    """Yield title, subtitle, head, rows, totals and notes of a table."""
    heads = [head_text(column) for column in table.columns]
    rows = [(row, _texts(table, row)) for row in table.rows]
    totals = [(row, _texts(table, row)) for row in table.totals]
    widths = [
        min(
            _WIDEST, max(_width(text) for text in (head, *(cells[index] for _row, cells in (*rows, *totals))))
        )
        for index, head in enumerate(heads)
    ]
    right = [column.kind in NUMERIC for column in table.columns]
    yield table.title
    if table.subtitle:
        yield table.subtitle
    yield ""
    yield _line(heads, widths, right)
    yield "  ".join("-" * width for width in widths)
    for row, cells in rows:
        yield _line(cells, widths, right)
        if row.style in (RowStyle.SUBTOTAL, RowStyle.TOTAL):
            yield ""
    if totals:
        yield "  ".join("-" * width for width in widths)
        for _row, cells in totals:
            yield _line(cells, widths, right)
    if table.notes:
        yield ""
        yield from table.notes


def _texts(table: Table, row: TableRow) -> list[str]:
    cells = [
        " ".join(cell_text(value, column, row).split())
        for value, column in zip(row.cells, table.columns, strict=True)
    ]
    cells[0] = "  " * row.level + cells[0]
    return cells


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _line(cells: list[str], widths: list[int], right: list[bool]) -> str:
    parts = []
    for text, width, flush in zip(cells, widths, right, strict=True):
        shown = _cut(text, width)
        air = " " * (width - _width(shown))
        parts.append(air + shown if flush else shown + air)
    return "  ".join(parts).rstrip()


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    while text and _width(text) > width - 1:
        text = text[:-1]
    return text + "…"
