"""The credit of a customer (信用额度): the panel on its card and the dialog of its terms (domain.md section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Ref, Value
from tradecrm.screens.spec import ActionSpec, Fact, FieldSpec, FormSpec, PanelSpec, Row, Section, Tone
from tradecrm.screens.trade.pickers import CUSTOMER
from tradecrm.services.trade.credit import (
    CreditCard,
    SaveCreditTerms,
    check_terms,
    credit_card,
    save_credit_terms,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
_PLAIN = (
    "limit",
    "currency",
    "valid_from",
    "valid_until",
    "max_overdue_days",
    "hold",
    "hold_reason",
    "cover_amount",
    "cover_share",
)


def credit_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer limit, what is used of it and by what, and what stands against shipping more."""
    if draft.id is None or not draft.flag("is_customer") or not reader.actor.can("receivable.read"):
        return ()
    card = credit_card(reader, draft.id)
    if card.terms is None or card.state is None:
        return (Fact(_("No credit is kept; nothing is checked."), "", muted=True),)
    return (*_limit_facts(card, reader.today), *_exposure_facts(card), *_answer_facts(card))


def _limit_facts(card: CreditCard, today: date) -> list[Fact]:
    assert card.state is not None
    rule = card.state.rule
    if rule.limit is None:
        limit = _("not checked")
    elif rule.limit == 0:
        limit = _("prepayment only")
    else:
        limit = format_money(rule.limit, rule.currency)
    facts = [Fact(_("Limit"), limit, strong=True)]
    if rule.valid_until is not None:
        tone = Tone.BAD if rule.valid_until < today else Tone.NEUTRAL
        facts.append(Fact(_("Valid until"), rule.valid_until.isoformat(), tone))
    if card.group:
        facts.append(Fact(_("Shares the limit of {name}").format(name=card.group), "", muted=True))
    return facts


def _exposure_facts(card: CreditCard) -> list[Fact]:
    exposure = None if card.state is None else card.state.exposure
    if exposure is None:
        return []
    parts = (
        (_("Open receivables"), exposure.receivable),
        (_("Money not allocated"), -exposure.unapplied),
        (_("Shipped, not invoiced"), exposure.unposted),
        (_("Orders to be delivered"), exposure.backlog),
        (_("Secured by banks or insurance"), -exposure.secured),
    )
    facts = [
        Fact(words, format_money(amount, exposure.currency), muted=True) for words, amount in parts if amount
    ]
    used = format_money(exposure.used, exposure.currency)
    limit = None if card.answer is None else card.answer.limit
    tone = Tone.NEUTRAL
    if limit is not None:
        tone = Tone.BAD if exposure.total > limit else Tone.GOOD
        free = format_money(max(Decimal(0), limit - exposure.used), exposure.currency)
        return [*facts, Fact(_("In use"), used, tone, strong=True), Fact(_("Still free"), free)]
    return [*facts, Fact(_("In use"), used, tone, strong=True)]


def _answer_facts(card: CreditCard) -> list[Fact]:
    if card.answer is None:
        return []
    return [
        *(Fact(sentence, "", Tone.BAD) for sentence in card.answer.stops),
        *(Fact(sentence, "", Tone.WARN) for sentence in card.answer.warnings),
    ]


CREDIT_PANEL = PanelSpec("credit", N_("Customer credit"), query=credit_facts)


def blank_credit(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a customer's credit as it is kept, or a new one in dollars."""
    key = int(str(link.param("party") or 0))
    card = credit_card(reader, key)
    terms = card.terms or SaveCreditTerms(key, None, max_overdue_days=reader.settings.max_overdue_days)
    values: dict[str, Value] = {name: getattr(terms, name) for name in _PLAIN}
    group = None if terms.group_id is None else Ref(terms.group_id, card.group)
    return Draft({**values, "party": key, "group": group, "kept": terms.version})


def build_credit(draft: Draft) -> SaveCreditTerms:
    """Answer the command that saves the draft."""
    kept = draft.number("kept")
    return SaveCreditTerms(
        party_id=int(draft.number("party") or 0),
        limit=draft.number("limit"),
        currency=draft.text("currency"),
        valid_from=draft.day("valid_from"),
        valid_until=draft.day("valid_until"),
        max_overdue_days=int(draft.number("max_overdue_days") or 0),
        hold=draft.flag("hold"),
        hold_reason=draft.text("hold_reason"),
        cover_amount=draft.number("cover_amount") or Decimal(0),
        cover_share=draft.number("cover_share") or Decimal(0),
        group_id=draft.ref_id("group"),
        version=None if kept is None else int(kept),
    )


CREDIT_FORM = FormSpec(
    key="credit_terms",
    title=N_("Customer credit"),
    verb=N_("Save"),
    kind="credit_terms",
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "limit",
                    N_("Limit"),
                    K.MONEY,
                    hint=N_("empty: not checked; 0: prepayment"),
                    span=8,
                    currency_from="currency",
                ),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=4),
                FieldSpec("valid_from", N_("Valid from"), K.DATE, span=4),
                FieldSpec("valid_until", N_("Valid until"), K.DATE, span=4),
                FieldSpec("max_overdue_days", N_("Days overdue allowed"), K.INTEGER, span=4),
                FieldSpec("group", N_("Shares the limit of"), K.REF, picker=CUSTOMER, span=12),
                FieldSpec("hold", N_("On hold"), K.BOOL, span=4),
                FieldSpec("hold_reason", N_("Why on hold"), span=8),
                FieldSpec("cover_share", N_("Insured share"), K.PERCENT, span=4),
                FieldSpec("cover_amount", N_("Insured up to"), K.MONEY, span=4, currency_from="currency"),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_credit,
    save=save_credit_terms,
    build=build_credit,
    check=lambda draft: check_terms(build_credit(draft)),
    saved=N_("The credit is saved."),
)


def _is_customer(rows: Sequence[Row]) -> bool:
    return bool(rows[0].get("is_customer"))


SET_CREDIT = ActionSpec(
    "credit",
    N_("Set credit"),
    needs="credit.write",
    enabled=_is_customer,
    opens=lambda rows: Link.to("credit_terms", party=int(rows[0]["id"])),
)
