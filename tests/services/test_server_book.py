"""A book on the firm's own server: made, opened, brought up, and every refusal in words (issue: item 10)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Date, literal, select, text, union_all
from sqlalchemy.exc import IntegrityError

from tests.services import server_kit
from tests.services.conftest import TODAY, on_server
from tests.services.server_kit import LOCKED, Databases
from tradecrm.core.address import ServerAddress, read_address
from tradecrm.core.clock import FixedClock, SystemClock
from tradecrm.core.errors import (
    BookDamaged,
    BookEmpty,
    BookError,
    BookMissing,
    BookOlder,
    BookReadOnly,
    BookTooNew,
    Conflict,
    DiskFull,
    PasswordNeeded,
    ServerAway,
    Stopped,
    TradeError,
)
from tradecrm.models import Person, SalesContract
from tradecrm.services.book import Book
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.work import Reader
from tradecrm.storage import server_objects
from tradecrm.storage.schema import Schema, present_schema
from tradecrm.storage.server import ServerOpening, create_server_book, open_server_book
from tradecrm.storage.server_failures import explain_server
from tradecrm.storage.upgrade import migrate

SECRET = "right horse"


@pytest.fixture
def empty(databases: Databases) -> Iterator[ServerAddress]:
    address = databases.empty()
    yield address
    databases.drop(address)


@pytest.fixture
def firm(databases: Databases) -> Iterator[ServerAddress]:
    """Answer the address of a closed copy of the blank book."""
    address = databases.copy()
    yield address
    databases.drop(address)


def change(databases: Databases, address: ServerAddress, *statements: str) -> None:
    with databases.server.admin(address.database) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_book_is_made_in_an_empty_database_and_opened_again(empty: ServerAddress) -> None:
    with pytest.raises(BookEmpty, match="is empty: there is no book in it yet"):
        open_server_book(empty)
    create_server_book(empty).close()
    store = open_server_book(empty)
    with store.reader.connect() as connection:
        assert server_objects.missing_guards(connection, present_schema().metadata) == []
        assert server_objects.missing_references(connection, present_schema().metadata) == []
        assert connection.execute(text("SHOW transaction_read_only")).scalar() == "on"
    store.close()
    store.close()
    # Nobody has begun it: its maker lost the connection, perhaps, and makes it again.
    again = create_server_book(empty)
    set_up_book(again, FixedClock.on(TODAY), SetUp("Yiwu Lantern"))
    again.close()
    with pytest.raises(BookError, match="is not empty"):
        create_server_book(empty)


def test_what_fails_while_a_book_is_made_leaves_the_database_empty(
    databases: Databases, empty: ServerAddress
) -> None:
    class Broken(Exception):
        pass

    def fail(_connection: object) -> None:
        raise Broken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tradecrm.storage.server._mark", fail)
        with pytest.raises(Broken):
            create_server_book(empty)
    with pytest.raises(BookEmpty):
        open_server_book(empty)


def test_other_tables_are_no_book(databases: Databases, empty: ServerAddress) -> None:
    change(databases, empty, "CREATE TABLE alembic_version (version_num TEXT)")
    with pytest.raises(BookDamaged, match="holds other tables, not a book of this program"):
        open_server_book(empty)


def test_a_database_that_cannot_keep_every_name_is_refused(databases: Databases) -> None:
    address = databases.empty("SQL_ASCII")
    try:
        with pytest.raises(BookError, match="keeps text as SQL_ASCII"):
            create_server_book(address)
    finally:
        databases.drop(address)


def test_a_newer_book_is_refused_and_one_made_newer_meanwhile_is_not_written(
    databases: Databases, firm: ServerAddress
) -> None:
    store = open_server_book(firm)
    change(databases, firm, "UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(BookTooNew, match="revision 0099"), store.guard(), store.writer.begin():
        pass
    store.close()
    with pytest.raises(BookTooNew, match="Update the program on this computer"):
        open_server_book(firm)


def shape(databases: Databases, address: ServerAddress) -> dict[str, list[str]]:
    """Answer every column, constraint, index and trigger of a book as text."""
    asked = {
        "columns": "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || "
        "coalesce(collation_name, '') FROM information_schema.columns WHERE table_schema = 'public'",
        "constraints": "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    }
    with databases.server.admin(address.database) as connection:
        return {name: sorted(row[0] for row in connection.execute(query)) for name, query in asked.items()}


def test_an_older_book_is_brought_up_only_when_asked_and_is_then_as_a_fresh_one(
    databases: Databases, empty: ServerAddress, firm: ServerAddress
) -> None:
    present = present_schema()
    first = Schema(present.metadata, present.revisions[:1], present.scripts)
    store = create_server_book(empty, ServerOpening(schema=_only_first(present, first)))
    store.close()
    with pytest.raises(BookOlder, match="every computer of the firm needs this version"):
        open_server_book(empty)
    open_server_book(empty, ServerOpening(upgrade=True)).close()
    assert shape(databases, empty) == shape(databases, firm)
    open_server_book(empty).close()


def _only_first(present: Schema, first: Schema) -> Schema:
    """Answer a schema that builds what the first release built."""

    class First(Schema):
        __slots__ = ()

        def build(self, connection: object) -> None:
            migrate(connection, first)  # type: ignore[arg-type]

    del present
    return First(first.metadata, first.revisions, first.scripts)


def test_the_ledger_of_a_server_cannot_be_changed(firm: ServerAddress) -> None:
    store = open_server_book(firm)
    for statement in ("DELETE FROM audit_entry", "UPDATE audit_entry SET kind = ''", "TRUNCATE audit_entry"):
        with (
            pytest.raises(IntegrityError, match="audit_entry is append-only"),
            store.writer.begin() as connection,
        ):
            connection.execute(text(statement))
    store.close()


def test_password_is_asked_for_and_a_wrong_one_is_told(databases: Databases, firm: ServerAddress) -> None:
    change(databases, firm, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {LOCKED}")
    address = databases.server.address(firm.database, LOCKED)
    with pytest.raises(PasswordNeeded, match=f"asks for the password of {LOCKED}"):
        open_server_book(address)
    wrong = ServerOpening(password="wrong horse")
    with pytest.raises(PasswordNeeded, match="does not let locked in with this password") as caught:
        open_server_book(address, wrong)
    right = ServerOpening(password=SECRET)
    store = open_server_book(address, right)
    shown = (
        repr(wrong) + repr(right) + repr(store.writer) + repr(store.reader) + repr(store) + str(store.place)
    )
    error: BaseException | None = caught.value
    while error is not None:
        shown += repr(error)
        error = error.__cause__ or error.__context__
    assert "horse" not in shown
    store.close()


def test_missing_database_person_and_server_are_told_apart(databases: Databases, firm: ServerAddress) -> None:
    server = databases.server
    with pytest.raises(BookMissing, match="There is no database nowhere on the server"):
        open_server_book(server.address("nowhere"))
    with pytest.raises(BookError, match="does not let stranger into the database"):
        open_server_book(server.address(firm.database, "stranger"))
    with pytest.raises(ServerAway, match="does not answer at port 5432"):
        open_server_book(ServerAddress("/nowhere/at/all", "firm", "wang"))
    with pytest.raises(ServerAway, match=r"The server 127\.0\.0\.1 does not answer at port 1"):
        open_server_book(ServerAddress("127.0.0.1", "firm", "wang", 1))


def test_whoever_lacks_a_right_is_told_and_nothing_is_changed(
    databases: Databases, firm: ServerAddress
) -> None:
    reading = f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {LOCKED}"
    change(databases, firm, reading)
    address = databases.server.address(firm.database, LOCKED)
    book = Book(open_server_book(address, ServerOpening(password=SECRET)), SystemClock())
    with pytest.raises(BookReadOnly, match=r"locked may not do this .* Nothing was changed"):
        book.seat().perform(save_party, SaveParty(name="Kern", country="US"))
    book.close()


def test_a_connection_that_is_lost_is_told_and_made_again(databases: Databases) -> None:
    with on_server(databases) as book:
        seat = book.seat()

        def cut(reader: Reader) -> None:
            reader.session.execute(text("SELECT 1"))
            with databases.server.admin() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = %s AND application_name = 'TradeCRM'",
                    (book.store.place.database,),  # type: ignore[union-attr]
                )
            reader.session.execute(text("SELECT 1"))

        with pytest.raises(ServerAway, match=r"was lost\. Whatever was saved before is kept"):
            seat.ask(cut)
        seat.perform(save_party, SaveParty(name="Kern", country="US"))


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        (psycopg.errors.SerializationFailure, Conflict, "Someone else changed the same records meanwhile"),
        (psycopg.errors.DeadlockDetected, Conflict, "Nothing was saved"),
        (psycopg.errors.DiskFull, DiskFull, "no room left on the server"),
        (psycopg.errors.AdminShutdown, ServerAway, "was lost"),
        (psycopg.errors.TooManyConnections, ServerAway, "no room for one more connection"),
        (psycopg.errors.ReadOnlySqlTransaction, BookReadOnly, "only lets the database .* be read"),
        (psycopg.errors.DataCorrupted, BookDamaged, "is damaged"),
        (psycopg.errors.QueryCanceled, Stopped, "Stopped"),
    ],
)
def test_what_a_server_reports_is_said_in_words(
    code: type[psycopg.Error], kind: type[TradeError], says: str
) -> None:
    told = explain_server(code("ERROR: in the server's own words"), ServerAddress("srv", "firm", "wang"))
    assert isinstance(told, kind)
    with pytest.raises(kind, match=says):
        raise told
    assert explain_server(psycopg.errors.UndefinedTable("x"), ServerAddress("srv", "firm", "wang")) is None


def test_text_is_compared_by_its_signs_whatever_language_the_server_speaks(
    databases: Databases, firm: ServerAddress
) -> None:
    with databases.server.admin(firm.database) as connection:
        other = connection.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'"
        ).fetchone()
    assert other == (0,)


def test_what_is_empty_stands_where_it_stands_in_a_file(book: Book) -> None:
    """On both stores: first, or last in a falling order; and only where something can be empty is it said."""
    contract, person = SalesContract.__table__.c, Person.__table__.c
    day, hired = contract.effective_on, person.name
    days = union_all(select(literal(None, Date).label("day")), select(literal(date(2026, 6, 1), Date)))
    with book.store.reader.connect() as connection:
        column = days.subquery().c.day
        assert connection.scalars(select(column).order_by(column)).all() == [None, date(2026, 6, 1)]
        assert connection.scalars(select(column).order_by(column.desc())).all() == [date(2026, 6, 1), None]
        last = select(column).order_by(column.nulls_last())
        assert connection.scalars(last).all() == [date(2026, 6, 1), None]
        joined = select(hired).order_by(hired)
        if connection.dialect.name == "postgresql":
            assert str(select(day).order_by(day).compile(connection)).endswith("NULLS FIRST")
            assert str(joined.compile(connection)).endswith("ORDER BY person.name")
            outer = joined.select_from(
                contract.id.table.outerjoin(person.id.table, person.id == contract.owner_id)
            )
            assert str(outer.compile(connection)).endswith("NULLS FIRST")


def test_the_server_of_these_tests_listens_to_nobody_else(databases: Databases) -> None:
    server = databases.server
    server.prove_ours()
    with server.admin() as connection:
        shown = {
            name: connection.execute(f"SHOW {name}").fetchone()
            for name in ("listen_addresses", "fsync", "unix_socket_directories")
        }
    assert shown == {
        "listen_addresses": ("",),
        "fsync": ("off",),
        "unix_socket_directories": (str(server.folder),),
    }
    if hasattr(os, "geteuid"):
        assert (server.folder / "data").stat().st_uid != 0


def test_a_server_that_is_not_ours_is_neither_written_nor_stopped(
    databases: Databases, tmp_path: Path
) -> None:
    other = server_kit.TestServer(tmp_path, databases.server.pid)
    (tmp_path / "data").mkdir()
    note = tmp_path / "note.json"
    note.write_text(f'{{"folder": "{tmp_path}", "pid": {other.pid}}}', encoding="ascii")
    server_kit.stop(note)
    assert not note.exists()
    assert (tmp_path / "data").is_dir()
    os.kill(databases.server.pid, 0)


def test_addresses_are_read_as_they_are_written() -> None:
    for address in (
        ServerAddress("srv", "firm", "wang"),
        ServerAddress("10.0.0.5", "外贸", "王芳", 5433),
        ServerAddress("fe80::1", "firm", "wang"),
        ServerAddress("/var/run/postgresql", "firm", "wang", 5433),
    ):
        assert read_address(str(address)) == address
