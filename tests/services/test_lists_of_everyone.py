"""Every list answers everyone: counted, summed, sorted by each column and searched, by someone who sees little."""

from __future__ import annotations

import importlib

from tests.meta.sources import ROOT, python_files
from tests.services.conftest import Seats
from tradecrm.core.listing import SortKey
from tradecrm.services.data.lists import (
    ListRequest,
    ListSource,
    count_and_sums,
    fetch_window,
    visible_columns,
)


def sources() -> list[ListSource]:
    """Answer every source of a list that a module of the services declares."""
    found: dict[int, ListSource] = {}
    for path in python_files("tradecrm/services"):
        if "ListSource(" not in path.read_text(encoding="utf-8"):
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, ListSource):
                found[id(value)] = value
    return list(found.values())


def test_every_list_is_counted_sorted_and_searched(seats: Seats) -> None:
    """A join to an alias keeps the row rules of the class, whoever asks."""
    every = sources()
    assert len(every) > 30
    for source in every:
        columns = seats.sales.ask(visible_columns, source)
        request = ListRequest(search="x", sort=tuple(SortKey(column.key) for column in columns))
        assert seats.sales.ask(count_and_sums, source, ListRequest()).count >= 0
        assert seats.sales.ask(count_and_sums, source, request).count == 0, source.key
        assert seats.sales.ask(fetch_window, source, request).ids == (), source.key
