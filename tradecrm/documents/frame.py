"""The common frame of papers: from content to the blocks of PDF pages, letterhead to signatures."""

from __future__ import annotations

from decimal import Decimal

from tradecrm.documents.content import (
    Cell,
    Goods,
    Lines,
    Number,
    Paper,
    Party,
    PartyBox,
    Said,
    Section,
    Signature,
)
from tradecrm.documents.labels import LABELS
from tradecrm.documents.words import PaperLanguage, Words, long_date, plain_number, same
from tradecrm.render.pdf.blocks import (
    Box,
    Columns,
    Fact,
    Picture,
    Signatory,
    Signatures,
    Stack,
    clause,
    fact_rows,
    facts,
    heading,
    letterhead,
    title,
)
from tradecrm.render.pdf.linetable import Carry, Column, LineTable, Row, cell, line_table
from tradecrm.render.pdf.page import PageSetup
from tradecrm.render.pdf.text import BODY, LABEL, NUMBER, SMALL, STRONG, Align, Block, para

_LOGO = (150.0, 44.0)
_STAMP = (96.0, 96.0)
_SHORT = 27
"""Letters of both languages together that stand on one line of the narrowest column."""


PICTURE = 54
"""Points that a product's picture may take beside its name."""


def paper_setup(paper: Paper, language: PaperLanguage) -> PageSetup:
    """Answer the sheet: running head with the number, page x of y, watermark of a draft."""
    name = paper.title.label(language)
    sender = paper.sender.name.label(language)
    return PageSetup(
        name=f"{name} {paper.number}",
        author=sender,
        page_form=LABELS["page_form"].label(language) if language != "both" else LABELS["page_form_both"].en,
        running=f"{sender}   ·   {name} {paper.number}",
        footer=f"{name} {paper.number}",
        watermark=LABELS["draft"].texts("zh" if language == "zh" else "en")[0] if paper.draft else "",
    )


def paper_blocks(paper: Paper, language: PaperLanguage) -> list[Block]:
    """Answer the blocks of a paper, domain.md section 10.1."""
    found = _head(paper, language)
    if paper.lines is not None:
        found.append(_lines(paper.lines, language))
    for table in paper.tables:
        found += [heading(table.title.label(language)), _lines(table.lines, language)]
    strong = [fact for fact in (_fact(each, language) for each in paper.strong) if fact.values]
    if strong:
        found.append(Stack([facts(strong, label_share=0.24, strong=True)], before=8))
    for section in paper.sections:
        found += _section(section, language)
    if paper.to_fill is not None:
        found.append(_lines(paper.to_fill, language))
    found += _clauses(paper, language)
    if paper.signatures:
        found.append(_signatures(paper, language))
    return found


def _label(key: str, language: PaperLanguage) -> str:
    return LABELS[key].label(language)


def _fact(said: Said, language: PaperLanguage, *, join: bool = True) -> Fact:
    texts = said.value.texts(language)
    if join and len(texts) > 1 and sum(map(len, texts)) <= _SHORT and "\n" not in "".join(texts):
        texts = (" / ".join(texts),)  # a date, a country: both languages on one line
    return Fact(said.label.label(language), texts)


def _head(paper: Paper, language: PaperLanguage) -> list[Block]:
    sender = paper.sender
    reach = [
        f"{_label(key, language)}  {value}"
        for key, value in (
            ("phone", sender.phone),
            ("email", sender.email),
            ("tax_number", sender.tax_number),
        )
        if value
    ]
    said = [Said(paper.number_label, same(paper.number))]
    if paper.day is not None:
        said.append(Said(LABELS["date"], long_date(paper.day)))
    right = facts([_fact(each, language, join=False) for each in (*said, *paper.facts)], label_share=0.42)
    logo = Picture(paper.marks.logo, *_LOGO) if paper.marks.logo else None
    found: list[Block] = [
        letterhead(sender.name.texts(language), sender.address.texts(language), reach, logo),
        Stack([title(paper.title.label(language), align=Align.CENTER)], before=14),
    ]
    boxes = [_party(each, language) for each in paper.boxes]
    if boxes:
        found.append(Columns([boxes[0], right], [1.25, 1], gap=22, before=10))
    else:
        found.append(Stack([right], before=10))
    for start in range(1, len(boxes), 2):
        pair = boxes[start : start + 2]
        found.append(Columns(pair, [1] * len(pair), gap=12, before=8))
    opening = [para(text, BODY.but(before=2)) for text in paper.opening.texts(language)]
    if opening:
        found.append(Stack(opening, before=12))
    return found


def _party(box: PartyBox, language: PaperLanguage) -> Block:
    party: Party = box.party
    lines: list[Block] = [para(box.role.label(language), LABEL)]
    lines += [para(name, STRONG.but(size=10, leading=14)) for name in party.name.texts(language)]
    lines += [para(address, BODY) for address in party.address.texts(language)]
    for label, value in (
        ("contact", party.contact),
        ("phone", party.phone),
        ("email", party.email),
        ("tax_number", party.tax_number),
    ):
        if value:
            lines.append(para(f"{_label(label, language)}  {value}", SMALL))
    return Box(Stack(lines))


def _lines(lines: Lines, language: PaperLanguage) -> LineTable:
    columns = []
    for column in lines.columns:
        first, *others = column.head.texts(language) or ("",)
        head = "\n".join([f"{first} {column.unit}".rstrip(), *others])
        columns.append(Column(head, column.share, Align.RIGHT if column.number else Align.LEFT))
    rows = [_row(cells, lines.carried, language) for cells in lines.rows]
    rows += [_total(cells, language) for cells in lines.totals]
    carry = None
    if lines.carried is not None:
        places = lines.carried_places
        carry = Carry(
            _label("carried", language),
            _label("brought", language),
            lines.carried,
            lambda amount: plain_number(amount, places),
        )
    return line_table(columns, rows, carry=carry, before=10)


def _row(cells: tuple[Cell, ...], carried: int | None, language: PaperLanguage) -> Row:
    counted = cells[carried] if carried is not None else None
    amount = counted.value if isinstance(counted, Number) else Decimal(0)
    return Row(tuple(_cell(each, language) for each in cells), amount)


def _cell(content: Cell, language: PaperLanguage) -> Block | None:
    if isinstance(content, Number):
        number = para(plain_number(content.value, content.places), NUMBER)
        return cell(number, para(content.unit, SMALL.but(align=Align.RIGHT))) if content.unit else number
    if isinstance(content, Goods):
        said = cell(
            *(
                para(text, STRONG if not index else BODY)
                for index, text in enumerate(content.name.texts(language))
            ),
            *(para(text, SMALL) for text in content.detail.texts(language)),
            *(para(text, SMALL) for text in content.codes.texts("zh" if language == "zh" else "en")),
        )
        if not content.picture:
            return said
        return Columns([Picture(content.picture, PICTURE, PICTURE), said], [1, 2.4], gap=8)
    if content is None:
        return None
    texts = content.texts(language)
    return cell(*(para(text, BODY) for text in texts)) if len(texts) > 1 else para("".join(texts), BODY)


def _total(cells: tuple[tuple[Cell, ...], ...], language: PaperLanguage) -> Row:
    """Answer the row of totals: the unit of a quantity behind it, the currency of an amount before it."""
    strong = NUMBER.but(bold=True)
    last = len(cells) - 1
    found: list[Block | None] = []
    for position, parts in enumerate(cells):
        label = "   ".join(part.label(language) for part in parts if isinstance(part, Words))
        texts = [para(label, STRONG)] if label else []
        texts += [
            para(
                _with_unit(plain_number(part.value, part.places), part.unit, before=position == last), strong
            )
            for part in parts
            if isinstance(part, Number)
        ]
        found.append(cell(*texts) if texts else None)
    return Row(tuple(found), heavy=True)


def _with_unit(number: str, unit: str, *, before: bool) -> str:
    return (f"{unit} {number}" if before else f"{number} {unit}").strip()


def _section(section: Section, language: PaperLanguage) -> list[Block]:
    items = [fact for fact in (_fact(each, language) for each in section.rows) if fact.values]
    if not items:
        return []
    head = heading(section.title.label(language))
    if section.boxed:
        return [head, Box(facts(items, label_share=0.24), before=4)]
    if section.twin and len(items) > 1:
        half = (len(items) + 1) // 2
        left, right = (Stack(fact_rows(part, label_share=0.38)) for part in (items[:half], items[half:]))
        return [head, Columns([left, right], [1, 1], gap=20)]
    return [head, *fact_rows(items)]


def _clauses(paper: Paper, language: PaperLanguage) -> list[Block]:
    if not paper.clauses:
        return []
    clauses = [
        clause(f"{number}.", _clause_texts(item.title, item.text, language))
        for number, item in enumerate(paper.clauses, start=1)
    ]
    clauses[-1].keep_with_next = True  # signatures never stand on a sheet without a word of the contract
    return [heading(_label("general_terms", language)), *clauses]


def _clause_texts(name: Words, text: Words, language: PaperLanguage) -> list[tuple[str, str]]:
    names, texts = name.texts(language), text.texts(language)
    return [(names[index] if index < len(names) else "", body) for index, body in enumerate(texts)]


def _signatures(paper: Paper, language: PaperLanguage) -> Block:
    both = len(paper.signatures) > 1  # a paper that only we sign bears its date at the head

    def field(signature: Signature) -> Signatory:
        person = _label("signatory", language)
        dated = (_label("date", language),) if both else ()
        stamp = paper.marks.stamp if signature.own else b""
        return Signatory(
            signature.role.label(language),
            signature.firm.texts(language),
            (
                _label("signature", language),
                f"{person}  {signature.person}".rstrip(),
                *dated,
            ),
            Picture(stamp, *_STAMP) if stamp else None,
        )

    first, *others = (field(each) for each in paper.signatures)
    return Signatures(first, others[0] if others else None)
