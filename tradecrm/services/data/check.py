"""The check of a book: everything that is kept beside its source is recomputed, and every difference is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from tradecrm.core.money import rounding_of
from tradecrm.core.progress import Progress
from tradecrm.core.text import _
from tradecrm.models import Base
from tradecrm.services.control.numbering import PREFIXES
from tradecrm.services.control.settings import kept_settings
from tradecrm.services.data.check_sql import answer
from tradecrm.storage import objects, server_objects
from tradecrm.storage.engines import reader_engine


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it must be: the kind and number of the record, and a sentence about it."""

    kind: str
    record: int | None
    sentence: str


Step = Callable[[Connection], Iterable[Fault]]

CACHE_KIB = 256_000
"""So much of the book a check keeps in memory at most."""

FAULTS_A_STEP = 200
"""So many faults of one kind are named; a book with more is broken in a way that a list does not help."""


def check_book(engine: Engine, progress: Progress | None = None) -> list[Fault]:
    """Recompute the whole book on a reading engine and answer every fault; an empty list is a sound book.

    Raises Stopped when ``progress`` is told to stop.
    """
    with engine.connect() as connection:
        return check_state(connection, progress)


def check_state(connection: Connection, progress: Progress | None = None) -> list[Fault]:
    """Answer every fault of the book as a connection sees it.

    The sums of what is kept, the balance of the ledger, keys, search terms, references, pages, triggers and
    numbers are looked at in set form. Raises Stopped when ``progress`` is told to stop.
    """
    from tradecrm.services.data import check_money, check_search

    steps: tuple[tuple[str, Step], ...] = (
        (_("Pages of the file"), check_pages),
        (_("References between records"), check_references),
        (_("Guards of the ledger"), check_guards),
        (_("Numbers of papers"), check_numbers),
        *check_money.steps(),
        (_("Keys of duplicates"), check_search.check_keys),
        (_("Search terms"), check_search.check_terms),
    )
    progress = progress or Progress()
    faults: list[Fault] = []
    firm = kept_settings(connection).rounding
    with _room(connection), rounding_of(lambda: firm):
        for done, (title, step) in enumerate(steps):
            progress.tell(done, len(steps), title)
            faults.extend(_first(step(connection)))
        progress.tell(len(steps), len(steps))
    return faults


@contextmanager
def _room(connection: Connection) -> Iterator[None]:
    """Let the connection keep more pages than for work: the check meets each page by its table and by its indexes.

    A page that is not kept is read and deciphered again; a book of 500 MB then takes four times as long.
    """
    if connection.dialect.name == "postgresql":
        yield
        return
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {before}")


def verify_book(path: Path) -> list[str]:
    """Answer the faults of the book at ``path`` as sentences: what a backup is proved by before it is listed."""
    engine = reader_engine(path)
    try:
        return [fault.sentence for fault in check_book(engine)]
    finally:
        engine.dispose()


def _first(faults: Iterable[Fault]) -> Iterator[Fault]:
    for count, fault in enumerate(faults):
        if count == FAULTS_A_STEP:
            yield Fault(fault.kind, None, _("There are more faults of this kind than are listed."))
            return
        yield fault


def check_pages(connection: Connection) -> Iterator[Fault]:
    """Let SQLite look at every page, index and constraint; of a server's files its administrator takes care."""
    if connection.dialect.name == "postgresql":
        return
    # A connection that read the search index before it was written would compare it with what it remembers of it,
    # and call a sound file damaged; a search lets it look again.
    connection.exec_driver_sql("SELECT rowid FROM search_index WHERE search_index MATCH 'a' LIMIT 1").all()
    for (sentence,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if sentence != "ok":
            yield Fault("file", None, _("The file is damaged: {what}").format(what=sentence))


def check_references(connection: Connection) -> Iterator[Fault]:
    """Find rows that name a record which is not there; on a server, references that it does not watch."""
    if connection.dialect.name == "postgresql":
        for name in server_objects.missing_references(connection, Base.metadata):
            yield Fault("file", None, _("The server does not watch the reference {name}.").format(name=name))
        return
    for table, row, parent, _number in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Fault(
            table,
            row,
            _("{table} no. {row} names a {parent} that is not there.").format(
                table=table, row=row, parent=parent
            ),
        )


def check_guards(connection: Connection) -> Iterator[Fault]:
    """Find append-only tables whose triggers are missing or are not what they were made as."""
    if connection.dialect.name == "postgresql":
        missing = server_objects.missing_guards(connection, Base.metadata)
    else:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = {name: sql for name, sql in rows}  # noqa: C416 - rows are no pairs to the type checker
        guards = objects.sqlite_triggers(Base.metadata)
        missing = [name for name, ddl in guards.items() if found.get(name) != ddl]
    for name in missing:
        yield Fault("file", None, _("The guard {name} of the ledger is missing.").format(name=name))


_NUMBERED = {
    "sales_contract": ("number",),
    "shipment": ("number", "invoice_number"),
    "receipt": ("number",),
    "payment": ("number",),
    "transfer": ("number",),
    "account_expense": ("number",),
    "expense_claim": ("number",),
    "rebate_claim": ("number",),
    "commission_run": ("number",),
    "goods_return": ("number",),
}


def check_numbers(connection: Connection) -> Iterator[Fault]:
    """Find numbers given twice, and series that would give a number again (domain.md section 0)."""
    series = {
        (prefix, period): upcoming
        for prefix, period, upcoming in answer(
            connection, "SELECT prefix, period, next_number FROM number_series"
        )
    }
    for table, columns in _NUMBERED.items():
        for column in columns:
            yield from _twice(connection, table, column)
            yield from _behind(connection, table, column, series)
    yield from _twice(connection, "party", "code")
    yield from _twice(connection, "product", "code")


def _twice(connection: Connection, table: str, column: str) -> Iterator[Fault]:
    rows = answer(
        connection,
        f"SELECT {column}, max(id) FROM {table} WHERE {column} IS NOT NULL "  # noqa: S608 - names of this module
        f"GROUP BY {column} HAVING count(*) > 1",
    )
    for number, row in rows:
        yield Fault(table, row, _("The number {number} was given twice.").format(number=number))


_HIGHEST = {
    "file": (
        "SELECT substr({column}, 1, instr({column}, '-') + 4) AS head, "
        "max(CAST(substr({column}, instr({column}, '-') + 6) AS INTEGER)), max(id) FROM {table} "
        "WHERE {column} GLOB '[A-Z]*-[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]*' GROUP BY head"
    ),
    "server": (
        "SELECT substr({column}, 1, strpos({column}, '-') + 4) AS head, "
        "max(CAST(coalesce(substring(substr({column}, strpos({column}, '-') + 6) FROM '^[0-9]+'), '0') AS NUMERIC)), "
        "max(id) FROM {table} WHERE {column} ~ '^[A-Z].*-[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]' GROUP BY head"
    ),
}
"""The highest number of each series that was given; how a text is taken apart differs by store."""


def _behind(
    connection: Connection, table: str, column: str, series: dict[tuple[str, str], int]
) -> Iterator[Fault]:
    """Compare each series with the highest number given in it; typed numbers of another form do not count."""
    statement = _HIGHEST["server" if connection.dialect.name == "postgresql" else "file"]
    rows = answer(connection, statement.format(column=column, table=table))
    for head, highest, row in rows:
        prefix, _dash, period = head.partition("-")
        upcoming = series.get((prefix, period), 1)
        if prefix in PREFIXES.values() and upcoming <= highest:
            yield Fault(
                table,
                row,
                _(
                    "The next number of {prefix}-{period} would be {next}, but {highest} was given already."
                ).format(prefix=prefix, period=period, next=upcoming, highest=highest),
            )
