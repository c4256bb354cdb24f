"""The fixed list of sentences with which a file is refused: what is wrong, and what to do."""

from __future__ import annotations

import enum

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import N_, _


class Reason(enum.StrEnum):
    """Why a file is refused; the child process answers this code, the parent the sentence."""

    MISSING = "missing"
    EMPTY = "empty"
    UNKNOWN_KIND = "unknown_kind"
    PASSWORD = "password"  # noqa: S105 - the name of a reason
    BINARY_WORKBOOK = "binary_workbook"
    XML_2003 = "xml_2003"
    DAMAGED = "damaged"
    TOO_BIG = "too_big"
    BOMB = "bomb"
    FORBIDDEN_XML = "forbidden_xml"
    TOO_MUCH_MEMORY = "too_much_memory"
    TOO_SLOW = "too_slow"
    CRASHED = "crashed"
    CELL_TOO_LONG = "cell_too_long"
    ENCODING = "encoding"
    NO_SHEET = "no_sheet"
    NOT_A_TABLE = "not_a_table"
    LYING_COUNTS = "lying_counts"
    UNREADABLE = "unreadable"


SENTENCES = {
    Reason.MISSING: N_("{file} is not there. Check that it was not moved or renamed."),
    Reason.UNREADABLE: N_(
        "{file} cannot be opened. Close it in other programs and check that you may read it."
    ),
    Reason.EMPTY: N_("{file} is empty. Choose the file that holds the table."),
    Reason.UNKNOWN_KIND: N_(
        "{file} is not a spreadsheet. Save the table as xlsx, xls, ods or csv and try again."
    ),
    Reason.PASSWORD: N_(
        "{file} is protected by a password. Open it, save it without a password and try again."
    ),
    Reason.BINARY_WORKBOOK: N_("{file} is a binary workbook (xlsb). Open it, save it as xlsx and try again."),
    Reason.XML_2003: N_("{file} is an XML spreadsheet of 2003. Open it, save it as xlsx and try again."),
    Reason.DAMAGED: N_("{file} is damaged or incomplete. Open it, save it again as xlsx, or get a new copy."),
    Reason.TOO_BIG: N_("{file} is larger than can be read. Split the table over several files."),
    Reason.BOMB: N_(
        "{file} unpacks to far more than a table needs and is not opened. Copy the table into a new file."
    ),
    Reason.FORBIDDEN_XML: N_(
        "{file} holds declarations that no spreadsheet needs and is not opened. Copy the table into a new file."
    ),
    Reason.TOO_MUCH_MEMORY: N_(
        "{file} needs too much memory. Delete empty rows and columns far out, or save the table as csv."
    ),
    Reason.TOO_SLOW: N_("{file} takes too long to read. Save the table alone as csv and try again."),
    Reason.CRASHED: N_("{file} cannot be read: its inner structure is wrong. Save it again as xlsx or csv."),
    Reason.CELL_TOO_LONG: N_("{file} has a cell of more than {limit} characters. Shorten it and try again."),
    Reason.ENCODING: N_("{file} cannot be read in that encoding. Choose another one in the preview."),
    Reason.NO_SHEET: N_("{file} has no sheet of that name, or none with cells. Choose another sheet."),
    Reason.NOT_A_TABLE: N_("{file} holds no table. Save the table as xlsx or csv and try again."),
    Reason.LYING_COUNTS: N_(
        "{file} states counts that cannot be true and is not opened. Save it again as xlsx."
    ),
}
"""Every sentence a file can be refused with."""

MAX_CELL = 1_000_000
"""Characters a single cell may hold; Excel itself allows 32,767."""


class FileRefused(Exception):
    """Raised while reading, inside the child; carries the code of the reason."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


class ImportRefused(Refusal):
    """A file that was not read; ``reason`` tells which sentence of the list was given."""

    def __init__(self, reason: Reason, file: str) -> None:
        self.reason = reason
        sentence = _(SENTENCES[reason]).format(file=file, limit=f"{MAX_CELL:,}")
        super().__init__((Problem("file", sentence),))
