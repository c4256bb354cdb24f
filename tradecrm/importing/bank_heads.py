"""The heads under which banks print the columns of a statement, in English and Chinese, and how they are told."""

from __future__ import annotations

import enum
import functools
import re
import tomllib
import unicodedata
from collections.abc import Sequence

from tradecrm.core.resources import resource_path
from tradecrm.core.text import N_
from tradecrm.importing.columns import normalize_header


class BankField(enum.StrEnum):
    """What a column of a bank's table may hold."""

    DAY = "day"
    VALUE_DAY = "value_day"
    IN = "in"
    OUT = "out"
    AMOUNT = "amount"
    DIRECTION = "direction"
    BALANCE = "balance"
    NAME = "name"
    PAYER = "payer"
    PAYEE = "payee"
    TEXT = "text"
    REFERENCE = "reference"
    CURRENCY = "currency"
    NUMBER = "number"


FIELD_TITLES: dict[BankField, str] = {
    BankField.DAY: N_("Booking date"),
    BankField.VALUE_DAY: N_("Value date"),
    BankField.IN: N_("Money in"),
    BankField.OUT: N_("Money out"),
    BankField.AMOUNT: N_("Amount, either way"),
    BankField.DIRECTION: N_("In or out"),
    BankField.BALANCE: N_("Balance"),
    BankField.NAME: N_("Other party"),
    BankField.PAYER: N_("Payer"),
    BankField.PAYEE: N_("Payee"),
    BankField.TEXT: N_("Text"),
    BankField.REFERENCE: N_("Reference"),
    BankField.CURRENCY: N_("Currency"),
    BankField.NUMBER: N_("Account number"),
}

_BRACKETS = re.compile(r"[(\[{<【（][^)\]}>】）]*[)\]}>】）]")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
DIRECTION_OUT = frozenset(
    (
        "借",
        "借方",
        "借出",
        "d",
        "dr",
        "debit",
        "dbit",
        "支出",
        "支",
        "付",
        "付款",
        "往账",
        "转出",
        "出",
        "out",
        "-",
    )
)
DIRECTION_IN = frozenset(
    ("贷", "贷方", "贷入", "c", "cr", "credit", "crdt", "收入", "收", "收款", "来账", "转入", "进", "in", "+")
)


@functools.cache
def _known() -> dict[str, BankField]:
    found: dict[str, BankField] = {}
    content = tomllib.loads(resource_path("importing", "bank_heads.toml").read_text("utf-8"))
    for field, heads in content.items():
        for head in (*heads["zh"], *heads["en"]):
            found.setdefault(normalize_header(head), BankField(field))
    return found


def head_field(head: str) -> BankField | None:
    """Answer what a head names: as it stands, without brackets, in its Chinese or its other part.

    Banks write 帐 for 账, and the unit behind a stroke (借方发生额/元).
    """
    plain = unicodedata.normalize("NFKC", head).replace("帐", "账").replace("/元", "")
    bare = _BRACKETS.sub(" ", plain)
    readings = (plain, bare, "".join(_CHINESE.findall(bare)), _CHINESE.sub(" ", bare))
    for reading in readings:
        field = _known().get(normalize_header(reading))
        if field is not None:
            return field
    return None


_SINGLE = frozenset(BankField) - {BankField.TEXT}


def guess_fields(heads: Sequence[str]) -> dict[int, BankField]:
    """Answer column → field; of two columns with one name the first holds it, texts may be several."""
    found: dict[int, BankField] = {}
    for column, head in enumerate(heads):
        field = head_field(head)
        if field is None or (field in _SINGLE and field in found.values()):
            continue
        found[column] = field
    return found


def is_enough(fields: Sequence[BankField]) -> bool:
    """Tell whether a statement can be read by these columns: a day, and money either way."""
    money = BankField.AMOUNT in fields or (BankField.IN in fields and BankField.OUT in fields)
    return BankField.DAY in fields and money
