"""Writes the table of docs/performance.md: ``python -m bench.table FILE...`` after ``python -m bench --json FILE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
_HEAD = "| task | scale | goal | measured | met | ours, limit | day |\n| --- | --- | --- | --- | --- | --- | --- |\n"


def row(measured: dict[str, Any], line: dict[str, Any]) -> str:
    """Answer the row of one figure."""
    unit = "×" if line["unit"] == "x" else f" {line['unit']}"
    value = f"{line['value']:.2f}" if line["unit"] == "x" else f"{line['value']:.1f}".removesuffix(".0")
    met = "yes" if line["passed"] else "**no**"
    sides = f"{line['ours']}; {line['limit']}".replace("|", "/")
    goal = f"≤ {line['goal']:g}{unit}"
    return f"| {line['task']} | {measured['scale']} | {goal} | {value}{unit} | {met} | {sides} | {measured['day']} |\n"


def kept(table: str) -> dict[tuple[str, str], str]:
    """Answer the rows that stand in the page, by scale and task."""
    rows = [line for line in table.splitlines(keepends=True) if line.startswith("| ")][2:]
    cells = ((line.split(" | "), line) for line in rows)
    return {(each[1], each[0].removeprefix("| ")): line for each, line in cells}


def main() -> None:
    """Put the rows of all files between the marks of the page, each in the place of an earlier one of its task."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    table, after = rest.split(END)
    rows = kept(table)
    for name in sys.argv[1:]:
        measured = json.loads(Path(name).read_text(encoding="utf-8"))
        for line in measured["lines"]:
            rows[measured["scale"], line["task"]] = row(measured, line)
    PAGE.write_text(f"{before}{BEGIN}\n\n{_HEAD}{''.join(rows.values())}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
