"""Expense claims, rebates and commission through their pages, on the running example T1."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from tests.ui.driving import commit, press, settle
from tests.ui.driving import opened as open_page
from tests.ui.trade_room import TODAY, Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.models import Attachment, ExpenseClaim, Party, RebateClaim, Shipment
from tradecrm.screens.draft import Ref
from tradecrm.services.claims.vat_invoices import SaveVatInvoice, VatLineDraft, save_vat_invoice
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.work import Reader
from tradecrm.ui.pages.claims import claim_pages

D = Decimal


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("claims") / "book.tcrm"
    write_book(path, full=True)
    return path


@pytest.fixture
def room(played: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with trade_room(tmp_path, played) as made:
        yield made


def opened(qtbot: QtBot, room: Room, link: Link) -> Any:
    return open_page(qtbot, room, claim_pages(), link)


def yuan(room: Room) -> Ref:
    account = OpenAccount("ICBC CNY", "BANK", "CNY", date(2026, 1, 1), D(9000))
    return Ref(room.seat.perform(open_account, account).value, "ICBC CNY", extra={"currency": "CNY"})


def shipment(reader: Reader) -> int:
    return reader.session.scalars(select(Shipment.id).where(Shipment.number == "SH-26001")).one()


def status(reader: Reader, entity: Any) -> str:
    return str(reader.session.scalars(select(entity.status)).one())


def test_a_claim_is_typed_given_a_file_submitted_and_paid(qtbot: QtBot, room: Room, tmp_path: Path) -> None:
    account, goods = yuan(room), room.seat.ask(shipment)
    before = room.seat.ask(shipment_profit, goods).result.trading_profit
    page = opened(qtbot, room, Link.to("expense_claim"))
    page.boxes["title"].editor.typed.emit("Visit to the port")
    (grid,) = page.grids()
    for row, (category, words, amount) in enumerate((("TRAVEL", "Taxi", "64.50"), ("COURIER", "DHL", "318"))):
        page.session.put_cell("lines", row, "category", category)
        page.session.put_cell("lines", row, "description", words)
        page.session.put_cell("lines", row, "amount", D(amount))
    page.session.put_cell("lines", 1, "shipment", Ref(goods, "SH-26001"))
    page._show()
    assert page.lines[0].spec.total(page.session.draft) == ("Total", "CNY 382.50")
    page.save()
    settle(qtbot, room)
    assert grid.isEnabled()
    ticket = tmp_path / "ticket.pdf"
    ticket.write_bytes(b"%PDF-1.7")
    page.files.attach(ticket)
    settle(qtbot, room)
    assert page.files.names == ["ticket.pdf"]
    assert room.seat.ask(lambda reader: reader.session.scalars(select(Attachment.size)).one()) == 8
    page.files.attach(tmp_path / "nothing.pdf")
    assert "could not be read" in room.host.toasts[-1]
    press(qtbot, room, page, "submit")
    assert room.seat.ask(status, ExpenseClaim) == "approved"
    assert "only a draft" in page.banner.text.text()
    claim = page.session.draft.id
    commit(qtbot, room, page, Link.to("pay_claim", claim=claim), account=account)
    assert room.seat.ask(status, ExpenseClaim) == "posted"
    assert before - room.seat.ask(shipment_profit, goods).result.trading_profit == D("318.00")


def test_a_rebate_goes_from_the_declaration_to_the_money(qtbot: QtBot, room: Room) -> None:
    account, goods = yuan(room), room.seat.ask(shipment)
    for number, name, line in (
        ("1", "Yuyao%", VatLineDraft("灯", "pcs", D(1200), D(42000), D("0.13"), D(5460), "9405419000")),
        ("2", "Yongkang%", VatLineDraft("套", "sets", D(800), D(51200), D("0.13"), D(6656), "8201900090")),
    ):
        party = room.seat.ask(_party, name)
        invoice = SaveVatInvoice(party, number, TODAY, TODAY, line.net, line.vat, (line,))
        room.seat.perform(save_vat_invoice, invoice)
    declaration = opened(qtbot, room, Link.to("declaration", id=goods))
    assert [line["hs_code"] for line in declaration.session.draft.rows()] == ["9405419000", "8201900090"]
    declaration.boxes["declaration_no"].editor.typed.emit("310120260516")
    declaration.save()
    settle(qtbot, room)
    page = opened(qtbot, room, Link.to("rebate_claim"))
    page.save()
    settle(qtbot, room)
    claim = page.session.draft.id
    commit(qtbot, room, page, Link.to("rebate_add", claim=claim), shipment=Ref(goods, "SH-26001"))
    assert page.lines[0].spec.total(page.session.draft) == ("Rebate amount", "CNY 8,340.00")
    press(qtbot, room, page, "ready")
    commit(qtbot, room, page, Link.to("rebate_file", claim=claim))
    commit(qtbot, room, page, Link.to("rebate_approve", claim=claim))
    commit(qtbot, room, page, Link.to("rebate_receive", claim=claim), account=account)
    assert room.seat.ask(status, RebateClaim) == "received"
    assert [badge.text for badge in page.spec.badges(page.session.draft)] == ["Rebate received"]


def _party(reader: Reader, name: str) -> int:
    return reader.session.scalars(select(Party.id).where(Party.name.like(name))).one()


def test_receipts_are_proposed_and_matched(qtbot: QtBot, room: Room) -> None:
    page = opened(qtbot, room, Link.to("collection", id=room.seat.ask(shipment)))
    page.boxes["propose"].editor.typed.emit(True)
    assert [line["matched"] for line in page.session.draft.rows()] == [D("4626.00"), D("10794.00")]
    page.save()
    settle(qtbot, room)
    assert page.session.draft.rows()[0]["matched"] == D("4626.00")


@pytest.mark.parametrize("target", ["expense_claims", "vat_invoices", "rebate_rates", "rebate_claims"])
def test_the_lists_open_empty(qtbot: QtBot, room: Room, target: str) -> None:
    assert opened(qtbot, room, Link.to(target)).title()


def test_commission_is_reckoned_and_posted(qtbot: QtBot, room: Room) -> None:
    rule = opened(qtbot, room, Link.to("commission_rule"))
    rule.boxes["title"].editor.typed.emit("Two percent")
    rule.boxes["rate"].editor.typed.emit(D("0.02"))
    rule.save()
    settle(qtbot, room)
    run = opened(qtbot, room, Link.to("commission_run"))
    assert (run.session.draft.day("from_day"), run.session.draft.day("to_day")) == (
        date(2026, 5, 1),
        date(2026, 5, 31),
    )
    run.save()
    settle(qtbot, room)
    assert [line["amount"] for line in run.session.draft.rows()] == [D("443.62")]
    commit(qtbot, room, run, Link.to("run_post", run=run.session.draft.id))
    assert run.session.draft.text("status") == "posted"
