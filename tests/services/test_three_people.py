"""Three people, three scopes: the same report, export and paper hold the visible rows only, with the same figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from tests.services.conftest import TODAY, Seats, hire
from tests.services.trading_kit import line_of, rates
from tradecrm.core.errors import NotFound
from tradecrm.core.links import Link
from tradecrm.core.presets import preset_terms
from tradecrm.core.table import Table, TableRow
from tradecrm.core.terms import encode_terms
from tradecrm.documents.build import draw_paper
from tradecrm.documents.registry import paper_by_number, read_paper
from tradecrm.reports.registry import report_table
from tradecrm.reports.walk import Record, follow, links_of
from tradecrm.screens.trade.contract_list import CONTRACT_LIST
from tradecrm.services.book import Book, Seat
from tradecrm.services.crm.parties import SaveParty, party_card, save_party
from tradecrm.services.data.lists import ListRequest
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.paper_sales import contract_facts
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.ui.lists.export import ExportRequest, list_table

SEEN = {
    "owner": ("owner", "manager", "sales", "other"),
    "manager": ("manager", "sales"),
    "sales": ("sales",),
}
"""Scope all, team, own; the fourth person is of no department and nobody's but the owner's to see."""

REPORTS = ("aging", "aging_detail", "receivables", "orders", "orders_by_month")


@dataclass(frozen=True)
class Deal:
    """What one person sold: customer, contract with its number, and the invoice of its shipment."""

    customer: int
    contract: int
    number: str
    invoice: int


def sell(seat: Seat, name: str, product: int, quantity: int) -> Deal:
    customer = seat.perform(save_party, SaveParty(name=f"Buyer of {name}", country="DE")).value
    line = ContractLineDraft(product, "Desk lamp", Decimal(quantity), Decimal("12.40"), cost=Decimal(60))
    day = TODAY - timedelta(days=30)
    terms = encode_terms(preset_terms("OA_N"))
    number = f"SC-{name}"
    draft = SaveContract(customer, day, "USD", "FOB", "Ningbo", terms, (line,), number=number)
    contract = seat.perform(save_contract, draft).value
    for state in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(contract, state, day))
    goods = (ShipmentLineDraft(seat.ask(line_of, contract), Decimal(quantity)),)
    shipment = seat.perform(save_shipment, SaveShipment(day, goods, etd=day)).value
    invoice = seat.perform(depart_shipment, DepartShipment(shipment, day, f"BL-{name}")).value
    return Deal(customer, contract, number, invoice)


@dataclass(frozen=True)
class Firm:
    """Four people at one book, each with a deal."""

    seats: Seats
    deals: dict[str, Deal]

    def seat(self, who: str) -> Seat:
        found: Seat = getattr(self.seats, who)
        return found

    def hidden(self, who: str) -> list[Deal]:
        return [deal for name, deal in self.deals.items() if name not in SEEN[who]]


@pytest.fixture(scope="module")
def firm(module_book: Book) -> Firm:
    seats = hire(module_book)
    rates(seats.owner)
    product = seats.owner.perform(save_product, SaveProduct("L-1", "Desk lamp", "台灯")).value
    sold = {name: 100 * n for n, name in enumerate(SEEN["owner"], 1)}
    deals = {name: sell(getattr(seats, name), name, product, quantity) for name, quantity in sold.items()}
    return Firm(seats, deals)


def of_buyers(table: Table, names: tuple[str, ...]) -> list[TableRow]:
    """Answer the rows of a table that name one of these people's customers."""
    wanted = {f"Buyer of {name}" for name in names}
    return [row for row in table.rows if wanted & {str(cell) for cell in row.cells}]


def added_up(table: Table, at: int) -> Decimal:
    return sum((Decimal(str(row.cells[at])) for row in table.rows), Decimal(0))


@pytest.mark.parametrize("who", SEEN)
@pytest.mark.parametrize("key", ["aging", "receivables", "orders"])
def test_a_report_holds_the_visible_rows_with_the_figures_of_all(firm: Firm, key: str, who: str) -> None:
    given = {"first": "2026-01-01"} if key == "orders" else {}
    whole = firm.seat("owner").ask(report_table, key, given)
    mine = firm.seat(who).ask(report_table, key, given)
    assert len(of_buyers(whole, SEEN["owner"])) == 4
    assert list(mine.rows) == of_buyers(whole, SEEN[who])
    added = 0
    for at in range(len(mine.columns)):
        totals = [row.cells[at] for row in mine.totals if isinstance(row.cells[at], Decimal)]
        if totals:
            assert added_up(mine, at) in totals
            added += 1
    assert added


@pytest.mark.parametrize("who", SEEN)
@pytest.mark.parametrize("key", REPORTS)
def test_no_report_names_or_links_what_is_hidden(firm: Firm, key: str, who: str) -> None:
    table = firm.seat(who).ask(report_table, key, {})
    shown = {str(cell) for row in (*table.rows, *table.totals) for cell in row.cells}
    if table.chart is not None:
        shown |= set(table.chart.categories)
    hidden = {name for name in SEEN["owner"] if name not in SEEN[who]}
    assert not {f"Buyer of {name}" for name in hidden} & shown
    assert not {firm.deals[name].number for name in hidden} & shown
    for link in dict.fromkeys(links_of(table)):
        assert isinstance(firm.seat(who).ask(follow, link), Record | Table)


@pytest.mark.parametrize("who", SEEN)
def test_an_exported_list_holds_the_visible_rows_and_their_sums(firm: Firm, who: str) -> None:
    wanted = ExportRequest(
        "contracts", "Contracts", "", CONTRACT_LIST.source, ListRequest(), CONTRACT_LIST.columns
    )
    whole = firm.seat("owner").ask(list_table, wanted)
    mine = firm.seat(who).ask(list_table, wanted)
    keys = [column.key for column in mine.columns]
    assert {row.cells[keys.index("number")] for row in mine.rows} == {f"SC-{name}" for name in SEEN[who]}
    assert set(mine.rows) <= set(whole.rows)
    at = keys.index("total")
    assert mine.totals[0].cells[at] == added_up(mine, at)


@pytest.mark.parametrize("who", SEEN)
def test_the_same_paper_for_who_may_see_it_and_none_for_the_others(
    firm: Firm, who: str, tmp_path: Path
) -> None:
    seat = firm.seat(who)
    for name in SEEN[who]:
        paper = seat.ask(paper_by_number, "contract", firm.deals[name].number)
        assert paper == firm.seat("owner").ask(read_paper, "contract", firm.deals[name].contract)
        draw_paper(paper, tmp_path / f"{name}.pdf", "both")
        with pypdfium2.PdfDocument(tmp_path / f"{name}.pdf") as document:
            assert f"Buyer of {name}" in document[0].get_textpage().get_text_bounded()
    for deal in firm.hidden(who):
        for ask in (
            lambda deal=deal: seat.ask(paper_by_number, "contract", deal.number),
            lambda deal=deal: seat.ask(read_paper, "contract", deal.contract),
            lambda deal=deal: seat.ask(contract_facts, deal.contract),
            lambda deal=deal: seat.ask(party_card, deal.customer),
        ):
            with pytest.raises(NotFound):
                ask()


@pytest.mark.parametrize("who", SEEN)
def test_links_to_hidden_records_lead_nowhere(firm: Firm, who: str) -> None:
    seat = firm.seat(who)
    for name in SEEN[who]:
        deal = firm.deals[name]
        assert isinstance(seat.ask(follow, Link.to("receivable", id=deal.invoice)), Record)
    for deal in firm.hidden(who):
        for link in (
            Link.to("customer", id=deal.customer),
            Link.to("contract", id=deal.contract),
            Link.to("receivable", id=deal.invoice),
        ):
            with pytest.raises(NotFound):
                seat.ask(follow, link)
