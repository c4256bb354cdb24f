"""What any paper says, apart from how it is drawn: one frozen content for PDF and Excel, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.documents.clauses import Clause
from tradecrm.documents.words import NO_WORDS, PaperLanguage, Words


@dataclass(frozen=True, slots=True)
class Party:
    """A party as printed: legal name, address and how to reach it."""

    name: Words
    address: Words = NO_WORDS
    phone: str = ""
    email: str = ""
    tax_number: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class PartyBox:
    """A party with what it is on this paper: buyer, consignee, factory."""

    role: Words
    party: Party


@dataclass(frozen=True, slots=True)
class Said:
    """A label and what it says; without a value it does not print."""

    label: Words
    value: Words


@dataclass(frozen=True, slots=True)
class Goods:
    """A cell that names goods: the name, details under it, codes such as item number and HS, perhaps a picture."""

    name: Words
    detail: Words = NO_WORDS
    codes: Words = NO_WORDS
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Number:
    """A cell with an exact number: no fewer than ``places`` decimals, a unit beside it (``PCS``, ``USD``)."""

    value: Decimal
    places: int = 0
    unit: str = ""


Cell = Words | Goods | Number | None


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the lines: its head, its share of the width, whether it holds numbers, and their unit."""

    head: Words
    share: float
    number: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a paper, their totals, and the column whose sum is carried from page to page, if any.

    ``joined`` sets the two languages of a cell on one line instead of one under the other.
    """

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[tuple[tuple[Cell, ...], ...], ...] = ()
    carried: int | None = None
    carried_places: int = 0
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Titled:
    """Lines under a heading of their own."""

    title: Words
    lines: Lines


@dataclass(frozen=True, slots=True)
class Section:
    """Ruled rows under a heading; ``boxed`` sets them as one quiet panel, ``twin`` short ones in two columns."""

    title: Words
    rows: tuple[Said, ...]
    boxed: bool = False
    twin: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """A field to sign: the role, the firm, and who signs; ``own`` is ours and bears our stamp."""

    role: Words
    firm: Words
    person: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """Pictures of the firm as PNG bytes; empty ones are not drawn."""

    logo: bytes = b""
    stamp: bytes = b""


NO_MARKS = Marks()
"""A paper without logo and stamp."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper (单证) of whatever kind, domain.md section 10.1: what stands on it from head to signatures.

    ``tables`` stand below the lines, each under its heading; ``draft`` prints the watermark; ``strong`` stands
    right under the lines (amount in words, cartons in words);
    ``to_fill`` is a table for the receiver to fill in, after the sections; ``language`` is the party's usual one.
    """

    kind: str
    title: Words
    number: str
    sender: Party
    day: date | None = None
    boxes: tuple[PartyBox, ...] = ()
    facts: tuple[Said, ...] = ()
    opening: Words = NO_WORDS
    lines: Lines | None = None
    tables: tuple[Titled, ...] = ()
    strong: tuple[Said, ...] = ()
    sections: tuple[Section, ...] = ()
    to_fill: Lines | None = None
    clauses: tuple[Clause, ...] = ()
    signatures: tuple[Signature, ...] = ()
    marks: Marks = NO_MARKS
    number_label: Words = NO_WORDS
    draft: bool = False
    language: PaperLanguage = "both"
