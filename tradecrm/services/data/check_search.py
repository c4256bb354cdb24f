"""The check of what records are found by: search terms, and the keys by which duplicates are found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from tradecrm.core.text import _
from tradecrm.models import PartyKey
from tradecrm.services.data.lean import driver_rows
from tradecrm.services.data.search_keys import all_party_keys
from tradecrm.services.data.search_texts import KIND_NUMBERS, Texts, all_texts
from tradecrm.services.data.terms import document_terms, spelling_of
from tradecrm.storage.objects import SEARCH_INDEX, search_record, search_rowid

if TYPE_CHECKING:
    from tradecrm.services.data.check import Fault

_KINDS = {number: kind for kind, number in KIND_NUMBERS.items()}


def _searched(connection: Connection) -> Iterator[tuple[int, str, int, Texts]]:
    """Answer (row of the index, kind, record, texts) of all that is searched, in the order of the index."""
    for number, kind in sorted(_KINDS.items()):
        first = search_rowid(number, 0)
        for record, texts in all_texts(connection, kind):
            yield first + record, kind, record, texts


def check_terms(connection: Connection) -> Iterator[Fault]:
    """Find records whose search terms are missing, not what their texts give, or of a record that is gone.

    Records and index are walked side by side, both in the order of the index; neither is kept in memory.
    """
    from tradecrm.services.data.check import Fault

    spelling = spelling_of(connection.dialect.name)
    columns = SEARCH_INDEX.c
    index = driver_rows(connection, select(columns.rowid, columns.terms).order_by(columns.rowid))
    at = next(index, None)
    for rowid, kind, record, texts in _searched(connection):
        while at is not None and at[0] < rowid:
            yield _of_nothing(at[0])
            at = next(index, None)
        wanted = document_terms(texts, spelling)
        if at is None or at[0] != rowid:
            if wanted:
                sentence = _("{name} cannot be found: its search terms are missing.").format(name=texts[0])
                yield Fault(kind, record, sentence)
            continue
        if at[1] != wanted:
            name = texts[0] if texts else ""
            sentence = _("{name} is found by search terms that are not its own.").format(name=name)
            yield Fault(kind, record, sentence)
        at = next(index, None)
    while at is not None:
        yield _of_nothing(at[0])
        at = next(index, None)


def _of_nothing(rowid: int) -> Fault:
    from tradecrm.services.data.check import Fault

    number, record = search_record(rowid)
    kind = _KINDS.get(number, "file")
    sentence = _("The search index holds {kind} no. {record}, which is not there.")
    return Fault(kind, record, sentence.format(kind=kind, record=record))


def check_keys(connection: Connection) -> Iterator[Fault]:
    """Find parties whose keys are not what their names, numbers and addresses give (domain.md section 7.4)."""
    from tradecrm.services.data.check import Fault

    table: Any = PartyKey.__table__
    query = select(table.c.party_id, table.c.kind, table.c.value).order_by(table.c.party_id)
    groups = groupby(driver_rows(connection, query), itemgetter(0))
    at = next(groups, None)
    for record, wanted in all_party_keys(connection):
        found: set[tuple[str, str]] = set()
        while at is not None and at[0] < record:
            at = next(groups, None)
        if at is not None and at[0] == record:
            found = {(kind, value) for _party, kind, value in at[1]}
            at = next(groups, None)
        if found == wanted:
            continue
        for kind, value in sorted(wanted - found):
            sentence = _("Party no. {party}: the key {kind} {value} is missing.")
            yield Fault("party", record, sentence.format(party=record, kind=kind, value=value))
        for kind, value in sorted(found - wanted):
            sentence = _("Party no. {party}: the key {kind} {value} is not its own.")
            yield Fault("party", record, sentence.format(party=record, kind=kind, value=value))
