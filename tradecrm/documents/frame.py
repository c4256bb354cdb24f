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
from tradecrm.render.pdf.text import BODY, LABEL, NUMBER, SMALL, STRONG, Align, Block, Figure, para

_LOGO = (150.0, 44.0)
_STAMP = (96.0, 96.0)
_SHORT = 24
"""Letters of both languages together that stand on one line of the narrowest column."""
_LONG = 60
_HIGH = 6
"""Letters and lines that a fact may have to stand in one of two columns."""
_TWIN_GAP = 20
_TWIN_LABEL = 0.192
"""Share of the full width that labels take below two columns, so that values stand under each other."""

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
        found[-1].keep_with_next = True  # signatures never stand on a sheet without a word of the paper
        found.append(_signatures(paper, language))
    return found


def _label(key: str, language: PaperLanguage) -> str:
    return LABELS[key].label(language)


def _fact(said: Said, language: PaperLanguage) -> Fact:
    texts = said.value.texts(language)
    if len(texts) > 1:
        told = texts[0].split("\n")  # a line that is the same in both languages stands once
        own = [line for line in texts[1].split("\n") if line not in told]
        texts = tuple(text for text in (texts[0], "\n".join(own)) if text)
    if len(texts) > 1 and sum(map(len, texts)) <= _SHORT and "\n" not in "".join(texts):
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
    right = facts([_fact(each, language) for each in (*said, *paper.facts)], label_share=0.4)
    logo = Picture(paper.marks.logo, *_LOGO) if paper.marks.logo else None
    found: list[Block] = [
        letterhead(sender.name.texts(language), sender.address.texts(language), reach, logo),
        Stack([title(paper.title.label(language), align=Align.CENTER)], before=14),
    ]
    boxes = [_party(each, language) for each in paper.boxes]
    if boxes:
        found.append(Columns([boxes[0], right], [1.05, 1], gap=22, before=10))
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
    rows = [_row(cells, lines, language) for cells in lines.rows]
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


def _row(cells: tuple[Cell, ...], lines: Lines, language: PaperLanguage) -> Row:
    counted = cells[lines.carried] if lines.carried is not None else None
    amount = counted.value if isinstance(counted, Number) else Decimal(0)
    if lines.joined:
        cells = tuple(same(each.label(language)) if isinstance(each, Words) else each for each in cells)
    return Row(tuple(_cell(each, language) for each in cells), amount)


def _cell(content: Cell, language: PaperLanguage) -> Block | None:
    if isinstance(content, Number):
        number = Figure(plain_number(content.value, content.places))
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
        return Columns([Picture(content.picture, PICTURE, PICTURE), said], [1, 3.4], gap=8)
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
        texts: list[Block] = [para(label, STRONG)] if label else []
        texts += [
            Figure(
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
    if not section.twin:
        return [head, *fact_rows(items)]
    short = [item for item in items if _is_short(item)]
    half = _middle(short)
    columns = [Stack(fact_rows(part, label_share=0.4)) for part in (short[:half], short[half:])]
    long = fact_rows([item for item in items if not _is_short(item)], label_share=_TWIN_LABEL)
    return [head, *([Columns(columns, [1, 1], gap=_TWIN_GAP)] if short else []), *long]


def _is_short(fact: Fact) -> bool:
    """Tell whether a fact reads well in half the width; longer ones take the whole of it."""
    return all(len(text) <= _LONG for text in fact.values) and _lines_of(fact) <= _HIGH


def _lines_of(fact: Fact) -> int:
    return sum(text.count("\n") + 1 for text in fact.values)


def _middle(items: list[Fact]) -> int:
    """Answer where the right column begins, so that both are about as high."""
    total, passed = sum(map(_lines_of, items)), 0
    for index, item in enumerate(items):
        if passed * 2 >= total:
            return index
        passed += _lines_of(item)
    return len(items)


def _clauses(paper: Paper, language: PaperLanguage) -> list[Block]:
    if not paper.clauses:
        return []
    clauses = [
        clause(f"{number}.", _clause_texts(item.title, item.text, language))
        for number, item in enumerate(paper.clauses, start=1)
    ]
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
