"""Reads ods row by row in the child, holding no grid: repeated empty cells cost nothing, filled ones are counted."""

from __future__ import annotations

import contextlib
import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tradecrm.importing.refusals import FileRefused, Reason
from tradecrm.importing.sink import MAX_COLUMNS, Sink, Stopped

_MOST_FILLED = 500_000
"""Filled cells that repetition may make of others in a whole file; no table that people keep comes near it."""
_CELLS = frozenset({"table-cell", "covered-table-cell"})


class _Filled:
    """Counts the cells that repetition makes; a small file must not become a large table."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, cells: int) -> None:
        """Count cells; raises ``FileRefused`` beyond what is believed."""
        self.count += cells
        if self.count > _MOST_FILLED:
            raise FileRefused(Reason.BOMB)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.items() if _local(key) == name), "")


def _times(element: Any, axis: str) -> int:
    told = _attribute(element, f"number-{axis}-repeated")
    return max(1, int(told)) if told.isdecimal() else 1


def _text(element: Any) -> str:
    """Answer the text of a paragraph; spaces and line ends have elements of their own, remarks are left out."""
    parts = [element.text or ""]
    for child in element:
        name = _local(child.tag)
        if name == "s":
            told = _attribute(child, "c")
            parts.append(" " * min(int(told) if told.isdecimal() else 1, 1_000))
        elif name in {"tab", "line-break"}:
            parts.append("\t" if name == "tab" else "\n")
        elif name not in {"annotation", "note"}:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _value(cell: Any) -> str | float | bool | dt.date | None:
    """Answer what a cell holds; None for an empty one and for an empty text."""
    kind, found = _attribute(cell, "value-type"), _attribute(cell, "value")
    with contextlib.suppress(ValueError):
        if kind in {"float", "currency", "percentage"} and found:
            return float(found)
        if kind == "boolean":
            return _attribute(cell, "boolean-value") == "true"
        if kind == "date":
            told = _attribute(cell, "date-value")
            return dt.datetime.fromisoformat(told) if "T" in told else dt.date.fromisoformat(told)
    lines = [_text(part) for part in cell if _local(part.tag) == "p"]
    return "\n".join(lines) or _attribute(cell, "string-value") or None


def _row(element: Any, filled: _Filled) -> list[Any]:
    """Answer the cells of a row up to the last filled one."""
    cells: list[Any] = []
    empty = 0
    for cell in element:
        if _local(cell.tag) not in _CELLS:
            continue
        times, value = _times(cell, "columns"), _value(cell)
        if value is None:
            empty += times
            continue
        if len(cells) + empty + times > MAX_COLUMNS:
            raise FileRefused(Reason.LYING_COUNTS)
        filled.add(times - 1)
        cells += [None] * empty + [value] * times
        empty = 0
    return cells


class _Rows:
    """Hands the rows of one sheet over as they come."""

    def __init__(self, sink: Sink, filled: _Filled) -> None:
        self._sink = sink
        self._filled = filled
        self._number = 0

    def take(self, element: Any) -> None:
        """Hand over a row as often as it is repeated; an empty one only moves the number of the next."""
        times, cells = _times(element, "rows"), _row(element, self._filled)
        if cells:
            self._filled.add((times - 1) * len(cells))
            for place in range(1, times + 1):
                self._sink.row(self._number + place, cells)
        self._number += times


def _hidden_styles(element: Any) -> Iterator[str]:
    if _local(element.tag) == "style" and any(_attribute(part, "display") == "false" for part in element):
        yield _attribute(element, "name")


def read_ods(path: Path, wanted: str | None, sink: Sink) -> None:
    """Read the sheets of an ods file, or the one named ``wanted``; ``FileRefused`` for bombs and damage."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
            _read(stream, wanted, sink)
    except (FileRefused, MemoryError):
        raise
    except Exception as error:  # the parsers raise whatever their parts raise
        raise FileRefused(Reason.DAMAGED) from error


def _read(stream: Any, wanted: str | None, sink: Sink) -> None:
    from defusedxml import ElementTree

    filled = _Filled()
    hidden: set[str] = set()
    rows: _Rows | None = None
    depth = 0
    for event, element in ElementTree.iterparse(stream, events=("start", "end")):
        name = _local(element.tag)
        if name == "table":
            depth += 1 if event == "start" else -1
        if event == "start":
            if name == "table" and depth == 1:
                title, style = _attribute(element, "name"), _attribute(element, "style-name")
                rows = _Rows(sink, filled) if wanted in {None, title} else None
                if rows is not None:
                    sink.sheet(title, **({"hidden": True} if style in hidden else {}))
            continue
        hidden.update(_hidden_styles(element))
        if name == "table-row" and depth == 1:
            try:
                if rows is not None:
                    rows.take(element)
            except Stopped:
                rows = None
            element.clear()
        elif name == "table":
            element.clear()
