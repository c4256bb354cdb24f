"""Pictures of products: kept clean, shown to everyone, printed on offers (domain.md section 1.2, feature K14)."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from PIL import Image

from tests.services.conftest import TODAY, hire
from tradecrm.core.problems import Refusal
from tradecrm.documents.build import draw_paper
from tradecrm.documents.registry import read_paper
from tradecrm.services.book import Book, Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.trade.product_pictures import (
    KeepProductPicture,
    keep_product_picture,
    product_picture,
)
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.trade.quotations import SaveQuotation, save_quotation
from tradecrm.services.trade.sale_papers import SaleLineDraft


def photo(side: int = 1600) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (side, side // 2), (30, 120, 90)).save(target, "JPEG", exif=b"Exif\x00\x00secret")
    return target.getvalue()


def lamp(seat: Seat) -> int:
    return seat.perform(save_product, SaveProduct(code="L-1", name_en="Lamp", unit="pcs")).value


def test_a_picture_is_made_small_and_everyone_sees_it(book: Book) -> None:
    people = hire(book)
    product = lamp(people.owner)
    people.owner.perform(keep_product_picture, KeepProductPicture(product, "lamp.jpg", photo()))
    kept = people.other.ask(product_picture, product)
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.format, picture.size) == ("PNG", (800, 400))
    assert b"secret" not in kept
    people.owner.perform(keep_product_picture, KeepProductPicture(product, "", b""))
    assert people.owner.ask(product_picture, product) == b""


def test_what_is_no_picture_is_refused_and_the_old_one_stays(seat: Seat) -> None:
    product = lamp(seat)
    seat.perform(keep_product_picture, KeepProductPicture(product, "lamp.jpg", photo(80)))
    before = seat.ask(product_picture, product)
    with pytest.raises(Refusal, match=r"no PNG or JPEG"):
        seat.perform(keep_product_picture, KeepProductPicture(product, "lamp.exe", b"MZ\x90"))
    assert seat.ask(product_picture, product) == before


def test_a_quotation_shows_its_products(seat: Seat) -> None:
    product = lamp(seat)
    customer = seat.perform(save_party, SaveParty(name="Kern GmbH", country="DE")).value
    line = SaleLineDraft(product, "Lamp", Decimal(10), Decimal(5))
    command = SaveQuotation(
        customer, TODAY, "USD", "FOB", "Ningbo", "TT;P30@ORDER;B@BL_COPY+7D", (line,), rate=Decimal(7)
    )
    quotation = seat.perform(save_quotation, command).value

    def drawn() -> bytes:
        target = io.BytesIO()
        draw_paper(seat.ask(read_paper, "quotation", quotation), target, "en")
        return target.getvalue()

    assert drawn().count(b"/Subtype /Image") == 0
    seat.perform(keep_product_picture, KeepProductPicture(product, "lamp.jpg", photo(200)))
    assert drawn().count(b"/Subtype /Image") == 1
