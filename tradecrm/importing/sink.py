"""Where the readers put what they find: sheets, rows in batches, notices and progress, as frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO

from tradecrm.importing.frames import Packed, pack, write_frame
from tradecrm.importing.refusals import MAX_CELL, FileRefused, Reason

BATCH = 1_000
MAX_COLUMNS = 16_384


class Stopped(Exception):
    """As many rows as were asked for have been handed over."""


class Sink:
    """Writes frames to ``stream``; ends the reading of a sheet after ``most_rows`` rows when that is set."""

    def __init__(self, stream: BinaryIO, most_rows: int | None = None) -> None:
        self._stream = stream
        self._most = most_rows
        self._numbers: list[int] = []
        self._rows: list[list[Packed]] = []
        self._sent = 0
        self.any_cells = False

    def scanned(self, counted: int, kind: str) -> None:
        """Say how many bytes were counted, so that the parent grants the time for them."""
        write_frame(self._stream, ["scan", counted, kind])
        self._stream.flush()

    def sheet(self, name: str, **flags: Any) -> None:
        """Begin a sheet; flags such as hidden rows go with it."""
        self.flush()
        self._sent = 0
        write_frame(self._stream, ["sheet", name, flags])

    def notice(self, code: str, **values: object) -> None:
        """Hand over a notice of the fixed list."""
        write_frame(self._stream, ["notice", code, values])

    def progress(self, done: int, total: int) -> None:
        """Tell how far the reading is; the units are the reader's own."""
        write_frame(self._stream, ["progress", done, total])
        self._stream.flush()

    def row(self, number: int, cells: Iterable[Any], skip: int = 0) -> None:
        """Hand over row ``number`` (from 1), with ``skip`` empty cells before it; empty rows are left out."""
        packed = [(cell or None) if type(cell) is str else pack(cell) for cell in cells]
        while packed and packed[-1] is None:
            packed.pop()
        if not packed:
            return
        if len(packed) > MAX_COLUMNS:
            raise FileRefused(Reason.LYING_COUNTS)
        for cell in packed:
            if type(cell) is str and len(cell) > MAX_CELL:
                raise FileRefused(Reason.CELL_TOO_LONG)
        if skip:
            packed = [None] * skip + packed
        self.any_cells = True
        self._numbers.append(number)
        self._rows.append(packed)
        if len(self._rows) >= BATCH:
            self.flush()
        if self._most is not None and self._sent + len(self._rows) >= self._most:
            self.notice("truncated", count=self._most)
            raise Stopped

    def flush(self) -> None:
        """Send what has gathered."""
        if self._rows:
            write_frame(self._stream, ["rows", self._numbers, self._rows])
            self._stream.flush()
            self._sent += len(self._rows)
        self._numbers, self._rows = [], []

    def end(self, **about: Any) -> None:
        """Say that everything was read."""
        self.flush()
        write_frame(self._stream, ["end", about])
        self._stream.flush()
