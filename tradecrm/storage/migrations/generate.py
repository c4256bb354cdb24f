"""For developers: writes the first schema's statements, or a new migration from what changed in the models.

``python -m tradecrm.storage.migrations.generate --foundation`` renews revision 0001 (before its release only);
``python -m tradecrm.storage.migrations.generate "add a column"`` adds the next revision.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from pathlib import Path

from sqlalchemy import Dialect, MetaData, create_mock_engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import ExecutableDDLElement

from tradecrm.storage import objects
from tradecrm.storage.engines import building_engine
from tradecrm.storage.schema import Schema, present_schema
from tradecrm.storage.upgrade import alembic_config, migrate

_NAME = "0001_foundation"


def foundation_script(metadata: MetaData, dialect: Dialect) -> str:
    """Answer the statements that make ``metadata`` in one store, parted by ``;`` and an empty line."""
    statements: list[str] = []

    def keep(element: ExecutableDDLElement, *_args: object, **_kwargs: object) -> None:
        statements.append(str(element.compile(dialect=dialect)).strip())

    engine = create_mock_engine(f"{dialect.name}://", keep)
    metadata.create_all(engine, checkfirst=False)
    return ";\n\n".join(statements) + ";\n\n"


def write_foundation(metadata: MetaData, versions: Path) -> list[Path]:
    """Write the first schema's statements for both stores beside revision 0001; answers the files."""
    written = []
    stores: tuple[type[Dialect], ...] = (sqlite.dialect, postgresql.dialect)
    for dialect in (store() for store in stores):
        path = versions / f"{_NAME}.{dialect.name}.sql"
        path.write_text(foundation_script(metadata, dialect), encoding="utf-8")
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
            objects.apply(connection, schema.metadata)
            config = alembic_config(connection, schema)
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            with warnings.catch_warnings():
                # SQLAlchemy cannot read expression indexes; those are declared, and made by objects.apply.
                warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression")
                command.revision(config, message=message, autogenerate=True, rev_id=following)
        engine.dispose()
    listed = schema.scripts / "__init__.py"
    text = listed.read_text(encoding="utf-8")
    listed.write_text(
        text.replace(f'"{schema.head}",)', f'"{schema.head}", "{following}",)'), encoding="utf-8"
    )
    return following


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("message", nargs="?", help="what the new revision does")
    parser.add_argument("--foundation", action="store_true", help="write the first schema again")
    asked = parser.parse_args()
    schema = present_schema()
    if asked.foundation:
        write_foundation(schema.metadata, schema.scripts / "versions")
    elif asked.message:
        write_revision(asked.message, schema)
    else:
        parser.error("give --foundation or a message")


if __name__ == "__main__":
    main()
