"""CSV that Excel opens rightly: UTF-8 with its mark, and no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

_DANGEROUS = re.compile("[\\s\u200b-\u200f\u2060\ufeff]*[=+\\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(
    r" *[+\-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]{1,3})? *%? *"
)
_PHONE = re.compile(r" *\+[0-9][0-9 \-./()]{4,24}[0-9] *(?:(?:ext\.?|x) *[0-9]{1,6})?", re.IGNORECASE)


def guarded(text: str) -> str:
    """Answer ``text`` with a leading ``'`` when a spreadsheet might take it for a formula.

    Guarded are ``= + - @``, tab and line ends and their full-width forms, also after spaces; not what is a
    number (``-12.50``) or a phone (``+86 138 0013 8000``). Text that begins with ``'`` before such a sign gets
    one more, so that `unguarded` gives back exactly what was written (safekeeping.md section 2).
    """
    return "'" + text if _needs_guard(text) or _looks_guarded(text) else text


def unguarded(text: str) -> str:
    """Take off the ``'`` that `guarded` put on; every other text comes back unchanged."""
    return text[1:] if _looks_guarded(text) else text


def _needs_guard(text: str) -> bool:
    if not _DANGEROUS.match(text):
        return False
    is_number = any(char in "0123456789" for char in text) and _NUMBER.fullmatch(text)
    return not (is_number or _PHONE.fullmatch(text))


def _looks_guarded(text: str) -> bool:
    return text.startswith("'") and _needs_guard(text.lstrip("'"))


def write_csv(path: Path | str, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of text to ``path``, each cell guarded, in UTF-8 with its mark and CRLF line ends."""
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        for row in rows:
            writer.writerow([guarded(cell) for cell in row])


def read_csv(path: Path | str) -> list[list[str]]:
    """Read back what `write_csv` wrote, cell for cell."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return [[unguarded(cell) for cell in row] for row in csv.reader(file)]
