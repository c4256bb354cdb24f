"""What a record is found by when it is in the session already: written from itself, without reading it again."""

from __future__ import annotations

from typing import Any

from tradecrm.services.data.search import drop_search_terms, write_search_terms
from tradecrm.services.data.search_texts import texts_of
from tradecrm.services.work import Work


def write_new_terms(work: Work, kind: str, row: Any) -> None:
    """Write what a record that was just added is found by; only of kinds with columns of their own alone."""
    write_search_terms(work.session.connection(), kind, [(row.id, texts_of(kind, row))])


def renew_terms(work: Work, kind: str, row: Any) -> None:
    """Write anew what a record is found by, as it stands in this unit of work."""
    drop_search_terms(work.session.connection(), kind, (row.id,))
    write_new_terms(work, kind, row)
