"""The check knows late bills: a cost counted in a closed result after all is named (domain.md sections 2.11, 12)."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tests.services.conftest import TODAY, open_copy
from tests.services.late_kit import closed_shipment
from tests.services.test_check import plant
from tradecrm.services.data.check import check_book
from tradecrm.services.trade.costs import BillCost, bill_cost
from tradecrm.services.trade.late_costs import BillLate, bill_late

D = Decimal
pytestmark = pytest.mark.file_book


@pytest.fixture(scope="module")
def billed(blank_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer the closed book of a firm with a late bill of 320.00, and one of 560.00 over 500.00 accrued."""
    path = tmp_path_factory.mktemp("late") / "late.tcrm"
    shutil.copyfile(blank_book, path)
    book = open_copy(path)
    seat = book.seat()
    scene = closed_shipment(seat)
    seat.perform(bill_late, BillLate(scene.shipment, "INL", scene.forwarder, "CNY", D(320), TODAY, "L-1"))
    seat.perform(bill_cost, BillCost(scene.accrued, TODAY, "P-7", D(560), D(1)))
    assert check_book(book.store.reader) == []
    book.close()
    return path


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "UPDATE cost_line SET base_amount = 3200000 WHERE bill_number = 'L-1'",
            "The late bill L-1 counts 320.00 in the result of its shipment; the ledger has 0.00 there.",
        ),
        (
            "UPDATE cost_line SET base_amount = 5600000 WHERE bill_number = 'P-7'",
            "The late bill P-7 counts 560.00 in the result of its shipment; the ledger has 500.00 there.",
        ),
        (
            "UPDATE ledger_entry SET shipment_id = NULL WHERE book = 'PRIOR' AND base_amount = 600000",
            "books a late cost, but to no shipment whose revenue is booked.",
        ),
    ],
)
def test_a_fault_in_a_late_bill_is_named(billed: Path, tmp_path: Path, statement: str, words: str) -> None:
    path = tmp_path / "copy.tcrm"
    shutil.copyfile(billed, path)
    plant(path, statement)
    book = open_copy(path)
    faults = [fault.sentence for fault in check_book(book.store.reader)]
    book.close()
    assert any(words in sentence for sentence in faults), faults
