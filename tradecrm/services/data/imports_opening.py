"""What was open when the books were begun, from a spreadsheet: invoices of customers and bills of suppliers (3.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.errors import TradeError
from tradecrm.core.money import format_money
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Item, Note, Party
from tradecrm.services.data.imports import DUPLICATE, REFUSED, ImportBatch, SheetRow, Tally
from tradecrm.services.money.ledger import AP, AR
from tradecrm.services.money.notes import ReverseNote, WriteNote, reverse_note, write_note
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)
_STEP = 50
_Parties = dict[str, set[tuple[int, str]]]
_Key = tuple[int, str, str]


def bring_in_receivables(work: Work, batch: ImportBatch, tally: Tally) -> None:
    """Post what customers owed at the beginning; an amount below zero is money they had paid in advance."""
    _bring_in(work, batch, tally, AR)


def bring_in_payables(work: Work, batch: ImportBatch, tally: Tally) -> None:
    """Post what was owed to suppliers at the beginning; an amount below zero was paid to them in advance."""
    _bring_in(work, batch, tally, AP)


def _bring_in(work: Work, batch: ImportBatch, tally: Tally, side: str) -> None:
    """Post each row as an opening balance, as if it was typed; a number the partner has already is left out."""
    parties, known = _parties(work, side), _known(work, side)
    for done, row in enumerate(batch.rows):
        if done % _STEP == 0:
            work.progress.tell(done, len(batch.rows), _("Posting opening balances"))
        party, reason = _party(parties, str(row.values.get("party") or ""), side)
        if reason:
            tally.note(row, REFUSED, reason)
            continue
        command = _command(work, row, side, party)
        key = (party, command.reference.casefold(), command.currency)
        if key in known:
            words = _("{number} of this partner stands in the book already, over {amount}.")
            said = words.format(number=command.reference, amount=known[key])
            tally.note(row, DUPLICATE, said)
            continue
        _post(work, row, command, tally)
        known[key] = format_money(command.amount, command.currency)


def _post(work: Work, row: SheetRow, command: WriteNote, tally: Tally) -> None:
    """Post one row and add it to the sums; what refuses it is noted with the row, and nothing of it stays."""
    step = work.session.begin_nested()
    try:
        key = write_note.within(work, command)
    except (Refusal, TradeError) as error:
        step.rollback()
        tally.note(row, REFUSED, str(error))
        return
    step.commit()
    item = work.session.get_one(Item, work.session.get_one(Note, key).item_id)
    tally.created.append(("note", key, row.row_number))
    tally.add(item.currency, item.amount, item.base_amount)


def _command(work: Reader, row: SheetRow, side: str, party: int) -> WriteNote:
    """Answer the opening balance that a row says; without a currency it is in base."""
    values: dict[str, Any] = dict(row.values)
    return WriteNote(
        kind="OPEN",
        side=side,
        day=values["date"],
        amount=values["amount"],
        reason=str(values.get("remark") or ""),
        party_id=party,
        currency=str(values.get("currency") or work.base),
        rate=values.get("rate"),
        due_on=values.get("due"),
        reference=str(values.get("number") or "").strip(),
    )


def _plain(name: str) -> str:
    """Answer a name as names are compared: without case, width and doubled spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _parties(work: Work, side: str) -> _Parties:
    """Answer the partners that the side may name, by name, Chinese name and code."""
    query = select(Party.id, Party.code, Party.name, Party.name_local)
    if side == AR:
        query = query.where(Party.is_customer.is_(True))
    else:
        query = query.where(Party.is_supplier | Party.is_forwarder | Party.is_service)
    found: _Parties = {}
    for key, code, *names in work.session.execute(query.where(Party.archived.is_(False))):
        for name in (code, *names):
            if name:
                found.setdefault(_plain(name), set()).add((key, code))
    return found


def _party(parties: _Parties, name: str, side: str) -> tuple[int, str]:
    """Answer the partner a row names, or why it names none."""
    found = sorted(parties.get(_plain(name), ()))
    if len(found) == 1:
        return found[0][0], ""
    if found:
        codes = ", ".join(code for _key, code in found)
        return 0, _("Several partners are named “{name}”: write the code, one of {codes}.").format(
            name=name, codes=codes
        )
    if side == AR:
        return 0, _(
            "There is no customer “{name}”. Bring the customers in first, or correct the name."
        ).format(name=name)
    return 0, _("There is no supplier “{name}”. Enter the supplier first, or correct the name.").format(
        name=name
    )


def _known(work: Work, side: str) -> dict[_Key, str]:
    """Answer the amounts that stand on a side, by partner, number and currency; taken back ones are left out."""
    undone = select(Note.item_id).where(Note.reversed_on.is_not(None), Note.item_id.is_not(None))
    rows = work.session.execute(
        select(Item.party_id, Item.number, Item.currency, Item.amount).where(
            Item.side == side,
            Item.kind.in_(("INV", "DN", "CN", "OPEN")),
            Item.reverses_id.is_(None),
            Item.id.not_in(undone),
        )
    )
    return {
        (party, number.casefold(), currency): format_money(amount, currency)
        for party, number, currency, amount in rows
    }


def kept_notes(work: Work, ids: Sequence[int]) -> dict[int, str]:
    """Answer why opening balances of an import must stay, by their ids: settled, or taken back already."""
    reasons = {}
    rows = work.session.execute(
        select(Note.id, Note.reversed_on, Item.amount, Item.open_amount)
        .join(Item, Item.id == Note.item_id)
        .where(Note.id.in_(ids))
    )
    for key, reversed_on, amount, still_open in rows:
        if reversed_on is not None:
            reasons[key] = _("It was taken back on {day} already.").format(day=reversed_on)
        elif still_open != amount:
            reasons[key] = _("It is settled, in whole or in part.")
    return reasons


def remove_notes(work: Work, ids: Sequence[int]) -> None:
    """Reverse opening balances, on their own day where its period is open, else today."""
    closed = work.settings.closed_until
    for key in ids:
        day = work.session.get_one(Note, key).day
        if closed is not None and day <= closed:
            day = work.today
        reverse_note.within(work, ReverseNote(key, day, _("Import taken back")))
