"""The virtual model behind a list: windows of rows, fetched on reader lanes, painted from memory."""

from __future__ import annotations

import heapq
from array import array
from collections import OrderedDict
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from tradecrm.core.fields import NUMERIC, FieldKind
from tradecrm.core.listing import SortKey
from tradecrm.core.text import _
from tradecrm.screens.spec import ColumnSpec, ListSpec, Tone
from tradecrm.services.data.lists import (
    WINDOW,
    ListRequest,
    Totals,
    Window,
    count_and_sums,
    fetch_rows,
    fetch_window,
    ordered_ids,
)
from tradecrm.ui.cells import EMPTY, WAITING, Look, surely_fits, title_side
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.show import plain_tip, shown

KEPT_WINDOWS = 48
"""Windows held in memory: 12,288 rows around where the person looks."""
SNAPSHOT_FROM = 4 * WINDOW
"""Longer lists fetch their order once, so that any depth costs the same."""

_LONGEST = 24
"""Texts of a window, the longest, that are measured for the width of their column."""
_ALIKE = dict.fromkeys(map(ord, "123456789"), "0")
"""Figures have one width, and so do two numbers of documents or two days."""

AnyIndex = QModelIndex | QPersistentModelIndex


class _Page:
    """One window in memory: rows as dictionaries, and the looks of the cells painted so far."""

    __slots__ = ("looks", "rows")

    def __init__(self, rows: dict[int, dict[str, Any]]) -> None:
        self.rows = rows
        self.looks: dict[tuple[int, int], Look] = {}


class ListModel(QAbstractTableModel):
    """Rows of a request; cells not read yet show a placeholder, and their window is asked for."""

    counted = Signal(object)
    """Totals of all matching rows, when they have been counted."""
    arrived = Signal(int)
    """The number of the window that has just come."""

    def __init__(self, context: PageContext, spec: ListSpec) -> None:
        super().__init__()
        self._context = context
        self.spec = spec
        self.columns: tuple[ColumnSpec, ...] = spec.columns
        self.request = ListRequest(sort=spec.default_sort)
        self.totals: Totals | None = None
        self._count = 0
        self._generation = 0
        self._stale = False
        self._order: array[int] | None = None
        self._pages: OrderedDict[int, _Page] = OrderedDict()
        self._wanted: list[int] = []
        self._asked: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._fetch_wanted)

    def set_columns(self, columns: tuple[ColumnSpec, ...]) -> None:
        """Show these columns, in this order."""
        self.beginResetModel()
        self.columns = columns
        for page in self._pages.values():
            page.looks.clear()
        self.endResetModel()

    def set_request(self, request: ListRequest) -> None:
        """Ask for other rows; what is shown stays until the first window of the new answer is there."""
        self.request = request.window(0)
        self._begin(first=0)

    def refresh(self, around: int = 0) -> None:
        """Read again, the window around a visible row first; what is shown stays until it comes."""
        self._begin(first=around // WINDOW)

    def _begin(self, first: int) -> None:
        self._generation += 1
        self._stale = True
        self._order = None
        self._asked.clear()
        self._wanted.clear()
        generation = self._generation
        source, request = self.spec.source, self.request
        self._ask_window(first)
        self._context.ask(
            count_and_sums,
            source,
            request,
            then=lambda totals: self._on_totals(generation, totals),
            replaces=(id(self), "totals"),
        )

    def _on_totals(self, generation: int, totals: Totals) -> None:
        if generation != self._generation:
            return
        self.totals = totals
        if totals.count >= SNAPSHOT_FROM:
            self._context.ask(
                ordered_ids,
                self.spec.source,
                self.request,
                then=lambda order: self._on_order(generation, order),
                replaces=(id(self), "order"),
            )
        if not self._stale:
            self._resize(totals.count)
        self.counted.emit(totals)

    def _on_order(self, generation: int, order: array[int]) -> None:
        if generation == self._generation:
            self._order = order
            self._resize(len(order))

    def _resize(self, count: int) -> None:
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(QModelIndex(), count, self._count - 1)
            self._count = count
            self.endRemoveRows()

    def _ask_window(self, number: int) -> None:
        if number in self._asked:
            return
        self._asked.add(number)
        generation = self._generation
        offset = number * WINDOW

        def arrived(window: Window) -> None:
            self._on_window(generation, number, window)

        def failed(error: Exception) -> None:
            self._asked.discard(number)
            self._context.presenter.show(error)

        if self._order is not None:
            ids = self._order[offset : offset + WINDOW]
            self._context.ask(fetch_rows, self.spec.source, ids, then=arrived, failed=failed)
        else:
            request = self.request.window(offset)
            self._context.ask(fetch_window, self.spec.source, request, then=arrived, failed=failed)

    def _on_window(self, generation: int, number: int, window: Window) -> None:
        if generation != self._generation:
            return
        self._asked.discard(number)
        rows = [dict(zip(window.keys, row, strict=True)) for row in window.rows]
        for row, identity in zip(rows, window.ids, strict=True):
            row["id"] = identity
        if self._stale:
            self._restart(number, len(rows))
        self._pages[number] = _Page(self._placed(number, rows))
        self._pages.move_to_end(number)
        while len(self._pages) > KEPT_WINDOWS:
            self._pages.popitem(last=False)
        first = number * WINDOW
        last = min(first + WINDOW, self._count) - 1
        if last >= first and self.columns:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        self.arrived.emit(number)

    def _restart(self, number: int, rows: int) -> None:
        """Give the place of the old answer to the new one."""
        self._stale = False
        self._pages.clear()
        known = self.totals.count if self.totals is not None else 0
        self._resize(max(known, number * WINDOW + rows) if number else max(known, rows))

    def _placed(self, number: int, rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
        """Put each row at its place; a row deleted since the order was read leaves a gap."""
        if self._order is None:
            return dict(enumerate(rows))
        by_id = {row["id"]: row for row in rows}
        ids = self._order[number * WINDOW : (number + 1) * WINDOW]
        return {place: by_id[identity] for place, identity in enumerate(ids) if identity in by_id}

    def _fetch_wanted(self) -> None:
        """Ask for the windows last looked at; those only passed over in scrolling are forgotten."""
        wanted, self._wanted = self._wanted[-2:], []
        for number in wanted:
            if number not in self._pages:
                self._ask_window(number)

    def row(self, index: int) -> dict[str, Any] | None:
        """Answer a row's values by key, None while it is being read."""
        page = self._pages.get(index // WINDOW)
        return None if page is None else page.rows.get(index % WINDOW)

    def look(self, row: int, column: int) -> Look:
        """Answer what a cell shows; asks for its window when it is not there, and never waits."""
        number, place = divmod(row, WINDOW)
        page = self._pages.get(number)
        if page is None:
            if number not in self._wanted:
                self._wanted.append(number)
                self._timer.start()
            return WAITING if column == 0 else EMPTY
        look = page.looks.get((place, column))
        if look is None:
            values = page.rows.get(place)
            look = EMPTY if values is None else cell_look(self.columns[column], values)
            page.looks[place, column] = look
        return look

    def telling_looks(self, column: int, known: int) -> list[Look]:
        """Answer looks of the window that came last: the widest of a column, unless ``known`` pixels are enough."""
        if not self._pages:
            return []
        number, page = next(reversed(self._pages.items()))
        places = telling_places(self.columns[column], page.rows, known)
        return [self.look(number * WINDOW + place, column) for place in places]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Answer how many rows there are, read or not."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Answer how many columns are shown."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Answer a cell for screen readers, tips and tests; painting goes through ``look``."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.look(index.row(), index.column()).text
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self.look(index.row(), index.column()).text
            return plain_tip(text) if len(text) > 14 else None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Answer a column's title and side."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return _(column.title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return title_side(column.kind)
        return None

    def sorted_by(self, key: str) -> None:
        """Order by a column; pressing it again turns the order round."""
        present = self.request.sort[0] if self.request.sort else None
        descending = present is not None and present.key == key and not present.descending
        request = ListRequest(self.request.search, self.request.filters, (SortKey(key, descending),))
        self.set_request(request)


def telling_places(column: ColumnSpec, rows: dict[int, dict[str, Any]], known: int = 0) -> list[int]:
    """Answer the places that tell a column's width: one day for all, of amounts the ends, of texts the longest.

    Of texts only those that may be wider than ``known`` pixels, and the first. Making the text of every cell of a
    window and measuring it would take longer than reading it.
    """
    if column.kind is FieldKind.MONEY:
        return _ends(column, rows)
    texts = column.kind not in NUMERIC and not column.choices
    firsts: dict[object, int] = {}
    for place, values in rows.items():
        value = values.get(column.key)
        if texts and isinstance(value, str):
            if not (firsts and surely_fits(value, known)):
                firsts.setdefault(value.translate(_ALIKE), place)
        else:
            firsts.setdefault(type(value) if isinstance(value, date) else value, place)
    if texts and len(firsts) > _LONGEST:
        return [firsts[shape] for shape in heapq.nlargest(_LONGEST, firsts, key=_room_of)]
    return list(firsts.values())


def _room_of(shape: object) -> int:
    """Answer about how much room a text takes: a Chinese character that of two letters."""
    return len(shape) + len(shape.encode()) if isinstance(shape, str) else 0


def _ends(column: ColumnSpec, rows: dict[int, dict[str, Any]]) -> list[int]:
    """Answer where the least and the greatest amount of each currency stand."""
    amounts: dict[object, list[tuple[Decimal, int]]] = {}
    for place, values in rows.items():
        amount = values.get(column.key)
        if amount is not None:
            amounts.setdefault(values.get(column.currency_key), []).append((amount, place))
    return [place for each in amounts.values() for _amount, place in (min(each), max(each))]


def cell_look(column: ColumnSpec, values: dict[str, Any]) -> Look:
    """Answer the look of one cell of a list; a field the person may not see is absent and stays empty."""
    value = values.get(column.key)
    if value is None or value is False:  # What holds for a row stands out where what does not says nothing.
        return EMPTY
    currency = str(values.get(column.currency_key) or "") if column.currency_key else ""
    text = shown(value, column.kind, currency=currency, choices=column.choices)
    ink = ""
    if column.tone is not None:
        tone = column.tone(values)
        ink = "" if tone is Tone.NEUTRAL else tone.value
    if column.kind is FieldKind.CHOICE and column.choices:
        chosen = next((choice for choice in column.choices if choice.value == value), None)
        return Look(text, chip=(chosen.tone if chosen is not None else Tone.NEUTRAL).value)
    link = column.link is not None and column.link(values) is not None
    return Look(text.replace("\n", " "), right=column.kind in NUMERIC, ink=ink or "text", link=link)
