"""Text on paper: styles, line breaking for Chinese and Latin together, and the block of lines.

Values never pass through a markup language: a block sets characters, so `<b>&"'` prints as itself and
there is nothing to escape, no file to open and no tag to break (safekeeping.md section 3).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from tradecrm.render.pdf.fonts import ArabicFace, Face, face, font_runs, printable, text_width

Color = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""


def color(code: str) -> Color:
    """Answer the color of six hexadecimal digits, ``2358D5``."""
    return int(code[:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:], 16) / 255


INK = color("1B2330")
MUTED = color("5B6475")
ACCENT = color("2358D5")
BAD = color("BF3129")
RULE = color("C9CED8")
HAIR = color("E2E5EA")
SUNKEN = color("F3F5F8")


class Align(enum.StrEnum):
    """Where the lines of a block stand."""

    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text is set: size and leading in points, weight, ink, alignment, space before in points."""

    size: float = 9
    leading: float = 13
    bold: bool = False
    ink: Color = INK
    align: Align = Align.LEFT
    before: float = 0

    def but(self, **changes: Any) -> TextStyle:
        """Answer the same style with some properties changed."""
        return replace(self, **changes)


BODY = TextStyle()
SMALL = TextStyle(size=8, leading=11.5, ink=MUTED)
LABEL = TextStyle(size=7.5, leading=11, ink=MUTED)
STRONG = TextStyle(bold=True)
HEADING = TextStyle(size=10, leading=15, bold=True, before=10)
TITLE = TextStyle(size=17, leading=23, bold=True)
NUMBER = TextStyle(align=Align.RIGHT)

_OPENING = "（《「『【〈〔〖“‘"
_CLOSING = "，。、；：？！）》」』】〉〕〗”’…—·％‰℃,.;:?!)]}%"
_IDEOGRAPH = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_OPEN, _CLOSE = re.escape(_OPENING), re.escape(_CLOSING)
_TOKENS = re.compile(
    rf"\s+|[{_OPEN}]*(?![{_OPEN}])[{_IDEOGRAPH}][{_CLOSE}]*"
    rf"|[{_OPEN}]*(?:(?![{_OPEN}])[^\s{_IDEOGRAPH}])+[，。、；：？！）》」』】〉〕〗]*|[{_OPEN}]+"
)


def break_lines(text: str, width: float, style: TextStyle) -> list[str]:
    """Break ``text`` into lines no wider than ``width`` points.

    Chinese breaks between characters with closing marks kept from the line's start; Latin words stay whole,
    and a word wider than the line is cut, so nothing is ever lost beyond the edge.
    """
    return list(_lines(text, width, style.size, style.bold))


@lru_cache(maxsize=8_192)
def _lines(text: str, width: float, size: float, bold: bool) -> tuple[str, ...]:
    """Answer the lines of a text; clauses and labels are the same on a hundred papers."""
    style = TextStyle(size=size, bold=bold)
    lines: list[str] = []
    for paragraph in printable(text).split("\n"):
        if text_width(paragraph, size, bold=bold) <= width:
            lines.append(paragraph)
        else:
            lines.extend(_broken(paragraph, width, style))
    return tuple(lines)


def _broken(paragraph: str, width: float, style: TextStyle) -> Iterator[str]:
    line: list[str] = []
    used = 0.0
    for token in _TOKENS.findall(paragraph):
        need = text_width(token, style.size, bold=style.bold)
        if used + need <= width or (token.isspace() and line):
            line.append(token)
            used += need
            continue
        if line:
            yield "".join(line).rstrip()
        line, used = [], 0.0
        if token.isspace():
            continue
        pieces = list(_cut(token, width, style)) if need > width else [token]
        yield from pieces[:-1]
        line = [pieces[-1]]
        used = text_width(pieces[-1], style.size, bold=style.bold)
    if line:
        yield "".join(line).rstrip()


def _cut(word: str, width: float, style: TextStyle) -> Iterator[str]:
    """Cut one word that is wider than the line; after a hyphen or slash where there is one near the end."""
    widths = face(bold=style.bold).widths
    plain = face(bold=style.bold).characters
    start, used = 0, 0.0
    for index, char in enumerate(word):
        one = (
            widths[char] * style.size / 1000
            if char in plain
            else text_width(char, style.size, bold=style.bold)
        )
        if used + one > width and index > start:
            end = max(word.rfind(mark, start, index) for mark in "-/_.@") + 1
            late = end > start + (index - start) // 3
            used = text_width(word[end:index], style.size, bold=style.bold) if late else 0.0
            if not late or used + one > width:
                end, used = index, 0.0
            yield word[start:end]
            start = end
        used += one
    yield word[start:]


class Block:
    """A part of a page: it knows its height at a width, can be split, and draws itself."""

    before: float = 0
    keep_with_next: bool = False

    def height(self, width: float) -> float:
        """Answer the height in points when set ``width`` points wide."""
        raise NotImplementedError

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        """Answer what fits into ``room`` points of height, and the rest; by default the block stays whole."""
        return (self, None) if self.height(width) <= room else (None, self)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the block with its upper left corner at ``x``, ``top``."""
        raise NotImplementedError


class TextBlock(Block):
    """Lines of one style; it splits between lines, and long lines break."""

    def __init__(self, text: str, style: TextStyle = BODY, *, lines: list[str] | None = None) -> None:
        self.text = text
        self.style = style
        self.before = style.before
        self._lines = lines
        self._broken_at: tuple[float, list[str]] | None = None

    def lines(self, width: float) -> list[str]:
        """Answer the lines at a width of ``width`` points."""
        if self._lines is not None:
            return self._lines
        if self._broken_at is None or self._broken_at[0] != width:
            self._broken_at = (width, break_lines(self.text, width, self.style))
        return self._broken_at[1]

    def height(self, width: float) -> float:
        """Answer the height in points: lines by leading."""
        return len(self.lines(width)) * self.style.leading

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        """Split between lines; a single line is never left alone at the foot of a page."""
        lines = self.lines(width)
        fit = int((room + 0.01) / self.style.leading)
        if fit >= len(lines):
            return self, None
        if len(lines) - fit == 1:
            fit -= 1  # nor at the head of the next
        if fit < 2:
            return None, self
        return TextBlock("", self.style, lines=lines[:fit]), TextBlock(
            "", self.style.but(before=0), lines=lines[fit:]
        )

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Set the lines."""
        style = self.style
        baseline = top - style.leading * 0.75  # one baseline for a label and a value of the same leading
        for line in self.lines(width):
            if line:
                draw_line(canvas, line, style, x=x, baseline=baseline, width=width)
            baseline -= style.leading


def draw_line(canvas: Any, line: str, style: TextStyle, *, x: float, baseline: float, width: float) -> None:
    """Set one line on its baseline, aligned within ``width`` points."""
    runs = font_runs(line, bold=style.bold)
    if style.align is not Align.LEFT:
        slack = width - sum(chosen.width(run, style.size) for chosen, run in runs)
        x += slack if style.align is Align.RIGHT else slack / 2
    found = [f"BT {ink_words(style.ink)} rg 1 0 0 1 {spelled(x)} {spelled(baseline)} Tm"]
    for chosen, run in runs:
        if isinstance(chosen, ArabicFace):
            x = _set_glyphs(found, chosen, run, canvas, style.size, x, baseline)
            continue
        found += _set_codes(chosen, run, canvas, style.size)
        if len(runs) > 1:
            x += chosen.width(run, style.size)
    found.append("ET")
    # Written as it stands in the file: a text object of ReportLab's measures each run once more and forms
    # each number by itself, a third of the time that a paper takes.
    canvas._code.append(" ".join(found))  # noqa: SLF001


def spelled(number: float) -> str:
    """Write a number of a page as exactly as ReportLab does, so that both set it on the same dot."""
    size = abs(number)
    return f"{number:.4f}" if size >= 100 else f"{number:.5f}" if size >= 10 else f"{number:.6f}"


@lru_cache(maxsize=64)
def ink_words(ink: Color) -> str:
    """Write a color as the three numbers of a page."""
    return " ".join(map(spelled, ink))


def _set_codes(chosen: Face, run: str, canvas: Any, size: float) -> list[str]:
    """Answer the operators that set characters of one face from where the last ones ended."""
    doc = canvas._doc  # noqa: SLF001
    return [f"{name} {spelled(size)} Tf <{codes}> Tj" for name, codes in chosen.font.codes(run, doc)]


def _set_glyphs(
    found: list[str], chosen: ArabicFace, run: str, canvas: Any, size: float, x: float, y: float
) -> float:
    """Set shaped glyphs one by one, each moved as the font says; answers where the next run begins."""
    for glyph in chosen.glyphs(run):
        left, up = x + glyph.x * size / 1000, y + glyph.y * size / 1000
        found.append(f"1 0 0 1 {spelled(left)} {spelled(up)} Tm")
        found += _set_codes(chosen, glyph.char, canvas, size)
        x += glyph.advance * size / 1000
    found.append(f"1 0 0 1 {spelled(x)} {spelled(y)} Tm")
    return x


def para(text: str, style: TextStyle = BODY) -> TextBlock:
    """Answer a block of ``text``; whatever it holds is set as characters, never read as markup."""
    return TextBlock(text, style)


_SMALLEST = 4.5


class Figure(Block):
    """A number on one line: one that is too wide is set smaller, for digits on two lines are read as two numbers."""

    def __init__(self, text: str, style: TextStyle = NUMBER) -> None:
        self.before = style.before
        self._plain = TextBlock(text, style)
        self._set: tuple[float, TextBlock] | None = None

    def _fitted(self, width: float) -> TextBlock:
        if self._set is None or self._set[0] != width:
            style = self._plain.style
            need = text_width(printable(self._plain.text), style.size, bold=style.bold)
            if need <= width:
                return self._plain
            size = max(_SMALLEST, style.size * (width - 0.1) / need)
            self._set = (width, TextBlock(self._plain.text, style.but(size=size)))
        return self._set[1]

    def height(self, width: float) -> float:
        """Answer the height of the line in points."""
        return self._fitted(width).height(width)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Set the line."""
        self._fitted(width).draw(canvas, x, top, width)
