"""The proof of the books that everything else is measured on: the check, and the twins."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.books import opened
from bench.measure import Line, seconds, spell
from bench.twins import compare_twins
from tradecrm.services.data.check import Fault, check_book


def run(path: Path, scale: str) -> Iterator[Line]:
    """Check the book at ``path`` (that of scale L costs minutes) and compare 1,000 figures of the twins."""
    faults: list[Fault] = []
    book = opened(path)
    took = seconds(lambda: faults.extend(check_book(book.store.reader)))
    book.close()
    yield Line(f"faults of book {scale}", len(faults), 0, "faults", spell(took), "tradecrm check")
    with tempfile.TemporaryDirectory() as folder:
        differences = compare_twins(Path(folder))
    yield Line(
        "figures unlike those of the services", len(differences), 0, "figures", "of 1,000", "twin book"
    )
