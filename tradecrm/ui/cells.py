"""Cells of lists, tables and grids: one painter that asks the model once for everything a cell shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from tradecrm.core.fields import NUMERIC, FieldKind
from tradecrm.ui.labels import direction
from tradecrm.ui.theme import Theme

PADDING = 8
_CHIP = 20
"""Pixels of a chip beside its text."""
INDENT = 16
_LATIN, _WIDE = 9, 14
"""Pixels that a letter takes at most in a text of usual letters: of Latin ones, and of any."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LINE = int(Qt.TextFlag.TextSingleLine)
_ALIKE = dict.fromkeys(map(ord, "123456789"), "0")
"""Figures of one width: what was measured of one number tells the width of every number of its shape."""
_SHAPES = 2_000
"""So many measured widths are kept."""
_WRAP = int(Qt.TextFlag.TextWordWrap)
_CENTER = int(Qt.AlignmentFlag.AlignCenter)
_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value


class Look(NamedTuple):
    """Everything a cell shows: text, side, ink (a token's name), tone of a chip, and how it stands."""

    text: str
    right: bool = False
    ink: str = "text"
    chip: str = ""
    link: bool = False
    bold: bool = False
    indent: int = 0
    ground: str = ""
    wrap: bool = False
    problem: bool = False


EMPTY = Look("")
WAITING = Look("·  ·  ·", ink="border")
"""What stands in a cell whose row is still being read."""


class LookModel(Protocol):
    """A model whose cells can be painted."""

    def look(self, row: int, column: int) -> Look:
        """Answer what the cell shows; must not query."""
        ...


AnyIndex = QModelIndex | QPersistentModelIndex


def surely_fits(text: str, width: int) -> bool:
    """Tell without measuring, for Latin text alone, that a cell with or without a chip shows it whole."""
    return len(text) * _LATIN + 2 * PADDING + _CHIP <= width and text.isascii()


def title_side(kind: FieldKind) -> Qt.AlignmentFlag:
    """Answer where the title of a column stands: over the figures at the right, else at the left."""
    side = Qt.AlignmentFlag.AlignRight if kind in NUMERIC else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def copy_cells(model: LookModel, chosen: Iterable[AnyIndex]) -> None:
    """Put the chosen cells on the clipboard as tab-separated text, ready for a spreadsheet."""
    rows: dict[int, list[str]] = {}
    for row, column in sorted((index.row(), index.column()) for index in chosen):
        rows.setdefault(row, []).append(model.look(row, column).text)
    QApplication.clipboard().setText("\n".join("\t".join(cells) for cells in rows.values()))


class CellDelegate(QStyledItemDelegate):
    """Paints a cell from its Look: text as it is, chips, links underlined on hover, a hair line below."""

    def __init__(self, theme: Theme, source: LookModel) -> None:
        super().__init__()
        self._theme = theme
        self._source = source
        self._colors: dict[str, QColor] = {}
        self._font = QFont()
        self._bold = QFont()
        self._small = QFont()
        self._metrics = QFontMetrics(self._font)
        self._small_metrics = self._metrics
        self._alike: dict[int, str] = {}
        self._advances: dict[tuple[str, str], int] = {}
        self.hovered = (-1, -1)
        self.refresh()
        theme.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Take colors and fonts from the theme again."""
        self._colors = {}
        self._font = self._theme.font(tabular=True)
        self._bold = self._theme.font(tabular=True, semibold=True)
        self._small = self._theme.font(11, tabular=True)
        self._metrics = QFontMetrics(self._font)
        self._bold_metrics = QFontMetrics(self._bold)
        self._small_metrics = QFontMetrics(self._small)
        # A font without tabular figures has every number measured.
        self._alike = (
            _ALIKE if len({self._metrics.horizontalAdvance(one) for one in "0123456789"}) == 1 else {}
        )
        self._advances = {}

    def _advance(self, text: str, style: str) -> int:
        """Answer how wide ``text`` is drawn in ``style``, measured once for all numbers of a shape."""
        shape = (text.translate(self._alike), style)
        known = self._advances.get(shape)
        if known is None:
            if len(self._advances) >= _SHAPES:
                self._advances.clear()
            metrics = {"bold": self._bold_metrics, "chip": self._small_metrics}.get(style, self._metrics)
            known = self._advances[shape] = metrics.horizontalAdvance(text)
        return known

    def hover(self, view: QAbstractItemView, at: QPoint) -> None:
        """Underline the link under the pointer, and show that it opens."""
        index = view.indexAt(at)
        place = (index.row(), index.column())
        if place == self.hovered:
            return
        before, self.hovered = self.hovered, place
        model = view.model()
        for row, column in (before, place):
            if 0 <= row < model.rowCount():
                view.update(model.index(row, column))
        over = index.isValid() and self._source.look(*place).link
        view.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def width(self, look: Look) -> int:
        """Answer the width at which the cell is shown whole."""
        if look.chip:
            return self._small_metrics.horizontalAdvance(look.text) + _CHIP + 2 * PADDING
        metrics = self._bold_metrics if look.bold else self._metrics
        return metrics.horizontalAdvance(look.text) + 2 * PADDING + look.indent * INDENT + 2

    def widest(self, looks: Iterable[Look], known: int = 0) -> int:
        """Answer the width at which each of the cells is shown whole, or ``known`` where that is enough."""
        for look in looks:
            if not surely_fits(look.text, known - look.indent * INDENT):
                known = max(known, self.width(look))
        return known

    def height(self, look: Look, width: int) -> int:
        """Answer the height a wrapped cell needs in a column of ``width``."""
        metrics = self._bold_metrics if look.bold else self._metrics
        room = max(20, width - 2 * PADDING - look.indent * INDENT)
        return metrics.boundingRect(QRect(0, 0, room, 10_000), _WRAP, look.text).height() + 12

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one cell."""
        row, column = index.row(), index.column()
        look = self._source.look(row, column)
        rect: QRect = option.rect
        # As a number: the flags' own "and" takes as long as the rest of an empty cell.
        state: int = option.state.value
        if state & _SELECTED:
            painter.fillRect(rect, self._color("accent_soft"))
        elif look.ground:
            painter.fillRect(rect, self._color(look.ground))
        left, top, width, height = cast("tuple[int, int, int, int]", rect.getRect())
        painter.fillRect(left, top + height - 1, width, 1, self._color("grid"))
        if look.text:
            if look.chip:
                self._paint_chip(painter, rect, look)
            else:
                self._paint_text(painter, rect, look, hovered=look.link and self.hovered == (row, column))
        if look.problem:
            painter.setPen(self._color("bad"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
        if state & _FOCUSED:
            painter.setPen(self._color("accent"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:  # noqa: ARG002 - Qt's shape
        """Answer the size at which the cell is shown whole."""
        look = self._source.look(index.row(), index.column())
        return QSize(self.width(look), self._theme.row)

    def _paint_text(self, painter: QPainter, rect: QRect, look: Look, *, hovered: bool) -> None:
        """Draw the text at its place, which takes less time than having it laid out in a rectangle."""
        font, metrics = (self._bold, self._bold_metrics) if look.bold else (self._font, self._metrics)
        if hovered:
            font = QFont(font)
            font.setUnderline(True)
        painter.setFont(font)
        painter.setPen(self._color("accent" if look.link and look.ink == "text" else look.ink))
        text, inset = look.text, PADDING + look.indent * INDENT
        if look.wrap:
            painter.drawText(rect.adjusted(inset, 0, -PADDING, -1), _LEFT | _WRAP, text)
            return
        left, top, width, height = cast("tuple[int, int, int, int]", rect.getRect())
        base = top + (height - 1 - metrics.height()) // 2 + metrics.ascent()
        if look.right:
            advance = self._advance(text, "bold" if look.bold else "")
            painter.drawText(left + width - PADDING - advance, base, text)
            return
        room = width - inset - PADDING
        # Measuring costs more than drawing, and Latin text this short always fits.
        long = len(text) * (_LATIN if text.isascii() else _WIDE) > room
        if long and metrics.horizontalAdvance(text) > room:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(rect.adjusted(inset, 0, -PADDING, -1), _LEFT | _LINE | direction(text), text)
        else:
            painter.drawText(left + inset, base, text)

    def _paint_chip(self, painter: QPainter, rect: QRect, look: Look) -> None:
        ink, ground = self._theme.tone(look.chip)
        left, top, width, height = cast("tuple[int, int, int, int]", rect.getRect())
        text = self._advance(look.text, "chip") + _CHIP
        width = min(text, width - PADDING)
        chip = QRect(left + PADDING - 2, top + (height - 1) // 2 - 9, width, 19)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(chip, 9, 9)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setFont(self._small)
        painter.setPen(ink)
        painter.drawText(chip, _CENTER | _LINE, look.text)

    def _color(self, name: str) -> QColor:
        color = self._colors.get(name)
        if color is None:
            color = self._colors[name] = self._theme.color(name)
        return color
