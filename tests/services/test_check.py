"""The check of a book: a sound one has no fault, and each of the planted ones is named (architecture section 4)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services.conftest import on_server
from tests.services.server_kit import Databases
from tests.services.trading_kit import trade
from tradecrm.core.clock import FixedClock
from tradecrm.core.errors import Stopped
from tradecrm.core.progress import Progress
from tradecrm.models import Base
from tradecrm.services.book import Book
from tradecrm.services.data.check import check_book, check_state, verify_book
from tradecrm.services.data.check_items import SETTLED_IN_PART
from tradecrm.services.data.check_sql import said
from tradecrm.storage.engines import connect, reader_engine
from tradecrm.storage.objects import sqlite_triggers
from tradecrm.storage.store import open_book


@pytest.fixture(scope="module")
def traded(blank_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer the closed book of a small firm at work."""
    from tests.services.conftest import TODAY

    path = tmp_path_factory.mktemp("traded") / "traded.tcrm"
    shutil.copyfile(blank_book, path)
    clock = FixedClock.on(TODAY)
    book = Book(open_book(path, "Tests", clock), clock)
    trade(book.seat())
    book.close()
    return path


@pytest.fixture
def copy(traded: Path, tmp_path: Path) -> Path:
    path = tmp_path / "copy.tcrm"
    shutil.copyfile(traded, path)
    return path


def plant(path: Path, *statements: str) -> None:
    """Change a book behind the program's back: guards away, change, guards back."""
    connection = connect(path)
    triggers = sqlite_triggers(Base.metadata)
    connection.execute("BEGIN")
    for name in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, statement
    for ddl in triggers.values():
        connection.execute(ddl)
    connection.execute("COMMIT")
    connection.close()


def test_a_book_made_through_the_operations_is_sound(copy: Path) -> None:
    assert verify_book(copy) == []


@dataclass(frozen=True)
class Planted:
    name: str
    statements: tuple[str, ...]
    kind: str
    says: str


INVOICE = "(SELECT id FROM item WHERE kind = 'INV' AND side = 'AR')"
FAULTS = (
    Planted(
        "kept open amount",
        (f"UPDATE item SET open_amount = open_amount - 10000 WHERE id = {INVOICE}",),
        "item",
        "open; its allocations leave",
    ),
    Planted(
        "kept open base",
        (f"UPDATE item SET open_base = open_base + 1 WHERE id = {INVOICE}",),
        "item",
        "open in base",
    ),
    Planted(
        "settled on too early",
        ("UPDATE item SET settled_on = '2026-01-02' WHERE side = 'AP' AND amount > 0",),
        "item",
        "kept as settled on 2026-01-02",
    ),
    Planted(
        "settled but open",
        (f"UPDATE item SET settled_on = '2026-06-01' WHERE id = {INVOICE}",),
        "item",
        "kept as settled on 2026-06-01; by its allocations it was on —",
    ),
    Planted(
        "allocations lost",
        (f"DELETE FROM allocation WHERE debit_item_id = {INVOICE}",),
        "item",
        "open; its allocations leave 7,440.00",
    ),
    Planted(
        "given back before it was taken",
        ("UPDATE allocation SET day = '2026-01-01' WHERE reverses_id IS NOT NULL",),
        "item",
        "less than nothing",
    ),
    Planted(
        "instalment open amount",
        (
            (
                f"UPDATE instalment SET open_amount = open_amount + 100 WHERE item_id = {INVOICE}"
                " AND open_amount > 0"
            ),
        ),
        "instalment",
        "it must be",
    ),
    Planted(
        "instalments do not add up",
        ((f"UPDATE instalment SET amount = amount + 100 WHERE item_id = {INVOICE} AND position = 1"),),
        "item",
        "The instalments of item",
    ),
    Planted(
        "instalment of another party",
        (f"UPDATE instalment SET party_id = 2 WHERE item_id = {INVOICE}",),
        "instalment",
        "does not carry the keys",
    ),
    Planted(
        "tranches do not add up",
        ("UPDATE tranche SET amount = amount + 100 WHERE position = 1",),
        "item",
        "The tranches of item",
    ),
    Planted(
        "tranches in base",
        ("UPDATE tranche SET base_amount = base_amount + 100 WHERE position = 1",),
        "item",
        "in base, not to",
    ),
    Planted(
        "account month",
        ("UPDATE account_month SET amount = amount + 10000 WHERE account_id = 1",),
        "account_month",
        "(CNY) is kept as",
    ),
    Planted(
        "account month missing",
        ("DELETE FROM account_month WHERE account_id = 2",),
        "account_month",
        "(USD) is kept as 0.00",
    ),
    Planted(
        "posting out of balance",
        ("UPDATE ledger_entry SET base_amount = base_amount + 100 WHERE book = 'REVENUE'",),
        "posting",
        "out of balance by 0.01",
    ),
    Planted(
        "row dated otherwise",
        ("UPDATE ledger_entry SET day = '2026-06-14' WHERE book = 'REVENUE'",),
        "posting",
        "is dated 2026-06-14",
    ),
    Planted(
        "ledger against open items",
        (("UPDATE ledger_entry SET amount = amount + 10000 WHERE book = 'AR' AND amount > 0"),),
        "party",
        "the ledger of party and currency says",
    ),
    Planted(
        "ledger in base against open items",
        (
            ("UPDATE ledger_entry SET base_amount = base_amount + 100 WHERE book = 'AR' AND amount > 0"),
            ("UPDATE ledger_entry SET base_amount = base_amount - 100 WHERE book = 'REVENUE'"),
        ),
        "party",
        "the ledger of the party says",
    ),
    Planted(
        "contract total",
        ("UPDATE sales_contract SET total = total + 10000",),
        "sales_contract",
        "its lines add up to 12,400.00",
    ),
    Planted(
        "shipment total",
        ("UPDATE shipment SET total = total - 10000",),
        "shipment",
        "its lines add up to 7,440.00",
    ),
    Planted(
        "receipt against item",
        ("UPDATE receipt SET gross = gross + 10000 WHERE id = 1",),
        "receipt",
        "its item is of 3,720.00",
    ),
    Planted(
        "payment against item", ("UPDATE payment SET amount = amount + 10000",), "payment", "its item is of"
    ),
    Planted(
        "reversal does not mirror",
        ("UPDATE allocation SET fx = fx + 100 WHERE reverses_id IS NOT NULL",),
        "allocation",
        "does not mirror it",
    ),
    Planted(
        "allocated more than there is",
        ("UPDATE allocation SET debit_amount = 999990000 WHERE id = 1",),
        "item",
        "more than its",
    ),
    Planted(
        "allocated before its item",
        ("UPDATE allocation SET day = '2026-01-01' WHERE id = 2",),
        "allocation",
        "before its items",
    ),
    Planted(
        "allocation over two parties",
        ("UPDATE allocation SET party_id = 2 WHERE id = 2",),
        "allocation",
        "different parties",
    ),
    Planted(
        "half a cent",
        ("UPDATE sales_contract SET deposit_due = deposit_due + 50",),
        "sales_contract",
        "more decimals than USD allows",
    ),
    Planted(
        "entered in a closed period",
        (
            "INSERT INTO setting(key, value) VALUES ('closed_until', '\"2026-05-31\"')",
            "UPDATE posting SET entered_at = '2026-06-16T00:00:00.000000+00:00' WHERE id = 1",
        ),
        "posting",
        "after the books were closed until 2026-05-31",
    ),
    Planted(
        "number series behind",
        ("UPDATE number_series SET next_number = 1 WHERE prefix = 'SC'",),
        "sales_contract",
        "given already",
    ),
    Planted(
        "orphan",
        (
            "DELETE FROM contact",
            (
                "INSERT INTO contact(party_id, owner_id, name, position, email, phone,"
                " messenger, is_main) VALUES (999, 1, 'x', '', '', '', '', 0)"
            ),
        ),
        "contact",
        "names a party that is not there",
    ),
    Planted(
        "party key missing",
        ("DELETE FROM party_key WHERE kind = 'tax'",),
        "party",
        "the key tax DE1 is missing",
    ),
    Planted(
        "party key too many",
        ("INSERT INTO party_key(party_id, kind, value) VALUES (1, 'name', 'OTHER')",),
        "party",
        "the key name OTHER is not its own",
    ),
    Planted(
        "search terms missing",
        ("DELETE FROM search_index WHERE rowid = (1 << 48) + 1",),
        "party",
        "its search terms are missing",
    ),
    Planted(
        "search terms wrong",
        ("UPDATE search_index SET terms = 'wx' WHERE rowid = (2 << 48) + 1",),
        "product",
        "not its own",
    ),
    Planted(
        "search terms of nothing",
        ("INSERT INTO search_index(rowid, terms) VALUES ((3 << 48) + 99, 'wx')",),
        "sales_contract",
        "which is not there",
    ),
)


@pytest.fixture(scope="module")
def traded_on_server(databases: Databases) -> Iterator[Book]:
    """Answer the book of the same firm on a server."""
    with on_server(databases) as book:
        trade(book.seat())
        yield book


def test_a_book_on_a_server_made_through_the_operations_is_sound(traded_on_server: Book) -> None:
    assert check_book(traded_on_server.store.reader) == []


FILE_ONLY = frozenset(("orphan",))
"""What a server refuses of itself."""


def for_server(statement: str) -> str:
    """Say a statement of ``FAULTS`` in the words of the server."""
    for here, there in (
        ("(1 << 48)", "(1::bigint << 48)"),
        ("(2 <<", "(2::bigint <<"),
        ("(3 <<", "(3::bigint <<"),
    ):
        statement = statement.replace(here, there)
    return statement


@pytest.mark.parametrize(
    "fault", [each for each in FAULTS if each.name not in FILE_ONLY], ids=lambda fault: fault.name
)
def test_a_planted_fault_is_named_on_a_server(traded_on_server: Book, fault: Planted) -> None:
    with traded_on_server.store.writer.connect() as connection:
        # Behind the program's back: no triggers, no references. Rolled back at the end.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in fault.statements:
            assert connection.exec_driver_sql(for_server(statement)).rowcount != 0, statement
        found = check_state(connection)
    assert any(each.kind == fault.kind and fault.says in each.sentence for each in found), found


def test_missing_guards_and_references_of_a_server_are_named(traded_on_server: Book) -> None:
    with traded_on_server.store.writer.connect() as connection:
        connection.exec_driver_sql("DROP TRIGGER posting_no_delete ON posting")
        connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_delete")
        connection.exec_driver_sql("ALTER TABLE contact DROP CONSTRAINT fk_contact_party_id")
        found = [each.sentence for each in check_state(connection)]
    assert found == [
        "The server does not watch the reference fk_contact_party_id.",
        "The guard audit_entry_no_delete of the ledger is missing.",
        "The guard posting_no_delete of the ledger is missing.",
    ]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_named(copy: Path, fault: Planted) -> None:
    plant(copy, *fault.statements)
    engine = reader_engine(copy)
    found = check_book(engine)
    engine.dispose()
    assert any(each.kind == fault.kind and fault.says in each.sentence for each in found), found


def test_missing_and_altered_guards_are_named(copy: Path) -> None:
    connection = connect(copy)
    connection.execute("DROP TRIGGER posting_no_delete")
    connection.close()
    assert verify_book(copy) == ["The guard posting_no_delete of the ledger is missing."]


def test_the_check_can_be_stopped(copy: Path) -> None:
    progress = Progress()
    progress.stop()
    engine = reader_engine(copy)
    with pytest.raises(Stopped):
        check_book(engine, progress)
    engine.dispose()


def test_the_walk_over_all_items_sorts_nothing(copy: Path) -> None:
    connection = connect(copy)
    statement = said(SETTLED_IN_PART, "sqlite")
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    connection.close()
    assert [step for step in plan if step.startswith(("SCAN", "SEARCH", "USE"))] == [
        "SCAN allocation USING INDEX ix_allocation_debit",
        "SCAN allocation USING INDEX ix_allocation_credit",
        "SCAN taken",
        "SEARCH item USING INTEGER PRIMARY KEY (rowid=?)",
    ]
