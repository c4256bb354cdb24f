"""Reads the tables of web pages that are named .xls, as many programs export them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path

from tradecrm.importing.encoding import decodes, guess_encoding
from tradecrm.importing.refusals import MAX_CELL, FileRefused, Reason
from tradecrm.importing.sink import Sink, Stopped

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SILENT = ("style", "script", "title", "head")


class _TableReader(HTMLParser):
    """Hands over the rows of every table; text outside of tables is left out."""

    def __init__(self, sink: Sink) -> None:
        super().__init__(convert_charrefs=True)
        self._sink = sink
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._span = 1
        self._length = 0
        self._silent = 0
        self.number = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Open a row or a cell."""
        if tag in _SILENT:
            self._silent += 1
        elif tag == "tr":
            self.end_row()
            self._row = []
        elif tag in {"td", "th"}:
            self._end_cell()
            self._cell = []
            self._length = 0
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), 200) if span.isdecimal() else 1
        elif tag in {"br", "p"} and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a row or a cell."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in {"td", "th"}:
            self._end_cell()
        elif tag in {"tr", "table"}:
            self.end_row()

    def handle_data(self, data: str) -> None:
        """Gather the text of the open cell."""
        if self._cell is not None and not self._silent:
            self._length += len(data)
            if self._length > MAX_CELL:
                raise FileRefused(Reason.CELL_TOO_LONG)
            self._cell.append(_SPACES.sub(" ", data))

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        text = "".join(self._cell).replace("\xa0", " ").strip()
        if self._row is None:
            self._row = []
        self._row += [text, *[""] * (self._span - 1)]
        self._cell = None

    def end_row(self) -> None:
        """Hand over the open row, if any."""
        self._end_cell()
        if self._row is not None:
            self.number += 1
            row, self._row = self._row, None
            self._sink.row(self.number, row)


def _page_encoding(path: Path, wanted: str | None) -> str:
    if wanted is not None:
        return wanted
    with path.open("rb") as stream:
        head = stream.read(8_192)
    stated = _CHARSET.search(head)
    if stated is not None and not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = stated.group(1).decode("ascii").lower()
        name = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "shift_jis": "cp932"}.get(name, name)
        with suppress(LookupError):
            if decodes(path, name):
                return name
    return guess_encoding(path)[0]


def read_html(path: Path, wanted: str | None, sink: Sink) -> dict[str, str]:
    """Read the tables of a page as one sheet; answers the encoding. ``FileRefused`` when it has no table."""
    encoding = _page_encoding(path, wanted)
    sink.sheet(path.stem)
    reader = _TableReader(sink)
    try:
        with path.open(encoding=encoding, errors="replace", newline="") as stream, suppress(Stopped):
            while chunk := stream.read(1 << 18):
                reader.feed(chunk)
                if len(reader.rawdata) > 4 * MAX_CELL:
                    raise FileRefused(Reason.CELL_TOO_LONG)
            reader.close()
            reader.end_row()
    except LookupError as error:
        raise FileRefused(Reason.ENCODING) from error
    if not reader.number:
        raise FileRefused(Reason.NOT_A_TABLE)
    return {"encoding": encoding, "delimiter": ""}
