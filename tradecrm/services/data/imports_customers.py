"""Customers from a spreadsheet: a row is a company with its contacts and address."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from tradecrm.core.names import MAX_SHARED
from tradecrm.core.text import N_, _
from tradecrm.models import Address, Contact, Party, Person
from tradecrm.services.control.numbering import take_numbers
from tradecrm.services.crm.keys import KeyKind
from tradecrm.services.data.bulk import add_rows, codes_in_use
from tradecrm.services.data.imports import (
    DUPLICATE,
    REFUSED,
    UNCHANGED,
    UPDATED,
    ImportBatch,
    ImportMode,
    SheetRow,
    Tally,
)
from tradecrm.services.data.search import keep_search_terms, write_search_terms
from tradecrm.services.data.search_keys import KeySource, holders, keep_party_keys, write_party_keys
from tradecrm.services.data.search_texts import party_texts
from tradecrm.services.work import Work

_STEP = 1_000
_PARTY_FIELDS = {
    "name": "name",
    "name_zh": "name_local",
    "country": "country",
    "city": "city",
    "industry": "industry",
    "source": "source",
    "grade": "grade",
    "tax_no": "tax_no",
    "website": "website",
    "email": "email",
    "phone": "phone",
    "currency": "currency",
}
_NOTED = {
    "short_name": N_("Short name"),
    "fax": N_("Fax"),
    "payment_terms": N_("Payment terms"),
    "credit_limit": N_("Credit limit"),
    "products": N_("Products of interest"),
    "since": N_("Customer since"),
    "next_contact": N_("Next contact"),
}
"""Fields without a place of their own yet: kept in the note under their name, so that nothing is lost."""

_MORE = "_more"
_FURTHER = {
    "email": N_("Company e-mail"),
    "phone": N_("Company phone"),
    "contact_email": N_("Contact's e-mail"),
    "contact_phone": N_("Contact's mobile"),
}
"""Fields of which a cell may hold several values: those that are no further contact's go into the note."""

_EMPTY = {**dict.fromkeys(_PARTY_FIELDS.values(), ""), "note": "", "is_customer": True}
_CONTACT_FIELDS = frozenset(
    ("contact_name", "contact_first_name", "contact_last_name", "contact_title", "contact_email")
) | {"contact_phone", "whatsapp", "wechat"}
_NAME = KeyKind.NAME.value

Key = tuple[str, str, str]
"""Kind and value of a strong key; names carry the country, within which alone they are strong."""


@dataclass(slots=True)
class _Customer:
    """A row on its way into the book."""

    row: SheetRow
    party: dict[str, Any]
    contacts: list[dict[str, Any]]
    address: dict[str, Any]
    keys: frozenset[tuple[str, str]]

    def strong(self) -> list[Key]:
        country = self.party["country"]
        return [
            (kind, value, country if kind == _NAME else "")
            for kind, value in self.keys
            if country or kind != _NAME
        ]


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return "" if value is None else str(value).strip()


def _party(values: Mapping[str, Any]) -> dict[str, Any]:
    party = dict(_EMPTY)
    further = False
    for key, value in values.items():
        column = _PARTY_FIELDS.get(key)
        if column is None:
            further = True
        elif value is not None:
            party[column] = str(value).strip()
    party["name"] = party["name"] or party["name_local"] or _text(values, "short_name")
    if further:
        party["note"] = _note(values)
    return party


def _all(values: Mapping[str, Any], key: str) -> list[str]:
    """Answer every value of a field: that of its cell, and the further ones."""
    return [_text(values, key), *(str(each).strip() for each in values.get(key + _MORE, ()))]


def _note(values: Mapping[str, Any]) -> str:
    lines = [_text(values, "remark")]
    lines += [f"{_(title)}: {_text(values, key)}" for key, title in _NOTED.items() if _text(values, key)]
    people, reach = len(_names(values)), _reach(values)
    for key, title in _FURTHER.items():
        left = _all(values, key)[1:] if key not in reach else _all(values, key)[people:]
        if any(left):
            lines.append(f"{_(title)}: {', '.join(filter(None, left))}")
    return "\n".join(line for line in lines if line)


def _names(values: Mapping[str, Any]) -> list[str]:
    """Answer the names of the contacts of a row, the main one first; empty where only their reach is known."""
    names = _all(values, "contact_name")
    first_last = f"{_text(values, 'contact_first_name')} {_text(values, 'contact_last_name')}".strip()
    return [names[0] or first_last, *names[1:]]


def _reach(values: Mapping[str, Any]) -> set[str]:
    """Answer the fields whose values belong to the contacts one by one, in the order of their names.

    The e-mails of the company are theirs when each of several has a place among them, and no column has their own.
    """
    reach = {"contact_email", "contact_phone"}
    people = len(_names(values))
    emails = _all(values, "email")
    if people == len(emails) and any(emails[1:]) and not any(_all(values, "contact_email")):
        reach.add("email")
    return reach


def _contacts(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer the contacts of a row, the main one first."""
    if _CONTACT_FIELDS.isdisjoint(values):
        return []
    names = _names(values)
    emails = _all(values, "email" if "email" in _reach(values) else "contact_email")
    columns = [_all(values, key) for key in ("contact_title", "contact_phone", "whatsapp", "wechat")]

    def nth(found: list[str], place: int) -> str:
        return found[place] if place < len(found) else ""

    contacts = []
    for place, name in enumerate(names):
        position, phone, whatsapp, wechat = (nth(column, place) for column in columns)
        contact = {
            "name": name,
            "position": position,
            "email": nth(emails, place),
            "phone": phone,
            "messenger": whatsapp or wechat,
        }
        if not name and any(contact.values()):
            contact["name"] = contact["email"].partition("@")[0] or _text(values, "name")
        if contact["name"]:
            contacts.append(contact)
    return contacts


def _address(values: Mapping[str, Any]) -> dict[str, Any]:
    if not _text(values, "address"):
        return {}
    parts = [_text(values, key) for key in ("address", "province", "postcode")]
    return {
        "purpose": "registered",
        "text": ", ".join(part for part in parts if part),
        "city": _text(values, "city"),
        "country": _text(values, "country"),
    }


@functools.cache
def _sizes(entity: Any) -> Mapping[str, int]:
    """Answer the lengths of the columns that have one."""
    columns = entity.__mapper__.columns
    return {column.name: size for column in columns if (size := getattr(column.type, "length", None))}


@functools.cache
def _limited(entity: Any, names: tuple[str, ...]) -> tuple[Callable[[Mapping[str, Any]], Any], list[int]]:
    """Answer what takes the texts of limited length out of a record with these columns, and their lengths."""
    sizes = _sizes(entity)
    limited = [name for name in names if name in sizes]
    return itemgetter(*limited), [sizes[name] for name in limited]


def _length_problem(entity: Any, values: Mapping[str, Any]) -> str:
    """Answer what is too long for its column, in words; empty when all fits."""
    if not values:
        return ""
    texts_of, sizes = _limited(entity, tuple(values))
    for value, size in zip(texts_of(values), sizes, strict=True):
        if len(value) > size:
            return _("“{value}…” is longer than {size} letters.").format(value=value[:20], size=size)
    return ""


def _read(row: SheetRow) -> tuple[_Customer | None, str]:
    """Make a row into a customer, or say why it cannot be one."""
    values = row.values
    party, contacts, address = _party(values), _contacts(values), _address(values)
    if not party["name"]:
        return None, _("The company's name is missing.")
    reason = (
        _length_problem(Party, party)
        or next(filter(None, (_length_problem(Contact, contact) for contact in contacts)), "")
        or _length_problem(Address, address)
    )
    if reason:
        return None, reason
    return _Customer(row, party, contacts, address, _keys(row, party, contacts)), ""


def _keys(row: SheetRow, party: dict[str, Any], contacts: list[dict[str, Any]]) -> frozenset[tuple[str, str]]:
    """Answer the keys of a row as they will be stored; those that came with it where they are the same.

    A row with further values of a cell (``_more``), which the record keeps in its note, has keys too many.
    """
    values = row.values
    plain = _text(values, "name") and not any(key.endswith(_MORE) for key in values)
    if plain and row.keys and (contacts or not _text(values, "contact_phone")):
        return frozenset([(kind, value[:300]) for kind, value in row.keys])
    source = KeySource(
        tuple(name for name in (party["name"], party["name_local"]) if name),
        party["country"],
        tuple(filter(None, (party["website"],))),
        tuple(filter(None, (party["email"], *(contact["email"] for contact in contacts)))),
        tuple(filter(None, (party["phone"], *(contact["phone"] for contact in contacts)))),
        tuple(filter(None, (party["tax_no"],))),
    )
    return frozenset(source.stored())


def bring_in(work: Work, batch: ImportBatch, tally: Tally) -> None:
    """Create customers; rows that are in the file or the book already are left out, or update the book."""
    people = {name.casefold(): key for key, name in work.session.execute(select(Person.id, Person.name))}
    taken = codes_in_use(work, Party)
    customers: list[_Customer] = []
    for done, row in enumerate(batch.rows):
        if done % _STEP == 0:
            work.progress.tell(done, len(batch.rows), _("Checking rows"))
        customer, reason = _read(row)
        if customer is None:
            tally.note(row, REFUSED, reason)
            continue
        owner = _text(row.values, "owner")
        if owner and owner.casefold() not in people:
            reason = _(
                "There is no person called {name} in this book. Enter them under Settings, People, or leave the "
                "column of salespeople out."
            )
            tally.note(row, REFUSED, reason.format(name=owner))
            continue
        customer.party["owner_id"] = people.get(owner.casefold()) or batch.owner_id or work.actor.person_id
        customers.append(customer)
    fresh = _without_file_duplicates(customers, tally)
    fresh = _without_book_duplicates(work, batch, fresh, tally)
    fresh = _with_codes(work, fresh, taken, tally)
    _write(work, fresh, tally)


def _without_file_duplicates(customers: Sequence[_Customer], tally: Tally) -> list[_Customer]:
    """Leave out rows that share a strong key with an earlier one; keys of more than 20 rows say nothing."""
    firsts: dict[Key, int] = {}
    again: dict[Key, int] = {}
    for at, customer in enumerate(customers):
        for key in customer.strong():
            if firsts.setdefault(key, at) != at:
                again[key] = again.get(key, 1) + 1
    if not again:
        return list(customers)
    kept = []
    for at, customer in enumerate(customers):
        earlier = (firsts[key] for key in customer.strong() if again.get(key, 1) <= MAX_SHARED)
        first = min(earlier, default=at)
        if first == at:
            kept.append(customer)
        else:
            number = customers[first].row.row_number
            tally.note(
                customer.row, DUPLICATE, _("The same as row {number} of this file.").format(number=number)
            )
    return kept


def _without_book_duplicates(
    work: Work, batch: ImportBatch, customers: Sequence[_Customer], tally: Tally
) -> list[_Customer]:
    """Leave out, or update, what the book has already by a strong key; all owners' records count."""
    wanted = {key for customer in customers for key in customer.keys}
    known = holders(work.session.connection(), wanted)
    if not known:
        return list(customers)
    kept = []
    for customer in customers:
        found = {
            party_id
            for kind, value, country in customer.strong()
            for party_id, theirs in known.get((kind, value), ())
            if not country or country == theirs
        }
        if found:
            _meet(work, batch, customer, sorted(found), tally)
        else:
            kept.append(customer)
    return kept


def _meet(work: Work, batch: ImportBatch, customer: _Customer, found: Sequence[int], tally: Tally) -> None:
    """Judge a row whose customer is in the book: nothing new, updated, or left out with the reason."""
    party = work.session.scalars(select(Party).where(Party.id == found[0])).one_or_none()
    if party is None:
        tally.note(
            customer.row, DUPLICATE, _("The book has this customer already; it belongs to someone else.")
        )
        return
    news = {
        name: value
        for name, value in customer.party.items()
        if value and name not in {"owner_id", "note", "is_customer"} and getattr(party, name) != value
    }
    if not news:
        reason = _("In the book already as {code}, with nothing new.").format(code=party.code)
        tally.note(customer.row, UNCHANGED, reason, party.id)
    elif batch.mode is ImportMode.UPDATE and len(found) == 1:
        for name, value in news.items():
            setattr(party, name, value)
        party.updated_at = work.now
        keep_search_terms(work, "party", party.id)
        keep_party_keys(work.session.connection(), party.id)
        tally.note(customer.row, UPDATED, ", ".join(sorted(news)), party.id)
    else:
        reason = _("The book has this customer already: {name} ({code}).").format(
            code=party.code, name=party.name
        )
        tally.note(customer.row, DUPLICATE, reason, party.id)


def _with_codes(work: Work, customers: Sequence[_Customer], taken: set[str], tally: Tally) -> list[_Customer]:
    """Give every customer a code of its own: the sheet's, or the next number."""
    kept, unnumbered = [], []
    for customer in customers:
        code = _text(customer.row.values, "code")
        if len(code) > 30:
            tally.note(
                customer.row, REFUSED, _("The code {code} has more than 30 letters.").format(code=code)
            )
            continue
        if code in taken:
            tally.note(customer.row, REFUSED, _("The code {code} is taken.").format(code=code))
            continue
        if code:
            customer.party["code"] = code
            taken.add(code)
        else:
            unnumbered.append(customer)
        kept.append(customer)
    waiting = list(unnumbered)
    while waiting:
        numbers = take_numbers(work.session, "party", work.today, len(waiting))
        free = [number for number in numbers if number not in taken]
        for customer, number in zip(waiting, free, strict=False):
            customer.party["code"] = number
        waiting = waiting[len(free) :]
    return kept


def _write(work: Work, customers: Sequence[_Customer], tally: Tally) -> None:
    """Write companies, contacts, addresses, keys and search terms in set form."""
    ids = add_rows(work, Party, [customer.party for customer in customers], _("Writing customers"))
    pairs = list(zip(ids, customers, strict=True))
    for entity, rows in (
        (
            Contact,
            [
                {**contact, "is_main": place == 0, "party_id": key, "owner_id": customer.party["owner_id"]}
                for key, customer in pairs
                for place, contact in enumerate(customer.contacts)
            ],
        ),
        (
            Address,
            [
                {**customer.address, "party_id": key, "owner_id": customer.party["owner_id"]}
                for key, customer in pairs
                if customer.address
            ],
        ),
    ):
        add_rows(work, entity, rows, _("Writing contacts and addresses"))
    connection = work.session.connection()
    for start in range(0, len(pairs), _STEP):
        work.progress.tell(start, len(pairs), _("Making customers findable"))
        part = pairs[start : start + _STEP]
        write_party_keys(connection, {key: customer.keys for key, customer in part})
        write_search_terms(connection, "party", ((key, _texts(customer)) for key, customer in part))
    tally.created += [("party", key, customer.row.row_number) for key, customer in pairs]


def _texts(customer: _Customer) -> tuple[str, ...]:
    """Answer the texts of a new customer exactly as they will be read back from the book."""
    party = customer.party
    row = [party[name] for name in ("code", "name", "name_local", "tax_no", "website", "email", "phone")]
    people = [[contact[name] for name in ("name", "email", "phone")] for contact in customer.contacts]
    return party_texts(row, people)
