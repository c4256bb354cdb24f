"""The proof of the books that everything else is measured on: the check beside its limit, and the twins."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.measure import PROCESSOR, Line, alternate, compared
from bench.recompute import CACHE_KIB, recompute_book, recompute_money
from bench.twins import compare_twins
from tradecrm.services.data.check import Fault, check_book
from tradecrm.services.data.check_money import steps
from tradecrm.storage.engines import connect, reader_engine

ROUNDS = {"S": 5, "M": 3, "L": 1}
"""A check of the largest book takes minutes: once each."""


def run(path: Path, scale: str) -> Iterator[Line]:
    """Check the book at ``path`` in turn with SQL by hand, and compare 1,000 figures of the twins."""
    engine, raw = reader_engine(path), connect(path)
    faults: list[Fault] = []
    wrong: list[int] = []

    def check() -> None:
        faults[:] = check_book(engine)

    def check_money() -> None:
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            _with_room(
                driver, lambda: faults.extend(each for _title, step in steps() for each in step(connection))
            )

    def limit(work: Callable[[Any], int]) -> Callable[[], None]:
        return lambda: _with_room(raw, lambda: wrong.append(work(raw)))

    warm, rounds = scale != "L", ROUNDS[scale]
    mine, theirs = alternate(check_money, limit(recompute_money), rounds, warm=warm, clock=PROCESSOR)
    yield compared("what is kept of money, recomputed", 2, mine, theirs)
    mine, theirs = alternate(check, limit(recompute_book), rounds, warm=warm, clock=PROCESSOR)
    yield compared("tradecrm check of the whole book", 2, mine, theirs)
    assert not any(wrong), "the statements by hand find the book sound"
    raw.close()
    engine.dispose()
    yield Line(f"faults of book {scale}", len(faults), 0, "faults", "all rules", "tradecrm check")
    with tempfile.TemporaryDirectory() as folder:
        differences = compare_twins(Path(folder))
    yield Line(
        "figures unlike those of the services", len(differences), 0, "figures", "of 1,000", "twin book"
    )


def _with_room(connection: Any, work: Callable[[], object]) -> None:
    """Let a connection keep what a check keeps, for as long as it works."""
    (before,) = connection.execute("PRAGMA cache_size").fetchone()
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    try:
        work()
    finally:
        connection.execute(f"PRAGMA cache_size = {before}")
