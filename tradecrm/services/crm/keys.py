"""The keys a party is stored under, so that nobody enters it twice (查重, domain.md section 7.4)."""

from __future__ import annotations

import enum
import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from tradecrm.core.names import (
    email_key,
    is_free_mail,
    is_marketplace,
    name_keys,
    tax_key,
    website_host,
)

_MIN_PHONE_DIGITS = 5
_NO_DIGITS = re.compile("[^0-9]+")
_PLAIN_NUMBER = re.compile(r"\+[0-9]+(?:[ ().-]{1,2}[0-9]+)*")
"""Nothing an extension or a second number could begin with."""

_KEEPS_ZERO = frozenset(("IT", "SM", "VA"))
"""Countries whose plan keeps the leading zero of national numbers (section 16 number 24)."""


class KeyKind(enum.StrEnum):
    """What a key is made of; website and corporate e-mail domain are one kind, so they find each other."""

    NAME = "name"
    EMAIL = "email"
    DOMAIN = "domain"
    PHONE = "phone"
    TAX = "tax"


_NAME, _EMAIL, _DOMAIN, _PHONE, _TAX = (kind.value for kind in KeyKind)


class Strength(enum.StrEnum):
    """How much a shared key says: strong blocks, medium and weak warn."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class KeyValue:
    """A key and its strength by itself; a name becomes strong when the country is the same too."""

    kind: KeyKind
    value: str
    strength: Strength


class _Suffixes(Protocol):
    def privatesuffix(self, domain: str) -> str | None: ...


@functools.cache
def _suffixes() -> _Suffixes:
    from publicsuffixlist import PublicSuffixList

    found: _Suffixes = PublicSuffixList()
    return found


@functools.lru_cache(maxsize=4_096)
def registrable_domain(host: str) -> str:
    """Reduce a host to the domain that is registered, ``mail.x.co.uk`` to ``x.co.uk``; empty if there is none."""
    return _suffixes().privatesuffix(host.lower().strip(".")) or ""


def phone_key(number: str, country: str) -> str:
    """Answer a phone number in E.164 form, ``+8653288991200``; ``country`` is the ISO code of the record.

    ``+`` or ``00`` is international, else the number belongs to ``country``. Empty when it cannot be compared.
    """
    plain = (number if number.isascii() else unicodedata.normalize("NFKC", number)).strip()
    digits = _NO_DIGITS.sub("", plain)
    if len(digits) < _MIN_PHONE_DIGITS:
        return ""
    if plain.startswith("+"):
        return _international(plain, digits)
    if digits.startswith("00"):
        return _international(f"+{plain[plain.index('00') + 2 :]}", digits[2:])
    return _national(plain, digits, country.upper())


@functools.lru_cache(maxsize=1_024)
def _national_prefix(start: str) -> tuple[int, re.Pattern[str]] | None:
    """Answer the length of the country code that three digits begin with, and what the plan there strips.

    None where a number has to be taken apart: no such code, or one that belongs to no country.
    """
    import phonenumbers

    for length in (1, 2, 3):
        region = phonenumbers.region_code_for_country_code(int(start[:length]))
        about = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
        if about is not None:
            return length, re.compile(about.national_prefix_for_parsing or "0")
    return None


def _international(text: str, digits: str) -> str:
    import phonenumbers

    # Plain digits that begin with no prefix to strip are their own E.164 form; parsing them takes 20 times as long.
    known = _national_prefix(digits[:3]) if _PLAIN_NUMBER.fullmatch(text) and digits[0] != "0" else None
    if known is not None:
        national = digits[known[0] :]
        if 7 <= len(national) <= 12 and national[0] != "0" and not known[1].match(national):
            return f"+{digits}"
    try:
        parsed = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return f"+{digits}"
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _national(text: str, digits: str, country: str) -> str:
    import phonenumbers

    code = phonenumbers.country_code_for_region(country)
    if not code:
        return ""
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        bare = digits if country in _KEEPS_ZERO else digits.removeprefix("0")
        return f"+{code}{bare}"
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def party_key_pairs(
    *,
    names: Iterable[str] = (),
    country: str = "",
    websites: Iterable[str] = (),
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    tax_numbers: Iterable[str] = (),
) -> tuple[tuple[str, str], ...]:
    """Answer the keys of a party as (kind, value), each once (section 7.4)."""
    # Plain loops, and none over nothing: an import asks for the keys of every row.
    found: dict[tuple[str, str], None] = {}
    hosts: list[str] = []
    for name in names:
        for key in name_keys(name):
            found[_NAME, key] = None
    for mail in map(email_key, emails):
        if mail:
            found[_EMAIL, mail] = None
            hosts.append(mail.rpartition("@")[2])
    hosts += map(website_host, websites)
    for domain in map(_company_domain, dict.fromkeys(hosts)):
        found[_DOMAIN, domain] = None
    for phone in phones:
        found[_PHONE, phone_key(phone, country)] = None
    for number in map(tax_key, tax_numbers):
        found[_TAX, number] = None
    return tuple([pair for pair in found if pair[1]])


def party_keys(
    *,
    names: Iterable[str] = (),
    country: str = "",
    websites: Iterable[str] = (),
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    tax_numbers: Iterable[str] = (),
) -> tuple[KeyValue, ...]:
    """Answer the keys to store and look up for a party, each once (section 7.4)."""
    pairs = party_key_pairs(
        names=names, country=country, websites=websites, emails=emails, phones=phones, tax_numbers=tax_numbers
    )
    kinds = ((KeyKind(kind), value) for kind, value in pairs)
    return tuple(KeyValue(kind, value, match_strength(kind)) for kind, value in kinds)


def _company_domain(host: str) -> str:
    if not host or is_free_mail(host) or is_marketplace(host):
        return ""
    domain = registrable_domain(host)
    if domain == host:
        return domain
    return "" if not domain or is_free_mail(domain) or is_marketplace(domain) else domain


def match_strength(kind: KeyKind, *, same_country: bool = False) -> Strength:
    """Answer how strong a shared key is: a name is medium, strong within one country; all else is strong."""
    if kind is KeyKind.NAME and not same_country:
        return Strength.MEDIUM
    return Strength.STRONG
