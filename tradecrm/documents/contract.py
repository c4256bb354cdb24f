"""The sales contract as a paper: frozen data, and the one call that draws it as PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO

from tradecrm.documents.clauses import Clause
from tradecrm.documents.words import NO_WORDS, PaperLanguage, Words


@dataclass(frozen=True, slots=True)
class Party:
    """A party of the contract as printed: legal name, address and how to reach it."""

    name: Words
    address: Words = NO_WORDS
    phone: str = ""
    email: str = ""
    tax_number: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class BankDetails:
    """The beneficiary's bank as the buyer's bank needs it."""

    beneficiary: str = ""
    bank: str = ""
    address: str = ""
    account: str = ""
    swift: str = ""
    correspondent: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference number with what it is, such as ("Customer PO", "客户订单号"), "PO-77"."""

    label: Words
    number: str


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line of goods; price and amount in the contract's currency, amount already rounded."""

    item_number: str
    description: Words
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    specification: Words = NO_WORDS
    hs_code: str = ""


@dataclass(frozen=True, slots=True)
class ContractPaper:
    """A sales contract (外销合同) as it prints, domain.md section 10.1 column SC.

    ``incoterm`` is the code, ``named_place`` its place; ``amount_in_words`` comes written (section 10.2).
    Money is in ``currency``; nothing of cost, commission or factory is part of it.
    """

    number: str
    contract_date: date
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[PaperLine, ...]
    total: Decimal
    incoterm: str
    named_place: str
    amount_in_words: Words = NO_WORDS
    references: tuple[Reference, ...] = ()
    place_of_signing: Words = NO_WORDS
    port_of_loading: Words = NO_WORDS
    port_of_discharge: Words = NO_WORDS
    latest_shipment: date | None = None
    shipment_note: Words = NO_WORDS
    partial_shipment: bool | None = None
    transhipment: bool | None = None
    tolerance: Words = NO_WORDS
    packing: Words = NO_WORDS
    marks: str = ""
    insurance: Words = NO_WORDS
    origin: Words = NO_WORDS
    payment: Words = NO_WORDS
    validity: Words = NO_WORDS
    bank: BankDetails = BankDetails()
    clauses: tuple[Clause, ...] = ()
    remarks: Words = NO_WORDS
    seller_signatory: str = ""
    buyer_signatory: str = ""
    draft: bool = False


def draw_contract(
    paper: ContractPaper, target: str | Path | IO[bytes], language: PaperLanguage = "both"
) -> list[str]:
    """Write the contract as PDF to ``target`` in the language of the document.

    Answers warnings to show before printing: the fields with characters that no embedded font has.
    Raises ``OSError`` when the path cannot be written; then no half file is left under its name by us.
    """
    from tradecrm.documents.contract_sheet import contract_blocks, contract_setup
    from tradecrm.documents.glyphs import glyph_warnings
    from tradecrm.render.pdf.page import write_pdf

    write_pdf(contract_blocks(paper, language), contract_setup(paper, language), target)
    return glyph_warnings(paper, language)
