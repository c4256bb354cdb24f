"""The append-only ledger: the only functions that write postings and items, and that keep what hangs on them.

Debit is positive, credit negative. A receivable is a debit of ``AR``; a payable is a credit of ``AP``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.carrying import FxBalance
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, Instalment, Item, LedgerEntry, Posting, Tranche
from tradecrm.services.data.search_own import write_new_terms
from tradecrm.services.figures.kept import add_to_account_months, entries_of, month_key
from tradecrm.services.money.reconciling import demand_not_reconciled
from tradecrm.services.prepared import write_numbered, write_rows
from tradecrm.services.work import Work

AR = "AR"
AP = "AP"
BANK = "BANK"
REVENUE = "REVENUE"
COST = "COST"
FX = "FX"
REBATE = "REBATE"
STOCK = "STOCK"
WRITE_OFF = "WRITEOFF"
EXPENSE = "EXPENSE"
EQUITY = "EQUITY"
STAFF = "STAFF"
PRIOR = "PRIOR"

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a posting: where it goes, in which currency, how much, and what that is in base."""

    book: str
    currency: str
    amount: Decimal
    base_amount: Decimal
    category: str = ""
    account_id: int | None = None
    party_id: int | None = None
    contract_id: int | None = None
    shipment_id: int | None = None

    def reversed(self) -> Row:
        """Answer the row that takes this one back."""
        return replace(self, amount=-self.amount, base_amount=-self.base_amount)


@dataclass(frozen=True, slots=True)
class Source:
    """The paper a posting comes from."""

    kind: str
    id: int
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A posting to be written: its day, kind, paper and rows; ``reverses`` names the posting it takes back."""

    day: date
    kind: str
    source: Source
    rows: tuple[Row, ...]
    reverses: int | None = None


def post_all(work: Work, drafts: Sequence[Draft]) -> list[int]:
    """Write postings and answer their ids, in order.

    Base amounts of each must add up to zero; rows of nothing are left out. Refuses a day in a closed period.
    """
    if not drafts:
        return []
    for draft in drafts:
        _check_draft(work, draft)
    work.session.flush()
    ids = _write_heads(work, drafts)
    rows = [
        {"posting_id": posting_id, "day": draft.day, **{name: getattr(row, name) for name in _COLUMNS}}
        for posting_id, draft in zip(ids, drafts, strict=True)
        for row in draft.rows
        if row.amount != 0 or row.base_amount != 0
    ]
    if rows:
        write_rows(work.session, LedgerEntry, rows)
        work.touch("ledger_entry")
    _keep_months(work, drafts)
    _keep_averages(work, drafts)
    return ids


_COLUMNS = tuple(field.name for field in fields(Row))


def _write_heads(work: Work, drafts: Sequence[Draft]) -> list[int]:
    """Write what postings' rows hang on and answer their ids; plainly, as they never change and are no history."""
    values = [
        {
            "day": draft.day,
            "kind": draft.kind,
            "source_kind": draft.source.kind,
            "source_id": draft.source.id,
            "person_id": work.actor.person_id,
            "entered_at": work.now,
            "reverses_id": draft.reverses,
            "memo": draft.source.memo,
        }
        for draft in drafts
    ]
    work.touch("posting")
    return write_numbered(work.session, Posting, values)


def _keep_months(work: Work, drafts: Sequence[Draft]) -> None:
    """Keep the month sums of the accounts that postings move."""
    moved: dict[tuple[int, str], FxBalance] = {}
    for draft in drafts:
        for row in draft.rows:
            if row.account_id is not None:
                key = (row.account_id, month_key(draft.day))
                sums = moved.get(key, FxBalance(ZERO, ZERO))
                moved[key] = FxBalance(sums.amount + row.amount, sums.base + row.base_amount)
    add_to_account_months(work, moved)


def _keep_averages(work: Work, drafts: Sequence[Draft]) -> None:
    """Bring foreign accounts to the moving average when something was entered before others, or undone (16.6)."""
    before: set[tuple[int, str, date]] = set()
    undone: set[tuple[int, str, date]] = set()
    for draft in drafts:
        for row in draft.rows:
            if row.account_id is None or row.currency == work.base or row.amount == 0:
                continue
            # A bounced receipt is taken back by an item of its own: nothing else of its kind takes money out.
            if draft.reverses is not None or (draft.kind == "receipt" and row.amount < 0):
                undone.add((row.account_id, row.currency, draft.day))
            elif draft.day < work.today:
                before.add((row.account_id, row.currency, draft.day))
    if before or undone:
        from tradecrm.services.money.averages import revalue_outflows

        revalue_outflows(work, before, undone)


def demand_open_period(work: Work, day: date) -> None:
    """Refuse a day on or before which the books are closed (domain.md section 0)."""
    closed = work.settings.closed_until
    if closed is not None and day <= closed:
        raise Refusal.of(
            _("The books are closed until {closed}; nothing can be entered on {day}.").format(
                closed=closed, day=day
            ),
            "day",
        )


def _check_draft(work: Work, draft: Draft) -> None:
    """Refuse a posting in a closed period or before its account was opened, and taking back what is reconciled.

    One out of balance is our fault.
    """
    demand_open_period(work, draft.day)
    _demand_opened(work, draft)
    if draft.reverses is not None:
        demand_not_reconciled(work, draft.reverses, draft.day)
        demand_rows_cover(work, draft.day, draft.rows)
    total = sum((row.base_amount for row in draft.rows), ZERO)
    if total != 0:
        raise ValueError(f"posting {draft.kind} of {draft.source} is out of balance by {total}")


def _demand_opened(work: Work, draft: Draft) -> None:
    """Refuse money on an account before the day of its opening balance, which holds it already (section 4)."""
    for key in {row.account_id for row in draft.rows if row.account_id is not None}:
        account: Any = work.look(Account, key, _("Account"))
        if draft.day >= account.opened_on:
            continue
        opening = select(LedgerEntry.id).where(
            LedgerEntry.account_id == key,
            LedgerEntry.day == account.opened_on,
            LedgerEntry.category == "OPENING",
        )
        if work.session.scalar(opening.limit(1)) is not None:
            raise Refusal.of(
                _(
                    "{account} was opened on {opened}; its opening balance holds what came before. "
                    "Choose a day from then on."
                ).format(account=account.name, opened=account.opened_on),
                "day",
            )


def demand_rows_cover(work: Work, day: date, rows: Sequence[Row]) -> None:
    """Refuse to take money back that an account no longer has, on ``day`` or any later one (section 4)."""
    out: dict[int, Decimal] = {}
    for row in rows:
        if row.account_id is not None and row.amount != 0:
            out[row.account_id] = out.get(row.account_id, ZERO) - row.amount
    for account_id, amount in out.items():
        if amount > 0:
            from tradecrm.services.money.accounts import demand_cover  # It stands above the ledger.

            demand_cover(work, work.get(Account, account_id, _("Account")), day, amount)


def post(work: Work, day: date, kind: str, source: Source, rows: Sequence[Row]) -> int:
    """Write one posting and answer its id; see ``post_all``."""
    return post_all(work, (Draft(day, kind, source, tuple(rows)),))[0]


def reverse(work: Work, posting_id: int, day: date, memo: str) -> int:
    """Write the reversing posting of ``posting_id`` on ``day`` and answer its id."""
    original = work.session.get_one(Posting, posting_id)
    rows = [
        Row(
            book=entry.book,
            currency=entry.currency,
            amount=entry.amount,
            base_amount=entry.base_amount,
            category=entry.category,
            account_id=entry.account_id,
            party_id=entry.party_id,
            contract_id=entry.contract_id,
            shipment_id=entry.shipment_id,
        ).reversed()
        for entry in entries_of(work, posting_id)
    ]
    source = Source(original.source_kind, original.source_id, memo)
    return post_all(work, (Draft(day, original.kind, source, tuple(rows), posting_id),))[0]


@dataclass(frozen=True, slots=True)
class Part:
    """An instalment to be: amount, its line of terms, when it is due and since when that is known."""

    amount: Decimal
    term: str = ""
    due_on: date | None = None
    due_known_on: date | None = None


@dataclass(frozen=True, slots=True)
class TranchePart:
    """A part of an item booked at a rate of its own; ``credit_item_id`` is the deposit it was booked from."""

    amount: Decimal
    base_amount: Decimal
    credit_item_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewItem:
    """A receivable or payable item to be; ``amount`` is signed as domain.md section 3.1 says."""

    side: str
    kind: str
    number: str
    party_id: int
    day: date
    currency: str
    amount: Decimal
    rate: Decimal
    base_amount: Decimal
    document_day: date | None = None
    contract_id: int | None = None
    shipment_id: int | None = None
    owner_id: int | None = None
    parts: tuple[Part, ...] = ()
    tranches: tuple[TranchePart, ...] = ()
    reverses_id: int | None = None


def add_item(work: Work, new: NewItem, kind: str, source: Source, against: Sequence[Row]) -> Item:
    """Post an item against other ledger rows and write it with its instalments and tranches.

    ``against`` balances the item: for a receivable its base amounts add up to minus the item's base.
    """
    return add_items(work, (new,), kind, source, against)[0]


def add_items(
    work: Work,
    news: Sequence[NewItem],
    kind: str,
    source: Source,
    against: Sequence[Row] = (),
    reverses: int | None = None,
) -> list[Item]:
    """Write items that share one posting, as a contra entry has on either side; ``reverses`` names what it undoes."""
    rows = (*(_own_row(new) for new in news), *against)
    posting_id = post_all(work, (Draft(news[0].day, kind, source, rows, reverses),))[0]
    return [_write_item(work, new, posting_id) for new in news]


def _own_row(new: NewItem) -> Row:
    """Answer the row of the ledger that an item is: debit for what is owed to the firm."""
    sign = 1 if new.side == AR else -1
    return Row(
        book=new.side,
        currency=new.currency,
        amount=sign * new.amount,
        base_amount=sign * new.base_amount,
        party_id=new.party_id,
        contract_id=new.contract_id,
        shipment_id=new.shipment_id,
    )


def _write_item(work: Work, new: NewItem, posting_id: int) -> Item:
    """Write a posted item with its instalments, tranches and search terms."""
    item = work.add(
        Item(
            side=new.side,
            kind=new.kind,
            number=new.number,
            party_id=new.party_id,
            day=new.day,
            document_day=new.document_day or new.day,
            currency=new.currency,
            amount=new.amount,
            rate=new.rate,
            base_amount=new.base_amount,
            contract_id=new.contract_id,
            shipment_id=new.shipment_id,
            posting_id=posting_id,
            reverses_id=new.reverses_id,
            open_amount=new.amount,
            open_base=new.base_amount,
            settled_on=new.day if new.amount == 0 else None,
            owner_id=new.owner_id or work.actor.person_id,
        )
    )
    _add_parts(work, item, new)
    if new.side == AR and new.amount > 0:
        write_new_terms(work, "item", item)
    return item


def _add_parts(work: Work, item: Item, new: NewItem) -> None:
    """Write the instalments and tranches of a new item."""
    is_credit = new.amount < 0
    parts = new.parts or (Part(new.amount, "", None if is_credit else new.day, new.day),)
    if sum((part.amount for part in parts), ZERO) != new.amount:
        raise ValueError(f"instalments of {new.number} do not add up to {new.amount}")
    common = {
        "item_id": item.id,
        "side": new.side,
        "is_credit": is_credit,
        "is_whole": len(parts) == 1,
        "party_id": new.party_id,
        "currency": new.currency,
        "item_day": item.day,
        "document_day": item.document_day,
    }
    instalments = [
        {
            **common,
            "position": position,
            "term": part.term,
            "due_on": part.due_on,
            "due_known_on": part.due_known_on,
            "due_changes": 0,
            "amount": part.amount,
            "open_amount": part.amount,
            "settled_on": item.day if part.amount == 0 else None,
        }
        for position, part in enumerate(parts, 1)
    ]
    tranches = [
        {
            "item_id": item.id,
            "position": position,
            "credit_item_id": part.credit_item_id,
            "amount": part.amount,
            "base_amount": part.base_amount,
        }
        for position, part in enumerate(new.tranches, 1)
    ]
    write_rows(work.session, Instalment, instalments)
    work.touch("instalment")
    if tranches:
        write_rows(work.session, Tranche, tranches)
        work.touch("tranche")
