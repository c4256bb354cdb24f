"""Goods of T1 come back through their page: from the shipment to the credit note and the deal (domain.md 1.10)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from tests.ui.driving import opened as open_page
from tests.ui.driving import settle
from tests.ui.trade_room import Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.models import GoodsReturn, SalesContract, Shipment
from tradecrm.screens.trade.deal import deal_sheet
from tradecrm.screens.trade.return_list import RETURN_LIST
from tradecrm.services.data.lists import ListRequest, count_and_sums, fetch_window
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.trade.shipment_card import shipment_card
from tradecrm.services.work import Reader
from tradecrm.ui.pages.trade import trade_pages

D = Decimal


@pytest.fixture
def room(tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    path = tmp_path / "played" / "book.tcrm"
    path.parent.mkdir()
    write_book(path, full=True)
    with trade_room(tmp_path, path) as made:
        yield made


def opened(qtbot: QtBot, room: Room, link: Link) -> Any:
    return open_page(qtbot, room, trade_pages(), link)


def shipment(reader: Reader) -> int:
    return reader.session.scalars(select(Shipment.id).where(Shipment.number == "SH-26001")).one()


def facts(page: Any) -> str:
    return " ".join(label.text() for label in page.panels.findChildren(type(page.banner.text)))


def test_lanterns_come_back_from_the_shipment_to_the_deal(qtbot: QtBot, room: Room) -> None:
    """300 lanterns: USD 2,055.00 credited, CNY 11,865.00 into stock, 1,365.00 of rebate fall away."""
    goods = room.seat.ask(shipment)
    page = opened(qtbot, room, Link.to("shipment", id=goods))
    action = next(each for each in page.spec.actions if each.key == "goods_back")
    assert action.enabled([{"status": "departed"}])
    assert not action.enabled([{"status": "planned"}])
    page.run_action(action)
    link = room.host.links[-1]
    assert (link.target, link.param("shipment")) == ("goods_return", goods)

    form = opened(qtbot, room, link)
    assert [row["left"] for row in form.session.draft.rows()] == [D(1200), D(500)]
    form.boxes["reason"].editor.typed.emit("Lamps flicker")
    form.session.put_cell("lines", 0, "quantity", D(1201))
    assert "From 0 to 1,200 pcs" in form.session.problems()["lines.0.quantity"]
    form.session.put_cell("lines", 0, "quantity", D(300))
    form._show()
    assert form.lines[0].spec.total(form.session.draft) == ("Amount credited", "USD 2,055.00")
    form.save()
    settle(qtbot, room)
    assert form.session.draft.text("number") == "RT-2606-0001"
    shown = facts(form)
    assert "CNY 11,865.00" in shown
    assert "CNY 1,365.00" in shown
    assert "More than the invoice has open" in shown
    before = room.seat.ask(shipment_profit, goods).result.trading_profit

    dialog = form.ask_for(Link.to("return_receive", paper=form.session.draft.id, number="RT-2606-0001"))
    qtbot.waitUntil(lambda: dialog.loaded, timeout=10_000)
    dialog.commit()
    settle(qtbot, room)
    assert (
        room.seat.ask(lambda reader: reader.session.scalars(select(GoodsReturn.status)).one()) == "received"
    )
    assert "Credit note CN-2606-0001" in facts(form)
    lost = before - room.seat.ask(shipment_profit, goods).result.trading_profit
    assert lost == D("14508.30") - D("11865.00") + D("1365.00")
    assert room.seat.ask(shipment_card, goods).unbilled == 0

    contract = room.seat.ask(lambda reader: reader.session.scalars(select(SalesContract.id)).one())
    sheet = room.seat.ask(deal_sheet, contract)
    step = next(each for each in sheet.steps if each.key == "goods_return")
    assert step.words == "RT-2606-0001  Came back"
    assert "Came back" in [row.cells[4] for row in dict(sheet.tables)["History"].rows]


def test_the_list_reads_its_source(room: Room) -> None:
    for column in RETURN_LIST.columns:
        assert RETURN_LIST.source.column(column.key).kind is column.kind, column.key
    assert room.seat.ask(fetch_window, RETURN_LIST.source, ListRequest(limit=5)).rows == ()
    assert room.seat.ask(count_and_sums, RETURN_LIST.source, ListRequest()).count == 0
