"""The check of what records are found by: search terms, and the keys by which duplicates are found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from tradecrm.core.text import _
from tradecrm.models import PartyKey
from tradecrm.services.data.search_keys import stored_party_keys
from tradecrm.services.data.search_texts import KIND_NUMBERS, all_ids, record_texts
from tradecrm.services.data.terms import document_terms, spelling_of
from tradecrm.storage.objects import SEARCH_INDEX, search_record

if TYPE_CHECKING:
    from tradecrm.services.data.check import Fault

_CHUNK = 5_000


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while part := list(islice(rest, _CHUNK)):
        yield part


def check_terms(connection: Connection) -> Iterator[Fault]:
    """Find records whose search terms are missing, not what their texts give, or of a record that is gone."""
    from tradecrm.services.data.check import Fault

    stored: dict[tuple[int, int], int] = {}
    spelling = spelling_of(connection.dialect.name)
    for rowid, terms in connection.execute(select(SEARCH_INDEX.c.rowid, SEARCH_INDEX.c.terms)):
        stored[search_record(rowid)] = hash(terms)
    for kind, number in KIND_NUMBERS.items():
        for part in _chunks(all_ids(connection, kind)):
            for record, texts in record_texts(connection, kind, part).items():
                wanted = document_terms(texts, spelling)
                kept = stored.pop((number, record), None)
                if kept is None and wanted:
                    yield Fault(
                        kind,
                        record,
                        _("{name} cannot be found: its search terms are missing.").format(name=texts[0]),
                    )
                elif kept is not None and kept != hash(wanted):
                    yield Fault(
                        kind,
                        record,
                        _("{name} is found by search terms that are not its own.").format(name=texts[0]),
                    )
    names = {number: kind for kind, number in KIND_NUMBERS.items()}
    for number, record in stored:
        kind = names.get(number, "file")
        yield Fault(
            kind,
            record,
            _("The search index holds {kind} no. {record}, which is not there.").format(
                kind=kind, record=record
            ),
        )


def check_keys(connection: Connection) -> Iterator[Fault]:
    """Find parties whose keys are not what their names, numbers and addresses give (domain.md section 7.4)."""
    from tradecrm.services.data.check import Fault

    table: Any = PartyKey.__table__
    for part in _chunks(all_ids(connection, "party")):
        stored: dict[int, set[tuple[str, str]]] = {record: set() for record in part}
        query = select(table.c.party_id, table.c.kind, table.c.value).where(
            table.c.party_id.between(part[0], part[-1])
        )
        for record, kind, value in connection.execute(query):
            stored.setdefault(record, set()).add((kind, value))
        for record, wanted in stored_party_keys(connection, part).items():
            found = stored[record]
            for kind, value in sorted(wanted - found):
                yield Fault(
                    "party",
                    record,
                    _("Party no. {party}: the key {kind} {value} is missing.").format(
                        party=record, kind=kind, value=value
                    ),
                )
            for kind, value in sorted(found - wanted):
                yield Fault(
                    "party",
                    record,
                    _("Party no. {party}: the key {kind} {value} is not its own.").format(
                        party=record, kind=kind, value=value
                    ),
                )
