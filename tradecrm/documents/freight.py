"""The freight inquiry as forwarders get it, with the table of charges to fill in."""

from __future__ import annotations

from tradecrm.core.freight import BL, CHARGE_KINDS, ChargeKind, usual_unit
from tradecrm.documents.content import Lines, Paper, Party, PartyBox, Said, Section, TableColumn
from tradecrm.documents.labels import LABELS, TITLES
from tradecrm.documents.parts import our_firm, partner, pictures
from tradecrm.documents.ways import AT_SEA_ONLY, has_title, mode_words, way_charge, way_label
from tradecrm.documents.words import NO_WORDS, Words, long_date, plain_number, same
from tradecrm.services.trade.paper_freight import FreightFacts

_CHARGES = {
    "FREIGHT": Words("Base freight", "基本运费"),
    "ALL_IN": Words("All-in freight", "全包运费"),
    "BAF": Words("Bunker surcharge (BAF, FAF)", "燃油附加费"),
    "PSS": Words("Peak season surcharge (PSS)", "旺季附加费"),
    "SURCHARGE": Words("Other freight surcharge", "其他附加费"),
    "AMS": Words("Manifest filing (AMS, ENS)", "舱单申报费"),
    "THC": Words("Terminal handling at origin (THC)", "起运港码头费"),
    "DOC": Words("Documents fee", "文件费"),
    "SEAL": Words("Seal", "铅封费"),
    "VGM": Words("VGM weighing", "VGM 称重费"),
    "TLX": Words("Telex release fee", "电放费"),
    "LOCAL": Words("Local charges", "本地杂费"),
    "HAULAGE": Words("Inland haulage", "拖车费"),
    "CUSTOMS": Words("Customs clearance", "报关费"),
    "DEST": Words("Destination charges", "目的港费用"),
    "OTHER": Words("Other charge", "其他费用"),
}
_UNITS = {
    "container": Words("container", "每柜"),
    "rt": Words("revenue ton", "每计费吨"),
    "kg": Words("kg", "每公斤"),
    "bl": Words("B/L", "每票提单"),
    "shipment": Words("shipment", "每票"),
    "percent": Words("% of freight", "运费百分比"),
}
_OPENING = Words(
    "Please quote for the cargo below, all charges included, in the table that follows.",
    "请就下列货物报价，并在下表中逐项列明全部费用。",
)


def freight_paper(facts: FreightFacts) -> Paper:
    """Answer the paper of a freight inquiry (domain.md section 10.1): no customer, price or factory is in it."""
    frame = facts.frame
    anyone = Party(Words("To whom it may concern", "各货代公司"))
    forwarder = partner(facts.forwarder) if facts.forwarder else anyone
    firm = our_firm(frame)
    return Paper(
        kind="freight_inquiry",
        title=TITLES["freight_inquiry"],
        number=facts.number,
        number_label=LABELS["inquiry_no"],
        sender=firm,
        day=facts.day,
        boxes=(PartyBox(LABELS["forwarder"], forwarder),),
        facts=(
            Said(LABELS["quote_by"], long_date(facts.quote_by) if facts.quote_by else NO_WORDS),
            Said(LABELS["mode"], mode_words(facts.mode)),
            Said(LABELS["price_term"], same(facts.incoterm)),
        ),
        opening=_OPENING,
        sections=(Section(LABELS["cargo_and_route"], _cargo(facts), twin=True),),
        lines=None,
        to_fill=_charges(facts.mode),
        marks=pictures(frame),
        draft=frame.draft,
    )


def _cargo(facts: FreightFacts) -> tuple[Said, ...]:
    boxes = f"{facts.container_count} × {facts.container_type}" if facts.container_type else ""
    space = same(boxes) if boxes else mode_words(facts.mode) if has_title(facts.mode) else NO_WORDS
    yes_no = Words("Yes", "是") if facts.dangerous else Words("No", "否")
    packages = Words(f"{facts.packages} packages", f"{facts.packages} 件") if facts.packages else NO_WORDS
    return (
        Said(way_label("loading", facts.mode), same(facts.port_of_loading)),
        Said(way_label("discharge", facts.mode), same(facts.port_of_discharge)),
        Said(LABELS["delivery_to"], same(facts.place_of_delivery)),
        Said(LABELS["cargo"], same(facts.cargo)),
        Said(LABELS["hs"], same(facts.hs_code)),
        Said(LABELS["packages"], packages),
        Said(
            LABELS["gross_total"],
            same(f"{plain_number(facts.gross_weight, 2)} kg" if facts.gross_weight else ""),
        ),
        Said(LABELS["volume_total"], same(f"{plain_number(facts.volume, 3)} m³" if facts.volume else "")),
        Said(LABELS["space"], space),
        Said(LABELS["ready_on"], long_date(facts.ready_on) if facts.ready_on else NO_WORDS),
        Said(
            way_label("target_etd", facts.mode), long_date(facts.target_etd) if facts.target_etd else NO_WORDS
        ),
        Said(LABELS["dangerous"], yes_no),
        Said(LABELS["remarks"], same(facts.remarks)),
    )


def _charges(mode: str) -> Lines:
    """Answer the table that the forwarder fills in: the charges and units that the way of transport has."""
    columns = (
        TableColumn(LABELS["charge"], 4.3),
        TableColumn(LABELS["per"], 2.1),
        TableColumn(LABELS["currency"], 0.95),
        TableColumn(LABELS["quantity"], 0.95, number=True),
        TableColumn(LABELS["price"], 1.2, number=True),
        TableColumn(LABELS["amount"], 1.3, number=True),
    )
    kinds = [kind for kind in CHARGE_KINDS if has_title(mode) or kind.code not in AT_SEA_ONLY]
    rows = tuple((_charge(kind, mode), _unit(kind, mode), None, None, None, None) for kind in kinds)
    empty = (same(" "), None, None, None, None, None)
    return Lines(columns, (*rows, empty, empty), joined=True)


def _charge(kind: ChargeKind, mode: str) -> Words:
    return way_charge(kind.code, mode, _CHARGES[kind.code])


def _unit(kind: ChargeKind, mode: str) -> Words:
    unit = usual_unit(kind, mode)
    return way_charge("bl_unit", mode, _UNITS[unit]) if unit == BL else _UNITS[unit]
