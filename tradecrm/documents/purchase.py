"""The purchase contract as the factory gets it: RMB capitals, VAT, delivery; no word of the customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tradecrm.documents.clauses import purchase_contract_clauses
from tradecrm.documents.content import Paper, PartyBox, Said, Section, Signature
from tradecrm.documents.labels import LABELS, NUMBER_LABELS, TITLES
from tradecrm.documents.parts import (
    clauses_of,
    in_words,
    our_firm,
    partner,
    payment_words,
    percent,
    pictures,
)
from tradecrm.documents.sale import PaperLine, priced_lines
from tradecrm.documents.words import NO_WORDS, Words, long_date, plain_number, same
from tradecrm.services.trade.paper_purchase import PurchaseFacts, PurchaseLineFacts

_OPENING = Words(
    "The Purchaser orders from the Supplier the goods below on the following terms:",
    "经供需双方协商一致，需方向供方订购下列货物，订立本合同：",
)
_INVOICES = {
    "special": Words("Special VAT invoice", "增值税专用发票"),
    "ordinary": Words("Ordinary VAT invoice", "增值税普通发票"),
    "none": Words("No invoice", "不开票"),
}
_BLANK = "________________________"


def purchase_paper(facts: PurchaseFacts) -> Paper:
    """Answer the paper of a purchase contract (domain.md section 10.1, column PC)."""
    frame = facts.frame
    firm = our_firm(frame)
    supplier = partner(facts.supplier)
    lines = tuple(_line(line, facts.delivery_on) for line in facts.lines)
    return Paper(
        kind="purchase",
        title=TITLES["purchase"],
        number=facts.number,
        number_label=NUMBER_LABELS["purchase"],
        sender=firm,
        day=facts.day,
        boxes=(PartyBox(LABELS["supplier"], supplier),),
        facts=(Said(LABELS["vat"], _vat(facts)),),
        opening=_OPENING,
        lines=priced_lines(lines, facts.currency, facts.total),
        strong=(Said(LABELS["in_words"], in_words(facts.total, facts.currency)),),
        sections=(Section(LABELS["terms"], _terms(facts)), _bank(facts)),
        clauses=clauses_of(frame.clauses, purchase_contract_clauses(), facts.special),
        signatures=(
            Signature(
                LABELS["purchaser"], firm.name, facts.signatory or frame.firm.company_signatory, own=True
            ),
            Signature(LABELS["supplier"], supplier.name, facts.supplier.contact),
        ),
        marks=pictures(frame),
        draft=frame.draft,
    )


def _line(line: PurchaseLineFacts, delivery_on: date | None) -> PaperLine:
    more = [line.specification]
    chinese = [line.specification]
    if line.per_carton:
        more.append(f"{plain_number(line.per_carton)} {line.unit} / ctn")
        chinese.append(f"每箱{plain_number(line.per_carton)} {line.unit}")
    if line.delivery_on and line.delivery_on != delivery_on:
        day = long_date(line.delivery_on)
        more.append(f"{LABELS['delivery_on'].en} {day.en}")
        chinese.append(f"{LABELS['delivery_on'].zh} {day.zh}")
    return PaperLine(
        line.item_no,
        Words(line.description_en, line.description_cn),
        line.quantity,
        line.unit,
        line.price,
        line.amount,
        Words(
            "   ·   ".join(each for each in more if each), "   ·   ".join(each for each in chinese if each)
        ),
    )


def _vat(facts: PurchaseFacts) -> Words:
    """Answer whether prices hold VAT, with the rates of the lines."""
    rates = sorted({line.vat_rate for line in facts.lines}, reverse=True) or [Decimal(0)]
    shown = " / ".join(percent(rate) if rate else "0%" for rate in rates)
    if facts.vat_included:
        return Words(f"Prices include VAT {shown}", f"单价含税 {shown}")
    return Words(f"Prices exclude VAT {shown}", f"单价不含税，税率 {shown}")


def _terms(facts: PurchaseFacts) -> tuple[Said, ...]:
    kind = _INVOICES.get(facts.invoice_type, NO_WORDS)
    invoice = kind
    if facts.invoice_type != "none":
        invoice = Words(
            f"{kind.en}, to be handed over within 15 days after delivery",
            f"{kind.zh}，交货后15天内开具并交付",
        )
    own_cost = Words("For the Supplier's account, included in the price", "由供方负担，已含在单价内")
    sample = Words(
        "Bulk goods to conform to the sample confirmed by the Purchaser before production",
        "大货应与需方产前确认的样品一致",
    )
    return (
        Said(LABELS["payment"], payment_words(facts.terms)),
        Said(LABELS["tax_invoice"], invoice),
        Said(LABELS["delivery_on"], long_date(facts.delivery_on) if facts.delivery_on else NO_WORDS),
        Said(LABELS["delivery_place"], same(facts.delivery_place)),
        Said(LABELS["packing"], same(facts.packing)),
        Said(LABELS["packing_cost"], own_cost),
        Said(LABELS["marks"], same(facts.marks)),
        Said(LABELS["quality"], same(facts.quality)),
        Said(LABELS["sample"], sample),
        Said(LABELS["remarks"], same(facts.remarks)),
    )


def _bank(facts: PurchaseFacts) -> Section:
    """Answer the supplier's bank as it was confirmed; without one it is left for the supplier to fill in."""
    name = partner(facts.supplier).name
    blank = same(_BLANK)
    if facts.bank is not None:
        swift = (Said(LABELS["swift"], same(facts.bank.swift)),) if facts.bank.swift else ()
        return Section(
            Words("Bank details of the Supplier", "供方收款账户"),
            (
                Said(LABELS["beneficiary"], same(facts.bank.holder) if facts.bank.holder else name),
                Said(LABELS["bank"], same(facts.bank.bank)),
                Said(LABELS["account"], same(facts.bank.number)),
                *swift,
            ),
            boxed=True,
        )
    return Section(
        Words("Bank details of the Supplier", "供方收款账户"),
        (
            Said(LABELS["beneficiary"], name),
            Said(LABELS["bank"], blank),
            Said(LABELS["account"], blank),
        ),
        boxed=True,
    )
