"""Quotation, proforma invoice and sales contract from the facts of the book, in the words of both languages."""

from __future__ import annotations

from tradecrm.documents.clauses import Clause, sales_contract_clauses
from tradecrm.documents.content import Paper
from tradecrm.documents.labels import LABELS
from tradecrm.documents.parts import (
    adjustment_words,
    bank_details,
    clauses_of,
    in_words,
    origin_words,
    our_firm,
    partner,
    payment_words,
    percent,
    pictures,
)
from tradecrm.documents.sale import Adjusted, PaperLine, Reference, SalePaper, sale_content
from tradecrm.documents.words import NO_WORDS, Words, long_date, same
from tradecrm.services.trade.paper_parts import Style
from tradecrm.services.trade.paper_sales import LineFacts, SaleFacts


def sale_paper(facts: SaleFacts) -> Paper:
    """Answer the paper of these facts; one that is not approved yet prints as a draft."""
    return sale_content(assemble_sale(facts))


def assemble_sale(facts: SaleFacts) -> SalePaper:
    """Answer what was agreed on, worded; what the style leaves out is left out here."""
    frame = facts.frame
    style = frame.style
    usual: tuple[Clause, ...] = sales_contract_clauses() if facts.kind == "contract" else ()
    agreed = facts.kind != "quotation"
    return SalePaper(
        kind=facts.kind,
        number=facts.number,
        day=facts.day,
        currency=facts.currency,
        seller=our_firm(frame),
        buyer=partner(facts.buyer),
        lines=tuple(sold_line(line, style) for line in facts.lines),
        total=facts.total,
        incoterm=facts.incoterm,
        named_place=facts.incoterm_place,
        amount_in_words=in_words(facts.total, facts.currency),
        references=tuple(Reference(LABELS[key], number) for key, number in facts.references),
        port_of_loading=same(facts.port_of_loading),
        port_of_discharge=same(facts.port_of_discharge),
        latest_shipment=facts.latest_shipment,
        shipment_note=same(facts.lead_time),
        partial_shipment=facts.partial_allowed if agreed else None,
        transhipment=facts.transhipment_allowed if agreed else None,
        tolerance=_tolerance(facts),
        packing=same(facts.packing),
        marks=facts.marks,
        insurance=_insurance(facts),
        origin=origin_words((facts.origin,)),
        payment=payment_words(facts.terms),
        validity=long_date(facts.valid_until) if facts.valid_until else NO_WORDS,
        commission=same(percent(facts.open_commission)) if facts.open_commission else NO_WORDS,
        bank=bank_details(
            facts.bank if style.bank else None, frame.firm.company_name or frame.firm.company_name_local
        ),
        clauses=clauses_of(frame.clauses, usual, facts.special),
        remarks=same(facts.remarks),
        seller_signatory=facts.signatory or frame.firm.company_signatory,
        buyer_signatory=facts.buyer.contact,
        adjustments=_adjustments(facts),
        pictures=pictures(frame),
        draft=frame.draft,
    )


def sold_line(line: LineFacts, style: Style) -> PaperLine:
    """Answer a line of goods as printed, an agreed discount beside its specification."""
    specification = line.specification
    if line.discount:
        specification = f"{specification} (-{percent(line.discount)})".strip()
    return PaperLine(
        item_number=line.item_no if style.item_no else "",
        description=Words(line.description_en, line.description_cn),
        quantity=line.quantity,
        unit=line.unit,
        price=line.price,
        amount=line.amount - line.adjusted,
        specification=same(specification),
        hs_code=line.hs_code if style.hs_code else "",
        picture=line.picture if style.pictures else b"",
    )


def _adjustments(facts: SaleFacts) -> tuple[Adjusted, ...]:
    """Answer the discount or charge on the whole, if there is one."""
    if not facts.adjustment:
        return ()
    label = adjustment_words(facts.adjustment, facts.adjustment_rate, facts.adjustment_text)
    return (Adjusted(label, facts.adjustment),)


def _tolerance(facts: SaleFacts) -> Words:
    """Answer the sentence on more or less quantity; nothing where nothing was agreed."""
    if not facts.tolerance_over and not facts.tolerance_under:
        return NO_WORDS
    more, less = percent(facts.tolerance_over), percent(facts.tolerance_under)
    if facts.tolerance_over == facts.tolerance_under:
        return Words(f"{more} more or less in quantity and amount", f"数量及金额允许溢短装{more}")
    return Words(f"up to {more} more or {less} less", f"允许溢装{more}、短装{less}")


def _insurance(facts: SaleFacts) -> Words:
    """Answer the agreed clause, else who insures: the seller under CIF and CIP, for the agreed part over value."""
    if facts.insurance.strip():
        return same(facts.insurance)
    if facts.incoterm not in {"CIF", "CIP"}:
        return Words("To be effected by the Buyer", "由买方自理")
    share = percent(1 + facts.frame.firm.insurance_markup)
    return Words(
        f"To be effected by the Seller for {share} of the invoice value", f"由卖方按发票金额的{share}投保"
    )
