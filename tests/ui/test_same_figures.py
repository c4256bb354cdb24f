"""T1 of domain.md sections 2.5 and 3.6: the same figures on the page, in JSON, and in the Excel and PDF files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from openpyxl import load_workbook
from pytestqt.qtbot import QtBot

from tests.services.conftest import TODAY, open_copy
from tests.ui.desk_book import desk
from tests.ui.trade_room import write_book
from tradecrm.cli import main
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.core.money import format_number
from tradecrm.core.text import use_language
from tradecrm.ui.pages.report_pages import ReportPage

PROFIT = {
    "Deposit": "32474.52",
    "Balance": "76205.64",
    "Revenue in all": "108680.16",
    "Purchase": "83620.00",
    "Export rebate": "-8340.00",
    "Ocean": "5805.60",
    "Cargo insurance": "179.61",
    "Hidden commission": "2177.30",
    "Foreign bank": "196.84",
    "Costs in all": "86499.35",
    "Trading profit": "22180.81",
    "Realized": "-323.82",
    "Profit after": "21856.99",
    "FX net income": "14238.16",
    "Export total cost": "78140.00",
    "Export cost of 1 USD": "5.4881",
    "Profit rate": "28.64 %",
    "Margin": "20.41 %",
    "Mark-up": "25.64 %",
}
"""Section 2.5, actual; the names as the sheet begins its rows."""

SHEET = ("shipment_profit", {"shipment": 1}, "item", "actual", PROFIT)
AGING = ("aging", {"as_of": "2026-06-01"}, "party", "total", {"Veld B.V.": "9498.00"})
"""Section 3.6: what is open of the shipment's invoice, less the deposit that is left for the second."""

CASES = pytest.mark.parametrize("case", [SHEET, AGING], ids=["profit", "aging"])


@pytest.fixture(scope="module")
def t1(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("same") / "t1.tcrm"
    write_book(path, full=True)
    return path


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LC_ALL", "LC_MESSAGES", "TRADECRM_BOOK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    yield
    use_language("en")


def figures(rows: list[tuple[str, Any]], wanted: dict[str, str]) -> dict[str, Any]:
    """Answer, for each name wanted, the figure of the first row that begins with it."""
    return {name: next(value for title, value in rows if title.startswith(name)) for name in wanted}


def for_people(text: str) -> str:
    """Write an exact figure as people read it; shares and costs of one unit are texts already."""
    value = Decimal(text.rstrip("%"))
    return text if text.endswith("%") or (value < 10 and value > 0) else format_number(value, 2)


def report(t1: Path, case: Any, *words: object) -> None:
    params = [word for key, value in case[1].items() for word in ("-p", f"{key}={value}")]
    assert (
        main([str(w) for w in ("report", case[0], *params, *words, "--book", t1)], FixedClock.on(TODAY)) == 0
    )


@CASES
def test_json_tells_the_printed_figures(t1: Path, case: Any, capsys: pytest.CaptureFixture[str]) -> None:
    _key, _params, name, column, wanted = case
    report(t1, case, "--json")
    found = json.loads(capsys.readouterr().out)
    rows = [(str(row["cells"][name]), row["cells"][column]) for row in found["rows"]]
    assert figures(rows, wanted) == wanted


@CASES
def test_the_page_shows_the_printed_figures(t1: Path, case: Any, qtbot: QtBot) -> None:
    key, params, name, column, wanted = case
    book = open_copy(t1)
    with desk(book) as one:
        page = ReportPage(one.context, Link.to(f"report/{key}", **params))
        qtbot.addWidget(page)
        page.show()
        one.settle()
        model = page.report.view.body.table
        keys = [each.key for each in model.columns]
        rows = [
            (model.look(row, keys.index(name)).text, model.look(row, keys.index(column)).text)
            for row in range(model.rowCount())
        ]
    book.close()
    assert figures(rows, wanted) == {title: for_people(text) for title, text in wanted.items()}


@CASES
def test_excel_holds_the_printed_figures(t1: Path, case: Any, tmp_path: Path) -> None:
    *_rest, column, wanted = case
    out = tmp_path / "report.xlsx"
    report(t1, case, "--out", out)
    sheet = load_workbook(out).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if sum(cell is not None for cell in row) > 3)
    place = next(n for n, title in enumerate(rows[head]) if str(title).casefold().startswith(column))
    named = [(str(row[0] or ""), row[place]) for row in rows[head + 1 :]]
    for title, value in figures(named, wanted).items():
        text = wanted[title]
        if isinstance(value, str):
            assert value == text, title
        else:
            assert round(Decimal(str(value)), 2) == Decimal(text), title


@CASES
def test_the_pdf_prints_the_printed_figures(t1: Path, case: Any, tmp_path: Path) -> None:
    wanted = case[-1]
    out = tmp_path / "report.pdf"
    report(t1, case, "--out", out)
    with pypdfium2.PdfDocument(out) as document:
        text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    lines = text.splitlines()
    for title, figure in wanted.items():
        line = next(
            (one for one in lines if one.strip().startswith(title) and any(c.isdigit() for c in one)), ""
        )
        assert for_people(figure) in (line or text), (title, line)
