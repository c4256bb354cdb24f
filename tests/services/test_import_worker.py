"""The reading child from start to end: every kind of file, cells, notices, Stop and limits."""

from __future__ import annotations

import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from odf import opendocument, table, text

from tests.hostile.hostile_files import GOOD_ROWS, inline, ods, ods_cell, sheet_xml, write_xlsx
from tradecrm.core.errors import Stopped
from tradecrm.importing.limits import Limits
from tradecrm.importing.reader import read_workbook
from tradecrm.importing.refusals import ImportRefused, Reason


def make_xlsx(path: Path, options: dict[str, bool] | None = None) -> None:
    with xlsxwriter.Workbook(path, options or {}) as book:
        sheet = book.add_worksheet("客户")
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, 3, "Customers 2026")
        sheet.write_row(2, 0, ["Company Name", "Credit", "Since", "VIP", "Code"])
        sheet.write_row(3, 0, ["青岛蓝湾", 0.1 + 0.2])
        sheet.write_datetime(3, 2, dt.date(2026, 5, 1), days)
        sheet.write_boolean(3, 3, boolean=True)
        sheet.write_string(3, 4, "００１２３")
        sheet.write_row(4, 0, ["Їжак", 8613800138000])
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.set_column(4, 4, 10, None, {"hidden": True})
        book.add_worksheet("Old").hide()


def test_xlsx_cells_places_and_notices(tmp_path: Path) -> None:
    path = tmp_path / "客户.xlsx"
    make_xlsx(path)
    book = read_workbook(path)
    sheet, _old = book.sheets
    assert book.kind == "xlsx"
    assert (sheet.name, sheet.numbers) == ("客户", [1, 3, 4, 5])
    assert sheet.rows[2] == ["青岛蓝湾", Decimal("0.3"), dt.date(2026, 5, 1), True, "００１２３"]
    assert sheet.rows[3] == ["Їжак", Decimal(8613800138000)]
    assert sheet.place(2, 4) == "客户!E4"
    assert sheet.hidden_rows == {5}
    assert sheet.hidden_columns == {4}
    assert any("hidden rows" in notice for notice in book.warnings)
    assert any("Sheet Old is hidden" in notice for notice in book.warnings)


def test_days_counted_from_1904(tmp_path: Path) -> None:
    path = tmp_path / "mac.xlsx"
    make_xlsx(path, {"date_1904": True})
    assert read_workbook(path).sheets[0].rows[2][2] == dt.date(2026, 5, 1)


def test_formulas_give_their_stored_result_only(tmp_path: Path) -> None:
    path = tmp_path / "sums.xlsx"
    cells = '<c r="A4"><f>1+1</f><v>2</v></c><c r="B4"><f>WEBSERVICE("http://x")</f></c>'
    write_xlsx(path, sheet_xml(f'{GOOD_ROWS}<row r="4">{cells}</row>'))
    book = read_workbook(path)
    assert book.sheets[0].rows[3] == [Decimal(2)]
    assert any("without a stored result" in notice for notice in book.warnings)


def test_old_workbook(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = True
    sheet = book.add_sheet("客户")
    days = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for column, value in enumerate(["Kern GmbH", 1234.5, True]):
        sheet.write(1, column, value)
    sheet.write(1, 3, dt.date(2026, 5, 1), days)
    sheet.row(1).hidden = True
    book.save(str(path))
    found = read_workbook(path)
    assert found.kind == "xls"
    assert found.sheets[0].numbers == [2]
    assert found.sheets[0].rows == [["Kern GmbH", Decimal("1234.5"), True, dt.date(2026, 5, 1)]]
    assert found.sheets[0].hidden_rows == {2}


def test_open_document(tmp_path: Path) -> None:
    path = tmp_path / "customers.xlsx"
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="客户")
    for cells in (["公司名称", "国家"], ["青岛蓝湾", "中国"]):
        row = table.TableRow()
        for value in cells:
            cell = table.TableCell(valuetype="string")
            cell.addElement(text.P(text=value))
            row.addElement(cell)
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.save(str(path))
    found = read_workbook(path)
    assert (found.kind, found.sheets[0].name) == ("ods", "客户")
    assert found.sheets[0].rows == [["公司名称", "国家"], ["青岛蓝湾", "中国"]]


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8", "客户名称,国家\n青岛蓝湾国际贸易有限公司,中国\n"),
        ("utf-8-sig", "客户名称,国家\n青岛蓝湾国际贸易有限公司,中国\n"),
        ("utf-16", "客户名称,国家\n青岛蓝湾国际贸易有限公司,中国\n"),
        ("utf-16-le", "Company Name,Country\nKern GmbH,Germany\n"),
        ("utf-16-be", "Company Name,Country\nKern GmbH,Germany\n"),
        ("gb18030", "客户名称,国家\n青岛蓝湾国际贸易有限公司,中国\n"),
        ("cp950", "客戶名稱,國家\n臺灣精密機械股份有限公司,台灣\n"),
        ("cp932", "会社名,国\n東京トレーディング株式会社,日本\nやまだ商店,日本\n"),
        ("cp949", "회사명,국가\n서울무역 주식회사,대한민국\n"),
        ("cp1251", "Название компании;Страна\nООО Ромашка;Россия\n"),
        ("cp1252", "Société;Pays\nCafé Müller Söhne;Österreich\n"),
        ("cp1256", "اسم الشركة;البلد\nشركة التجارة;مصر\n"),
    ],
)
def test_texts_in_every_encoding(tmp_path: Path, encoding: str, content: str) -> None:
    path = tmp_path / "customers.txt"
    path.write_bytes(content.encode(encoding))
    book = read_workbook(path)
    separator = ";" if ";" in content else ","
    assert book.sheets[0].rows == [line.split(separator) for line in content.splitlines()]
    assert book.delimiter == separator


def test_a_chosen_encoding_overrides_the_guess(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes("Café;1\n".encode("cp1252"))
    assert read_workbook(path, encoding="cp1252").sheets[0].rows == [["Café", "1"]]
    wrong = read_workbook(path, encoding="utf-8")
    assert any("could not be read" in notice for notice in wrong.warnings)
    with pytest.raises(ImportRefused) as caught:
        read_workbook(path, encoding="klingon")
    assert caught.value.reason is Reason.ENCODING


def test_our_own_apostrophe_is_taken_off_again(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("Name,Phone\n'=cmd,+86 138\n'  @x,-12.50\n'tis,1\n", encoding="utf-8")
    rows = read_workbook(path).sheets[0].rows
    assert rows[1:] == [["=cmd", "+86 138"], ["  @x", "-12.50"], ["'tis", "1"]]


def test_preview_and_one_sheet(tmp_path: Path) -> None:
    path = tmp_path / "customers.xlsx"
    make_xlsx(path)
    assert len(read_workbook(path, sheet="客户", most_rows=2).sheets[0].rows) == 2
    with pytest.raises(ImportRefused) as caught:
        read_workbook(path, sheet="Nothing")
    assert caught.value.reason is Reason.NO_SHEET


def test_progress_and_stop(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("Name,Country\n" + "Kern,Germany\n" * 5_000, encoding="utf-8")
    seen: list[int] = []
    read_workbook(path, progress=lambda done, _total: seen.append(done))
    assert seen == [1_000, 2_000, 3_000, 4_000, 5_000, 5_001]
    with pytest.raises(Stopped):
        read_workbook(path, stop=lambda: True)


def test_too_slow_and_missing(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("Name,Country\n", encoding="utf-8")
    with pytest.raises(ImportRefused) as caught:
        read_workbook(path, limits=Limits(seconds=0.0))
    assert caught.value.reason is Reason.TOO_SLOW
    with pytest.raises(ImportRefused) as caught:
        read_workbook(tmp_path / "nothing.xlsx")
    assert caught.value.reason is Reason.MISSING


def test_the_same_rows_from_both_readers(tmp_path: Path) -> None:
    """A workbook that the fast reader gives up on comes out of the patient one cell for cell."""
    from tradecrm.importing.prescan import prescan
    from tradecrm.importing.read_zip import Wanted, read_fast, read_patient
    from tradecrm.importing.sink import Sink
    from tradecrm.importing.sniff import sniff

    path = tmp_path / "both.xlsx"
    make_xlsx(path)
    scan = prescan(path, sniff(path), Limits())
    outcomes = []
    for number, read in enumerate((read_fast, read_patient)):
        out = tmp_path / str(number)
        with out.open("wb") as stream:
            sink = Sink(stream)
            read(Wanted(path, sniff(path)), scan, sink)
            sink.flush()
        frames = out.read_bytes()
        outcomes.append(frames[frames.index(b'["rows"') :].split(b'["sheet"')[0][:-4])
    assert outcomes[0] == outcomes[1]


def test_a_million_repeated_empty_texts_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "formatted.ods"
    numbers = '<table:table-cell office:value-type="float" office:value="0.1"><text:p>0,1</text:p></table:table-cell>'
    empty = ods_cell("").replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="40"')
    twice = ods_cell("Kern GmbH").replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="2"'
    )
    rows = (
        f"<table:table-row>{ods_cell('Company')}{ods_cell('Country')}{empty}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="3">{empty}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="2">{twice}{numbers}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="1048000">{empty}</table:table-row>'
    )
    ods(path, rows)
    book = read_workbook(path)
    (sheet,) = book.sheets
    assert sheet.numbers == [1, 5, 6]
    assert sheet.rows == [["Company", "Country"], *[["Kern GmbH", "Kern GmbH", Decimal("0.1")]] * 2]
    assert any("patient" in notice for notice in book.warnings)


def test_a_document_with_a_password(tmp_path: Path) -> None:
    path = tmp_path / "locked.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", b"\x8f\x11\x02garbage")
        archive.writestr("META-INF/manifest.xml", "<manifest><encryption-data/></manifest>")
    with pytest.raises(ImportRefused) as caught:
        read_workbook(path)
    assert caught.value.reason is Reason.PASSWORD


def test_rows_and_columns_of_an_offset_table(tmp_path: Path) -> None:
    path = tmp_path / "offset.xlsx"
    write_xlsx(
        path, sheet_xml(f'<row r="5">{inline("C5", "Name")}</row><row r="9">{inline("D9", "x")}</row>')
    )
    sheet = read_workbook(path).sheets[0]
    assert sheet.numbers == [5, 9]
    assert sheet.rows == [[None, None, "Name"], [None, None, None, "x"]]
