"""The bricks of a paper: space, rule, stack, columns, facts, totals, boxed details, clauses, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tradecrm.render.pdf.text import (
    ACCENT,
    BODY,
    HAIR,
    HEADING,
    INK,
    LABEL,
    RULE,
    STRONG,
    SUNKEN,
    TITLE,
    Align,
    Block,
    Color,
    TextBlock,
    TextStyle,
    ink_words,
    para,
    spelled,
)


def rule(canvas: Any, x: float, y: float, width: float, ink: Color = RULE) -> None:
    """Draw a hairline of half a point to the right of ``x``, ``y``."""
    end, y_words = spelled(x + width), spelled(y)
    # As it stands in the file, as lines of text are: a table has a hundred rules.
    canvas._code.append(  # noqa: SLF001
        f"{ink_words(ink)} RG .5 w n {spelled(x)} {y_words} m {end} {y_words} l S"
    )


class Space(Block):
    """Empty height in points."""

    def __init__(self, points: float) -> None:
        self.points = points

    def height(self, width: float) -> float:
        """Answer the height in points."""
        del width
        return self.points

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw nothing."""


class Stack(Block):
    """Blocks one under the other, as one cell or box; it splits where its parts do."""

    def __init__(self, parts: Sequence[Block], *, before: float = 0) -> None:
        self.parts = tuple(parts)
        self.before = before

    def height(self, width: float) -> float:
        """Answer the sum of the parts' heights and the space before each but the first."""
        return sum(
            part.height(width) + (part.before if index else 0) for index, part in enumerate(self.parts)
        )

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        """Keep the parts that fit, split the one that does not."""
        for index, part in enumerate(self.parts):
            if index:
                room -= part.before
            need = part.height(width)
            if need <= room + 0.01:
                room -= need
                continue
            head, rest = part.split(width, room)
            cut = index
            while head is None and cut and self.parts[cut - 1].keep_with_next:
                cut -= 1  # a heading goes along with its text
            first = (*self.parts[:cut], head) if head else self.parts[:cut]
            last = (*self.parts[cut:index], *((rest,) if rest else ()), *self.parts[index + 1 :])
            return (Stack(first, before=self.before) if first else None), Stack(last)
        return self, None

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the parts downwards."""
        for index, part in enumerate(self.parts):
            if index:
                top -= part.before
            part.draw(canvas, x, top, width)
            top -= part.height(width)


class Indented(Block):
    """A block moved to the right, for the levels of a report."""

    def __init__(self, inner: Block, points: float) -> None:
        self.inner = inner
        self.points = points

    def height(self, width: float) -> float:
        """Answer the inner height at the width that is left."""
        return self.inner.height(width - self.points)

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        """Split the inner block; both parts stay indented."""
        head, rest = self.inner.split(width - self.points, room)
        return (
            Indented(head, self.points) if head else None,
            Indented(rest, self.points) if rest else None,
        )

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the inner block to the right."""
        self.inner.draw(canvas, x + self.points, top, width - self.points)


class Columns(Block):
    """Stacks side by side with shares of the width; it splits all of them at the same height."""

    def __init__(
        self, columns: Sequence[Block], shares: Sequence[float], *, gap: float = 18, before: float = 0
    ) -> None:
        self.columns = tuple(columns)
        self.shares = tuple(shares)
        self.gap = gap
        self.before = before

    def _widths(self, width: float) -> list[float]:
        free = width - self.gap * (len(self.columns) - 1)
        return [free * share / sum(self.shares) for share in self.shares]

    def height(self, width: float) -> float:
        """Answer the height of the tallest column."""
        return max(column.height(own) for column, own in zip(self.columns, self._widths(width), strict=True))

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        """Split each column at the room; what is left stands beside what is left of the others."""
        if self.height(width) <= room + 0.01:
            return self, None
        heads: list[Block] = []
        rests: list[Block] = []
        for column, own in zip(self.columns, self._widths(width), strict=True):
            head, rest = column.split(own, room)
            if head is None and column.height(own) > 0:
                return None, self
            heads.append(head or Space(0))
            rests.append(rest or Space(0))
        return (
            Columns(heads, self.shares, gap=self.gap, before=self.before),
            Columns(rests, self.shares, gap=self.gap),
        )

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the columns from the left."""
        for column, own in zip(self.columns, self._widths(width), strict=True):
            column.draw(canvas, x, top, own)
            x += own + self.gap


def heading(text: str) -> TextBlock:
    """Answer a section heading that never stands alone at the foot of a page."""
    block = para(text, HEADING)
    block.keep_with_next = True
    return block


def title(text: str, *, align: Align = Align.LEFT) -> TextBlock:
    """Answer the name of the paper."""
    return para(text, TITLE.but(align=align))


class Picture(Block):
    """A picture from PNG or JPEG bytes, as large as ``wide`` by ``tall`` points allow, in its own proportions."""

    def __init__(self, data: bytes, wide: float, tall: float) -> None:
        from io import BytesIO

        from reportlab.lib.utils import ImageReader

        self._image = ImageReader(BytesIO(data))
        width, height = self._image.getSize()
        factor = min(wide / width, tall / height)
        self.wide, self.tall = float(width * factor), float(height * factor)

    def height(self, width: float) -> float:
        """Answer the height of the picture in points."""
        del width
        return self.tall

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the picture at the upper left; what is transparent in it stays so."""
        del width
        canvas.drawImage(self._image, x, top - self.tall, self.wide, self.tall, mask="auto")


def letterhead(
    names: Sequence[str], address: Sequence[str], reach: Sequence[str], logo: Picture | None = None
) -> Block:
    """Answer the firm's head: logo and names, beside them address and how to reach it, an accent rule below."""
    left: list[Block] = [
        para(name, TextStyle(size=13 if not index else 11, leading=18 if not index else 16, bold=True))
        for index, name in enumerate(names)
    ]
    small = LABEL.but(leading=11.5, align=Align.RIGHT)
    right: list[Block] = [para(line, small) for line in (*address, *reach)]
    if logo is not None:
        left = [logo, Space(5), *left]
    return _Letterhead(Columns([Stack(left), Stack(right)], [1.4, 1], gap=24))


class _Letterhead(Block):
    """A block with the accent rule under it."""

    def __init__(self, inner: Block) -> None:
        self.inner = inner

    def height(self, width: float) -> float:
        return self.inner.height(width) + 10

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        if self.height(width) <= room + 0.01:
            return self, None
        head, rest = self.inner.split(width, room - 10)
        return (_Letterhead(head) if head else None), rest

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        self.inner.draw(canvas, x, top, width)
        y = top - self.height(width) + 1
        rule(canvas, x, y, width)
        canvas.setStrokeColorRGB(*ACCENT)
        canvas.setLineWidth(1.6)
        canvas.line(x, y, x + 64, y)


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it says; several lines of value are several texts (English, then Chinese)."""

    label: str
    values: tuple[str, ...]


def facts(items: Sequence[Fact], *, label_share: float = 0.3, strong: bool = False) -> Block:
    """Answer label and value side by side, one under the other; facts without a value are left out."""
    rows = [_fact(item, label_share, STRONG if strong else BODY) for item in items if any(item.values)]
    return Stack(rows)


def _fact(item: Fact, label_share: float, style: TextStyle) -> Block:
    values = [para(value, style) for value in item.values if value]
    label = para(item.label, LABEL.but(leading=BODY.leading))
    return Columns([label, Stack(values)], [label_share, 1 - label_share], gap=8, before=2)


def fact_rows(items: Sequence[Fact], *, label_share: float = 0.24) -> list[Block]:
    """Answer ruled rows of label and value over the full width, each a block that can break."""
    return [Ruled(_fact(item, label_share, BODY)) for item in items if any(item.values)]


class Ruled(Block):
    """A block with a hairline above and a little air."""

    AIR = 2.6
    WHOLE = 90

    def __init__(self, inner: Block) -> None:
        self.inner = inner

    def height(self, width: float) -> float:
        """Answer the inner height with the air around it."""
        return self.inner.height(width) + 2 * self.AIR

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        """Split the inner block, each part ruled; a row of few lines stays whole."""
        if self.height(width) <= room + 0.01:
            return self, None
        if self.height(width) < self.WHOLE:
            return None, self
        head, rest = self.inner.split(width, room - 2 * self.AIR)
        return (Ruled(head) if head else None), (Ruled(rest) if rest else None)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the hairline and the inner block."""
        rule(canvas, x, top, width, HAIR)
        self.inner.draw(canvas, x, top - self.AIR, width)


class Box(Block):
    """A quiet panel around a block, for parties and bank details."""

    PAD = 8

    def __init__(self, inner: Block, *, before: float = 0, filled: bool = True) -> None:
        self.inner = inner
        self.before = before
        self.filled = filled

    def height(self, width: float) -> float:
        """Answer the inner height with the padding."""
        return self.inner.height(width - 2 * self.PAD) + 2 * self.PAD

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        """Split the inner block into two panels; a small panel stays whole."""
        if self.height(width) <= room + 0.01:
            return self, None
        if room < 90:
            return None, self
        head, rest = self.inner.split(width - 2 * self.PAD, room - 2 * self.PAD)
        if head is None:
            return None, self
        return Box(head, before=self.before, filled=self.filled), (
            Box(rest, filled=self.filled) if rest else None
        )

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the panel and the inner block."""
        height = self.height(width)
        if self.filled:
            canvas.setFillColorRGB(*SUNKEN)
            canvas.roundRect(x, top - height, width, height, 4, stroke=0, fill=1)
        else:
            canvas.setStrokeColorRGB(*RULE)
            canvas.setLineWidth(0.5)
            canvas.roundRect(x, top - height, width, height, 4, stroke=1, fill=0)
        self.inner.draw(canvas, x + self.PAD, top - self.PAD, width - 2 * self.PAD)


class Numbered(Block):
    """A clause: its number in a hanging margin, its texts beside it."""

    MARGIN = 20

    def __init__(self, number: str, inner: Block, *, before: float = 4) -> None:
        self.number = number
        self.inner = inner
        self.before = before

    def height(self, width: float) -> float:
        """Answer the height of the texts."""
        return self.inner.height(width - self.MARGIN)

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        """Split the texts; the number stays with the first part."""
        head, rest = self.inner.split(width - self.MARGIN, room)
        if head is None:
            return None, self
        return Numbered(self.number, head, before=self.before), (Numbered("", rest) if rest else None)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw number and texts."""
        para(self.number, STRONG).draw(canvas, x, top, self.MARGIN)
        self.inner.draw(canvas, x + self.MARGIN, top, width - self.MARGIN)


def clause(number: str, texts: Sequence[tuple[str, str]]) -> Block:
    """Answer a numbered clause of (heading, text) pairs, one a language."""
    parts: list[Block] = []
    for index, (head, body) in enumerate(texts):
        if head:
            name = para(head, STRONG.but(before=3 if index else 0))
            name.keep_with_next = True
            parts.append(name)
        parts.append(para(body, BODY.but(size=8.5, leading=12.5)))
    return Numbered(number, Stack(parts))


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: the role ("Seller 卖方"), the firm's names, and the captions of the lines to fill."""

    role: str
    firm: tuple[str, ...]
    captions: tuple[str, ...]
    stamp: Picture | None = None


class Signatures(Block):
    """One or two signature fields side by side that stay on one page; split only if a name is absurdly long."""

    SPACE = 38

    def __init__(self, left: Signatory, right: Signatory | None, *, before: float = 14) -> None:
        self.before = before
        self._stamps = [who.stamp if who else None for who in (left, right)]
        self._fields = Stack(
            [
                Columns([self._names(left), self._names(right)], [1, 1], gap=self.GAP),
                Columns([self._lines(left), self._lines(right)], [1, 1], gap=self.GAP),
            ]
        )

    GAP = 36

    def _names(self, who: Signatory | None) -> Block:
        if who is None:
            return Space(0)
        return Stack([para(who.role, LABEL), *(para(name, STRONG) for name in who.firm if name)])

    def _lines(self, who: Signatory | None) -> Block:
        if who is None:
            return Space(0)
        return Stack(
            [_SignLine(caption, 18 if index else self.SPACE) for index, caption in enumerate(who.captions)]
        )

    def height(self, width: float) -> float:
        """Answer the height of the taller field."""
        return self._fields.height(width)

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        """Stay whole where a page can hold it, else split as columns do."""
        if self.height(width) <= room + 0.01:
            return self, None
        return self._fields.split(width, room) if self.height(width) > 500 else (None, self)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        """Draw the fields, and over a line to sign the stamp that belongs to it."""
        self._fields.draw(canvas, x, top, width)
        own = (width - self.GAP) / 2
        for index, stamp in enumerate(self._stamps):
            if stamp is not None:
                left = x + index * (own + self.GAP) + own - stamp.wide - 8
                stamp.draw(canvas, left, top - self.height(width) + stamp.tall, own)


class _SignLine(Block):
    """A line to sign on, with its caption below."""

    def __init__(self, caption: str, space: float) -> None:
        self.caption = para(caption, LABEL)
        self.space = space

    def height(self, width: float) -> float:
        return self.space + 2 + self.caption.height(width)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        rule(canvas, x, top - self.space, width, INK)
        self.caption.draw(canvas, x, top - self.space - 2, width)
