"""Warnings before printing: which fields of a paper hold characters that no embedded font has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from tradecrm.core.text import N_, _
from tradecrm.documents.words import PaperLanguage, Words
from tradecrm.render.pdf.fonts import missing_glyphs

_LABELS = {
    "number": N_("Number"),
    "seller": N_("Seller"),
    "buyer": N_("Buyer"),
    "name": N_("Name"),
    "address": N_("Address"),
    "contact": N_("Contact"),
    "lines": N_("Line"),
    "item_number": N_("Item no."),
    "description": N_("Description"),
    "specification": N_("Specification"),
    "unit": N_("Unit"),
    "named_place": N_("Named place"),
    "references": N_("Reference"),
    "packing": N_("Packing"),
    "marks": N_("Shipping marks"),
    "insurance": N_("Insurance"),
    "payment": N_("Payment terms"),
    "bank": N_("Bank"),
    "beneficiary": N_("Beneficiary"),
    "clauses": N_("Clause"),
    "remarks": N_("Remarks"),
    "seller_signatory": N_("Signatory of the seller"),
    "buyer_signatory": N_("Signatory of the buyer"),
}


def glyph_warnings(paper: Any, language: PaperLanguage) -> list[str]:
    """Answer one sentence a field with characters that will print as a box, naming field and characters."""
    return [
        _("{field}: no font has the characters {characters}; they print as □.").format(
            field=field, characters=" ".join(found)
        )
        for field, text in _texts(paper, language, ())
        if (found := missing_glyphs(text))
    ]


def _texts(value: Any, language: PaperLanguage, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Walk through frozen data and answer (name of the field, text) of everything that prints."""
    if isinstance(value, str):
        yield " · ".join(path), value
    elif isinstance(value, Words):
        yield " · ".join(path), "\n".join(value.texts(language))
    elif isinstance(value, tuple):
        for number, item in enumerate(value, start=1):
            last = path[-1] if path else ""
            yield from _texts(item, language, (*path[:-1], f"{last} {number}".strip()))
    elif is_dataclass(value):
        for field in fields(value):
            label = _(_LABELS[field.name]) if field.name in _LABELS else field.name.replace("_", " ")
            yield from _texts(getattr(value, field.name), language, (*path, label))
