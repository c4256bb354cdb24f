"""Pages: laying blocks out, letterhead, running head, page x of y, watermark, and writing the file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
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
    """The sheet: size and margins in points, running texts, the form of "Page 1 of 3", watermark if any."""

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

    @property
    def size(self) -> tuple[float, float]:
        """Answer width and height of the sheet in points (A4)."""
        width, height = A4
        return (height, width) if self.landscape else (width, height)

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
            if block.keep_with_next and self.pages[-1] and not self._leads(blocks, index):
                self._new_page()
            self._place(block)
        return self.pages

    def _leads(self, blocks: Sequence[Block], index: int) -> bool:
        """Tell whether a heading fits together with the beginning of what follows it."""
        block = blocks[index]
        need = block.before + block.height(self.setup.width)
        if index + 1 < len(blocks):
            following = blocks[index + 1]
            room = self.floor - self.used - need - following.before
            return room > 0 and following.split(self.setup.width, room)[0] is not None
        return True

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
    pages = lay_out(blocks, setup)
    rl_config.useA85 = 0  # streams stay binary: a fifth smaller, and quicker than as letters
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=setup.size, pageCompression=1)
    canvas.setTitle(setup.name)
    canvas.setAuthor(setup.author)
    canvas.setCreator("TradeCRM")
    for number, placed in enumerate(pages, start=1):
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
