"""The working of a form without its widgets: drafts, steps back, derivation, problems by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tradecrm.core.problems import Problem
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Value
from tradecrm.screens.spec import FieldSpec, FormSpec, LinesSpec

_STEPS = 200


class FormSession:
    """Holds the draft of a form; every change goes through ``derive`` and can be stepped back.

    Changes of one field that follow each other are one step, so that stepping back takes a word and not a
    letter; ``settle`` ends such a run (leaving the field).
    """

    def __init__(self, spec: FormSpec, draft: Draft) -> None:
        self.spec = spec
        self.draft = draft
        self.saved = draft
        self.touched: set[str] = set()
        self.unreadable: dict[str, str] = {}
        self.refused: tuple[Problem, ...] = ()
        self.asked_to_save = False
        self._back: list[Draft] = []
        self._forth: list[Draft] = []
        self._run = ""

    @property
    def dirty(self) -> bool:
        """Tell whether anything differs from what was read or saved."""
        return self.draft.values != self.saved.values or _filled(self.draft) != _filled(self.saved)

    def change(self, field: str, draft: Draft) -> None:
        """Take up a draft in which ``field`` was changed, derived anew."""
        self._step(field, self.spec.derive(draft, field))
        self.touched.add(field)
        self.unreadable.pop(field, None)
        self.refused = tuple(problem for problem in self.refused if problem.field != field)

    def put(self, field: str, value: Value) -> None:
        """Change one field of the head."""
        self.change(field, self.draft.put_value(field, value))

    def put_cell(self, collection: str, row: int, column: str, value: Value) -> None:
        """Change one cell of a line; one past the last line begins a new one."""
        self.change(f"{collection}.{row}.{column}", self.draft.put_cell(collection, row, column, value))

    def delete_lines(self, collection: str, rows: list[int]) -> None:
        """Delete lines."""
        gone = set(rows)
        kept = [line for n, line in enumerate(self.draft.rows(collection)) if n not in gone]
        self.change(collection, self.draft.put_rows(collection, kept))
        self._forget_places(collection)

    def move_line(self, collection: str, row: int, by: int) -> None:
        """Move a line up or down."""
        lines = list(self.draft.rows(collection))
        lines.insert(row + by, lines.pop(row))
        self.change(collection, self.draft.put_rows(collection, lines))
        self._forget_places(collection)

    def paste(self, collection: str, row: int, block: list[dict[str, Value]], refs: frozenset[str]) -> None:
        """Set a block of cells in from ``row`` on, as one step.

        References come first, each with its derivation (a product brings unit and price), then the pasted
        values over them, then one derivation of the whole.
        """
        draft = self.draft
        for offset, cells in enumerate(block):
            for key in refs & cells.keys():
                draft = draft.put_cell(collection, row + offset, key, cells[key])
                draft = self.spec.derive(draft, f"{collection}.{row + offset}.{key}")
        lines = list(draft.rows(collection))
        for offset, cells in enumerate(block):
            while len(lines) <= row + offset:
                lines.append({})
            plain = {key: value for key, value in cells.items() if key not in refs}
            lines[row + offset] = {**lines[row + offset], **plain}
        self.change(collection, draft.put_rows(collection, lines))
        self.settle()

    def settle(self) -> None:
        """End the run of changes that count as one step."""
        self._run = ""

    def undo(self) -> bool:
        """Step back one draft; tell whether there was one."""
        return self._travel(self._back, self._forth)

    def redo(self) -> bool:
        """Step forth again; tell whether there was a step."""
        return self._travel(self._forth, self._back)

    def mark_saved(self, draft: Draft) -> None:
        """Take up what was read after saving; stepping back stays possible."""
        if draft.values != self.draft.values or draft.lines != self.draft.lines:
            self._step("", draft)
        self.draft = self.saved = draft
        self.settle()
        self.touched.clear()
        self.unreadable.clear()
        self.refused = ()
        self.asked_to_save = False

    def take_over(self, theirs: Draft, *, keep_mine: bool) -> None:
        """After a conflict: show their version (mine one step back), or put mine over theirs."""
        mine = self.draft
        self.saved = theirs
        self.refused = ()
        self._step("", replace(mine, version=theirs.version) if keep_mine else theirs)
        self.settle()

    def problems(self) -> dict[str, str]:
        """Answer the problems to show, by field: those of fields touched, all once saving was tried."""
        found = {name: message for name, message in self.unreadable.items() if message}
        for problem in (*self.all_problems(), *self.refused):
            shown = self.asked_to_save or problem.field in self.touched or problem in self.refused
            if shown and (self.asked_to_save or problem.message != self._missing(problem.field)):
                found.setdefault(problem.field, problem.message)
        return found

    def all_problems(self) -> list[Problem]:
        """Answer every problem that keeps the draft from being saved."""
        problems = [Problem(name, message) for name, message in self.unreadable.items() if message]
        for field in self.spec.fields():
            hidden = field.visible is not None and not field.visible(self.draft)
            if field.required and not hidden and _is_blank(self.draft.get(field.key)):
                problems.append(Problem(field.key, self._missing(field.key)))
        for lines in self.spec.lines:
            problems.extend(self._line_gaps(lines))
        problems.extend(self.spec.check(self.draft))
        return problems

    def _line_gaps(self, lines: LinesSpec) -> list[Problem]:
        return [
            Problem(f"{lines.key}.{number}.{column.key}", _missing_text(column))
            for number, line in enumerate(self.draft.rows(lines.key))
            for column in lines.columns
            if column.required and _is_blank(line.get(column.key))
        ]

    def _missing(self, name: str) -> str:
        field = next((each for each in self.spec.fields() if each.key == name), None)
        return "" if field is None else _missing_text(field)

    def _step(self, run: str, draft: Draft) -> None:
        if not run or run != self._run:
            self._back.append(self.draft)
            del self._back[:-_STEPS]
        self._forth.clear()
        self._run = run
        self.draft = draft

    def _travel(self, source: list[Draft], target: list[Draft]) -> bool:
        if not source:
            return False
        target.append(self.draft)
        # A step back never goes behind what was saved meanwhile: record and version stay those of now.
        self.draft = replace(source.pop(), id=self.draft.id, version=self.draft.version)
        self.unreadable.clear()
        self.settle()
        return True

    def _forget_places(self, collection: str) -> None:
        """Drop what was said at lines by their number, as the numbers have changed."""
        start = f"{collection}."
        self.unreadable = {name: text for name, text in self.unreadable.items() if not name.startswith(start)}
        self.refused = tuple(problem for problem in self.refused if not problem.field.startswith(start))
        self.settle()


def _missing_text(field: FieldSpec) -> str:
    return _("{field} is missing.").format(field=_(field.label))


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _filled(draft: Draft) -> Mapping[str, object]:
    """Answer the collections that hold a line; an absent one and an empty one are the same."""
    return {key: rows for key, rows in draft.lines.items() if rows}
