"""The frozen draft that a form edits: undo steps back through drafts, derivations answer new ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType


def _frozen(values: Mapping[str, object]) -> Mapping[str, object]:
    return values if isinstance(values, MappingProxyType) else MappingProxyType(dict(values))


@dataclass(frozen=True, slots=True)
class Ref:
    """A chosen record: its id, the code and label shown, a second line, and what filling in needs.

    ``extra`` carries values a derivation copies into the draft (unit, price, description), so that
    picking a product costs no further query. Two references are equal when they name the same record.
    """

    id: int | str
    label: str = field(compare=False)
    code: str = field(default="", compare=False)
    detail: str = field(default="", compare=False)
    extra: Mapping[str, object] = field(default_factory=dict, compare=False, hash=False)

    def __str__(self) -> str:
        return self.label if not self.code or self.code == self.label else f"{self.code}  {self.label}"


Value = str | int | Decimal | date | datetime | bool | Ref | None
"""One value of a draft; percentages are fractions, money is Decimal in the currency the field names."""

Line = Mapping[str, Value]
"""One line of a document: values by column key; keys that no column shows are kept."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form holds: field values, lines by collection, and the record it was read from.

    ``id`` is None for a new record; ``version`` is the row version that was read and goes into the command,
    so that a change by someone else in between is refused (``core.errors.Conflict``).
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    lines: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    id: int | None = None
    version: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _frozen(self.values))
        object.__setattr__(self, "lines", _frozen(self.lines))

    def get(self, key: str) -> Value:
        """Answer a field's value, None when nothing was typed."""
        return self.values.get(key)

    def text(self, key: str) -> str:
        """Answer a text field's value, an empty string when nothing was typed."""
        value = self.values.get(key)
        return "" if value is None else str(value)

    def number(self, key: str) -> Decimal | None:
        """Answer a numeric field's value, None when nothing was typed."""
        return as_number(self.values.get(key))

    def day(self, key: str) -> date | None:
        """Answer a date field's value, None when nothing was typed."""
        value = self.values.get(key)
        return value if isinstance(value, date) else None

    def flag(self, key: str) -> bool:
        """Tell whether a yes/no field is set."""
        return bool(self.values.get(key))

    def ref(self, key: str) -> Ref | None:
        """Answer the chosen record of a reference field, None when nothing is chosen."""
        value = self.values.get(key)
        return value if isinstance(value, Ref) else None

    def ref_id(self, key: str) -> int | None:
        """Answer the number of the chosen record, None when nothing is chosen."""
        value = self.ref(key)
        return int(value.id) if value is not None else None

    def rows(self, collection: str = "lines") -> tuple[Line, ...]:
        """Answer the lines of one collection, the empty last line not among them."""
        return self.lines.get(collection, ())

    def put(self, **values: Value) -> Draft:
        """Answer a draft with some fields changed."""
        return replace(self, values={**self.values, **values})

    def put_value(self, key: str, value: Value) -> Draft:
        """Answer a draft with one field changed."""
        return replace(self, values={**self.values, key: value})

    def put_rows(self, collection: str, rows: Iterable[Line]) -> Draft:
        """Answer a draft with all lines of one collection replaced."""
        return replace(self, lines={**self.lines, collection: tuple(_line(row) for row in rows)})

    def put_cell(self, collection: str, index: int, key: str, value: Value) -> Draft:
        """Answer a draft with one cell changed; one past the last line begins a new line."""
        rows = list(self.rows(collection))
        while len(rows) <= index:
            rows.append({})
        rows[index] = with_cells(rows[index], **{key: value})
        return self.put_rows(collection, rows)


class Remembering:
    """Derives drafts; the same change of the same draft again, as when a cell is left, is known from before."""

    def __init__(self, derive: Callable[[Draft, str], Draft]) -> None:
        self._derive = derive
        self._last: tuple[str, Draft, Draft] | None = None

    def __call__(self, draft: Draft, changed: str) -> Draft:
        """Answer the draft with what follows from the field that changed."""
        last = self._last
        if last is None or last[0] != changed or last[1] != draft:
            last = self._last = (changed, draft, self._derive(draft, changed))
        return last[2]


def with_cells(line: Line, **cells: Value) -> Line:
    """Answer a line with some cells changed."""
    # A mapping is copied key by key where it is unpacked, the proxied dictionary at once.
    fresh = line.copy() if isinstance(line, MappingProxyType) else dict(line)
    fresh.update(cells)
    return MappingProxyType(fresh)


def _line(row: Line) -> Line:
    return row if isinstance(row, MappingProxyType) else MappingProxyType(dict(row))


def as_number(value: object) -> Decimal | None:
    """Answer a value as an exact number, None when it is none."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return None
