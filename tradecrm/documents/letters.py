"""The words that go with papers by mail: of a statement, and of the payment reminders of each stage (3.7, 3.8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from tradecrm.core.money import format_money
from tradecrm.documents.words import Words
from tradecrm.services.figures.dunning import DunningCase, DunningLine
from tradecrm.services.trade.paper_statement import StatementFacts

_SUBJECTS = MappingProxyType(
    {
        1: Words("Upcoming payment: {numbers}", "付款提醒：{numbers} 即将到期"),
        2: Words("Payment due today: {numbers}", "付款提醒：{numbers} 今日到期"),
        3: Words("Payment reminder: {numbers}", "催款函：{numbers}"),
        4: Words("Second payment reminder: {numbers}", "二次催款函：{numbers}"),
        5: Words("Final payment reminder: {numbers}", "最后催款函：{numbers}"),
    }
)
_BODIES = MappingProxyType(
    {
        1: Words(
            "This is a friendly notice that the following amounts fall due shortly:",
            "现就以下即将到期的款项友好提醒贵司：",
        ),
        2: Words(
            "We would like to remind you that the following amounts are due today:",
            "以下款项已到期，烦请贵司安排付款：",
        ),
        3: Words(
            "According to our records the following amounts are past due. Perhaps it has escaped your notice:",
            "经核对，以下款项已逾期，或系贵司疏忽，特此提醒：",
        ),
        4: Words(
            "Despite our earlier reminder the following amounts are still unpaid:",
            "我司此前已去函提醒，但以下款项至今仍未收到：",
        ),
        5: Words(
            "In spite of our reminders the following amounts are still open. We must ask you to pay them at once:",
            "经我司多次提醒，以下款项仍未支付，请贵司立即付清：",
        ),
    }
)
_CLOSINGS = MappingProxyType(
    {
        1: Words("Thank you for arranging the payment in time.", "感谢贵司届时按时付款。"),
        2: Words(
            "Please send us the bank slip once the payment is made. Thank you.",
            "付款后请将银行水单发给我司，谢谢。",
        ),
        3: Words(
            "Please let us know when we may expect the payment. If it has been made, please disregard this letter.",
            "请告知预计付款日期；如已付款，请忽略此函。",
        ),
        4: Words(
            "Please pay within 7 days, or tell us the reason and a firm date of payment.",
            "请于7日内付清，或告知原因及确切付款日期。",
        ),
        5: Words(
            "Unless the payment arrives within 5 days we shall have to stop further shipments and pass the matter on"
            " for collection.",
            "如5日内仍未收到款项，我司将不得不暂停后续出货，并将此事转交追收处理。",
        ),
    }
)


def dunning_letter(case: DunningCase, firm: Words, language: str) -> str:
    """Answer the letter of a case in ``en`` or ``zh``, subject first, in the tone of its highest stage."""
    stage = case.stage.number
    zh = language == "zh"
    subject = _pick(_SUBJECTS[stage], zh=zh).format(numbers=_numbers(case.lines, zh=zh))
    lines = [_line(line, zh=zh) for line in case.lines]
    lines += (
        [_total(code, amount, zh=zh) for code, amount in _sums(case.lines)] if len(case.lines) > 1 else []
    )
    return "\n".join(
        (
            f"{'主题：' if zh else 'Subject: '}{subject}",
            "",
            f"{case.party}：" if zh else f"Dear {case.party},",
            "",
            _pick(_BODIES[stage], zh=zh),
            "",
            *lines,
            "",
            _pick(_CLOSINGS[stage], zh=zh),
            "",
            "此致" if zh else "Best regards,",
            _pick(firm, zh=zh),
        )
    )


def statement_letter(facts: StatementFacts, language: str) -> str:
    """Answer the text that goes with a statement by mail in ``en`` or ``zh``, subject first."""
    zh = language == "zh"
    found = facts.statement
    last = found.ask.last.isoformat()
    owed = [(part.currency, part.closing) for part in found.parts if part.closing]
    overdue = [
        (part.currency, sum(part.buckets[1:], Decimal(0)))
        for part in found.parts
        if found.ask.side == "AR" and any(part.buckets[1:])
    ]
    name = facts.party.contact or facts.party.name
    firm = Words(facts.frame.firm.company_name, facts.frame.firm.company_name_local)
    subject = f"主题：截至{last}对账单" if zh else f"Subject: Statement of account as of {last}"
    lines = [subject, "", f"{name}：" if zh else f"Dear {name},", ""]
    lines += _statement_words(found.ask.side, owed, overdue, last, zh=zh)
    lines += ["", "此致" if zh else "Best regards,", _pick(firm, zh=zh)]
    return "\n".join(lines)


def _statement_words(
    side: str,
    owed: list[tuple[str, Decimal]],
    overdue: list[tuple[str, Decimal]],
    last: str,
    *,
    zh: bool,
) -> list[str]:
    balance = _amounts(owed) or ("0.00" if zh else "nil")
    if zh:
        found = [f"随函附上截至{last}的对账单，余额为 {balance}。"]
        if overdue:
            found.append(f"其中已逾期 {_amounts(overdue)}，请尽快安排付款。")
        closing = "请核对，如有不符请于7日内告知。" if side == "AR" else "请核对无误后签章回传。"
        return [*found, closing]
    found = [f"Please find attached the statement of account as of {last}. The balance is {balance}."]
    if overdue:
        found.append(f"Of this {_amounts(overdue)} is overdue; please arrange the payment soon.")
    closing = (
        "Kindly check it and let us know of any difference within 7 days."
        if side == "AR"
        else "Kindly check it, sign it and send it back."
    )
    return [*found, closing]


def _pick(words: Words, *, zh: bool) -> str:
    return (words.zh or words.en) if zh else (words.en or words.zh)


def _amounts(pairs: Iterable[tuple[str, Decimal]]) -> str:
    return ", ".join(format_money(amount, code) for code, amount in pairs)


def _numbers(lines: tuple[DunningLine, ...], *, zh: bool) -> str:
    numbers = list(dict.fromkeys(line.number for line in lines))
    return ("、" if zh else ", ").join(numbers[:3]) + ("等" if zh and len(numbers) > 3 else "")


def _line(line: DunningLine, *, zh: bool) -> str:
    amount, due = format_money(line.open_amount, line.currency), _day(line.due_on)
    if zh:
        late = f"，逾期{line.late}天" if line.late > 0 else ""
        return f"- {line.number}：{amount}，到期日 {due}{late}"
    late = f", {line.late} days overdue" if line.late > 1 else (", 1 day overdue" if line.late == 1 else "")
    return f"- {line.number}: {amount}, due {due}{late}"


def _total(code: str, amount: Decimal, *, zh: bool) -> str:
    return f"{'合计' if zh else 'Total'}: {format_money(amount, code)}"


def _sums(lines: tuple[DunningLine, ...]) -> list[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.currency] = sums.get(line.currency, Decimal(0)) + line.open_amount
    return sorted(sums.items())


def _day(day: date) -> str:
    return day.isoformat()
