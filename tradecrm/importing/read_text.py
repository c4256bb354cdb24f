"""Reads text tables (csv, tsv) in the child: encoding and separator guessed, every cell as exact text."""

from __future__ import annotations

import contextlib
import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tradecrm.importing.encoding import decodes, guess_encoding
from tradecrm.importing.refusals import MAX_CELL, FileRefused, Reason
from tradecrm.importing.sink import Sink, Stopped

DELIMITERS = (",", ";", "\t", "|", "，", "；")
_ESCAPED = re.compile(r"^'(?=\s*[=+\-@\t\r\n＝＋－＠])")
_SEPARATOR_LINE = re.compile(r"^\ufeff?sep=(.)\s*$", re.IGNORECASE)
_MANY_LINES = 40


@dataclass(slots=True)
class _Seen:
    """What went by while reading: characters that could not be decoded, and zero characters."""

    bad: int = 0
    nul: bool = False


def guess_delimiter(lines: list[str]) -> str:
    """Answer the separator that splits the most lines into the same number of cells, at least two.

    Title and sum lines of one cell count against none of them: a short statement may have more of them than rows.
    """
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        with contextlib.suppress(csv.Error):
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
            wide = [width for width in widths if width > 1]
            if not wide:
                continue
            width, hits = Counter(wide).most_common(1)[0]
            score = (hits + len(wide)) / (2 * len(widths)) * min(width, 12) ** 0.25
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _lines(path: Path, encoding: str, seen: _Seen, errors: str) -> Iterator[str]:
    with path.open(encoding=encoding, errors=errors, newline="") as stream:
        while True:
            line = stream.readline(4 * MAX_CELL)
            if not line:
                return
            if len(line) >= 4 * MAX_CELL:
                raise FileRefused(Reason.CELL_TOO_LONG)
            if "\0" in line:
                seen.nul = True
                line = line.replace("\0", "")
            if errors == "replace":
                seen.bad += line.count("\ufffd")
            yield line


def _unescape(cell: str) -> str:
    """Take off the apostrophe that our own csv puts before what a sheet would take for a formula."""
    return _ESCAPED.sub("", cell) if cell.startswith("'") else cell


def _column_name(number: int) -> str:
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _warn_long(row: list[str], number: int, sink: Sink) -> None:
    for column, cell in enumerate(row, start=1):
        lines = cell.count("\n")
        if lines > _MANY_LINES:
            sink.notice("long_cell", cell=f"{_column_name(column)}{number}", count=lines)


def _choose_encoding(path: Path, wanted: str | None, sink: Sink) -> tuple[str, str]:
    if wanted is not None:
        try:
            whole = decodes(path, wanted)
        except LookupError as error:
            raise FileRefused(Reason.ENCODING) from error
        return wanted, "strict" if whole else "replace"
    encoding, guessed, whole = guess_encoding(path)
    if guessed:
        sink.notice("guessed_encoding")
    return encoding, "strict" if whole else "replace"


def read_text(path: Path, wanted: str | None, sink: Sink) -> dict[str, str]:
    """Read a text table as one sheet; answers its encoding and separator. ``FileRefused`` when it is none."""
    encoding, errors = _choose_encoding(path, wanted, sink)
    seen = _Seen()
    csv.field_size_limit(MAX_CELL)
    lines = _lines(path, encoding, seen, errors)
    head = list(itertools.islice(lines, 60))
    if head and head[0].startswith("\ufeff"):
        head[0] = head[0][1:]
    stated = _SEPARATOR_LINE.match(head[0]) if head else None
    delimiter = stated.group(1) if stated else guess_delimiter(head)
    sink.sheet(path.stem)
    try:
        rows = csv.reader(itertools.chain(head[1:] if stated else head, lines), delimiter=delimiter)
        with contextlib.suppress(Stopped):
            for number, row in enumerate(rows, start=2 if stated else 1):
                _warn_long(row, number, sink)
                sink.row(number, [_unescape(cell.strip(" \r")) for cell in row])
    except csv.Error as error:
        raise FileRefused(Reason.CELL_TOO_LONG if "limit" in str(error) else Reason.DAMAGED) from error
    if seen.nul:
        sink.notice("nul")
    if seen.bad:
        sink.notice("bad_characters", count=seen.bad)
    return {"encoding": encoding, "delimiter": delimiter}
