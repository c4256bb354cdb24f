"""Makes cells into typed values by the kind of their field; what a column leaves open is asked, not guessed."""

from __future__ import annotations

import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tradecrm.core.fields import MAX_DECIMALS, NUMERIC, FieldKind
from tradecrm.core.money import round_to
from tradecrm.core.text import N_, _
from tradecrm.importing.days import day_order, parse_day
from tradecrm.importing.frames import CellValue
from tradecrm.importing.looks import EMAIL, URL
from tradecrm.importing.places import country_code, currency_code

Value = str | int | Decimal | bool | dt.date | dt.datetime
"""What a converted cell holds; percentages are fractions (0.13), money and prices exact decimals."""


class Question(enum.StrEnum):
    """What the cells of a column leave open."""

    DAY_ORDER = "day_order"
    PERCENT = "percent"
    DECIMAL_MARK = "decimal_mark"


QUESTIONS = {
    Question.DAY_ORDER: N_("Dates such as {example}: does the day or the month come first?"),
    Question.PERCENT: N_("Percentages such as {example}: is 1 meant as 1 % or as 100 %?"),
    Question.DECIMAL_MARK: N_("Numbers such as {example}: does the mark part thousands or decimals?"),
}
OPTIONS = {
    Question.DAY_ORDER: ("dmy", "mdy"),
    Question.PERCENT: ("points", "fraction"),
    Question.DECIMAL_MARK: (".", ","),
}


@dataclass(frozen=True, slots=True)
class ColumnStyle:
    """How a column writes what can be written two ways; empty where it does not matter.

    ``day_order`` is ``dmy`` or ``mdy``; ``percent`` is ``points`` (13) or ``fraction`` (0.13);
    ``decimal_mark`` is ``.`` or ``,``.
    """

    day_order: str = ""
    percent: str = ""
    decimal_mark: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """A cell made into a value, further values of the same cell (several e-mails), or what is wrong with it."""

    value: Value | None
    more: tuple[str, ...] = ()
    problem: str = ""


_SIGNS = re.compile(
    r"^(?:[A-Z]{1,3}\s*)?[$¥€£₽₩₹₫₺฿₴元]|^(?:RMB|CNY|USD|EUR|GBP|HKD|JPY|AUD|CAD)\s*", re.IGNORECASE
)
_UNITS = re.compile(
    r"\s*(?:kgs?|公斤|千克|g|cm|厘米|mm|m|cbm|m3|m³|立方米?|pcs?|pieces?|sets?|ctns?|个|件|套|只|箱|元|"
    r"usd|cny|rmb|eur|gbp|hkd|jpy|美元|人民币)\.?(?:/\S+)?$",
    re.IGNORECASE,
)
_COMMA_DECIMAL = re.compile(r"^-?\d{1,3}(?:\.\d{3})+,\d+$|^-?\d+,(?:\d{1,2}|\d{4,})$")
_POINT_DECIMAL = re.compile(
    r"^-?\d{1,3}(?:,\d{3})+\.\d+$|^-?\d+\.(?:\d{1,2}|\d{4,})$|^-?\d{1,3}(?:,\d{3}){2,}$"
)
_EITHER = re.compile(r"^-?[1-9]\d{0,2}[.,]\d{3}$")
_YES = frozenset({"yes", "y", "true", "1", "x", "是", "有", "对", "√", "✓", "真"})
_NO = frozenset({"no", "n", "false", "0", "否", "无", "没有", "×", "假", "不"})
_SPLIT = re.compile(r"[;,、，；\s/|]+")
_HAN = re.compile("[\u3400-\u9fff]")
_WIDE = re.compile("[\uff01-\uff5e]")
_NARROW_ALL = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_NARROW = {wide: narrow for wide, narrow in _NARROW_ALL.items() if chr(narrow).isalnum()}
_AROUND_AT = re.compile(r"\s*[@＠]\s*")
_APART = re.compile(r"[;；、\n|]+")
_SHORTENED = re.compile(r"^\d(?:[.,]\d+)?[eE]\+\d{2}$", re.ASCII)
_KEPT_BY_EXCEL = Decimal(10) ** 15
"""From here on a spreadsheet keeps no last digit of a number: noughts stand in their place."""

_BLANK = frozenset({"", "-", "--", "—", "/", "\\", "n/a", "#n/a", "null", "none", "nil", "无", "暂无"})


def plain_text(value: CellValue) -> str:
    """Answer a cell as text: numbers without exponent or trailing zeros, days in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else value.isoformat()
    return value.strip()


def _bare_number(text: str) -> str:
    """Answer a typed number without width, spaces, signs of currency and units; negatives with one minus."""
    plain = (
        unicodedata.normalize("NFKC", text)
        .replace("−", "-")
        .replace("–", "-")
        .replace("'", "")
        .replace("’", "")
    )
    plain = plain.strip()
    negative = False
    if plain.startswith("(") and plain.endswith(")"):
        negative, plain = True, plain[1:-1].strip()
    plain = _UNITS.sub("", plain)
    for _time in range(2):
        if plain.startswith(("-", "+")):
            negative, plain = negative or plain.startswith("-"), plain[1:].strip()
        plain = _SIGNS.sub("", plain).strip()
    if plain.endswith("-"):
        negative, plain = True, plain[:-1]
    plain = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}\b)", "", plain)
    return f"-{plain}" if negative else plain


def parse_number(text: str, decimal_mark: str = "") -> Decimal | None:
    """Answer the number that ``text`` writes, None when it writes none.

    ``decimal_mark`` tells what ``1,234`` or ``1.234`` means; without it a comma before three digits parts
    thousands and a point decimals. Banks leave out the nought before the point: ``.50``.
    """
    bare = _bare_number(text)
    comma = decimal_mark == "," or (not decimal_mark and bool(_COMMA_DECIMAL.match(bare)))
    thousands, mark = (".", ",") if comma else (",", ".")
    whole, _mark, rest = bare.partition(mark)
    groups = whole.lstrip("-").split(thousands)
    if len(groups) > 1 and (
        not 1 <= len(groups[0]) <= 3 or any(len(group) not in {3, 4} for group in groups[1:])
    ):
        return None
    if rest and not whole.lstrip("-"):
        whole += "0"
    plain = whole.replace(thousands, "") + (f".{rest}" if rest else "")
    if not re.fullmatch(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?", plain, re.ASCII):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def _number(value: CellValue, kind: FieldKind, style: ColumnStyle) -> Converted:
    if isinstance(value, (bool, dt.date)):
        return Converted(None, problem=_("“{text}” is not a number.").format(text=plain_text(value)))
    number = value if isinstance(value, Decimal) else parse_number(plain_text(value), style.decimal_mark)
    if number is None:
        return Converted(None, problem=_("“{text}” is not a number.").format(text=plain_text(value)))
    return _fitted(number, kind, typed=isinstance(value, str))


def _fitted(number: Decimal, kind: FieldKind, *, typed: bool) -> Converted:
    """Hold a number against what the book keeps of its kind."""
    decimals = MAX_DECIMALS[kind]
    if abs(number) >= Decimal(10) ** 12:
        return Converted(None, problem=_("{number} is too large.").format(number=plain_text(number)))
    kept = round_to(number, decimals)
    if kept != number and (typed or decimals == 0):
        message = _("{number} has more than {count} decimals.").format(
            number=plain_text(number), count=decimals
        )
        return Converted(None, problem=message)
    return Converted(int(kept) if decimals == 0 else _short(kept))


def _short(number: Decimal) -> Decimal:
    """Answer the same number without trailing zeros after the point."""
    return Decimal(plain_text(number))


def _percent(value: CellValue, style: ColumnStyle) -> Converted:
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip()
        if text.endswith("%"):
            number = parse_number(text[:-1], style.decimal_mark)
            if number is not None:
                return _fitted(number / 100, FieldKind.PERCENT, typed=True)
    found = _number(value, FieldKind.RATE, style)
    if not isinstance(found.value, Decimal):
        return found
    points = style.percent == "points" or (not style.percent and abs(found.value) > 1)
    return _fitted(found.value / 100 if points else found.value, FieldKind.PERCENT, typed=False)


def _day(value: CellValue, style: ColumnStyle) -> Converted:
    if isinstance(value, dt.datetime):
        return Converted(value.date())
    if isinstance(value, dt.date):
        return Converted(value)
    day = parse_day(plain_text(value), style.day_order)
    if day is None:
        return Converted(None, problem=_("“{text}” is not a date.").format(text=plain_text(value)))
    return Converted(day)


def _moment(value: CellValue, style: ColumnStyle) -> Converted:
    if isinstance(value, dt.datetime):
        return Converted(value)
    text = plain_text(value)
    try:
        return Converted(dt.datetime.fromisoformat(text))
    except ValueError:
        found = _day(value, style)
    day = found.value
    return Converted(dt.datetime.combine(day, dt.time())) if isinstance(day, dt.date) else found


def _emails(text: str) -> Converted:
    if _is_one_email(text):
        return Converted(text)
    text = _AROUND_AT.sub("@", text)
    found = [
        one.removeprefix("mailto:").strip("<>()[]\"'.")
        for one in _SPLIT.split(unicodedata.normalize("NFKC", text))
        if "@" in one
    ]
    bad = [one for one in found if not EMAIL.match(one)]
    if bad or not found:
        return Converted(
            None, problem=_("“{text}” is not an e-mail address.").format(text=(bad or [text])[0])
        )
    unique = list(dict.fromkeys(found))
    return Converted(unique[0], tuple(unique[1:]))


def _url(text: str) -> Converted:
    if URL.match(text):
        return Converted(text)
    return Converted(None, problem=_("“{text}” is not a web address.").format(text=text))


def _country(text: str) -> Converted:
    code = country_code(text)
    if code is None:
        return Converted(
            None, problem=_("The country “{text}” is not known. Use its name or ISO code.").format(text=text)
        )
    return Converted(code)


def _currency(text: str) -> Converted:
    code = currency_code(text)
    if code is None:
        message = _("The currency “{text}” is not known. Use its ISO code, such as USD.").format(text=text)
        return Converted(None, problem=message)
    return Converted(code)


def _yes_no(value: CellValue) -> Converted:
    if isinstance(value, bool):
        return Converted(value)
    text = plain_text(value).casefold()
    if text in _YES or text in _NO:
        return Converted(text in _YES)
    return Converted(None, problem=_("“{text}” is neither yes nor no.").format(text=plain_text(value)))


def _narrow(text: str) -> str:
    """Answer letters and digits typed in full width as everybody else reads them; Chinese punctuation stays."""
    if text.isascii() or not _WIDE.search(text):
        return text
    return text.translate(_NARROW if _HAN.search(text) else _NARROW_ALL)


def _one_line(text: str) -> Converted:
    return Converted(" ".join(_narrow(text).split()))


def _numbered(value: CellValue) -> Converted:
    """Answer a telephone, account or other number that is no amount; one that a spreadsheet shortened is told."""
    text = plain_text(value).translate(_NARROW_ALL)
    if _SHORTENED.match(text) or (isinstance(value, Decimal) and abs(value) >= _KEPT_BY_EXCEL):
        message = _(
            "“{text}” has lost its last digits in the spreadsheet. Make the column text there and type it again."
        )
        return Converted(None, problem=message.format(text=text))
    return _one_line(text)


def split_cell(value: CellValue) -> Converted:
    """Answer the first of several names, telephones or the like in one cell, and the further ones.

    They are parted by lines, semicolons, enumeration commas or bars; a comma may stand within a name.
    """
    found = [" ".join(one.split()) for one in _APART.split(_narrow(plain_text(value)))]
    found = [one for one in found if one.casefold() not in _BLANK]
    return Converted(found[0], tuple(found[1:])) if found else _NOTHING


_BY_TEXT = {
    **dict.fromkeys((FieldKind.TEXT, FieldKind.CHOICE, FieldKind.REF), _one_line),
    FieldKind.EMAIL: _emails,
    FieldKind.URL: _url,
    FieldKind.COUNTRY: _country,
    FieldKind.CURRENCY: _currency,
}
_NUMBERED = frozenset((FieldKind.CODE, FieldKind.PHONE))
_BY_STYLE = {FieldKind.PERCENT: _percent, FieldKind.DATE: _day, FieldKind.DATETIME: _moment}


_NOTHING = Converted(None)
_PLAIN = ColumnStyle()
_BLANK_LENGTH = max(map(len, _BLANK))


def convert_cell(value: CellValue, kind: FieldKind, style: ColumnStyle | None = None) -> Converted:
    """Make one cell into a value of ``kind``; empty cells, dashes and ``N/A`` are no value and no problem."""
    if value is None:
        return _NOTHING
    text = value.strip() if type(value) is str else plain_text(value)
    if len(text) <= _BLANK_LENGTH and text.casefold() in _BLANK and not isinstance(value, bool):
        return _NOTHING
    if kind is FieldKind.LONG_TEXT:
        return Converted(text)
    if kind in _NUMBERED:
        return _numbered(value)
    if kind in _BY_TEXT:
        return _BY_TEXT[kind](text)
    return _convert_typed(value, kind, style or _PLAIN)


def _convert_typed(value: CellValue, kind: FieldKind, style: ColumnStyle) -> Converted:
    if kind in _BY_STYLE:
        return _BY_STYLE[kind](value, style)
    return _yes_no(value) if kind is FieldKind.BOOL else _number(value, kind, style)


Reader = Callable[[CellValue], "Value | Converted | None"]
"""Answers the value of a cell, None for none; a ``Converted`` only where there is more to say."""


def _is_one_email(text: str) -> bool:
    return text.isascii() and EMAIL.match(text) is not None and _SPLIT.search(text) is None


def _is_plain_line(text: str) -> bool:
    return text.isascii() and text.isprintable() and "  " not in text and "+" not in text[1:]


_AS_IT_STANDS: dict[FieldKind, Callable[[str], bool]] = {
    FieldKind.EMAIL: _is_one_email,
    FieldKind.URL: lambda text: URL.match(text) is not None,
    FieldKind.COUNTRY: lambda text: country_code(text) == text,
    FieldKind.CURRENCY: lambda text: currency_code(text) == text,
    **dict.fromkeys(_NUMBERED, _is_plain_line),
}
"""By kind, whether a text is its own value, as most are."""


def column_reader(kind: FieldKind, style: ColumnStyle | None = None) -> Reader:
    """Answer what reads the cells of one column: the answers of ``convert_cell``, texts by a short way."""
    chosen = style or _PLAIN
    stands = _AS_IT_STANDS.get(kind)

    def read(value: CellValue) -> Value | Converted | None:
        if stands is not None and type(value) is str:
            text = value.strip()
            if stands(text) and text.casefold() not in _BLANK:
                return text
        found = convert_cell(value, kind, chosen)
        return found if found.problem or found.more else found.value

    def read_line(value: CellValue) -> Value | Converted | None:
        text = " ".join(_narrow(value if type(value) is str else plain_text(value)).split())
        if len(text) <= _BLANK_LENGTH and text.casefold() in _BLANK and not isinstance(value, bool):
            return None
        return text

    return read_line if _BY_TEXT.get(kind) is _one_line else read


@dataclass(frozen=True, slots=True)
class StyleQuestion:
    """What is asked about a column before its cells can be read: the question, an example, the answers."""

    question: Question
    example: str

    @property
    def sentence(self) -> str:
        """Answer the question in the interface language."""
        return _(QUESTIONS[self.question]).format(example=self.example)

    @property
    def options(self) -> tuple[str, ...]:
        """Answer the values of ``ColumnStyle`` to choose from."""
        return OPTIONS[self.question]


def study_column(values: Sequence[CellValue], kind: FieldKind) -> tuple[ColumnStyle, StyleQuestion | None]:
    """Learn from all cells of a column how it writes days, percentages and numbers; ask where they do not say."""
    if kind in {FieldKind.DATE, FieldKind.DATETIME}:
        order, example = day_order([plain_text(value) for value in values if isinstance(value, str)])
        return ColumnStyle(day_order=order), StyleQuestion(Question.DAY_ORDER, example) if example else None
    if kind is FieldKind.PERCENT:
        return _study_percent(values)
    if kind in NUMERIC:
        return _study_marks(values)
    return ColumnStyle(), None


def _study_percent(values: Sequence[CellValue]) -> tuple[ColumnStyle, StyleQuestion | None]:
    numbers = [value for value in values if isinstance(value, Decimal)]
    numbers += [
        number for value in values if isinstance(value, str) and (number := parse_number(value)) is not None
    ]
    large = [number for number in numbers if abs(number) > 1]
    small = [number for number in numbers if 0 < abs(number) <= 1]
    if large and not small:
        return ColumnStyle(percent="points"), None
    if small and (large or any(abs(number) == 1 for number in small)):
        return ColumnStyle(), StyleQuestion(Question.PERCENT, plain_text(small[0]))
    return ColumnStyle(percent="fraction"), None


def _study_marks(values: Sequence[CellValue]) -> tuple[ColumnStyle, StyleQuestion | None]:
    texts = [_bare_number(value) for value in values if isinstance(value, str)]
    comma = any(_COMMA_DECIMAL.match(text) for text in texts)
    point = any(_POINT_DECIMAL.match(text) for text in texts)
    either = next((text for text in texts if _EITHER.match(text)), "")
    if comma and not point:
        return ColumnStyle(decimal_mark=","), None
    if point and not comma:
        return ColumnStyle(decimal_mark="."), None
    if comma and point and either:
        return ColumnStyle(), StyleQuestion(Question.DECIMAL_MARK, either)
    points = [text for text in texts if _EITHER.match(text) and "." in text]
    commas = [text for text in texts if _EITHER.match(text) and "," in text]
    if points and commas:
        return ColumnStyle(), StyleQuestion(Question.DECIMAL_MARK, either)
    return ColumnStyle(), None
