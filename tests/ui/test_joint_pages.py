"""Goods in two currencies in one container, through the window (domain.md sections 1.10 and 16.8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from tests.ui.driving import opened, pick, settle
from tests.ui.trade_room import TODAY, Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.core.rates import RateType
from tradecrm.models import CostLine, SalesContract, Shipment
from tradecrm.screens.trade.joint import JOINT_ACTIONS, SHARE_ACTION
from tradecrm.services.figures.joint_profit import joint_shipments
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.ui.context import PageFactory
from tradecrm.ui.pages.crm import crm_pages
from tradecrm.ui.pages.reports import report_pages
from tradecrm.ui.pages.trade import trade_pages

DAY = date(TODAY.year, TODAY.month, 1)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("joint") / "book.tcrm"
    write_book(path, full=True)
    return path


@pytest.fixture
def room(book: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with trade_room(tmp_path, book) as made:
        yield made


def agree(room: Room, currency: str, goods: str) -> None:
    """Put a contract with the customer of the example into effect, over 500 pieces at 10.00."""
    query = select(SalesContract.customer_id).limit(1)
    customer = room.seat.ask(lambda reader: reader.session.scalars(query).one())
    line = ContractLineDraft(None, goods, Decimal(500), Decimal(10))
    command = SaveContract(customer, DAY, currency, "FOB", "Ningbo", "OA;P100@BL+30D", (line,))
    contract = int(room.seat.perform(save_contract, command).value)
    for target in ("signed", "effective"):
        room.seat.perform(move_contract, MoveContract(contract, target, DAY))


def test_goods_of_two_contracts_are_planned_shared_and_reckoned_together(qtbot: QtBot, room: Room) -> None:
    pages: dict[str, PageFactory] = {**crm_pages(), **trade_pages(), **report_pages()}
    for code, rate in (("USD", "7"), ("EUR", "8")):
        room.seat.perform(save_rate, SaveRate(RateType.BUDGET, code, date(TODAY.year, 1, 1), rate, "firm"))
    agree(room, "USD", "Vase, green")
    agree(room, "EUR", "Vase, blue")
    last = room.seat.ask(lambda reader: reader.session.scalars(select(SalesContract.number)).all())[-2:]
    page = opened(qtbot, room, pages, Link.to("shipment"))
    for number in last:
        pick(qtbot, room, page, "contract", number)
    rows = page.session.draft.rows()
    assert [(row["currency"], row["amount"]) for row in rows] == [("USD", 5000), ("EUR", 5000)]
    page.save()
    settle(qtbot, room)
    made = room.seat.ask(
        lambda reader: reader.session.scalars(select(Shipment).order_by(Shipment.id.desc()).limit(2)).all()
    )
    eur, usd = made
    assert [(each.currency, each.total, each.joint_id) for each in made] == [
        ("EUR", Decimal(5000), usd.id),
        ("USD", Decimal(5000), usd.id),
    ]
    cost = room.seat.perform(save_cost, SaveCost(usd.id, "FRT", "USD", Decimal(1500))).value
    page = opened(qtbot, room, pages, Link.to("cost", id=cost))
    page.run_action(SHARE_ACTION)
    dialog = page.ask_for(Link.to("share_cost", cost=cost))
    qtbot.waitUntil(lambda: dialog.loaded, timeout=10_000)
    dialog._on_typed("basis", "value")
    dialog.commit()
    settle(qtbot, room)
    parts = room.seat.ask(
        lambda reader: reader.session.execute(
            select(CostLine.shipment_id, CostLine.amount).where(
                CostLine.category == "FRT", CostLine.shipment_id >= usd.id
            )
        ).all()
    )
    assert [(key, amount) for key, amount in parts] == [(usd.id, Decimal(700)), (eur.id, Decimal(800))]
    page = opened(qtbot, room, pages, Link.to("shipment", id=eur.id))
    page = opened(qtbot, room, pages, Link.to("report/joint_profit", shipment=eur.id))
    page = opened(qtbot, room, pages, Link.to("shipment", id=usd.id))
    dialog = page.ask_for(Link.to("join_shipment", shipment=usd.id))
    qtbot.waitUntil(lambda: dialog.loaded, timeout=10_000)
    dialog.commit()
    settle(qtbot, room)
    assert dialog.isVisible()
    dialog.reject()
    page.run_action(JOINT_ACTIONS[1])
    settle(qtbot, room)
    assert len(room.seat.ask(joint_shipments, usd.id)) == 1
