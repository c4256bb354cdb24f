"""Search as it is typed, key by key, by what names really begin with; answers against a scan of all texts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from sqlalchemy import select

from bench.books import opened
from bench.measure import Line, percentile, spell
from tradecrm.models import Party
from tradecrm.services.data.search import search, search_condition
from tradecrm.services.data.search_texts import all_ids, record_texts
from tradecrm.services.data.terms import matches
from tradecrm.services.work import Reader

GOAL_MS = 16
_WORDS = 150
_SCANNED = ("宁", "明华", "kern", "nb", "ningbo", "gmbh t", "8613810000", "info@")


def typed(reader: Reader, rng: Random) -> list[str]:
    """Answer what stands in the box after each key: names, Chinese names, pinyin, codes and telephones."""
    ids = rng.sample(all_ids(reader.session.connection(), "party"), _WORDS)
    texts = record_texts(reader.session.connection(), "party", ids)
    keys: list[str] = []
    for at, values in enumerate(texts.values()):
        value = values[at % len(values)]
        keys += [value[:length] for length in range(1, min(len(value), 9) + 1)]
    return [*keys, *"宁义温杭", "宁波", "明华", "灯具", "有限", "公司", "nb", "nbmh", "gong"]


def found_by_index(reader: Reader, text: str) -> set[int]:
    """Answer the customers that the search finds."""
    return set(reader.session.scalars(select(Party.id).where(search_condition("party", Party.id, text))))


def found_by_scan(reader: Reader) -> dict[str, set[int]]:
    """Answer, a text, the customers that a look at every text of every customer finds."""
    connection = reader.session.connection()
    texts = record_texts(connection, "party", all_ids(connection, "party"))
    return {text: {party for party, values in texts.items() if matches(values, text)} for text in _SCANNED}


def run(path: Path, scale: str) -> Iterator[Line]:
    """Measure the search in the book at ``path``."""
    del scale
    book = opened(path)
    while book.tend():  # as the window does when nobody has written for two seconds
        pass
    seat = book.seat()
    scanned = seat.ask(found_by_scan)
    wrong = [text for text, wanted in scanned.items() if seat.ask(found_by_index, text) != wanted]
    yield Line(
        "search answers unlike a scan", len(wrong), 0, "texts", f"of {len(scanned)}", "scan of all texts"
    )
    keys = seat.ask(typed, Random(5))
    for kinds, name in ((("party",), "customers"), (None, "the whole book")):
        times, worked = [], []
        for text in keys:
            started, before = time.perf_counter(), time.process_time()
            seat.ask(search, text) if kinds is None else seat.ask(search, text, kinds)
            times.append(time.perf_counter() - started)
            worked.append(time.process_time() - before)
        slowest = keys[max(range(len(times)), key=times.__getitem__)]
        yield Line(
            f"search in {name}, a key press, 99 of 100",
            percentile(times, 0.99) * 1000,
            GOAL_MS,
            "ms",
            f"half {spell(percentile(times, 0.5))}, most {spell(max(times))} for “{slowest}”, "
            f"processor {spell(percentile(worked, 0.5))} and {spell(percentile(worked, 0.99))}",
            f"{len(keys)} keys",
        )
    book.close()
