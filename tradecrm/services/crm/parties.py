"""Customers and other partners: written with their contacts and addresses, archived, shown as a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from tradecrm.core.countries import is_country
from tradecrm.core.currencies import is_currency
from tradecrm.core.names import email_key, website_host
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Address, Contact, Party, Person
from tradecrm.services.crm.keys import Strength
from tradecrm.services.data.search import keep_search_terms, tiers
from tradecrm.services.data.search_keys import (
    KeySource,
    Match,
    code_holder,
    find_matches,
    keep_party_keys,
)
from tradecrm.services.work import Reader, Work, operation

ROLES = ("is_customer", "is_supplier", "is_forwarder", "is_service")


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A contact to be written; without ``id`` a new one."""

    name: str = ""
    position: str = ""
    email: str = ""
    phone: str = ""
    messenger: str = ""
    is_main: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True)
class AddressDraft:
    """An address to be written; ``purpose`` is registered, delivery or notify."""

    purpose: str = "registered"
    text: str = ""
    city: str = ""
    country: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class SaveParty:
    """A partner to be written, whole: contacts and addresses that are left out are removed.

    Without ``id`` a new one; ``code`` empty takes the next number; ``owner_id`` None is oneself for a new record.
    """

    name: str = ""
    name_local: str = ""
    code: str = ""
    is_customer: bool = True
    is_supplier: bool = False
    is_forwarder: bool = False
    is_service: bool = False
    country: str = ""
    city: str = ""
    industry: str = ""
    source: str = ""
    grade: str = ""
    tax_no: str = ""
    website: str = ""
    email: str = ""
    phone: str = ""
    currency: str = ""
    incoterm: str = ""
    incoterm_place: str = ""
    terms: str = ""
    note: str = ""
    counted: bool = True
    contacts: tuple[ContactDraft, ...] = ()
    addresses: tuple[AddressDraft, ...] = ()
    owner_id: int | None = None
    id: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class ArchiveParty:
    """A partner put away, or taken out again; its papers stay as they are."""

    party_id: int
    version: int
    archived: bool = True


@dataclass(frozen=True, slots=True)
class PartyCard:
    """A partner as its page shows it; ``draft`` is what its form edits."""

    id: int
    code: str
    name: str
    archived: bool
    owner_id: int
    owner: str
    created_at: datetime
    updated_at: datetime
    draft: SaveParty


_COLUMNS = tuple(
    field.name
    for field in fields(SaveParty)
    if field.name not in {"code", "contacts", "addresses", "owner_id", "id", "version"}
)
_CONTACT_COLUMNS = ("name", "position", "email", "phone", "messenger", "is_main")
_ADDRESS_COLUMNS = ("purpose", "text", "city", "country")


def _too_long(entity: Any, draft: Any, columns: Sequence[str], prefix: str = "") -> list[Problem]:
    """Answer the texts that do not fit their column."""
    problems = []
    for name in columns:
        size = getattr(getattr(entity, name).type, "length", None)
        value = getattr(draft, name)
        if size is not None and isinstance(value, str) and len(value.strip()) > size:
            problems.append(
                Problem(
                    f"{prefix}{name}", _("This is longer than {size} letters. Shorten it.").format(size=size)
                )
            )
    return problems


def _bad_email(field: str, address: str) -> list[Problem]:
    if not address.strip() or email_key(address):
        return []
    return [Problem(field, _("“{address}” is no e-mail address.").format(address=address.strip()))]


def check_party(command: SaveParty) -> list[Problem]:
    """Answer everything that is wrong with a partner's particulars, each at its field."""
    problems = _too_long(Party, command, ("code", *_COLUMNS))
    if not command.name.strip():
        problems.append(Problem("name", _("Give the company's name.")))
    if not any(getattr(command, role) for role in ROLES):
        problems.append(Problem("is_customer", _("Say what the company is to you: customer, supplier, …")))
    if command.country and not is_country(command.country):
        problems.append(
            Problem("country", _("There is no country with the code {code}.").format(code=command.country))
        )
    if command.currency and not is_currency(command.currency):
        problems.append(
            Problem("currency", _("There is no currency with the code {code}.").format(code=command.currency))
        )
    problems += _bad_email("email", command.email)
    if command.website.strip() and not website_host(command.website):
        problems.append(
            Problem("website", _("“{address}” is no web address.").format(address=command.website.strip()))
        )
    for index, contact in enumerate(command.contacts):
        problems += _check_contact(contact, f"contacts.{index}.")
    for index, address in enumerate(command.addresses):
        prefix = f"addresses.{index}."
        problems += _too_long(Address, address, _ADDRESS_COLUMNS, prefix)
        if not address.text.strip():
            problems.append(Problem(f"{prefix}text", _("Write the address, or remove the line.")))
    return problems


def _check_contact(contact: ContactDraft, prefix: str) -> list[Problem]:
    problems = _too_long(Contact, contact, _CONTACT_COLUMNS, prefix)
    if not contact.name.strip():
        problems.append(Problem(f"{prefix}name", _("Give the contact's name, or remove the line.")))
    return problems + _bad_email(f"{prefix}email", contact.email)


def key_source(command: SaveParty) -> KeySource:
    """Answer what the keys of a draft are made of (section 7.4)."""

    def filled(*values: str) -> tuple[str, ...]:
        return tuple(value.strip() for value in values if value.strip())

    contacts = command.contacts
    return KeySource(
        filled(command.name, command.name_local),
        command.country,
        filled(command.website),
        filled(command.email, *(contact.email for contact in contacts)),
        filled(command.phone, *(contact.phone for contact in contacts)),
        filled(command.tax_no),
        filled(*(contact.name for contact in contacts)),
    )


def match_sentence(match: Match) -> str:
    """Say who is alike: name, owner and state, but no contacts."""
    state = _("archived") if match.archived else _("in use")
    kinds: dict[str, Callable[[], str]] = {
        "name": lambda: _("the same name"),
        "email": lambda: _("the same e-mail address"),
        "domain": lambda: _("the same e-mail domain or website"),
        "phone": lambda: _("the same phone number"),
        "tax": lambda: _("the same tax number"),
        "similar": lambda: _("a similar name"),
        "contact": lambda: _("a contact of the same name"),
    }
    return _("{name} has {what}. It belongs to {owner} ({state}).").format(
        name=match.name, what=kinds[match.kind](), owner=match.owner, state=state
    )


_FIELD_OF_KEY = {"name": "name", "email": "email", "domain": "website", "phone": "phone", "tax": "tax_no"}


@operation("party.write", check=check_party)
def save_party(work: Work, command: SaveParty) -> int:
    """Write a partner and answer its id.

    Refused when the book has it already by a strong key (a new record, or a key that was not there before);
    warns of medium and weak likeness. Raises Conflict when it is no longer the version that was read.
    """
    connection = work.session.connection()
    if command.id is None:
        party = Party(code=_free_code(work, command), owner_id=command.owner_id or work.actor.person_id)
        known: set[int] = set()
    else:
        party = work.get(Party, command.id, _("Partner"))
        work.demand_version(party, command.version, party.name)
        before = _draft(work, party)
        known = {match.party_id for match in find_matches(connection, key_source(before), party.id)}
        party.owner_id = command.owner_id or party.owner_id
        if command.code.strip() and command.code.strip() != party.code:
            party.code = _free_code(work, command)
    _judge(work, find_matches(connection, key_source(command), command.id), known)
    for name in _COLUMNS:
        value = getattr(command, name)
        setattr(party, name, value.strip() if isinstance(value, str) else value)
    party.updated_at = work.now
    work.add(party)
    _write_lines(work, party, Contact, command.contacts, _CONTACT_COLUMNS)
    _write_lines(work, party, Address, command.addresses, _ADDRESS_COLUMNS)
    keep_party_keys(connection, party.id)
    keep_search_terms(work, "party", party.id)
    return party.id


def _judge(work: Work, matches: Sequence[Match], known: set[int]) -> None:
    """Refuse for strong matches that are new with this save, warn of the others."""
    fresh = [match for match in matches if match.party_id not in known]
    strong = [match for match in fresh if match.strength is Strength.STRONG]
    if strong:
        raise Refusal(Problem(_FIELD_OF_KEY[match.kind], match_sentence(match)) for match in strong)
    for match in fresh:
        work.warn(match_sentence(match))


def _free_code(work: Work, command: SaveParty) -> str:
    """Answer the code that was typed, or the next one that nobody typed by hand."""
    typed = command.code.strip()
    if typed:
        if not code_is_free(work, typed):
            raise Refusal.of(_("The code {code} is taken. Choose another.").format(code=typed), "code")
        return typed
    while True:
        code = work.number("party", work.today)
        if code_is_free(work, code):
            return code


def code_is_free(reader: Reader, code: str) -> bool:
    """Tell whether no partner of the whole book has this code, those of others included."""
    return code_holder(reader.session.connection(), code) is None


def _write_lines(
    work: Work, party: Party, entity: Any, drafts: Sequence[Any], columns: Sequence[str]
) -> None:
    """Make the contacts or addresses of a party what the draft says."""
    stored = {row.id: row for row in work.session.scalars(select(entity).where(entity.party_id == party.id))}
    for draft in drafts:
        row = stored.pop(draft.id, None) if draft.id is not None else None
        if row is None:
            row = entity(party_id=party.id)
        row.owner_id = party.owner_id
        for name in columns:
            value = getattr(draft, name)
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        work.session.add(row)
    for row in stored.values():
        work.session.delete(row)
    work.session.flush()


@operation("party.write")
def archive_party(work: Work, command: ArchiveParty) -> None:
    """Put a partner away or take it out again."""
    party = work.get(Party, command.party_id, _("Partner"))
    work.demand_version(party, command.version, party.name)
    party.archived = command.archived
    party.updated_at = work.now


def _draft(reader: Reader, party: Party) -> SaveParty:
    contacts = reader.session.scalars(
        select(Contact).where(Contact.party_id == party.id).order_by(Contact.id)
    )
    addresses = reader.session.scalars(
        select(Address).where(Address.party_id == party.id).order_by(Address.id)
    )
    return SaveParty(
        **{name: getattr(party, name) for name in _COLUMNS},
        code=party.code,
        contacts=tuple(
            ContactDraft(**{name: getattr(row, name) for name in _CONTACT_COLUMNS}, id=row.id)
            for row in contacts
        ),
        addresses=tuple(
            AddressDraft(**{name: getattr(row, name) for name in _ADDRESS_COLUMNS}, id=row.id)
            for row in addresses
        ),
        owner_id=party.owner_id,
        id=party.id,
        version=party.version,
    )


def party_card(reader: Reader, party_id: int) -> PartyCard:
    """Answer a partner with its contacts and addresses; NotFound when there is none the person may see."""
    party = reader.get(Party, party_id, _("Partner"))
    owner = reader.session.scalar(select(Person.name).where(Person.id == party.owner_id)) or ""
    return PartyCard(
        party.id,
        party.code,
        party.name,
        party.archived,
        party.owner_id,
        owner,
        party.created_at,
        party.updated_at,
        _draft(reader, party),
    )


@dataclass(frozen=True, slots=True)
class PartyChoice:
    """A partner in a picker, with what a new paper takes over from it."""

    id: int
    code: str
    name: str
    name_local: str
    country: str
    city: str
    currency: str
    incoterm: str
    incoterm_place: str
    terms: str


def party_picker(
    reader: Reader, text: str = "", roles: Sequence[str] = (), limit: int = 50
) -> tuple[PartyChoice, ...]:
    """Answer partners for type-ahead, best first; without a text those last used.

    ``roles`` are names of ROLES, any of which will do; archived partners are left out.
    """
    condition: ColumnElement[bool] = Party.archived.is_(False)
    if roles:
        condition = and_(condition, or_(*(getattr(Party, role).is_(True) for role in roles)))
    columns = select(*(getattr(Party, field.name) for field in fields(PartyChoice)))
    if not text.strip():
        query = columns.where(condition).order_by(Party.updated_at.desc(), Party.id.desc()).limit(limit)
        return tuple(PartyChoice(*row) for row in reader.session.execute(query))
    ids = [row[0] for _rank, row in tiers(reader, "party", text, condition)[0]][:limit]
    rows = {row[0]: PartyChoice(*row) for row in reader.session.execute(columns.where(Party.id.in_(ids)))}
    return tuple(rows[number] for number in ids)
