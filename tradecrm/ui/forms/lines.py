"""A collection of lines in a form: the grid in its card, the foot with sums, and pasting from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from tradecrm.core.fields import FieldKind
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Ref, Value
from tradecrm.screens.spec import FieldSpec, LinesSpec
from tradecrm.ui.columns import ELASTIC
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.parse import Unreadable, parse_value, without_sign
from tradecrm.ui.fields.picker import named, unnamed
from tradecrm.ui.forms.session import FormSession, line_currency
from tradecrm.ui.grid import LineGrid, split_problem
from tradecrm.ui.labels import SteadyLabel
from tradecrm.ui.theme import set_role, text_label

_ROWS_SHOWN = 5
_LINE_LIMIT = 2_000
_MEASURED = 100
_LEAST, _MOST = 120, 360
"""Pixels of the widest text column: never less, and wider for its text up to a limit where there is room."""
_REMARKS = frozenset({FieldKind.TEXT, FieldKind.LONG_TEXT})
_TIGHT = 96
"""Pixels in which a word can still be typed."""
_WORDY = ELASTIC | {FieldKind.CHOICE, FieldKind.CODE, FieldKind.PHONE}
"""Kinds whose words may be longer or shorter than the room their column was declared with."""


class LinesCard(QFrame):
    """The grid of one collection; edits go into the session, and ``changed`` tells the form."""

    changed = Signal()

    def __init__(self, context: PageContext, spec: LinesSpec, session: FormSession) -> None:
        super().__init__()
        self._longest: dict[int, int] = {}
        set_role(self, "card")
        self._context = context
        self.spec = spec
        self.session = session
        self.grid = LineGrid(context, spec)
        self.grid.setMinimumHeight(34 + context.theme.row * _ROWS_SHOWN)
        self.summary = SteadyLabel(text_label("", "muted", wrap=True))
        self.total_label = text_label("", "muted")
        self.total = SteadyLabel(text_label("", "section"))
        self.words = SteadyLabel(text_label("", "muted", wrap=True))
        self.problem = text_label("", "problem", wrap=True)
        self.more = set_role(QPushButton(_("More columns")), "link")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._on_more)
        self._lay_out()
        self.grid.grid.edited.connect(self._on_edited)
        self.grid.grid.unread.connect(self._on_unread)
        self.grid.block_pasted.connect(self._on_pasted)
        self.grid.deleted.connect(self._on_deleted)
        self.grid.moved.connect(self._on_moved)
        self.grid.selectionModel().currentChanged.connect(self._show_problem)
        self.grid.viewport().installEventFilter(self)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 8, 1, 12)
        box.setSpacing(6)
        head, last = QHBoxLayout(), QHBoxLayout()
        for row in (head, last):
            row.setContentsMargins(15, 0, 11, 0)
        if self.spec.title:
            self.title = text_label(_(self.spec.title), "section")
            self.title.setContentsMargins(0, 4, 0, 4)
            head.addWidget(self.title)
            head.addStretch(1)
            box.addLayout(head)
        box.addWidget(self.grid, 1)
        self.problem.setContentsMargins(15, 0, 15, 0)
        box.addWidget(self.problem)
        foot = QHBoxLayout()
        foot.setContentsMargins(15, 4, 15, 0)
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.total_label)
        foot.addWidget(self.total)
        box.addLayout(foot)
        last.addWidget(self.words, 1)
        # Without words too the button stays at the right.
        last.addStretch()
        box.addLayout(last)
        # Taken in after the grid: Tab goes to the lines first, wherever the button stands.
        (head if self.spec.title else last).addWidget(self.more)

    def show_draft(self, draft: Draft, problems: Mapping[str, str], *, locked: bool) -> None:
        """Show the lines, their problems, and what the foot says."""
        self.grid.lock(locked=locked)
        placed = {}
        for name, message in problems.items():
            place = split_problem(name, self.spec.key)
            if place is not None:
                placed[place] = message
        self._whole = problems.get(self.spec.key, "")
        typed = {}
        for name, text in self.session.typed.items():
            place = split_problem(name, self.spec.key)
            if place is not None:
                typed[place] = text
        changed = self.grid.show_draft(draft, placed, typed)[:_MEASURED]
        if any(column.more and key == column.key for column in self.spec.columns for _row, key in placed):
            self.more.setChecked(True)
        self._spread(changed)
        spec = self.spec
        if spec.kept_title:
            self.title.setText(_(spec.title if draft.id is None else spec.kept_title))
        self.show_foot(draft)
        self._show_problem()

    def show_foot(self, draft: Draft) -> None:
        """Say below the lines how many they are and what they sum to, also for a draft not yet taken up."""
        spec = self.spec
        self.summary.setText("  ·  ".join(spec.summary(draft)) if spec.summary is not None else "")
        label, total = spec.total(draft) if spec.total is not None else ("", "")
        self.total_label.setText(_(label) if label and total else "")
        self.total.setText(total)
        self.words.setText(spec.words(draft) if spec.words is not None else "")
        self.words.setVisible(bool(self.words.text()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share out the width again when there is more or less of it."""
        if event.type() is QEvent.Type.Resize and watched is self.grid.viewport():
            self._spread()
        return super().eventFilter(watched, event)

    def _texts(self) -> list[int]:
        """Answer the columns whose words may be longer or shorter than the room they were given."""
        columns = enumerate(self.spec.columns)
        return [n for n, each in columns if each.kind in _WORDY and not self.grid.isColumnHidden(n)]

    def _measure(self, changed: Sequence[int]) -> None:
        """Keep the longest text of each column with words; only rows that changed are measured."""
        model = self.grid.grid
        for number, column in enumerate(self.spec.columns):
            if column.kind in _WORDY and number in model.fresh:
                rows = (row for row in changed if row < len(model.rows))
                widths = [self.grid.cells.width(model.look(row, number)) for row in rows]
                self._longest[number] = max(self._longest.get(number, 0), *widths, 0)

    def _share(self, place: int, wanted: int) -> None:
        """Let the other columns with words take what theirs need, or give up what they do not, for the widest."""
        others = [number for number in self._texts() if number != place]
        needs = {n: min(self._longest.get(n, 0), _MOST) for n in others}
        shown = [n for n in range(len(self.spec.columns)) if not self.grid.isColumnHidden(n)]
        widths = {n: self.grid.least(n) for n in others}
        fixed = sum(self.grid.columnWidth(n) for n in shown if n != place and n not in widths)
        spare = self.grid.viewport().width() - fixed - sum(widths.values()) - wanted
        for number in others:
            if spare > 0:
                change = min(spare, max(0, needs[number] - widths[number]))
            else:
                tight = max(_TIGHT, self.grid.titled(number), needs[number])
                change = -min(-spare, max(0, widths[number] - tight))
            spare -= change
            widths[number] += change
        # A long remark is cut before what the line is: codes and names of records are not.
        for number in others:
            if spare < 0 and self.spec.columns[number].kind in _REMARKS:
                change = min(-spare, max(0, widths[number] - max(_TIGHT, self.grid.titled(number))))
                spare += change
                widths[number] -= change
        for number in others:
            if widths[number] != self.grid.columnWidth(number):
                self.grid.setColumnWidth(number, widths[number])

    def _spread(self, changed: Sequence[int] = ()) -> None:
        """Give the widest text column what its text needs, and all that is left over.

        Only rows that changed are measured, for this runs at every key.
        """
        place = self.grid.grid.widest()
        self._measure(changed)
        longest = self._longest.get(place, 0)
        columns, seen = self.spec.columns, self.grid.viewport().width()
        wanted = max(columns[place].width or _LEAST, min(longest, _MOST))
        # All of them where there is room; else the later ones wait until they are asked for.
        roomy = self.grid.needed(place, wanted) <= seen
        self.grid.reveal(more=roomy or self.more.isChecked())
        self.more.setVisible(not roomy and any(column.more for column in columns))
        self._share(place, wanted)
        taken = sum(self.grid.columnWidth(number) for number in range(len(columns)) if number != place)
        # A long text is elided, and whole in the tip, before a figure leaves the sight.
        width = max(wanted if self.more.isChecked() else _LEAST, seen - taken)
        if width != self.grid.columnWidth(place):
            self.grid.setColumnWidth(place, width)

    def _on_more(self, checked: bool) -> None:
        self.more.setText(_("Fewer columns") if checked else _("More columns"))
        self._spread()
        if checked:
            later = next(n for n, column in enumerate(self.spec.columns) if column.more)
            self.grid.scrollTo(self.grid.grid.index(0, len(self.spec.columns) - 1))
            self.grid.scrollTo(self.grid.grid.index(0, later))

    def _show_problem(self, *_indexes: object) -> None:
        """Say below the grid what is wrong with the current cell, else with the first bad one."""
        problems = self.grid.grid.problems
        index = self.grid.currentIndex()
        text = self._whole
        if index.isValid():
            key = (index.row(), self.spec.columns[index.column()].key)
            text = problems.get(key, text)
        if not text and problems:
            (row, _key), message = min(problems.items())
            text = _("Line {number}: {problem}").format(number=row + 1, problem=message)
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    _whole = ""

    def _on_edited(self, row: int, key: str, value: Value) -> None:
        self.session.put_cell(self.spec.key, row, key, value)
        self.session.settle()
        self.changed.emit()

    def _on_unread(self, row: int, key: str, text: str, message: str, asking: bool) -> None:
        """Keep what could not be read; a record that is still looked up is set in when its answer comes."""
        name = f"{self.spec.key}.{row}.{key}"
        self.session.refuse_text(name, text, message)
        self.changed.emit()
        if not asking:
            return
        columns = {key: next(column for column in self.spec.columns if column.key == key)}
        within = {key: self._within(columns[key], row)}

        def then(found: dict[tuple[str, str], Ref | None]) -> None:
            if self.session.typed.get(name) != text:
                return
            ref = found.get((key, text.strip()))
            if ref is not None:
                self._on_edited(row, key, ref)
            else:
                self.session.refuse_text(name, text, unnamed(text.strip()))
                self.changed.emit()

        self._context.ask(resolve_refs, columns, within, [(key, text.strip())], then=then)

    def _within(self, column: FieldSpec, row: int) -> dict[str, Value]:
        """Answer the values that narrow a column's picker, of the head (``.key``) or of the line."""
        draft = self.session.draft
        rows = draft.rows(self.spec.key)
        line = rows[row] if row < len(rows) else {}
        return {
            name.lstrip("."): draft.get(name[1:]) if name.startswith(".") else line.get(name)
            for name in column.within
        }

    def _currency(self, column: FieldSpec, row: int) -> str:
        rows = self.session.draft.rows(self.spec.key)
        return line_currency(self.session.draft, rows[row] if row < len(rows) else {}, column)

    def _on_deleted(self, rows: list[int]) -> None:
        self.session.delete_lines(self.spec.key, rows)
        self.changed.emit()

    def _on_moved(self, row: int, by: int) -> None:
        self.session.move_line(self.spec.key, row, by)
        self.changed.emit()

    def _on_pasted(self, row: int, column: int, block: Sequence[Sequence[str]]) -> None:
        """Look up the pasted references on a reader lane, then set the block in as one step."""
        columns = self.spec.columns[column:]
        if any(spec.more for spec in columns[: max(map(len, block), default=0)]):
            self.more.setChecked(True)
        block = [cells for cells in block if any(cell.strip() for cell in cells)][:_LINE_LIMIT]
        asked = {
            (spec.key, cells[n].strip())
            for cells in block
            for n, spec in enumerate(columns[: len(cells)])
            if spec.picker is not None and cells[n].strip()
        }
        pickers = {spec.key: spec for spec in columns if spec.picker is not None}
        within = {key: self._within(spec, row) for key, spec in pickers.items()}

        def then(found: dict[tuple[str, str], Ref | None]) -> None:
            self._set_in(row, columns, block, found)

        self._context.ask(
            resolve_refs, pickers, within, sorted(asked), then=then, replaces=(id(self), "paste")
        )

    def _set_in(
        self,
        row: int,
        columns: Sequence[FieldSpec],
        block: Sequence[Sequence[str]],
        found: Mapping[tuple[str, str], Ref | None],
    ) -> None:
        today = self._context.seat.book.clock.today()
        unread: dict[str, tuple[str, str]] = {}
        rows: list[dict[str, Value]] = []
        for offset, cells in enumerate(block):
            values: dict[str, Value] = {}
            for spec, text in zip(columns, cells, strict=False):
                if spec.read_only:
                    continue
                try:
                    bare = (
                        without_sign(text, self._currency(spec, row + offset)) if spec.currency_from else text
                    )
                    values[spec.key] = _cell_value(spec, bare, found, today)
                except Unreadable as error:
                    unread[f"{self.spec.key}.{row + offset}.{spec.key}"] = (text.strip(), str(error))
            rows.append(values)
        refs = frozenset(spec.key for spec in columns if spec.picker is not None)
        self.session.paste(self.spec.key, row, rows, refs)
        for name, (text, message) in unread.items():
            self.session.refuse_text(name, text, message)
        self.changed.emit()


def _cell_value(spec: FieldSpec, text: str, found: Mapping[tuple[str, str], Ref | None], today: Any) -> Value:
    plain = text.strip()
    if spec.picker is None:
        return parse_value(plain, spec.kind, today=today, choices=spec.choices, decimals=spec.decimals)
    if not plain:
        return None
    ref = found.get((spec.key, plain))
    if ref is None:
        raise Unreadable(unnamed(plain))
    return ref


def resolve_refs(
    reader: Any,
    columns: Mapping[str, FieldSpec],
    within: Mapping[str, Mapping[str, Value]],
    asked: Sequence[tuple[str, str]],
) -> dict[tuple[str, str], Ref | None]:
    """Answer the record of each pasted code or name; None where it names none, or more than one."""
    found: dict[tuple[str, str], Ref | None] = {}
    for key, text in asked:
        picker = columns[key].picker
        refs = picker.query(reader, text, within[key]) if picker is not None else ()
        exact = named(refs, text)
        found[key, text] = exact[0] if len(exact) == 1 else None
    return found
