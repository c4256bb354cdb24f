"""The message to forwarders says all of section 10.1 in both languages, and never customer, price or factory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.freight_kit import CUSTOMER, FACTORY, asked, prepare
from tradecrm.documents.freight_message import freight_messages
from tradecrm.services.book import Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.trade.contract_card import contract_card
from tradecrm.services.trade.freight import InviteDraft, save_freight_inquiry
from tradecrm.services.trade.freight_card import inquiry_draft


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_message_says_what_to_quote_for_and_nothing_else(seat: Seat, language: str) -> None:
    kit = prepare(seat)
    seat.perform(
        change_settings,
        ChangeSettings((("company_name_local", "宁波港湾贸易有限公司"), ("company_signatory", "Lin Yue"))),
    )
    inquiry = asked(seat, kit)
    found = seat.ask(freight_messages, inquiry)
    assert len(found.messages) == 3
    contract = seat.ask(contract_card, kit.contract).values["number"]
    for message in found.messages:
        text = getattr(message.subject, language) + "\n" + getattr(message.text, language)
        for wanted in (
            "FI-2606-0001", "Ningbo", "Rotterdam", "Desk lamp", "9405", "400", "9,000.00 kg", "60.000 m³",
            "1 × 40HQ", "CIF", "2026-06-17", message.forwarder, "Lin Yue",
        ):  # fmt: skip
            assert wanted in text, wanted
        # 119,040.00 is the contract's amount, 12.40 its price, 60 per piece the factory's.
        for secret in (CUSTOMER, "Kern", FACTORY, "明灯", contract, "12.40", "119,040", "119040", "USD"):
            assert secret not in text, secret
    chinese = found.messages[0].text.zh
    assert "装运港" in chinese
    assert "宁波港湾贸易有限公司" in chinese
    assert not any("\u4e00" <= char <= "\u9fff" for char in found.messages[0].text.en.replace("台灯", ""))


def test_each_forwarder_has_its_language(seat: Seat) -> None:
    kit = prepare(seat)
    inquiry = asked(seat, kit)
    draft = seat.ask(inquiry_draft, inquiry)
    invites = tuple(
        InviteDraft(each.forwarder_id, "en" if at == 1 else "zh") for at, each in enumerate(draft.invites)
    )
    seat.perform(save_freight_inquiry, replace(draft, invites=invites))
    assert [message.language for message in seat.ask(freight_messages, inquiry).messages] == [
        "zh",
        "en",
        "zh",
    ]
