"""What the sample firm corrects: a discount for early payment, a claim, an overpayment given back, a set-off."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.money import round_money
from tradecrm.models import Item, Party
from tradecrm.services.data.sample.firm import SAMPLE_DAY, Firm
from tradecrm.services.data.sample.plan import workday
from tradecrm.services.money.contra import RecordContra, record_contra
from tradecrm.services.money.notes import WriteNote, write_note
from tradecrm.services.money.receipts import Share
from tradecrm.services.money.refunds import RecordRefund, record_refund
from tradecrm.services.money.write_offs import WriteOff, write_off
from tradecrm.services.work import Work, operation

D = Decimal
_LATELY = workday(SAMPLE_DAY - timedelta(days=4))


@operation("receipt.write")
def correct(work: Work, firm: Firm) -> None:
    """Write a few notes, give money back, give one old invoice up, and set one partner's sides off."""
    _notes(work, firm)
    _refund(work, firm)
    _bad_debt(work, firm)
    _set_off(work, firm)


def _open(work: Work, side: str, *, debit: bool = True) -> list[Item]:
    """Answer the open invoices or bills of the book, or what is in hand, the oldest first."""
    sign = Item.open_amount > 0 if debit else Item.open_amount < 0
    kinds = ("INV",) if debit else ("RCT",)
    query = select(Item).where(Item.side == side, Item.kind.in_(kinds), sign, Item.day < _LATELY)
    return list(work.session.scalars(query.order_by(Item.day, Item.id)))


def _notes(work: Work, firm: Firm) -> None:
    """Allow a discount and a claim on two late invoices, and take a supplier's credit for short delivery."""
    sold = [item for item in _open(work, "AR") if item.currency == "USD"][-2:]
    for item, share, key in zip(sold, (D("0.02"), D("0.013")), ("discount", "claim"), strict=False):
        amount = round_money(item.amount * share, item.currency)
        note = WriteNote("CN", "AR", _LATELY, amount, firm.words[key], invoice_id=item.id)
        write_note.within(work, note)
    for item in [item for item in _open(work, "AP") if item.shipment_id is not None][-1:]:
        amount = round_money(item.amount * D("0.01"), item.currency)
        note = WriteNote("CN", "AP", _LATELY, amount, firm.words["short_delivery"], invoice_id=item.id)
        write_note.within(work, note)


def _refund(work: Work, firm: Firm) -> None:
    """Give back what a customer paid too much; money kept for a contract stays."""
    for item in _open(work, "AR", debit=False):
        amount = -item.open_amount
        if item.currency == "USD" and amount <= 150:
            command = RecordRefund(
                "AR",
                _LATELY,
                item.party_id,
                firm.account("USD"),
                (Share(item.id, amount),),
                firm.words["overpaid"],
            )
            record_refund.within(work, command)
            return


def _bad_debt(work: Work, firm: Firm) -> None:
    """Give up the small rest of the oldest invoice, which nobody will pay any more."""
    rests = [item for item in _open(work, "AR") if item.open_amount < item.amount / 10]
    for item in rests[:1]:
        command = WriteOff(item.id, item.open_amount, _LATELY, firm.words["uncollectible"], "bad_debt")
        write_off.within(work, command)


def _set_off(work: Work, firm: Firm) -> None:
    """Let a customer that also made samples for the firm have its bill set off against an invoice."""
    sold = [item for item in _open(work, "AR") if item.currency == "USD" and item.open_amount > 1_000]
    if not sold:
        return
    item = sold[0]
    work.session.get_one(Party, item.party_id).is_service = True
    bill = WriteNote(
        "DN", "AP", _LATELY, D(180), firm.words["samples"], item.party_id, "USD", reference="SMP-117"
    )
    write_note.within(work, bill)
    work.session.flush()
    owed = work.session.scalars(
        select(Item.id).where(Item.side == "AP", Item.party_id == item.party_id, Item.number == "SMP-117")
    ).one()
    command = RecordContra(
        _LATELY, item.party_id, (Share(item.id, D(180)),), (Share(owed, D(180)),), firm.words["set_off"]
    )
    record_contra.within(work, command)
