"""Quotation, proforma invoice and sales contract: what they agree on, and how it stands on their papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.money import shown_units
from tradecrm.documents.clauses import Clause
from tradecrm.documents.content import (
    NO_MARKS,
    Goods,
    Lines,
    Marks,
    Number,
    Paper,
    Party,
    PartyBox,
    Said,
    Section,
    Signature,
    TableColumn,
)
from tradecrm.documents.labels import LABELS, NUMBER_LABELS, OPENING, TITLES, allowed
from tradecrm.documents.words import NO_WORDS, Words, decimals_of, long_date, same


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
    """A line of goods; price and amount in the paper's currency, amount already rounded.

    The amount is that of the goods, before the line's share of a discount on the whole.
    """

    item_number: str
    description: Words
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    specification: Words = NO_WORDS
    hs_code: str = ""
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A discount (below zero) or charge on the whole: what its row says, and the amount."""

    label: Words
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SalePaper:
    """A quotation, proforma invoice or sales contract (``kind``), domain.md section 10.1, columns QT, PI, SC.

    ``incoterm`` is the code, ``named_place`` its place; ``amount_in_words`` comes written (section 10.2).
    Money is in ``currency``; nothing of cost, hidden commission or factory is part of it.
    """

    number: str
    day: date
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[PaperLine, ...]
    total: Decimal
    incoterm: str
    named_place: str
    kind: str = "contract"
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
    commission: Words = NO_WORDS
    bank: BankDetails = BankDetails()
    clauses: tuple[Clause, ...] = ()
    remarks: Words = NO_WORDS
    seller_signatory: str = ""
    buyer_signatory: str = ""
    adjustments: tuple[Adjusted, ...] = ()
    pictures: Marks = NO_MARKS
    draft: bool = False


def sale_content(paper: SalePaper) -> Paper:
    """Answer the paper from letterhead to signatures."""
    return Paper(
        kind=paper.kind,
        title=TITLES[paper.kind],
        number=paper.number,
        number_label=NUMBER_LABELS[paper.kind],
        sender=paper.seller,
        day=paper.day,
        boxes=(PartyBox(LABELS["buyer"], paper.buyer),),
        facts=(
            Said(LABELS["place_of_signing"], paper.place_of_signing),
            *(Said(each.label, same(each.number)) for each in paper.references),
        ),
        opening=OPENING if paper.kind == "contract" else NO_WORDS,
        lines=priced_lines(
            paper.lines,
            paper.currency,
            paper.total,
            f"{paper.incoterm} {paper.named_place}",
            adjustments=paper.adjustments,
        ),
        strong=(Said(LABELS["in_words"], paper.amount_in_words),),
        sections=(
            Section(_TERMS_TITLES[paper.kind], _terms(paper), twin=paper.kind != "contract"),
            bank_section(paper.bank),
        ),
        clauses=paper.clauses,
        signatures=_signatures(paper),
        marks=paper.pictures,
        draft=paper.draft,
    )


_TERMS_TITLES = {
    "contract": LABELS["terms"],
    "quotation": Words("Terms of this quotation", "报价条件"),
    "proforma": Words("Terms and conditions", "条款"),
}


def priced_lines(
    lines: tuple[PaperLine, ...],
    currency: str,
    total: Decimal,
    basis: str = "",
    *,
    adjustments: tuple[Adjusted, ...] = (),
) -> Lines:
    """Answer lines with price and amount, what is off or on the whole, the total, and the amount carried on.

    The printed rows sum to the total (section 12.11).
    """
    minor = shown_units(
        currency, total, *(line.amount for line in lines), *(each.amount for each in adjustments)
    )
    places = max([minor, *(decimals_of(line.price) for line in lines)])
    columns = (
        TableColumn(LABELS["position"], 0.55),
        TableColumn(LABELS["goods"], 5.1),
        TableColumn(LABELS["quantity"], 1.2, number=True),
        TableColumn(LABELS["price"], 1.35, number=True, unit=currency),
        TableColumn(LABELS["amount"], 1.7, number=True, unit=currency),
    )
    rows = tuple(
        (
            same(str(position)),
            goods_cell(line),
            Number(line.quantity, unit=line.unit),
            Number(line.price, places),
            Number(line.amount, minor),
        )
        for position, line in enumerate(lines, start=1)
    )
    sums = quantities((line.quantity, line.unit) for line in lines)
    totals = (
        *(((), (each.label,), (), (), (Number(each.amount, minor, currency),)) for each in adjustments),
        ((), (LABELS["total"], same(basis)), sums, (), (Number(total, minor, currency),)),
    )
    return Lines(columns, rows, totals, carried=4, carried_places=minor)


def goods_cell(line: PaperLine) -> Goods:
    """Answer the cell that names the goods of a line, with item number and HS code under it."""
    item = LABELS["item"]
    hs = f"HS {line.hs_code}" if line.hs_code else ""
    codes = Words(
        "   ·   ".join(
            each for each in (f"{item.en} {line.item_number}" if line.item_number else "", hs) if each
        ),
        "   ·   ".join(
            each for each in (f"{item.zh} {line.item_number}" if line.item_number else "", hs) if each
        ),
    )
    return Goods(line.description, line.specification, codes, line.picture)


def quantities(found: object) -> tuple[Number, ...]:
    """Answer the total quantity of each unit; different units are never added."""
    sums: dict[str, Decimal] = {}
    for quantity, unit in found:  # type: ignore[attr-defined]
        sums[unit] = sums.get(unit, Decimal(0)) + quantity
    return tuple(Number(quantity, unit=unit) for unit, quantity in sums.items())


def _terms(paper: SalePaper) -> tuple[Said, ...]:
    """Answer the terms agreed on; what is not agreed on has no value and does not print."""
    price = same(f"{paper.incoterm} {paper.named_place}, Incoterms® 2020") if paper.incoterm else NO_WORDS
    latest = long_date(paper.latest_shipment) if paper.latest_shipment else NO_WORDS
    partial, transhipment = (
        allowed("partial", paper.partial_shipment),
        allowed("transhipment", paper.transhipment),
    )
    ways = Words(
        "; ".join(each for each in (partial.en, transhipment.en) if each),
        "；".join(each for each in (partial.zh, transhipment.zh) if each),
    )
    return (
        Said(LABELS["price_term"], price),
        Said(LABELS["tolerance"], paper.tolerance),
        Said(LABELS["payment"], paper.payment),
        Said(
            LABELS["lead_time" if paper.kind == "quotation" else "latest_shipment"],
            _under(latest, paper.shipment_note),
        ),
        Said(LABELS["loading"], paper.port_of_loading),
        Said(LABELS["discharge"], paper.port_of_discharge),
        Said(LABELS["partial"], ways),
        Said(LABELS["packing"], paper.packing),
        Said(LABELS["marks"], same(paper.marks)),
        Said(LABELS["insurance"], paper.insurance),
        Said(LABELS["origin"], paper.origin),
        Said(LABELS["validity"], paper.validity),
        Said(LABELS["commission"], paper.commission),
        Said(LABELS["remarks"], paper.remarks),
    )


def _under(first: Words, second: Words) -> Words:
    return Words(
        "\n".join(text for text in (first.en, second.en) if text),
        "\n".join(text for text in (first.zh, second.zh) if text),
    )


def bank_section(bank: BankDetails) -> Section:
    """Answer the panel with the beneficiary's bank; what is not known has no row."""
    return Section(
        LABELS["bank_details"],
        tuple(
            Said(LABELS[key], same(value))
            for key, value in (
                ("beneficiary", bank.beneficiary),
                ("bank", bank.bank),
                ("bank_address", bank.address),
                ("account", bank.account),
                ("swift", bank.swift),
                ("correspondent", bank.correspondent),
            )
        ),
        boxed=True,
    )


def _signatures(paper: SalePaper) -> tuple[Signature, ...]:
    seller = Signature(LABELS["seller"], paper.seller.name, paper.seller_signatory, own=True)
    if paper.kind == "quotation":
        return (seller,)
    return seller, Signature(LABELS["buyer"], paper.buyer.name, paper.buyer_signatory)
