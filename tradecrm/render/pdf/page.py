"""Pages: laying blocks out, letterhead, running head, page x of y, watermark, and writing the file."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tradecrm.render.pdf.blocks import rule
from tradecrm.render.pdf.fonts import face, printable, text_width
from tradecrm.render.pdf.text import LABEL, MUTED, RULE, Align, Block, break_lines, draw_line

Target = str | Path | IO[bytes]
"""Where a PDF goes: a path or an open binary stream."""


@dataclass(frozen=True, slots=True)
class PageSetup:
    """The sheet: size and margins in points, running texts, the form of "Page 1 of 3", watermark if any.

    ``scale`` sets everything smaller than 1 : 1, so that more of its points stand on the same sheet.
    """

    name: str
    author: str = ""
    page_form: str = "Page {page} of {pages}"
    running: str = ""
    footer: str = ""
    watermark: str = ""
    landscape: bool = False
    margin: float = 48
    top: float = 40
    bottom: float = 46
    scale: float = 1

    @property
    def sheet(self) -> tuple[float, float]:
        """Answer width and height of the sheet as it is cut, in points (A4)."""
        width, height = A4
        return (height, width) if self.landscape else (width, height)

    @property
    def size(self) -> tuple[float, float]:
        """Answer width and height of the sheet in points of the page, more of them where it is set smaller."""
        width, height = self.sheet
        return width / self.scale, height / self.scale

    @property
    def width(self) -> float:
        """Answer the width between the margins in points."""
        return self.size[0] - 2 * self.margin


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and the distance of its top from the top of the sheet, in points."""

    block: Block
    top: float


_RUNNING_HEAD = 24.0
_TAIL = 40.0
_FEW_PAGES = 3
_SPARSE = 0.5
_SCALES = (0.95, 0.9, 0.85)


def lay_out(blocks: Sequence[Block], setup: PageSetup) -> list[list[Placed]]:
    """Answer the pages; blocks are split where they do not fit, headings stay with what follows."""
    return _Layout(setup).run(blocks)


class _Layout:
    """The pages so far and the height used on the last one."""

    def __init__(self, setup: PageSetup) -> None:
        self.setup = setup
        self.floor = setup.size[1] - setup.bottom
        self.pages: list[list[Placed]] = [[]]
        self.used = setup.top

    def run(self, blocks: Sequence[Block]) -> list[list[Placed]]:
        """Place all blocks and answer the pages."""
        for index, block in enumerate(blocks):
            if not block.keep_with_next or not self.pages[-1] or self._leads(blocks, index):
                self._place(block)
                continue
            head, tail = self._tail(block)
            if head is None:
                self._new_page()
            else:
                self._place(head)
                self._new_page()
            self._place(tail)
        return self.pages

    def _leads(self, blocks: Sequence[Block], index: int) -> bool:
        """Tell whether a block fits together with the beginning of what follows, and that with what it leads."""
        room = self.floor - self.used
        for block in blocks[index:]:
            room -= block.before
            if not block.keep_with_next or block.height(self.setup.width) > self._high:
                return room > 0 and block.split(self.setup.width, room)[0] is not None
            room -= block.height(self.setup.width)
        return room >= 0

    @property
    def _high(self) -> float:
        """Answer the height from which a block is split rather than moved to the next page whole."""
        return (self.floor - self.setup.top) / 4

    def _tail(self, block: Block) -> tuple[Block | None, Block]:
        """Answer what of a high block may stay and the end that goes along with what follows it."""
        width = self.setup.width
        high = block.height(width)
        room = self.floor - self.used - block.before
        if high <= self._high:
            return None, block
        head, rest = block.split(width, min(room, high - _TAIL))
        return (None, block) if head is None or rest is None else (head, rest)

    def _new_page(self) -> None:
        self.pages.append([])
        self.used = self.setup.top + (_RUNNING_HEAD if self.setup.running else 0)

    def _place(self, block: Block) -> None:
        rest: Block | None = block
        while rest is not None:
            gap = rest.before if self.pages[-1] else 0
            head, following = rest.split(self.setup.width, self.floor - self.used - gap)
            if head is None and not self.pages[-1]:
                head, following = rest, None  # nothing smaller can be made of it
            if head is not None:
                self.pages[-1].append(Placed(head, self.used + gap))
                self.used += gap + head.height(self.setup.width)
            if following is not None:
                self._new_page()
            rest = following


def write_pdf(blocks: Sequence[Block], setup: PageSetup, target: Target) -> int:
    """Lay out ``blocks``, write the PDF to ``target`` and answer the number of pages.

    The file is made in memory first, so that a path never holds half a paper.
    """
    return _write(lay_out(blocks, setup), setup, target)


def write_fitted(make: Callable[[], Sequence[Block]], setup: PageSetup, target: Target) -> int:
    """Write the blocks of ``make`` as `write_pdf` does, a little smaller where that saves a page half empty.

    Only a paper of few pages is set smaller, down to 85 percent; ``make`` answers new blocks at each call.
    """
    pages = lay_out(make(), setup)
    if 1 < len(pages) <= _FEW_PAGES and _filled(pages[-1], setup) < _SPARSE:
        for scale in _SCALES:
            smaller = replace(setup, scale=scale)
            fewer = lay_out(make(), smaller)
            if len(fewer) < len(pages):
                return _write(fewer, smaller, target)
    return _write(pages, setup, target)


def _filled(placed: Sequence[Placed], setup: PageSetup) -> float:
    """Answer the part of the sheet's height down to which a page is filled."""
    return max((each.top + each.block.height(setup.width) for each in placed), default=0) / setup.size[1]


def _write(pages: Sequence[Sequence[Placed]], setup: PageSetup, target: Target) -> int:
    rl_config.useA85 = 0  # streams stay binary: a fifth smaller, and quicker than as letters
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=setup.sheet, pageCompression=1)
    canvas.setTitle(setup.name)
    canvas.setAuthor(setup.author)
    canvas.setCreator("TradeCRM")
    for number, placed in enumerate(pages, start=1):
        canvas.scale(setup.scale, setup.scale)
        _draw_page(canvas, placed, setup, number, len(pages))
    canvas.save()
    if isinstance(target, str | Path):
        Path(target).write_bytes(buffer.getvalue())
    else:
        target.write(buffer.getvalue())
    return len(pages)


def _draw_page(canvas: Any, placed: Sequence[Placed], setup: PageSetup, number: int, pages: int) -> None:
    height = setup.size[1]
    if setup.watermark:
        _draw_watermark(canvas, setup)
    if setup.running and number > 1:
        _one_line(canvas, setup.running, setup, height - setup.top - 6, Align.LEFT)
        rule(canvas, setup.margin, height - setup.top - 12, setup.width)
    for item in placed:
        item.block.draw(canvas, setup.margin, height - item.top, setup.width)
    rule(canvas, setup.margin, setup.bottom - 12, setup.width, RULE)
    _one_line(canvas, setup.footer, setup, setup.bottom - 24, Align.LEFT, room=0.75)
    page = setup.page_form.format(page=number, pages=pages)
    _one_line(canvas, page, setup, setup.bottom - 24, Align.RIGHT)
    canvas.showPage()


def _one_line(
    canvas: Any, text: str, setup: PageSetup, baseline: float, align: Align, *, room: float = 1
) -> None:
    """Set a running text on one line; what is too long ends in three dots, for it stands in full elsewhere."""
    text = printable(text).replace("\n", " ")
    style = LABEL.but(ink=MUTED, align=align)
    if text_width(text, style.size) > setup.width * room:
        text = break_lines(text, setup.width * room - 12, style)[0] + "…"
    if text:
        draw_line(canvas, text, style, x=setup.margin, baseline=baseline, width=setup.width)


def _draw_watermark(canvas: Any, setup: PageSetup) -> None:
    """Set the watermark across the sheet, pale, under everything else."""
    width, height = setup.size
    size = min(110.0, width * 0.8 * 110 / max(text_width(setup.watermark, 110, bold=True), 1))
    canvas.saveState()
    canvas.setFillColorRGB(0.93, 0.94, 0.955)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(42)
    canvas.setFont(face(bold=True).name, size)
    canvas.drawCentredString(0, -size / 3, setup.watermark)
    canvas.restoreState()
