"""The table of lines: repeated heads, wrapping cells that are never cut, totals carried over the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from tradecrm.render.pdf.blocks import Space, Stack, rule
from tradecrm.render.pdf.text import (
    HAIR,
    INK,
    LABEL,
    MUTED,
    RULE,
    SUNKEN,
    Align,
    Block,
    Figure,
    TextStyle,
    para,
)

_PAD = 4.0
_AIR = 3.5
HEAD_STYLE = LABEL.but(bold=True, ink=MUTED, leading=11)
CARRY_STYLE = TextStyle(size=8, leading=12, ink=MUTED)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: head, share of the width, alignment of head and cells."""

    head: str
    share: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Row:
    """A row of blocks, one a column (None is empty); ``amount`` is what it adds to the carried total."""

    cells: tuple[Block | None, ...]
    amount: Decimal = Decimal(0)
    shaded: bool = False
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Carry:
    """How totals are carried over a page: the two labels, the column they stand in, the number's form."""

    forward: str
    brought: str
    column: int
    form: Callable[[Decimal], str]


@dataclass(slots=True)
class _Grid:
    """What all parts of one table share: the rows and, measured once for a width, their heights."""

    columns: tuple[Column, ...]
    rows: list[Row]
    carry: Carry | None
    heads: list[Block]
    measured: dict[int, float] = field(default_factory=dict)
    widths: tuple[float, list[float]] = (0.0, [])

    def column_widths(self, width: float) -> list[float]:
        """Answer the column widths in points, and forget heights measured for another width."""
        if self.widths[0] != width:
            total = sum(column.share for column in self.columns)
            self.widths = (width, [width * column.share / total for column in self.columns])
            self.measured.clear()
        return self.widths[1]

    def cells_height(self, cells: Sequence[Block | None], width: float) -> float:
        """Answer the height of one row of cells with its air."""
        widths = self.column_widths(width)
        tallest = max(
            (cell.height(own - 2 * _PAD) for cell, own in zip(cells, widths, strict=True) if cell), default=0
        )
        return tallest + 2 * _AIR

    def row_height(self, index: int, width: float) -> float:
        """Answer the height of a row, measured once."""
        self.column_widths(width)
        known = self.measured.get(index)
        if known is None:
            known = self.measured[index] = self.cells_height(self.rows[index].cells, width)
        return known

    def draw_cells(self, canvas: Any, cells: Sequence[Block | None], x: float, top: float) -> None:
        """Draw one row of cells at the widths last measured."""
        for cell, own in zip(cells, self.widths[1], strict=True):
            if cell:
                cell.draw(canvas, x + _PAD, top - _AIR, own - 2 * _PAD)
            x += own


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows that stand on one page, and the totals carried in and out of it."""

    start: int
    end: int
    brought: Decimal | None = None
    forward: Decimal | None = None


class LineTable(Block):
    """Rows under a head that is repeated on each page; the part on one page is a slice of the whole."""

    def __init__(self, grid: _Grid, part: _Part, *, before: float = 0) -> None:
        self._grid = grid
        self._part = part
        self.before = before

    def _head_height(self, width: float) -> float:
        height = self._grid.cells_height(self._grid.heads, width)
        return height + (self._carry_height() if self._part.brought is not None else 0)

    def _carry_height(self) -> float:
        return CARRY_STYLE.leading + 2 * _AIR if self._grid.carry else 0

    def height(self, width: float) -> float:
        """Answer the height of head, rows and carried totals of this part."""
        rows = sum(self._grid.row_height(index, width) for index in range(self._part.start, self._part.end))
        return (
            self._head_height(width) + rows + (self._carry_height() if self._part.forward is not None else 0)
        )

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        """Split between rows; a row taller than a page is continued in itself."""
        left = room - self._head_height(width)
        foot = self._carry_height()
        for index in range(self._part.start, self._part.end):
            need = self._grid.row_height(index, width)
            last = index == self._part.end - 1
            if need + (0 if last else foot) > left + 0.01:
                return self._break_at(index, width, left - foot)
            left -= need
        return self, None

    def _break_at(self, index: int, width: float, left: float) -> tuple[Block | None, Block | None]:
        """Break before row ``index``, or inside it when it would fill more than most of a page by itself."""
        if self._grid.row_height(index, width) > 400 and left > 60:
            index = self._cut_row(index, width, left)
        if self._grid.rows[index].heavy:  # a total, and what is off the whole, never begins a page alone
            index = self._with_a_line(index)
        if index == self._part.start:
            return None, self
        carried = sum(
            (row.amount for row in self._grid.rows[self._part.start : index]),
            self._part.brought or Decimal(0),
        )
        return (
            LineTable(self._grid, replace(self._part, end=index, forward=carried), before=self.before),
            LineTable(self._grid, _Part(index, self._part.end, brought=carried)),
        )

    def _with_a_line(self, index: int) -> int:
        """Answer where to break so that totals from ``index`` on take the line above them along, if there is one."""
        first = index
        while first > self._part.start and self._grid.rows[first].heavy:
            first -= 1
        return first if first > self._part.start else index

    def _cut_row(self, index: int, width: float, left: float) -> int:
        """Put the part of a tall row that fits into a row of its own; answer where the rest begins."""
        row = self._grid.rows[index]
        heads: list[Block | None] = []
        rests: list[Block | None] = []
        for cell, own in zip(row.cells, self._grid.column_widths(width), strict=True):
            head, rest = cell.split(own - 2 * _PAD, left - 2 * _AIR) if cell else (None, None)
            heads.append(head)
            rests.append(rest)
        if not any(heads) or not any(rests):
            return index
        first = Row(tuple(heads), row.amount, row.shaded)
        self._grid.rows[index : index + 1] = [first, Row(tuple(rests), Decimal(0), row.shaded)]
        self._grid.measured.clear()
        self._part = replace(self._part, end=self._part.end + 1)
        return index + 1

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw head, rows, rules and carried totals."""
        grid = self._grid
        grid.column_widths(width)
        head = grid.cells_height(grid.heads, width)
        canvas.setFillColorRGB(*SUNKEN)
        canvas.rect(x, top - head, width, head, stroke=0, fill=1)
        rule(canvas, x, top, width, INK)
        grid.draw_cells(canvas, grid.heads, x, top)
        top -= head
        rule(canvas, x, top, width, RULE)
        if self._part.brought is not None and grid.carry:
            top = self._draw_carry(canvas, x, top, grid.carry.brought, self._part.brought)
        for index in range(self._part.start, self._part.end):
            height = grid.row_height(index, width)
            self._draw_row(canvas, index, x, top, height)
            top -= height
        if self._part.forward is not None and grid.carry:
            top = self._draw_carry(canvas, x, top, grid.carry.forward, self._part.forward)
        rule(canvas, x, top, width, INK)

    def _draw_row(self, canvas: Any, index: int, x: float, top: float, height: float) -> None:
        row = self._grid.rows[index]
        width = self._grid.widths[0]
        if row.shaded:
            canvas.setFillColorRGB(*SUNKEN)
            canvas.rect(x, top - height, width, height, stroke=0, fill=1)
        if row.heavy:
            rule(canvas, x, top, width, INK)
        elif index > self._part.start:
            rule(canvas, x, top, width, HAIR)
        self._grid.draw_cells(canvas, row.cells, x, top)

    def _draw_carry(self, canvas: Any, x: float, top: float, label: str, total: Decimal) -> float:
        """Draw a carried total: the label over the columns before it, the number in its column."""
        carry = self._grid.carry
        if carry is None:
            return top
        widths = self._grid.widths[1]
        before = sum(widths[: carry.column])
        right = CARRY_STYLE.but(align=Align.RIGHT)
        para(label, right).draw(canvas, x, top - _AIR, before - _PAD)
        number = Figure(carry.form(total), right.but(bold=True, ink=INK))
        number.draw(canvas, x + before, top - _AIR, widths[carry.column] - _PAD)
        return top - self._carry_height()


def line_table(
    columns: Sequence[Column], rows: Sequence[Row], *, carry: Carry | None = None, before: float = 0
) -> LineTable:
    """Answer the table of ``rows``; with ``carry`` each page break shows the total so far on both sides."""
    heads: list[Block] = [para(column.head, HEAD_STYLE.but(align=column.align)) for column in columns]
    return LineTable(_Grid(tuple(columns), list(rows), carry, heads), _Part(0, len(rows)), before=before)


def cell(*parts: Block | None) -> Block:
    """Answer one cell of several blocks, one under the other."""
    present = [part for part in parts if part is not None]
    return Stack(present) if present else Space(0)
