"""Shipping advice to the buyer and shipping instruction to the forwarder."""

from __future__ import annotations

from decimal import Decimal

from tradecrm.core.money import format_amount
from tradecrm.documents.content import Lines, Number, Paper, Party, PartyBox, Said, Section, TableColumn
from tradecrm.documents.labels import LABELS, NUMBER_LABELS
from tradecrm.documents.parts import our_firm, partner, pictures, typed_party
from tradecrm.documents.sale import quantities
from tradecrm.documents.shipment import (
    bl_type,
    boxes_of,
    invoice_number,
    own_signature,
    packed,
    packed_goods,
    packing_rows,
    price_basis,
    references,
    transport_rows,
)
from tradecrm.documents.ways import mode_words, transport_paper, way_title
from tradecrm.documents.words import NO_WORDS, Words, same
from tradecrm.services.trade.paper_shipment import ShipmentFacts

_ADVICE = Words(
    "We are pleased to advise that the goods below have been shipped as follows:",
    "兹通知贵方，下列货物已按以下资料装运：",
)
_INSURE = Words(
    "Please insure the goods at once: under this price term the risk has passed to you on shipment.",
    "按本价格条款，货物装运后风险已由贵方承担，请立即办理保险。",
)
_BUYER_INSURES = frozenset({"FOB", "CFR", "FCA", "CPT", "FAS", "EXW"})
_SAME_PARTY = Party(Words("Same as consignee", "同收货人"))
_INSTRUCTION = Words(
    "Please book space and issue the {paper} as follows. Send us the draft for confirmation.",
    "请按下列内容订舱并出具{paper}，{paper}确认件请先发我司核对。",
)


def advice_paper(facts: ShipmentFacts) -> Paper:
    """Answer the shipping advice (domain.md section 10.1, column SA); who must insure is reminded of it."""
    terms = {each.incoterm for each in facts.contracts}
    value = f"{facts.currency} {format_amount(facts.total, facts.currency)}"
    said = (
        *transport_rows(facts),
        Said(LABELS["marks"], same(facts.marks)),
        *packing_rows(facts),
        Said(LABELS["invoice_value"], same(value)),
        Said(LABELS["price_term"], same(price_basis(facts))),
    )
    remind = Said(LABELS["insurance"], _INSURE if terms & _BUYER_INSURES else NO_WORDS)
    return Paper(
        kind="advice",
        title=way_title("advice", facts.mode),
        number=invoice_number(facts),
        number_label=NUMBER_LABELS["invoice"],
        sender=our_firm(facts.frame),
        day=facts.departed_on or facts.invoice_date,
        boxes=boxes_of(facts),
        facts=references(facts, invoice=False),
        opening=_ADVICE,
        lines=goods_lines(facts),
        strong=(remind,),
        sections=(Section(LABELS["shipping_details"], said, twin=True),),
        signatures=own_signature(facts),
        marks=pictures(facts.frame),
        draft=facts.frame.draft,
    )


def goods_lines(facts: ShipmentFacts) -> Lines:
    """Answer goods and quantities, with the cartons, without any price."""
    columns = (
        TableColumn(LABELS["position"], 0.5),
        TableColumn(LABELS["goods"], 5.4),
        TableColumn(LABELS["quantity"], 1.3, number=True),
        TableColumn(LABELS["cartons"], 1.0, number=True),
        TableColumn(LABELS["gross"], 1.2, number=True),
        TableColumn(LABELS["volume"], 1.1, number=True),
    )
    rows = tuple(
        (
            same(str(position)),
            packed_goods(line, facts),
            Number(line.quantity, unit=line.unit),
            Number(Decimal(line.cartons)),
            Number(line.gross_weight, 2),
            Number(line.volume, 3),
        )
        for position, line in enumerate(facts.lines, start=1)
    )
    total = packed(facts)
    sums = (
        (),
        (LABELS["total"],),
        quantities((line.quantity, line.unit) for line in facts.lines),
        (Number(Decimal(total.cartons)),),
        (Number(total.gross_weight, 2),),
        (Number(total.volume, 3),),
    )
    return Lines(columns, rows, (sums,), carried=3)


def instruction_paper(facts: ShipmentFacts) -> Paper:
    """Answer the shipping instruction (订舱委托书, 补料): what the transport paper is to say; no price, no factory."""
    firm = our_firm(facts.frame)
    anyone = Party(Words("To the forwarder", "货代公司"))
    forwarder = partner(facts.forwarder) if facts.forwarder else anyone
    consignee = typed_party(facts.consignee) if facts.consignee.strip() else _address_only(facts)
    notify = typed_party(facts.notify_party) if facts.notify_party.strip() else _SAME_PARTY
    said = (
        Said(LABELS["booking"], same(facts.booking_no)),
        *transport_rows(facts),
        Said(LABELS["bl_type"], bl_type(facts)),
        Said(LABELS["freight_paid"], _freight(facts)),
        Said(LABELS["marks"], same(facts.marks)),
        *packing_rows(facts),
        Said(LABELS["remarks"], same(facts.remarks)),
    )
    return Paper(
        kind="instruction",
        title=way_title("instruction", facts.mode),
        number=facts.number,
        number_label=LABELS["shipment_no"],
        sender=firm,
        day=facts.invoice_date,
        boxes=(
            PartyBox(LABELS["forwarder"], forwarder),
            PartyBox(LABELS["shipper"], Party(firm.name, firm.address)),
            PartyBox(LABELS["consignee"], consignee),
            PartyBox(LABELS["notify"], notify),
        ),
        facts=(
            Said(LABELS["mode"], mode_words(facts.mode)),
            Said(LABELS["space"], same(facts.container_plan)),
            Said(LABELS["credit"], same(facts.credit.number) if facts.credit else NO_WORDS),
        ),
        opening=_asked(facts.mode),
        lines=goods_lines(facts),
        sections=(Section(LABELS["shipping_details"], said, twin=True),),
        signatures=own_signature(facts, "shipper"),
        marks=pictures(facts.frame),
        draft=False,
    )


def _asked(mode: str) -> Words:
    paper = transport_paper(mode)
    return Words(_INSTRUCTION.en.format(paper=paper.en), _INSTRUCTION.zh.format(paper=paper.zh))


def _address_only(facts: ShipmentFacts) -> Party:
    """Answer the buyer as consignee: name and address, no more than a bill of lading says."""
    buyer = partner(facts.buyer)
    return Party(buyer.name, buyer.address, buyer.phone)


def _freight(facts: ShipmentFacts) -> Words:
    """Answer who pays the freight: the buyer under EXW, FCA, FAS and FOB, else the seller."""
    if any(each.incoterm in {"EXW", "FCA", "FAS", "FOB"} for each in facts.contracts):
        return Words("Freight collect", "运费到付")
    return Words("Freight prepaid", "运费预付")
