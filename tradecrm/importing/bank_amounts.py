"""Amounts as banks print them: 30.00CR, 30.00 DR, (30.00), 30.00-, in full width, and columns that say in or out."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from tradecrm.importing.bank_heads import DIRECTION_IN, DIRECTION_OUT
from tradecrm.importing.convert import parse_number

_MARK = re.compile(r"(?<![a-z])(cr|dr|贷|借)(?![a-z])\.?", re.IGNORECASE)
_OUT_MARKS = frozenset({"dr", "借"})


def split_mark(text: str) -> tuple[str, int]:
    """Answer an amount without its CR or DR (贷, 借), and 1 for money in, -1 for money out, 0 without a mark.

    The bank's credit is the customer's money in, as in the column that says in or out (domain.md section 4).
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    marks = {found[1].casefold() for found in _MARK.finditer(plain)}
    if len(marks) != 1 or not any(sign.isdigit() for sign in plain):
        return plain, 0
    return _MARK.sub(" ", plain).strip(), -1 if marks <= _OUT_MARKS else 1


def bank_number(text: str) -> Decimal | None:
    """Answer the signed amount that a bank prints, None for what is no amount; CR and DR give the sign."""
    rest, mark = split_mark(text)
    rest = rest.removesuffix("+").strip()
    found = parse_number(rest)
    return found if found is None or not mark else mark * abs(found)


def way(text: str) -> int:
    """Answer what a cell of in and out says: 1 for money in, -1 for money out, 0 for neither."""
    words = unicodedata.normalize("NFKC", text).casefold().strip()
    if words in DIRECTION_OUT or any(word in words for word in ("借", "支", "往账", "debit")):
        return -1
    if words in DIRECTION_IN or any(word in words for word in ("贷", "收", "来账", "credit")):
        return 1
    return 0
