"""Follows what stands in a table: each link to the table or the record that it opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.errors import NotFound
from tradecrm.core.links import Link
from tradecrm.core.table import Table
from tradecrm.core.text import _
from tradecrm.reports.registry import report_table
from tradecrm.services.figures.papers import record_name

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

REPORT = "report/"


@dataclass(frozen=True, slots=True)
class Record:
    """A record that a link opens: the page, its id, and its number or name."""

    target: str
    id: int
    name: str


def follow(reader: Reader, link: Link) -> Table | Record:
    """Answer what a link opens; raises NotFound when it leads nowhere, Refusal for a wrong parameter."""
    if link.target.startswith(REPORT):
        return report_table(reader, link.target.removeprefix(REPORT), dict(link.params))
    key = link.param("id")
    name = record_name(reader, link.target, key) if isinstance(key, int) else None
    if name is None or not isinstance(key, int):
        raise NotFound(_("{target} {id} was not found.").format(target=link.target, id=key))
    return Record(link.target, key, name)


def is_figure(value: object) -> bool:
    """Tell whether a cell holds a number that must open: an amount, a count, a share; not a date or a flag."""
    return isinstance(value, Decimal | int) and not isinstance(value, bool | date)


def links_of(table: Table) -> Iterator[Link]:
    """Yield every link of a table: cells, totals and chart."""
    for each in (*table.rows, *table.totals):
        yield from (link for link in each.links if link is not None)
    for series in () if table.chart is None else table.chart.series:
        yield from (link for link in series.links if link is not None)


def unlinked_figures(table: Table) -> list[tuple[str, object]]:
    """Answer (column, value) of each number that opens nothing."""
    return [
        (column.key, value)
        for each in (*table.rows, *table.totals)
        for index, (column, value) in enumerate(zip(table.columns, each.cells, strict=True))
        if is_figure(value) and each.link(index) is None
    ]


def walk(reader: Reader, start: Table, limit: int = 5000) -> dict[Link, Table | Record]:
    """Follow every link of a table and of all tables it leads to; answers what each opens.

    Raises what `follow` raises at the first link that leads nowhere.
    """
    found: dict[Link, Table | Record] = {}
    waiting = [start]
    while waiting and len(found) < limit:
        for link in links_of(waiting.pop()):
            if link not in found:
                found[link] = opened = follow(reader, link)
                if isinstance(opened, Table):
                    waiting.append(opened)
    return found
