"""What the cells of a column look like, whatever its header says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tradecrm.core.fields import FieldKind
from tradecrm.importing.frames import CellValue
from tradecrm.importing.places import country_code

EMAIL = re.compile(r"^[^\s@<>,;()\[\]]+@[^\s@<>,;()\[\]]+\.[^\s@<>,;()\[\].]{2,}$")
URL = re.compile(
    r"^(?:https?://|www\.)\S+\.\S+$|^[a-z0-9][a-z0-9\-]*(?:\.[a-z0-9\-]+)*\.[a-z]{2,}(?:/\S*)?$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"^(?=.*[+\-() ])\+?[\d\s\-()./]{8,24}$|^\+\d{8,15}$")
_SHARE = 0.7


def _looks(text: str) -> FieldKind | None:
    if EMAIL.match(text.partition(";")[0].strip()):
        return FieldKind.EMAIL
    if URL.match(text):
        return FieldKind.URL
    if _PHONE.match(text) and sum(one.isdigit() for one in text) >= 8 and not _DAY.match(text):
        return FieldKind.PHONE
    if len(text) > 1 and country_code(text) is not None:
        return FieldKind.COUNTRY
    return None


_DAY = re.compile(r"^\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}( \d.*)?$")


def content_kind(values: Sequence[CellValue]) -> FieldKind | None:
    """Answer the kind that at least 70 % of the texts (three or more) look like, or None."""
    texts = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    filled = sum(1 for value in values if value is not None)
    if len(texts) < 3:
        return None
    counts: dict[FieldKind, int] = {}
    for text in texts:
        kind = _looks(text)
        if kind is not None:
            counts[kind] = counts.get(kind, 0) + 1
    for kind, count in counts.items():
        if count >= _SHARE * filled:
            return kind
    return None
