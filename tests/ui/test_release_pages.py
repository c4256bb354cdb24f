"""A release of the credit for a contract in force that grows, asked for through its dialog (domain.md section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.services.freight_kit import prepare
from tests.ui.driving import opened, settle
from tests.ui.test_freight_pages import fill
from tests.ui.trade_room import TODAY, Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.core.rates import RateType
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.contract_card import contract_card
from tradecrm.services.trade.credit import SaveCreditTerms, save_credit_terms
from tradecrm.services.trade.releases import releases_of
from tradecrm.ui.pages.trade import trade_pages


@pytest.fixture
def room(tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    path = tmp_path / "blank.tcrm"
    write_book(path, full=False)
    with trade_room(tmp_path, path) as made:
        yield made


def test_a_release_is_asked_for_up_to_what_the_amendment_comes_to(qtbot: QtBot, room: Room) -> None:
    kit = prepare(room.seat)
    room.seat.perform(save_rate, SaveRate(RateType.MID, "USD", TODAY, "7.00", "bank"))
    customer = room.seat.ask(contract_card, kit.contract).values["customer_id"]
    room.seat.perform(save_credit_terms, SaveCreditTerms(customer, Decimal(150_000)))
    page = opened(qtbot, room, trade_pages(), Link.to("contract", id=kit.contract))
    action = next(each for each in page.spec.actions if each.key == "release")
    assert action.enabled is not None
    assert action.enabled([page._row()])
    dialog = page.ask_for(Link.to("contract_release", contract=kit.contract))
    settle(qtbot, room)
    fill(dialog, "maximum", "200000")
    reason = dialog.boxes["reason"].editor
    reason.setFocus()
    QTest.keyClicks(reason, "Insured")
    reason.commit()
    settle(qtbot, room)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("would use USD 200,000.00 of a limit of USD 150,000.00" in text for text in said), said
    dialog.commit()
    settle(qtbot, room)
    (release,) = room.seat.ask(releases_of, contract_id=kit.contract)
    assert (release.status, release.maximum) == ("approved", Decimal(200_000))
