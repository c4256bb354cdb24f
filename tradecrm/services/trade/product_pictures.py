"""Pictures of products (产品图片): one each, decoded and written anew, on the product's page and on offers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Attachment, Product
from tradecrm.render.pictures import NoPicture, cleaned_picture
from tradecrm.services.work import Reader, Work, operation

SUBJECT = "product"
PURPOSE = "picture"
LONGEST = 800
"""Pixels of the longer side that is kept: enough for print, small enough for a thousand products."""


@dataclass(frozen=True, slots=True)
class KeepProductPicture:
    """The picture of a product as a file was read; empty content takes it away."""

    product_id: int
    name: str
    content: bytes


@operation("product.write")
def keep_product_picture(work: Work, command: KeepProductPicture) -> None:
    """Keep a product's picture in place of the one before; Refusal for what is no picture."""
    product = work.get(Product, command.product_id, _("Product"))
    content = b""
    if command.content:
        try:
            content = cleaned_picture(command.content, LONGEST)
        except NoPicture:
            sentence = _("{file} is no PNG or JPEG picture of at most 5 MB and 24 million dots.")
            raise Refusal.of(sentence.format(file=command.name), "content") from None
    kept = select(Attachment).where(
        Attachment.subject_kind == SUBJECT,
        Attachment.subject_id == product.id,
        Attachment.purpose == PURPOSE,
    )
    for row in work.session.scalars(kept):
        work.session.delete(row)
    if content:
        work.add(
            Attachment(
                subject_kind=SUBJECT,
                subject_id=product.id,
                purpose=PURPOSE,
                name=command.name[:260],
                media_type="image/png",
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                at=work.now,
                person_id=work.actor.person_id,
                owner_id=product.owner_id,
                content=content,
            )
        )
    product.updated_at = work.now
    work.session.flush()


def product_picture(reader: Reader, product_id: int) -> bytes:
    """Answer the picture of a product as PNG, empty without one."""
    return product_pictures(reader, (product_id,)).get(product_id, b"")


def product_pictures(reader: Reader, product_ids: Iterable[int]) -> dict[int, bytes]:
    """Answer the pictures of products as PNG, by product; those without one are left out."""
    rows = reader.session.execute(
        select(Attachment.subject_id, Attachment.content).where(
            Attachment.subject_kind == SUBJECT,
            Attachment.purpose == PURPOSE,
            Attachment.subject_id.in_(sorted(set(product_ids))),
        )
    )
    return dict(rows.all())
