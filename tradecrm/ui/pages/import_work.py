"""What the import wizard does off the GUI thread: reads the file, plans the sheet, drafts its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tradecrm.core.progress import Progress
from tradecrm.core.text import N_, _
from tradecrm.importing.columns import import_kinds
from tradecrm.importing.plan import (
    ImportDraft,
    SheetPlan,
    best_sheet,
    draft_rows,
    plan_sheet,
    reason_text,
    refused_table,
)
from tradecrm.importing.reader import read_workbook
from tradecrm.importing.sheets import Sheet, Workbook
from tradecrm.services.data.imports import ImportResult

KINDS = (
    ("customers", N_("Customers")),
    ("products", N_("Products")),
    ("rates", N_("Rates")),
    ("accounts", N_("Bank accounts")),
    ("open_receivables", N_("What customers owed at the beginning")),
    ("open_payables", N_("What was owed to suppliers at the beginning")),
)
SUFFIXES = ("xlsx", "xlsm", "xls", "ods", "csv", "tsv", "txt", "html", "htm")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was read, and how one of its sheets will be read."""

    path: Path
    workbook: Workbook
    plan: SheetPlan


def kind_title(kind: str) -> str:
    """Answer the translated name of what is brought in."""
    return _(dict(KINDS).get(kind, kind))


def field_title(kind: str, key: str) -> str:
    """Answer the translated title of a field of a kind."""
    return _(import_kinds()[kind].field(key).title)


def usable_sheets(workbook: Workbook) -> list[Sheet]:
    """Answer the sheets with rows, hidden ones last."""
    return sorted((sheet for sheet in workbook.sheets if sheet.rows), key=lambda sheet: sheet.hidden)


def read_and_plan(path: Path, kind: str, encoding: str | None, progress: Progress) -> Opened:
    """Read a file and plan the sheet that names most columns; raises ImportRefused, or Stopped after Stop."""
    workbook = read_workbook(
        path,
        encoding=encoding,
        progress=lambda done, total: progress.tell(done, total, _("Reading the file")),
        stop=lambda: progress.stopped,
    )
    return Opened(path, workbook, plan_sheet(kind, best_sheet(kind, usable_sheets(workbook))))


def draft_of(plan: SheetPlan, progress: Progress) -> ImportDraft:
    """Make typed rows of a settled plan; raises Stopped after Stop."""
    return draft_rows(
        plan,
        progress=lambda done, total: progress.tell(done, total, _("Checking the rows")),
        stop=lambda: progress.stopped,
    )


def refusal_reasons(draft: ImportDraft, result: ImportResult | None) -> dict[int, str]:
    """Answer by row number why rows are not brought in: what the sheet says, and what the book says."""
    reasons = {row.row_number: reason_text(row) for row in draft.refused}
    if result is not None:
        reasons.update(result.reasons)
    return reasons


def save_refused(plan: SheetPlan, reasons: Mapping[int, str]) -> Callable[[Path], Path]:
    """Make the work that writes the refused rows with their reasons as xlsx."""

    def work(path: Path) -> Path:
        from tradecrm.reports.draw.excel import to_xlsx

        to_xlsx(refused_table(plan, reasons), path)
        return path

    return work
