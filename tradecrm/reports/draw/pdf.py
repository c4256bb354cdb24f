"""A report table as PDF: title, chart, rows with levels and totals, notes; landscape when it is wide."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import IO

from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.render.pdf.blocks import Indented, title
from tradecrm.render.pdf.fonts import missing_glyphs, text_width
from tradecrm.render.pdf.linetable import Column, LineTable, Row, line_table
from tradecrm.render.pdf.page import PageSetup, write_pdf
from tradecrm.render.pdf.text import INK, MUTED, SMALL, Align, Block, TextStyle, para
from tradecrm.reports.draw.cells import HEAVY, cell_text, head_text, is_number, widest_rows
from tradecrm.reports.draw.chart import ChartBlock

_SIZES = (8.5, 7.5, 6.5, 5.5)
_PAGE_FORMS = {"en": "Page {page} of {pages}", "zh": "第 {page} 页，共 {pages} 页"}
_AIR = 10.0
_WIDEST_TEXT = 190.0
_WIDEST_HEAD = 62.0


def to_pdf(table: Table, target: Path | str | IO[bytes], lang: str = "en") -> list[str]:
    """Write the table as PDF; ``lang`` (``en`` or ``zh_CN``) is the language of the page numbers.

    Answers the characters that no embedded font has (they print as a box), each once.
    """
    landscape, size, widths = _fit(table)
    setup = PageSetup(
        name=table.title,
        page_form=_PAGE_FORMS["zh" if lang.startswith("zh") else "en"],
        running=f"{table.title}   ·   {table.subtitle}".rstrip(" ·"),
        footer=table.title,
        landscape=landscape,
        margin=40,
    )
    blocks: list[Block] = [title(table.title)]
    if table.subtitle:
        blocks.append(para(table.subtitle, SMALL))
    if table.chart is not None and table.chart.categories and table.chart.series:
        blocks.append(ChartBlock(table.chart))
    blocks.append(_rows(table, size, widths))
    blocks += [para(note, SMALL.but(before=0 if index else 10)) for index, note in enumerate(table.notes)]
    write_pdf(blocks, setup, target)
    return _missing(table)


def _fit(table: Table) -> tuple[bool, float, list[float]]:
    """Answer landscape or not, size of type, and what each column needs so that no number is broken.

    The sheet's width is shared out in proportion to the needs.
    """
    for size in _SIZES:
        needs = [_need(table, index, size) for index in range(len(table.columns))]
        for landscape in (False, True):
            room = PageSetup(name="", landscape=landscape, margin=40).width
            if sum(needs) <= room:
                return landscape, size, needs
    return True, _SIZES[-1], needs


def _need(table: Table, index: int, size: float) -> float:
    """Answer the width a column needs: its widest number, or its text up to a limit, where it wraps."""
    column = table.columns[index]
    words = head_text(column)
    longest = max((text_width(word, 7.5, bold=True) for word in words.split()), default=0)
    head = max(longest, min(text_width(words, 7.5, bold=True), _WIDEST_HEAD))
    rows = (*widest_rows(table, index), *table.totals)
    widest = max(
        (
            text_width(cell_text(row.cells[index], column, row), size, bold=True)
            + (row.level * 10 if index == 0 else 0)
            for row in rows
        ),
        default=0,
    )
    if not is_number(column):
        widest = min(widest, _WIDEST_TEXT)
    return max(head, widest) + _AIR


def _rows(table: Table, size: float, widths: list[float]) -> LineTable:
    columns = [
        Column(head_text(column), width, Align.RIGHT if is_number(column) else Align.LEFT)
        for column, width in zip(table.columns, widths, strict=True)
    ]
    rows = [_row(table, row, size) for row in table.rows]
    rows += [_row(table, row, size, heavy=index == 0) for index, row in enumerate(table.totals)]
    return line_table(columns, rows, before=12)


def _row(table: Table, row: TableRow, size: float, *, heavy: bool = False) -> Row:
    muted = row.style is RowStyle.MUTED
    style = TextStyle(size=size, leading=size * 1.42, bold=row.style in HEAVY, ink=MUTED if muted else INK)
    cells = tuple(
        _cell(cell_text(value, column, row), column, style, row.level if index == 0 else 0)
        for index, (value, column) in enumerate(zip(row.cells, table.columns, strict=True))
    )
    return Row(cells, shaded=row.style is RowStyle.SECTION, heavy=heavy or row.style is RowStyle.TOTAL)


@lru_cache(maxsize=64)
def _right(style: TextStyle) -> TextStyle:
    return style.but(align=Align.RIGHT)


def _cell(text: str, column: TableColumn, style: TextStyle, level: int) -> Block | None:
    if not text:
        return None
    if is_number(column):
        return para(text, _right(style))
    block = para(text, style)
    return Indented(block, level * 10) if level else block


def _missing(table: Table) -> list[str]:
    texts = [table.title, table.subtitle, *table.notes, *(column.title for column in table.columns)]
    texts += {value for row in (*table.rows, *table.totals) for value in row.cells if isinstance(value, str)}
    found = dict.fromkeys(char for text in texts for char in missing_glyphs(text))
    return list(found)
