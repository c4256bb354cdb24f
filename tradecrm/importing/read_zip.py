"""Reads xlsx and ods in the child: the fast reader first, the patient one where the fast one refuses."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tradecrm.importing.prescan import Scan, SheetScan
from tradecrm.importing.refusals import FileRefused, Reason
from tradecrm.importing.sink import Sink, Stopped
from tradecrm.importing.sniff import FileKind

_MOST_HIDDEN = 200_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a reader: the file, one sheet's name or None for all, and the patient reader or not."""

    path: Path
    kind: FileKind
    sheet: str | None = None
    patient: bool = False


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def sheet_parts(scan: Scan) -> dict[str, SheetScan]:
    """Answer what was seen in each sheet by the sheet's name, from the kept parts of the workbook."""
    from defusedxml import ElementTree

    book = next((part for name, part in scan.kept.items() if name.endswith("workbook.xml")), b"")
    links = next((part for name, part in scan.kept.items() if name.endswith("workbook.xml.rels")), b"")
    targets: dict[str, str] = {}
    found: dict[str, SheetScan] = {}
    with contextlib.suppress(Exception):  # names of sheets only serve the notices
        for element in ElementTree.fromstring(links):
            targets[element.get("Id", "")] = element.get("Target", "").rpartition("/")[2].lower()
        seen = {name.rpartition("/")[2]: sheet for name, sheet in scan.sheets.items()}
        for element in ElementTree.fromstring(book).iter():
            if _local(element.tag) == "sheet":
                key = next((value for name, value in element.items() if _local(name) == "id"), "")
                if targets.get(key) in seen:
                    found[element.get("name", "")] = seen[targets[key]]
    return found


def _flags(seen: SheetScan | None, hidden: bool, merged: list[Any]) -> dict[str, Any]:
    flags: dict[str, Any] = {}
    if hidden:
        flags["hidden"] = True
    if merged:
        flags["merged"] = merged[:5_000]
    if seen is not None:
        flags["hidden_rows"] = sorted(seen.hidden_rows)[:_MOST_HIDDEN]
        flags["hidden_columns"] = sorted(seen.hidden_columns)[:16_384]
        flags["uncached"] = seen.uncached_formulas
        flags["errors"] = seen.errors
    return {key: value for key, value in flags.items() if value}


def read_fast(wanted: Wanted, scan: Scan, sink: Sink) -> None:
    """Read with calamine; may end the whole process on hostile files, which is why it runs in the child."""
    from python_calamine import CalamineError, PasswordError

    try:
        with wanted.path.open("rb") as stream:  # not by path: a path is judged by its ending
            _fast_book(stream, wanted, scan, sink)
    except PasswordError as error:
        raise FileRefused(Reason.PASSWORD) from error
    except CalamineError as error:
        raise FileRefused(Reason.DAMAGED) from error


def _fast_book(stream: BinaryIO, wanted: Wanted, scan: Scan, sink: Sink) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(stream)
    parts = sheet_parts(scan)
    for number, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet or wanted.sheet not in {None, about.name}:
            continue
        sheet = book.get_sheet_by_index(number)
        hidden = about.visible != SheetVisibleEnum.Visible
        merged = [[*first, *last] for first, last in (sheet.merged_cell_ranges or ())]
        sink.sheet(about.name, **_flags(parts.get(about.name), hidden, merged))
        _fast_rows(sheet, sink)


def _fast_rows(sheet: Any, sink: Sink) -> None:
    start = sheet.start
    if start is None:
        return
    total = sheet.total_height
    with contextlib.suppress(Stopped):
        for number, row in enumerate(sheet.iter_rows(), start=1):
            sink.row(number, row, start[1])
            if number % 20_000 == 0:
                sink.progress(number, total)


def read_patient(wanted: Wanted, scan: Scan, sink: Sink) -> None:
    """Read xlsx row by row with openpyxl, which holds no grid; stated dimensions are not believed."""
    import warnings

    warnings.simplefilter("ignore")
    try:
        with wanted.path.open("rb") as stream:
            _patient_book(stream, wanted, scan, sink)
    except (FileRefused, MemoryError):
        raise
    except Exception as error:  # openpyxl raises whatever its parts raise
        raise FileRefused(Reason.DAMAGED) from error


def _patient_book(stream: BinaryIO, wanted: Wanted, scan: Scan, sink: Sink) -> None:
    from openpyxl import load_workbook

    book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    parts = sheet_parts(scan)
    for sheet in book.worksheets:
        if wanted.sheet not in {None, sheet.title}:
            continue
        sheet.reset_dimensions()
        sink.sheet(sheet.title, **_flags(parts.get(sheet.title), sheet.sheet_state != "visible", []))
        with contextlib.suppress(Stopped):
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                if row:
                    sink.row(number, row)
    book.close()


def read_container(wanted: Wanted, scan: Scan, sink: Sink) -> None:
    """Read an xlsx or ods file; sparse sheets and a second try go to the patient reader."""
    sparse = any(sheet.sparse for sheet in scan.sheets.values())
    if wanted.kind is FileKind.XLSX and (wanted.patient or sparse):
        sink.notice("slow_reader")
        read_patient(wanted, scan, sink)
        return
    if wanted.kind is FileKind.ODS and wanted.patient:
        from tradecrm.importing.read_ods import read_ods

        sink.notice("slow_reader")
        read_ods(wanted.path, wanted.sheet, sink)
        return
    read_fast(wanted, scan, sink)
