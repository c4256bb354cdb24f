"""Currencies shown without decimals (domain.md section 11): left out where read, never where kept or reckoned."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.services.conftest import TODAY
from tests.services.money_kit import Invoice, customer, enter_item
from tests.unit.render_samples import page_texts
from tradecrm.core.fields import FieldKind
from tradecrm.core.money import format_money, shown_whole, shown_whole_of
from tradecrm.core.presets import preset_terms
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.table import Table
from tradecrm.core.terms import encode_terms
from tradecrm.documents.batch import BatchOrder, print_batch
from tradecrm.documents.build import save_sheet
from tradecrm.documents.registry import read_paper
from tradecrm.models import SalesContract
from tradecrm.reports.draw.excel import to_xlsx
from tradecrm.reports.draw.text import to_csv, to_json
from tradecrm.reports.registry import report_table
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.data.check import check_state
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.contracts import ContractLineDraft, SaveContract, save_contract
from tradecrm.services.work import Reader
from tradecrm.ui.fields.show import shown

D = Decimal
WHOLE = ChangeSettings((("shown_whole", ("HUF", "TWD")),))
FORMATS = {"whole": '#,##0;"−"#,##0', "cents": '#,##0.00;"−"#,##0.00'}


@dataclass(frozen=True)
class Firm:
    """A book that shows forints whole: a contract without fillér, one with, and an open item of each kind."""

    book: Book
    seat: Seat
    even: int
    odd: int
    plain: tuple[Decimal, ...]


def contract_of(party: int, price: str) -> SaveContract:
    line = ContractLineDraft(None, "Desk lamp", D(1000), D(price), unit="pcs")
    terms = encode_terms(preset_terms("TT_30_70"))
    return SaveContract(party, TODAY, "HUF", "FOB", "Ningbo", terms, (line,))


def kept(reader: Reader, *contracts: int) -> tuple[Decimal, ...]:
    found = [reader.get(SalesContract, each, "Contract") for each in contracts]
    return tuple(value for each in found for value in (each.total, each.deposit_due))


def aging(reader: Reader) -> Table:
    return report_table(reader, "receivables", {"as_of": TODAY.isoformat()})


@pytest.fixture(scope="module")
def firm(module_book: Book) -> Firm:
    seat = module_book.seat()
    for kind in (RateType.MID, RateType.BUDGET):
        day = TODAY.replace(month=1, day=1) if kind is RateType.BUDGET else TODAY
        seat.perform(save_rate, SaveRate(kind, "HUF", day, "0.0196", "bank"))
    party = customer(seat, "Duna Kft.")
    even, odd = (seat.perform(save_contract, contract_of(party, each)).value for each in ("350", "350.0015"))
    for number, amount in (("T-1", "98765"), ("T-2", "1234.56")):
        seat.perform(enter_item, Invoice(party, TODAY, D(amount), D("0.0196"), "HUF", number))
    plain = seat.ask(kept, even, odd)
    seat.perform(change_settings, WHOLE)
    return Firm(module_book, seat, even, odd, plain)


def test_what_is_kept_does_not_change_and_the_book_stays_sound(firm: Firm) -> None:
    """“Display rounding never feeds a calculation or a comparison”: totals and deposits are those of before."""
    assert firm.seat.ask(kept, firm.even, firm.odd) == firm.plain
    assert firm.plain == (D(350_000), D(105_000), D("350001.50"), D("105000.45"))
    with firm.book.store.reader.connect() as connection:
        assert check_state(connection) == []


def test_only_idle_zeros_go_wherever_a_query_writes_an_amount(firm: Firm) -> None:
    """An amount with fillér shows them: two that look alike are alike, and nobody is told a rounded debt."""

    def written(_reader: Reader) -> list[str]:
        return [format_money(D(each), "HUF") for each in ("98765", "98765.40", "-0.004", "98765.004")]

    assert firm.seat.ask(written) == ["HUF 98,765", "HUF 98,765.40", "HUF 0", "HUF 98,765"]
    assert firm.seat.ask(lambda _reader: format_money(D(5), "USD")) == "USD 5.00"
    assert format_money(D(98765), "HUF") == "HUF 98,765.00", "outside of the book nobody has chosen"


def test_cells_follow_the_window_of_the_book(firm: Firm) -> None:
    """A window writes its cells outside of a query; what is typed into a field keeps what its currency has."""
    with shown_whole_of(firm.book.shown_whole):
        assert shown(D(350), FieldKind.MONEY, currency="HUF") == "350"
        assert shown(D("350.5"), FieldKind.MONEY, currency="HUF") == "350.50"
        assert shown(D(350), FieldKind.PRICE, currency="HUF") == "350"
        assert shown(D("350.0015"), FieldKind.PRICE, currency="HUF") == "350.0015"
        assert shown(D(350), FieldKind.PRICE, currency="JPY") == "350.00", (
            "a currency without decimals is as ever"
        )
    assert shown_whole() == frozenset()


def test_a_report_leaves_out_decimals_in_its_formats_and_keeps_its_values(firm: Firm, tmp_path: Path) -> None:
    """CSV and JSON are for programs: they are those of before, letter by letter."""

    def drawn(reader: Reader, folder: Path) -> Table:
        table = aging(reader)
        folder.mkdir()
        to_xlsx(table, folder / "a.xlsx")
        to_csv(table, folder / "a.csv")
        to_json(table, folder / "a.json")
        return table

    firm.seat.ask(drawn, tmp_path / "whole")
    with shown_whole_of(frozenset):
        table = firm.seat.ask(aging)
        to_csv(table, tmp_path / "a.csv")
        to_json(table, tmp_path / "a.json")
    for name in ("a.csv", "a.json"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / name).read_bytes()
    assert "98765.00" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert "98765" in json.dumps(json.loads((tmp_path / "a.json").read_text(encoding="utf-8")))
    cells = {
        cell.value: cell.number_format
        for row in openpyxl.load_workbook(tmp_path / "whole" / "a.xlsx").worksheets[0].iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
    }
    assert cells[98765] == FORMATS["whole"]
    assert cells[1234.56] == FORMATS["cents"], "the value is exact, and its cents are seen"


@pytest.mark.parametrize("whole", [True, False])
def test_papers_follow_in_the_processes_that_draw_them(firm: Firm, tmp_path: Path, whole: bool) -> None:
    """The columns of one paper show the same decimals: all of them as soon as one amount has any."""
    contract = firm.even if whole else firm.odd
    with shown_whole_of(firm.book.shown_whole):
        made = print_batch(firm.seat.ask, BatchOrder(("contract",), (contract,), tmp_path, "en")).made
        paper = firm.seat.ask(read_paper, "contract", contract)
        save_sheet(paper, tmp_path / "a.xlsx", "en")
    text = "".join(page_texts(made[0].path.read_bytes()))
    assert ("350,000.00" in text, "350,001.50" in text) == (False, not whole)
    assert "350,000" in text or not whole
    assert "THREE HUNDRED AND FIFTY THOUSAND" in text, "the words say the exact amount in either case"
    cells = {
        cell.value: cell.number_format
        for row in openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and "HUF" in cell.number_format
    }
    assert cells == ({350000: '#,##0 "HUF"'} if whole else {350001.5: '#,##0.00 "HUF"'})


@pytest.mark.parametrize("codes", [("JPY",), ("HUF", "XX1"), ("Huf",)])
def test_a_code_without_decimals_or_meaning_is_refused(firm: Firm, codes: tuple[str, ...]) -> None:
    with pytest.raises(Refusal, match="codes of three letters"):
        firm.seat.perform(change_settings, ChangeSettings((("shown_whole", codes),)))
    assert firm.seat.ask(lambda reader: reader.settings.shown_whole) == ("HUF", "TWD")
