"""Amending a contract in force, and closing lines short: domain.md section 1.3, with every guard."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.services.approval_kit import customer, draft, move, state, switch, waiting
from tests.services.conftest import TODAY, Seats
from tests.services.trading_kit import line_of, rates, trade
from tradecrm.core.clock import FixedClock
from tradecrm.core.errors import Conflict
from tradecrm.core.problems import Refusal
from tradecrm.models import AuditEntry, ContractLine, SalesContract, Shipment, ShipmentLine
from tradecrm.screens.trade.amendment import build_amendment, load_amendment, load_short_close
from tradecrm.services.book import Seat
from tradecrm.services.control.approvals import Decide, WithdrawRequest, decide, withdraw_request
from tradecrm.services.data.check import check_state
from tradecrm.services.trade.amendments import (
    AmendContract,
    DropAmendment,
    amend_contract,
    contract_versions,
    drop_amendment,
)
from tradecrm.services.trade.checklist import MoveDocument, document_rows, move_document
from tradecrm.services.trade.contract_text import contract_as_kept, decode_contract, encode_contract
from tradecrm.services.trade.contracts import SaveContract
from tradecrm.services.trade.credit import SaveCreditTerms, save_credit_terms
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.paper_shipment import shipment_facts
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.trade.short_close import ShortClose, short_close
from tradecrm.services.work import Reader


def effective(seats: Seats, name: str = "Kern Tool Corp.") -> int:
    """Answer a contract of the salesperson over 1,000 lamps, in force, paid against documents."""
    contract = draft(seats.sales, customer(seats.sales, name), terms="DP")
    for target in ("signed", "effective"):
        move(seats.sales, contract, target)
    return contract


def kept(reader: Reader, contract: int) -> SaveContract:
    """Answer the contract as it stands."""
    return contract_as_kept(reader, reader.get(SalesContract, contract, "Contract"))


def amended(seat: Seat, contract: int, *, lines: dict[str, Any] | None = None, **head: Any) -> AmendContract:
    """Answer an amendment that changes every line and the head so."""
    now = seat.ask(kept, contract)
    changed = tuple(replace(line, **(lines or {})) for line in now.lines)
    return AmendContract(replace(now, lines=changed, **head), "The customer wants more")


def ship(seat: Seat, contract: int, quantity: int) -> int:
    """Put goods of the contract on a shipment that is planned."""
    goods = (ShipmentLineDraft(seat.ask(line_of, contract), Decimal(quantity)),)
    return seat.perform(save_shipment, SaveShipment(TODAY, goods)).value


def lamps(reader: Reader, contract: int) -> tuple[Decimal, Decimal, Decimal]:
    """Answer quantity and what is closed short of the only line, and the contract's total."""
    line = reader.session.scalars(select(ContractLine).where(ContractLine.contract_id == contract)).one()
    return line.quantity, line.short_closed, reader.get(SalesContract, contract, "Contract").total


def versions(reader: Reader, contract: int) -> list[tuple[int, str]]:
    return [(row.version_no, row.status) for row in contract_versions(reader, contract)]


def test_a_contract_is_written_and_read_back_the_same(seats: Seats) -> None:
    now = seats.sales.ask(kept, effective(seats))
    assert decode_contract(encode_contract(now)) == now


def test_without_a_rule_an_amendment_is_in_force_at_once(seats: Seats) -> None:
    contract = effective(seats)
    line = seats.sales.ask(line_of, contract)
    seats.sales.perform(amend_contract, amended(seats.sales, contract, lines={"quantity": Decimal(1200)}))
    assert seats.sales.ask(lamps, contract) == (Decimal(1200), Decimal(0), Decimal(14880))  # 1,200 x 12.40
    assert seats.sales.ask(line_of, contract) == line
    assert seats.sales.ask(versions, contract) == [(2, "in_force"), (1, "superseded")]
    assert seats.sales.ask(state, contract) == "effective"


def test_the_old_version_stays_in_force_until_the_new_one_is_approved(seats: Seats) -> None:
    contract = effective(seats)
    switch(seats.owner, "contract_version", "protected_change")
    seats.sales.perform(amend_contract, amended(seats.sales, contract, lines={"price": Decimal(13)}))
    assert seats.sales.ask(lamps, contract)[2] == Decimal(12400)
    assert seats.sales.ask(versions, contract) == [(2, "submitted"), (1, "in_force")]
    version = seats.sales.ask(contract_versions, contract)[0].id
    request = waiting(seats.sales, version, "contract_version")
    assert request.title.endswith("version 2")
    assert request.link is not None
    assert request.link.target == "amendment"
    with pytest.raises(Refusal, match="waits for approval"):
        seats.sales.perform(amend_contract, amended(seats.sales, contract, lines={"price": Decimal(14)}))
    seats.manager.perform(decide, Decide(request.id, "approve"))
    assert seats.sales.ask(lamps, contract)[2] == Decimal(13000)
    assert seats.sales.ask(versions, contract) == [(2, "in_force"), (1, "superseded")]


def test_what_is_not_protected_needs_no_approval(seats: Seats) -> None:
    contract = effective(seats)
    switch(seats.owner, "contract_version", "protected_change")
    seats.sales.perform(amend_contract, amended(seats.sales, contract, remarks="Pack in twelves"))
    assert seats.sales.ask(versions, contract)[0] == (2, "in_force")


def test_an_amendment_not_approved_is_a_draft_that_may_be_mended_or_dropped(seats: Seats) -> None:
    contract = effective(seats)
    switch(seats.owner, "contract_version", "protected_change")
    command = amended(seats.sales, contract, lines={"price": Decimal(11)})
    version = seats.sales.perform(amend_contract, command).value
    request = waiting(seats.sales, version, "contract_version").id
    seats.manager.perform(decide, Decide(request, "reject", "Too cheap"))
    assert seats.sales.ask(versions, contract) == [(2, "draft"), (1, "in_force")]
    shown = seats.sales.ask(load_amendment, version)
    assert shown.rows()[0]["price"] == Decimal(11)
    again = build_amendment(shown)
    assert seats.sales.perform(amend_contract, again).value == version
    request = waiting(seats.sales, version, "contract_version").id
    seats.sales.perform(withdraw_request, WithdrawRequest(request))
    seats.sales.perform(drop_amendment, DropAmendment(version))
    assert seats.sales.ask(versions, contract) == [(2, "dropped"), (1, "in_force")]
    assert seats.sales.ask(lamps, contract)[2] == Decimal(12400)
    with pytest.raises(Refusal, match="so it stays"):
        seats.sales.perform(drop_amendment, DropAmendment(version))


def test_the_quantity_is_checked_against_what_is_on_shipments(seats: Seats) -> None:
    rates(seats.owner)
    contract = effective(seats)
    ship(seats.sales, contract, 600)
    before = seats.sales.ask(kept, contract)
    wrong = [
        (
            amended(seats.sales, contract, lines={"quantity": Decimal(599)}),
            "600 pcs are on shipments already",
        ),
        (amended(seats.sales, contract, lines={"unit": "sets"}), "add another line for other goods"),
        (AmendContract(replace(before, lines=(replace(before.lines[0], id=None),)), "x"), "cannot go"),
        (amended(seats.sales, contract, currency="EUR", budget_rate=Decimal("7.8")), "The currency stays"),
        (
            amended(seats.sales, contract, customer_id=customer(seats.sales, "Other Ltd")),
            "stays the same",
        ),
        (replace(amended(seats.sales, contract), reason=" "), "Say why the contract is amended"),
    ]
    for command, words in wrong:
        with pytest.raises(Refusal, match=words):
            seats.sales.perform(amend_contract, command)
    assert seats.sales.ask(kept, contract) == before
    assert seats.sales.ask(versions, contract) == []
    seats.sales.perform(amend_contract, amended(seats.sales, contract, lines={"quantity": Decimal(600)}))
    assert seats.sales.ask(lamps, contract)[0] == 600


def test_goods_loaded_while_it_waits_refuse_the_approval(seats: Seats) -> None:
    rates(seats.owner)
    contract = effective(seats)
    switch(seats.owner, "contract_version", "protected_change")
    command = amended(seats.sales, contract, lines={"quantity": Decimal(500)})
    version = seats.sales.perform(amend_contract, command).value
    ship(seats.sales, contract, 600)
    request = waiting(seats.sales, version, "contract_version").id
    with pytest.raises(Refusal, match="600 pcs are on shipments already"):
        seats.manager.perform(decide, Decide(request, "approve"))
    assert seats.sales.ask(versions, contract) == [(2, "submitted"), (1, "in_force")]
    assert seats.sales.ask(lamps, contract)[0] == 1000


def test_only_the_increase_is_checked_against_the_credit(seats: Seats) -> None:
    """Domain.md section 5, check 4: equal passes, above is refused, a cheaper contract is never stopped."""
    rates(seats.owner)
    contract = effective(seats)  # USD 12,400, all of it unsecured
    party = seats.sales.ask(kept, contract).customer_id
    seats.owner.perform(save_credit_terms, SaveCreditTerms(party, Decimal(13000)))
    over = amended(seats.sales, contract, lines={"price": Decimal("13.01")})
    with pytest.raises(Refusal, match="13,010"):
        seats.sales.perform(amend_contract, over)
    assert seats.sales.ask(lamps, contract)[2] == Decimal(12400)
    assert seats.sales.ask(versions, contract) == []
    seats.sales.perform(amend_contract, amended(seats.sales, contract, lines={"price": Decimal(13)}))
    assert seats.sales.ask(lamps, contract)[2] == Decimal(13000)
    seats.owner.perform(save_credit_terms, SaveCreditTerms(party, Decimal(5000), version=1))
    seats.sales.perform(amend_contract, amended(seats.sales, contract, lines={"price": Decimal(9)}))
    assert seats.sales.ask(lamps, contract)[2] == Decimal(9000)


def test_only_a_contract_in_force_is_amended_and_not_one_changed_meanwhile(seats: Seats) -> None:
    contract = draft(seats.sales, customer(seats.sales), terms="DP")
    with pytest.raises(Refusal, match="nothing to amend"):
        seats.sales.perform(amend_contract, amended(seats.sales, contract))
    contract = effective(seats, "Other Ltd")
    stale = amended(seats.sales, contract, remarks="a")
    seats.sales.perform(amend_contract, amended(seats.sales, contract, remarks="b"))
    with pytest.raises(Conflict):
        seats.sales.perform(amend_contract, stale)
    assert seats.sales.ask(kept, contract).remarks == "b"


def test_lines_are_closed_short_with_a_reason_and_no_more_than_is_open(seat: Seat) -> None:
    deal = trade(seat)  # 600 of 1,000 have left
    line = seat.ask(line_of, deal.contract)
    wrong = [
        (ShortClose(deal.contract, ((line, Decimal(401)),), "No more needed"), "only 400 pcs are open"),
        (ShortClose(deal.contract, ((line, Decimal(400)),), " "), "Say why the rest is not shipped"),
        (ShortClose(deal.contract, (), "x"), "Say how much"),
        (ShortClose(deal.contract, ((line, Decimal(-1)),), "x"), "must not be below zero"),
        (ShortClose(deal.contract, ((line + 99, Decimal(1)),), "x"), "does not belong"),
    ]
    for command, words in wrong:
        with pytest.raises(Refusal, match=words):
            seat.perform(short_close, command)
    assert seat.ask(lamps, deal.contract)[1] == 0
    assert seat.ask(load_short_close, deal.contract).rows()[0]["open"] == 400
    part = ShortClose(deal.contract, ((line, Decimal(100)),), "No more needed")
    assert seat.perform(short_close, part).value == "partly_shipped"
    rest = ShortClose(deal.contract, ((line, Decimal(300)),), "Mold broken")
    assert seat.perform(short_close, rest).value == "short_closed"
    assert [row.reason for row in seat.ask(contract_versions, deal.contract)] == [
        "Closed short: Mold broken",
        "Closed short: No more needed",
    ]
    with pytest.raises(Refusal, match="nothing of it is open"):
        seat.perform(short_close, rest)
    with pytest.raises(Refusal, match="not possible from there"):
        move(seat, deal.contract, "short_closed")


def test_an_amendment_down_to_what_has_left_ends_the_shipping(seats: Seats) -> None:
    rates(seats.owner)
    contract = effective(seats)
    shipment = ship(seats.sales, contract, 600)
    seats.owner.perform(depart_shipment, DepartShipment(shipment, TODAY, "BL1"))
    seats.sales.perform(amend_contract, amended(seats.sales, contract, lines={"quantity": Decimal(600)}))
    assert seats.sales.ask(state, contract) == "shipped"


def priced(reader: Reader, shipment: int) -> tuple[Decimal, Decimal]:
    """Answer the amount of the only line of a shipment, and its total."""
    row = reader.session.scalars(select(ShipmentLine).where(ShipmentLine.shipment_id == shipment)).one()
    return row.amount, reader.get(Shipment, shipment, "Shipment").total


def last_change(reader: Reader, shipment: int) -> AuditEntry:
    """Answer the last row of a shipment's audit trail."""
    rows = select(AuditEntry).where(AuditEntry.kind == "shipment", AuditEntry.record_id == shipment)
    return reader.session.scalars(rows.order_by(AuditEntry.id.desc()).limit(1)).one()


def test_a_new_price_is_carried_into_what_is_planned_and_not_into_what_has_left(seats: Seats) -> None:
    """Sections 1.3 and 1.10: what left stays as invoiced; the rest bears the price that is agreed now."""
    rates(seats.owner)
    contract = effective(seats)
    gone, planned = ship(seats.sales, contract, 100), ship(seats.sales, contract, 200)
    seats.owner.perform(depart_shipment, DepartShipment(gone, TODAY, "BL1"))
    change = amended(seats.sales, contract, lines={"price": Decimal(13), "description_en": "Lamp, black"})
    done = seats.sales.perform(amend_contract, change)
    assert seats.sales.ask(priced, gone) == (Decimal(1240), Decimal(1240))
    assert seats.sales.ask(priced, planned) == (Decimal(2600), Decimal(2600))
    assert "takes the new prices: USD 2,600.00 instead of USD 2,480.00" in " ".join(done.warnings)
    assert "100 pcs left at 12.4 and stay invoiced so; the new price is for the rest." in " ".join(
        done.warnings
    )
    sold = seats.owner.ask(shipment_facts, gone).lines[0]
    assert (sold.quantity, sold.price, sold.amount) == (Decimal(100), Decimal("12.40"), Decimal(1240))
    assert sold.description_en == "Desk lamp"
    facts = seats.owner.ask(shipment_facts, planned)
    assert (facts.lines[0].price, facts.lines[0].description_en) == (Decimal(13), "Lamp, black")
    entry = seats.owner.ask(last_change, planned)
    assert json.loads(entry.detail)["total"] == ["2480.0000", "2600.0000"]
    assert entry.operation == "amend_contract"
    again = seats.sales.perform(amend_contract, amended(seats.sales, contract, remarks="Pack in twelves"))
    assert again.warnings == ()


def test_what_left_is_described_as_it_was_agreed_then(seats: Seats) -> None:
    """Section 1.10: a paper of goods that left says what was sold, also of a line that an amendment brought."""
    rates(seats.owner)
    contract = effective(seats)
    old = ship(seats.sales, contract, 100)
    seats.owner.perform(depart_shipment, DepartShipment(old, TODAY - timedelta(days=1), "BL1"))
    now = seats.sales.ask(kept, contract)
    more = replace(now.lines[0], id=None, description_en="Shade")
    added = replace(now, lines=(replace(now.lines[0], description_en="Lamp, black"), more))
    seats.sales.perform(amend_contract, AmendContract(added, "Shades too"))
    shade = seats.sales.ask(kept, contract).lines[1].id
    assert shade is not None
    command = SaveShipment(TODAY, (ShipmentLineDraft(shade, Decimal(50)),))
    young = seats.sales.perform(save_shipment, command).value
    seats.owner.perform(depart_shipment, DepartShipment(young, TODAY, "BL2"))
    change = amended(seats.sales, contract, lines={"description_en": "Thing", "price": Decimal(13)})
    seats.sales.perform(amend_contract, change)
    described = [seats.owner.ask(shipment_facts, key).lines[0] for key in (old, young)]
    assert [(line.description_en, line.price) for line in described] == [
        ("Desk lamp", Decimal("12.40")),
        ("Shade", Decimal("12.40")),
    ]


def test_a_description_amended_after_the_ship_left_that_day_is_not_on_its_invoice(seats: Seats) -> None:
    """Section 1.10: an invoice is never edited; what was amended that morning, before the ship left, counts."""
    rates(seats.owner)
    contract = effective(seats)
    clock = seats.owner.book.clock
    assert isinstance(clock, FixedClock)
    seats.sales.perform(amend_contract, amended(seats.sales, contract, lines={"description_en": "Morning"}))
    clock.moment += timedelta(hours=1)
    shipment = ship(seats.sales, contract, 100)
    seats.owner.perform(depart_shipment, DepartShipment(shipment, TODAY, "BL1"))
    clock.moment += timedelta(hours=1)
    seats.sales.perform(amend_contract, amended(seats.sales, contract, lines={"description_en": "Evening"}))
    assert seats.owner.ask(shipment_facts, shipment).lines[0].description_en == "Morning"


def test_what_went_out_on_an_invoice_keeps_its_price_until_the_invoice_is_amended(seats: Seats) -> None:
    """Section 1.3: a paper that was sent is amended first; the amendment says which shipment keeps its amount."""
    rates(seats.owner)
    contract = effective(seats)
    invoiced, declared = ship(seats.sales, contract, 100), ship(seats.sales, contract, 200)
    (paper,) = [
        row.id for row in seats.owner.ask(document_rows, invoiced) if row.kind == "commercial_invoice"
    ]
    for step in ("issue", "send"):
        seats.owner.perform(move_document, MoveDocument(paper, step))
    for step in ("booked", "cargo_ready", "loaded", "declared"):
        seats.owner.perform(move_shipment, MoveShipment(declared, step, TODAY))
    change = amended(seats.sales, contract, lines={"price": Decimal(13)}, adjustment=Decimal(-70))
    words = seats.sales.perform(amend_contract, change).warnings
    assert [each.split(": ")[1].split(" before")[0] for each in words] == [
        "its commercial invoice went out",
        "it was declared to the customs",
    ]
    assert seats.sales.ask(priced, invoiced) == (Decimal(1240), Decimal(1240))
    assert seats.sales.ask(priced, declared) == (Decimal(2480), Decimal(2480))
    seats.owner.perform(move_document, MoveDocument(paper, "amend"))
    seats.sales.perform(amend_contract, amended(seats.sales, contract, lines={"price": Decimal(14)}))
    # 100 x 14 less 100 / 800 of the 70 that the goods still open bear
    assert seats.sales.ask(priced, invoiced) == (Decimal("1391.25"), Decimal("1391.25"))
    assert seats.owner.ask(lambda reader: list(check_state(reader.session.connection()))) == []
