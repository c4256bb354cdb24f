"""Styles, clauses, logo and stamp of papers, kept without code (domain.md section 10.1, per-customer layout)."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.services.conftest import Seats
from tests.services.trading_kit import trade
from tradecrm.core.errors import NotAllowed
from tradecrm.core.problems import Refusal
from tradecrm.documents.registry import read_paper
from tradecrm.render.pictures import MOST_BYTES
from tradecrm.services.book import Seat
from tradecrm.services.trade.paper_parts import ClauseFacts, Style
from tradecrm.services.trade.paper_settings import (
    DropPaperSetting,
    KeepPicture,
    SavePaperSetting,
    drop_paper_setting,
    firm_pictures,
    keep_picture,
    paper_setting,
    save_paper_setting,
)

TITLE = ClauseFacts("Retention of Title", "所有权保留", "Ours until paid.", "付清前归卖方。")


def picture(form: str = "PNG", size: tuple[int, int] = (300, 80), mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, (200, 10, 10) if mode == "RGB" else (200, 10, 10, 90)).save(target, form)
    return target.getvalue()


def test_a_party_has_its_own_style_and_clauses_and_others_have_not(seat: Seat) -> None:
    deal = trade(seat)
    own = SavePaperSetting("contract", deal.customer, Style(language="en", hs_code=False), (TITLE,))
    seat.perform(save_paper_setting, own)
    paper = seat.ask(read_paper, "contract", deal.contract)
    assert paper.language == "en"
    assert [clause.title.en for clause in paper.clauses] == ["Retention of Title"]
    assert not seat.ask(paper_setting, "contract", None).own
    assert seat.ask(paper_setting, "contract", None).style == Style()
    seat.perform(drop_paper_setting, DropPaperSetting("contract", deal.customer))
    again = seat.ask(read_paper, "contract", deal.contract)
    assert again.language == "both"
    assert again.clauses[0].key == "quality"


def test_a_style_for_everyone_is_taken_until_a_party_has_its_own(seat: Seat) -> None:
    deal = trade(seat)
    seat.perform(save_paper_setting, SavePaperSetting("invoice", None, Style(language="zh")))
    assert seat.ask(read_paper, "invoice", deal.shipment).language == "zh"
    assert seat.ask(read_paper, "packing_list", deal.shipment).language == "both"
    seat.perform(save_paper_setting, SavePaperSetting("invoice", deal.customer, Style(language="en")))
    assert seat.ask(read_paper, "invoice", deal.shipment).language == "en"


def test_a_clause_without_text_is_refused_and_nothing_changes(seat: Seat) -> None:
    deal = trade(seat)
    seat.perform(save_paper_setting, SavePaperSetting("contract", None, Style(), (TITLE,)))
    empty = SavePaperSetting("contract", None, Style(language="fr"), (TITLE, ClauseFacts("x", "", " ", "")))
    with pytest.raises(Refusal, match="Clause 2 has no text"):
        seat.perform(save_paper_setting, empty)
    assert len(seat.ask(read_paper, "contract", deal.contract).clauses) == 1


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "RGB")])
def test_logo_and_stamp_print_for_everyone(seats: Seats, form: str, mode: str) -> None:
    deal = trade(seats.owner)
    seats.owner.perform(keep_picture, KeepPicture("logo", "logo.png", picture(form, mode=mode)))
    seats.owner.perform(keep_picture, KeepPicture("stamp", "stamp.png", picture(size=(2400, 2400))))
    kept = seats.sales.ask(firm_pictures)
    assert kept.logo.startswith(b"\x89PNG")
    with Image.open(io.BytesIO(kept.stamp)) as stamp:
        assert max(stamp.size) == 1200
    paper = seats.owner.ask(read_paper, "contract", deal.contract)
    assert (paper.marks.logo, paper.marks.stamp) == (kept.logo, kept.stamp)
    seats.owner.perform(keep_picture, KeepPicture("logo", "", b""))
    assert seats.owner.ask(firm_pictures).logo == b""


def bomb() -> bytes:
    """Answer a PNG of a few kilobytes that unfolds into 400 million dots."""
    target = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"no picture", picture("GIF"), picture("BMP"), picture()[:60], b"x" * (MOST_BYTES + 1), bomb()],
    ids=["text", "gif", "bmp", "cut", "large", "bomb"],
)
def test_what_is_no_safe_picture_is_refused_in_words(seat: Seat, content: bytes) -> None:
    seat.perform(keep_picture, KeepPicture("logo", "old.png", picture()))
    before = seat.ask(firm_pictures)
    with pytest.raises(Refusal, match=r"new\.png is no PNG or JPEG"):
        seat.perform(keep_picture, KeepPicture("logo", "new.png", content))
    assert seat.ask(firm_pictures) == before


def test_who_may_not_change_settings_changes_no_picture_and_no_clause(seats: Seats) -> None:
    with pytest.raises(NotAllowed):
        seats.sales.perform(keep_picture, KeepPicture("logo", "logo.png", picture()))
    with pytest.raises(NotAllowed):
        seats.sales.perform(save_paper_setting, SavePaperSetting("contract", None, Style(), (TITLE,)))
    assert seats.owner.ask(firm_pictures).logo == b""
    assert seats.owner.ask(paper_setting, "contract", None).clauses == ()
