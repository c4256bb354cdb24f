"""Statements, notes and freight inquiries in one go: a bounded number of reads (domain.md sections 3.7 and 10.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.services.conftest import TODAY
from tests.services.money_kit import Invoice, enter_item
from tests.services.money_kit import customer as new_customer
from tests.services.settling_kit import Bill, enter_bill
from tests.services.statement_kit import statements_read
from tests.services.trading_kit import trade
from tradecrm.core.errors import NotFound
from tradecrm.core.pace import Pace
from tradecrm.documents.batch import BatchOrder, print_batch
from tradecrm.documents.content import Paper
from tradecrm.documents.registry import read_paper, read_papers
from tradecrm.services.book import Book, Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.notes import WriteNote, write_note
from tradecrm.services.trade.freight import MakeFreightInquiry, make_freight_inquiry
from tradecrm.services.trade.paper_notes import papers_of_notes
from tradecrm.services.trade.paper_statement import statement_facts, statements_facts

D = Decimal
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Scene:
    """Partners of both sides, notes by kind and side, and the shipment whose freight is asked for."""

    seat: Seat
    partners: tuple[int, ...]
    notes: dict[str, int]
    shipment: int


@pytest.fixture(scope="module")
def scene(module_book: Book) -> Scene:
    """Answer a firm with a deal, three customers and a factory that owe or are owed, and notes of all kinds."""
    seat = module_book.seat()
    deal = trade(seat)
    others = [new_customer(seat, name) for name in ("Alpha B.V.", "Beta B.V.")]
    for place, party in enumerate(others):
        for day in (40, 10):
            enter = Invoice(party, TODAY - day * DAY, D(100 * day + place), number=f"T-{place}-{day}")
            seat.perform(enter_item, enter)
    factory = SaveParty(name="Lamp Factory", is_customer=False, is_supplier=True, country="CN")
    supplier = int(seat.perform(save_party, factory).value)
    seat.perform(enter_bill, Bill(supplier, TODAY - 20 * DAY, D(5000)))
    notes = {
        name: int(seat.perform(write_note, command).value)
        for name, command in (
            ("credit", WriteNote("CN", "AR", TODAY, D(40), "Scratches", invoice_id=deal.invoice)),
            ("debit", WriteNote("DN", "AR", TODAY, D(25), "Pallets", others[0], "USD", "OTHER")),
            ("opening", WriteNote("OPEN", "AR", TODAY, D(70), "Before", others[1], "USD")),
            ("supplier", WriteNote("CN", "AP", TODAY, D(30), "Short", supplier, "CNY", "OTHER")),
        )
    }
    return Scene(seat, (deal.customer, *others, supplier), notes, deal.shipment)


def asked(seat: Seat, query: Callable[..., Any], *given: Any) -> int:
    """Answer how many statements a query takes."""
    with statements_read(seat.book) as said:
        seat.ask(query, *given)
    return len(said)


@pytest.mark.parametrize("style", ["forward", "open"])
@pytest.mark.parametrize("days", [0, 15])
def test_many_statements_are_read_together_and_say_what_each_says_alone(
    scene: Scene, style: str, days: int
) -> None:
    options = {"style": style, "last": (TODAY - days * DAY).isoformat()}
    seat = scene.seat

    def many(reader: Any, ids: tuple[int, ...]) -> Any:
        return statements_facts(reader, ids, **options)

    found = seat.ask(many, (*scene.partners, 999))
    assert isinstance(found.pop(999), NotFound)

    def single(reader: Any, key: int) -> Any:
        return statement_facts(reader, key, **options)

    for key in scene.partners:
        assert found[key] == seat.ask(single, key)
        assert all(part.closing for part in found[key].statement.parts)
    assert [found[key].statement.ask.side for key in scene.partners] == ["AR", "AR", "AR", "AP"]
    alone = asked(seat, many, scene.partners[:1]) + asked(seat, many, scene.partners[3:])
    assert asked(seat, many, scene.partners) <= alone


class Counted(Pace):
    """A pace that counts how often it was asked to rest."""

    rests = 0

    def rest(self) -> None:
        self.rests += 1


def test_a_batch_may_rest_between_statements_and_between_papers(scene: Scene) -> None:
    seat, pace = scene.seat, Counted()
    items = seat.ask(papers_of_notes, tuple(scene.notes.values()))
    with statements_read(seat.book) as said:
        found = seat.ask(read_papers, "debit_note", items, {}, pace)
    papers = {key: paper for key, paper in found.items() if isinstance(paper, Paper)}
    assert papers.items() <= seat.ask(read_papers, "debit_note", items).items()
    assert papers
    assert pace.rests > sum(statement.startswith("SELECT") for statement, _values in said)


def test_notes_are_printed_each_as_what_it_is_and_others_are_told(scene: Scene, tmp_path: Path) -> None:
    seat, notes = scene.seat, scene.notes
    items = seat.ask(papers_of_notes, tuple(notes.values()))
    result = print_batch(seat.ask, BatchOrder(("debit_note", "credit_note"), items, tmp_path, "en"))
    assert [(paper.kind, paper.record_id) for paper in result.made] == [
        ("credit_note", items[0]),
        ("debit_note", items[1]),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(each.path.name for each in result.made)
    assert len(result.unmade) == 2
    assert all("is no debit or credit note to a customer" in each.reason for each in result.unmade)
    assert (result.left, result.stopped) == (0, False)
    for paper in result.made:
        one = seat.ask(read_paper, paper.kind, paper.record_id)
        assert seat.ask(read_papers, paper.kind, items)[paper.record_id] == one
    assert asked(seat, read_papers, "credit_note", items[:1]) == asked(
        seat, read_papers, "credit_note", items * 25
    )


def test_freight_inquiries_are_read_together(scene: Scene) -> None:
    seat = scene.seat
    inquiry = int(seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=scene.shipment)).value)
    found = seat.ask(read_papers, "freight_inquiry", (inquiry, 999))
    assert isinstance(found[inquiry], Paper)
    assert found[inquiry] == seat.ask(read_paper, "freight_inquiry", inquiry)
    assert str(found[999]) == "Freight inquiry no. 999 was not found."
    one = asked(seat, read_papers, "freight_inquiry", (inquiry,))
    assert asked(seat, read_papers, "freight_inquiry", (inquiry, *range(900, 950))) == one
