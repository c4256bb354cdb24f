"""The printed figures of T1 (domain.md sections 1.9, 2.5, 3.6) in the tables that every form of report draws."""

from __future__ import annotations

from decimal import Decimal

from tests.services.test_running_example import dollars, example
from tradecrm.core.table import RowStyle, Table, TableRow
from tradecrm.reports.draw.text import as_data
from tradecrm.reports.registry import report_table
from tradecrm.services.book import Seat
from tradecrm.services.data.sample.running_example import Example

__all__ = ["dollars", "example"]
D = Decimal


def named(table: Table, words: str) -> TableRow:
    return next(row for row in (*table.rows, *table.totals) if str(row.cells[0]).startswith(words))


def cell(table: Table, words: str, key: str) -> object:
    place = [column.key for column in table.columns].index(key)
    return named(table, words).cells[place]


def test_the_profit_sheet_prints_section_2_5(seat: Seat, example: Example) -> None:
    sheet = seat.ask(report_table, "shipment_profit", {"shipment": example.shipment})
    for words, amount in (
        ("Deposit", "32474.52"),
        ("Balance", "76205.64"),
        ("Revenue in all", "108680.16"),
        ("Purchase", "83620.00"),
        ("Export rebate", "-8340.00"),
        ("Ocean", "5805.60"),
        ("Cargo insurance", "179.61"),
        ("Hidden commission", "2177.30"),
        ("Foreign bank", "196.84"),
        ("Costs in all", "86499.35"),
        ("Trading profit", "22180.81"),
        ("Realized", "-323.82"),
        ("Profit after", "21856.99"),
        ("FX net income", "14238.16"),
        ("Export total cost", "78140.00"),
    ):
        assert cell(sheet, words, "actual") == D(amount), words
    assert cell(sheet, "Export cost of 1 USD", "actual") == "5.4881"
    assert cell(sheet, "Profit rate", "actual") == "28.64 %"
    assert cell(sheet, "Margin", "actual") == "20.41 %"
    assert cell(sheet, "Mark-up", "actual") == "25.64 %"


def test_estimate_against_actual_of_section_2_10(seat: Seat, example: Example) -> None:
    sheet = seat.ask(report_table, "shipment_profit", {"shipment": example.shipment})
    assert cell(sheet, "Revenue in all", "estimate") == D("107940.00")
    assert cell(sheet, "Revenue in all", "variance") == D("740.16")
    assert cell(sheet, "Foreign bank", "percent") is None
    chart = sheet.chart
    assert chart is not None
    floating = [v for i, v in enumerate(chart.series[0].values) if i not in chart.totals and v is not None]
    after = chart.series[0].values[-1]
    assert chart.series[0].values[0] is not None
    assert chart.series[0].values[0] + sum(floating, D(0)) == after == D("21856.99")


def test_lines_add_up_to_the_numbers_they_are_opened_from(seat: Seat, example: Example) -> None:
    wanted = {
        "": "22180.81",
        "after_fx": "21856.99",
        "revenue": "108680.16",
        "costs": "86499.35",
        "net_income": "14238.16",
        "export": "78140.00",
        "PUR": "83620.00",
    }
    for part, amount in wanted.items():
        table = seat.ask(report_table, "shipment_lines", {"shipment": example.shipment, "part": part})
        assert cell(table, "Total", "counted") == D(amount), part


def test_the_aging_checks_itself_against_the_ledger(seat: Seat, example: Example) -> None:
    for day in ("2026-04-10", "2026-05-21", "2026-06-01", "2026-06-15"):
        for mode in ("closing", "booking"):
            table = seat.ask(report_table, "aging", {"as_of": day, "mode": mode})
            for row in (*table.rows, *table.totals[:-1]):
                assert row.cells[-3] == row.cells[-2]
            checks = [note for note in table.notes if "ledger" in note]
            assert checks == ["Checked: buckets + unapplied = ledger balance in every row."]


def test_booking_ties_to_the_carrying_and_closing_says_a_missing_rate(seat: Seat, example: Example) -> None:
    booked = seat.ask(report_table, "aging", {"as_of": "2026-06-01", "mode": "booking"})
    # 76,205.64 of the balance, less the deposit of shipment 2 still unapplied: 1,296.00 at 7.02.
    assert booked.totals[-1].cells[-1] == D("76205.64") - D("9097.92")
    closing = seat.ask(report_table, "aging", {"as_of": "2026-01-31", "party": None})
    assert closing.rows == ()


def test_setting_off_takes_the_oldest_first_and_keeps_the_balance(seat: Seat, example: Example) -> None:
    plain = seat.ask(report_table, "aging", {"as_of": "2026-06-01"})
    net = seat.ask(report_table, "aging", {"as_of": "2026-06-01", "net": "1"})
    before, after = plain.rows[0].cells, net.rows[0].cells
    assert before[-3] == after[-3] == D("9498.00")
    assert before[7] == D("-1296.00")
    assert after[7] == D(0)
    assert after[2] == D("9498.00")


def test_a_shorter_page_keeps_the_totals_of_all(seat: Seat, example: Example) -> None:
    whole = seat.ask(report_table, "aging", {"side": "AP", "as_of": "2026-06-01"})
    page = seat.ask(report_table, "aging", {"side": "AP", "as_of": "2026-06-01", "limit": "1"})
    assert len(whole.rows) > 1
    assert len(page.rows) == 1
    assert page.totals == whole.totals
    assert page.notes[-1].startswith("1 of")


def test_every_form_has_the_same_numbers(seat: Seat, example: Example) -> None:
    table = seat.ask(report_table, "profits", {"first": "2026-05-01", "last": "2026-05-31"})
    data = as_data(table)
    assert data["rows"][0]["cells"]["profit"] == "22180.81"
    assert data["totals"][0]["cells"]["realized_fx"] == "-323.82"
    assert data["params"] == {"first": "2026-05-01", "last": "2026-05-31"}
    assert table.totals[0].style is RowStyle.TOTAL


def test_the_statement_of_account_of_section_3_7(seat: Seat, example: Example) -> None:
    given = {"party": "Veld B.V.", "first": "2026-05-01", "last": "2026-06-15"}
    table = seat.ask(report_table, "party_statement", given)
    assert [row.cells[-1] for row in table.rows] == [
        D("-5922.00"),
        D("9498.00"),
        D("-1296.00"),
        D("-1296.00"),
    ]
    assert [row.cells[-3] for row in table.rows] == [None, D("15420.00"), None, None]
    assert [row.cells[-2] for row in table.rows] == [None, None, D("10794.00"), None]
    assert "−1,296.00" in table.notes[0]
