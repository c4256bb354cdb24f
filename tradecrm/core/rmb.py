"""Renminbi amounts and check dates in Chinese capitals (人民币大写), and reading them back (section 10.3)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from tradecrm.core.money import round_money
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_SECTIONS = ("", "万", "亿", "万亿")
_LIMIT = Decimal(10) ** 16


def _section(number: int) -> str:
    """Write 1 to 9999 without a leading zero sign."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _UNITS[place]
        gap = False
    return text


def _whole(number: int) -> str:
    """Write the yuan, section by section of four digits (rules 1 and 2)."""
    sections = [number // 10_000**place % 10_000 for place in range(4)]
    text, skipped = "", False
    for place in (3, 2, 1, 0):
        value = sections[place]
        if value == 0:
            skipped = skipped or bool(text)
            continue
        if text and (skipped or value < 1000):
            text += "零"
        text += _section(value) + ("万" if place == 3 and sections[2] else _SECTIONS[place])
        skipped = False
    return text


def rmb_capitals(amount: Decimal, *, prefix: str = "人民币") -> str:
    """Write an amount of yuan in capitals, ``人民币壹拾伍元整``; rounds to fen, below 10^16 yuan.

    Raises Refusal above that. A negative amount (internal only) is written with 负 after the prefix.
    """
    rounded = abs(round_money(amount, "CNY"))
    if rounded >= _LIMIT:
        raise Refusal.of(_("The amount is too large to be written in capitals."), "amount")
    yuan, cents = divmod(int(rounded * 100), 100)
    jiao, fen = divmod(cents, 10)
    text = f"{_whole(yuan)}元" if yuan else ""
    if not cents:
        text = text or "零元"
        text += "整"
    else:
        if yuan and (jiao == 0 or yuan % 10 == 0):
            text += "零"
        text += f"{_DIGITS[jiao]}角" if jiao else ""
        text += f"{_DIGITS[fen]}分" if fen else "整"
    sign = "负" if amount < 0 and rounded else ""
    return f"{prefix}{sign}{text}"


_READ = re.compile(
    r"(?:人民币)?\s*(?P<sign>负)?(?:(?P<yuan>[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+)[元圆])?"
    r"(?:零?(?P<jiao>[壹贰叁肆伍陆柒捌玖])角)?(?:零?(?P<fen>[壹贰叁肆伍陆柒捌玖])分)?整?"
)


def _read_section(text: str) -> int:
    """Read up to four digits with 拾 佰 仟; raises ValueError when digits and units do not stand in order."""
    total, limit, digit = 0, 10_000, None
    for sign in text:
        if sign == "零":
            if digit is not None:
                raise ValueError(text)
            continue
        if sign in _DIGITS:
            if digit is not None:
                raise ValueError(text)
            digit = _DIGITS.index(sign)
            continue
        unit = 10 ** _UNITS.index(sign)
        if digit is None or unit >= limit:
            raise ValueError(text)
        total, limit, digit = total + digit * unit, unit, None
    return total + (digit or 0)


def _read_whole(text: str) -> int:
    high, mark, low = text.rpartition("亿")
    upper = _read_ten_thousands(high) if mark else 0
    return upper * 10**8 + _read_ten_thousands(low)


def _read_ten_thousands(text: str) -> int:
    if text.count("万") > 1:
        raise ValueError(text)
    high, mark, low = text.rpartition("万")
    return (_read_section(high) * 10_000 if mark else 0) + _read_section(low)


def read_rmb(text: str) -> Decimal:
    """Read capitals back into yuan; accepts every legal form of section 10.3. Raises Refusal for other text."""
    match = _READ.fullmatch(text.strip())
    unread = Refusal.of(_("{text} is not an amount in Chinese capitals.").format(text=text.strip() or "?"))
    if match is None or not (match["yuan"] or match["jiao"] or match["fen"]):
        raise unread
    try:
        yuan = _read_whole(match["yuan"] or "")
    except ValueError as error:
        raise unread from error
    cents = _DIGITS.index(match["jiao"] or "零") * 10 + _DIGITS.index(match["fen"] or "零")
    value = Decimal(yuan * 100 + cents).scaleb(-2)
    return -value if match["sign"] else value


def _two_digits(number: int, *, lead_tens: bool) -> str:
    tens, ones = divmod(number, 10)
    text = (f"{_DIGITS[tens]}拾" if tens else "") + (_DIGITS[ones] if ones else "")
    return f"零{text}" if tens == 0 or (ones == 0 and lead_tens) else text


def check_date(day: date) -> str:
    """Write a date as checks want it, ``贰零贰柒年壹拾贰月零叁日`` (section 10.3).

    Months 1, 2, 10 and days 1-9, 10, 20, 30 take a leading 零; months 3-9 are written plainly.
    """
    year = "".join(_DIGITS[int(digit)] for digit in f"{day.year:04d}")
    month = _DIGITS[day.month] if 3 <= day.month <= 9 else _two_digits(day.month, lead_tens=True)
    return f"{year}年{month}月{_two_digits(day.day, lead_tens=True)}日"
