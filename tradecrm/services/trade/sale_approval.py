"""Why a quotation or proforma invoice needs approval, and the request for it (domain.md section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.money import convert, format_money, percent_text
from tradecrm.core.quoting import QuoteEstimate, QuoteLine, QuoteTerms, estimate
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import Account, Party, Proforma, Quotation
from tradecrm.services.control.approvals import (
    Figure,
    Reason,
    Subject,
    active_triggers,
    ask_approval,
)
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.floors import breaches, terms_of
from tradecrm.services.trade.sale_papers import adjustment_figures, protected_of, sale_terms
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)


def sale_estimate(reader: Reader, paper: Any, rows: Sequence[Any], costs: Any = None) -> QuoteEstimate | None:
    """Answer the profit estimate of a paper as it stands in the book; ``costs`` is the quotation with the freight.

    None without a total.
    """
    terms = sale_terms(reader, paper)
    if costs is not None:
        terms = with_costs(reader, terms, costs)
    lines = [QuoteLine(row.quantity, row.amount, row.cost, row.vat_rate, row.rebate_rate) for row in rows]
    return estimate(lines, terms)


def with_costs(reader: Reader, terms: QuoteTerms, costs: Quotation) -> QuoteTerms:
    """Answer terms with freight, insurance, bank charges and domestic costs as a quotation was estimated with."""
    other = None
    if costs.freight_currency != terms.currency:
        other = rate_for(reader, RateType.BUDGET, costs.freight_currency, costs.day).rate
    return replace(
        terms,
        freight=costs.freight,
        freight_rate=other,
        freight_currency=costs.freight_currency,
        insurance_rate=costs.insurance_rate,
        insurance_markup=costs.insurance_markup,
        bank_fee=costs.bank_fee_rate,
        domestic=costs.domestic_cost,
    )


def sale_reasons(
    reader: Reader, kind: str, paper: Any, rows: Sequence[Any], costs: Any = None
) -> tuple[Reason, ...]:
    """Answer every reason why the paper needs approval by the rules that are on, each in a sentence."""
    active = active_triggers(reader, kind)
    reasons: list[Reason] = []
    if "below_floor" in active:
        found = breaches(reader, paper, rows, terms_of(reader, paper, costs))
        reasons += [Reason("below_floor", each.sentence) for each in found]
    if "low_margin" in active:
        least = active["low_margin"]
        least = reader.settings.min_margin if least is None else least
        reasons += _low_margin(sale_estimate(reader, paper, rows, costs), least)
    if "hidden_commission" in active:
        reasons += _hidden_commission(paper, active["hidden_commission"] or ZERO)
    if "bank_account" in active:
        reasons += _other_account(reader, paper)
    return tuple(reasons)


def _low_margin(found: QuoteEstimate | None, least: Decimal) -> list[Reason]:
    """Answer the reason of a margin below ``least``, or of one that cannot be known."""
    if found is None:
        return [Reason("low_margin", _("The goods are given away: there is no margin."))]
    if found.unknown:
        words = _("The margin is not known: lines without a factory price: {count}.")
        return [Reason("low_margin", words.format(count=found.unknown))]
    margin = found.result.margin
    if margin is None or margin < least:
        words = _("The margin is estimated at {margin} %, the least is {least} %.")
        shown = "0" if margin is None else percent_text(margin, 1)
        return [Reason("low_margin", words.format(margin=shown, least=percent_text(least, 1)))]
    return []


def _hidden_commission(paper: Any, most: Decimal) -> list[Reason]:
    """Answer the reason of a hidden commission above ``most``."""
    if not paper.commission_hidden or paper.commission_rate <= most:
        return []
    words = _("There is a hidden commission of {rate} %.")
    return [Reason("hidden_commission", words.format(rate=percent_text(paper.commission_rate, 1)))]


def _other_account(reader: Reader, paper: Any) -> list[Reason]:
    """Answer the reason of a bank account that is not the one the customer was told last (fraud guard)."""
    last = reader.session.execute(
        select(Proforma.number, Proforma.bank_account_id)
        .where(
            Proforma.customer_id == paper.customer_id,
            Proforma.id != paper.id,
            Proforma.status.in_(("issued", "confirmed", "fulfilled")),
        )
        .order_by(Proforma.day.desc(), Proforma.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.bank_account_id == paper.bank_account_id:
        return []
    return [
        Reason(
            "bank_account",
            _("The bank account to pay to is another one than on {number}.").format(number=last.number),
        )
    ]


def request_approval(work: Work, kind: str, paper: Any, rows: Sequence[Any], costs: Any = None) -> str:
    """Ask for the approval of a paper as it stands and answer “approved” or “pending”."""
    customer = work.session.scalar(select(Party.name).where(Party.id == paper.customer_id)) or ""
    subject = Subject(
        kind,
        paper.id,
        paper.number,
        sale_reasons(work, kind, paper, rows, costs),
        protected_of(paper, rows),
        (
            Figure(_("Customer"), customer),
            Figure(_("Amount"), format_money(paper.total, paper.currency)),
            *adjustment_figures(paper, paper.currency),
            *_figures(work, paper, sale_estimate(work, paper, rows, costs)),
        ),
        convert(paper.total, paper.rate, work.base),
    )
    return ask_approval(work, subject)


def _figures(work: Work, paper: Any, found: QuoteEstimate | None) -> tuple[Figure, ...]:
    """Answer what the decision is made by: margin, profit, and where the money goes."""
    figures = []
    if found is not None and not found.unknown:
        if found.result.margin is not None:
            figures.append(Figure(_("Margin"), f"{percent_text(found.result.margin, 1)} %"))
        figures.append(Figure(_("Profit"), format_money(found.profit, work.base)))
    account = paper.bank_account_id
    if account is not None:
        name = work.session.scalar(select(Account.name).where(Account.id == account)) or ""
        figures.append(Figure(_("Bank account to pay to"), name))
    return tuple(figures)
