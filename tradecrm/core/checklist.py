"""The document checklist of a shipment (单证清单): which papers it needs, and a credit's field 46A (section 1.5)."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tradecrm.core.text import N_

SELLER_INSURES = frozenset({"CIF", "CIP"})
BUYER_INSURES = frozenset({"CFR", "CPT", "FOB"})


class Paper(enum.StrEnum):
    """A kind of paper on the checklist."""

    INVOICE = "commercial_invoice"
    PACKING = "packing_list"
    TRANSPORT = "bill_of_lading"
    ORIGIN = "certificate_of_origin"
    INSURANCE = "insurance_policy"
    DECLARATION = "customs_declaration"
    ADVICE = "shipping_advice"
    OTHER = "other"


PAPER_TITLES: tuple[tuple[Paper, str], ...] = (
    (Paper.INVOICE, N_("Commercial invoice")),
    (Paper.PACKING, N_("Packing list")),
    (Paper.TRANSPORT, N_("Bill of lading")),
    (Paper.ORIGIN, N_("Certificate of origin")),
    (Paper.INSURANCE, N_("Insurance policy")),
    (Paper.DECLARATION, N_("Customs declaration")),
    (Paper.ADVICE, N_("Shipping advice")),
    (Paper.OTHER, N_("Other paper")),
)
_TRANSPORT_TITLES = {
    "AIR": N_("Air waybill"),
    "EXPRESS": N_("Courier waybill"),
    "RAIL": N_("Rail waybill"),
    "TRUCK": N_("Road waybill"),
}
TRANSPORT_TITLES = frozenset({dict(PAPER_TITLES)[Paper.TRANSPORT], *_TRANSPORT_TITLES.values()})
"""What the transport paper is called by all ways of transport; another title is a person's own."""
_FORMS: tuple[tuple[str, frozenset[str]], ...] = (
    ("Form E", frozenset({"BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "VN"})),
    ("Form F", frozenset({"CL"})),
    ("RCEP", frozenset({"AU", "JP", "KR", "NZ"})),
    ("Form B", frozenset({"IN", "BD", "LK"})),
    ("Form P", frozenset({"PK"})),
)
"""Certificates of origin of free-trade agreements by destination; the default of an editable row."""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A row of the checklist: the paper, its title, originals and copies, who issues it, when it is due."""

    kind: Paper
    title: str
    originals: int
    copies: int
    issuer: str
    due_on: date | None
    wording: str = ""


@dataclass(frozen=True, slots=True)
class Voyage:
    """What the checklist follows from: the way of transport, the delivery terms, the destination, the dates."""

    mode: str
    incoterm: str
    country: str
    etd: date | None = None
    departed_on: date | None = None


def origin_form(country: str) -> str:
    """Answer the form of the certificate of origin for a destination, empty without an agreement."""
    return next((form for form, countries in _FORMS if country in countries), "")


def checklist(voyage: Voyage) -> tuple[PaperRow, ...]:
    """Answer the papers a shipment needs by its terms and destination (section 1.5)."""
    titles = dict(PAPER_TITLES)
    rows = [
        PaperRow(Paper.INVOICE, titles[Paper.INVOICE], 3, 0, "us", _before(voyage, 2)),
        PaperRow(Paper.PACKING, titles[Paper.PACKING], 3, 0, "us", _before(voyage, 2)),
        PaperRow(Paper.DECLARATION, titles[Paper.DECLARATION], 1, 0, "broker", _before(voyage, 2)),
        PaperRow(
            Paper.TRANSPORT,
            _TRANSPORT_TITLES.get(voyage.mode, titles[Paper.TRANSPORT]),
            3 if voyage.mode in {"FCL", "LCL"} else 1,
            3,
            "carrier",
            _after(voyage, 3),
        ),
        PaperRow(Paper.ADVICE, titles[Paper.ADVICE], 1, 0, "us", advice_day(voyage)),
    ]
    if voyage.incoterm in SELLER_INSURES:
        rows.append(PaperRow(Paper.INSURANCE, titles[Paper.INSURANCE], 2, 0, "insurer", _before(voyage, 0)))
    form = origin_form(voyage.country)
    if form:
        rows.append(PaperRow(Paper.ORIGIN, titles[Paper.ORIGIN], 1, 2, "authority", _after(voyage, 3), form))
    return tuple(rows)


def advice_day(voyage: Voyage) -> date | None:
    """Answer when the shipping advice goes: the day of departure where the buyer insures, else the day after."""
    left = voyage.departed_on or voyage.etd
    return None if left is None else left + timedelta(days=0 if voyage.incoterm in BUYER_INSURES else 1)


def _before(voyage: Voyage, days: int) -> date | None:
    return None if voyage.etd is None else voyage.etd - timedelta(days=days)


def _after(voyage: Voyage, days: int) -> date | None:
    left = voyage.departed_on or voyage.etd
    return None if left is None else left + timedelta(days=days)


_WORDS: tuple[tuple[Paper, tuple[str, ...]], ...] = (
    (Paper.PACKING, ("PACKING LIST", "WEIGHT LIST", "WEIGHT MEMO", "PACKING MEMO")),
    (Paper.INSURANCE, ("INSURANCE POLICY", "INSURANCE CERTIFICATE", "POLICY OF INSURANCE")),
    (Paper.ORIGIN, ("CERTIFICATE OF ORIGIN", "FORM A", "FORM E", "FORM F", "GSP")),
    (Paper.ADVICE, ("SHIPPING ADVICE", "SHIPMENT ADVICE", "ADVICE OF SHIPMENT")),
    (Paper.TRANSPORT, ("BILL OF LADING", "BILLS OF LADING", "WAYBILL", "AWB", "B/L")),
    (Paper.INVOICE, ("COMMERCIAL INVOICE", "INVOICE")),
)
_NUMBERS = {
    "ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5, "SIX": 6, "DUPLICATE": 2, "TRIPLICATE": 3,
    "QUADRUPLICATE": 4, "QUINTUPLICATE": 5,
}  # fmt: skip
_START = re.compile(r"^\s*(?:\+|\*|-|\(?\d{1,2}[.):]|\(?[a-z][.)])\s*", re.IGNORECASE)
_COUNT = re.compile(r"\b(\d{1,2}|[A-Z]+)\s*(?:\(\d{1,2}\)\s*)?(ORIGINAL|COP(?:Y|IES)|FOLD)")
_IN_WORDS = re.compile(r"\bIN\s+(DUPLICATE|TRIPLICATE|QUADRUPLICATE|QUINTUPLICATE)\b")


def credit_papers(text: str) -> tuple[PaperRow, ...]:
    """Read field 46A of a letter of credit into rows: one for each item, its wording word for word."""
    return tuple(_credit_row(item) for item in _items(text))


def _items(text: str) -> Sequence[str]:
    """Split field 46A at its numbers or plus signs; without any, each line is an item."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    if not any(_START.match(line) for line in lines):
        return [line.strip() for line in lines]
    items: list[str] = []
    for line in lines:
        if _START.match(line) or not items:
            items.append(_START.sub("", line).strip())
        else:
            items[-1] += " " + line.strip()
    return [item for item in items if item]


def _credit_row(wording: str) -> PaperRow:
    upper = wording.upper()
    found = [(upper.find(word), kind) for kind, words in _WORDS for word in words if upper.find(word) >= 0]
    kind = min(found)[1] if found else Paper.OTHER
    originals, copies = _how_many(upper)
    title = dict(PAPER_TITLES)[kind] if kind is not Paper.OTHER else wording[:60]
    return PaperRow(kind, title, originals, copies, "", None, wording)


def _how_many(upper: str) -> tuple[int, int]:
    """Read how many originals and copies an item asks for; one original when it does not say."""
    originals, copies = 0, 0
    for number, what in _COUNT.findall(upper):
        count = int(number) if number.isdigit() else _NUMBERS.get(number, 0)
        if what.startswith("COP"):
            copies = copies or count
        else:
            originals = originals or count
    words = _IN_WORDS.search(upper)
    if words is not None and not originals:
        originals = _NUMBERS[words[1]]
    if "FULL SET" in upper and not originals:
        originals = 3
    return max(originals, 0 if copies else 1), copies
