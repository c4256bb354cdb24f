"""Data for the customs declaration (报关单草单) and for the certificate of origin."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tradecrm.core.countries import country_name
from tradecrm.core.money import format_amount
from tradecrm.documents.content import (
    Goods,
    Lines,
    Number,
    Paper,
    Party,
    PartyBox,
    Said,
    Section,
    TableColumn,
)
from tradecrm.documents.labels import LABELS, NUMBER_LABELS, TITLES
from tradecrm.documents.parts import origin_words, our_firm, partner, pictures, typed_party
from tradecrm.documents.sale import priced_lines
from tradecrm.documents.shipment import (
    adjustments_of,
    boxes_of,
    invoice_number,
    own_signature,
    packed,
    packing_rows,
    price_basis,
    printed_line,
    references,
    transport_rows,
)
from tradecrm.documents.transport import goods_lines
from tradecrm.documents.ways import way_label
from tradecrm.documents.words import NO_WORDS, Words, long_date, plain_number, same
from tradecrm.services.trade.paper_shipment import ShipmentFacts, ShippedLine

_TRADE_MODE = Words("General trade (0110)", "一般贸易 (0110)")


def declaration_paper(facts: ShipmentFacts) -> Paper:
    """Answer the data for the customs declaration (domain.md section 10.1), for the customs broker."""
    firm = our_firm(facts.frame)
    said = (
        Said(LABELS["trade_mode"], _TRADE_MODE),
        Said(LABELS["price_term"], same(price_basis(facts))),
        Said(LABELS["freight"], _money(facts.freight)),
        Said(LABELS["insurance"], _money(facts.insurance)),
        Said(LABELS["fob_usd"], same(format_amount(facts.fob_usd, "USD")) if facts.fob_usd else NO_WORDS),
        *packing_rows(facts),
        Said(
            LABELS["packing"],
            same("\n".join(dict.fromkeys(each.packing for each in facts.contracts if each.packing))),
        ),
        *transport_rows(facts),
        Said(LABELS["destination"], _destination(facts)),
        Said(LABELS["origin_place"], origin_words(line.origin for line in facts.lines)),
        Said(LABELS["marks"], same(facts.marks)),
        Said(LABELS["remarks"], same(facts.remarks)),
    )
    day = facts.export_date or facts.departed_on
    return Paper(
        kind="declaration",
        title=TITLES["declaration"],
        number=invoice_number(facts),
        number_label=NUMBER_LABELS["invoice"],
        sender=firm,
        day=facts.invoice_date,
        boxes=(
            PartyBox(LABELS["exporter"], Party(firm.name, firm.address, tax_number=firm.tax_number)),
            PartyBox(LABELS["overseas_consignee"], Party(partner(facts.buyer).name)),
        ),
        facts=(
            Said(LABELS["declaration_no"], same(facts.declaration_no)),
            Said(LABELS["export_date"], long_date(day) if day else NO_WORDS),
            Said(LABELS["contract"], same(", ".join(each.number for each in facts.contracts))),
        ),
        lines=_declared(facts),
        sections=(Section(LABELS["declaration_rows"], said, twin=True),),
        signatures=own_signature(facts, "exporter"),
        marks=pictures(facts.frame),
        draft=facts.frame.draft,
    )


def _money(amounts: Iterable[tuple[Decimal, str]]) -> Words:
    return same("; ".join(f"{currency} {format_amount(amount, currency)}" for amount, currency in amounts))


def _destination(facts: ShipmentFacts) -> Words:
    code = facts.buyer.country
    return Words(country_name(code, "en"), country_name(code, "zh")) if code else NO_WORDS


def _declared(facts: ShipmentFacts) -> Lines:
    """Answer the goods as customs want them: HS code, declared name and elements, statutory quantity, value."""
    usual = priced_lines(
        tuple(printed_line(line, facts) for line in facts.lines),
        facts.currency,
        facts.total,
        adjustments=adjustments_of(facts),
    )
    position, _goods, quantity, price, amount = usual.columns
    columns = (
        position,
        TableColumn(LABELS["hs"], 1.25),
        TableColumn(LABELS["declared"], 3.5),
        quantity,
        TableColumn(LABELS["statutory"], 1.3, number=True),
        price,
        amount,
    )
    rows = tuple(
        (row[0], same(line.hs_code), _named(line), row[2], _statutory(line), row[3], row[4])
        for row, line in zip(usual.rows, facts.lines, strict=True)
    )
    totals = tuple(
        (none, (), label[:1], sums, (), (), total) for none, label, sums, _empty, total in usual.totals
    )
    return Lines(
        columns,
        rows,
        totals,
        carried=6,
        carried_places=usual.carried_places,
    )


def _named(line: ShippedLine) -> Goods:
    name = Words(line.description_en, line.declared_name or line.description_cn)
    return Goods(name, same(line.declared_elements or line.specification))


def _statutory(line: ShippedLine) -> Number | None:
    """Answer the quantity in the statutory unit where it is known: pieces as sold, kilograms as net weight."""
    unit = line.statutory_unit.strip()
    if unit.casefold() in {"kg", "kgs", "千克", "公斤"}:
        return Number(line.net_weight, 2, unit)
    if not unit or unit.casefold() == line.unit.casefold():
        return Number(line.quantity, unit=line.unit)
    return None


def origin_paper(facts: ShipmentFacts) -> Paper:
    """Answer the data for a certificate of origin: goods, marks, packages, route, invoice; no price."""
    firm = our_firm(facts.frame)
    consignee = typed_party(facts.consignee) if facts.consignee.strip() else boxes_of(facts)[0].party
    total = packed(facts)
    weight = same(f"{plain_number(total.gross_weight, 2)} kg") if total.gross_weight else NO_WORDS
    number = dict(facts.document_numbers).get("CO", "")
    said = (
        *(
            row
            for row in transport_rows(facts)
            if row.label not in (way_label("carrier", facts.mode), LABELS["containers"])
        ),
        Said(LABELS["marks"], same(facts.marks)),
        packing_rows(facts)[0],
        Said(LABELS["gross_total"], weight),
        Said(LABELS["destination"], _destination(facts)),
        Said(LABELS["origin_place"], origin_words(line.origin for line in facts.lines)),
        Said(
            LABELS["hs"], same(", ".join(dict.fromkeys(line.hs_code for line in facts.lines if line.hs_code)))
        ),
    )
    return Paper(
        kind="origin",
        title=TITLES["origin"],
        number=invoice_number(facts),
        number_label=NUMBER_LABELS["invoice"],
        sender=firm,
        day=facts.invoice_date,
        boxes=(
            PartyBox(LABELS["exporter"], Party(firm.name, firm.address)),
            PartyBox(LABELS["consignee"], Party(consignee.name, consignee.address)),
        ),
        facts=(Said(LABELS["certificate_no"], same(number)), *references(facts, invoice=False)),
        lines=goods_lines(facts),
        sections=(Section(LABELS["shipping_details"], said, twin=True),),
        signatures=own_signature(facts, "exporter"),
        marks=pictures(facts.frame),
        draft=facts.frame.draft,
    )
