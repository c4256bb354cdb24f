"""The layout of the sales contract: from frozen data to the blocks of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tradecrm.core.money import format_amount, minor_units
from tradecrm.documents.contract import ContractPaper, PaperLine, Party
from tradecrm.documents.labels import LABELS, OPENING, allowed
from tradecrm.documents.words import PaperLanguage, Words, decimals_of, long_date, plain_number, same
from tradecrm.render.pdf.blocks import (
    Box,
    Columns,
    Fact,
    Signatory,
    Signatures,
    Stack,
    clause,
    fact_rows,
    facts,
    heading,
    letterhead,
    title,
)
from tradecrm.render.pdf.linetable import Carry, Column, LineTable, Row, cell, line_table
from tradecrm.render.pdf.page import PageSetup
from tradecrm.render.pdf.text import BODY, LABEL, NUMBER, SMALL, STRONG, Align, Block, para


def contract_setup(paper: ContractPaper, language: PaperLanguage) -> PageSetup:
    """Answer the sheet of the contract: running head with its number, page x of y, watermark of a draft."""
    name = LABELS["title"].label(language)
    seller = paper.seller.name.label(language)
    return PageSetup(
        name=f"{name} {paper.number}",
        author=seller,
        page_form=LABELS["page_form"].label(language) if language != "both" else LABELS["page_form_both"].en,
        running=f"{seller}   ·   {name} {paper.number}",
        footer=f"{name} {paper.number}",
        watermark=LABELS["draft"].texts("zh" if language == "zh" else "en")[0] if paper.draft else "",
    )


def contract_blocks(paper: ContractPaper, language: PaperLanguage) -> list[Block]:
    """Answer the contract from letterhead to signatures, domain.md section 10.1 column SC."""
    return [
        *_head(paper, language),
        _lines(paper, language),
        *_words(paper, language),
        *_terms(paper, language),
        *_bank(paper, language),
        *_clauses(paper, language),
        _signatures(paper, language),
    ]


def _label(key: str, language: PaperLanguage) -> str:
    return LABELS[key].label(language)


def _column_head(key: str, language: PaperLanguage, unit: str = "") -> str:
    """Answer a column's head, one language a line, with the currency where the column holds money."""
    first, *others = LABELS[key].texts(language)
    return "\n".join([f"{first} {unit}".rstrip(), *others])


def _fact(key: str, value: Words, language: PaperLanguage) -> Fact:
    return Fact(_label(key, language), value.texts(language))


def _head(paper: ContractPaper, language: PaperLanguage) -> list[Block]:
    seller = paper.seller
    reach = [
        f"{_label(key, language)}  {value}"
        for key, value in (
            ("phone", seller.phone),
            ("email", seller.email),
            ("tax_number", seller.tax_number),
        )
        if value
    ]
    references = [
        _fact("number", same(paper.number), language),
        _fact("date", long_date(paper.contract_date), language),
        _fact("place_of_signing", paper.place_of_signing, language),
        *(
            Fact(reference.label.label(language), (reference.number,))
            for reference in paper.references
            if reference.number
        ),
    ]
    opening = Stack([para(text, BODY.but(before=2)) for text in OPENING.texts(language)], before=12)
    return [
        letterhead(seller.name.texts(language), seller.address.texts(language), reach),
        Stack([title(_label("title", language), align=Align.CENTER)], before=14),
        Columns(
            [_party("buyer", paper.buyer, language), facts(references, label_share=0.42)],
            [1.25, 1],
            gap=22,
            before=10,
        ),
        opening,
    ]


def _party(key: str, party: Party, language: PaperLanguage) -> Block:
    lines: list[Block] = [para(_label(key, language), LABEL)]
    lines += [para(name, STRONG.but(size=10, leading=14)) for name in party.name.texts(language)]
    lines += [para(address, BODY) for address in party.address.texts(language)]
    for label, value in (
        ("contact", party.contact),
        ("phone", party.phone),
        ("email", party.email),
        ("tax_number", party.tax_number),
    ):
        if value:
            lines.append(para(f"{_label(label, language)}  {value}", SMALL))
    return Box(Stack(lines))


def _lines(paper: ContractPaper, language: PaperLanguage) -> LineTable:
    unit = paper.currency
    right = Align.RIGHT
    columns = [
        Column(_column_head("position", language), 0.55),
        Column(_column_head("goods", language), 5.1),
        Column(_column_head("quantity", language), 1.2, right),
        Column(_column_head("price", language, unit), 1.35, right),
        Column(_column_head("amount", language, unit), 1.7, right),
    ]
    places = max([minor_units(unit), *(decimals_of(line.price) for line in paper.lines)])
    rows = [_line(number, line, paper, language, places) for number, line in enumerate(paper.lines, start=1)]
    total = NUMBER.but(bold=True)
    rows.append(
        Row(
            (
                None,
                para(f"{_label('total', language)}   {paper.incoterm} {paper.named_place}".rstrip(), STRONG),
                cell(*(para(text, total) for text in _quantities(paper.lines))),
                None,
                para(f"{unit} {format_amount(paper.total, unit)}", total),
            ),
            heavy=True,
        )
    )
    carry = Carry(
        _label("carried", language),
        _label("brought", language),
        4,
        lambda amount: format_amount(amount, unit),
    )
    return line_table(columns, rows, carry=carry, before=8)


def _line(number: int, line: PaperLine, paper: ContractPaper, language: PaperLanguage, places: int) -> Row:
    details = []
    if line.item_number:
        details.append(f"{_label('item', language)} {line.item_number}")
    if line.hs_code:
        details.append(f"HS {line.hs_code}")
    description = cell(
        *(
            para(text, STRONG if not index else BODY)
            for index, text in enumerate(line.description.texts(language))
        ),
        *(para(text, SMALL) for text in line.specification.texts(language)),
        para("   ·   ".join(details), SMALL) if details else None,
    )
    return Row(
        (
            para(str(number), BODY),
            description,
            cell(para(plain_number(line.quantity), NUMBER), para(line.unit, SMALL.but(align=Align.RIGHT))),
            para(plain_number(line.price, places), NUMBER),
            para(format_amount(line.amount, paper.currency), NUMBER),
        ),
        line.amount,
    )


def _quantities(lines: Sequence[PaperLine]) -> list[str]:
    """Answer the total quantity of each unit; different units are never added."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.unit] = sums.get(line.unit, Decimal(0)) + line.quantity
    return [f"{plain_number(quantity)} {unit}".rstrip() for unit, quantity in sums.items()]


def _words(paper: ContractPaper, language: PaperLanguage) -> list[Block]:
    texts = paper.amount_in_words.texts(language)
    if not texts:
        return []
    label = _label("in_words", language)
    return [Stack([facts([Fact(label, texts)], label_share=0.24, strong=True)], before=8)]


def _terms(paper: ContractPaper, language: PaperLanguage) -> list[Block]:
    """Answer the terms of this contract as ruled rows; what is not agreed on has no row."""
    price = same(f"{paper.incoterm} {paper.named_place}, Incoterms® 2020") if paper.incoterm else Words()
    latest = long_date(paper.latest_shipment) if paper.latest_shipment else Words()
    shipment = _lines_of(latest, paper.shipment_note)
    ways = Words(*(text.strip("; ；") for text in _partial_texts(paper.partial_shipment, paper.transhipment)))
    items = [
        _fact("price_term", price, language),
        _fact("tolerance", paper.tolerance, language),
        _fact("payment", paper.payment, language),
        _fact("latest_shipment", shipment, language),
        _fact("loading", paper.port_of_loading, language),
        _fact("discharge", paper.port_of_discharge, language),
        _fact("partial", ways, language),
        _fact("packing", paper.packing, language),
        _fact("marks", same(paper.marks), language),
        _fact("insurance", paper.insurance, language),
        _fact("origin", paper.origin, language),
        _fact("validity", paper.validity, language),
        _fact("remarks", paper.remarks, language),
    ]
    rows = fact_rows(items)
    return [heading(_label("terms", language)), *rows] if rows else []


def _lines_of(first: Words, second: Words) -> Words:
    return Words(
        "\n".join(text for text in (first.en, second.en) if text),
        "\n".join(text for text in (first.zh, second.zh) if text),
    )


def _partial_texts(partial: bool | None, transhipment: bool | None) -> tuple[str, str]:
    first, second = allowed("partial", partial), allowed("transhipment", transhipment)
    return f"{first.en}; {second.en}", f"{first.zh}；{second.zh}"


def _bank(paper: ContractPaper, language: PaperLanguage) -> list[Block]:
    bank = paper.bank
    items = [
        _fact(key, same(value), language)
        for key, value in (
            ("beneficiary", bank.beneficiary),
            ("bank", bank.bank),
            ("bank_address", bank.address),
            ("account", bank.account),
            ("swift", bank.swift),
            ("correspondent", bank.correspondent),
        )
        if value
    ]
    if not items:
        return []
    return [heading(_label("bank_details", language)), Box(facts(items, label_share=0.24), before=4)]


def _clauses(paper: ContractPaper, language: PaperLanguage) -> list[Block]:
    if not paper.clauses:
        return []
    clauses = [
        clause(f"{number}.", _clause_texts(item.title, item.text, language))
        for number, item in enumerate(paper.clauses, start=1)
    ]
    clauses[-1].keep_with_next = True  # signatures never stand on a sheet without a word of the contract
    return [heading(_label("general_terms", language)), *clauses]


def _clause_texts(name: Words, text: Words, language: PaperLanguage) -> list[tuple[str, str]]:
    names, texts = name.texts(language), text.texts(language)
    return [(names[index] if index < len(names) else "", body) for index, body in enumerate(texts)]


def _signatures(paper: ContractPaper, language: PaperLanguage) -> Block:
    def field(key: str, party: Party, name: str) -> Signatory:
        person = _label("signatory", language)
        return Signatory(
            _label(key, language),
            party.name.texts(language),
            (_label("signature", language), f"{person}  {name}".rstrip(), _label("date", language)),
        )

    return Signatures(
        field("seller", paper.seller, paper.seller_signatory),
        field("buyer", paper.buyer, paper.buyer_signatory),
    )
