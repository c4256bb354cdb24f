"""Every number of a report opens, down to records that exist (issue: each number opening to its rows and papers)."""

from __future__ import annotations

import pytest

from tests.services.test_running_example import dollars, example
from tradecrm.core.errors import NotAllowed, NotFound
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.table import Table
from tradecrm.reports.registry import REPORTS, find_report, report_table
from tradecrm.reports.walk import Record, follow, unlinked_figures, walk
from tradecrm.services.book import Seat
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.data.sample.running_example import Example

__all__ = ["dollars", "example"]

DAYS = ("2026-04-10", "2026-05-21", "2026-06-01", "2026-06-15")


def starts(example: Example, account: int) -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = [
        ("shipment_profit", {"shipment": example.shipment}),
        ("profits", {"first": "2026-01-01"}),
        ("orders_by_month", {}),
        ("receivables", {"as_of": "2026-06-01"}),
        ("account_statement", {"account": account, "first": "2026-04-01", "last": "2026-06-15"}),
        ("account_months", {"account": account, "first": "2026-01-01"}),
        ("account_categories", {"account": account, "first": "2026-01-01"}),
        ("trial", {}),
        ("unrealized", {"as_of": "2026-06-01"}),
        ("fx_exposure", {}),
        ("journal", {"first": "2026-01-01"}),
        ("chart_balances", {"first": "2026-06-01"}),
        ("period_check", {"check": "reconciliation", "day": "2026-05-31"}),
        ("party_statement", {"party": example.cast.customer, "first": "2026-05-01"}),
        ("party_statement", {"party": example.cast.customer, "style": "open"}),
        ("collection_plan", {}),
        ("cash_projection", {}),
        ("explained", {"figure": "aging", "party": example.cast.customer, "currency": "USD"}),
        ("explained", {"figure": "account", "id": str(account)}),
        ("explained", {"figure": "shipment", "id": str(example.shipment)}),
        ("aging", {"as_of": "2026-05-21", "memo": "1"}),
        ("party_statement", {"party": "Veld B.V.", "first": "2026-01-01", "currency": "usd"}),
    ]
    for day in DAYS:
        found.append(("account_balances", {"as_of": day}))
        found += [("aging", {"as_of": day, "side": side}) for side in ("AR", "AP")]
    found += [("aging", {"as_of": "2026-06-01", "mode": "booking", "basis": "DOCUMENT"})]
    return found


def test_every_number_opens_and_leads_to_a_record(seat: Seat, example: Example, dollars: int) -> None:
    reached: set[str] = set()
    for key, given in starts(example, dollars):
        table = seat.ask(report_table, key, given)
        assert table.rows or given.get("side") == "AP", key
        found = seat.ask(walk, table)
        for opened in (table, *found.values()):
            if isinstance(opened, Table):
                assert unlinked_figures(opened) == [], opened.key
            elif isinstance(opened, Record):
                reached.add(opened.target)
    assert reached >= {"customer", "contract", "shipment", "receivable", "receipt", "cost", "account"}


def test_a_link_that_leads_nowhere_is_refused(seat: Seat, example: Example) -> None:
    for link in (
        Link.to("receipt", id=999),
        Link.to("nothing", id=1),
        Link.to("customer"),
        Link.to("report/none"),
    ):
        with pytest.raises(NotFound):
            seat.ask(follow, link)


def test_what_one_may_not_see_does_not_open(seat: Seat, example: Example) -> None:
    clerk = seat.book.seat(seat.perform(add_person, AddPerson("Wu Fan", "sales")).value)
    with pytest.raises(NotAllowed):
        clerk.ask(report_table, "account_balances")
    with pytest.raises(NotAllowed):
        clerk.ask(report_table, "shipment_profit", {"shipment": example.shipment})
    assert clerk.ask(report_table, "aging", {"as_of": "2026-06-01"}).rows == ()
    with pytest.raises(NotFound):
        clerk.ask(follow, Link.to("receivable", id=example.invoice))


def test_every_report_says_what_is_wrong_with_its_parameters(seat: Seat) -> None:
    for spec in REPORTS:
        with pytest.raises(Refusal) as refused:
            seat.ask(report_table, spec.key, {"nonsense": "1"})
        assert refused.value.problems[0].field == "nonsense"
    with pytest.raises(Refusal) as wrong:
        seat.ask(
            report_table,
            "aging",
            {"as_of": "31.5.", "side": "XX", "limit": "many", "currency": "QQQ", "net": "?"},
        )
    assert {problem.field for problem in wrong.value.problems} == {
        "as_of",
        "side",
        "limit",
        "currency",
        "net",
    }
    with pytest.raises(Refusal, match="edges"):
        seat.ask(report_table, "aging", {"edges": "60,30"})
    with pytest.raises(Refusal, match="bucket"):
        seat.ask(report_table, "aging_detail", {"bucket": "9"})
    for unknown in (99, "99", "Nobody"):
        with pytest.raises(Refusal, match=r"Nobody|99"):
            seat.ask(report_table, "party_statement", {"party": unknown})
    with pytest.raises(Refusal) as missing:
        seat.ask(report_table, "account_statement", {})
    assert missing.value.problems[0].field == "account"


def test_reports_of_an_empty_book_are_empty_not_wrong(seat: Seat) -> None:
    for spec in REPORTS:
        if not any(param.required for param in spec.params):
            table = seat.ask(report_table, spec.key)
            assert (
                not [row for row in table.totals for cell in row.cells if cell not in (None, 0)] or table.rows
            )


def test_a_report_is_found_by_its_name_with_dashes() -> None:
    assert find_report("account-balances").key == "account_balances"
    assert len({spec.key for spec in REPORTS}) == len(REPORTS)
