"""Statements brought in, matched and reconciled (domain.md section 4), with its worked example."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from tests.services.bank_kit import book as enter
from tests.services.bank_kit import bring_in, entry_over, line, open_yuan, statement
from tests.services.money_kit import customer
from tradecrm.core.bank_matching import Why
from tradecrm.core.errors import NotAllowed
from tradecrm.core.problems import Refusal
from tradecrm.models import BankMatch, BankRow, Receipt, Reconciliation
from tradecrm.services.book import Seat
from tradecrm.services.data.check import check_book
from tradecrm.services.data.check_money import steps
from tradecrm.services.money.account_reversals import TakeBack, reverse_expense
from tradecrm.services.money.bank_returns import ReturnOfRow, return_of_row, returned_papers
from tradecrm.services.money.matching import (
    IgnoreRow,
    MatchRows,
    Pair,
    UnmatchRow,
    ignore_row,
    match_rows,
    propose_matches,
    unmatch_row,
)
from tradecrm.services.money.receipts import RecordReceipt, ReverseReceipt, record_receipt, reverse_receipt
from tradecrm.services.money.reconciling import (
    FinishReconciliation,
    ReopenReconciliation,
    agreement,
    finish_reconciliation,
    reconciliations,
    reopen_reconciliation,
)
from tradecrm.services.money.statements import (
    ImportStatement,
    RemoveStatement,
    account_of,
    import_statement,
    preview_statement,
    remove_statement,
)
from tradecrm.services.work import Reader

D = Decimal
MAY = date(2026, 5, 31)


def rows_of(reader: Reader) -> list[tuple[int, Decimal, str]]:
    found = reader.session.execute(select(BankRow.id, BankRow.amount, BankRow.status).order_by(BankRow.id))
    return [(key, amount, status) for key, amount, status in found]


def count(reader: Reader, entity: type) -> int:
    return reader.session.scalar(select(func.count()).select_from(entity)) or 0


@pytest.fixture
def may(seat: Seat) -> int:
    """Answer an account whose May is that of the worked example of section 4, its statement brought in."""
    account = open_yuan(seat)
    enter(seat, account, date(2026, 5, 4), "15000", "Veld B.V. CI-26001")
    enter(seat, account, date(2026, 5, 11), "-3645", "Carton maker")
    enter(seat, account, date(2026, 5, 29), "2000", "Cheque paid in")
    enter(seat, account, date(2026, 5, 30), "-3450", "Carrier")
    file = statement(
        line(date(2026, 5, 5), "15000", "VELD BV", "INV CI26001"),
        line(date(2026, 5, 11), "-3645"),
        line(date(2026, 5, 20), "15", text="Interest"),
        line(date(2026, 5, 25), "-70", text="Fees"),
        opening="30000",
        from_day=date(2026, 5, 1),
        to_day=MAY,
    )
    bring_in(seat, account, file)
    return account


def accept(seat: Seat, account: int) -> None:
    sure = [each for each in seat.ask(propose_matches, account) if each.sure]
    seat.perform(match_rows, MatchRows(tuple(Pair(each.row_id, each.entry_ids) for each in sure)))


def test_the_worked_example(seat: Seat, may: int) -> None:
    """41,300.00 + 2,000.00 - 3,450.00 = 39,850.00 = 39,905.00 + 15.00 - 70.00 (section 4)."""
    first, second = seat.ask(propose_matches, may)
    assert first.why == (Why.NEAR_DAY, Why.REFERENCE, Why.ONLY_ONE)
    assert second.why == (Why.SAME_DAY, Why.ONLY_ONE)
    accept(seat, may)
    found = seat.ask(agreement, may, MAY)
    assert (found.statement_balance, found.in_transit, found.outstanding) == (D(41300), D(2000), D(3450))
    assert (found.book_balance, found.credits_, found.debits) == (D(39905), D(15), D(70))
    assert found.bank_side == found.book_side == D(39850)
    seat.perform(finish_reconciliation, FinishReconciliation(may, MAY, D(41300)))
    (kept,) = seat.ask(reconciliations, may)
    assert (kept.status, kept.statement_balance, kept.book_balance) == ("finished", D(41300), D(39905))


def test_the_check_names_what_does_not_hold(seat: Seat, may: int) -> None:
    """Invariant 10 of section 12: a row's matches make its amount, a finished reconciliation holds."""
    accept(seat, may)
    seat.perform(finish_reconciliation, FinishReconciliation(may, MAY, D(41300)))

    def faults() -> list[str]:
        with seat.book.store.reader.connect() as connection:
            found = [fault for _title, step in steps() for fault in step(connection)]
        return sorted(fault.kind for fault in found)

    assert faults() == []
    with seat.book.store.writer.begin() as connection:
        connection.execute(update(BankRow).where(BankRow.amount == D(15000)).values(amount=D(15001)))
        connection.execute(update(BankRow).where(BankRow.amount == D(15)).values(status="matched"))
        connection.execute(update(Reconciliation).values(book_balance=D(1), status="finished"))
    assert faults() == ["bank_row", "bank_row", "reconciliation"]


def test_it_is_not_finished_while_the_sides_differ(seat: Seat, may: int) -> None:
    """Finish only when the identity holds (section 4)."""
    with pytest.raises(Refusal, match=r"differ by CNY 0\.01"):
        seat.perform(finish_reconciliation, FinishReconciliation(may, MAY, D("41300.01")))
    assert seat.ask(count, Reconciliation) == 0
    # Unmatched on both sides, a payment stands among the outstanding and the unbooked alike: it still holds.
    assert seat.ask(agreement, may, MAY).difference == 0


def test_what_came_before_the_first_statement_is_its_opening(seat: Seat) -> None:
    account = open_yuan(seat)
    enter(seat, account, date(2026, 4, 20), "-100")
    file = statement(line(date(2026, 5, 2), "-5"), opening="30000", from_day=date(2026, 5, 1), to_day=MAY)
    bring_in(seat, account, file)
    late = seat.ask(agreement, account, MAY)
    assert (late.before_bank, late.before_books, late.difference) == (D(30000), D(29900), D(100))


def test_reconciled_entries_are_locked_until_it_is_reopened(seat: Seat, may: int) -> None:
    """Reconciled entries are locked; un-reconciling comes first (section 4)."""
    accept(seat, may)
    record = seat.perform(finish_reconciliation, FinishReconciliation(may, MAY, D(41300))).value
    row = seat.ask(rows_of)[0][0]
    with pytest.raises(Refusal, match="is reconciled"):
        seat.perform(unmatch_row, UnmatchRow(row))
    with pytest.raises(Refusal, match="reconciled until 2026-05-31 already"):
        seat.perform(finish_reconciliation, FinishReconciliation(may, MAY, D(41300)))
    with pytest.raises(Refusal, match="Say why"):
        seat.perform(reopen_reconciliation, ReopenReconciliation(record, " "))
    seat.perform(reopen_reconciliation, ReopenReconciliation(record, "A fee was overlooked"))
    seat.perform(unmatch_row, UnmatchRow(row))
    assert seat.ask(rows_of)[0][2] == "open"


def test_what_the_bank_gives_back_later_leaves_the_reconciled_rows_as_they_are(seat: Seat) -> None:
    """A receipt of a reconciled month bounces on its own day (section 16.7); a fee is corrected by reopening."""
    account, veld = open_yuan(seat), customer(seat)
    receipt = seat.perform(
        record_receipt, RecordReceipt(date(2026, 5, 4), veld, account, D(500), D(20))
    ).value
    fee = enter(seat, account, date(2026, 5, 5), "-7", "Fee")
    paid_in, took = line(date(2026, 5, 4), "480"), line(date(2026, 5, 5), "-7")
    bring_in(seat, account, statement(paid_in, took, opening="30000", from_day=date(2026, 5, 1), to_day=MAY))
    accept(seat, account)
    seat.perform(finish_reconciliation, FinishReconciliation(account, MAY, D(30473)))
    stood = seat.ask(agreement, account, MAY)
    for early in (date(2026, 5, 20), MAY):
        with pytest.raises(Refusal, match="taken back on a day after that"):
            seat.perform(reverse_receipt, ReverseReceipt(receipt, early, "bounced"))
    with pytest.raises(Refusal, match="Reopen that reconciliation first"):
        seat.perform(reverse_expense, TakeBack(fee, "not ours", date(2026, 6, 3)))
    assert seat.ask(agreement, account, MAY) == stood
    done = seat.perform(reverse_receipt, ReverseReceipt(receipt, date(2026, 6, 3), "bounced"))
    assert "waits for the bank's row of 2026-06-03" in done.warnings[-1]
    assert seat.ask(agreement, account, MAY) == stood
    june = date(2026, 6, 10)
    bring_in(seat, account, statement(line(date(2026, 6, 4), "-480", "退汇"), opening="30473"), "june.csv")
    (bounce,) = seat.ask(propose_matches, account)
    assert bounce.sure
    accept(seat, account)
    assert seat.ask(returned_papers, bounce.row_id) == (), "what was taken back cannot come back again"
    seat.perform(finish_reconciliation, FinishReconciliation(account, june, D(29993)))
    found = seat.ask(agreement, account, june)
    assert not found.transit
    assert not found.unbooked
    assert found.difference == 0
    assert check_book(seat.book.store.reader) == []


def test_a_row_of_money_given_back_reverses_its_receipt_and_is_matched_at_once(seat: Seat) -> None:
    """Section 16.7: dated on the bounce; offered is only what moved just the opposite before the row."""
    account, veld = open_yuan(seat), customer(seat)
    command = RecordReceipt(date(2026, 5, 4), veld, account, D(500), D(20))
    first, second = (seat.perform(record_receipt, command).value for _each in range(2))
    seat.perform(record_receipt, replace(command, day=date(2026, 6, 8)))
    fee, back = line(date(2026, 6, 4), "-7"), line(date(2026, 6, 4), "-480", "退汇")
    bring_in(seat, account, statement(fee, back, opening="30960"))
    (other, row) = (key for key, _amount, _status in seat.ask(rows_of))
    assert [each.id for each in seat.ask(returned_papers, row)] == [second, first]
    for wrong, words in (
        (ReturnOfRow(row, "receipt", first, " "), "Say why it came back"),
        (ReturnOfRow(row, "loan", first, "bounced"), "Choose whose money"),
        (ReturnOfRow(other, "receipt", first, "bounced"), "does not give back what that paper moved"),
    ):
        with pytest.raises(Refusal, match=words):
            seat.perform(return_of_row, wrong)
    seat.perform(return_of_row, ReturnOfRow(row, "receipt", first, "账号不符"))
    assert [status for _key, _amount, status in seat.ask(rows_of)] == ["open", "matched"]
    paper = seat.ask(lambda reader: reader.session.get_one(Receipt, first))
    assert paper.reversed_on == date(2026, 6, 4)
    assert check_book(seat.book.store.reader) == []


def test_only_whoever_may_reopens(seats: object) -> None:
    sales = seats.sales  # type: ignore[attr-defined]
    with pytest.raises(NotAllowed, match="open finished reconciliations again"):
        sales.perform(reopen_reconciliation, ReopenReconciliation(1, "why"))


def test_one_row_may_be_several_entries(seat: Seat) -> None:
    account = open_yuan(seat)
    for amount in ("-40", "-60.50", "-7"):
        enter(seat, account, date(2026, 5, 5), amount)
    bring_in(seat, account, statement(line(date(2026, 5, 6), "-100.50"), opening="30000"))
    (found,) = seat.ask(propose_matches, account)
    assert (found.why, found.sure, len(found.entry_ids)) == ((Why.SUM,), False, 2)
    with pytest.raises(Refusal, match="the entries chosen make CNY −40"):
        seat.perform(match_rows, MatchRows((Pair(found.row_id, (entry_over(seat, account, "-40"),)),)))
    seat.perform(match_rows, MatchRows((Pair(found.row_id, found.entry_ids),)))
    assert seat.ask(count, BankMatch) == 2


def test_a_row_left_out_needs_a_reason_and_stays_unbooked(seat: Seat, may: int) -> None:
    fees = seat.ask(rows_of)[3][0]
    with pytest.raises(Refusal, match="Say why"):
        seat.perform(ignore_row, IgnoreRow(fees, " "))
    seat.perform(ignore_row, IgnoreRow(fees, "The bank takes it back in June"))
    assert seat.ask(agreement, may, MAY).debits == D(3645) + D(70)
    with pytest.raises(Refusal, match="not possible"):
        seat.perform(match_rows, MatchRows((Pair(fees, (entry_over(seat, may, "2000"),)),)))
    seat.perform(ignore_row, IgnoreRow(fees))
    assert seat.ask(rows_of)[3][2] == "open"


def test_the_same_rows_are_known_again_and_equal_rows_are_both_real(seat: Seat) -> None:
    account = open_yuan(seat)
    fee = line(date(2026, 5, 6), "-10", text="Fee")
    first = statement(fee, fee, opening="30000")
    assert bring_in(seat, account, first).added == 2
    with pytest.raises(Refusal, match="is in the book already"):
        bring_in(seat, account, first)
    longer = statement(fee, fee, fee, line(date(2026, 5, 7), "-1"), opening="30000")
    again = bring_in(seat, account, longer)
    assert (again.added, again.known) == (2, 2)


def test_the_same_days_in_another_format_are_known_by_day_and_amount(seat: Seat) -> None:
    """Each row of the book stands for one line only; what merely looks alike may be brought in all the same."""
    account = open_yuan(seat)
    day = date(2026, 5, 6)
    fee = line(day, "-10", text="手续费")
    bring_in(seat, account, statement(line(day, "500", "Kern GmbH", "货款"), fee, fee, opening="30000"))
    swift = statement(
        line(day, "500", text="CRED /ORDP/KERN GMBH", reference="BK1"),
        line(day, "-10", text="NCHG other", reference="BK4"),
        line(day, "-10", text="NCHG 手续费", reference="BK2"),
        line(day, "-10", text="NCHG 手续费", reference="BK3"),
        line(day, "-7", text="NCHG"),
        opening="30000",
    )
    found = seat.ask(preview_statement, account, swift)
    assert (found.added, found.known, found.same) == (2, 3, frozenset())
    assert dict(found.alike) == {0: "Kern GmbH 货款", 2: "手续费", 3: "手续费"}
    assert "3 rows have the day and amount of rows that the book has" in found.warnings[-1]
    again = bring_in(seat, account, swift, "may.sta")
    assert (again.added, again.known) == (2, 3)
    assert [amount for _key, amount, _status in seat.ask(rows_of)] == [D(500), D(-10), D(-10), D(-10), D(-7)]
    with pytest.raises(Refusal, match="is in the book already"):
        bring_in(seat, account, replace(swift, lines=swift.lines[:1]), "first.sta")
    wanted = ImportStatement(
        account, replace(swift, lines=swift.lines[:1]), "first.sta", "1" * 64, "", "", True
    )
    assert seat.perform(import_statement, wanted).value.added == 1


def test_a_statement_of_another_account_is_refused(seat: Seat) -> None:
    account = open_yuan(seat, number="6222 0000 1234")
    right = statement(line(date(2026, 5, 6), "-10"), opening="30000", number="6222****1234", currency="CNY")
    assert seat.ask(account_of, right) == account
    for wrong in (replace(right, number="6222****9999"), replace(right, currency="USD")):
        with pytest.raises(Refusal, match="Choose the right account"):
            bring_in(seat, account, wrong)
    assert seat.ask(rows_of) == []
    bring_in(seat, account, right)


def test_breaks_in_the_balances_are_warned_of(seat: Seat) -> None:
    account = open_yuan(seat)
    bring_in(seat, account, statement(line(date(2026, 5, 6), "-10"), opening="30000"))
    june = statement(line(date(2026, 6, 2), "-10"), opening="29000")
    (warning,) = seat.ask(preview_statement, account, june).warnings
    assert "ended with CNY 29,990.00, this one begins with CNY 29,000.00" in warning
    broken = replace(june, closing=D(1))
    assert "rows are missing or doubled" in seat.ask(preview_statement, account, broken).warnings[0]


def test_a_wrong_statement_is_taken_out_unless_it_is_matched(seat: Seat, may: int) -> None:
    accept(seat, may)
    with pytest.raises(Refusal, match="Take the matches back first"):
        seat.perform(remove_statement, RemoveStatement(1))
    for key, _amount, status in seat.ask(rows_of):
        if status == "matched":
            seat.perform(unmatch_row, UnmatchRow(key))
    assert seat.perform(remove_statement, RemoveStatement(1)).value == 4
    assert seat.ask(rows_of) == []
