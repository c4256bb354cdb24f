"""What debit and credit notes are drawn from: the receivable that was posted, and what it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.errors import NotFound, TradeError
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Instalment, Item, Note, Posting, SalesContract, Shipment
from tradecrm.services.trade.paper_parts import (
    BankFacts,
    Frame,
    Frames,
    PartyFacts,
    banks_facts,
    one_party,
    parties_facts,
)
from tradecrm.services.work import Reader, not_found

KINDS = {"DN": "debit_note", "CN": "credit_note"}
"""Kind of a receivable -> kind of its paper."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """A debit or credit note (``kind``); ``amount`` is positive, the title carries the sign (section 10.2)."""

    kind: str
    id: int
    number: str
    day: date
    currency: str
    amount: Decimal
    reason: str
    contract: str
    invoice: str
    due: date | None
    party: PartyFacts
    bank: BankFacts | None
    frame: Frame


def note_facts(reader: Reader, item_id: int) -> NoteFacts:
    """Answer what the paper of a note shows; Refusal for a receivable that is no note, NotFound, NotAllowed."""
    item = reader.get(Item, item_id, _("Receivable"))
    found = notes_facts(reader, (item_id,), KINDS.get(item.kind, KINDS["DN"]))[item_id]
    if isinstance(found, TradeError | Refusal):
        raise found
    return found


def notes_facts(reader: Reader, ids: Sequence[int], kind: str) -> dict[int, NoteFacts | TradeError | Refusal]:
    """Answer what the papers of many notes show, or why one cannot be printed; NotAllowed to see or print.

    Notes of the other ``kind`` are left out: a receivable has one of the two papers. What is no note to a customer
    is told among the debit notes.
    """
    reader.actor.demand("receivable.read")
    items = reader.get_all(Item, ids)
    kept = {key: item for key, item in items.items() if KINDS.get(item.kind, KINDS["DN"]) == kind}
    notes = {key: item for key, item in kept.items() if item.kind in KINDS and item.side == "AR"}
    behind = _Behind(reader, kind, notes.values())
    found: dict[int, NoteFacts | TradeError | Refusal] = {}
    for key in ids:
        if key in notes:
            try:
                found[key] = behind.facts(notes[key])
            except NotFound as error:
                found[key] = error
        elif key in kept:
            words = _("{number} is no debit or credit note to a customer.")
            found[key] = Refusal.of(words.format(number=kept[key].number), "number")
        elif key not in items:
            found[key] = not_found(_("Receivable"), key)
    return found


class _Behind:
    """What the papers of many notes show beside the receivables themselves, read once for all of them."""

    def __init__(self, reader: Reader, kind: str, items: Iterable[Item]) -> None:
        items = list(items)
        self._kind = kind
        self._contracts = reader.get_all(SalesContract, (each.contract_id or 0 for each in items))
        shipments = [each.shipment_id or 0 for each in items]
        self._invoices = dict(
            reader.session.execute(
                select(Shipment.id, Shipment.invoice_number).where(Shipment.id.in_(shipments))
            ).all()
        )
        self._due: dict[int, date | None] = dict(
            reader.session.execute(
                select(Instalment.item_id, func.min(Instalment.due_on))
                .where(Instalment.item_id.in_([each.id for each in items]))
                .group_by(Instalment.item_id)
            ).all()
        )
        self._reasons = dict(
            reader.session.execute(
                select(Posting.id, Posting.memo).where(Posting.id.in_([each.posting_id for each in items]))
            ).all()
        )
        self._parties = parties_facts(reader, ((each.party_id, None) for each in items))
        self._banks = banks_facts(reader, (each.bank_account_id for each in self._contracts.values()))
        self._frames = Frames(reader, kind, (each.party_id for each in items))

    def facts(self, item: Item) -> NoteFacts:
        """Answer the facts of one note; a credit note is not paid, so it names no bank and no day."""
        contract = self._contracts.get(item.contract_id or 0)
        owed = self._kind == "debit_note"
        return NoteFacts(
            self._kind,
            item.id,
            item.number,
            item.document_day,
            item.currency,
            abs(item.amount),
            self._reasons.get(item.posting_id) or "",
            contract.number if contract else "",
            self._invoices.get(item.shipment_id or 0) or "",
            self._due.get(item.id) if owed else None,
            one_party(self._parties, item.party_id),
            self._banks.get(contract.bank_account_id) if contract and owed else None,
            self._frames.of(item.party_id, draft=False),
        )


def papers_of_notes(reader: Reader, notes: Sequence[int]) -> tuple[int, ...]:
    """Answer the receivables that the papers of these notes are drawn from, in the same order."""
    items: dict[int, int | None] = {}
    for start in range(0, len(notes), _CHUNK):
        chunk = notes[start : start + _CHUNK]
        items |= dict(reader.session.execute(select(Note.id, Note.item_id).where(Note.id.in_(chunk))).all())
    return tuple(item for key in notes if (item := items.get(key)) is not None)
