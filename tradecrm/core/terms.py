"""Payment terms (付款方式): ordered lines that split a total into instalments with due dates (section 3.2)."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.dates import (
    WEEKENDS_ONLY,
    Holidays,
    add_months,
    day_in_month,
    forward_to_day,
    month_end,
)
from tradecrm.core.money import round_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _


class TermType(enum.StrEnum):
    """What the share of a line is: a fraction of the total, of what remains, an amount, or the rest."""

    PERCENT = "P"
    REMAINING = "R"
    FIXED = "F"
    BALANCE = "B"


class Event(enum.StrEnum):
    """The event whose date an instalment counts from; a month-end account is an offset on one of them."""

    ORDER = "ORDER"
    BEFORE_SHIP = "BEFORE_SHIP"
    BL = "BL"
    BL_COPY = "BL_COPY"
    INVOICE = "INVOICE"
    ARRIVAL = "ARRIVAL"
    PRESENT = "PRESENT"
    SIGHT = "SIGHT"
    ACCEPT = "ACCEPT"


ADVANCE_EVENTS = frozenset((Event.ORDER, Event.BEFORE_SHIP))
"""Events before the goods leave: their part of an invoice is its deposit share (section 3.3)."""


class OffsetKind(enum.StrEnum):
    """How the due date follows from the event's date; the letter stands in the stored form."""

    DAYS = "D"
    MONTHS = "M"
    MONTH_END_DAYS = "E"
    MONTH_END = "L"
    DAY_AFTER = "A"
    DAY_OF_MONTH = "T"
    BANKING_DAYS = "W"


BEFORE_KINDS = frozenset({OffsetKind.DAYS, OffsetKind.MONTHS, OffsetKind.BANKING_DAYS})
"""What can be counted back from the planned loading date (section 3.2)."""


@dataclass(frozen=True, slots=True)
class Offset:
    """An offset: ``number`` days or months; ``day`` is the day of the month where the kind has one.

    MONTH_END_DAYS: end of the basis month + n days. MONTH_END: end of the month n later. DAY_AFTER: add n days,
    then forward to ``day``. DAY_OF_MONTH: ``day`` of the month n later. Days exclude the basis date.
    """

    kind: OffsetKind = OffsetKind.DAYS
    number: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True)
class TermLine:
    """A line of terms; ``share`` is a fraction (PERCENT, REMAINING), an amount (FIXED), or 0 (BALANCE)."""

    type: TermType
    share: Decimal
    event: Event
    offset: Offset = Offset()


class Method(enum.StrEnum):
    """The method of payment, which decides the banking-day rule and the wording."""

    TT = "TT"
    OA = "OA"
    LC = "LC"
    DP = "DP"
    DA = "DA"
    MONTHLY = "MONTHLY"


ROLLING_METHODS = frozenset((Method.LC, Method.DP, Method.DA))
"""Methods whose due date moves to the next banking day; open account keeps the raw date (section 3.2)."""


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """A method and its lines in order, the balance last."""

    method: Method
    lines: tuple[TermLine, ...]


@dataclass(frozen=True, slots=True)
class Instalment:
    """One instalment: its number from 1, its line, its amount in the document's currency."""

    number: int
    line: TermLine
    amount: Decimal


def check_terms(terms: PaymentTerms) -> list[Problem]:
    """Answer what is wrong with the terms: percentages total 100 with the balance, balance last and once."""
    if not terms.lines:
        return [Problem("lines", _("Payment terms need at least one line."))]
    problems: list[Problem] = []
    last = len(terms.lines) - 1
    for index, line in enumerate(terms.lines):
        problems += _check_line(index, line, last)
    percent = sum((line.share for line in terms.lines if line.type is TermType.PERCENT), Decimal(0))
    if terms.lines[last].type is TermType.BALANCE:
        if percent >= 1:
            problems.append(
                Problem(
                    "lines", _("The percentages leave nothing for the balance. They must total below 100 %.")
                )
            )
    elif percent != 1 or any(line.type is not TermType.PERCENT for line in terms.lines):
        problems.append(
            Problem("lines", _("The percentages must total 100 %, or the last line must be the balance."))
        )
    return problems


def _check_line(index: int, line: TermLine, last: int) -> list[Problem]:
    problems: list[Problem] = []
    if line.type is TermType.BALANCE and index != last:
        problems.append(Problem(f"lines.{index}.type", _("The balance must be the last line.")))
    if line.type in (TermType.PERCENT, TermType.REMAINING) and not 0 < line.share <= 1:
        problems.append(
            Problem(f"lines.{index}.share", _("A percentage must be above 0 and not more than 100."))
        )
    if line.type is TermType.FIXED and line.share <= 0:
        problems.append(Problem(f"lines.{index}.share", _("A fixed amount must be above zero.")))
    offset = line.offset
    if offset.number < 0:
        problems.append(Problem(f"lines.{index}.offset", _("An offset cannot be below zero.")))
    if line.event is Event.BEFORE_SHIP and offset.kind not in BEFORE_KINDS:
        words = _("Before shipment is counted in days, banking days or months.")
        problems.append(Problem(f"lines.{index}.offset", words))
    if offset.kind in (OffsetKind.DAY_AFTER, OffsetKind.DAY_OF_MONTH) and not 1 <= offset.day <= 31:
        problems.append(Problem(f"lines.{index}.offset", _("The day of the month must be between 1 and 31.")))
    return problems


def split_instalments(total: Decimal, currency: str, terms: PaymentTerms) -> tuple[Instalment, ...]:
    """Split ``total`` into instalments that sum to it exactly; the last line takes the residue (section 3.2).

    Each amount is rounded by itself; fixed lines take the sign of the document; none passes what remains.
    """
    left = total
    parts: list[Instalment] = []
    last = len(terms.lines)
    sign = -1 if total < 0 else 1
    for number, line in enumerate(terms.lines, start=1):
        if number == last:
            amount = left
        elif line.type is TermType.PERCENT:
            amount = round_money(total * line.share, currency)
        elif line.type is TermType.REMAINING:
            amount = round_money(left * line.share, currency)
        else:
            amount = sign * round_money(line.share, currency)
        if abs(amount) > abs(left):
            amount = left
        left -= amount
        parts.append(Instalment(number, line, amount))
    return tuple(parts)


def _apply_offset(basis: date, event: Event, offset: Offset, holidays: Holidays) -> date:
    number = offset.number
    if event is Event.BEFORE_SHIP and offset.kind in BEFORE_KINDS:
        return _before(basis, offset, holidays)
    answers = {
        OffsetKind.DAYS: lambda: basis + timedelta(days=number),
        OffsetKind.MONTHS: lambda: add_months(basis, number),
        OffsetKind.MONTH_END_DAYS: lambda: month_end(basis) + timedelta(days=number),
        OffsetKind.MONTH_END: lambda: month_end(basis, number),
        OffsetKind.DAY_AFTER: lambda: forward_to_day(basis + timedelta(days=number), offset.day),
        OffsetKind.DAY_OF_MONTH: lambda: _day_of_later_month(basis, number, offset.day),
        OffsetKind.BANKING_DAYS: lambda: holidays.add_banking_days(basis, number),
    }
    return answers[offset.kind]()


def _before(basis: date, offset: Offset, holidays: Holidays) -> date:
    """Answer the day that lies an offset before the planned loading date (section 3.2)."""
    if offset.kind is OffsetKind.MONTHS:
        return add_months(basis, -offset.number)
    if offset.kind is OffsetKind.BANKING_DAYS:
        return holidays.take_banking_days(basis, offset.number)
    return basis - timedelta(days=offset.number)


def _day_of_later_month(basis: date, months: int, day: int) -> date:
    moved = add_months(basis.replace(day=1), months)
    return day_in_month(moved.year, moved.month, day)


def due_date(
    line: TermLine,
    events: Mapping[Event, date],
    *,
    method: Method = Method.OA,
    holidays: Holidays = WEEKENDS_ONLY,
) -> date | None:
    """Answer when an instalment is due, None while its event is not known (then it is not overdue).

    L/C, D/P and D/A fall on the next banking day; other methods keep the raw date, unless the firm moves all of them
    (section 3.2).
    """
    basis = events.get(line.event)
    if basis is None:
        return None
    due = _apply_offset(basis, line.event, line.offset, holidays)
    return holidays.next_banking_day(due) if holidays.for_all or method in ROLLING_METHODS else due


_LINE = re.compile(
    r"(?P<type>[PRFB])(?P<share>\d+(?:\.\d+)?)?@(?P<event>[A-Z_]+)"
    r"(?:\+(?P<number>\d+)(?P<kind>[DMELATW])(?P<day>\d+)?)?"
)


def encode_terms(terms: PaymentTerms) -> str:
    """Write terms as one short text for a database column: ``TT;P30@ORDER;B@BL_COPY+7D``."""
    return ";".join((terms.method.value, *(_encode_line(line) for line in terms.lines)))


def _encode_line(line: TermLine) -> str:
    share = ""
    if line.type is not TermType.BALANCE:
        scale = Decimal(1) if line.type is TermType.FIXED else Decimal(100)
        share = _plain(line.share * scale)
    text = f"{line.type.value}{share}@{line.event.value}"
    offset = line.offset
    if offset != Offset():
        text += f"+{offset.number}{offset.kind.value}" + (str(offset.day) if offset.day else "")
    return text


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decode_terms(text: str) -> PaymentTerms:
    """Read back what ``encode_terms`` wrote. Raises Refusal when the text is not such terms."""
    method, *lines = text.split(";")
    try:
        return PaymentTerms(Method(method), tuple(_decode_line(line) for line in lines))
    except ValueError as error:
        raise Refusal.of(
            _("{text} is not a form of payment terms. Choose the terms again.").format(text=text), "terms"
        ) from error


def _decode_line(text: str) -> TermLine:
    match = _LINE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    kind = TermType(match["type"])
    share = Decimal(match["share"] or 0)
    if kind in (TermType.PERCENT, TermType.REMAINING):
        share /= 100
    offset = Offset()
    if match["kind"]:
        offset = Offset(OffsetKind(match["kind"]), int(match["number"]), int(match["day"] or 0))
    return TermLine(kind, share, Event(match["event"]), offset)
