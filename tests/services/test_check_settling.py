"""The check knows notes, write-offs, refunds, contra entries and money kept: a fault planted in each is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.services.conftest import open_copy
from tests.services.settling_kit import MAY, Bill, D, enter_bill, found, invoice
from tests.services.test_check import plant
from tests.services.test_prepayments import _contract
from tradecrm.services.data.check import check_book
from tradecrm.services.money.contra import RecordContra, record_contra
from tradecrm.services.money.notes import WriteNote, write_note
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.money.refunds import RecordRefund, record_refund
from tradecrm.services.money.settling_cards import standing_allocations
from tradecrm.services.money.write_offs import WriteOff, write_off


@pytest.fixture(scope="module")
def settled(blank_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer the closed book of a firm that wrote one paper of each kind."""
    path = tmp_path_factory.mktemp("settled") / "settled.tcrm"
    shutil.copyfile(blank_book, path)
    book = open_copy(path)
    seat = book.seat()
    firm = found(seat)
    sale = invoice(seat, firm, "8650")
    bill = seat.perform(enter_bill, Bill(firm.party, MAY, D(9000))).value
    seat.perform(write_note, WriteNote("CN", "AR", MAY, D(100), "claim", invoice_id=sale))
    seat.perform(write_off, WriteOff(sale, D(10), MAY, "bank fees"))
    contra = RecordContra(MAY, firm.party, (Share(sale, D(100)),), (Share(bill, D(710)),), "agreed")
    seat.perform(record_contra, contra)
    contract = _contract(seat, firm, "SC-1")
    money = RecordReceipt(MAY, firm.party, firm.usd, D(900), earmarks=(Share(contract, D(500)),))
    seat.perform(record_receipt, money)
    item = max(row.credit_id for row in seat.ask(standing_allocations, firm.party, "AR")) + 2
    seat.perform(record_refund, RecordRefund("AR", MAY, firm.party, firm.usd, (Share(item, D(50)),), "twice"))
    assert check_book(book.store.reader) == []
    book.close()
    return path


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE note SET amount = amount + 100", r"Note CN-\S+ is of 100\.01; its item is of -100\.00"),
        ("UPDATE write_off SET amount = amount + 100", r"Write-off WO-\S+ is of 10\.01"),
        ("UPDATE write_off SET status = 'pending'", r"Write-off WO-\S+ is kept as pending"),
        ("UPDATE refund SET amount = amount + 100", r"Refund RF-\S+ is of 50\.01"),
        ("UPDATE contra SET base_amount = base_amount + 1", r"two sides of contra entry CT-\S+ differ"),
        ("UPDATE earmark SET amount = amount * 2", r"1,000\.00 of RC-\S+ are kept for contracts, of 900\.00"),
    ],
)
def test_a_fault_in_what_settles_is_named(settled: Path, tmp_path: Path, statement: str, words: str) -> None:
    import re

    path = tmp_path / "copy.tcrm"
    shutil.copyfile(settled, path)
    plant(path, statement)
    book = open_copy(path)
    faults = [fault.sentence for fault in check_book(book.store.reader)]
    book.close()
    assert any(re.search(words, sentence) for sentence in faults), faults
