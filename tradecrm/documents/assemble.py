"""Builds the sales contract's paper from the book: the query's facts in the words of both languages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tradecrm.core.currencies import currency_name
from tradecrm.core.money import minor_units
from tradecrm.core.presets import terms_wording
from tradecrm.core.rmb import rmb_capitals
from tradecrm.core.terms import decode_terms
from tradecrm.core.words import amount_in_words
from tradecrm.documents.clauses import sales_contract_clauses
from tradecrm.documents.contract import (
    BankDetails,
    ContractPaper,
    PaperLine,
    Party,
    Reference,
    draw_contract,
)
from tradecrm.documents.words import NO_WORDS, PaperLanguage, Words, same
from tradecrm.services.trade.papers import (
    BankFacts,
    ContractFacts,
    LineFacts,
    contract_by_number,
    contract_facts,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

_DRAFT = frozenset({"draft", "submitted"})
_SAY = "SAY "


def contract_paper(reader: Reader, contract_id: int) -> ContractPaper:
    """Answer the paper of a contract; raises NotFound, or NotAllowed for a person who may not print."""
    return assemble_contract(contract_facts(reader, contract_id))


def contract_paper_by_number(reader: Reader, number: str) -> ContractPaper:
    """Answer the paper of the contract of a number, as `contract_paper`."""
    return contract_paper(reader, contract_by_number(reader, number))


def print_contract(
    paper: ContractPaper, target: str | Path | IO[bytes], language: PaperLanguage = "both"
) -> list[str]:
    """Write the paper as PDF; answers warnings about characters that no font has. Raises OSError."""
    return draw_contract(paper, target, language)


def assemble_contract(facts: ContractFacts) -> ContractPaper:
    """Answer the paper of these facts; one that is not approved yet prints as a draft."""
    firm, buyer, terms = facts.firm, facts.buyer, decode_terms(facts.terms)
    seller_name = Words(firm.company_name, firm.company_name_local)
    references: tuple[Reference, ...] = ()
    if facts.customer_po:
        references = (Reference(Words("Customer PO", "客户订单号"), facts.customer_po),)
    return ContractPaper(
        number=facts.number,
        contract_date=facts.day,
        currency=facts.currency,
        seller=Party(
            seller_name,
            Words(firm.company_address, firm.company_address_local),
            firm.company_phone,
            firm.company_email,
            firm.company_tax_no,
        ),
        buyer=Party(
            Words(buyer.name, buyer.name_local or buyer.name),
            same(buyer.address),
            buyer.phone,
            buyer.email,
            buyer.tax_no,
            buyer.contact,
        ),
        lines=tuple(_line(line) for line in facts.lines),
        total=facts.total,
        incoterm=facts.incoterm,
        named_place=facts.incoterm_place,
        amount_in_words=_in_words(facts.total, facts.currency),
        references=references,
        port_of_loading=same(facts.port_of_loading),
        port_of_discharge=same(facts.port_of_discharge),
        latest_shipment=facts.latest_shipment,
        partial_shipment=facts.partial_allowed,
        transhipment=facts.transhipment_allowed,
        tolerance=_tolerance(facts.tolerance_over, facts.tolerance_under),
        packing=same(facts.packing),
        marks=facts.marks,
        insurance=_insurance(facts),
        payment=Words(terms_wording(terms, "en"), terms_wording(terms, "zh")),
        bank=_bank(facts.bank, firm.company_name or firm.company_name_local),
        clauses=sales_contract_clauses(),
        remarks=same(facts.remarks),
        seller_signatory=facts.signatory or firm.company_signatory,
        buyer_signatory=buyer.contact,
        draft=facts.status in _DRAFT,
    )


def _line(line: LineFacts) -> PaperLine:
    description = Words(line.description_en, line.description_cn)
    specification = line.specification
    if line.discount:
        less = f"-{(line.discount * 100).normalize():f}%"
        specification = f"{specification} ({less})".strip()
    return PaperLine(
        item_number=line.item_no,
        description=description,
        quantity=line.quantity,
        unit=line.unit,
        price=line.price,
        amount=line.amount,
        specification=same(specification),
        hs_code=line.hs_code,
    )


def _in_words(total: Decimal, currency: str) -> Words:
    """Answer the total in words (sections 10.2, 10.3); Chinese capitals end at cents, so not for three decimals."""
    english = amount_in_words(total, currency).removeprefix(_SAY)
    if minor_units(currency) > 2:
        return Words(english)
    prefix = "人民币" if currency == "CNY" else currency_name(currency, "zh")
    return Words(english, rmb_capitals(total, prefix=prefix))


def _tolerance(over: Decimal, under: Decimal) -> Words:
    """Answer the sentence on more or less quantity; nothing where nothing was agreed."""
    if not over and not under:
        return NO_WORDS
    more, less = (f"{(each * 100).normalize():f}%" for each in (over, under))
    if over == under:
        return Words(f"{more} more or less in quantity and amount", f"数量及金额允许溢短装{more}")
    return Words(f"up to {more} more or {less} less", f"允许溢装{more}、短装{less}")


def _insurance(facts: ContractFacts) -> Words:
    """Answer who insures: the seller under CIF and CIP, for the agreed part over the value; else the buyer."""
    share = f"{(1 + facts.firm.insurance_markup) * 100:.0f}%"
    if facts.incoterm in {"CIF", "CIP"}:
        return Words(
            f"To be effected by the Seller for {share} of the invoice value",
            f"由卖方按发票金额的{share}投保",
        )
    return Words("To be effected by the Buyer", "由买方自理")


def _bank(bank: BankFacts | None, beneficiary: str) -> BankDetails:
    if bank is None:
        return BankDetails()
    return BankDetails(beneficiary, bank.bank, bank.address, bank.number, bank.swift)
