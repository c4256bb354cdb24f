"""A bank's statement as it was read: its rows, their fingerprints, and whether its balances hold (section 4)."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.money import format_money
from tradecrm.core.text import _

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of a bank's statement: signed amount in the account's currency, money in positive.

    ``name`` is who paid or was paid, ``text`` what the bank says of it, ``balance`` the balance after it as the
    bank printed it, ``place`` where in the file it stands.
    """

    day: date
    amount: Decimal
    name: str = ""
    text: str = ""
    reference: str = ""
    value_day: date | None = None
    balance: Decimal | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class BankFile:
    """A statement as a file holds it; empty ``number`` and ``currency`` and None balances are not in the file."""

    format: str
    lines: tuple[BankLine, ...]
    number: str = ""
    currency: str = ""
    opening: Decimal | None = None
    closing: Decimal | None = None
    from_day: date | None = None
    to_day: date | None = None

    @property
    def moved(self) -> Decimal:
        """Answer what all lines together change."""
        return sum((line.amount for line in self.lines), ZERO)

    def first_day(self) -> date:
        """Answer the first day of the statement; of its lines where it states none."""
        return self.from_day or min(line.day for line in self.lines)

    def last_day(self) -> date:
        """Answer the last day of the statement; of its lines where it states none."""
        return self.to_day or max(line.day for line in self.lines)


def _plain(text: str) -> str:
    """Answer a text without width, case and repeated spaces, as two exports of one row may differ in them."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def fingerprints(lines: Sequence[BankLine]) -> tuple[str, ...]:
    """Answer what each line is known by: its day, amount and texts, and which of its equals on that day it is.

    Two equal lines on one day are both real; the same line in an overlapping statement is known again.
    """
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        words = (line.day.isoformat(), f"{line.amount.normalize():f}", line.name, line.reference)
        base = "\x1f".join((*map(_plain, words), _plain(line.text)))
        found.append(hashlib.sha256(f"{base}\x1f{seen[base]}".encode()).hexdigest())
        seen[base] += 1
    return tuple(found)


_MOST_COMPARED = 2_000


def alike(lines: Mapping[int, BankLine], kept: Sequence[tuple[date, Decimal, str]]) -> dict[int, str]:
    """Answer which lines, by their place, have the day and amount of a row that is kept, with that row's words.

    ``kept`` is (day, amount, words) of each row. Each row stands for one line: where a day has more lines of an
    amount than rows, the lines that share the most words with a row are the known ones.
    """
    rows: dict[tuple[date, Decimal], list[str]] = {}
    for day, amount, words in kept:
        rows.setdefault((day, amount), []).append(words)
    places: dict[tuple[date, Decimal], list[int]] = {}
    for place, line in lines.items():
        if (line.day, line.amount) in rows:
            places.setdefault((line.day, line.amount), []).append(place)
    found: dict[int, str] = {}
    for key, of_key in places.items():
        found.update(_paired(of_key, rows[key], lines))
    return found


def _paired(places: Sequence[int], rows: Sequence[str], lines: Mapping[int, BankLine]) -> dict[int, str]:
    """Pair lines and rows of one day and amount, those that share the most words first."""
    if len(places) * len(rows) > _MOST_COMPARED:
        return dict(zip(places, rows, strict=False))
    said = {place: _said(lines[place]) for place in places}
    pairs = sorted(
        (-len(said[place] & set(_plain(words).split())), number, at)
        for number, place in enumerate(places)
        for at, words in enumerate(rows)
    )
    found: dict[int, str] = {}
    used: set[int] = set()
    for _shared, number, at in pairs:
        if places[number] not in found and at not in used:
            found[places[number]] = rows[at]
            used.add(at)
    return found


def _said(line: BankLine) -> set[str]:
    return set(_plain(f"{line.name} {line.reference} {line.text}").split())


def _in_time(lines: Sequence[BankLine]) -> tuple[BankLine, ...]:
    """Answer the lines oldest first; a file that begins with the newest is turned around."""
    if len(lines) > 1 and lines[0].day > lines[-1].day:
        return tuple(reversed(lines))
    return tuple(lines)


def with_balances(file: BankFile) -> BankFile:
    """Answer the statement oldest line first, its opening and closing taken from the running balances if unstated."""
    lines = _in_time(file.lines)
    opening, closing = file.opening, file.closing
    if lines and lines[0].balance is not None and lines[-1].balance is not None:
        if opening is None:
            opening = lines[0].balance - lines[0].amount
        if closing is None:
            closing = lines[-1].balance
    if closing is None and opening is not None:
        closing = opening + sum((line.amount for line in lines), ZERO)
    elif opening is None and closing is not None:
        opening = closing - sum((line.amount for line in lines), ZERO)
    return BankFile(
        file.format, lines, file.number, file.currency, opening, closing, file.from_day, file.to_day
    )


def broken_balances(file: BankFile, currency: str, previous: Decimal | None = None) -> list[str]:
    """Answer in words where the balances of a statement do not follow one another (section 4).

    ``previous`` is the closing balance of the statement before, None when there is none.
    """
    found = []
    if file.opening is not None and file.closing is not None and file.opening + file.moved != file.closing:
        found.append(
            _(
                "The opening balance of {opening} and all rows make {reached}, "
                "but the statement ends with {closing}: rows are missing or doubled."
            ).format(
                opening=format_money(file.opening, currency),
                reached=format_money(file.opening + file.moved, currency),
                closing=format_money(file.closing, currency),
            )
        )
    place = _first_break(file)
    if place:
        found.append(_("The running balance does not follow at {place}.").format(place=place))
    if previous is not None and file.opening is not None and previous != file.opening:
        found.append(
            _(
                "The statement before ended with {previous}, this one begins with {opening}: "
                "a part between them is missing."
            ).format(previous=format_money(previous, currency), opening=format_money(file.opening, currency))
        )
    return found


def _first_break(file: BankFile) -> str:
    """Answer the place of the first line whose printed balance is not the one before plus its amount."""
    before: Decimal | None = None
    for line in file.lines:
        if before is not None and line.balance is not None and before + line.amount != line.balance:
            return line.place or line.day.isoformat()
        before = line.balance
    return ""


def same_account(stated: str, known: str) -> bool:
    """Tell whether an account number a file states may be the account's: equal letters and digits, or its end.

    Banks print numbers with spaces, mask their middle, or give them as the end of an IBAN.
    """
    first, second = (
        "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum() or sign == "*")
        for text in (stated, known)
    )
    if not first or not second or first == second:
        return True
    if "*" in first:
        head, _stars, tail = first.partition("*")
        tail = tail.rpartition("*")[2]
        return second.startswith(head) and second.endswith(tail)
    short, long = sorted((first, second), key=len)
    return len(short) >= 4 and long.endswith(short)
