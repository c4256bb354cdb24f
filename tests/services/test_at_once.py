"""The same thing done twice at the same moment, in a file and on a server: once done, once told why not, never half."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.services.approval_kit import customer as known_to
from tests.services.approval_kit import draft, move, switch, waiting
from tests.services.bank_kit import line, statement
from tests.services.conftest import TODAY, hire
from tests.services.money_kit import Invoice, enter_item
from tests.services.test_two_people import at_once
from tests.services.trading_kit import Deal, line_of, trade
from tradecrm.core.clock import FixedClock
from tradecrm.core.errors import Conflict
from tradecrm.core.problems import Refusal
from tradecrm.models import (
    Account,
    BankMatch,
    BankRow,
    Item,
    LedgerEntry,
    Receipt,
    SalesContract,
    ShipmentLine,
)
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.periods import ClosePeriod, ReopenPeriod, close_period, reopen_period
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.accounts import BookExpense, MakeTransfer, book_expense, make_transfer
from tradecrm.services.money.allocations import Allocate, allocate
from tradecrm.services.money.earmarks import MoveDeposit, move_deposit
from tradecrm.services.money.loans import MoveLoan, OpenLoan, move_loan, open_loan
from tradecrm.services.money.matching import MatchRows, Pair, match_rows
from tradecrm.services.money.receipts import (
    RecordReceipt,
    ReverseReceipt,
    Share,
    record_receipt,
    reverse_receipt,
)
from tradecrm.services.money.refunds import RecordRefund, record_refund
from tradecrm.services.money.revaluations import Revalue, revalue
from tradecrm.services.money.statements import ImportStatement, import_statement
from tradecrm.services.trade.contract_text import contract_as_kept
from tradecrm.services.trade.contracts import MoveContract, SaveContract, move_contract, save_contract
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.returns import (
    ReceiveReturn,
    ReturnLineDraft,
    SaveReturn,
    receive_return,
    save_return,
)
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Operation, Reader
from tradecrm.storage.server import open_server_book

D = Decimal
MAY = date(2026, 5, 20)


class Desk:
    """Two seats at one book: on a server each with connections of its own, in a file each in a thread."""

    def __init__(self, here: Seat, there: Seat) -> None:
        self.here, self.there = here, there

    def do(self, operation: Operation[Any, Any], command: object) -> Any:
        """Perform what comes before."""
        return self.here.perform(operation, command).value

    def once(self, operation: Operation[Any, Any], command: object, words: str) -> None:
        """Let both do the same at once: one is told ``words``."""
        self.either((operation, command), (operation, command), words)

    def either(self, one: tuple[Any, Any], two: tuple[Any, Any], *words: str) -> None:
        """Let one do this and the other that at once: one is told one of ``words``."""
        answers = at_once(lambda: self.here.perform(*one), lambda: self.there.perform(*two))
        told = [str(each) for each in answers if isinstance(each, (Refusal, Conflict))]
        assert len(told) == 1, answers
        assert any(each in told[0] for each in words), told


@pytest.fixture
def desk(book: Book, kind_of_store: str) -> Iterator[Desk]:
    """Answer the owner at two computers, or in two windows of one."""
    if kind_of_store == "file":
        yield Desk(book.seat(), book.seat())
        return
    second = Book(open_server_book(book.store.place), FixedClock.on(TODAY))  # type: ignore[arg-type]
    yield Desk(book.seat(), second.seat())
    second.close()


def newest(desk: Desk, entity: Any, *criteria: Any) -> int:
    """Answer the newest record of a kind."""

    def read(reader: Reader) -> int:
        return reader.session.scalar(select(func.max(entity.id)).where(*criteria)) or 0

    return desk.here.ask(read)


def contract_in_force(desk: Desk, deal: Deal) -> int:
    """Answer a contract over 100 lamps on open account, in force."""
    command = replace(
        desk.here.ask(kept, deal.contract), id=None, version=None, number="", terms="OA;P100@BL+30D"
    )
    lines = tuple(replace(each, id=None, quantity=D(100)) for each in command.lines)
    contract = desk.do(save_contract, replace(command, lines=lines))
    for target in ("signed", "effective"):
        desk.do(move_contract, MoveContract(contract, target, command.day))
    return int(contract)


def kept(reader: Reader, contract: int) -> SaveContract:
    """Answer a contract as it stands."""
    return contract_as_kept(reader, reader.get(SalesContract, contract, "Contract"))


def planned(desk: Desk, contract: int) -> int:
    """Plan a shipment of all of it."""
    goods = (ShipmentLineDraft(desk.here.ask(line_of, contract), D(100)),)
    return int(desk.do(save_shipment, SaveShipment(MAY, goods, etd=TODAY + timedelta(days=9))))


def trades(desk: Desk, deal: Deal) -> None:
    """Contracts and shipments: edited twice, canceled while they load or leave, left twice, billed twice."""
    contract = contract_in_force(desk, deal)
    read = replace(desk.here.ask(kept, contract), id=None, version=None, number="SC-TWICE")
    read = replace(read, lines=tuple(replace(each, id=None) for each in read.lines))
    desk.once(save_contract, read, "SC-TWICE")
    drafted = desk.here.ask(kept, newest(desk, SalesContract))
    changed = (replace(drafted, remarks="Ours"), replace(drafted, remarks="Theirs"))
    desk.either((save_contract, changed[0]), (save_contract, changed[1]), "was changed by someone else")
    cancel = move_contract, MoveContract(contract, "canceled", TODAY)
    for target in ("cargo_ready", "loaded"):
        shipment = planned(desk, contract)
        if target == "loaded":
            desk.do(move_shipment, MoveShipment(shipment, "booked", TODAY))
            desk.do(move_shipment, MoveShipment(shipment, "cargo_ready", TODAY))
            step: tuple[Any, Any] = (move_shipment, MoveShipment(shipment, "loaded", TODAY))
        else:
            step = depart_shipment, DepartShipment(shipment, MAY, "BL8")
        desk.either(cancel, step, "SC-", "SH-")
        contract = contract_in_force(desk, deal)
        cancel = move_contract, MoveContract(contract, "canceled", TODAY)
    shipment = planned(desk, contract)
    desk.once(depart_shipment, DepartShipment(shipment, MAY, "BL9"), "SH-")
    cost = desk.do(save_cost, SaveCost(shipment, "INL", "CNY", D(300), party_id=deal.factory))
    desk.once(bill_cost, BillCost(cost, MAY, "F-9"), "bill already")
    goods = newest(desk, ShipmentLine, ShipmentLine.shipment_id == shipment)
    back = SaveReturn(shipment, MAY, (ReturnLineDraft(goods, D(10)),), "flickers", "scrap")
    desk.once(receive_return, ReceiveReturn(desk.do(save_return, back), MAY), "not possible")


def moneys(desk: Desk, deal: Deal, usd: int, cny: int) -> None:
    """Money: settled, given back, moved, repaid, taken back and revalued twice."""
    command = RecordReceipt(MAY, deal.customer, usd, D(900), earmarks=(Share(deal.contract, D(900)),))
    receipt = desk.do(record_receipt, command)
    money = newest(desk, Item, Item.kind == "RCT")
    desk.once(move_deposit, MoveDeposit(money, deal.contract, D(500)), "keeps USD 400.00")
    refund = RecordRefund("AR", MAY, deal.customer, usd, (Share(money, D(600)),), "paid twice")
    desk.once(record_refund, refund, "has only USD 300.00 open")
    bill = desk.do(enter_item, Invoice(deal.customer, MAY, D(200), number="I-2"))
    desk.once(allocate, Allocate(bill, money, D(150)), "has only USD 50.00 open")
    paid = desk.do(record_receipt, RecordReceipt(MAY, deal.customer, usd, D(70)))
    assert paid > receipt
    desk.once(reverse_receipt, ReverseReceipt(paid, MAY, "bounced"), "already")
    loan = desk.do(open_loan, OpenLoan("negotiation", "BOC", "CNY", MAY, amount=D(5000), account_id=cny))
    desk.once(move_loan, MoveLoan(loan, "repay", MAY, cny, D(5000)), "Only CNY 0.00 is owed")
    desk.once(revalue, Revalue(date(2026, 5, 31)), "revalued already")
    held = desk.here.ask(_held, usd)
    out = MakeTransfer(TODAY, usd, cny, held, held * 7)
    desk.once(make_transfer, out, "USD")


def _held(reader: Reader, account: int) -> Decimal:
    return balance_at(reader, account, TODAY).amount


def banks(desk: Desk, cny: int) -> None:
    """The bank: a statement brought in twice counts once; a line matched to two entries, an entry to two lines."""
    file = statement(line(MAY, "-80", "Carrier"), line(MAY + timedelta(days=1), "-80", "Carrier again"))
    at_once(
        lambda: desk.here.perform(import_statement, ImportStatement(cny, file, "a.csv", "1" * 64)),
        lambda: desk.there.perform(import_statement, ImportStatement(cny, file, "b.csv", "2" * 64)),
    )
    assert newest(desk, BankRow) == 2
    for text in "ab":
        desk.do(book_expense, BookExpense(MAY, cny, "OTHER", D(-80), text))
    entry = newest(desk, LedgerEntry, LedgerEntry.account_id == cny)
    other = newest(desk, LedgerEntry, LedgerEntry.account_id == cny, LedgerEntry.id < entry)

    def pair(row: int, to: int) -> tuple[Any, Any]:
        return match_rows, MatchRows((Pair(row, (to,)),))

    desk.either(pair(1, entry), pair(1, other), "is not possible while the state is “Matched”")
    left = desk.here.ask(_unmatched, cny, {entry, other})
    desk.do(book_expense, BookExpense(MAY, cny, "OTHER", D(-80), "c"))
    fresh = newest(desk, LedgerEntry, LedgerEntry.account_id == cny)
    desk.either(pair(2, left), pair(2, fresh), "is not possible while the state is “Matched”")


def _unmatched(reader: Reader, account: int, entries: set[int]) -> int:
    matched = select(BankMatch.entry_id)
    free = select(LedgerEntry.id).where(LedgerEntry.id.in_(entries), LedgerEntry.id.not_in(matched))
    return reader.session.scalars(free).one()


def closings(desk: Desk, deal: Deal, usd: int) -> None:
    """A period closed while money of it is entered: entered before it was closed, or refused."""
    for number in range(3):
        receipt = RecordReceipt(MAY, deal.customer, usd, D(10 + number))
        before = newest(desk, Receipt)
        answers = at_once(
            lambda: desk.here.perform(close_period, ClosePeriod(MAY, confirmed=True)),
            lambda: desk.there.perform(record_receipt, receipt),  # noqa: B023 - run at once
        )
        told = [str(each) for each in answers if isinstance(each, (Refusal, Conflict))]
        assert all("closed until" in each for each in told), told
        assert (newest(desk, Receipt) > before) is (not told)
        desk.do(reopen_period, ReopenPeriod(None, "A bill came late"))


def approvals(desk: Desk) -> None:
    """A request approved and rejected by one person at two computers: one word counts."""
    people = hire(desk.here.book)
    switch(people.owner, "sales_contract", "first_order")
    contract = draft(people.sales, known_to(people.sales, "Åberg & Co AB"))
    assert move(people.sales, contract, "submitted") == "submitted"
    request = waiting(people.sales, contract).id
    manager = people.manager.actor.person_id
    both = Desk(people.manager, desk.there.book.seat(manager))
    both.either(
        (decide, Decide(request, "approve")),
        (decide, Decide(request, "reject", "too cheap")),
        "already",
        "wait",
    )


def test_what_two_do_at_once_is_done_once_and_the_other_is_told(desk: Desk, book: Book) -> None:
    """Domain.md sections 1.3, 1.10, 3.1, 3.3, 3.5, 4, 6 and 12: no guard is passed by being fast."""
    deal = trade(desk.here)
    accounts: dict[str, int] = {}

    def read(reader: Reader) -> None:
        accounts.update({row.currency: row.id for row in reader.session.scalars(select(Account))})

    desk.here.ask(read)
    trades(desk, deal)
    banks(desk, accounts["CNY"])
    moneys(desk, deal, accounts["USD"], accounts["CNY"])
    closings(desk, deal, accounts["USD"])
    approvals(desk)
    assert check_book(book.store.reader) == []
