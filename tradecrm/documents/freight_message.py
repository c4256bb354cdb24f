"""The message that asks a forwarder for a quote, ready to send in English or Chinese (domain.md section 10.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tradecrm.documents.content import Paper, Said
from tradecrm.documents.freight import freight_paper
from tradecrm.documents.ways import has_title, way_label
from tradecrm.documents.words import Words
from tradecrm.services.trade.freight_card import Invited, inquiry_card
from tradecrm.services.trade.paper_freight import FreightFacts, freight_facts
from tradecrm.services.work import Reader

_GREETING = Words("Dear {name},", "{name}，您好！")
_ANYONE = Words("Sir or Madam", "各位")
_ASK = Words("please quote for the following cargo:", "请就以下货物报价：")
_CHARGES = Words(
    "Please list every charge with unit, currency and price:",
    "请逐项列明费用，并注明计费单位、币种和单价：",
)
_TERMS = Words(
    "Please also state carrier, sailing date, transit days, free days at destination and validity of the quote.",
    "并请注明船公司、船期、航程天数、目的港免箱期和报价有效期。",
)
_TERMS_AWAY = Words(
    "Please also state {carrier}, day of departure, transit days and validity of the quote.",
    "并请注明{carrier}、出发日期、运输天数和报价有效期。",
)
_BY = Words("Please reply by {day}.", "请于{day}前回复。")
_THANKS = Words("Best regards,", "谢谢！")


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one forwarder: subject and text in both languages, and the language it usually gets."""

    forwarder_id: int
    forwarder: str
    email: str
    language: str
    declined: bool
    subject: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Messages:
    """The messages of an inquiry and where it stands."""

    inquiry_id: int
    number: str
    status: str
    messages: tuple[Message, ...]


def freight_messages(reader: Reader, inquiry_id: int) -> Messages:
    """Answer the message to each forwarder of an inquiry; raises NotFound, NotAllowed."""
    card = inquiry_card(reader, inquiry_id)
    return Messages(
        card.id,
        card.values["number"],
        card.values["status"],
        tuple(_message(freight_facts(reader, inquiry_id), invited) for invited in card.invites),
    )


def _message(facts: FreightFacts, invited: Invited) -> Message:
    paper = freight_paper(facts)
    return Message(
        invited.forwarder_id,
        invited.name,
        invited.email,
        invited.language,
        invited.declined,
        Words(_subject(facts, paper, "en"), _subject(facts, paper, "zh")),
        Words(_text(facts, paper, invited, "en"), _text(facts, paper, invited, "zh")),
    )


def _pick(words: Words, language: str) -> str:
    return " ".join(words.texts("zh" if language == "zh" else "en"))


def _subject(facts: FreightFacts, paper: Paper, language: str) -> str:
    return (
        f"{_pick(paper.title, language)} {facts.number}: {facts.port_of_loading} – {facts.port_of_discharge}"
    )


def _text(facts: FreightFacts, paper: Paper, invited: Invited, language: str) -> str:
    """Write the message: the cargo as the paper says it, the charges to fill in, by when, and who asks."""
    firm = facts.frame.firm
    name = invited.contact or invited.name or _pick(_ANYONE, language)
    rows = [said for section in paper.sections for said in section.rows]
    terms = [said for said in paper.facts if said.label != paper.facts[0].label]
    charges = paper.to_fill.rows if paper.to_fill is not None else ()
    named = [_pick(row[0], language) for row in charges if isinstance(row[0], Words)]
    ours = firm.company_name_local if language == "zh" else firm.company_name
    lines = [
        _pick(_GREETING, language).format(name=name),
        _pick(_ASK, language),
        "",
        *_said((*rows, *terms), language),
        "",
        _pick(_CHARGES, language),
        *(f"- {each}:" for each in named if each.strip()),
        "",
        _pick(_terms(facts.mode), language),
    ]
    if facts.quote_by is not None:
        lines.append(_pick(_BY, language).format(day=facts.quote_by.isoformat()))
    lines += [
        "",
        _pick(_THANKS, language),
        *(part for part in (firm.company_signatory, ours or firm.company_name) if part),
        *(part for part in (firm.company_phone, firm.company_email) if part),
    ]
    return "\n".join(lines)


def _terms(mode: str) -> Words:
    """Answer what else is asked: no free days of a container where none travels by sea."""
    if has_title(mode):
        return _TERMS
    carrier = way_label("carrier", mode)
    return Words(_TERMS_AWAY.en.format(carrier=carrier.en.lower()), _TERMS_AWAY.zh.format(carrier=carrier.zh))


def _said(rows: Iterable[Said], language: str) -> Iterable[str]:
    for said in rows:
        value = _pick(said.value, language)
        if value.strip():
            mark = "：" if language == "zh" else ": "
            yield f"{_pick(said.label, language)}{mark}{value}"
