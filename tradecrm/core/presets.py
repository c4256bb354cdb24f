"""The standard payment terms and the wording of any terms on English and Chinese papers (section 3.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from tradecrm.core.terms import (
    BEFORE_KINDS,
    Event,
    Method,
    Offset,
    OffsetKind,
    PaymentTerms,
    TermLine,
    TermType,
)
from tradecrm.core.text import N_


@dataclass(frozen=True, slots=True)
class Preset:
    """Standard terms: code, title for pickers, lines, and their wording on English and Chinese papers.

    ``days`` is the usual number of days where one is to be chosen (``{n}`` in the wording), else None.
    """

    code: str
    title: str
    terms: PaymentTerms
    english: str
    chinese: str
    days: int | None = None


def _single(method: Method, event: Event, offset: Offset | None = None) -> PaymentTerms:
    return PaymentTerms(method, (TermLine(TermType.BALANCE, Decimal(0), event, offset or Offset()),))


PRESETS: tuple[Preset, ...] = (
    Preset(
        "TT_30_70",
        N_("T/T 30 % deposit, balance against copy of B/L"),
        PaymentTerms(
            Method.TT,
            (
                TermLine(TermType.PERCENT, Decimal("0.3"), Event.ORDER),
                TermLine(TermType.BALANCE, Decimal(0), Event.BL_COPY, Offset(OffsetKind.DAYS, 7)),
            ),
        ),
        "30% deposit by T/T upon order, balance by T/T within 7 days against copy of B/L",
        "30%电汇定金，余款见提单副本后7天内电汇付清",
    ),
    Preset(
        "TT_30_BEFORE",
        N_("T/T 30 % deposit, balance before delivery"),
        PaymentTerms(
            Method.TT,
            (
                TermLine(TermType.PERCENT, Decimal("0.3"), Event.ORDER),
                TermLine(TermType.BALANCE, Decimal(0), Event.BEFORE_SHIP),
            ),
        ),
        "30% deposit by T/T upon order, balance by T/T before delivery",
        "30%电汇定金，余款发货前电汇付清",
    ),
    Preset(
        "TT_100",
        N_("T/T 100 % in advance"),
        _single(Method.TT, Event.ORDER),
        "100% by T/T in advance",
        "100%电汇预付",
    ),
    Preset(
        "OA_N",
        N_("Open account, days after B/L date"),
        _single(Method.OA, Event.BL, Offset(OffsetKind.DAYS, 30)),
        "O/A {n} days after B/L date",
        "赊销，提单日后{n}天付款",
        30,
    ),
    Preset(
        "LC_SIGHT",
        N_("L/C at sight"),
        _single(Method.LC, Event.PRESENT, Offset(OffsetKind.BANKING_DAYS, 7)),
        "By irrevocable L/C at sight",
        "不可撤销即期信用证",
    ),
    Preset(
        "LC_USANCE",
        N_("L/C, days after B/L date"),
        _single(Method.LC, Event.BL, Offset(OffsetKind.DAYS, 90)),
        "By irrevocable L/C at {n} days after B/L date",
        "不可撤销远期信用证，提单日后{n}天付款",
        90,
    ),
    Preset(
        "DP",
        N_("D/P at sight"),
        _single(Method.DP, Event.SIGHT),
        "D/P at sight",
        "即期付款交单（D/P）",
    ),
    Preset(
        "DA_N",
        N_("D/A, days after sight"),
        _single(Method.DA, Event.SIGHT, Offset(OffsetKind.DAYS, 60)),
        "D/A at {n} days after sight",
        "承兑交单（D/A），见票后{n}天付款",
        60,
    ),
    Preset(
        "MONTHLY_N",
        N_("Monthly account, days after month end"),
        _single(Method.MONTHLY, Event.INVOICE, Offset(OffsetKind.MONTH_END_DAYS, 30)),
        "Monthly account, {n} days after end of month",
        "月结{n}天",
        30,
    ),
)


def preset(code: str) -> Preset:
    """Answer the standard terms of a code such as ``TT_30_70``; raises KeyError for an unknown one."""
    return {each.code: each for each in PRESETS}[code]


def preset_terms(code: str, days: int | None = None) -> PaymentTerms:
    """Answer standard terms, with ``days`` in place of the usual number where the preset has one."""
    chosen = preset(code)
    if days is None or chosen.days is None:
        return chosen.terms
    line = chosen.terms.lines[0]
    offset = Offset(line.offset.kind, days, line.offset.day)
    return PaymentTerms(chosen.terms.method, (TermLine(line.type, line.share, line.event, offset),))


def terms_wording(terms: PaymentTerms, language: str = "en") -> str:
    """Write terms as a paper states them, in ``en`` or ``zh``; standard terms have their usual wording."""
    for each in PRESETS:
        days = terms.lines[0].offset.number if terms.lines else 0
        if preset_terms(each.code, days) == terms:
            return each.chinese.format(n=days) if language == "zh" else _singular(each.english.format(n=days))
    write = _line_chinese if language == "zh" else _line_english
    rest = len(terms.lines) == 1
    method = _METHOD_CHINESE[terms.method] if language == "zh" else _METHOD_ENGLISH[terms.method]
    lines = [write(line, sole=rest) for line in terms.lines]
    return f"{method}：{'，'.join(lines)}" if language == "zh" else _singular(f"{method}: {', '.join(lines)}")


def _singular(words: str) -> str:
    """Answer the wording with ``1 day`` for ``1 days``: papers are English whatever the window speaks."""
    return re.sub(r"\b(?<![.,])1 ((?:banking )?(?:day|month))s\b", r"1 \1", words)


_METHOD_ENGLISH = {
    Method.TT: "T/T",
    Method.OA: "O/A",
    Method.LC: "L/C",
    Method.DP: "D/P",
    Method.DA: "D/A",
    Method.MONTHLY: "Monthly account",
}
_METHOD_CHINESE = {
    Method.TT: "电汇",
    Method.OA: "赊销",
    Method.LC: "信用证",
    Method.DP: "付款交单",
    Method.DA: "承兑交单",
    Method.MONTHLY: "月结",
}
_EVENT_ENGLISH = {
    Event.ORDER: "order",
    Event.BEFORE_SHIP: "shipment",
    Event.BL: "B/L date",
    Event.BL_COPY: "copy of B/L",
    Event.INVOICE: "invoice date",
    Event.ARRIVAL: "arrival of goods",
    Event.PRESENT: "presentation of documents",
    Event.SIGHT: "sight",
    Event.ACCEPT: "acceptance",
}
_EVENT_CHINESE = {
    Event.ORDER: "下单",
    Event.BEFORE_SHIP: "出货",
    Event.BL: "提单日",
    Event.BL_COPY: "见提单副本",
    Event.INVOICE: "发票日",
    Event.ARRIVAL: "到港",
    Event.PRESENT: "交单",
    Event.SIGHT: "见票",
    Event.ACCEPT: "承兑",
}
_ENGLISH_OFFSETS = {
    OffsetKind.DAYS: "{n} days after {event}",
    OffsetKind.MONTHS: "{n} months after {event}",
    OffsetKind.MONTH_END_DAYS: "{n} days after the end of the month of {event}",
    OffsetKind.MONTH_END: "at the end of month +{n} after {event}",
    OffsetKind.DAY_AFTER: "on day {d} of the month, not before {n} days after {event}",
    OffsetKind.DAY_OF_MONTH: "on day {d} of month +{n} after {event}",
    OffsetKind.BANKING_DAYS: "{n} banking days after {event}",
}
_CHINESE_OFFSETS = {
    OffsetKind.DAYS: "{event}后{n}天",
    OffsetKind.MONTHS: "{event}后{n}个月",
    OffsetKind.MONTH_END_DAYS: "{event}当月月底后{n}天",
    OffsetKind.MONTH_END: "{event}后第{n}个月月底",
    OffsetKind.DAY_AFTER: "{event}后{n}天起遇{d}日",
    OffsetKind.DAY_OF_MONTH: "{event}后第{n}个月{d}日",
    OffsetKind.BANKING_DAYS: "{event}后{n}个银行工作日",
}
_ENGLISH_BEFORE = {
    OffsetKind.DAYS: "{n} days before {event}",
    OffsetKind.MONTHS: "{n} months before {event}",
    OffsetKind.BANKING_DAYS: "{n} banking days before {event}",
}
_CHINESE_BEFORE = {
    OffsetKind.DAYS: "{event}前{n}天",
    OffsetKind.MONTHS: "{event}前{n}个月",
    OffsetKind.BANKING_DAYS: "{event}前{n}个银行工作日",
}


def _share(line: TermLine, percent: str, remaining: str, fixed: str, balance: str) -> str:
    number = f"{line.share * 100:f}" if line.type is not TermType.FIXED else f"{line.share:f}"
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    texts = {
        TermType.PERCENT: percent,
        TermType.REMAINING: remaining,
        TermType.FIXED: fixed,
        TermType.BALANCE: balance,
    }
    return texts[line.type].format(share=number)


def _line_english(line: TermLine, *, sole: bool) -> str:
    share = _share(line, "{share}%", "{share}% of the remainder", "{share}", "100%" if sole else "balance")
    event, offset = _EVENT_ENGLISH[line.event], line.offset
    if offset == Offset():
        return f"{share} {'before' if line.event is Event.BEFORE_SHIP else 'at'} {event}"
    if line.event is Event.BEFORE_SHIP and offset.kind in BEFORE_KINDS:
        return f"{share} " + _ENGLISH_BEFORE[offset.kind].format(n=offset.number, event=event)
    return f"{share} " + _ENGLISH_OFFSETS[offset.kind].format(n=offset.number, d=offset.day, event=event)


def _line_chinese(line: TermLine, *, sole: bool) -> str:
    share = _share(line, "{share}%", "剩余的{share}%", "{share}", "100%" if sole else "余款")
    event, offset = _EVENT_CHINESE[line.event], line.offset
    if offset == Offset():
        return f"{share}{event}{'前' if line.event is Event.BEFORE_SHIP else '时'}支付"
    if line.event is Event.BEFORE_SHIP and offset.kind in BEFORE_KINDS:
        return f"{share}" + _CHINESE_BEFORE[offset.kind].format(n=offset.number, event=event) + "支付"
    when = _CHINESE_OFFSETS[offset.kind].format(n=offset.number, d=offset.day, event=event)
    return f"{share}{when}支付"
