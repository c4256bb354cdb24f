"""What was read from a file: sheets of rows whose cells know their place."""

from __future__ import annotations

from dataclasses import dataclass, field

from tradecrm.importing.frames import CellValue


def column_letters(column: int) -> str:
    """Answer the letters of a column counted from 0: ``A``, ``Z``, ``AA``."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_name(sheet: str, row: int, column: int) -> str:
    """Answer ``Sheet1!B7`` for a row counted from 1, as sheets show it, and a column counted from 0."""
    return f"{sheet}!{column_letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class Area:
    """A merged area; rows from 1, columns from 0, both ends included. Its value stands in the first cell."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One sheet: rows that hold anything, each with its number (from 1) in ``numbers``; hidden ones too."""

    name: str
    rows: list[list[CellValue]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()

    @property
    def width(self) -> int:
        """Answer the number of columns of the widest row."""
        return max(map(len, self.rows), default=0)

    def cell(self, index: int, column: int) -> CellValue:
        """Answer the value in the row at ``index`` of ``rows`` and ``column`` from 0; None beyond its end."""
        row = self.rows[index]
        return row[column] if column < len(row) else None

    def place(self, index: int, column: int) -> str:
        """Answer where that cell stands, such as ``Sheet1!B7``."""
        return cell_name(self.name, self.numbers[index], column)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that was read: its sheets, what kind it is, and of a text its encoding and separator.

    ``warnings`` are sentences in the interface language about what was noticed.
    """

    sheets: tuple[Sheet, ...]
    kind: str
    encoding: str = ""
    delimiter: str = ""
    warnings: tuple[str, ...] = ()
