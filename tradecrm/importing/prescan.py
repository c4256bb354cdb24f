"""Looks over a container before any parser sees it: counted bytes, declarations, counts, hidden rows."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tradecrm.importing.limits import MEGABYTE, Limits
from tradecrm.importing.refusals import FileRefused, Reason
from tradecrm.importing.sniff import FileKind

CHUNK = 1 << 18
MAX_RATIO = 250
RATIO_FROM = 32 * MEGABYTE
MAX_ROWS = 1_048_576
_MANIFEST = "meta-inf/manifest.xml"
_OVERLAP = 400
_KEEP = 4 * MEGABYTE
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_WIDE_DECLARATIONS = tuple(
    mark.decode().encode(code) for mark in _DECLARATIONS for code in ("utf-16-le", "utf-16-be")
)
_HIDDEN_ROW = re.compile(rb'<(?:x:)?row\b[^>]{0,300}\bhidden="(?:1|true)"')
_ROW_NUMBER = re.compile(rb'\br="(\d{1,9})"')
_HIDDEN_COLUMN = re.compile(rb'<(?:x:)?col\b[^>]{0,300}\bhidden="(?:1|true)"')
_COLUMN_SPAN = re.compile(rb'\b(min|max)="(\d{1,7})"')
_COUNTS = re.compile(rb'\b(?:uniqueCount|count)="(\d+)"')
_FAR = re.compile(rb'<row\b[^>]{0,100}\br="\d{7}')
# Whole columns that were colored have a million rows without a value: the fast reader passes over them.
_VALUE = re.compile(rb"<(?:\w{1,8}:)?(?:v|is)[ >]")
_REPEATED = re.compile(rb'number-(rows|columns)-repeated="(\d+)"')
_ODS_HIDDEN = re.compile(rb'<table:table-(row|column)\b[^>]{0,400}visibility="(?:collapse|filter)"')


@dataclass(slots=True)
class SheetScan:
    """What the pre-scan saw in one sheet's part: 1-based hidden rows and columns, and flags."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    uncached_formulas: bool = False
    errors: bool = False
    sparse: bool = False


@dataclass(slots=True)
class Scan:
    """What the pre-scan counted: bytes that the parser will meet, and the sheets' parts by their path."""

    counted: int = 0
    sheets: dict[str, SheetScan] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)
    lying: bool = False
    hidden_somewhere: bool = False


def _raw_part(stream: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the unpacked bytes of a part, whatever size its header claims."""
    stream.seek(info.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise FileRefused(Reason.DAMAGED)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    stream.seek(name_length + extra_length, 1)
    left = info.compress_size
    unpacker = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = stream.read(min(CHUNK, left))
        if not packed:
            raise FileRefused(Reason.DAMAGED)
        left -= len(packed)
        if unpacker is None:
            yield packed
            continue
        while packed:
            yield unpacker.decompress(packed, CHUNK)
            packed = unpacker.unconsumed_tail
    if unpacker is not None and not unpacker.eof:
        raise FileRefused(Reason.DAMAGED)


def _check_entry(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        raise FileRefused(Reason.PASSWORD)
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise FileRefused(Reason.DAMAGED)


def _is_parsed(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def _see_sheet(window: bytes, sheet: SheetScan) -> None:
    for found in _HIDDEN_ROW.finditer(window) if b"hidden=" in window else ():
        number = _ROW_NUMBER.search(found.group())
        if number is not None:
            sheet.hidden_rows.add(int(number.group(1)))
    for found in _HIDDEN_COLUMN.finditer(window) if b"hidden=" in window else ():
        span = {key: int(value) for key, value in _COLUMN_SPAN.findall(found.group())}
        first, last = span.get(b"min", 1), span.get(b"max", 1)
        sheet.hidden_columns.update(range(first, min(last, first + 16_384) + 1))
    if b"</f></c>" in window or b"</f><v/>" in window or b"</f><v></v>" in window:
        sheet.uncached_formulas = True
    if b' t="e"' in window:
        sheet.errors = True
    if not sheet.sparse and _FAR.match(window, max(0, window.rfind(b"<row "))) and _VALUE.search(window):
        sheet.sparse = True


def _see_ods(window: bytes, scan: Scan) -> None:
    for axis, count in _REPEATED.findall(window):
        if int(count) > (MAX_ROWS if axis == b"rows" else 16_384):
            raise FileRefused(Reason.LYING_COUNTS)
    if not scan.hidden_somewhere and _ODS_HIDDEN.search(window):
        scan.hidden_somewhere = True


def _see_window(name: str, window: bytes, scan: Scan) -> None:
    if b"<!" in window and any(mark in window for mark in _DECLARATIONS):
        raise FileRefused(Reason.FORBIDDEN_XML)
    if b"<\0!" in window and any(mark in window for mark in _WIDE_DECLARATIONS):
        raise FileRefused(Reason.FORBIDDEN_XML)
    if name == _MANIFEST and b"encryption-data" in window:
        raise FileRefused(Reason.PASSWORD)
    if "worksheets/" in name:
        _see_sheet(window, scan.sheets.setdefault(name, SheetScan()))
    elif name == "content.xml":
        _see_ods(window, scan)


def _scan_part(stream: BinaryIO, info: zipfile.ZipInfo, scan: Scan, limits: Limits) -> None:
    name = info.filename.replace("\\", "/").lstrip("/").lower()
    tail, size, kept = b"", 0, bytearray()
    keep = name.endswith(("workbook.xml", "workbook.xml.rels"))
    for chunk in _raw_part(stream, info):
        if size == 0 and name.endswith("sharedstrings.xml"):
            scan.kept["counts"] = chunk[:1_000]
        size += len(chunk)
        scan.counted += len(chunk)
        if size > RATIO_FROM and size > MAX_RATIO * max(info.compress_size, 1):
            raise FileRefused(Reason.BOMB)
        if scan.counted > limits.most_bytes:
            raise FileRefused(Reason.TOO_BIG)
        _see_window(name, tail + chunk, scan)
        tail = chunk[-_OVERLAP:]
        if keep and len(kept) < _KEEP:
            kept += chunk
    if keep:
        scan.kept[name] = bytes(kept)
    if name.endswith("sharedstrings.xml"):
        claimed = [int(count) for count in _COUNTS.findall(scan.kept.pop("counts", b""))]
        scan.lying = scan.lying or any(count > max(size, MAX_ROWS * 50) for count in claimed)
    if size != info.file_size:
        raise FileRefused(Reason.DAMAGED)


def scan_zip(path: Path, limits: Limits) -> Scan:
    """Count what a zip container truly holds; ``FileRefused`` for bombs, declarations and damage."""
    scan = Scan()
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
            entries = archive.infolist()
            if len(entries) > limits.most_entries:
                raise FileRefused(Reason.BOMB)
            for info in sorted(entries, key=lambda one: one.filename.lower() != _MANIFEST):
                _check_entry(info)
                if _is_parsed(info.filename):
                    _scan_part(stream, info, scan, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, struct.error) as error:
        raise FileRefused(Reason.DAMAGED) from error
    if scan.lying:
        raise FileRefused(Reason.LYING_COUNTS)
    return scan


def scan_ole(path: Path, limits: Limits) -> Scan:
    """Compare the sector counts in the header of an old container with the size of the file."""
    size = path.stat().st_size
    if size > limits.most_bytes // 8:
        raise FileRefused(Reason.TOO_BIG)
    with path.open("rb") as stream:
        header = stream.read(512)
    if not header.startswith(b"\xd0\xcf\x11\xe0"):
        return Scan(counted=size)
    if len(header) < 512:
        raise FileRefused(Reason.DAMAGED)
    shift = struct.unpack("<H", header[30:32])[0]
    tables, _, _, _, _, small_tables, _, more_tables = struct.unpack("<8I", header[44:76])
    if shift not in {9, 12}:
        raise FileRefused(Reason.DAMAGED)
    sectors = (size >> shift) + 1
    if tables > sectors or small_tables > sectors or more_tables > sectors:
        raise FileRefused(Reason.LYING_COUNTS)
    return Scan(counted=size)


def prescan(path: Path, kind: FileKind, limits: Limits) -> Scan:
    """Look over the file at ``path`` before parsing; answers what was counted, or raises ``FileRefused``."""
    if kind in {FileKind.XLSX, FileKind.ODS}:
        return scan_zip(path, limits)
    if kind is FileKind.XLS:
        return scan_ole(path, limits)
    size = path.stat().st_size
    if size > limits.most_bytes:
        raise FileRefused(Reason.TOO_BIG)
    return Scan(counted=size)
