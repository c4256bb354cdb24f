"""The working of a form without its widgets: drafts, steps back, derivation, problems by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tradecrm.core.fields import FieldKind
from tradecrm.core.problems import Problem
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Line, Value, as_number
from tradecrm.screens.spec import FieldSpec, FormSpec, LinesSpec
from tradecrm.ui.fields.parse import excess_decimals

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
        self.typed: dict[str, str] = {}
        """What was typed into cells and could not be read, by field; it stays there to be mended."""
        self.refused: tuple[Problem, ...] = ()
        self.asked_to_save = False
        self._back: list[Draft] = []
        self._forth: list[Draft] = []
        self._run = ""

    @property
    def dirty(self) -> bool:
        """Tell whether anything differs from what was read or saved, or stands there unread."""
        if any(self.unreadable.values()):
            return True
        return _said(self.draft) != _said(self.saved) or _filled(self.draft) != _filled(self.saved)

    def change(self, field: str, draft: Draft) -> None:
        """Take up a draft in which ``field`` was changed, derived anew."""
        self._step(field, self.spec.derive(draft, field))
        self.touched.add(field)
        self.unreadable.pop(field, None)
        self.typed.pop(field, None)
        self.refused = tuple(problem for problem in self.refused if problem.field != field)

    def refuse_text(self, field: str, text: str, message: str) -> None:
        """Keep what was typed into a cell and could not be read, with the reason."""
        self.settle()
        self.unreadable[field] = message
        self.typed[field] = text

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
        count = len(self.draft.rows(collection))
        self.change(collection, self.draft.put_rows(collection, kept))
        stay = [n for n in range(count) if n not in gone]
        self._move_places(collection, {old: new for new, old in enumerate(stay)}, count)

    def move_line(self, collection: str, row: int, by: int) -> None:
        """Move a line up or down."""
        lines = list(self.draft.rows(collection))
        lines.insert(row + by, lines.pop(row))
        self.change(collection, self.draft.put_rows(collection, lines))
        order = list(range(len(lines)))
        order.insert(row + by, order.pop(row))
        self._move_places(collection, {old: new for new, old in enumerate(order)}, len(lines))

    def paste(self, collection: str, row: int, block: list[dict[str, Value]], refs: frozenset[str]) -> None:
        """Set a block of cells in from ``row`` on, as one step.

        References come first, each with its derivation (a product brings unit and price), then the pasted
        values over them, then one derivation of the whole. An empty cell beside a reference takes nothing from
        what the reference brings; elsewhere it empties the cell, as in a spreadsheet.
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
            for key in cells:
                self.unreadable.pop(f"{collection}.{row + offset}.{key}", None)
                self.typed.pop(f"{collection}.{row + offset}.{key}", None)
            named = any(cells.get(key) is not None for key in refs)
            plain = {
                key: value
                for key, value in cells.items()
                if key not in refs and not (named and value is None)
            }
            lines[row + offset] = {**lines[row + offset], **plain}
        self.change(collection, draft.put_rows(collection, lines))
        self.touched |= {
            f"{collection}.{row + offset}.{key}" for offset, cells in enumerate(block) for key in cells
        }
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
        self._forget_typing()
        self.refused = ()
        self.asked_to_save = False

    def take_over(self, theirs: Draft, *, keep_mine: bool) -> None:
        """After a conflict: show their version (mine one step back), or put mine over theirs."""
        mine = self.draft
        self.saved = theirs
        if not keep_mine:
            self._forget_typing()
        self.refused = ()
        self._step("", replace(mine, version=theirs.version) if keep_mine else theirs)
        self.settle()

    def problems(self) -> dict[str, str]:
        """Answer the problems to show, by field: those of fields touched, all once saving was tried."""
        found = {name: message for name, message in self.unreadable.items() if message}
        for problem in self._excesses():
            found.setdefault(problem.field, problem.message)
        for problem in (*self.all_problems(), *self.refused):
            shown = self.asked_to_save or problem.field in self.touched or problem in self.refused
            if not shown or not (self.asked_to_save or problem.message != self._missing(problem.field)):
                continue
            held = found.setdefault(problem.field, problem.message)
            if problem in self.refused and problem.message not in held:
                # A gate says first what is missing, then what to do: one without the other helps nobody.
                found[problem.field] = f"{held} {problem.message}"
        return found

    def all_problems(self) -> list[Problem]:
        """Answer every problem that keeps the draft from being saved."""
        problems = [Problem(name, message) for name, message in self.unreadable.items() if message]
        problems.extend(self._excesses())
        for field in self.spec.fields():
            hidden = field.visible is not None and not field.visible(self.draft)
            unread = self.unreadable.get(field.key)
            if field.required and not hidden and not unread and _is_blank(self.draft.get(field.key)):
                problems.append(Problem(field.key, self._missing(field.key)))
        for lines in self.spec.lines:
            problems.extend(self._line_gaps(lines))
        problems.extend(self.spec.check(self.draft))
        return problems

    def _line_gaps(self, lines: LinesSpec) -> list[Problem]:
        rows = self.draft.rows(lines.key)
        blank = [
            (number, column)
            for column in lines.columns
            if column.required
            for number, line in enumerate(rows)
            if _is_blank(line.get(column.key))
        ]
        return [
            Problem(f"{lines.key}.{number}.{column.key}", _missing_text(column, self.draft))
            for number, column in sorted(blank, key=lambda each: each[0])
            if not self.unreadable.get(f"{lines.key}.{number}.{column.key}")
        ]

    def _excesses(self) -> list[Problem]:
        """Answer the amounts that their currency cannot hold (domain.md section 11), however they came in."""
        found = [
            (field.key, self.draft.number(field.key), self.draft.text(field.currency_from))
            for field in self.spec.fields()
            if _is_typed_money(field)
        ]
        for lines in self.spec.lines:
            columns = [column for column in lines.columns if _is_typed_money(column)]
            for number, line in enumerate(self.draft.rows(lines.key) if columns else ()):
                for column in columns:
                    code = line_currency(self.draft, line, column)
                    name = f"{lines.key}.{number}.{column.key}"
                    found.append((name, as_number(line.get(column.key)), code))
        problems = [
            Problem(name, excess_decimals(amount, code)) for name, amount, code in found if amount is not None
        ]
        return [problem for problem in problems if problem.message]

    def _missing(self, name: str) -> str:
        field = next((each for each in self.spec.fields() if each.key == name), None)
        return "" if field is None else _missing_text(field, self.draft)

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
        self._forget_typing()
        self.settle()
        return True

    def _forget_typing(self) -> None:
        self.unreadable.clear()
        self.typed.clear()

    def _move_places(self, collection: str, places: Mapping[int, int], count: int) -> None:
        """Let what was said at lines go along with them; the empty last line stays the last."""
        if count not in places:
            places = {**places, count: len(self.draft.rows(collection))}

        def moved(name: str) -> str:
            parts = name.split(".", 2)
            if len(parts) != 3 or parts[0] != collection or not parts[1].isdigit():
                return name
            place = places.get(int(parts[1]))
            return "" if place is None else f"{collection}.{place}.{parts[2]}"

        self.unreadable = {moved(name): text for name, text in self.unreadable.items() if moved(name)}
        self.typed = {moved(name): text for name, text in self.typed.items() if moved(name)}
        self.refused = tuple(
            replace(problem, field=moved(problem.field)) for problem in self.refused if moved(problem.field)
        )
        self.settle()


def line_currency(draft: Draft, line: Line, column: FieldSpec) -> str:
    """Answer the currency of a money cell: a column of its line, or ``.key`` of the form's head."""
    key = column.currency_from
    if key.startswith("."):
        return draft.text(key[1:])
    value = line.get(key) if key else None
    return "" if value is None else str(value)


def _is_typed_money(field: FieldSpec) -> bool:
    return field.kind is FieldKind.MONEY and bool(field.currency_from) and not field.read_only


def _missing_text(field: FieldSpec, draft: Draft) -> str:
    return _("{field} is missing.").format(field=_(field.called(draft)))


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _said(draft: Draft) -> Mapping[str, object]:
    """Answer the fields that say something; one never filled in and one left empty are the same."""
    return {key: value for key, value in draft.values.items() if value is not None and value != ""}


def _filled(draft: Draft) -> Mapping[str, object]:
    """Answer the collections that hold a line; an absent one and an empty one are the same."""
    return {key: rows for key, rows in draft.lines.items() if rows}
