"""Bank accounts of partners (对方银行账户): to whom money goes; a changed one counts when it is confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import select

from tradecrm.core.errors import Conflict
from tradecrm.core.money import currency_problems
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Party, PartyBank
from tradecrm.services.control.approval_titles import approval_title
from tradecrm.services.control.approvals import (
    Figure,
    Reason,
    Subject,
    active_triggers,
    ask_approval,
    void_approval,
)
from tradecrm.services.work import Reader, Work, operation

KIND = "party_bank"
CHANGED = "bank_changed"


@dataclass(frozen=True, slots=True)
class SavePartyBank:
    """A bank account of a partner as typed; ``id`` None is a new one."""

    party_id: int
    bank: str
    number: str
    currency: str
    holder: str = ""
    swift: str = ""
    bank_address: str = ""
    is_main: bool = False
    id: int | None = None
    version: int | None = None


_TEXTS = ("holder", "bank", "number", "swift", "bank_address", "currency")


def check_party_bank(command: SavePartyBank) -> list[Problem]:
    """Answer what is wrong with a bank account, each at its field."""
    problems = []
    if not command.bank.strip():
        problems.append(Problem("bank", _("Name the bank.")))
    if not command.number.strip():
        problems.append(Problem("number", _("Give the number of the account.")))
    problems += currency_problems("currency", command.currency)
    swift = command.swift.strip()
    if swift and (len(swift) not in (8, 11) or not swift.isalnum()):
        problems.append(Problem("swift", _("A SWIFT code has 8 or 11 letters and digits.")))
    return problems


@operation("party.write", check=check_party_bank)
def save_party_bank(work: Work, command: SavePartyBank) -> int:
    """Write a partner's bank account and ask for its confirmation where a rule wants it; answers its id.

    Where money goes is the favorite lever of fraud: a changed account counts only once it is confirmed (section 6).
    """
    party = work.get(Party, command.party_id, _("Partner"))
    row = _row_to_write(work, command, party)
    before = "" if row.id is None else account_words(row)
    values = {name: getattr(command, name).strip() for name in _TEXTS}
    changed = row.id is None or any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    row.is_main = command.is_main
    row.updated_at = work.now
    work.add(row)
    if command.is_main:
        for other in party_banks(work, party.id):
            if other.id != row.id and other.currency == row.currency:
                other.is_main = False
    if changed:
        row.confirmed = False
        work.session.flush()
        _ask(work, row, party, before)
    work.session.flush()
    return row.id


def _row_to_write(work: Work, command: SavePartyBank, party: Party) -> PartyBank:
    if command.id is None:
        return PartyBank(party_id=party.id, owner_id=party.owner_id, confirmed=False)
    row = work.get(PartyBank, command.id, _("Bank account"))
    if row.version != command.version:
        raise Conflict(_("This bank account was changed by someone else meanwhile. Nothing was saved."))
    if row.party_id != party.id:
        raise Refusal.of(_("This bank account belongs to another partner."))
    return row


def _ask(work: Work, row: PartyBank, party: Party, before: str) -> None:
    """Ask for the confirmation of an account; without a rule it counts at once."""
    reasons: tuple[Reason, ...] = ()
    if CHANGED in active_triggers(work, KIND):
        sentence = _("Money to {name} would go to {account}.").format(
            name=party.name, account=account_words(row)
        )
        reasons = (Reason(CHANGED, sentence),)
    figures = [Figure(_("Account now"), account_words(row))]
    if before:
        figures.insert(0, Figure(_("Account before"), before))
        void_approval(work, KIND, row.id, _("The account was changed again."))
    subject = Subject(
        KIND,
        row.id,
        approval_title(KIND, name=party.name),
        reasons,
        tuple((name, getattr(row, name)) for name in _TEXTS),
        tuple(figures),
    )
    if ask_approval(work, subject) == "approved":
        row.confirmed = True
    else:
        work.warn(_("The account counts once it is confirmed; until then papers leave it out."))


def on_approved(work: Work, bank_id: int) -> None:
    """Let a confirmed account count."""
    work.session.get_one(PartyBank, bank_id).confirmed = True


def on_returned(work: Work, bank_id: int) -> None:
    """Leave a refused account unconfirmed: it is shown, and no paper takes it."""
    work.session.get_one(PartyBank, bank_id).confirmed = False


def account_words(row: PartyBank) -> str:
    """Answer an account in one line: bank, number, currency."""
    return f"{row.bank} {row.number} {row.currency}"


def party_banks(reader: Reader, party_id: int) -> Sequence[PartyBank]:
    """Answer the bank accounts of a partner, the main ones first."""
    return reader.session.scalars(
        select(PartyBank)
        .where(PartyBank.party_id == party_id)
        .order_by(PartyBank.is_main.desc(), PartyBank.id)
    ).all()


@dataclass(frozen=True, slots=True)
class PartyBankCard:
    """A bank account of a partner as its form edits it."""

    id: int
    version: int
    party_id: int
    party: str
    holder: str
    bank: str
    number: str
    swift: str
    bank_address: str
    currency: str
    is_main: bool
    confirmed: bool


_CARD = tuple(field.name for field in fields(PartyBankCard) if field.name != "party")


def party_bank_card(reader: Reader, bank_id: int) -> PartyBankCard:
    """Answer one bank account of a partner; raises NotFound."""
    row = reader.get(PartyBank, bank_id, _("Bank account"))
    party = reader.get(Party, row.party_id, _("Partner"))
    return PartyBankCard(party=party.name, **{name: getattr(row, name) for name in _CARD})


def payee_banks(reader: Reader, parties: Iterable[int]) -> dict[tuple[int, str], PartyBankCard]:
    """Answer the confirmed accounts of partners that papers print, by partner and currency, in one statement.

    Of several in a currency it is the main one, else the oldest.
    """
    rows = reader.session.execute(
        select(PartyBank, Party.name)
        .join(Party, Party.id == PartyBank.party_id)
        .where(PartyBank.party_id.in_(sorted(set(parties))), PartyBank.confirmed.is_(True))
        .order_by(PartyBank.is_main.desc(), PartyBank.id)
    )
    found: dict[tuple[int, str], PartyBankCard] = {}
    for row, name in rows:
        if (row.party_id, row.currency) not in found:
            values = {each: getattr(row, each) for each in _CARD}
            found[row.party_id, row.currency] = PartyBankCard(party=name, **values)
    return found


def party_name(reader: Reader, party_id: int) -> str:
    """Answer the name of a partner; raises NotFound."""
    return reader.get(Party, party_id, _("Partner")).name
