"""The keys by which duplicates are found: written from the record, looked up over the whole book.

A duplicate may belong to someone else, so the look-up goes over the plain tables; it answers names, owners and
states only, never contacts (domain.md section 7.4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, delete, func, select, tuple_

from tradecrm.core.names import MAX_SHARED, SIMILAR, SIMILAR_MIN_LENGTH
from tradecrm.models import Contact, Party, PartyKey, Person
from tradecrm.services.crm.keys import (
    KeyKind,
    KeyValue,
    Strength,
    match_strength,
    party_key_pairs,
    party_keys,
)
from tradecrm.services.data.bulk_rows import insert_columns
from tradecrm.services.data.lean import driver_rows
from tradecrm.services.data.search_texts import CHUNK, Wanted, people_by_party, rows_of

_TELLING = tuple(
    kind.value for kind in (KeyKind.TAX, KeyKind.EMAIL, KeyKind.PHONE, KeyKind.DOMAIN, KeyKind.NAME)
)
"""Which of several shared keys is named: the one that leaves the least doubt."""

_MANY = 10_000
"""Above so many keys it is quicker to walk through all keys of the book than to look each up."""

_SOURCES = ("name", "name_local", "country", "website", "email", "phone", "tax_no")


@dataclass(frozen=True, slots=True)
class KeySource:
    """What the keys of a party are made of, its contacts' addresses included."""

    names: tuple[str, ...]
    country: str
    websites: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    tax_numbers: tuple[str, ...] = ()
    contact_names: tuple[str, ...] = ()

    def keys(self) -> tuple[KeyValue, ...]:
        """Answer the keys to look up, with their strength."""
        return party_keys(**self._parts())

    def stored(self) -> set[tuple[str, str]]:
        """Answer the keys as (kind, value), as long as they are stored."""
        return {(kind, value[:300]) for kind, value in party_key_pairs(**self._parts())}

    def _parts(self) -> dict[str, Any]:
        return {
            "names": self.names,
            "country": self.country,
            "websites": self.websites,
            "emails": self.emails,
            "phones": self.phones,
            "tax_numbers": self.tax_numbers,
        }


@dataclass(frozen=True, slots=True)
class Match:
    """A party that shares something with the one asked about."""

    strength: Strength
    kind: str
    value: str
    party_id: int
    code: str
    name: str
    country: str
    owner_id: int
    owner: str
    archived: bool


def _filled(*values: str) -> tuple[str, ...]:
    return tuple([value for value in values if value])


def stored_sources(connection: Connection, ids: Wanted) -> Iterator[tuple[int, KeySource]]:
    """Answer what the keys of these parties, or of all, are made of as stored, in the order of their numbers."""
    party: Any = Party.__table__
    people_of = people_by_party(connection, ("name", "email", "phone"), ids)
    rows = rows_of(connection, party.c.id, (party.c[name] for name in _SOURCES), ids)
    for record, name, local, country, website, email, phone, tax_no in rows:
        people = people_of(record)
        yield (
            record,
            KeySource(
                _filled(name, local),
                country,
                _filled(website),
                _filled(email, *(person[1] for person in people)),
                _filled(phone, *(person[2] for person in people)),
                _filled(tax_no),
                _filled(*(person[0] for person in people)),
            ),
        )


def stored_party_keys(connection: Connection, ids: Sequence[int]) -> dict[int, set[tuple[str, str]]]:
    """Answer the (kind, value) keys that these parties must have."""
    parts = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return {record: made.stored() for part in parts for record, made in stored_sources(connection, part)}


def all_party_keys(connection: Connection) -> Iterator[tuple[int, set[tuple[str, str]]]]:
    """Answer the keys that every party must have, in the order of their numbers."""
    return ((record, source.stored()) for record, source in stored_sources(connection, None))


def keep_party_keys(connection: Connection, *party_ids: int) -> None:
    """Recompute the keys of parties from the records as they stand in this transaction."""
    table: Any = PartyKey.__table__
    connection.execute(delete(table).where(table.c.party_id.in_(party_ids)))
    write_party_keys(connection, stored_party_keys(connection, party_ids))


def write_party_keys(connection: Connection, keys: Mapping[int, AbstractSet[tuple[str, str]]]) -> None:
    """Write the keys of parties that have none."""
    table: Any = PartyKey.__table__
    rows = [(party_id, *key) for party_id, values in keys.items() for key in sorted(values)]
    if rows:
        columns = dict(zip(("party_id", "kind", "value"), map(list, zip(*rows, strict=True)), strict=True))
        insert_columns(connection, table, len(rows), columns)


def holders(
    connection: Connection, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """Answer who holds each key: (party, country) in order of entry; keys shared too often are left out."""
    table: Any = PartyKey.__table__
    party: Any = Party.__table__
    wanted = set(keys)
    query = select(table.c.kind, table.c.value, table.c.party_id)
    rows: list[Any]
    if len(wanted) > _MANY:
        rows = [row for row in driver_rows(connection, query) if (row[0], row[1]) in wanted]
    else:
        pair, asked = tuple_(table.c.kind, table.c.value), list(wanted)
        parts = (asked[start : start + CHUNK] for start in range(0, len(asked), CHUNK))
        rows = [row for part in parts for row in connection.execute(query.where(pair.in_(part)))]
    ids = sorted({row[2] for row in rows})
    countries: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        of_these = select(party.c.id, party.c.country).where(party.c.id.in_(ids[start : start + CHUNK]))
        countries.update((row[0], row[1]) for row in connection.execute(of_these))
    found: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for kind, value, party_id in sorted(rows, key=itemgetter(2)):
        found[kind, value].append((party_id, countries[party_id]))
    return {key: people for key, people in found.items() if len(people) <= MAX_SHARED}


def find_matches(connection: Connection, source: KeySource, own_id: int | None = None) -> list[Match]:
    """Answer every party that shares a key or much of its name, the strongest first (section 7.4).

    All of the book is looked at: private, of other owners, archived. ``own_id`` is the record itself.
    """
    best: dict[int, tuple[Strength, str, str]] = {}
    order = (Strength.STRONG, Strength.MEDIUM, Strength.WEAK)

    def note(party_id: int, strength: Strength, kind: str, value: str) -> None:
        known = best.get(party_id)
        if party_id != own_id and (known is None or order.index(strength) < order.index(known[0])):
            best[party_id] = (strength, kind, value)

    keys = [(key.kind.value, key.value) for key in source.keys()]  # noqa: SIM118 - not a mapping
    found = sorted(holders(connection, keys).items(), key=lambda pair: _TELLING.index(pair[0][0]))
    for (kind, value), people in found:
        for party_id, country in people:
            same = bool(country) and country == source.country
            note(party_id, match_strength(KeyKind(kind), same_country=same), kind, value)
    for kind, value in keys:
        if kind == KeyKind.NAME.value:
            for party_id in _similar(connection, value):
                note(party_id, Strength.WEAK, "similar", value)
    for party_id, name in _same_contact(connection, source):
        note(party_id, Strength.WEAK, "contact", name)
    return sorted(
        _described(connection, best), key=lambda match: (order.index(match.strength), match.party_id)
    )


def _similar(connection: Connection, key: str) -> list[int]:
    """Answer the parties with a name key at least 0.88 alike; keys of less than 6 signs are not compared."""
    if len(key) < SIMILAR_MIN_LENGTH:
        return []
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    table: Any = PartyKey.__table__
    length = func.length(table.c.value)
    least = max(SIMILAR_MIN_LENGTH, int(len(key) * SIMILAR))
    rows = connection.execute(
        select(table.c.value, table.c.party_id).where(
            table.c.kind == KeyKind.NAME.value, length >= least, length <= int(len(key) / SIMILAR) + 1
        )
    ).all()
    names = [row[0] for row in rows]
    alike = process.extract_iter(key, names, scorer=Levenshtein.normalized_similarity, score_cutoff=SIMILAR)
    return [rows[index][1] for name, _score, index in alike if name != key]


def _same_contact(connection: Connection, source: KeySource) -> list[tuple[int, str]]:
    """Answer the parties of the same country with a contact of the same name."""
    if not source.contact_names or not source.country:
        return []
    party: Any = Party.__table__
    contact: Any = Contact.__table__
    rows = connection.execute(
        select(contact.c.party_id, contact.c.name)
        .join(party, party.c.id == contact.c.party_id)
        .where(contact.c.name.in_(source.contact_names), party.c.country == source.country)
        .limit(MAX_SHARED + 1)
    ).all()
    return [] if len(rows) > MAX_SHARED else [(row[0], row[1]) for row in rows]


def _described(connection: Connection, best: dict[int, tuple[Strength, str, str]]) -> list[Match]:
    party: Any = Party.__table__
    person: Any = Person.__table__
    columns = (party.c.id, party.c.code, party.c.name, party.c.country, party.c.owner_id, person.c.name)
    rows = connection.execute(
        select(*columns, party.c.archived)
        .join(person, person.c.id == party.c.owner_id)
        .where(party.c.id.in_(best))
    )
    return [Match(*best[row[0]], *row) for row in rows]


def code_holder(connection: Connection, code: str) -> int | None:
    """Answer the party of the whole book that has this code."""
    party: Any = Party.__table__
    found: int | None = connection.execute(select(party.c.id).where(party.c.code == code)).scalar()
    return found
