"""Reading what a person typed or pasted: exact numbers, dates in short forms, yes and no."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.fields import MAX_DECIMALS, NUMERIC, FieldKind
from tradecrm.core.money import fits_currency, minor_units, round_to
from tradecrm.core.packing import inches_to_cm
from tradecrm.core.phrases import enumerated
from tradecrm.core.text import _
from tradecrm.screens.draft import Value
from tradecrm.screens.spec import Choice

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?")
_YES = frozenset({"yes", "y", "true", "1", "是", "对", "√", "有"})
_NO = frozenset({"no", "n", "false", "0", "否", "不", "×", "无"})
_MAX_DIGITS = 18
_INCHES = re.compile(r"""\s*("|”|''|’’|′′|in\.?|inch(es)?|英寸|吋)$""", re.IGNORECASE)
_SIGNS = (
    ("US$", "USD"),
    ("HK$", "HKD"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("S$", "SGD"),
    ("NZ$", "NZD"),
    ("RMB", "CNY"),
    ("¥", "CNY JPY"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("$", "USD HKD AUD CAD SGD NZD"),
)
"""How spreadsheets write a currency at an amount, the longer signs first, and which ones it may mean."""


_BREAK_IN_CHINESE = re.compile(r"(?<=[\u2e80-\u9fff])\s*\n\s*(?=[\u2e80-\u9fff])")
_NEAR = {
    "t": 0, "today": 0, "今天": 0, "今": 0,
    "tomorrow": 1, "明天": 1, "后天": 2, "yesterday": -1, "昨天": -1, "前天": -2,
}  # fmt: skip
"""Words for days near today, and how many days they are away."""


class Unreadable(ValueError):
    """What was typed is no value of this kind; the message says what is expected."""


def folded(text: str) -> str:
    """Answer text with full-width digits, signs and spaces made plain, trimmed."""
    plain = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").replace("–", "-")
    return plain.replace("。", ".").replace("、", ",").strip()


def one_line(text: str) -> str:
    """Answer what was copied over several lines as one; between Chinese signs a break is no space."""
    lines = _BREAK_IN_CHINESE.sub("", text).splitlines()
    return " ".join(line.strip() for line in lines if line.strip()) if len(lines) > 1 else "".join(lines)


def without_sign(text: str, currency: str) -> str:
    """Answer an amount without the sign of its own currency; another one stays, for it is another amount."""
    plain = folded(text).replace(" ", "")
    if not currency:
        return plain
    minus, body = (plain[0], plain[1:]) if plain[:1] in ("-", "+") else ("", plain)
    for sign in (currency, *(sign for sign, codes in _SIGNS if currency in codes)):
        if body[: len(sign)].upper() == sign:
            return minus + body[len(sign) :]
        if body[-len(sign) :].upper() == sign:
            return minus + body[: -len(sign)]
    return plain


def parse_number(
    text: str, kind: FieldKind, *, currency: str = "", decimals: int | None = None
) -> Decimal | None:
    """Read a number: ``12,345.60``, ``－１２``, ``17%`` for a percentage, ``$4.10`` where the currency is the dollar.

    None when nothing was typed. A length is in cm; ``9.5 in`` and ``9.5"`` are inches (section 9.2).

    Money may have no more decimals than its currency (domain.md section 11); ``decimals`` narrows what the
    kind allows. Raises Unreadable.
    """
    if kind is FieldKind.LENGTH and _INCHES.search(folded(text)):
        inches = parse_number(_INCHES.sub("", folded(text)), kind)
        return None if inches is None else round_to(inches_to_cm(inches), MAX_DECIMALS[kind])
    plain = without_sign(text, currency).replace("'", "")
    if not plain:
        return None
    percent = plain.endswith("%")
    body = plain.removesuffix("%")
    if not _NUMBER.fullmatch(body) or not any(c.isdigit() for c in body):
        raise Unreadable(
            _('"{text}" is not a number; type digits, such as 12,345.60.').format(text=text.strip())
        )
    if percent and kind is not FieldKind.PERCENT:
        raise Unreadable(_("No percent sign belongs here; type a plain number."))
    if sum(c.isdigit() for c in body) > _MAX_DIGITS:
        raise Unreadable(_("This number has too many digits."))
    number = Decimal(body.replace(",", ""))
    if kind is FieldKind.PERCENT:
        number /= 100
    _check_decimals(number, kind, currency, decimals)
    return number


def excess_decimals(amount: Decimal, currency: str) -> str:
    """Answer what is wrong with an amount that its currency cannot hold, empty when it fits (section 11)."""
    if not currency or fits_currency(amount, currency):
        return ""
    return _("{currency} has {count} decimals; round the amount.").format(
        currency=currency, count=minor_units(currency)
    )


def _check_decimals(number: Decimal, kind: FieldKind, currency: str, decimals: int | None) -> None:
    exponent = number.normalize().as_tuple().exponent
    used = max(0, -int(exponent))
    excess = excess_decimals(number, currency) if kind is FieldKind.MONEY else ""
    if excess:
        raise Unreadable(excess)
    allowed = MAX_DECIMALS[kind] - (2 if kind is FieldKind.PERCENT else 0)
    if decimals is not None:
        allowed = min(allowed, decimals)
    shift = 2 if kind is FieldKind.PERCENT else 0
    if used - shift > allowed:
        if allowed == 0:
            raise Unreadable(_("Only whole numbers belong here."))
        raise Unreadable(_("At most {count} decimals are kept; round the number.").format(count=allowed))


def parse_date(text: str, today: date) -> date | None:
    """Read a day: ``2026-05-20``, ``20260520``, ``5-20`` (month and day), ``20`` (this month), ``t``, ``+7``.

    ``20/5`` and ``20.5.2026`` are read day first only when they cannot be month first or carry a four-digit
    year at the end with dots; what could be both is refused, never guessed: ``5.12`` is the twelfth of May in one
    country and the fifth of December in another. Raises Unreadable.
    """
    plain = folded(text).lower()
    if not plain:
        return None
    if plain in _NEAR:
        return today + timedelta(days=_NEAR[plain])
    if re.fullmatch(r"[+-]\d{1,4}", plain):
        return today + timedelta(days=int(plain))
    month_end = {"e": today, "月底": today}.get(plain)
    if month_end is not None:
        return today.replace(day=calendar.monthrange(today.year, today.month)[1])
    numbers = [int(part) for part in re.findall(r"\d+", plain)]
    shape = re.sub(r"\d+", "0", plain)
    try:
        return _from_parts(plain, shape, numbers, today)
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_('"{text}" is no day of the calendar.').format(text=text.strip())) from None


def _from_parts(plain: str, shape: str, numbers: Sequence[int], today: date) -> date:
    if shape == "0" and len(plain) == 8:
        return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
    if shape == "0" and len(plain) <= 2:
        return today.replace(day=numbers[0])
    if shape in ("0-0-0", "0/0/0", "0.0.0", "0年0月0日", "0年0月0"):
        if numbers[0] >= 1000:
            return date(numbers[0], numbers[1], numbers[2])
        if numbers[2] >= 1000:
            return _day_month(numbers[0], numbers[1], numbers[2], dots="." in shape)
    if shape in ("0-0", "0月0日", "0月0"):
        return date(today.year, numbers[0], numbers[1])
    if shape in ("0/0", "0.0"):
        return _day_month(numbers[0], numbers[1], today.year, dots=False)
    raise Unreadable(_("Type a day as 2026-05-20, 5-20, t for today or +7."))


def _day_month(first: int, second: int, year: int, *, dots: bool) -> date:
    if dots or first > 12:
        return date(year, second, first)
    month_first = date(year, first, second)
    if second > 12 or first == second:
        return month_first
    raise Unreadable(
        _("{first}/{second} can be two days; type it as {year}-month-day.").format(
            first=first, second=second, year=year
        )
    )


def parse_value(
    text: str,
    kind: FieldKind,
    *,
    today: date,
    currency: str = "",
    choices: Sequence[Choice] = (),
    decimals: int | None = None,
) -> Value:
    """Read one value of any kind but REF; None when nothing was typed. Raises Unreadable."""
    if kind in NUMERIC:
        number = parse_number(text, kind, currency=currency, decimals=decimals)
        return int(number) if number is not None and kind is FieldKind.INTEGER else number
    if kind in (FieldKind.DATE, FieldKind.DATETIME):
        return parse_date(text, today)
    plain = text.strip()
    return _parse_words(plain, kind, choices) if plain else None


def _parse_words(plain: str, kind: FieldKind, choices: Sequence[Choice]) -> Value:
    if kind is FieldKind.BOOL:
        return _yes_or_no(plain)
    if kind is FieldKind.CHOICE:
        return _choice(plain, choices)
    if kind in (FieldKind.CURRENCY, FieldKind.COUNTRY):
        return folded(plain).upper()
    return plain


def _yes_or_no(plain: str) -> bool:
    word = folded(plain).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable(_("Type yes or no."))


def _choice(plain: str, choices: Sequence[Choice]) -> str:
    word = folded(plain).casefold()
    for choice in choices:
        if word in (choice.value.casefold(), choice.label.casefold(), _(choice.label).casefold()):
            return choice.value
    raise Unreadable(
        _('"{text}" is none of: {choices}.').format(
            text=plain, choices=enumerated(_(choice.label) for choice in choices)
        )
    )
