"""Debit and credit notes: what is asked for or given back after departure, instead of an edited invoice (1.10)."""

from __future__ import annotations

from tradecrm.core.money import shown_units
from tradecrm.documents.content import Lines, Number, Paper, PartyBox, Said, Signature, TableColumn
from tradecrm.documents.labels import LABELS, NUMBER_LABELS, TITLES
from tradecrm.documents.parts import bank_details, in_words, our_firm, partner, pictures, referred
from tradecrm.documents.sale import bank_section
from tradecrm.documents.words import NO_WORDS, Words, long_date, same
from tradecrm.services.trade.paper_notes import NoteFacts

_OPENINGS = {
    "debit_note": Words("We debit your account as follows:", "兹借记贵方账户如下："),
    "credit_note": Words("We credit your account as follows:", "兹贷记贵方账户如下："),
}
_REASONS = {
    "debit_note": Words("Additional charge", "补收款项"),
    "credit_note": Words("Allowance", "扣减款项"),
}


def note_paper(facts: NoteFacts) -> Paper:
    """Answer the paper of a note; the amount is positive, the title carries the sign (section 10.2)."""
    frame = facts.frame
    firm = our_firm(frame)
    reason = Words(facts.reason, facts.reason) if facts.reason else _REASONS[facts.kind]
    bank = bank_details(facts.bank if frame.style.bank else None, firm.name.en or firm.name.zh)
    return Paper(
        kind=facts.kind,
        title=TITLES[facts.kind],
        number=facts.number,
        number_label=NUMBER_LABELS["note"],
        sender=firm,
        day=facts.day,
        boxes=(PartyBox(LABELS["to"], partner(facts.party)),),
        facts=(
            *referred((("invoice", facts.invoice), ("contract", facts.contract))),
            Said(LABELS["due"], long_date(facts.due) if facts.due else NO_WORDS),
        ),
        opening=_OPENINGS[facts.kind],
        lines=_lines(reason, facts),
        strong=(Said(LABELS["in_words"], in_words(facts.amount, facts.currency)),),
        sections=(bank_section(bank),),
        signatures=(Signature(LABELS["issuer"], firm.name, frame.firm.company_signatory, own=True),),
        marks=pictures(frame),
        draft=frame.draft,
    )


def _lines(reason: Words, facts: NoteFacts) -> Lines:
    """Answer what the note is for and its amount: no goods are sold by it, so nothing is counted or priced."""
    minor = shown_units(facts.currency, facts.amount)
    columns = (
        TableColumn(LABELS["position"], 0.55),
        TableColumn(LABELS["particulars"], 7.65),
        TableColumn(LABELS["amount"], 1.7, number=True, unit=facts.currency),
    )
    row = (same("1"), reason, Number(facts.amount, minor))
    total = ((), (LABELS["total"],), (Number(facts.amount, minor, facts.currency),))
    return Lines(columns, (row,), (total,))
