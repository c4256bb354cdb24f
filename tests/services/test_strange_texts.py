"""Markup, rare characters and many scripts, from the book through search, Excel, CSV and PDF unharmed."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from tradecrm.core.fields import FieldKind
from tradecrm.core.table import Table, TableColumn, TableRow
from tradecrm.reports.draw.excel import to_xlsx
from tradecrm.reports.draw.pdf import to_pdf
from tradecrm.reports.draw.text import to_csv
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, party_card, save_party
from tradecrm.services.data.search import search

TEXTS = [
    ("<b>Bold</b> & \"Sons\" 'Ltd'", "sons"),
    ("<img src=file:///etc/passwd> Trading", "trading"),
    ("陈堃贸易有限公司", "堃"),
    ("㛃㛃进出口公司", "㛃"),
    ("上海𬭚业有限公司", "𬭚业"),
    ("Công ty Nguyễn Thị Ánh", "nguyen"),
    ("Їжак і Єнот, ґанок", "єнот"),
    ("ООО «Ромашка»", "РОМ"),
    ("İstanbul Şişe Çiğdem ığdır", "sise"),
    ('=HYPERLINK("http://x") GmbH', "hyperlink"),
    ("Žluťoučký kůň s.r.o.", "kun"),
]


def _table(name: str) -> Table:
    return Table(
        key="names",
        title=name,
        subtitle="",
        columns=(TableColumn("name", "Name", FieldKind.TEXT), TableColumn("n", "No.", FieldKind.INTEGER)),
        rows=(TableRow((name, 1)),),
    )


@pytest.mark.parametrize(("name", "typed"), TEXTS)
def test_a_name_is_kept_and_found(seat: Seat, name: str, typed: str) -> None:
    key = seat.perform(save_party, SaveParty(name=name)).value
    assert seat.ask(party_card, key).name == name
    assert [hit.title for hit in seat.ask(search, typed).hits] == [name]


@pytest.mark.parametrize("name", [name for name, _typed in TEXTS])
def test_a_name_is_printed_and_exported_as_it_is(tmp_path: Path, name: str) -> None:
    table = _table(name)
    to_xlsx(table, tmp_path / "names.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "names.xlsx").active
    assert sheet is not None
    values = [cell for row in sheet.iter_rows() for cell in row if cell.value == name]
    assert values
    assert all(cell.data_type == "s" for cell in values)
    to_csv(table, tmp_path / "names.csv")
    with (tmp_path / "names.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert any(cell.removeprefix("'") == name for row in rows for cell in row)
    assert to_pdf(table, tmp_path / "names.pdf", "en") == []
    with pypdfium2.PdfDocument(tmp_path / "names.pdf") as document:
        text = document[0].get_textpage().get_text_bounded()
    assert name in text.replace("\r\n", "\n")
