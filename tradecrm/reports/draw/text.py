"""A report table as CSV and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tradecrm.core.table import Table, TableRow
from tradecrm.render.csv import write_csv
from tradecrm.render.jsonout import plain, to_text, write_json
from tradecrm.reports.draw.cells import all_rows, exact_text, head_text


def to_csv(table: Table, path: Path | str) -> None:
    """Write head, rows and totals as CSV; formulas are guarded, numbers stay numbers."""

    def lines() -> Any:
        yield [head_text(column) for column in table.columns]
        for row in all_rows(table):
            yield [
                exact_text(value, column, row) for value, column in zip(row.cells, table.columns, strict=True)
            ]

    write_csv(path, lines())


def as_data(table: Table) -> dict[str, Any]:
    """Answer the table in what JSON knows: cells by column key, decimals as exact strings."""
    return {
        "key": table.key,
        "title": table.title,
        "subtitle": table.subtitle,
        "params": dict(table.params),
        "columns": [
            {"key": column.key, "title": column.title, "kind": column.kind.value, "currency": column.currency}
            for column in table.columns
        ],
        "rows": [_row_data(table, row) for row in table.rows],
        "totals": [_row_data(table, row) for row in table.totals],
        "notes": list(table.notes),
        "chart": _chart_data(table),
    }


def _row_data(table: Table, row: TableRow) -> dict[str, Any]:
    cells = {column.key: plain(value) for column, value in zip(table.columns, row.cells, strict=True)}
    return {"cells": cells, "currency": row.currency, "level": row.level, "style": row.style.value}


def _chart_data(table: Table) -> dict[str, Any] | None:
    chart = table.chart
    if chart is None:
        return None
    return {
        "kind": chart.kind.value,
        "title": chart.title,
        "unit": chart.unit,
        "categories": list(chart.categories),
        "series": [{"name": series.name, "values": plain(series.values)} for series in chart.series],
        "totals": sorted(chart.totals),
    }


def to_json(table: Table, path: Path | str) -> None:
    """Write the table as JSON, see `as_data`."""
    write_json(path, as_data(table))


def json_text(table: Table) -> str:
    """Answer the table as JSON text, for the command line."""
    return to_text(as_data(table))
