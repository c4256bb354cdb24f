"""Parameters of a report: declared with kind and default, read from links, forms and the command line alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tradecrm.core.currencies import is_currency
from tradecrm.core.fields import FieldKind
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import N_, _

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

Value = str | int | bool | date | None
Default = Callable[["Reader"], Value]


@dataclass(frozen=True, slots=True)
class ReportParam:
    """A parameter: its key, title, kind and default.

    CHOICE has ``choices`` (value, title); REF names in ``ref`` the page of the record it is the id of
    (``customer``, ``account``, ``shipment``); a date may be typed as ``2026-05-31``. An ``internal`` one is set by
    links alone and has no field on the page; a ``kept`` one begins with what was typed into it last; a ``more``
    one is asked for seldom and folded away on the page.
    """

    key: str
    title: str
    kind: FieldKind = FieldKind.TEXT
    default: Default | None = None
    choices: tuple[tuple[str, str], ...] = ()
    ref: str = ""
    required: bool = False
    internal: bool = False
    kept: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True)
class Params:
    """The values a report runs with, every declared parameter among them."""

    values: Mapping[str, Value]

    def day(self, key: str) -> date:
        """Answer a date that is always there."""
        value = self.values[key]
        assert isinstance(value, date)
        return value

    def text(self, key: str) -> str:
        """Answer a text, empty when there is none."""
        value = self.values[key]
        return "" if value is None else str(value)

    def number(self, key: str) -> int | None:
        """Answer a whole number or an id, None when there is none."""
        value = self.values[key]
        return None if value is None else int(str(value))

    def flag(self, key: str) -> bool:
        """Answer yes or no."""
        return self.values[key] is True

    def shown(self) -> tuple[tuple[str, str], ...]:
        """Answer the values as texts, for the frozen table; what is not set is left out."""
        return tuple((key, _shown(value)) for key, value in self.values.items() if value not in (None, ""))


def _shown(value: Value) -> str:
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


def read_params(reader: Reader, declared: tuple[ReportParam, ...], given: Mapping[str, object]) -> Params:
    """Make typed values of what was given; what is missing takes its default.

    Raises Refusal naming every parameter that is unknown, unreadable or missing.
    """
    known = {param.key for param in declared}
    problems = [
        Problem(
            key, _("There is no parameter {key}; there are: {known}.").format(key=key, known=_list(known))
        )
        for key in given
        if key not in known
    ]
    values: dict[str, Value] = {}
    for param in declared:
        try:
            values[param.key] = _value(reader, param, given.get(param.key))
        except Refusal as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise Refusal(problems)
    return Params(values)


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "—"


def _value(reader: Reader, param: ReportParam, raw: object) -> Value:
    if raw is None or raw == "":
        value = None if param.default is None else param.default(reader)
        if value is None and param.required:
            raise _refused(param, _("{title} is needed.").format(title=_(param.title)))
        return value
    if isinstance(raw, date):
        return raw
    text = str(raw).strip()
    if param.kind is FieldKind.REF:
        # A number in a link is an id; typed text may be a number, name, code or id.
        return _known(reader, param, raw) if isinstance(raw, int) else _reference(reader, param, text)
    read = _READERS.get(param.kind)
    return text if read is None else read(param, text)


def _refused(param: ReportParam, sentence: str) -> Refusal:
    return Refusal.of(sentence, param.key)


def _date(param: ReportParam, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = _("{text} is no date. Write it as 2026-05-31.").format(text=text)
        raise _refused(param, sentence) from None


def _yes(param: ReportParam, text: str) -> bool:
    if text.casefold() in {"1", "true", "yes"}:
        return True
    if text.casefold() in {"0", "false", "no"}:
        return False
    raise _refused(param, _("{text} is neither yes nor no.").format(text=text))


def _whole(param: ReportParam, text: str) -> int:
    if not text.isdecimal() or len(text) > 12:
        raise _refused(param, _("{text} is no whole number.").format(text=text))
    return int(text)


def _known(reader: Reader, param: ReportParam, key: int) -> int:
    from tradecrm.services.figures.papers import record_name

    if record_name(reader, param.ref, key) is None:
        sentence = _("{title}: there is no {text}. Give its number, name or id.")
        raise _refused(param, sentence.format(title=_(param.title), text=key))
    return key


def _reference(reader: Reader, param: ReportParam, text: str) -> int:
    from tradecrm.services.figures.papers import find_record

    found = find_record(reader, param.ref, text)
    if found is None:
        sentence = _("{title}: there is no {text}. Give its number, name or id.")
        raise _refused(param, sentence.format(title=_(param.title), text=text))
    return found


def _choice(param: ReportParam, text: str) -> str:
    for value, _title in param.choices:
        if value.casefold() == text.casefold():
            return value
    known = ", ".join(value for value, _title in param.choices if value)
    raise _refused(param, _("{text} is not possible here; choose {known}.").format(text=text, known=known))


def _currency(param: ReportParam, text: str) -> str:
    if not is_currency(text.upper()):
        raise _refused(param, _("There is no currency {text}.").format(text=text))
    return text.upper()


_READERS: dict[FieldKind, Callable[[ReportParam, str], Value]] = {
    FieldKind.DATE: _date,
    FieldKind.BOOL: _yes,
    FieldKind.INTEGER: _whole,
    FieldKind.CHOICE: _choice,
    FieldKind.CURRENCY: _currency,
}


def today(reader: Reader) -> date:
    """Answer the day of the book's clock, the default of most dates."""
    return reader.today


def month_start(reader: Reader) -> date:
    """Answer the first day of this month."""
    return reader.today.replace(day=1)


def year_start(reader: Reader) -> date:
    """Answer the first day of this year."""
    return reader.today.replace(month=1, day=1)


AS_OF = ReportParam("as_of", N_("As of"), FieldKind.DATE, today)
FIRST = ReportParam("first", N_("From"), FieldKind.DATE, year_start)
LAST = ReportParam("last", N_("To"), FieldKind.DATE, today)
CURRENCY = ReportParam("currency", N_("Currency"), FieldKind.CURRENCY)
PARTY = ReportParam("party", N_("Partner"), FieldKind.REF, ref="customer")
OFFSET = ReportParam("offset", N_("Rows skipped"), FieldKind.INTEGER, lambda _reader: 0)
LIMIT = ReportParam("limit", N_("Rows at most (0: all)"), FieldKind.INTEGER, lambda _reader: 1000)
