"""Reads true old workbooks (BIFF) in the child with xlrd, which needs a tenth of the memory."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

from tradecrm.importing.refusals import FileRefused, Reason
from tradecrm.importing.sink import Sink, Stopped

_FORMATTING_UP_TO = 8_000_000


def _cell_value(sheet: Any, row: int, column: int, date_mode: Any) -> Any:
    import xlrd

    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == xlrd.XL_CELL_DATE:
        try:
            moment = xlrd.xldate_as_datetime(value, date_mode)
        except (xlrd.XLDateError, ValueError, OverflowError):
            return value
        return moment.time() if 0 <= value < 1 else moment
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return None
    return value


def _flags(sheet: Any, formatted: bool) -> dict[str, Any]:
    flags: dict[str, Any] = {}
    if sheet.visibility:
        flags["hidden"] = True
    if formatted:
        flags["hidden_rows"] = sorted(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
        flags["hidden_columns"] = sorted(
            column + 1 for column, info in sheet.colinfo_map.items() if info.hidden
        )
        flags["merged"] = [
            [top, left, bottom - 1, right - 1] for top, bottom, left, right in sheet.merged_cells
        ]
    return {key: value for key, value in flags.items() if value}


def _read_sheet(book: Any, name: str, formatted: bool, sink: Sink) -> None:
    import xlrd

    sheet = book.sheet_by_name(name)
    flags = _flags(sheet, formatted)
    rows = range(sheet.nrows)
    if any(xlrd.XL_CELL_ERROR in sheet.row_types(row) for row in rows):
        flags["errors"] = True
    sink.sheet(name, **flags)
    with contextlib.suppress(Stopped):
        for row in rows:
            cells = [_cell_value(sheet, row, column, book.datemode) for column in range(sheet.row_len(row))]
            sink.row(row + 1, cells)
    book.unload_sheet(name)


def read_xls(path: Path, wanted: str | None, sink: Sink) -> None:
    """Read the sheets of an old workbook; ``FileRefused`` when it is damaged or has a password."""
    import xlrd

    formatted = path.stat().st_size <= _FORMATTING_UP_TO
    try:
        book = xlrd.open_workbook(
            str(path), logfile=io.StringIO(), on_demand=True, formatting_info=formatted, ragged_rows=True
        )
        for name in book.sheet_names():
            if wanted in {None, name}:
                _read_sheet(book, name, formatted, sink)
    except (FileRefused, MemoryError):
        raise
    except xlrd.biffh.XLRDError as error:
        locked = "encrypt" in str(error).lower() or "password" in str(error).lower()
        raise FileRefused(Reason.PASSWORD if locked else Reason.DAMAGED) from error
    except Exception as error:  # xlrd trusts the counts in the file and falls over them in many ways
        raise FileRefused(Reason.DAMAGED) from error
