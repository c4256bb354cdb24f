"""Goods of T1 come back: domain.md sections 1.8, 1.9, 1.10, 2.1, 2.2, 9.1 and 12.

Of 1,200 lanterns 300 come back: credited 300 x 6.85 = 2,055.00 USD at the booking rate 7.06 = 14,508.30; their cost is
47,460.00 x 300/1,200 = 11,865.00 (E 10,500.00 and input VAT 1,365.00), their rebate 5,460.00 / 4 = 1,365.00.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY, Seats, open_copy
from tests.services.test_rebates import KITS, LANTERNS, _declare, _invoice
from tests.services.test_taking_back_departure import stands
from tradecrm.core.errors import NotAllowed
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.models import CostLine, GoodsReturn, GoodsReturnLine, Item, LedgerEntry, Note, Shipment
from tradecrm.reports.registry import report_table
from tradecrm.services.book import Book, Seat
from tradecrm.services.claims.rebate_ends import GiveUpRebate, give_up_rebate
from tradecrm.services.claims.rebate_moves import MoveRebate, ReceiveRebate, move_rebate, receive_rebate
from tradecrm.services.claims.rebates import (
    AddShipment,
    SaveRebateClaim,
    add_shipment,
    claim_rows,
    save_rebate_claim,
)
from tradecrm.services.claims.return_rebates import (
    PayRebateBack,
    TakeRepaymentBack,
    pay_rebate_back,
    take_repayment_back,
)
from tradecrm.services.claims.vat_invoices import save_vat_invoice
from tradecrm.services.control.periods import ClosePeriod, close_period
from tradecrm.services.data.check import check_book
from tradecrm.services.data.sample.running_example import Example, play_example
from tradecrm.services.figures.line_profit import line_profits
from tradecrm.services.figures.profit import profits_between, shipment_profit
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.notes import ReverseNote, reverse_note
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import Share
from tradecrm.services.money.refunds import RecordRefund, record_refund
from tradecrm.services.trade.closing import closing_gaps
from tradecrm.services.trade.returns import (
    ReceiveReturn,
    ReturnLineDraft,
    ReverseReturn,
    SaveReturn,
    receive_return,
    reverse_return,
    save_return,
)
from tradecrm.services.trade.taking_back_departure import TakeDepartureBack, take_departure_back
from tradecrm.services.work import Reader, Work, operation

D = Decimal
PROFIT = D("22180.81")
CREDIT = D("14508.30")


@dataclass(frozen=True)
class Scene:
    example: Example
    dollars: int
    yuan: int
    lantern: int
    kit: int


@pytest.fixture(scope="module")
def played(blank_book: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scene]:
    """Play T1 once: shipment 1 has left with 1,200 lanterns and 500 kits, billed and paid by the customer."""
    path = tmp_path_factory.mktemp("played") / "played.tcrm"
    shutil.copyfile(blank_book, path)
    book = open_copy(path)
    seat, opened = book.seat(), date(2026, 1, 1)
    dollars = seat.perform(open_account, OpenAccount("Bank of China USD", "BANK", "USD", opened)).value
    example = play_example(seat, dollars)
    yuan = seat.perform(open_account, OpenAccount("ICBC CNY", "BANK", "CNY", opened, D(90_000))).value
    found = Scene(example, dollars, yuan, *seat.ask(_lines, example.shipment))
    book.close()
    return path, found


@pytest.fixture
def book(played: tuple[Path, Scene], tmp_path: Path) -> Iterator[Book]:
    """Answer a copy of the book that was played."""
    path = tmp_path / "copy.tcrm"
    shutil.copyfile(played[0], path)
    opened = open_copy(path)
    yield opened
    opened.close()


@pytest.fixture
def scene(played: tuple[Path, Scene]) -> Scene:
    """Answer the records of the book."""
    return played[1]


def _lines(reader: Reader, shipment: int) -> list[int]:
    from tradecrm.models import ShipmentLine

    return list(
        reader.session.scalars(
            select(ShipmentLine.id)
            .where(ShipmentLine.shipment_id == shipment)
            .order_by(ShipmentLine.position)
        )
    )


def _save(seat: Seat, scene: Scene, fate: str = "stock", *lines: ReturnLineDraft) -> int:
    goods = lines or (ReturnLineDraft(scene.lantern, D(300)),)
    command = SaveReturn(scene.example.shipment, TODAY, goods, "Lamps flicker", fate)
    return seat.perform(save_return, command).value


def _back(seat: Seat, scene: Scene, fate: str = "stock", *lines: ReturnLineDraft) -> int:
    paper = _save(seat, scene, fate, *lines)
    seat.perform(receive_return, ReceiveReturn(paper, TODAY))
    return paper


def _book_of(reader: Reader, book: str, category: str | None = None) -> Decimal:
    query = select(func.sum(LedgerEntry.base_amount)).where(LedgerEntry.book == book)
    if category is not None:
        query = query.where(LedgerEntry.category == category)
    return reader.session.scalar(query) or D(0)


def _profit(seat: Seat, scene: Scene) -> Decimal:
    found = seat.ask(shipment_profit, scene.example.shipment)
    assert found.result.trading_profit == found.result.revenue - found.result.total_cost
    (total,) = seat.ask(profits_between, date(2026, 5, 20), date(2026, 5, 20))
    assert total.profit == found.result.trading_profit
    return found.result.trading_profit


def test_goods_come_back_into_stock_at_the_cost_they_left_with_and_all_is_undone(
    seat: Seat, book: Book, scene: Scene
) -> None:
    """Revenue falls by 14,508.30, cost by 11,865.00 - 1,365.00; stock holds E and the VAT beside it (16.9)."""
    paper = _back(seat, scene)
    assert _profit(seat, scene) == PROFIT - CREDIT + D("11865.00") - D("1365.00")
    assert (seat.ask(_book_of, "STOCK", ""), seat.ask(_book_of, "STOCK", "VAT")) == (D(10500), D(1365))
    assert seat.ask(_book_of, "REBATE") == D("8340.00") - D("1365.00")
    note = seat.ask(lambda reader: reader.session.scalars(select(Note)).one())
    assert (note.kind, note.side, note.amount, note.rate) == ("CN", "AR", D(2055), D("7.06"))
    lines = seat.ask(line_profits, scene.example.shipment)
    assert lines.lines[0].purchase == (D(47460) - D(5460)) * 3 / 4
    assert sum((line.profit for line in lines.lines), D(0)) == _profit(seat, scene)
    lantern, kit = (line.revenue for line in lines.lines)
    assert round(lantern / kit, 4) == round(D(900) * D("6.85") / (D(500) * D("14.40")), 4)
    assert check_book(book.store.reader) == []

    seat.perform(reverse_return, ReverseReturn(paper, TODAY, "counted twice"))
    assert _profit(seat, scene) == PROFIT
    assert (seat.ask(_book_of, "STOCK"), seat.ask(_book_of, "REBATE")) == (D(0), D("8340.00"))
    with pytest.raises(Refusal, match="not possible while the state is “Taken back”"):
        seat.perform(reverse_return, ReverseReturn(paper, TODAY, "again"))
    _back(seat, scene, "stock", ReturnLineDraft(scene.lantern, D(1200)))
    assert seat.ask(_book_of, "STOCK") == D(47460)
    assert check_book(book.store.reader) == []


def test_parts_of_a_line_take_along_what_all_of_it_cost(seat: Seat, book: Book, scene: Scene) -> None:
    """Three parts of 1,200 lanterns credit 8,220.00 and relieve 47,460.00 less 5,460.00: the last takes the rest."""
    for quantity in (D(7), D(400), D(793)):
        _back(seat, scene, "stock", ReturnLineDraft(scene.lantern, quantity))
    credited = seat.ask(lambda reader: reader.session.scalar(select(func.sum(Note.amount))))
    assert credited == D("8220.00")
    assert seat.ask(_book_of, "STOCK") == D("47460.00")
    assert seat.ask(_book_of, "REBATE") == D("2880.00")
    assert _profit(seat, scene) == PROFIT - D("8220.00") * D("7.06") + D("47460.00") - D("5460.00")
    assert check_book(book.store.reader) == []


def test_goods_that_go_on_to_the_factory_credit_its_bill(seat: Seat, book: Book, scene: Scene) -> None:
    """Section 9.1, supplier return: a credit note of 11,865.00 on the bill of 47,460.00 settles as much of it."""
    paper = _back(seat, scene, "supplier")
    assert _profit(seat, scene) == PROFIT - CREDIT + D("11865.00") - D("1365.00")
    assert (seat.ask(_book_of, "STOCK"), seat.ask(_book_of, "REBATE")) == (D(0), D("6975.00"))

    def owed(reader: Reader) -> Decimal:
        query = select(func.sum(Item.open_amount)).where(
            Item.side == "AP", Item.party_id == scene.example.cast.lantern_factory
        )
        return reader.session.scalar(query) or D(0)

    assert seat.ask(owed) == D("47460.00") - D("11865.00")
    supplier = seat.ask(lambda reader: reader.session.scalars(select(Note.id).where(Note.side == "AP")).one())
    with pytest.raises(Refusal, match="belongs to the goods returned RT-2606-0001"):
        seat.perform(reverse_note, ReverseNote(supplier))
    assert check_book(book.store.reader) == []
    seat.perform(reverse_return, ReverseReturn(paper, TODAY, "the factory mends them"))
    assert (seat.ask(owed), _profit(seat, scene)) == (D("47460.00"), PROFIT)
    assert check_book(book.store.reader) == []


def test_scrapped_goods_stay_cost_but_their_rebate_goes(seat: Seat, book: Book, scene: Scene) -> None:
    """The VAT of what is scrapped is cost: 14,508.30 of revenue and 1,365.00 of rebate are gone."""
    paper = _back(seat, scene, "scrap")
    assert _profit(seat, scene) == PROFIT - CREDIT - D("1365.00")
    assert (seat.ask(_book_of, "STOCK"), seat.ask(_book_of, "REBATE")) == (D(0), D("6975.00"))
    rest = (ReturnLineDraft(scene.lantern, D(900)),)
    _back(seat, scene, "stock", *rest)
    assert seat.ask(_book_of, "STOCK") == D("35595.00")  # 47,460.00 x 900 / 1,200
    assert seat.ask(_book_of, "REBATE") == D("2880.00")
    assert check_book(book.store.reader) == []
    seat.perform(reverse_return, ReverseReturn(paper, TODAY, "they were mended"))
    assert seat.ask(_book_of, "REBATE") == D("2880.00") + D("1365.00")
    assert check_book(book.store.reader) == []


def _claim(seat: Seat, scene: Scene) -> int:
    cast = scene.example.cast
    seat.perform(save_vat_invoice, _invoice(cast.lantern_factory, "26332000001", LANTERNS))
    seat.perform(save_vat_invoice, _invoice(cast.kit_factory, "26332000002", KITS))
    _declare(seat, scene.example.shipment)
    claim = seat.perform(save_rebate_claim, SaveRebateClaim(TODAY)).value
    seat.perform(add_shipment, AddShipment(claim, scene.example.shipment))
    return claim


def _move(seat: Seat, claim: int, *steps: str) -> None:
    for step in steps:
        seat.perform(move_rebate, MoveRebate(claim, step, TODAY, reason="doubted"))


def test_a_claim_that_is_not_filed_is_cut(seat: Seat, book: Book, scene: Scene) -> None:
    """Section 1.10: 900 of 1,200 lanterns stay claimed: E 31,500.00 x 13 % = 4,095.00, with the kits 6,975.00."""
    claim = _claim(seat, scene)
    paper = _save(seat, scene)
    done = seat.perform(receive_return, ReceiveReturn(paper, TODAY))
    assert "RB-2606-0001" in done.warnings[0]
    assert [(row.quantity, row.net, row.rebate) for row in seat.ask(claim_rows, claim)] == [
        (D(900), D("31500.00"), D("4095.00")),
        (D(500), D("32000.00"), D("2880.00")),
    ]
    _move(seat, claim, "ready", "file", "approve")
    seat.perform(receive_rebate, ReceiveRebate(claim, scene.yuan, TODAY, D("6975.00")))
    assert seat.ask(_book_of, "REBATE") == D(0)
    assert (
        seat.ask(lambda reader: reader.get(Shipment, scene.example.shipment, "").rebate_state) == "received"
    )
    with pytest.raises(Refusal, match="owes the tax office nothing"):
        seat.perform(pay_rebate_back, PayRebateBack(paper, scene.yuan, TODAY))
    assert check_book(book.store.reader) == []


def test_a_rebate_that_was_paid_is_owed_to_the_tax_office_and_paid_back(
    seat: Seat, book: Book, scene: Scene
) -> None:
    """Section 1.10: a rebate already received becomes payable: 1,365.00."""
    claim = _claim(seat, scene)
    _move(seat, claim, "ready", "file", "approve")
    seat.perform(receive_rebate, ReceiveRebate(claim, scene.yuan, TODAY, D("8340.00")))
    paper = _back(seat, scene)
    assert seat.ask(_book_of, "REBATE") == D("-1365.00")
    assert _profit(seat, scene) == PROFIT - CREDIT + D("11865.00") - D("1365.00")
    with pytest.raises(Refusal, match="choose such an account"):
        seat.perform(pay_rebate_back, PayRebateBack(paper, scene.dollars, TODAY))
    bank = seat.ask(_book_of, "BANK")
    assert "The rebate of RT-2606-0001 is not paid back to the tax office." in seat.ask(
        closing_gaps, scene.example.shipment
    )
    owed = seat.ask(report_table, "rebates", {})
    assert owed.totals[0].cells[3:6] == (D("6975.00"), D("8340.00"), D("-1365.00"))
    assert seat.perform(pay_rebate_back, PayRebateBack(paper, scene.yuan, TODAY)).value == D("1365.00")
    assert (seat.ask(_book_of, "REBATE"), seat.ask(_book_of, "BANK")) == (D(0), bank - D("1365.00"))
    assert not any("tax office" in gap for gap in seat.ask(closing_gaps, scene.example.shipment))
    with pytest.raises(Refusal, match="take that payment back first"):
        seat.perform(reverse_return, ReverseReturn(paper, TODAY, "no"))
    assert check_book(book.store.reader) == []
    seat.perform(take_repayment_back, TakeRepaymentBack(paper, TODAY))
    seat.perform(reverse_return, ReverseReturn(paper, TODAY, "they never came"))
    assert (seat.ask(_book_of, "REBATE"), _profit(seat, scene)) == (D(0), PROFIT)
    assert check_book(book.store.reader) == []


def test_what_is_owed_of_a_filed_claim_holds_the_claim(seat: Seat, book: Book, scene: Scene) -> None:
    """A claim for less: 8,000.00 of 8,340.00 approved, so 1,365.00 x 8,000 / 8,340 = 1,309.35 of it is owed."""
    claim = _claim(seat, scene)
    _move(seat, claim, "ready", "file")
    seat.perform(move_rebate, MoveRebate(claim, "approve", TODAY, D("8000.00")))
    paper = _back(seat, scene)
    line = seat.ask(lambda reader: reader.session.scalars(select(GoodsReturnLine)).one())
    assert (line.claimed, line.owed) == (D(300), D("1309.35"))
    assert seat.ask(_book_of, "REBATE") == D("8000.00") - D("1309.35")
    with pytest.raises(Refusal, match="came back by RT-2606-0001 after it was filed"):
        _move(seat, claim, "refuse")
    seat.perform(reverse_return, ReverseReturn(paper, TODAY, "first the claim"))
    assert seat.ask(_book_of, "REBATE") == D("8000.00")
    _move(seat, claim, "refuse")
    _back(seat, scene)
    assert (seat.ask(_book_of, "REBATE"), _profit(seat, scene)) == (
        D(0),
        PROFIT - D("8340.00") - CREDIT + D("11865.00"),
    )
    assert check_book(book.store.reader) == []


def test_a_rebate_that_was_given_up_is_not_given_back_twice(seat: Seat, book: Book, scene: Scene) -> None:
    """Section 2.11: after giving up 8,340.00 is cost; goods that come back take their whole 11,865.00 along."""
    seat.perform(give_up_rebate, GiveUpRebate(scene.example.shipment, TODAY, "no invoice"))
    paper = _back(seat, scene)
    assert seat.ask(_book_of, "REBATE") == D(0)
    assert _profit(seat, scene) == PROFIT - D("8340.00") - CREDIT + D("11865.00")
    seat.perform(reverse_return, ReverseReturn(paper, TODAY, "no"))
    assert (seat.ask(_book_of, "REBATE"), _profit(seat, scene)) == (D(0), PROFIT - D("8340.00"))
    # Where all goods are back nothing is left of the rebate, nor of what was given up.
    goods = ReturnLineDraft(scene.lantern, D(1200)), ReturnLineDraft(scene.kit, D(500))
    paper = _back(seat, scene, "stock", *goods)
    assert seat.ask(_book_of, "REBATE") == D(0)
    seat.perform(reverse_return, ReverseReturn(paper, TODAY, "no"))
    assert (seat.ask(_book_of, "REBATE"), _profit(seat, scene)) == (D(0), PROFIT - D("8340.00"))
    assert check_book(book.store.reader) == []


def test_guards_say_in_words_why_not_and_nothing_changes(seat: Seat, book: Book, scene: Scene) -> None:
    shipment = scene.example.shipment
    good = SaveReturn(shipment, TODAY, (ReturnLineDraft(scene.lantern, D(300)),), "Lamps flicker")
    more = replace(good, lines=(ReturnLineDraft(scene.lantern, D(1201)),))
    for command, words in (
        (more, "shipped 1,200 pcs; 0 came back before, so at most 1,200 can"),
        (replace(good, shipment_id=scene.example.second_shipment), "has not left"),
        (replace(good, day=date(2026, 5, 19)), "cannot come back before"),
        (replace(good, day=date(2026, 6, 16)), "after today"),
        (replace(good, reason=" "), "why the goods come back"),
        (replace(good, fate="gone"), "where the goods go"),
        (replace(good, lines=()), "which goods"),
        (replace(good, lines=good.lines * 2), "on a line above"),
        (replace(good, lines=(ReturnLineDraft(scene.lantern, D(1), D("8220.01")),)), "At most USD 8,220.00"),
    ):
        with pytest.raises(Refusal, match=words):
            seat.perform(save_return, command)
    assert seat.ask(lambda reader: reader.session.scalar(select(func.count(GoodsReturn.id)))) == 0

    paper = _back(seat, scene)
    with pytest.raises(Refusal, match="cannot be edited"):
        seat.perform(save_return, replace(good, id=paper, version=2))
    with pytest.raises(Refusal, match="not possible while the state is “Came back”"):
        seat.perform(receive_return, ReceiveReturn(paper, TODAY))
    with pytest.raises(Refusal, match="300 came back before, so at most 900 can"):
        seat.perform(save_return, more)
    two = [_save(seat, scene, "stock", ReturnLineDraft(scene.lantern, D(600))) for _each in range(2)]
    seat.perform(receive_return, ReceiveReturn(two[0], TODAY))
    with pytest.raises(Refusal, match="at most 300 can"):
        seat.perform(receive_return, ReceiveReturn(two[1], TODAY))
    seat.perform(reverse_return, ReverseReturn(two[1], TODAY, "not needed"))  # A draft simply ends.
    with pytest.raises(Refusal, match="Say why"):
        seat.perform(reverse_return, ReverseReturn(paper, TODAY, ""))
    with pytest.raises(Refusal, match="on the day the goods came or later"):
        seat.perform(reverse_return, ReverseReturn(paper, date(2026, 6, 1), "no"))
    before = seat.ask(_book_of, "STOCK")
    assert before == D("35595.00")  # 900 of 1,200
    assert check_book(book.store.reader) == []


def test_a_note_that_was_refunded_and_a_closed_period_hold_it(seat: Seat, book: Book, scene: Scene) -> None:
    """The invoice was paid: the credit note stays in hand, and is given back to the customer."""
    paper = _back(seat, scene)
    note = seat.ask(lambda reader: reader.session.scalars(select(Item).where(Item.kind == "CN")).one())
    assert note.open_amount == D("-2055.00")
    refund = RecordRefund(
        "AR", TODAY, note.party_id, scene.dollars, (Share(note.id, D(2055)),), "goods back", rate=D("7.06")
    )
    seat.perform(record_refund, refund)
    with pytest.raises(Refusal, match=r"is settled with RF-2606-0001\. Take that settlement back first"):
        seat.perform(reverse_return, ReverseReturn(paper, TODAY, "no"))
    assert seat.ask(_book_of, "STOCK") == D("11865.00")
    draft = _save(seat, scene)
    seat.perform(save_rate, SaveRate(RateType.MID, "USD", date(2026, 5, 29), "7.05"))
    seat.perform(close_period, ClosePeriod(date(2026, 5, 31), confirmed=True))
    with pytest.raises(Refusal, match="books are closed until 2026-05-31"):
        seat.perform(receive_return, ReceiveReturn(draft, date(2026, 5, 30)))
    seat.perform(receive_return, ReceiveReturn(draft, date(2026, 6, 1)))


@operation("shipment.write")
def _touch(work: Work, change: Callable[[Work], None]) -> None:
    """Bring the book into a state that takes long to come to."""
    change(work)


def test_goods_whose_bill_is_not_entered_have_no_cost_to_come_back_at(seat: Seat, scene: Scene) -> None:
    def unbill(work: Work) -> None:
        for line in work.session.scalars(select(CostLine).where(CostLine.shipment_line_id == scene.kit)):
            line.status = "estimated"

    def unbuy(work: Work) -> None:
        for line in work.session.scalars(select(CostLine).where(CostLine.shipment_line_id == scene.lantern)):
            line.shipment_line_id = None

    seat.perform(_touch, unbill)
    kits = _save(seat, scene, "stock", ReturnLineDraft(scene.kit, D(1)))
    with pytest.raises(
        Refusal, match="bill for “Garden tool kit, 5 pieces, in carrying bag” on SH-26001 is not"
    ):
        seat.perform(receive_return, ReceiveReturn(kits, TODAY))
    seat.perform(_touch, unbuy)
    lanterns = _save(seat, scene, "supplier")
    with pytest.raises(Refusal, match="Enter the bill, or choose “Scrapped”"):
        seat.perform(receive_return, ReceiveReturn(lanterns, TODAY))
    assert seat.ask(_book_of, "STOCK") == D(0)


def test_a_closed_shipment_takes_nothing_back(seat: Seat, scene: Scene) -> None:
    draft = _save(seat, scene)

    def close(work: Work) -> None:
        work.get(Shipment, scene.example.shipment, "").status = "closed"

    seat.perform(_touch, close)
    with pytest.raises(Refusal, match="is closed and its result stands"):
        seat.perform(receive_return, ReceiveReturn(draft, TODAY))
    with pytest.raises(Refusal, match="is closed and its result stands"):
        _save(seat, scene)
    assert seat.ask(lambda reader: reader.session.scalar(select(func.count(Note.id)))) == 0


def test_a_salesperson_writes_a_return_but_does_not_book_it(seats: Seats, scene: Scene) -> None:
    paper = _save(seats.owner, scene)
    with pytest.raises(NotAllowed):
        seats.sales.perform(receive_return, ReceiveReturn(paper, TODAY))
    assert seats.sales.ask(lambda reader: reader.session.scalars(select(GoodsReturn)).all()) == []


def test_the_check_names_what_was_changed_behind_the_program(seat: Seat, book: Book, scene: Scene) -> None:
    paper = _back(seat, scene)
    with book.store.writer.connect() as connection:
        for change in (
            "UPDATE goods_return_line SET quantity = quantity * 5",
            "UPDATE goods_return_line SET cost = cost + 10000",
            "UPDATE goods_return_line SET amount = amount + 10000",
            "UPDATE goods_return_line SET owed = 10000",
            "UPDATE goods_return SET repaid_on = '2026-06-15'",
        ):
            connection.exec_driver_sql(change)
        connection.commit()
    words = " ".join(fault.sentence for fault in check_book(book.store.reader))
    for part in ("came back, more than", "credit note is of", "in stock", "paid back"):
        assert part in words
    assert paper


def test_a_departure_is_not_taken_back_while_goods_came_back_or_a_claim_names_it(
    seat: Seat, scene: Scene
) -> None:
    """Section 1.3: what stands on the departure is said, each with what to do first."""
    paper = _back(seat, scene)
    _claim(seat, scene)
    before = seat.ask(stands)
    with pytest.raises(Refusal) as refused:
        seat.perform(take_departure_back, TakeDepartureBack(scene.example.shipment, "Wrong ship"))
    said = str(refused.value)
    assert "says that goods of SH-26001 came back. Take it back first." in said
    assert "SH-26001 is in a rebate claim. Take it out of the claim first." in said
    assert paper
    assert seat.ask(stands) == before
