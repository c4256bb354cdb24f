"""What a line grid shows: the lines of a draft, their problems, and the empty line at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from operator import is_not

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from tradecrm.core.fields import NUMERIC, FieldKind
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Line, Ref
from tradecrm.screens.spec import FieldSpec, LinesSpec, Tone
from tradecrm.ui.cells import EMPTY, Look, title_side
from tradecrm.ui.fields.show import plain_tip, shown
from tradecrm.ui.forms.session import line_currency

AnyIndex = QModelIndex | QPersistentModelIndex

_WHOLE = 20
"""Changed rows that are drawn whole."""
WIDTHS = {
    FieldKind.TEXT: 160,
    FieldKind.LONG_TEXT: 240,
    FieldKind.REF: 170,
    FieldKind.CODE: 110,
    FieldKind.MONEY: 110,
    FieldKind.PRICE: 90,
    FieldKind.DATE: 100,
}


class GridModel(QAbstractTableModel):
    """The lines of a draft and their problems; edits go out as signals and come back as a new draft."""

    edited = Signal(int, str, object)
    """Row, column key and value typed into a cell."""
    typing = Signal(int, str, object)
    """Row, column key and the number that stands in an open cell just now, at each key; nothing is taken up."""
    unread = Signal(int, str, str, str, bool)
    """Row, column key, text typed that is no value, why, and whether a record is still looked up by it."""

    def __init__(self, lines: LinesSpec) -> None:
        super().__init__()
        self.lines = lines
        self.rows: tuple[Line, ...] = ()
        self.draft = Draft()
        self.problems: Mapping[tuple[int, str], str] = {}
        self.typed: Mapping[tuple[int, str], str] = {}
        self.locked = False
        self.fresh: frozenset[int] = frozenset()
        """Columns in which the last draft shown differs from the one before."""
        # The tone of a cell may follow from any value of its line.
        self._toned = frozenset(n for n, column in enumerate(lines.columns) if column.tone is not None)

    def show_draft(
        self,
        draft: Draft,
        problems: Mapping[tuple[int, str], str],
        typed: Mapping[tuple[int, str], str],
    ) -> list[int]:
        """Show the lines of a draft; answer the rows drawn again: those that are not the objects of before.

        ``typed`` are the texts that could not be read; they stand in their cells.
        """
        before, rows = self.rows, draft.rows(self.lines.key)
        stale = {place[0] for place, _text in set(problems.items()) ^ set(self.problems.items())}
        stale |= {place[0] for place, _text in set(typed.items()) ^ set(self.typed.items())}
        # Of the head only a currency shows in the lines.
        heads = {c.currency_from[1:] for c in self.lines.columns if c.currency_from.startswith(".")}
        fresh_head = any(draft.get(key) != self.draft.get(key) for key in heads)
        self.draft, self.problems, self.typed = draft, problems, typed
        if len(rows) > len(before):
            # Behind the empty line: it becomes the first new one, and an editor in it stays where it is.
            behind = 0 if self.locked else 1
            self.beginInsertRows(QModelIndex(), len(before) + behind, len(rows) - 1 + behind)
            self.rows = rows
            self.endInsertRows()
        elif len(rows) < len(before):
            self.beginRemoveRows(QModelIndex(), len(rows), len(before) - 1)
            self.rows = rows
            self.endRemoveRows()
        self.rows = rows
        changed = [
            n
            for n, row in enumerate(rows)
            if fresh_head or n in stale or n >= len(before) or row is not before[n]
        ]
        if len(rows) in stale:
            changed.append(len(rows))
        whole = fresh_head or bool(stale) or len(rows) != len(before)
        self.fresh = frozenset(range(len(self.lines.columns))) if whole else self._fresh(changed, before)
        # A few rows are drawn whole; of many, as when a rate moves every margin, only what is different.
        many = len(changed) > _WHOLE
        columns = sorted(self.fresh | self._toned) if many else range(len(self.lines.columns))
        for first, end in _runs(changed):
            for left, right in _runs(columns):
                self.dataChanged.emit(self.index(first, left), self.index(end, right))
        return changed

    def _fresh(self, changed: Sequence[int], before: Sequence[Line]) -> frozenset[int]:
        """Answer the columns in which a changed row holds another value than before."""
        keys: set[str] = set()
        for row in changed:
            now, then = self.rows[row], before[row]
            if tuple(now) == tuple(then):
                # Nearly always: a line derived anew has the fields of before, in their order.
                keys.update(compress(now, map(is_not, now.values(), then.values())))
            else:
                keys.update(key for key in now.keys() | then.keys() if now.get(key) is not then.get(key))
        return frozenset(number for number, column in enumerate(self.lines.columns) if column.key in keys)

    def currency(self, row: int, column: FieldSpec) -> str:
        """Answer the currency of a money cell: a column of the line, or ``.key`` of the form's head."""
        return line_currency(self.draft, self.rows[row] if row < len(self.rows) else {}, column)

    def look(self, row: int, column: int) -> Look:
        """Answer what a cell shows."""
        spec = self.lines.columns[column]
        unread = self.typed.get((row, spec.key))
        if unread is not None:
            return Look(unread, right=spec.kind in NUMERIC, ink="bad", problem=True)
        if row >= len(self.rows):
            if column == self._first() and not self.locked:
                return Look(
                    _(self.lines.placeholder or "type a code, a name or pinyin initials"), ink="muted"
                )
            return EMPTY
        line = self.rows[row]
        value = line.get(spec.key)
        # The description stands in a column of its own, so that the code is what names a record here.
        text = (
            (value.code or value.label)
            if isinstance(value, Ref)
            else shown(
                value,
                spec.kind,
                currency=self.currency(row, spec),
                choices=spec.choices,
                decimals=spec.decimals,
            )
        )
        tone = spec.tone(line) if spec.tone is not None else Tone.NEUTRAL
        ink = "muted" if spec.read_only and spec.kind is not FieldKind.MONEY else "text"
        return Look(
            text.replace("\n", " "),
            right=spec.kind in NUMERIC,
            ink=ink if tone is Tone.NEUTRAL else tone.value,
            problem=(row, spec.key) in self.problems,
        )

    def _first(self) -> int:
        """Answer the column that says what a line begins with: the first where names are typed, else the widest."""
        return 0 if self.lines.columns[0].kind is FieldKind.TEXT else self.widest()

    def widest(self) -> int:
        """Answer the text column that takes the room left over."""
        columns = self.lines.columns
        texts = [n for n, column in enumerate(columns) if column.kind not in NUMERIC]
        return max(texts, key=lambda n: columns[n].width or WIDTHS.get(columns[n].kind, 80), default=0)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Answer the lines and the empty one at the end, which fixed lines do not have."""
        closed = self.locked or self.lines.fixed
        return 0 if parent.isValid() else len(self.rows) + (0 if closed else 1)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Answer the number of columns."""
        return 0 if parent.isValid() else len(self.lines.columns)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Let typed cells be typed in."""
        if self.locked or self.lines.columns[index.column()].read_only:
            return _READ
        return _TYPED

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Answer a cell's text, and the problem or the whole text as its tip."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.look(index.row(), index.column()).text
        if role == Qt.ItemDataRole.ToolTipRole:
            key = self.lines.columns[index.column()].key
            problem = self.problems.get((index.row(), key), "")
            return plain_tip(problem or self.look(index.row(), index.column()).text)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Answer a column's title, or the line's number."""
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        column = self.lines.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return _(column.label)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return title_side(column.kind)
        return None


# Put together once: a view asks a hundred times at a key.
_READ = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_TYPED = _READ | Qt.ItemFlag.ItemIsEditable


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Answer the stretches of numbers that follow each other, as first and last."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] + 1 == number:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
