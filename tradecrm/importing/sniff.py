"""What kind of file it is, told by its content and never by its name."""

from __future__ import annotations

import enum
import re
import zipfile
from pathlib import Path

from tradecrm.importing.refusals import FileRefused, Reason


class FileKind(enum.StrEnum):
    """The kinds that are read."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    TEXT = "text"
    OFX = "ofx"
    CAMT = "camt"
    MT940 = "mt940"


BANK_KINDS = frozenset({FileKind.OFX, FileKind.CAMT, FileKind.MT940})
"""What is known only when a bank statement is asked for."""


HEAD = 65_536
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BIFF_STARTS = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"MZ",
    b"\x7fELF",
)
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_HTML = re.compile(rb"<\s*(html|table|!doctype\s+html|meta|head|body)\b", re.IGNORECASE)
_XML_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_CONTROLS = bytes(set(range(32)) - {0, 9, 10, 12, 13, 26})


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _zip_kind(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()[:20_000]}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise FileRefused(Reason.DAMAGED) from error
    if "xl/workbook.bin" in names:
        raise FileRefused(Reason.BINARY_WORKBOOK)
    if "xl/workbook.xml" in names or any(name.startswith("xl/worksheets/") for name in names):
        return FileKind.XLSX
    if "content.xml" in names:
        return FileKind.ODS
    raise FileRefused(Reason.UNKNOWN_KIND)


def _ole_kind(path: Path) -> FileKind:
    with path.open("rb") as stream:
        content = stream.read(64_000_000)
    if _utf16("EncryptedPackage") in content or _utf16("EncryptionInfo") in content:
        raise FileRefused(Reason.PASSWORD)
    if _utf16("Workbook") in content or _utf16("Book") in content:
        return FileKind.XLS
    raise FileRefused(Reason.UNKNOWN_KIND)


def looks_utf16(head: bytes) -> str | None:
    """Answer ``utf-16-le`` or ``utf-16-be`` when every second byte of unmarked text is often zero."""
    sample = head[: 4_096 & ~1]
    if len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd * 10 >= half * 3 and even * 20 < half:
        return "utf-16-le"
    if even * 10 >= half * 3 and odd * 20 < half:
        return "utf-16-be"
    return None


def _markup_kind(head: bytes) -> FileKind | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if head[:2] in _BOMS[:2] or looks_utf16(head):
        start = head.replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    if not start.startswith(b"<"):
        return None
    if _XML_2003 in start[:4_096]:
        raise FileRefused(Reason.XML_2003)
    return FileKind.HTML if _HTML.search(start) else None


def _is_text(head: bytes) -> bool:
    if head.startswith(_BOMS) or looks_utf16(head):
        return True
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls * 100 <= len(head) and head.count(0) * 10 <= len(head)


_OFX = re.compile(rb"^\s*(OFXHEADER|<\?OFX|<OFX>)|<OFX>", re.IGNORECASE)
_CAMT = re.compile(rb"camt\.05[234]|BkToCstmr(Stmt|AcctRpt)")
_MT940 = re.compile(rb"(^|[\r\n{:4])\s*:20:.{0,200}?[\r\n]+:(25|28|28C|60[FM]):", re.DOTALL)


def _bank_kind(head: bytes) -> FileKind | None:
    """Answer which exchange format of banks the head of a text shows, None for any other."""
    plain = head.replace(b"\0", b"")[:8_192]
    if _OFX.search(plain):
        return FileKind.OFX
    if plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") and _CAMT.search(plain):
        return FileKind.CAMT
    return FileKind.MT940 if _MT940.search(plain) else None


def sniff(path: Path, *, bank: bool = False) -> FileKind:
    """Answer the kind of the file at ``path``; ``FileRefused`` tells why it will not be read.

    With ``bank`` the exchange formats of banks are told from other texts.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except FileNotFoundError as error:
        raise FileRefused(Reason.MISSING) from error
    except OSError as error:
        raise FileRefused(Reason.UNREADABLE) from error
    if not head.strip(b"\0 \t\r\n"):
        raise FileRefused(Reason.EMPTY)
    if head.startswith(_ZIP):
        return _zip_kind(path)
    if head.startswith(_OLE):
        return _ole_kind(path)
    if head.startswith(_BIFF_STARTS) and len(head) > 8 and head[3] == 0:
        return FileKind.XLS
    if head.startswith(_FOREIGN):
        raise FileRefused(Reason.UNKNOWN_KIND)
    exchanged = _bank_kind(head) if bank else None
    if exchanged is not None:
        return exchanged
    markup = _markup_kind(head)
    if markup is not None:
        return markup
    if not _is_text(head):
        raise FileRefused(Reason.UNKNOWN_KIND)
    return FileKind.TEXT
