"""What the mapped classes cannot say, on a server: append-only triggers, the search index, comparison by signs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, text

from tradecrm.storage.objects import SEARCH_NAME, append_only

_REFUSAL = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', "
    "ERRCODE = 'integrity_constraint_violation'; END$$"
)
SEARCH_DDL = (
    # The terms come with their places, as a tsvector is written; the server only reads them.
    (
        f'CREATE TABLE {SEARCH_NAME} (rowid BIGINT PRIMARY KEY, terms TEXT COLLATE "C" NOT NULL, '
        "words TSVECTOR GENERATED ALWAYS AS (terms::tsvector) STORED)"
    ),
    f"CREATE INDEX ix_{SEARCH_NAME}_words ON {SEARCH_NAME} USING gin (words)",
)
_TEXTS = text(
    "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    "JOIN pg_type t ON t.oid = a.atttypid JOIN pg_collation l ON l.oid = a.attcollation "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
    "AND a.attgenerated = '' AND (l.collname <> 'C' OR t.typname <> 'text') ORDER BY c.relname, a.attnum"
)
_TRIGGERS = text(
    "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
)
_NAMES = text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")


def server_triggers(metadata: MetaData) -> dict[str, str]:
    """Answer name and DDL of every trigger; emptying a whole table at once is refused too."""
    triggers = {}
    for entry, mutable in append_only(metadata):
        kept = [f'"{each.name}"' for each in entry.columns if each.name not in mutable]
        of_columns = f" OF {', '.join(kept)}" if mutable else ""
        for verb, of_which, each in (
            ("update", of_columns, "ROW"),
            ("delete", "", "ROW"),
            ("truncate", "", "STATEMENT"),
        ):
            triggers[f"{entry.name}_no_{verb}"] = (
                f"CREATE TRIGGER {entry.name}_no_{verb} BEFORE {verb.upper()}{of_which} ON {entry.name} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
    return triggers


def postgresql_objects(metadata: MetaData) -> tuple[str, ...]:
    """Answer every statement of a fresh book that the mapped classes do not give, in order."""
    return (_REFUSAL, *SEARCH_DDL, *server_triggers(metadata).values())


def apply(connection: Connection, metadata: MetaData) -> None:
    """Make the triggers anew, the search index and every index of ``metadata`` that is missing.

    Every text compares by its signs, as in a file, whatever language the server was set up in: the order of a
    list, the beginning of a name and what counts as equal are the same in both stores. Neither store cuts off
    or refuses a text by its length; the forms do.
    """
    for name, table in connection.execute(_TRIGGERS).all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON "{table}"')
    changes: dict[str, list[str]] = {}
    for table, column in connection.execute(_TEXTS):
        changes.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE TEXT COLLATE "C"')
    for table, parts in changes.items():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" {", ".join(parts)}')
    present = set(connection.execute(_NAMES).scalars())
    connection.exec_driver_sql(_REFUSAL)
    if SEARCH_NAME not in present:
        for ddl in SEARCH_DDL:
            connection.exec_driver_sql(ddl)
    for ddl in server_triggers(metadata).values():
        connection.exec_driver_sql(ddl)
    for entry in metadata.sorted_tables:
        for index in sorted(entry.indexes, key=lambda each: str(each.name)):
            if index.name not in present and entry.name in present:
                index.create(connection)


def missing_guards(connection: Connection, metadata: MetaData) -> list[str]:
    """Answer the triggers that are not there, or are switched off, by name."""
    rows: Any = connection.execute(text("SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal"))
    found = {name for name, enabled in rows if enabled in ("O", "A", b"O", b"A")}
    return [name for name in server_triggers(metadata) if name not in found]


def missing_references(connection: Connection, metadata: MetaData) -> list[str]:
    """Answer the foreign keys that the server does not hold, or holds unproved, by name."""
    rows = connection.execute(text("SELECT conname FROM pg_constraint WHERE contype = 'f' AND convalidated"))
    held = set(rows.scalars())
    wanted = {str(key.name) for table in metadata.sorted_tables for key in table.foreign_key_constraints}
    return sorted(wanted - held)
