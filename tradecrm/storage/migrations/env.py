"""How Alembic runs here: on the connection it is handed, in one transaction, tables recreated in batch mode."""

from __future__ import annotations

import warnings
from typing import Any

from alembic import context

from tradecrm.storage.objects import SEARCH_NAME


def _is_ours(_object: Any, name: str | None, kind: str, _reflected: Any, _compared: Any) -> bool:
    return kind != "table" or not (name or "").startswith(SEARCH_NAME)


settings = context.config.attributes
context.configure(
    connection=settings["connection"],
    target_metadata=settings["metadata"],
    render_as_batch=True,
    include_object=_is_ours,
    transactional_ddl=True,
    # The transaction is the caller's, begun before the connection was handed over.
    transaction_per_migration=False,
)
with warnings.catch_warnings():
    # SQLAlchemy cannot read expression indexes; storage/objects.py makes those that are lost by it again.
    warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
    context.run_migrations()
