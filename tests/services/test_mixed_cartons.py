"""Goods of several lines in one carton (混装): counted once, weighed each, numbered alike (domain.md section 9.2)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import DAY, OPEN_ACCOUNT, Firm, start
from tradecrm.documents.shipment import packing_lines
from tradecrm.documents.words import same
from tradecrm.models import ContractLine
from tradecrm.screens.trade.shipment_draft import build_shipment, check_draft, goods_words, load_shipment
from tradecrm.services.book import Seat
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.paper_shipment import shipment_facts
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment

D = Decimal


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def lines_of(firm: Firm) -> list[int]:
    """Put a contract over 1,000 and 6 pieces, packed as the example of 9.2, into effect; answers its lines."""
    product = firm.seat.perform(
        save_product,
        SaveProduct(
            "L-1", "Lantern", per_carton=D(24), carton_length=D(60), carton_width=D(40), carton_height=D(33),
            unit_net_weight=D("0.62"), carton_tare=D("1.1"),
        ),
    ).value  # fmt: skip
    goods = tuple(
        ContractLineDraft(product, name, D(number), D(10))
        for name, number in (("Lantern", 1000), ("Sample", 6))
    )
    command = SaveContract(firm.customer, DAY, "USD", "FOB", "Ningbo", OPEN_ACCOUNT, goods)
    contract = firm.seat.perform(save_contract, command).value
    for target in ("signed", "effective"):
        firm.seat.perform(move_contract, MoveContract(contract, target, DAY))
    query = (
        select(ContractLine.id).where(ContractLine.contract_id == contract).order_by(ContractLine.position)
    )
    return firm.seat.ask(lambda reader: list(reader.session.scalars(query)))


def test_mixed_goods_have_the_number_of_the_carton_above_and_are_counted_once(firm: Firm) -> None:
    """1,000 pieces: 42 cartons, N.W. 620.00, G.W. 666.20, 3.326 m³; six samples in the last of them add 3.72 kg."""
    whole, sample = lines_of(firm)
    goods = (ShipmentLineDraft(whole, D(1000)), ShipmentLineDraft(sample, D(6), mixed=True))
    shipment = firm.seat.perform(save_shipment, SaveShipment(TODAY, goods)).value
    facts = firm.seat.ask(shipment_facts, shipment)
    assert [(each.cartons, each.net_weight, each.gross_weight, each.volume) for each in facts.lines] == [
        (42, D("620.00"), D("666.20"), D("3.326")),
        (0, D("3.72"), D("3.72"), D(0)),
    ]
    assert [row[0] for row in packing_lines(facts).rows] == [same("1-42"), same("42")]
    draft = firm.seat.ask(load_shipment, shipment)
    assert (goods_words(draft)[1], build_shipment(draft).lines) == ("42 cartons", goods)
    rows = draft.rows()
    turned = check_draft(draft.put_rows("lines", (rows[1], rows[0])))
    assert [problem.field for problem in turned] == ["lines.0.mixed"]
    said = firm.refused(save_shipment, SaveShipment(TODAY, (ShipmentLineDraft(sample, D(6), mixed=True),)))
    assert "no line above" in said
