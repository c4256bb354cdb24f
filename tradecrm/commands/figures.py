"""Commands that answer figures: report, reports."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tradecrm.commands.run import Run, open_book_of, write_line
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _, current_language

if TYPE_CHECKING:
    from tradecrm.core.table import Table
    from tradecrm.services.work import Reader

FORMATS = ("table", "json", "csv", "xlsx", "pdf")


def read_pairs(texts: Sequence[str]) -> dict[str, object]:
    """Read ``key=value`` parameters; raises Refusal for another form."""
    found: dict[str, object] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise Refusal.of(_("Write a parameter as name=value."), f"--param {text}")
        found[key.strip().replace("-", "_")] = value.strip()
    return found


def report(run: Run, name: str, given: dict[str, object], form: str, out: Path | None) -> None:
    """Run a report and answer it as a table, JSON, CSV, Excel or PDF."""
    from tradecrm.reports.registry import find_report

    form = _form(run, form, out)
    spec = find_report(name)
    # What is read by programs is whole; a terminal gets the first page.
    if form != "table" and "limit" not in given and any(param.key == "limit" for param in spec.params):
        given = {**given, "limit": 0}
    with open_book_of(run) as book:
        table = book.seat().ask(spec.table, given)
    if out is not None:
        save_table(table, out, form)
        run.answer(
            {"ok": True, "file": str(out), "rows": len(table.rows)},
            [_("Written: {path}").format(path=out)],
        )
    else:
        _show(table, form)


def _form(run: Run, form: str, out: Path | None) -> str:
    """Answer the form: the one named, else by the file's ending, else JSON for programs or a table for people."""
    if not form and out is not None:
        form = out.suffix.removeprefix(".").casefold()
        form = "table" if form in {"", "txt"} else form
    form = form or ("json" if run.as_json else "table")
    if form not in FORMATS:
        raise Refusal.of(_("The format is one of {formats}.").format(formats=", ".join(FORMATS)), "format")
    if form in {"csv", "xlsx", "pdf"} and out is None:
        raise Refusal.of(_("Name the file to write with --out."), "out")
    return form


def _show(table: Table, form: str) -> None:
    if form == "json":
        from tradecrm.reports.draw.text import json_text

        write_line(sys.stdout, json_text(table))
        return
    from tradecrm.commands.lines import table_lines

    for line in table_lines(table):
        write_line(sys.stdout, line)


def save_table(table: Table, out: Path, form: str) -> None:
    """Write a table to a file in one of the forms."""
    from tradecrm.reports.draw.text import to_csv, to_json

    if form == "xlsx":
        from tradecrm.reports.draw.excel import to_xlsx

        to_xlsx(table, out)
    elif form == "pdf":
        from tradecrm.reports.draw.pdf import to_pdf

        to_pdf(table, out, current_language())
    elif form == "csv":
        to_csv(table, out)
    elif form == "json":
        to_json(table, out)
    else:
        from tradecrm.commands.lines import table_lines

        out.write_text("\n".join(table_lines(table)) + "\n", encoding="utf-8")


def journal(run: Run, out: Path, first: str, last: str) -> None:
    """Write the accountant's journal of a period, the form by the file's ending; plain text is of the whole book."""
    from tradecrm.reports.registry import find_report

    form = out.suffix.removeprefix(".").casefold()
    given: dict[str, object] = {"limit": 0, **{k: v for k, v in (("first", first), ("last", last)) if v}}
    if form not in {"xlsx", "csv", "beancount"}:
        raise Refusal.of(_("A journal is written as .xlsx, .csv or .beancount."), "file")
    with open_book_of(run) as book:
        seat = book.seat()
        if form == "beancount":
            from tradecrm.reports.journal_text import write_journal

            rows = seat.ask(lambda reader: write_journal(reader, _last_day(reader, last), out))
        else:
            table = seat.ask(find_report("journal").table, given)
            save_table(table, out, form)
            rows = len(table.rows)
    run.answer({"ok": True, "file": str(out), "rows": rows}, [_("Written: {path}").format(path=out)])


def _last_day(reader: Reader, last: str) -> date:
    """Answer the last day of a journal, today where none is named."""
    from tradecrm.reports.params import LAST, read_params

    return read_params(reader, (LAST,), {"last": last}).day("last")


def reports(run: Run) -> None:
    """List the reports with their parameters."""
    from tradecrm.reports.registry import REPORTS

    listed = [
        {
            "key": spec.key,
            "title": _(spec.title),
            "main": spec.main,
            "params": [
                {
                    "key": param.key,
                    "title": _(param.title),
                    "kind": param.kind.value,
                    "required": param.required,
                    "choices": [value for value, _title in param.choices if value],
                }
                for param in spec.params
            ],
        }
        for spec in REPORTS
    ]
    lines = [
        f"{spec.key:<18} {_(spec.title)} ({', '.join(param.key for param in spec.params)})"
        for spec in REPORTS
    ]
    run.answer({"ok": True, "reports": listed}, lines)
