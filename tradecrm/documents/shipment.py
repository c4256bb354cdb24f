"""Commercial invoice and packing list of a shipment, and what all its papers share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from tradecrm.core.packing import PackedLine, carton_ranges, packed_totals
from tradecrm.documents.content import (
    Goods,
    Lines,
    Number,
    Paper,
    PartyBox,
    Said,
    Section,
    Signature,
    TableColumn,
)
from tradecrm.documents.labels import LABELS, NUMBER_LABELS, TITLES
from tradecrm.documents.parts import (
    adjustment_words,
    bank_details,
    cartons_in_words,
    in_words,
    origin_words,
    our_firm,
    partner,
    payment_words,
    percent,
    pictures,
    typed_party,
)
from tradecrm.documents.sale import (
    Adjusted,
    PaperLine,
    bank_section,
    goods_cell,
    priced_lines,
    quantities,
)
from tradecrm.documents.ways import has_title, way_label
from tradecrm.documents.words import NO_WORDS, Words, long_date, plain_number, same
from tradecrm.services.trade.paper_shipment import ShipmentFacts, ShippedLine

_BL_TYPES = {
    "original": Words("Original B/L", "正本提单"),
    "telex": Words("Telex release", "电放"),
    "waybill": Words("Sea waybill", "海运单"),
}
_LISTED = 6
"""Containers that stand one under the other; more of them run on in lines."""


def invoice_number(facts: ShipmentFacts) -> str:
    """Answer the number of the invoice, before departure that of the shipment."""
    return facts.invoice_number or facts.number


def price_basis(facts: ShipmentFacts) -> str:
    """Answer the Incoterm with its place as the contracts say it, each once."""
    return "; ".join(
        dict.fromkeys(f"{each.incoterm} {each.incoterm_place}".strip() for each in facts.contracts)
    )


def own_signature(facts: ShipmentFacts, role: str = "seller") -> tuple[Signature, ...]:
    """Answer the seller's field: papers of a shipment bear one signature (section 10.1)."""
    signatory = next((each.signatory for each in facts.contracts if each.signatory), "")
    firm = our_firm(facts.frame)
    return (Signature(LABELS[role], firm.name, signatory or facts.frame.firm.company_signatory, own=True),)


def printed_line(line: ShippedLine, facts: ShipmentFacts) -> PaperLine:
    """Answer goods on board as printed."""
    style = facts.frame.style
    specification = line.specification
    if line.discount:
        specification = f"{specification} (-{percent(line.discount)})".strip()
    return PaperLine(
        line.item_no if style.item_no else "",
        Words(line.description_en, line.description_cn),
        line.quantity,
        line.unit,
        line.price,
        line.amount - line.adjusted,
        same(specification),
        line.hs_code if style.hs_code else "",
    )


def adjustments_of(facts: ShipmentFacts) -> tuple[Adjusted, ...]:
    """Answer what the goods on board take of the discount or charge on each contract, a row for each."""
    found = []
    several = len(facts.contracts) > 1
    for each in facts.contracts:
        parts = (line.adjusted for line in facts.lines if line.contract == each.number)
        amount = sum(parts, Decimal(0))
        if amount:
            number = each.number if several else ""
            label = adjustment_words(amount, each.adjustment_rate, each.adjustment_text, number)
            found.append(Adjusted(label, amount))
    return tuple(found)


def _payment(facts: ShipmentFacts) -> Words:
    """Answer the payment terms; those of each contract under its number where the contracts differ."""
    told = [(each.number, payment_words(each.terms)) for each in facts.contracts if each.terms]
    if len({words for _number, words in told}) < 2:
        return told[0][1] if told else NO_WORDS
    return Words(
        "\n".join(f"{number}: {words.en}" for number, words in told),
        "\n".join(f"{number}：{words.zh}" for number, words in told),
    )


def packed(facts: ShipmentFacts) -> PackedLine:
    """Answer cartons, weights and volume of the whole shipment as sums of printed lines (section 9.2)."""
    return packed_totals(
        PackedLine(line.cartons, Decimal(0), line.net_weight, line.gross_weight, line.volume)
        for line in facts.lines
    )


def packing_rows(facts: ShipmentFacts) -> tuple[Said, ...]:
    """Answer packages, weights and measurement as rows; what is not known has no row."""
    total = packed(facts)
    count = total.cartons
    packages = Words(f"{count:,} carton{'' if count == 1 else 's'}", f"{count:,} 箱") if count else NO_WORDS
    return (
        Said(LABELS["packages"], packages),
        Said(LABELS["net_total"], _measure(total.net_weight, 2, "kg")),
        Said(LABELS["gross_total"], _measure(total.gross_weight, 2, "kg")),
        Said(LABELS["volume_total"], _measure(total.volume, 3, "m³")),
    )


def _measure(value: Decimal, places: int, unit: str) -> Words:
    return same(f"{plain_number(value, places)} {unit}") if value else NO_WORDS


def transport_rows(facts: ShipmentFacts) -> tuple[Said, ...]:
    """Answer how and when the goods travel, in the words of their way of transport."""
    mode = facts.mode
    vessel = " / ".join(each for each in (facts.vessel, facts.voyage) if each)
    many = len(facts.containers) > _LISTED
    boxes = (";  " if many else "\n").join(
        ("/" if many else " / ").join(part for part in (each.kind, each.number, each.seal) if part)
        for each in facts.containers
    )
    day = facts.departed_on
    return (
        Said(way_label("loading", mode), same(facts.port_of_loading)),
        Said(way_label("discharge", mode), same(facts.port_of_discharge)),
        Said(way_label("vessel", mode), same(vessel)),
        Said(way_label("carrier", mode), same(facts.carrier)),
        Said(way_label("bl", mode), same(facts.bl_no)),
        Said(LABELS["containers"], same(boxes or facts.container_plan)),
        Said(way_label("on_board" if day else "etd", mode), _day(day or facts.etd)),
        Said(way_label("eta", mode), _day(facts.eta)),
    )


def _day(day: date | None) -> Words:
    return long_date(day) if day else NO_WORDS


def bl_type(facts: ShipmentFacts) -> Words:
    """Answer the kind of bill of lading in words; nothing where the carrier issues none."""
    if not has_title(facts.mode):
        return NO_WORDS
    return _BL_TYPES.get(facts.bl_type, same(facts.bl_type))


def references(facts: ShipmentFacts, *, invoice: bool) -> tuple[Said, ...]:
    """Answer contract, proforma and order numbers, and the letter of credit with its bank if there is one."""
    credit = facts.credit
    return (
        Said(LABELS["invoice"], same(invoice_number(facts)) if invoice else NO_WORDS),
        Said(LABELS["contract"], _listed(each.number for each in facts.contracts)),
        Said(LABELS["customer_po"], _listed(each.customer_po for each in facts.contracts)),
        Said(LABELS["credit"], same(credit.number) if credit else NO_WORDS),
        Said(LABELS["credit_date"], _day(credit.issued_on) if credit else NO_WORDS),
        Said(LABELS["issuing_bank"], same(credit.issuing_bank) if credit else NO_WORDS),
    )


def _listed(numbers: Iterable[str]) -> Words:
    return same(", ".join(dict.fromkeys(each for each in numbers if each)))


def boxes_of(facts: ShipmentFacts) -> tuple[PartyBox, ...]:
    """Answer the buyer, and consignee and notify party where they were given."""
    found = [PartyBox(LABELS["buyer"], partner(facts.buyer))]
    for key, text in (("consignee", facts.consignee), ("notify", facts.notify_party)):
        if text.strip():
            found.append(PartyBox(LABELS[key], typed_party(text)))
    return tuple(found)


def invoice_paper(facts: ShipmentFacts) -> Paper:
    """Answer the commercial invoice (domain.md section 10.1, column CI)."""
    frame = facts.frame
    firm = our_firm(frame)
    basis = price_basis(facts)
    origin = origin_words(line.origin for line in facts.lines)
    lines = tuple(printed_line(line, facts) for line in facts.lines)
    terms = (
        Said(LABELS["price_term"], same(f"{basis}, Incoterms® 2020") if basis else NO_WORDS),
        Said(LABELS["payment"], _payment(facts)),
        *transport_rows(facts),
        Said(LABELS["marks"], same(facts.marks)),
        *packing_rows(facts),
        Said(LABELS["origin"], Words(f"Made in {origin.en}", f"{origin.zh}制造")),
    )
    bank = bank_details(facts.bank if frame.style.bank else None, firm.name.en or firm.name.zh)
    return Paper(
        kind="invoice",
        title=TITLES["invoice"],
        number=invoice_number(facts),
        number_label=NUMBER_LABELS["invoice"],
        sender=firm,
        day=facts.invoice_date,
        boxes=boxes_of(facts),
        facts=references(facts, invoice=False),
        lines=priced_lines(lines, facts.currency, facts.total, basis, adjustments=adjustments_of(facts)),
        strong=(Said(LABELS["in_words"], in_words(facts.total, facts.currency)),),
        sections=(Section(LABELS["shipping_details"], terms, twin=True), bank_section(bank)),
        signatures=own_signature(facts),
        marks=pictures(frame),
        draft=frame.draft,
    )


def packing_list_paper(facts: ShipmentFacts) -> Paper:
    """Answer the packing list (domain.md section 10.1, column PL): quantities and cartons, never a price."""
    total = packed(facts)
    origin = origin_words(line.origin for line in facts.lines)
    said = (
        *transport_rows(facts),
        Said(LABELS["marks"], same(facts.marks)),
        Said(LABELS["packing"], same(_packing(facts))),
        Said(LABELS["origin"], Words(f"Made in {origin.en}", f"{origin.zh}制造")),
    )
    return Paper(
        kind="packing_list",
        title=TITLES["packing_list"],
        number=invoice_number(facts),
        number_label=NUMBER_LABELS["invoice"],
        sender=our_firm(facts.frame),
        day=facts.invoice_date,
        boxes=boxes_of(facts),
        facts=references(facts, invoice=False),
        lines=packing_lines(facts),
        strong=(
            Said(LABELS["cartons_in_words"], cartons_in_words(total.cartons) if total.cartons else NO_WORDS),
        ),
        sections=(Section(LABELS["shipping_details"], said, twin=True),),
        signatures=own_signature(facts),
        marks=pictures(facts.frame),
        draft=facts.frame.draft,
    )


def _packing(facts: ShipmentFacts) -> str:
    return "\n".join(dict.fromkeys(each.packing for each in facts.contracts if each.packing))


def packing_lines(facts: ShipmentFacts) -> Lines:
    """Answer cartons by number, quantities, weights and volume, with the number of cartons carried on."""
    columns = (
        TableColumn(LABELS["carton_no"], 1.05),
        TableColumn(LABELS["goods"], 3.35),
        TableColumn(LABELS["cartons"], 0.95, number=True),
        TableColumn(LABELS["per_carton"], 1.0, number=True),
        TableColumn(LABELS["quantity"], 1.35, number=True),
        TableColumn(LABELS["net"], 1.2, number=True),
        TableColumn(LABELS["gross"], 1.2, number=True),
        TableColumn(LABELS["volume"], 1.05, number=True),
    )
    numbers = _carton_numbers(facts.lines)
    rows = tuple(
        (
            same(number or "–"),
            packed_goods(line, facts),
            Number(Decimal(line.cartons)),
            Number(line.per_carton) if line.per_carton else None,
            Number(line.quantity, unit=line.unit),
            Number(line.net_weight, 2),
            Number(line.gross_weight, 2),
            Number(line.volume, 3),
        )
        for number, line in zip(numbers, facts.lines, strict=True)
    )
    total = packed(facts)
    sums = (
        (),
        (LABELS["total"],),
        (Number(Decimal(total.cartons)),),
        (),
        quantities((line.quantity, line.unit) for line in facts.lines),
        (Number(total.net_weight, 2),),
        (Number(total.gross_weight, 2),),
        (Number(total.volume, 3),),
    )
    return Lines(columns, rows, (sums,), carried=2)


def _carton_numbers(lines: Sequence[ShippedLine]) -> list[str]:
    """Answer each line's carton numbers; goods mixed into the last carton of the line above have its number (9.2)."""
    found: list[str] = []
    last = ""
    for number, line in zip(carton_ranges(each.cartons for each in lines), lines, strict=True):
        last = number.rpartition("-")[2] or last
        found.append(number or (last if line.per_carton else ""))
    return found


def packed_goods(line: ShippedLine, facts: ShipmentFacts) -> Goods:
    """Answer the cell of goods on papers without prices: no discount beside the specification."""
    printed = printed_line(line, facts)
    plain = PaperLine(
        printed.item_number,
        printed.description,
        line.quantity,
        line.unit,
        Decimal(0),
        Decimal(0),
        same(line.specification),
        printed.hs_code,
    )
    return goods_cell(plain)
