"""For developers: writes the statements of a revision's tables, or a new migration from what changed in the models.

``python -m tradecrm.storage.migrations.generate --tables 0002_the_trade_cycle`` renews the statements of the
tables that a revision brings (before its release only);
``python -m tradecrm.storage.migrations.generate "add a column"`` adds the next revision.
"""

from __future__ import annotations

import argparse
import re
import runpy
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Dialect, MetaData, create_mock_engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import ExecutableDDLElement

from tradecrm.storage.engines import building_engine
from tradecrm.storage.schema import Schema, present_schema
from tradecrm.storage.upgrade import alembic_config, migrate


def table_script(metadata: MetaData, names: Sequence[str], dialect: Dialect) -> str:
    """Answer the statements that make these tables in one store, parted by ``;`` and an empty line."""
    statements: list[str] = []

    def keep(element: ExecutableDDLElement, *_args: object, **_kwargs: object) -> None:
        statements.append(str(element.compile(dialect=dialect)).strip())

    engine = create_mock_engine(f"{dialect.name}://", keep)
    metadata.create_all(engine, tables=[metadata.tables[name] for name in names], checkfirst=False)
    return ";\n\n".join(statements) + ";\n\n"


def write_tables(metadata: MetaData, versions: Path, revision: str) -> list[Path]:
    """Write the statements of the tables that ``revision`` (a script's name) brings; answers the files."""
    names: Sequence[str] = runpy.run_path(str(versions / f"{revision}.py"))["TABLES"]
    written = []
    stores: tuple[type[Dialect], ...] = (sqlite.dialect, postgresql.dialect)
    for dialect in (store() for store in stores):
        path = versions / f"{revision}.{dialect.name}.sql"
        path.write_text(table_script(metadata, names, dialect), encoding="utf-8")
        written.append(path)
    return written


def write_revision(message: str, schema: Schema) -> str:
    """Write the next revision by comparing a book at the present head with the models; answers its name.

    The script is a draft: it is read, corrected and tested before it is kept.
    """
    from alembic import command

    following = f"{int(schema.head) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        engine = building_engine(Path(folder, "blank.tcrm"), mode="rwc")
        with engine.connect() as connection, connection.begin():
            migrate(connection, schema)
            config = alembic_config(connection, schema)
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            with warnings.catch_warnings():
                # SQLAlchemy cannot read expression indexes; those are declared, and made by objects.apply.
                warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression")
                command.revision(config, message=message, autogenerate=True, rev_id=following)
        engine.dispose()
    listed = schema.scripts / "__init__.py"
    text = listed.read_text(encoding="utf-8")
    head = re.escape(f'"{schema.head}"')
    listed.write_text(re.sub(rf"{head},?\)", f'"{schema.head}", "{following}")', text), encoding="utf-8")
    return following


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("message", nargs="?", help="what the new revision does")
    parser.add_argument("--tables", help="the revision whose tables' statements are written again")
    asked = parser.parse_args()
    schema = present_schema()
    if asked.tables:
        write_tables(schema.metadata, schema.scripts / "versions", asked.tables)
    elif asked.message:
        write_revision(asked.message, schema)
    else:
        parser.error("give --tables or a message")


if __name__ == "__main__":
    main()
