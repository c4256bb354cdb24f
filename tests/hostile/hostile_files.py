"""Builders of hostile and damaged spreadsheets, made at run time so that none is kept in the repository."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
import xlwt

Builder = Callable[[Path], None]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CONTENT_TYPES = (
    f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
WORKBOOK_RELS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


def inline(reference: str, text: str) -> str:
    """Answer a cell that holds its text itself."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet_xml(rows: str, dimension: str = "") -> str:
    """Answer a sheet's part around rows."""
    stated = f'<dimension ref="{dimension}"/>' if dimension else ""
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}">{stated}<sheetData>{rows}</sheetData></worksheet>'
    )


GOOD_ROWS = (
    f'<row r="1">{inline("A1", "Company Name")}{inline("B1", "Country")}</row>'
    f'<row r="2">{inline("A2", "Kern GmbH")}{inline("B2", "Germany")}</row>'
    f'<row r="3">{inline("A3", "Åberg AB")}{inline("B3", "Sweden")}</row>'
)


def write_xlsx(path: Path, sheet: str | bytes, **changed: str | bytes) -> None:
    """Write a minimal workbook; ``changed`` replaces or adds parts (``workbook``, ``types``, or any path)."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": changed.pop("types", CONTENT_TYPES),
        "_rels/.rels": RELS,
        "xl/workbook.xml": changed.pop("workbook", WORKBOOK),
        "xl/_rels/workbook.xml.rels": WORKBOOK_RELS,
        "xl/sharedStrings.xml": changed.pop("strings", f'<sst xmlns="{_MAIN}"/>'),
        "xl/worksheets/sheet1.xml": sheet,
    }
    parts.update(changed)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def zip_bomb(path: Path) -> None:
    rows = GOOD_ROWS + f'<row r="4">{inline("A4", " " * 60_000_000)}</row>'
    write_xlsx(path, sheet_xml(rows))


def lying_dimension_small(path: Path) -> None:
    """State one row while there are three: a believing reader loses the others."""
    write_xlsx(path, sheet_xml(GOOD_ROWS, "A1:A1"))


def lying_dimension_huge(path: Path) -> None:
    write_xlsx(path, sheet_xml(GOOD_ROWS, "A1:XFD1048576"))


def absurd_dimension(path: Path) -> None:
    write_xlsx(path, sheet_xml(GOOD_ROWS, "A1:ZZZZZZZ99999999999999"))


def far_cell(path: Path) -> None:
    write_xlsx(path, sheet_xml(f'{GOOD_ROWS}<row r="1048576">{inline("XFD1048576", "far")}</row>'))


def wide_and_long(path: Path) -> None:
    """Spread few cells over a grid too large to hold, without seven-digit rows to warn of it."""
    rows = "".join(f'<row r="{row}">{inline(f"XFD{row}", "x")}</row>' for row in (500_000, 900_000))
    write_xlsx(path, sheet_xml(GOOD_ROWS + rows))


def beyond_columns(path: Path) -> None:
    write_xlsx(path, sheet_xml(f'{GOOD_ROWS}<row r="99999999999">{inline("ZZZZZZ99999999999", "far")}</row>'))


def billion_laughs(path: Path) -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10)
    )
    sheet = sheet_xml(f'<row r="1">{inline("A1", "&a9;")}</row>').replace(
        "<worksheet", f"<!DOCTYPE worksheet [{entities}]><worksheet", 1
    )
    write_xlsx(path, sheet)


def external_entity(path: Path) -> None:
    sheet = sheet_xml(f'<row r="1">{inline("A1", "&x;")}</row>').replace(
        "<worksheet", '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet', 1
    )
    write_xlsx(path, sheet)


def utf16_declaration(path: Path) -> None:
    text = sheet_xml(GOOD_ROWS).replace(
        '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w>'
    )
    write_xlsx(path, text.encode("utf-16"))


def truncated_zip(path: Path) -> None:
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(500):
            sheet.write_row(row, 0, ["Kern", "Germany", row])
    content = whole.getvalue()
    path.write_bytes(content[: len(content) * 2 // 3])


def damaged_middle(path: Path) -> None:
    write_xlsx(path, sheet_xml(GOOD_ROWS * 200))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = bytes(40)
    path.write_bytes(bytes(content))


def external_links(path: Path) -> None:
    link = f'<externalLink xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><externalBook r:id="rId1"/></externalLink>'
    target = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/externalLinkPath" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    parts = {
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/_rels/externalLink1.xml.rels": target,
    }
    write_xlsx(path, sheet_xml(GOOD_ROWS), **parts)


def wrong_content_types(path: Path) -> None:
    write_xlsx(path, sheet_xml(GOOD_ROWS), types="<Types xmlns='nonsense'><Override/></Types>")


def absurd_string_count(path: Path) -> None:
    strings = f'<sst xmlns="{_MAIN}" count="4000000000" uniqueCount="4000000000"><si><t>x</t></si></sst>'
    write_xlsx(path, sheet_xml(GOOD_ROWS), strings=strings)


def missing_string(path: Path) -> None:
    write_xlsx(path, sheet_xml(f'{GOOD_ROWS}<row r="4"><c r="A4" t="s"><v>99999999</v></c></row>'))


def deep_nesting(path: Path) -> None:
    write_xlsx(path, sheet_xml("<a>" * 200_000 + "</a>" * 200_000))


def broken_xml(path: Path) -> None:
    write_xlsx(path, sheet_xml(GOOD_ROWS)[:-60])


def no_sheets(path: Path) -> None:
    write_xlsx(path, sheet_xml(""))


def many_entries(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", WORKBOOK)
        for number in range(12_000):
            archive.writestr(f"xl/media/{number}", "")


def wild_columns(path: Path) -> None:
    """State ranges of styled columns beyond any sheet, over which patient readers have hung."""
    columns = '<cols><col min="1" max="2147483647" hidden="1"/></cols>'
    write_xlsx(path, sheet_xml(GOOD_ROWS).replace("<sheetData>", f"{columns}<sheetData>"))


def encrypted(path: Path) -> None:
    """Write the old container in which Excel keeps a workbook with a password."""
    name = "EncryptedPackage".encode("utf-16-le")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    path.write_bytes(header + bytes(512) + name + bytes(64))


def html_as_xls(path: Path) -> None:
    path.write_text(
        "<html><head><meta charset='utf-8'><style>td{color:red}</style></head><body><table>"
        "<tr><th>Company Name</th><th>Country</th></tr><tr><td>Kern &amp; Söhne</td><td>Germany</td></tr>"
        "</table></body></html>",
        encoding="utf-8",
    )


def utf16_as_xls(path: Path) -> None:
    path.write_text("公司名称\t国家\n青岛蓝湾\t中国\n", encoding="utf-16")


def random_bytes(path: Path) -> None:
    path.write_bytes(random.Random(7).randbytes(50_000))


def nul_csv(path: Path) -> None:
    path.write_bytes(b"Company Name,Country\nKe\0rn,Germany\n\0\nFoo,France\n")


def giant_cell(path: Path) -> None:
    path.write_text("Company Name,Country\n" + "x" * 5_000_000 + ",Germany\n", encoding="utf-8")


def open_quote(path: Path) -> None:
    lines = "\n".join(f"Firm {number},Germany" for number in range(100))
    path.write_text(f'Company Name,Country\n"Kern,Germany\n{lines}\n', encoding="utf-8")


def nested_quotes(path: Path) -> None:
    path.write_text(
        'Company Name,Country\n"He said ""no"", twice",Germany\n' + '"' * 10_001 + "\n", encoding="utf-8"
    )


def ods(path: Path, rows: str) -> None:
    """Write a minimal ods around table rows."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
        f'xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Data">'
        f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{office}:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)


def ods_cell(text: str) -> str:
    """Answer one text cell of an ods row."""
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def ods_repeated_rows(path: Path) -> None:
    ods(path, f'<table:table-row table:number-rows-repeated="1000000000">{ods_cell("x")}</table:table-row>')


def ods_repeated_grid(path: Path) -> None:
    """Stay under the stated limits of both axes, and still spread one value over ten thousand million cells."""
    cell = ods_cell("x").replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="16000"'
    )
    ods(path, f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>')


def good_xls(path: Path) -> None:
    """Write a true old workbook."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Data")
    rows: tuple[list[str | float], ...] = (
        ["Company Name", "Country", "Credit"],
        ["Kern GmbH", "Germany", 1234.5],
    )
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            sheet.write(row, column, value)
    book.save(str(path))


def lying_sector_count(path: Path) -> None:
    good_xls(path)
    content = bytearray(path.read_bytes())
    content[44:48] = struct.pack("<I", 0x7FFFFFFF)
    path.write_bytes(bytes(content))


def lying_biff_records(path: Path) -> None:
    good_xls(path)
    content = bytearray(path.read_bytes())
    start = content.find(b"\xfc\x00")
    content[start + 2 : start + 12] = struct.pack("<HII", 8, 0x7FFFFFFF, 0x7FFFFFFF)
    path.write_bytes(bytes(content))


def scrambled_xls(path: Path) -> None:
    good_xls(path)
    content = bytearray(path.read_bytes())
    luck = random.Random(11)
    for _time in range(400):
        content[luck.randrange(512, len(content))] = luck.randrange(256)
    path.write_bytes(bytes(content))


def empty_file(path: Path) -> None:
    path.write_bytes(b"")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2_000))


def a_plain_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")


REFUSED: dict[str, tuple[Builder, frozenset[str]]] = {
    "zip_bomb": (zip_bomb, frozenset({"bomb"})),
    "billion_laughs": (billion_laughs, frozenset({"forbidden_xml"})),
    "external_entity": (external_entity, frozenset({"forbidden_xml"})),
    "utf16_declaration": (utf16_declaration, frozenset({"forbidden_xml"})),
    "truncated_zip": (truncated_zip, frozenset({"damaged"})),
    "damaged_middle": (damaged_middle, frozenset({"damaged"})),
    "absurd_string_count": (absurd_string_count, frozenset({"lying_counts"})),
    "no_sheets": (no_sheets, frozenset({"no_sheet"})),
    "many_entries": (many_entries, frozenset({"bomb"})),
    "encrypted": (encrypted, frozenset({"password"})),
    "random_bytes": (random_bytes, frozenset({"unknown_kind"})),
    "giant_cell": (giant_cell, frozenset({"cell_too_long"})),
    "ods_repeated_rows": (ods_repeated_rows, frozenset({"lying_counts"})),
    "ods_repeated_grid": (ods_repeated_grid, frozenset({"bomb"})),
    "lying_sector_count": (lying_sector_count, frozenset({"lying_counts"})),
    "empty_file": (empty_file, frozenset({"empty"})),
    "a_folder": (a_folder, frozenset({"unreadable"})),
    "a_picture": (a_picture, frozenset({"unknown_kind"})),
    "a_plain_zip": (a_plain_zip, frozenset({"unknown_kind"})),
}
"""Files that must be refused, with the reasons that are right for each."""

READ: dict[str, tuple[Builder, int]] = {
    "lying_dimension_small": (lying_dimension_small, 3),
    "lying_dimension_huge": (lying_dimension_huge, 3),
    "absurd_dimension": (absurd_dimension, 3),
    "far_cell": (far_cell, 4),
    "external_links": (external_links, 3),
    "wrong_content_types": (wrong_content_types, 3),
    "wild_columns": (wild_columns, 3),
    "html_as_xls": (html_as_xls, 2),
    "utf16_as_xls": (utf16_as_xls, 2),
    "nul_csv": (nul_csv, 3),
    "open_quote": (open_quote, 2),
    "nested_quotes": (nested_quotes, 3),
}
"""Files that are odd and still hold a table: how many rows must come out."""

EITHER: dict[str, Builder] = {
    "wide_and_long": wide_and_long,
    "beyond_columns": beyond_columns,
    "missing_string": missing_string,
    "deep_nesting": deep_nesting,
    "broken_xml": broken_xml,
    "lying_biff_records": lying_biff_records,
    "scrambled_xls": scrambled_xls,
}
"""Damaged files that may be read or refused, as long as nothing but the child suffers."""
