"""The accountant's chart (会计科目): where each book of the ledger goes, and what a journal says of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tradecrm.core.text import N_

Key = tuple[str, str, int | None]
"""Book of the ledger, category (empty: every one not named apart), bank account (None: every one)."""


@dataclass(frozen=True, slots=True)
class Target:
    """An account of the accountant's chart: its code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Default:
    """Where a book goes before anyone changes it; the name is translated when it is shown or written."""

    book: str
    category: str
    code: str
    name: str


_BANK = N_("Bank deposits")
_RECEIVABLE, _PAYABLE = N_("Accounts receivable"), N_("Accounts payable")
_LOAN = N_("Short-term loans")
_FINANCE = N_("Financial expenses: exchange differences")
_FEES = N_("Financial expenses: fees and interest")
_SELLING = N_("Selling expenses")
_ADMIN = N_("Administrative expenses")
_COST = N_("Cost of main business")


def _of_costs(book: str) -> tuple[Default, ...]:
    """Answer where the costs of shipments go, and what was billed of them after closing (domain.md section 2.11)."""
    return (
        Default(book, "", "6601", _SELLING),
        *(Default(book, category, "6401", _COST) for category in ("PUR", "REB", "VAT", "NCV", "OVT")),
        *(Default(book, category, "660302", _FEES) for category in ("BKF", "BKD", "INT")),
    )


DEFAULTS: tuple[Default, ...] = (
    Default("BANK", "", "1002", _BANK),
    Default("AR", "", "1122", _RECEIVABLE),
    Default("AP", "", "2202", _PAYABLE),
    Default("LOAN", "", "2001", _LOAN),
    Default("STAFF", "", "2211", N_("Employee compensation payable")),
    Default("REBATE", "", "1221", N_("Other receivables: export rebate")),
    Default("STOCK", "", "1405", N_("Merchandise inventory")),
    Default("TRANSIT", "", "1406", N_("Goods shipped in transit")),
    Default("STOCK", "VAT", "222101", N_("Taxes payable: input VAT of goods in stock")),
    Default("REVENUE", "", "6001", N_("Revenue of main business")),
    *_of_costs("COST"),
    *_of_costs("PRIOR"),
    Default("FX", "", "660301", _FINANCE),
    Default("REVAL", "AR", "1122", _RECEIVABLE),
    Default("REVAL", "AP", "2202", _PAYABLE),
    Default("REVAL", "BANK", "1002", _BANK),
    Default("REVAL", "LOAN", "2001", _LOAN),
    Default("WRITEOFF", "", "6711", N_("Non-operating expenses")),
    Default("EXPENSE", "", "6602", _ADMIN),
    Default("EXPENSE", "FEE", "660302", _FEES),
    Default("EXPENSE", "INTEREST", "660302", _FEES),
    Default("EXPENSE", "COMMIS", "6601", _SELLING),
    Default("EXPENSE", "TAX", "6403", N_("Taxes and surcharges")),
    Default("EQUITY", "", "4001", N_("Paid-in capital")),
    Default("EQUITY", "OPENING", "4104", N_("Profit distribution: opening of the books")),
)
"""The chart of a Chinese trading firm, by the accounts most accountants there use; every line can be changed."""

BY_KIND: Mapping[str, tuple[str, str]] = {
    "CASH": ("1001", N_("Cash in hand")),
    "WALLET": ("1012", N_("Other monetary funds")),
}
"""Where accounts that are at no bank stand, by their kind."""

ROOTS: Mapping[str, str] = {
    "BANK": "Assets",
    "AR": "Assets",
    "REBATE": "Assets",
    "STOCK": "Assets",
    "TRANSIT": "Assets",
    "AP": "Liabilities",
    "LOAN": "Liabilities",
    "STAFF": "Liabilities",
    "REVENUE": "Income",
    "EQUITY": "Equity",
}
"""The kind of account a book is, in the words of a plain-text journal; results without one are expenses."""


def root_of(book: str, category: str) -> str:
    """Answer the kind of account of a book; what was revalued belongs to what it revalues."""
    return ROOTS.get(category if book == "REVAL" else book, "Expenses")


def resolve(key: Key, own: Mapping[Key, Target], defaults: Mapping[Key, Target]) -> Target | None:
    """Answer where rows of a key go: the narrower line before the wider, of two alike the firm's own.

    None when nothing fits: the row has no place in the journal, and that is an error to be told.
    """
    book, category, account = key
    for wanted in dict.fromkeys(
        ((book, category, account), (book, "", account), (book, category, None), (book, "", None))
    ):
        found = own.get(wanted) or defaults.get(wanted)
        if found is not None:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Leg:
    """What a row of the ledger moves in one currency, with its value in base; debit positive."""

    currency: str
    amount: Decimal
    base: Decimal


def legs(currency: str, amount: Decimal, base_amount: Decimal, base: str) -> tuple[Leg, ...]:
    """Answer a row as a journal can say it: an amount in its currency at its value in base.

    An exchange difference has no amount in its currency, so it stands in base; so does a value whose sign is not
    that of the amount, as no rate gives one.
    """
    if currency == base or amount == 0:
        return (Leg(base, base_amount, base_amount),)
    if amount * base_amount < 0:
        return Leg(currency, amount, Decimal(0)), Leg(base, base_amount, base_amount)
    return (Leg(currency, amount, base_amount),)
