"""The statement of account as a paper: a table a currency, aging, what is due in words, our bank (section 3.7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

from tradecrm.core.money import shown_units
from tradecrm.documents.content import (
    Cell,
    Lines,
    Number,
    Paper,
    PartyBox,
    Said,
    Section,
    Signature,
    TableColumn,
    Titled,
)
from tradecrm.documents.labels import LABELS, TITLES
from tradecrm.documents.parts import bank_details, in_words, our_firm, partner, pictures
from tradecrm.documents.sale import bank_section
from tradecrm.documents.words import Words, long_date, same
from tradecrm.services.figures.party_statement import (
    PartyStatement,
    StatementLine,
    StatementPart,
    StatementStyle,
)
from tradecrm.services.figures.received import ReceivedLine
from tradecrm.services.trade.paper_statement import StatementFacts

_KINDS = {
    "INV": (Words("Invoice", "发票"), Words("Bill", "账单")),
    "DN": (Words("Debit note", "借项通知"), Words("Debit note", "借项通知")),
    "CN": (Words("Credit note", "贷项通知"), Words("Credit note", "贷项通知")),
    "OPEN": (Words("Opening item", "期初"), Words("Opening item", "期初")),
    "RCT": (Words("Receipt", "收款"), Words("Receipt", "收款")),
    "PAY": (Words("Payment", "付款"), Words("Payment", "付款")),
    "RFD": (Words("Refund", "退款"), Words("Refund", "退款")),
    "WOF": (Words("Write-off", "核销"), Words("Write-off", "核销")),
    "allocation": (Words("Settled in another currency", "以其他币种结算"),) * 2,
}
_OTHER = Words("Entry", "记账")
_OPENINGS = {
    "AR": Words(
        "Please find below your account with us. Kindly check it and let us know of any difference within 7 days.",
        "以下为贵司与我司的往来账目，请核对；如有不符，请于7日内告知。",
    ),
    "AP": Words(
        "Please find below our account with you. Kindly check it, sign and return it.",
        "以下为我司与贵司的往来账目，请核对无误后盖章回传；如有不符，请注明。",
    ),
}
_DUE = {"AR": Words("Due to us", "贵司应付"), "AP": Words("Due to you", "我司应付")}
_AGING = Words("Balance by age", "账龄")
_GOODS = Words("Goods received against bills", "收货与开票、付款对照")


def statement_paper(facts: StatementFacts) -> Paper:
    """Answer the paper of a statement; what the style leaves out is left out here."""
    frame, found = facts.frame, facts.statement
    ask, firm = found.ask, our_firm(frame)
    party = partner(facts.party)
    is_open = ask.style is StatementStyle.OPEN
    days = (
        Said(LABELS["as_of"], long_date(ask.last))
        if is_open
        else Said(LABELS["period"], _days(ask.first, ask.last))
    )
    tables = [Titled(_heading(part), _lines(found, part)) for part in found.parts]
    if found.parts:
        tables.append(Titled(_AGING, _aging(found)))
    if facts.received:
        tables.append(Titled(_GOODS, _received(facts.received)))
    beneficiary = frame.firm.company_name or frame.firm.company_name_local
    banks = facts.banks if frame.style.bank else ()
    return Paper(
        kind="statement",
        title=TITLES["statement" if ask.side == "AR" else "supplier_statement"],
        number=f"{found.code} {ask.last.isoformat()}",
        number_label=LABELS["account_no"],
        sender=firm,
        day=ask.last,
        boxes=(PartyBox(LABELS["customer" if ask.side == "AR" else "supplier"], party),),
        facts=(days,),
        opening=_OPENINGS[ask.side],
        tables=tuple(tables),
        strong=tuple(_due(ask.side, part) for part in found.parts if part.closing > 0),
        sections=tuple(_bank(code, bank_section(bank_details(bank, beneficiary))) for code, bank in banks),
        signatures=_signatures(facts, firm.name, party.name),
        marks=pictures(frame),
        draft=frame.draft,
    )


def _signatures(facts: StatementFacts, firm: Words, party: Words) -> tuple[Signature, ...]:
    """Answer who signs: we do; a supplier confirms."""
    own = Signature(LABELS["issuer"], firm, facts.frame.firm.company_signatory, own=True)
    if facts.statement.ask.side == "AR":
        return (own,)
    return own, Signature(LABELS["supplier"], party, facts.party.contact)


def _days(first: date, last: date) -> Words:
    return same(f"{first.isoformat()} – {last.isoformat()}")


def _heading(part: StatementPart) -> Words:
    return same(part.currency)


def _due(side: str, part: StatementPart) -> Said:
    label = _DUE[side]
    return Said(
        Words(f"{label.en} {part.currency}", f"{label.zh} {part.currency}"),
        in_words(part.closing, part.currency),
    )


def _bank(code: str, section: Section) -> Section:
    title = section.title
    return Section(Words(f"{title.en} {code}", f"{title.zh} {code}"), section.rows, section.boxed)


def _lines(found: PartyStatement, part: StatementPart) -> Lines:
    """Answer the table of one currency, its balance carried from page to page."""
    is_open = found.ask.style is StatementStyle.OPEN
    payable = found.ask.side == "AP"
    more, less = (
        ("amount", "paid_so_far")
        if is_open
        else (("billed", "paid") if payable else ("debit", "credit_side"))
    )
    columns = (
        TableColumn(LABELS["date"], 0.125),
        TableColumn(LABELS["paper"], 0.185),
        TableColumn(LABELS["bl_any"], 0.135),
        TableColumn(LABELS["order_no"], 0.11),
        TableColumn(LABELS["due"], 0.125),
        TableColumn(LABELS[more], 0.105, number=True),
        TableColumn(LABELS[less], 0.105, number=True),
        TableColumn(LABELS["open_amount" if is_open else "balance"], 0.11, number=True),
    )
    places = _places(part)
    rows: list[tuple[Cell, ...]] = []
    if not is_open:
        rows.append(
            (
                same(found.ask.first.isoformat()),
                LABELS["opening_balance"],
                *[None] * 5,
                Number(part.opening, places),
            )
        )
    rows += [_row(line, places, payable=payable) for line in part.lines]
    total = LABELS["closing_balance"] if not is_open else LABELS["total"]
    totals: tuple[tuple[Cell, ...], ...] = (
        (),
        (total,),
        (),
        (),
        (),
        (),
        (),
        (Number(part.closing, places),),
    )
    return Lines(columns, tuple(rows), (totals,))


def _places(part: StatementPart) -> int:
    """Answer the decimals that every amount of a currency shows, so that its columns read as one."""
    lines = (value for line in part.lines for value in (line.more, line.less, line.balance))
    found = (value for value in lines if value is not None)
    return shown_units(part.currency, part.opening, part.closing, part.unapplied, *part.buckets, *found)


def _row(line: StatementLine, places: int, *, payable: bool) -> tuple[Cell, ...]:
    kind = _KINDS.get(line.kind, (_OTHER, _OTHER))[1 if payable else 0]
    words = Words(f"{kind.en} {line.number}".strip(), f"{kind.zh} {line.number}".strip())
    return (
        same(line.day.isoformat()),
        words,
        same(line.lading),
        same(line.order),
        same(line.due_on.isoformat() if line.due_on else ""),
        None if line.more is None else Number(line.more, places),
        None if line.less is None else Number(line.less, places),
        Number(line.balance, places),
    )


def _aging(found: PartyStatement) -> Lines:
    """Answer the aging at the end, a row a currency."""
    first = found.edges[0]
    days = [
        f"1–{first}",
        *(f"{low + 1}–{high}" for low, high in pairwise(found.edges)),
        f"{found.edges[-1]}+",
    ]
    heads = [LABELS["current"], *map(same, days), LABELS["unapplied"], LABELS["balance"]]
    share = 0.9 / len(heads)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            same(part.currency),
            *(Number(value, _places(part)) for value in (*part.buckets, part.unapplied, part.closing)),
        )
        for part in found.parts
    )
    columns = (
        TableColumn(LABELS["currency"], 0.1),
        *(TableColumn(head, share, number=True) for head in heads),
    )
    return Lines(columns, rows)


def _received(lines: tuple[ReceivedLine, ...]) -> Lines:
    """Answer what came in of each purchase line against what was billed and paid of it."""
    columns = (
        TableColumn(LABELS["contract"], 0.15),
        TableColumn(LABELS["goods"], 0.21),
        TableColumn(LABELS["received_qty"], 0.11, number=True),
        TableColumn(LABELS["price"], 0.1, number=True),
        TableColumn(LABELS["received_value"], 0.12, number=True),
        TableColumn(LABELS["billed"], 0.11, number=True),
        TableColumn(LABELS["paid"], 0.1, number=True),
        TableColumn(LABELS["unbilled"], 0.1, number=True),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            same(line.number),
            same(line.goods),
            Number(line.received, 0, line.unit),
            Number(line.price, 2, line.currency),
            *(_money(value, line) for value in (line.value, line.billed, line.paid, line.unbilled)),
        )
        for line in lines
    )
    totals = []
    for code in dict.fromkeys(line.currency for line in lines):
        own = [line for line in lines if line.currency == code]
        sums = (
            sum((line.value for line in own), Decimal(0)),
            sum((line.billed for line in own), Decimal(0)),
            sum((line.paid for line in own), Decimal(0)),
            sum((line.unbilled for line in own), Decimal(0)),
        )
        label = Words(f"Total {code}", f"合计 {code}")
        cells: tuple[tuple[Cell, ...], ...] = (
            (label,),
            (),
            (),
            (),
            *((Number(value, shown_units(code, value)),) for value in sums),
        )
        totals.append(cells)
    return Lines(columns, rows, tuple(totals))


def _money(value: Decimal, line: ReceivedLine) -> Number:
    return Number(value, shown_units(line.currency, value))
