"""Expense claims from draft to booking: approval, payment, costs of shipments, reversal (domain.md section 4)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY, Seats
from tests.services.trading_kit import Deal, trade
from tradecrm.core.errors import NotAllowed
from tradecrm.core.problems import Refusal
from tradecrm.models import Account, ApprovalRequest, CostLine, ExpenseClaim, LedgerEntry
from tradecrm.reports.registry import report_table
from tradecrm.reports.walk import Record, unlinked_figures, walk
from tradecrm.services.book import Book, Seat
from tradecrm.services.claims.attachments import (
    LARGEST,
    AttachFile,
    DropFile,
    attach_file,
    attached_files,
    drop_file,
    file_content,
)
from tradecrm.services.claims.expense_payment import PayClaim, ReverseClaim, pay_claim, reverse_claim
from tradecrm.services.claims.expenses import (
    ClaimLineDraft,
    MoveClaim,
    SaveClaim,
    claim_lines,
    move_claim,
    save_claim,
)
from tradecrm.services.control.approval_rules import SwitchRules, switch_rules
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.shipment_card import shipment_card
from tradecrm.services.work import Reader

D = Decimal
SPENT = TODAY - timedelta(days=3)


def _line(amount: str, currency: str = "CNY", shipment: int | None = None, **more: object) -> ClaimLineDraft:
    category = str(more.get("category", "COURIER" if shipment else "TRAVEL"))
    return ClaimLineDraft(SPENT, category, "Night train", currency, D(amount), None, shipment)


def _claim(seat: Seat, *lines: ClaimLineDraft) -> int:
    return seat.perform(save_claim, SaveClaim(SPENT, "Visit to the factory", lines)).value


def _approved(seat: Seat, *lines: ClaimLineDraft) -> int:
    claim = _claim(seat, *lines)
    assert seat.perform(move_claim, MoveClaim(claim, "submit")).value == "approved"
    return claim


def _state(reader: Reader, claim: int) -> str:
    return reader.get(ExpenseClaim, claim, "Claim").status


def _sums(reader: Reader) -> dict[str, Decimal]:
    rows = reader.session.execute(
        select(LedgerEntry.book, func.sum(LedgerEntry.base_amount)).group_by(LedgerEntry.book)
    )
    return {book: total for book, total in rows if total}


def _account(reader: Reader, currency: str) -> int:
    return reader.session.scalars(select(Account.id).where(Account.currency == currency)).one()


def _request(reader: Reader) -> int:
    query = select(ApprovalRequest.id).where(ApprovalRequest.status == "pending")
    return reader.session.scalars(query).one()


@pytest.fixture
def deal(seat: Seat) -> Deal:
    return trade(seat)


def test_a_paid_claim_is_booked_to_the_cent_and_a_line_of_a_shipment_is_its_cost(
    seat: Seat, book: Book, deal: Deal
) -> None:
    """Section 2.3: USD 12.35 x 7.12 = 87.932 -> 87.93 is a cost of the shipment, CNY 640.00 one of the firm."""
    account = seat.ask(_account, "CNY")
    before, profit = seat.ask(_sums), seat.ask(shipment_profit, deal.shipment).result.trading_profit
    waiting = seat.ask(shipment_card, deal.shipment).unbilled
    claim = _approved(seat, _line("640.00"), _line("12.35", "USD", deal.shipment))
    held = seat.ask(balance_at, account, TODAY).amount
    seat.perform(pay_claim, PayClaim(claim, account, TODAY))
    assert seat.ask(_state, claim) == "posted"
    after = seat.ask(_sums)
    assert after["COST"] - before["COST"] == D("87.93")
    assert after.get("EXPENSE", D(0)) - before.get("EXPENSE", D(0)) == D("640.00")
    assert seat.ask(balance_at, account, TODAY).amount == held - D("727.93")
    sheet = seat.ask(shipment_profit, deal.shipment)
    assert profit - sheet.result.trading_profit == D("87.93")
    cost = sheet.costs[-1]
    assert (cost.category, cost.base_amount, cost.status) == ("BKD", D("87.93"), "paid")
    assert seat.ask(shipment_card, deal.shipment).unbilled == waiting, "the claim is the bill of its cost"
    with pytest.raises(Refusal, match="has its bill"):
        seat.perform(bill_cost, BillCost(cost.cost_id, TODAY))
    with pytest.raises(Refusal, match="has its bill"):
        seat.perform(save_cost, SaveCost(deal.shipment, "BKD", "CNY", D(1), id=cost.cost_id, version=1))
    assert check_book(book.store.reader) == []
    for by in ("category", "person", "month", "shipment"):
        table = seat.ask(report_table, "expenses", {"by": by})
        assert table.totals[0].cells[-1] == D("727.93")
        reached = seat.ask(walk, table).values()
        assert unlinked_figures(table) == []
        assert claim in {each.id for each in reached if isinstance(each, Record)}

    with pytest.raises(Refusal, match="why"):
        seat.perform(reverse_claim, ReverseClaim(claim, TODAY, " "))
    seat.perform(reverse_claim, ReverseClaim(claim, TODAY, "paid twice"))
    assert seat.ask(_state, claim) == "approved"
    assert seat.ask(_sums) == before
    assert seat.ask(shipment_profit, deal.shipment).result.trading_profit == profit
    assert check_book(book.store.reader) == []


def test_a_foreign_account_gives_its_carrying_and_the_difference_is_exchange(seat: Seat, deal: Deal) -> None:
    """Section 4, moving average: the account carries its dollars below the 7.12 at which the claim was booked."""
    dollars = seat.ask(_account, "USD")
    mixed = _approved(seat, _line("100", "USD"), _line("5"))
    with pytest.raises(Refusal, match="not every line"):
        seat.perform(pay_claim, PayClaim(mixed, dollars, TODAY))
    assert seat.ask(_state, mixed) == "approved"
    euros = seat.perform(open_account, OpenAccount("HKD", "BANK", "HKD", SPENT, D(1000), D("0.9"))).value
    line = ClaimLineDraft(SPENT, "TRAVEL", "Taxi in Hong Kong", "HKD", D(200), D("0.92"))
    claim = _approved(seat, line)
    before = seat.ask(_sums)
    seat.perform(pay_claim, PayClaim(claim, euros, TODAY))
    after = seat.ask(_sums)
    assert after["EXPENSE"] - before.get("EXPENSE", D(0)) == D("184.00")
    assert after["BANK"] - before["BANK"] == D("-180.00")
    assert after["FX"] - before.get("FX", D(0)) == D("-4.00")  # a gain


def test_a_claim_waits_for_manager_and_above_2000_for_finance_never_for_its_writer(
    seats: Seats, book: Book
) -> None:
    """Section 6: expense claim, all; > 2,000 second level: manager, finance. Nobody approves their own."""
    finance = book.seat(seats.owner.perform(add_person, AddPerson("Sun Li", "finance")).value)
    seats.owner.perform(switch_rules, SwitchRules("expense_claim", active=True))
    cash = seats.owner.perform(
        open_account, OpenAccount("Petty cash", "CASH", "CNY", date(2026, 1, 1), D(5000))
    ).value
    small, large = _claim(seats.sales, _line("2000")), _claim(seats.sales, _line("2000.01"))
    assert seats.sales.perform(move_claim, MoveClaim(small, "submit")).value == "submitted"
    with pytest.raises(Refusal, match="withdraw"):
        seats.sales.perform(move_claim, MoveClaim(small, "return"))
    with pytest.raises(Refusal, match="not possible"):
        finance.perform(pay_claim, PayClaim(small, cash, TODAY))
    with pytest.raises(Refusal, match="own submission"):
        seats.sales.perform(decide, Decide(seats.sales.ask(_request), "approve"))
    seats.manager.perform(decide, Decide(seats.manager.ask(_request), "approve"))
    assert seats.sales.ask(_state, small) == "approved"
    with pytest.raises(NotAllowed, match="record payments"):
        seats.sales.perform(pay_claim, PayClaim(small, cash, TODAY))
    finance.perform(pay_claim, PayClaim(small, cash, TODAY))

    seats.sales.perform(move_claim, MoveClaim(large, "submit"))
    seats.manager.perform(decide, Decide(seats.manager.ask(_request), "approve"))
    assert seats.sales.ask(_state, large) == "submitted"
    finance.perform(decide, Decide(finance.ask(_request), "reject", "No invoice"))
    assert seats.sales.ask(_state, large) == "draft"


def test_only_a_draft_is_changed_and_nothing_is_dated_tomorrow(seat: Seat, deal: Deal) -> None:
    with pytest.raises(Refusal, match="after today"):
        _claim(seat, ClaimLineDraft(TODAY + timedelta(days=1), "MEALS", "Dinner", "CNY", D(80)))
    claim = _approved(seat, _line("80"))
    again = SaveClaim(SPENT, "More", (_line("90"),), id=claim, version=2)
    with pytest.raises(Refusal, match="only a draft"):
        seat.perform(save_claim, again)
    assert [line.amount for line in seat.ask(claim_lines, claim)] == [D(80)]
    big = _approved(seat, _line("9000000"))
    account = seat.ask(_account, "CNY")
    with pytest.raises(Refusal, match="leave it below zero"):
        seat.perform(pay_claim, PayClaim(big, account, TODAY))
    assert seat.ask(_state, big) == "approved"


def test_files_are_kept_with_their_digest_and_stay_once_submitted(seat: Seat) -> None:
    claim = _claim(seat, _line("80"))
    file = AttachFile("expense_claim", claim, "taxi.pdf", b"%PDF-1.7 taxi")
    kept = seat.perform(attach_file, file).value
    assert seat.ask(file_content, kept).content == b"%PDF-1.7 taxi"
    for name, content, words in (
        ("run.exe", b"MZ", "neither a picture"),
        ("big.pdf", b"x" * (LARGEST + 1), "larger than 10 MB"),
        ("again.pdf", b"%PDF-1.7 taxi", "attached already"),
        ("none.pdf", b"", "is empty"),
    ):
        with pytest.raises(Refusal, match=words):
            seat.perform(attach_file, AttachFile("expense_claim", claim, name, content))
    seat.perform(move_claim, MoveClaim(claim, "submit"))
    with pytest.raises(Refusal, match="no draft any more"):
        seat.perform(drop_file, DropFile(kept))
    assert [row.name for row in seat.ask(attached_files, "expense_claim", claim)] == ["taxi.pdf"]
    seat.perform(move_claim, MoveClaim(claim, "return"))
    seat.perform(drop_file, DropFile(kept))
    assert seat.ask(attached_files, "expense_claim", claim) == ()
    assert seat.ask(lambda reader: reader.session.scalar(select(func.count(CostLine.id)))) == 0
