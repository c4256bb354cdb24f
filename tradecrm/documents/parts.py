"""What the papers of every kind share: our letterhead, parties, clauses, amounts and cartons in words."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from decimal import Decimal

from tradecrm.core.countries import country_name, find_country
from tradecrm.core.currencies import currency_name
from tradecrm.core.money import minor_units
from tradecrm.core.presets import terms_wording
from tradecrm.core.rmb import rmb_capitals
from tradecrm.core.terms import decode_terms
from tradecrm.core.words import amount_in_words, integer_words
from tradecrm.documents.clauses import Clause
from tradecrm.documents.content import Marks, Party, Said
from tradecrm.documents.labels import LABELS
from tradecrm.documents.sale import BankDetails
from tradecrm.documents.words import NO_WORDS, Words, same
from tradecrm.services.trade.paper_parts import BankFacts, ClauseFacts, Frame, PartyFacts

_SAY = "SAY "
_SPECIAL = Words("Special Terms", "特约条款")


def our_firm(frame: Frame) -> Party:
    """Answer our firm as the letterhead shows it."""
    firm = frame.firm
    return Party(
        Words(firm.company_name, firm.company_name_local),
        Words(firm.company_address, firm.company_address_local),
        firm.company_phone,
        firm.company_email,
        firm.company_tax_no,
    )


def pictures(frame: Frame) -> Marks:
    """Answer logo and stamp as the style lets them print."""
    return Marks(frame.logo, frame.stamp)


def partner(facts: PartyFacts) -> Party:
    """Answer a partner as printed; without a local name the legal name prints in both languages."""
    return Party(
        Words(facts.name, facts.name_local or facts.name),
        same(facts.address),
        facts.phone,
        facts.email,
        facts.tax_no,
        facts.contact,
    )


def typed_party(text: str) -> Party:
    """Answer a party from a typed text: the first line is its name, the rest its address."""
    name, _line_end, address = text.strip().partition("\n")
    return Party(same(name), same(address))


def clauses_of(
    own: tuple[ClauseFacts, ...], usual: tuple[Clause, ...], special: str = ""
) -> tuple[Clause, ...]:
    """Answer the clauses that print: the firm's own or else the usual ones, then what this paper adds."""
    found = tuple(
        Clause("", Words(each.title_en, each.title_cn), Words(each.text_en, each.text_cn)) for each in own
    )
    added = (Clause("special", _SPECIAL, same(special)),) if special.strip() else ()
    return (found or usual) + added


def in_words(total: Decimal, currency: str) -> Words:
    """Answer a total in words (sections 10.2, 10.3); Chinese capitals end at cents, so not for three decimals."""
    english = amount_in_words(total, currency).removeprefix(_SAY)
    if minor_units(currency) > 2:
        return Words(english)
    prefix = "人民币" if currency == "CNY" else currency_name(currency, "zh")
    return Words(english, rmb_capitals(abs(total), prefix=prefix))


def cartons_in_words(count: int) -> Words:
    """Answer the number of packages as a packing list says it, ``FORTY-TWO CARTONS ONLY``."""
    carton = "CARTON" if count == 1 else "CARTONS"
    chinese = rmb_capitals(Decimal(count), prefix="").removesuffix("元整")
    return Words(f"{integer_words(count)} {carton} ONLY", f"{chinese}箱整")


@functools.lru_cache(maxsize=256)  # Many papers have few terms; wording looks through all presets.
def payment_words(terms: str) -> Words:
    """Answer stored payment terms as papers state them; nothing where nothing was agreed."""
    if not terms:
        return NO_WORDS
    read = decode_terms(terms)
    return Words(terms_wording(read, "en"), terms_wording(read, "zh"))


def adjustment_words(amount: Decimal, rate: Decimal | None, text: str, contract: str = "") -> Words:
    """Answer what a discount (``amount`` below zero) or charge on the whole is called on its row.

    ``text`` is what the paper calls it, ``contract`` the number it belongs to where there are several.
    """
    less = amount < 0
    how = "" if rate is None else f" {percent(abs(rate))}"
    of_which = f" ({contract})" if contract else ""
    return Words(
        f"{'Less' if less else 'Plus'}: {text or ('discount' if less else 'charge')}{how}{of_which}",
        f"{'减' if less else '加'}：{'整单折扣' if less else '附加费'}{how}{f'（{text}）' if text else ''}{of_which}",
    )


def bank_details(bank: BankFacts | None, beneficiary: str) -> BankDetails:
    """Answer the panel of the account that is paid to."""
    if bank is None:
        return BankDetails()
    return BankDetails(beneficiary, bank.bank, bank.address, bank.number, bank.swift)


def percent(share: Decimal) -> str:
    """Write a fraction as percent without idle zeros, ``12.5%``."""
    return f"{(share * 100).normalize():f}%"


def origin_words(origins: Iterable[str]) -> Words:
    """Answer where goods come from: the products' own origins, countries in both languages; else China."""
    named = tuple(dict.fromkeys(each.strip() for each in origins if each.strip())) or ("CN",)
    codes = [find_country(each) for each in named]
    names = [
        Words(country_name(code, "en"), country_name(code, "zh")) if code else same(each)
        for code, each in zip(codes, named, strict=True)
    ]
    return Words(", ".join(each.en for each in names), "、".join(each.zh for each in names))


def referred(pairs: Iterable[tuple[str, str]]) -> tuple[Said, ...]:
    """Answer reference numbers under the labels of their keys."""
    return tuple(Said(LABELS[key], same(number)) for key, number in pairs)
