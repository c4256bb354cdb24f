"""Papers from a real book: by number, drafts while approval is pending, the set with its cross-check, rights."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.services.conftest import TODAY, Seats
from tests.services.trading_kit import Deal, trade
from tests.unit.render_samples import letters, page_texts
from tradecrm.core.errors import NotFound
from tradecrm.core.problems import Refusal
from tradecrm.documents.build import draw_paper
from tradecrm.documents.content import Paper
from tradecrm.documents.paper_set import paper_set, write_set
from tradecrm.documents.registry import KINDS, SHIPMENT_SET, paper_by_number, read_paper
from tradecrm.models import FreightInquiry, PurchaseContract, PurchaseLine
from tradecrm.services.book import Seat
from tradecrm.services.money.ledger import AR, REVENUE, NewItem, Part, Row, Source, add_item
from tradecrm.services.work import Reader, Work, operation

D = Decimal


@pytest.fixture
def deal(seat: Seat) -> Deal:
    return trade(seat)


def text_of(paper: Paper) -> str:
    target = io.BytesIO()
    draw_paper(paper, target, "both")
    return letters("".join(page_texts(target.getvalue())))


@pytest.mark.parametrize("kind", SHIPMENT_SET)
def test_the_papers_of_a_shipment_name_the_goods_and_never_the_factory(
    seat: Seat, deal: Deal, kind: str
) -> None:
    paper = seat.ask(read_paper, kind, deal.shipment)
    text = text_of(paper)
    assert "Desklamp" in text
    assert "宁波明灯厂" not in text
    assert "1,200.00" not in text, "the cost of the shipment"
    assert not paper.draft


def test_a_shipment_that_is_not_loaded_prints_drafts(seat: Seat, deal: Deal) -> None:
    from tradecrm.models import ContractLine
    from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment

    line = seat.ask(lambda reader: reader.session.query(ContractLine.id).scalar())
    command = SaveShipment(TODAY, (ShipmentLineDraft(line, D(100)),), etd=TODAY + timedelta(days=9))
    planned = seat.perform(save_shipment, command).value
    assert seat.ask(read_paper, "packing_list", planned).draft
    assert not seat.ask(read_paper, "instruction", planned).draft


def test_the_set_is_written_into_a_folder_with_every_paper_twice(
    seat: Seat, deal: Deal, tmp_path: Path
) -> None:
    ready = seat.ask(paper_set, deal.shipment)
    assert [paper.kind for paper in ready.papers] == list(SHIPMENT_SET)
    written = write_set(ready, tmp_path / "set")
    assert len(written.files) == 2 * len(SHIPMENT_SET)
    assert all(path.stat().st_size > 1000 for path in written.files)
    assert {each.field for each in ready.contradictions} == {"cartons", "hs_code"}


def test_a_paper_is_found_by_its_number_and_another_number_is_told(seat: Seat, deal: Deal) -> None:
    number = seat.ask(read_paper, "contract", deal.contract).number
    assert seat.ask(paper_by_number, "contract", number).number == number
    invoice = seat.ask(read_paper, "invoice", deal.shipment).number
    assert seat.ask(paper_by_number, "packing_list", invoice).number == invoice
    for kind in KINDS:
        with pytest.raises(NotFound, match="X-404"):
            seat.ask(paper_by_number, kind, "X-404")
    with pytest.raises(Refusal, match="There is no paper poem"):
        seat.ask(paper_by_number, "poem", number)


@operation("purchase.write")
def buy(work: Work, supplier: int) -> int:
    head = PurchaseContract(
        number="PC-1", day=TODAY, supplier_id=supplier, status="approved", total=D(60_000), owner_id=1
    )
    purchase = work.add(head)
    line = PurchaseLine(
        purchase_id=purchase.id, position=1, description_cn="台灯", unit="PCS", quantity=D(1000), price=D(60),
        amount=D(60_000), owner_id=1,
    )  # fmt: skip
    work.add(line)
    return purchase.id


def test_a_purchase_contract_prints_capitals_and_no_customer(seat: Seat, deal: Deal) -> None:
    text = text_of(seat.ask(read_paper, "purchase", seat.perform(buy, deal.factory).value))
    assert "人民币陆万元整" in text
    assert "宁波明灯厂" in text
    assert "Kern" not in text
    assert "PO-881" not in text


@operation("freight.write")
def ask_freight(work: Work, shipment: int) -> int:
    inquiry = FreightInquiry(
        number="FI-1", day=TODAY, status="draft", shipment_id=shipment, port_of_loading="Ningbo",
        port_of_discharge="Hamburg", cargo="Desk lamps", owner_id=1,
    )  # fmt: skip
    return work.add(inquiry).id


def test_a_freight_inquiry_names_neither_customer_nor_price(seat: Seat, deal: Deal) -> None:
    text = text_of(seat.ask(read_paper, "freight_inquiry", seat.perform(ask_freight, deal.shipment).value))
    assert "Desklamps" in text
    for secret in ("Kern", "宁波明灯厂", "12.40", "7,440"):
        assert secret not in text


@operation("receipt.write")
def credit_customer(work: Work, deal: Deal) -> int:
    new = NewItem(
        AR, "CN", "CN-1", deal.customer, TODAY, "USD", D(-124), D("7.12"), D("-882.88"),
        contract_id=deal.contract, shipment_id=deal.shipment, parts=(Part(D(-124), due_on=TODAY),), owner_id=1,
    )  # fmt: skip
    against = Row(REVENUE, "USD", D(124), D("882.88"), shipment_id=deal.shipment)
    return add_item(work, new, "credit_note", Source("item", 0, "Ten lamps broken"), (against,)).id


def test_a_credit_note_prints_the_positive_amount_and_an_invoice_is_no_note(seat: Seat, deal: Deal) -> None:
    note = seat.ask(read_paper, "credit_note", seat.perform(credit_customer, deal).value)
    text = text_of(note)
    assert "CREDITNOTE" in text
    assert "USD124.00" in text
    assert "Tenlampsbroken" in text
    with pytest.raises(Refusal, match="no debit or credit note"):
        seat.ask(read_paper, "credit_note", deal.invoice)


def test_papers_of_others_are_not_found(seats: Seats) -> None:
    deal = trade(seats.owner)
    for kind, key in (("contract", deal.contract), ("invoice", deal.shipment)):
        with pytest.raises(NotFound):
            seats.other.ask(read_paper, kind, key)


def test_a_pending_approval_marks_the_contract_as_a_draft(seat: Seat, deal: Deal) -> None:
    assert not seat.ask(read_paper, "contract", deal.contract).draft

    def pend(work: Work, _command: None) -> None:
        from tradecrm.models import SalesContract

        work.get(SalesContract, deal.contract, "Contract").status = "submitted"

    seat.perform(operation("contract.write")(pend), None)
    paper = seat.ask(read_paper, "contract", deal.contract)
    assert paper.draft
    assert paper.marks.stamp == b""
    assert "DRAFT" in text_of(paper)
    assert replace(paper, draft=False) != paper


def test_the_reader_of_a_set_reads_the_facts_once(seat: Seat, deal: Deal) -> None:
    def numbers(reader: Reader) -> set[str]:
        return {
            paper.number for paper in paper_set(reader, deal.shipment).papers if paper.kind != "instruction"
        }

    assert len(seat.ask(numbers)) == 1
