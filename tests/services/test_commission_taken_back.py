"""Commission taken back in the next run: bounced receipts, credit notes, notes taken back again (issue: item 8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.test_commission import JUNE, MAY, START, Scene, scene
from tradecrm.core.commission import commission_left
from tradecrm.core.problems import Refusal
from tradecrm.models import Item, LedgerEntry, Receipt
from tradecrm.reports.registry import report_table
from tradecrm.screens.claims.commission import RUN_FORM, people_facts
from tradecrm.services.book import Seat
from tradecrm.services.claims.commission import (
    MoveRun,
    PayRun,
    ReckonCommission,
    SaveCommissionRule,
    move_run,
    pay_run,
    reckon_commission,
    save_commission_rule,
)
from tradecrm.services.claims.commission_card import commission_rows
from tradecrm.services.data.check import check_book
from tradecrm.services.money.notes import ReverseNote, WriteNote, reverse_note, write_note
from tradecrm.services.money.receipts import ReverseReceipt, reverse_receipt
from tradecrm.services.work import Reader

__all__ = ["scene"]

D = Decimal


def test_what_is_left_follows_the_threshold_and_never_rises() -> None:
    """2 % above 20,000 of 22,180.81 is 43.62; of 21,000 it is 20.00, of less nothing; more earns nothing more."""
    base, amount, rate, above = D("22180.81"), D("43.62"), D("0.02"), D(20000)
    left = [commission_left(base, amount, D(now), rate, above) for now in ("21000", "19000", "-5", "30000")]
    assert left == [D("20.00"), D(0), D(0), amount]
    # The threshold was changed since: by the rate alone, down to nothing.
    assert [commission_left(base, amount, D(now), rate, D(0)) for now in ("21000", "10000")] == [
        D("20.00"),
        D(0),
    ]


def rule(seat: Seat, basis: str, rate: str) -> None:
    seat.perform(save_commission_rule, SaveCommissionRule(f"{basis} {rate}", basis, D(rate), START))


def run(seat: Seat, first: date, last: date, *, post: bool = True) -> int:
    key: int = seat.perform(reckon_commission, ReckonCommission(first, last)).value
    if post:
        seat.perform(move_run, MoveRun(key, "post", last))
    return key


def lines(seat: Seat, key: int) -> list[tuple[str, Decimal | None, Decimal, str]]:
    return [
        (row.paper, row.base_amount, row.amount, row.remark) for row in seat.ask(commission_rows, run_id=key)
    ]


def faults(seat: Seat) -> list[str]:
    if seat.book.store.reader.dialect.name != "sqlite":
        return []
    return [fault.sentence for fault in check_book(seat.book.store.reader)]


def staff(reader: Reader) -> Decimal:
    rows = reader.session.scalars(select(LedgerEntry.base_amount).where(LedgerEntry.book == "STAFF"))
    return -sum(rows, D(0))


def balance_receipt(reader: Reader) -> tuple[int, str]:
    row = reader.session.execute(select(Receipt.id, Receipt.number).where(Receipt.gross == D(10794))).one()
    return row[0], row[1]


def invoice(reader: Reader) -> int:
    return reader.session.scalars(select(Item.id).where(Item.side == "AR", Item.kind == "INV")).one()


def test_a_bounced_receipt_takes_its_commission_back_once(seat: Seat, scene: Scene) -> None:
    """10,794 x 7.03 x 0.5 % = 379.41 was counted in June's first days; it bounces, the next run has it below zero."""
    rule(seat, "collection", "0.005")
    first = run(seat, START, date(2026, 6, 13))
    key, number = seat.ask(balance_receipt)
    seat.perform(reverse_receipt, ReverseReceipt(key, date(2026, 6, 14)))
    again = run(seat, date(2026, 6, 14), JUNE, post=False)
    taken = (number, D("-75881.82"), D("-379.41"), f"{number} was taken back on 2026-06-14")
    assert lines(seat, again) == [taken]
    # A draft that corrects already leaves nothing to correct; reckoned again it stays the same.
    with pytest.raises(Refusal, match="not reckoned yet"):
        run(seat, date(2026, 6, 14), JUNE)
    seat.perform(reckon_commission, ReckonCommission(date(2026, 6, 14), JUNE, again))
    assert lines(seat, again) == [taken]
    with pytest.raises(Refusal, match=r"reverse .* first"):
        seat.perform(move_run, MoveRun(first, "reverse", JUNE, "Wrong"))
    seat.perform(move_run, MoveRun(again, "post", JUNE))
    assert seat.ask(staff) == D("207.86")
    assert faults(seat) == []
    # Paid, a run below zero brings its money back.
    seat.perform(pay_run, PayRun(first, scene.yuan, JUNE))
    seat.perform(pay_run, PayRun(again, scene.yuan, JUNE))
    assert seat.ask(staff) == 0
    draft = seat.ask(RUN_FORM.load, again)
    assert (f"{number}: {taken[3]}", "CNY −379.41") in [
        (fact.label, fact.value) for fact in people_facts(draft)
    ]
    table = seat.ask(report_table, "commission_lines", {"first": JUNE, "last": JUNE})
    assert table.rows[0].cells[-1] == taken[3]
    assert faults(seat) == []


def test_a_credit_note_takes_profit_s_commission_back_and_gives_it_again(seat: Seat, scene: Scene) -> None:
    """T1: 22,180.81 x 2 % = 443.62. A note of USD 1,000 at 7.06 leaves 15,120.81: 302.42, so 141.20 comes back."""
    rule(seat, "profit", "0.02")
    run(seat, START, MAY)
    note = WriteNote(
        "CN",
        "AR",
        date(2026, 6, 2),
        D(1000),
        "Lamps were scratched",
        invoice_id=seat.ask(invoice),
        rate=D("7.06"),
    )
    written = seat.perform(write_note, note).value
    june = run(seat, date(2026, 6, 1), date(2026, 6, 10))
    ((_paper, base, amount, remark),) = lines(seat, june)
    assert (base, amount) == (D("-7060.00"), D("-141.20"))
    assert remark.startswith("After CN")
    with pytest.raises(Refusal, match="not reckoned yet"):
        run(seat, date(2026, 6, 11), date(2026, 6, 12))
    seat.perform(reverse_note, ReverseNote(written, date(2026, 6, 13), "Not scratched"))
    back = run(seat, date(2026, 6, 11), JUNE)
    assert [row[1:3] for row in lines(seat, back)] == [(D("7060.00"), D("141.20"))]
    assert seat.ask(staff) == D("443.62")
    assert faults(seat) == []


def test_a_credit_note_takes_revenue_s_commission_back(seat: Seat, scene: Scene) -> None:
    """108,680.16 x 1 % = 1,086.80; less 1,000 x 7.06 it is 1,016.20."""
    rule(seat, "revenue", "0.01")
    run(seat, START, MAY)
    note = WriteNote(
        "CN", "AR", date(2026, 6, 2), D(1000), "Scratched", invoice_id=seat.ask(invoice), rate=D("7.06")
    )
    seat.perform(write_note, note)
    june = run(seat, date(2026, 6, 1), JUNE)
    assert [row[1:3] for row in lines(seat, june)] == [(D("-7060.00"), D("-70.60"))]
