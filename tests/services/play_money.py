"""Steps of random histories that move money: each is told by numbers what to take, by day and by amount."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tests.services.bank_kit import bring_in, line, statement
from tests.services.play_kit import START, Done, Player
from tests.services.settling_kit import Bill, enter_bill
from tradecrm.models import (
    AccountHold,
    Allocation,
    BankMatch,
    BankRow,
    Earmark,
    Item,
    LedgerEntry,
    Loan,
    LoanMove,
    Reconciliation,
    Revaluation,
    SalesContract,
    Shipment,
)
from tradecrm.services.claims.expense_payment import PayClaim, ReverseClaim, pay_claim, reverse_claim
from tradecrm.services.claims.expenses import ClaimLineDraft, MoveClaim, SaveClaim, move_claim, save_claim
from tradecrm.services.claims.rebate_ends import (
    GiveUpRebate,
    ReceiveUnclaimed,
    TaxExport,
    give_up_rebate,
    receive_unclaimed,
    tax_export,
)
from tradecrm.services.control.periods import ClosePeriod, ReopenPeriod, close_period, reopen_period
from tradecrm.services.money.account_reversals import TakeBack, reverse_expense, reverse_transfer
from tradecrm.services.money.accounts import BookExpense, MakeTransfer, book_expense, make_transfer
from tradecrm.services.money.allocations import Allocate, Unallocate, allocate, unallocate
from tradecrm.services.money.contra import RecordContra, ReverseContra, record_contra, reverse_contra
from tradecrm.services.money.earmarks import MoveDeposit, move_deposit
from tradecrm.services.money.holds import HoldMoney, ReleaseHold, hold_money, release_hold
from tradecrm.services.money.loan_reversals import ReverseLoanMove, reverse_loan_move
from tradecrm.services.money.loans import MoveLoan, OpenLoan, move_loan, open_loan
from tradecrm.services.money.matching import MatchRows, Pair, UnmatchRow, match_rows, unmatch_row
from tradecrm.services.money.notes import ReverseNote, WriteNote, reverse_note, write_note
from tradecrm.services.money.payments import RecordPayment, ReversePayment, record_payment, reverse_payment
from tradecrm.services.money.receipts import (
    RecordReceipt,
    ReverseReceipt,
    Share,
    record_receipt,
    reverse_receipt,
)
from tradecrm.services.money.reconciling import (
    FinishReconciliation,
    ReopenReconciliation,
    agreement,
    finish_reconciliation,
    reopen_reconciliation,
)
from tradecrm.services.money.refunds import RecordRefund, ReverseRefund, record_refund, reverse_refund
from tradecrm.services.money.revaluations import Revalue, UndoRevaluation, revalue, undo_revaluation
from tradecrm.services.money.write_offs import ReverseWriteOff, WriteOff, reverse_write_off, write_off

D = Decimal


def _open(player: Player, side: str, number: int, *, debit: bool, currency: str = "") -> Item | None:
    """Answer an open item of a side that is owed (``debit``) or in hand."""
    query = select(Item).where(Item.side == side, Item.open_amount > 0 if debit else Item.open_amount < 0)
    if currency:
        query = query.where(Item.currency == currency)
    found: Item | None = player.pick(query.order_by(Item.id), number)
    return found


def receive(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Receive money with the bank's charge, at once for an invoice, kept for a contract, or unapplied."""
    account, currency = player.account(other % 2)
    item = _open(player, "AR", which, debit=True, currency=currency)
    party = player.firm.agent if other % 5 == 4 else player.firm.customer
    shares: tuple[Share, ...] = ()
    earmarks: tuple[Share, ...] = ()
    if which % 3 and item is not None:
        party, shares = item.party_id, (Share(item.id, min(amount, item.open_amount)),)
    elif which % 3 == 0:
        contracts = select(SalesContract.id).where(SalesContract.currency == currency)
        contract = player.pick(contracts.order_by(SalesContract.id), other)
        earmarks = (Share(contract, amount),) if contract is not None else ()
    charge = D(which) if which < 4 else D(0)
    command = RecordReceipt(day, party, account, amount, charge, allocations=shares, earmarks=earmarks)
    key = player.do(record_receipt, command)
    flows = player.flow((account, amount - charge))
    player.done.append(Done(lambda k, at: (reverse_receipt, ReverseReceipt(k, at, "bounced")), key, flows))


def pay(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Pay a bill, or a supplier in advance."""
    account, currency = player.account(other)
    item = _open(player, "AP", which, debit=True, currency=currency)
    party = player.firm.factory
    shares: tuple[Share, ...] = ()
    if item is not None and which % 4:
        amount = min(amount, item.open_amount)
        party, shares = item.party_id, (Share(item.id, amount),)
    key = player.do(record_payment, RecordPayment(day, party, account, amount, allocations=shares))
    flows = player.flow((account, -amount))
    player.done.append(Done(lambda k, at: (reverse_payment, ReversePayment(k, at, "wrong")), key, flows))


def settle(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Settle an item with money in hand, of its currency or of another (section 3.5)."""
    side = "AR" if day.day % 3 else "AP"
    debit, credit = _open(player, side, which, debit=True), _open(player, side, other, debit=False)
    if debit is None or credit is None:
        return
    part = min(amount, debit.open_amount)
    if debit.currency == credit.currency:
        player.do(allocate, Allocate(debit.id, credit.id, min(part, -credit.open_amount)))
    else:
        across = min((part * D("1.1")).quantize(D("0.01")), -credit.open_amount)
        player.do(allocate, Allocate(debit.id, credit.id, part, across))


def unsettle(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Take an allocation back."""
    key = player.pick(select(Allocation.id).where(Allocation.debit_amount > 0), which)
    if key is not None:
        player.do(unallocate, Unallocate(key, day, "moved"))


def note(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Write a credit or debit note on an invoice or bill."""
    item = _open(player, "AR" if other % 2 else "AP", which, debit=True)
    if item is not None and item.kind == "INV":
        kind = "CN" if other % 3 else "DN"
        command = WriteNote(kind, item.side, day, amount, "claim", invoice_id=item.id)
        key = player.do(write_note, command)
        player.done.append(Done(lambda k, at: (reverse_note, ReverseNote(k, at, "wrong")), key))


def write_rest_off(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Write off a part of what is owed, as a small rest or a bad debt."""
    item = _open(player, "AR" if other % 2 else "AP", which, debit=True)
    if item is not None:
        kind = "small" if other % 3 else "bad_debt"
        command = WriteOff(item.id, min(amount, item.open_amount), day, "rest", kind)
        key = player.do(write_off, command)
        player.done.append(Done(lambda k, at: (reverse_write_off, ReverseWriteOff(k, at, "wrong")), key))


def refund(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Give money back that is in hand, or take back what was paid in advance."""
    side = "AR" if other % 3 else "AP"
    item = _open(player, side, which, debit=False)
    if item is None:
        return
    account = player.account_in(item.currency)
    shares = (Share(item.id, min(amount, -item.open_amount)),)
    key = player.do(record_refund, RecordRefund(side, day, item.party_id, account, shares, "paid twice"))
    flows = player.flow((account, -shares[0].amount if side == "AR" else shares[0].amount))
    player.done.append(Done(lambda k, at: (reverse_refund, ReverseRefund(k, at, "wrong")), key, flows))


def set_off(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Set what a partner owes off against what it is owed."""
    left = _open(player, "AR", which, debit=True)
    if left is None:
        return
    bills = select(Item).where(Item.side == "AP", Item.open_amount > 0, Item.party_id == left.party_id)
    right = player.pick(bills.order_by(Item.id), other)
    if right is None:
        currency = "USD" if other % 2 else "CNY"
        bill = Bill(left.party_id, day, amount, D(7) if other % 2 else D(1), currency, f"B{len(player.log)}")
        player.do(enter_bill, bill)
        return
    part = min(amount, left.open_amount)
    across = part if left.currency == right.currency else (part * 7).quantize(D("0.01"))
    shares = (Share(left.id, part),), (Share(right.id, min(across, right.open_amount)),)
    key = player.do(record_contra, RecordContra(day, left.party_id, *shares, "agreed"))
    player.done.append(Done(lambda k, at: (reverse_contra, ReverseContra(k, at, "wrong")), key))


def move_kept(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Move a deposit from one contract to another, or back to free use (section 16.4)."""
    kept = select(Earmark.item_id, Earmark.contract_id).where(Earmark.contract_id.is_not(None)).distinct()
    found = player.pick(kept.order_by(Earmark.item_id, Earmark.contract_id), which)
    if found is not None:
        target = player.pick(select(SalesContract.id).order_by(SalesContract.id), other)
        to_id = None if other % 2 else target
        from_id = None if other % 4 == 0 else found[1]
        player.do(move_deposit, MoveDeposit(found[0], from_id, amount, to_id, day))


def transfer(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Move money between accounts: settlement of exchange, its purchase, or foreign to foreign, with a fee."""
    (one, from_currency), (two, to_currency) = player.account(which), player.account(other)
    worth = {"USD": D(7), "EUR": D("7.8"), "CNY": D(1)}
    came = (amount * worth[from_currency] / worth[to_currency]).quantize(D("0.01"))
    fee = D(which) if which < 4 else D(0)
    key = player.do(make_transfer, MakeTransfer(day, one, two, amount, came, fee=fee))
    flows = player.flow((one, -amount - fee), (two, came))
    player.done.append(Done(lambda k, at: (reverse_transfer, TakeBack(k, "wrong", at)), key, flows))


def spend(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Book an income or an expense on an account."""
    account, _currency = player.account(other)
    signed = amount if which % 3 == 0 else -amount
    key = player.do(book_expense, BookExpense(day, account, "OTHER", signed, "so"))
    flows = player.flow((account, signed))
    player.done.append(Done(lambda k, at: (reverse_expense, TakeBack(k, "wrong", at)), key, flows))


def claim(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Pay an expense claim in base currency: one line of the firm, one of a shipment (a cost of it)."""
    shipment = player.pick(select(Shipment.id).order_by(Shipment.id), which)
    lines = [ClaimLineDraft(day, "TRAVEL", "Night train", "CNY", amount)]
    if shipment is not None and other % 2:
        lines.append(ClaimLineDraft(day, "COURIER", "Samples", "CNY", D(other), None, shipment))
    account = player.account_in("CNY")
    key = player.do(save_claim, SaveClaim(day, "Visit", tuple(lines)))
    player.do(move_claim, MoveClaim(key, "submit"))
    player.do(pay_claim, PayClaim(key, account, day))
    flows = player.flow((account, -sum((each.amount for each in lines), D(0))))
    player.done.append(Done(lambda k, at: (reverse_claim, ReverseClaim(k, at, "wrong")), key, flows))


def end_rebate(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Receive the rebate of a shipment that no claim holds, give it up, or tax the export."""
    shipment = player.pick(select(Shipment.id).where(Shipment.departed_on.is_not(None)), which)
    if shipment is None:
        return
    account, part = player.account_in("CNY"), (amount / 10).quantize(D("0.01"))
    if other % 3:
        player.do(receive_unclaimed, ReceiveUnclaimed(shipment, account, day, part))
        player.flow((account, part))
    elif other % 2:
        player.do(give_up_rebate, GiveUpRebate(shipment, day, "late"))
    else:
        player.do(tax_export, TaxExport(shipment, day))


def lend(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Draw a new loan, draw more, repay, or pay interest."""
    loan = player.pick(select(Loan).order_by(Loan.id), which)
    if loan is None or which % 4 == 0:
        account, currency = player.account(other)
        kind = "capital" if other % 3 == 2 else "negotiation"
        command = OpenLoan(kind, "Bank of China", currency, day, amount=amount, account_id=account)
        player.do(open_loan, command)
        flow, newest = amount, select(func.max(LoanMove.id))
        key = player.pick(newest, 0)
    else:
        account, move = player.account_in(loan.currency), ("draw", "repay", "interest")[other % 3]
        key = player.do(move_loan, MoveLoan(loan.id, move, day, account, amount))
        flow = amount if move == "draw" else -amount
    flows = player.flow((account, flow))
    player.done.append(Done(lambda k, at: (reverse_loan_move, ReverseLoanMove(k, at, "wrong")), key, flows))


def hold(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Hold money of an account, or let it free."""
    held = player.pick(select(AccountHold.id).where(AccountHold.released_on.is_(None)), which)
    if held is not None and other % 2:
        player.do(release_hold, ReleaseHold(held, day))
    else:
        player.do(hold_money, HoldMoney(player.account(other)[0], day, amount, "Margin"))


def value_anew(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Revalue a period end, or take a revaluation back (section 3.5)."""
    standing = player.pick(select(Revaluation.id).where(Revaluation.undone_at.is_(None)), which)
    if standing is not None and other % 2:
        player.do(undo_revaluation, UndoRevaluation(standing))
    else:
        player.do(revalue, Revalue(day))


def tell_of_bank(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Bring a line of the bank in for an entry, or one that the books do not have."""
    account, _currency = player.account(other)
    matched = select(BankMatch.entry_id)
    entries = select(LedgerEntry.day, LedgerEntry.amount).where(
        LedgerEntry.account_id == account,
        LedgerEntry.amount != 0,
        LedgerEntry.day >= START,
        LedgerEntry.id.not_in(matched),
    )
    entry = player.pick(entries.order_by(LedgerEntry.id), which)
    lines = [line(entry[0], str(entry[1]))] if entry is not None else []
    if which % 4 == 0:
        lines.append(line(day, str(amount if other % 2 else -amount), text="Fee"))
    bring_in(player.seat, account, statement(*sorted(lines, key=lambda each: each.day)), f"{len(player.log)}")
    player.log.append(f"statement {lines}")
    if which % 2:
        match(player, 0, 1, day, amount)


def match(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Match a line of the bank to an entry, or take a match back."""
    if other % 3 == 0:
        row = player.pick(select(BankRow.id).where(BankRow.status == "matched"), which)
        if row is not None:
            player.do(unmatch_row, UnmatchRow(row))
        return
    pairs = (
        select(BankRow.id, LedgerEntry.id)
        .join(LedgerEntry, LedgerEntry.account_id == BankRow.account_id)
        .where(BankRow.status == "open", LedgerEntry.amount == BankRow.amount)
    )
    found = player.pick(pairs.order_by(BankRow.id, LedgerEntry.id), which)
    if found is not None:
        player.do(match_rows, MatchRows((Pair(found[0], (found[1],)),)))


def reconcile(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Finish the reconciliation of an account, or open the newest again."""
    told = select(BankRow.account_id).distinct().order_by(BankRow.account_id)
    account = player.pick(told, other) or player.account(other)[0]
    finished = select(Reconciliation.id).where(
        Reconciliation.account_id == account, Reconciliation.status == "finished"
    )
    newest = player.pick(finished.order_by(Reconciliation.id.desc()), 0)
    if newest is not None and which % 2:
        player.do(reopen_reconciliation, ReopenReconciliation(newest, "overlooked"))
    else:
        found = player.seat.ask(agreement, account, day)
        stated = found.statement_balance - found.difference
        player.do(finish_reconciliation, FinishReconciliation(account, day, stated))


def close(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Close a period, or open it again."""
    if which % 3 == 0:
        player.do(reopen_period, ReopenPeriod(None, "late bill"))
    else:
        player.do(close_period, ClosePeriod(day, confirmed=True))


def back(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Take back something that was done: a bounced receipt, a wrong payment, note, transfer or loan."""
    if player.done:
        player.take_back(player.done[which % len(player.done)], day)
