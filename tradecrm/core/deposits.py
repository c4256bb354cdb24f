"""Deposits (定金) on partial shipments: how much of one each invoice takes (domain.md section 3.3)."""

from __future__ import annotations

import enum
from decimal import Decimal

from tradecrm.core.allocate import allocate
from tradecrm.core.money import format_amount, round_money
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import ADVANCE_EVENTS, Event, Instalment, PaymentTerms, split_instalments
from tradecrm.core.text import _


class DepositPolicy(enum.StrEnum):
    """How a contract's deposit is spread over its shipments."""

    PRO_RATA = "PRO_RATA"
    FIRST = "FIRST"
    LAST = "LAST"
    MANUAL = "MANUAL"


def deposit_share(
    policy: DepositPolicy,
    *,
    deposit: Decimal,
    left: Decimal,
    invoice: Decimal,
    open_amount: Decimal,
    contract_total: Decimal,
    currency: str,
    final: bool = False,
    manual: Decimal | None = None,
    before: Decimal = Decimal(0),
) -> Decimal:
    """Answer what one invoice takes of ``deposit``, of which ``left`` is not yet applied; all in ``currency``.

    ``invoice`` is this contract's lines on the invoice, ``open_amount`` what is still open of it, ``final``
    the last shipment. ``before`` is money that came for this very shipment, by terms that ask for it before the
    goods go: it is shared with no other. Section 3.3. Raises Refusal for a manual share beyond what is left or open.
    """
    most = max(Decimal(0), min(open_amount, left))
    if policy is DepositPolicy.MANUAL:
        share = manual or Decimal(0)
        if share < 0 or share > most:
            message = _("A deposit share of {share} is not possible: at most {most} can be applied.")
            raise Refusal.of(
                message.format(share=format_amount(share, currency), most=format_amount(most, currency)),
                "deposit",
            )
        return share
    if final or policy is DepositPolicy.FIRST:
        return most
    if policy is DepositPolicy.LAST:
        return min(most, before)
    if contract_total <= 0:
        raise Refusal.of(
            _("The contract total is zero, so a deposit cannot be shared pro rata. Choose another rule."),
            "deposit_policy",
        )
    return min(most, round_money(deposit * invoice / contract_total, currency) + before)


def asked_before(total: Decimal, currency: str, terms: PaymentTerms, *events: Event) -> Decimal:
    """Answer what of ``total`` the terms ask for on ``events``, such as before the goods go."""
    parts = split_instalments(total, currency, terms)
    return sum((part.amount for part in parts if part.line.event in events), Decimal(0))


def drawn_part(amount: Decimal, currency: str, terms: PaymentTerms) -> Decimal:
    """Answer what of an invoice is drawn under a letter of credit: all but what is paid before the goods go."""
    return amount - asked_before(amount, currency, terms, *ADVANCE_EVENTS)


def split_invoice(
    total: Decimal, currency: str, terms: PaymentTerms, assigned: Decimal
) -> tuple[Instalment, ...]:
    """Split an invoice's ``total`` by ``terms`` with the deposit share ``assigned`` to it (section 3.2).

    The ORDER and BEFORE_SHIP lines take the assigned share, the other lines the rest, pro rata. Terms without
    lines of one of both sorts keep their own split.
    """
    parts = split_instalments(total, currency, terms)
    early = [part for part in parts if part.line.event in ADVANCE_EVENTS]
    late = [part for part in parts if part.line.event not in ADVANCE_EVENTS]
    if not early or not late or not any(part.amount for part in late):
        return parts
    early_amounts = _spread(assigned, early, currency)
    late_amounts = _spread(total - assigned, late, currency)
    return tuple(
        Instalment(part.number, part.line, early_amounts[part.number])
        if part.number in early_amounts
        else Instalment(part.number, part.line, late_amounts[part.number])
        for part in parts
    )


def _spread(amount: Decimal, parts: list[Instalment], currency: str) -> dict[int, Decimal]:
    weights = [abs(part.amount) for part in parts]
    if not any(weights):
        weights = [Decimal(1)] * len(parts)
    return dict(zip((part.number for part in parts), allocate(amount, weights, currency), strict=True))
