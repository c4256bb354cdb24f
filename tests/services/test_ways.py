"""Words follow the way of transport (domain.md sections 10.1, 16.1, 16.2): an air waybill is no bill of lading."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.freight_kit import asked, prepare
from tests.services.shipping_kit import DAY, Firm, _line, start
from tradecrm.core.links import Link
from tradecrm.core.ways import NO_TITLE_MODES, Thing, name_of
from tradecrm.documents.build import save_sheet
from tradecrm.documents.content import Paper
from tradecrm.documents.freight_message import freight_messages
from tradecrm.documents.registry import SHIPMENT_SET, read_paper
from tradecrm.documents.ways import way_label
from tradecrm.models import FreightInquiry, Milestone, Shipment
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import FormSpec
from tradecrm.screens.trade.departing import DEPART_FORM, blank_departure
from tradecrm.screens.trade.freight import FREIGHT_FORM
from tradecrm.screens.trade.shipments import SHIPMENT_ACTIONS, SHIPMENT_FORM
from tradecrm.screens.trade.shipping import DATA_FORM
from tradecrm.screens.trade.shipping_tables import gate_facts, milestones_table
from tradecrm.services.book import Book, Seat
from tradecrm.services.trade.checklist import SaveDocument, document_rows, save_document
from tradecrm.services.trade.departure import SendBlCopy, send_bl_copy
from tradecrm.services.trade.milestones import milestone_rows
from tradecrm.services.trade.moving import ReleaseBl, release_bl
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Work, operation

SEA_WORDS = (
    "B/L",
    "Port of",
    "Vessel",
    "提单",
    "装运港",
    "目的港",
    "船名",
    "船公司",
    "开航",
    "到港",
    "装船",
    "正本",
)
MODES = sorted(NO_TITLE_MODES)


@operation("shipment.write")
def travel(work: Work, command: tuple[int, str]) -> None:
    """Send the goods another way; route and numbers are given so that every row prints."""
    row = work.get(Shipment, command[0], "Shipment")
    row.mode, row.bl_no = command[1], "999-12345675"
    row.vessel, row.carrier = "CA1031", "Air China Cargo"
    row.port_of_loading, row.port_of_discharge = "Shanghai", "Frankfurt"


@dataclass(frozen=True)
class Scene:
    """A firm with a shipment that has left, paid on open account, whose way of transport the tests choose."""

    firm: Firm
    shipment: int

    def paper(self, kind: str, mode: str) -> Paper:
        """Answer a paper of the shipment by a way of transport."""
        self.firm.seat.perform(travel, (self.shipment, mode))
        return self.firm.seat.ask(read_paper, kind, self.shipment)


@pytest.fixture(scope="module")
def scene(module_book: Book) -> Scene:
    firm = start(module_book.seat())
    shipment = firm.shipment(firm.contract(), mode="AIR")
    firm.depart(shipment)
    return Scene(firm, shipment)


def words_of(paper: Paper) -> str:
    """Answer all that a paper says of itself in both languages; the terms of payment are as agreed."""
    rows = [*(row for section in paper.sections for row in section.rows), *paper.facts]
    said = [row for row in rows if row.value.texts("both") and "Payment" not in row.label.en]
    texts = [paper.title, paper.opening, *(part for row in said for part in (row.label, row.value))]
    return "\n".join(f"{each.en}\n{each.zh}" for each in texts)


@pytest.mark.parametrize("kind", SHIPMENT_SET)
@pytest.mark.parametrize("mode", MODES)
def test_no_paper_speaks_of_ships_where_none_sails(scene: Scene, kind: str, mode: str) -> None:
    text = words_of(scene.paper(kind, mode))
    assert [word for word in SEA_WORDS if word in text] == []
    if kind in {"invoice", "packing_list", "advice", "declaration", "origin", "instruction"}:
        for key in ("loading", "discharge", "vessel", "bl"):
            label = way_label(key, mode)
            assert label.en in text
            assert label.zh in text


def test_the_words_of_an_air_waybill_stand_in_the_sheet_too(scene: Scene, tmp_path: Path) -> None:
    save_sheet(scene.paper("advice", "AIR"), tmp_path / "a.xlsx", "both")
    rows = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows(values_only=True)
    text = "\n".join(str(value) for row in rows for value in row if value)
    for wanted in ("Air waybill no.", "空运单号", "起运机场", "目的机场", "航班", "999-12345675"):
        assert wanted in text
    assert "提单" not in text


def test_at_sea_everything_is_as_ever(scene: Scene) -> None:
    text = words_of(scene.paper("invoice", "FCL"))
    for wanted in ("B/L no.", "提单号", "Port of loading", "装运港", "Vessel / voyage", "On board date"):
        assert wanted in text
    assert "Original B/L" in words_of(scene.paper("instruction", "LCL"))
    assert "Original B/L" not in words_of(scene.paper("instruction", "AIR"))


def labels(spec: FormSpec, mode: str) -> list[str]:
    """Answer what the fields of a form are called by a way of transport, those that are there."""
    draft = Draft({"mode": mode})
    return [each.called(draft) for each in spec.fields() if each.visible is None or each.visible(draft)]


@pytest.mark.parametrize("spec", [SHIPMENT_FORM, DEPART_FORM, DATA_FORM, FREIGHT_FORM])
def test_pages_call_things_as_their_way_does(spec: FormSpec) -> None:
    by_sea = labels(spec, "FCL")
    assert set(by_sea) & {"B/L no.", "Port of loading"}
    for mode in MODES:
        found = labels(spec, mode)
        assert not set(found) & {"B/L no.", "Kind of B/L", "Port of loading", "Vessel", "On board on"}
        assert len(set(found)) == len(found), "no two fields of a page are called alike"


def test_states_and_milestones_are_named_as_their_way(scene: Scene) -> None:
    """Every way departs and arrives (section 1.6), but only ships do it under those names in Chinese."""
    told = []
    for mode in ("FCL", "AIR"):
        scene.firm.seat.perform(travel, (scene.shipment, mode))
        draft = scene.firm.seat.ask(SHIPMENT_FORM.load, scene.shipment)
        assert SHIPMENT_FORM.badges is not None
        table = scene.firm.seat.ask(milestones_table, scene.shipment)
        titles = {str(row.cells[0]) for row in table.rows}
        told.append((SHIPMENT_FORM.badges(draft)[0].text, titles & {"Departure", "Dispatch"}))
    assert told == [("Departed", {"Departure"}), ("On its way", {"Dispatch"})]


def test_each_way_has_a_name_of_its_own_for_its_paper() -> None:
    names = {name_of(Thing.LADING, mode) for mode in MODES}
    assert names == {"Air waybill no.", "Tracking no.", "Railway bill no.", "Road waybill no."}
    assert name_of(Thing.LADING, "FCL") == name_of(Thing.LADING, "?") == "B/L no."


def actions(**row: Any) -> set[str]:
    given = [{"status": "departed", "bl_copy_sent_on": None, **row}]
    return {each.key for each in SHIPMENT_ACTIONS if each.enabled is not None and each.enabled(given)}


def test_a_waybill_is_copied_and_never_given_up(scene: Scene) -> None:
    """Section 16.2: it is no document of title, the goods are released when they leave."""
    assert {"copy", "arrive", "release_bl"} <= actions(mode="FCL")
    assert {"copy_away", "arrive_away"} <= actions(mode="AIR")
    assert not {"copy", "arrive", "release_bl"} & actions(mode="AIR")
    assert not {"copy_away", "arrive_away"} & actions(mode="LCL")
    firm = scene.firm
    firm.seat.perform(travel, (scene.shipment, "AIR"))
    assert "no document of title" in firm.refused(release_bl, ReleaseBl(scene.shipment, "original", TODAY))
    planned = firm.shipment(firm.contract(), mode="RAIL")
    said = firm.refused(send_bl_copy, SendBlCopy(planned, TODAY))
    assert "The waybill is issued when the goods have left." in said


def test_a_closed_shipment_asks_for_no_copy_any_more() -> None:
    """Section 1.6: nothing comes after Closed but late bills, and reopening by a release."""
    assert {"copy", "close"} <= actions(mode="FCL", status="delivered")
    for mode in ("FCL", "AIR"):
        left = actions(mode=mode, status="closed")
        assert not {"copy", "copy_away", "close"} & left
        assert "reopen" in left


def test_the_page_says_before_departure_what_holds_the_release_back(scene: Scene) -> None:
    """The gate of section 1.6 is tested at Departed, so it is told while something can still be done about it."""
    firm = scene.firm
    unpaid = firm.contract("TT;P100@BL+7D")
    told = []
    for mode in ("AIR", "FCL"):
        key = firm.shipment(unpaid, 200, mode)
        draft = Draft({"status": "planned", "mode": mode}, id=key)
        told.append([fact.label for fact in firm.seat.ask(gate_facts, draft)])
        assert firm.seat.ask(blank_departure, Link.to("depart", shipment=key)).text("mode") == mode
    assert "is not paid" in "".join(told[0])
    assert told[1] == ["It may be loaded."]


@operation("shipment.write")
def fly(work: Work, inquiry: int) -> None:
    """Ask for the freight by air instead."""
    row = work.get(FreightInquiry, inquiry, "Freight inquiry")
    row.mode, row.container_type, row.container_count = "AIR", "", 0


def test_a_forwarder_is_asked_for_a_flight_in_both_languages(seat: Seat) -> None:
    kit = prepare(seat)
    inquiry = asked(seat, kit)
    sea = seat.ask(freight_messages, inquiry).messages[0].text
    assert "free days at destination" in sea.en
    assert "VGM" in sea.zh
    seat.perform(fly, inquiry)
    air = seat.ask(freight_messages, inquiry).messages[0].text
    for wanted in (
        "Airport of departure: Ningbo",
        "Airport of destination: Rotterdam",
        "airline",
        "Air freight",
    ):
        assert wanted in air.en
    for wanted in ("起运机场：Ningbo", "目的机场：Rotterdam", "航空公司", "运输方式：空运", "起运机场操作费"):
        assert wanted in air.zh
    assert [
        word for word in (*SEA_WORDS, "VGM", "Seal", "铅封", "电放", "免箱期") if word in air.zh + air.en
    ] == []
    table = seat.ask(read_paper, "freight_inquiry", inquiry).to_fill
    assert table is not None
    units = {str(row[1]) for row in table.rows[:-2]}
    assert "container" not in " ".join(units)


def test_goods_that_go_another_way_have_another_paper_on_the_list(scene: Scene) -> None:
    """Section 1.5: the list follows from the way of transport; what a person named stays as it was named."""
    firm = scene.firm
    contract = firm.contract()
    shipment = firm.shipment(contract, 300)
    line, _ordered = firm.seat.ask(_line, contract)
    goods = (ShipmentLineDraft(line, Decimal(300)),)

    def listed() -> list[tuple[str, int]]:
        rows = firm.seat.ask(document_rows, shipment)
        return [(row.title, row.originals) for row in rows if row.kind == "bill_of_lading"]

    def planned(*codes: str) -> list[bool]:
        query = select(Milestone.code, Milestone.revised_on).where(Milestone.shipment_id == shipment)
        days = {
            code: day
            for code, day in firm.seat.ask(lambda reader: reader.session.execute(query).all())
            if day
        }
        return [code in days for code in codes]

    def go(mode: str) -> None:
        version = firm.seat.ask(lambda reader: reader.session.get_one(Shipment, shipment).version)
        command = SaveShipment(DAY, goods, mode=mode, etd=TODAY, id=shipment, version=version)
        firm.seat.perform(save_shipment, command)

    assert listed() == [("Bill of lading", 3)]
    assert planned("VGM_CUT", "BL_ISSUE", "DECL") == [True, True, True]
    go("AIR")
    assert planned("VGM_CUT", "BL_ISSUE", "DECL") == [False, False, True], "no ship, no cut-off (section 1.6)"
    shown = {row.code for row in firm.seat.ask(milestone_rows, shipment)}
    assert not shown & {"VGM_CUT", "BL_ISSUE", "BL_DRAFT", "RETURN"}
    go("FCL")
    assert planned("VGM_CUT", "BL_ISSUE", "DECL") == [True, True, True]
    go("AIR")
    assert listed() == [("Air waybill", 1)]
    row = next(each for each in firm.seat.ask(document_rows, shipment) if each.kind == "bill_of_lading")
    named = SaveDocument(
        shipment, "bill_of_lading", title="House AWB", originals=1, id=row.id, version=row.version
    )
    firm.seat.perform(save_document, named)
    go("RAIL")
    assert listed() == [("House AWB", 1)]
