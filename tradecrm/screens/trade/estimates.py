"""The form of a contract's profit estimate (利润估算表): costs by line, the result while typing, its versions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from tradecrm.core.costs import COST_CATEGORIES
from tradecrm.core.fields import FieldKind
from tradecrm.core.incoterms import check_costs
from tradecrm.core.links import Link
from tradecrm.core.money import convert, format_amount, format_money
from tradecrm.core.profit import CostLine, ShipmentResult, shipment_result
from tradecrm.core.text import N_, _, ngettext
from tradecrm.screens.draft import Draft, Line, Value, as_number
from tradecrm.screens.spec import (
    ActionSpec,
    Choice,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    Row,
    Section,
    Step,
    Tone,
)
from tradecrm.screens.trade.contracts import contract_steps
from tradecrm.screens.trade.words import figure, percent, state_badges
from tradecrm.services.trade.estimate_card import EstimateCard, contract_estimate, estimate_card
from tradecrm.services.trade.estimates import (
    EstimateRowDraft,
    SaveEstimate,
    SubmitEstimate,
    check_estimate,
    save_estimate,
    submit_estimate,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
CATEGORIES = tuple(Choice(category.code, category.title) for category in COST_CATEGORIES)
STATES = (
    Choice("draft", N_("Draft")),
    Choice("submitted", N_("Submitted"), Tone.WARN),
    Choice("approved", N_("Approved"), Tone.GOOD),
    Choice("superseded", N_("Superseded")),
)


def _draft(reader: Reader, card: EstimateCard) -> Draft:
    values: dict[str, Value] = {
        "contract_id": card.contract_id,
        "contract": card.number,
        "incoterm": card.incoterm,
        "currency": card.currency,
        "total": card.total,
        "base": reader.base,
        "rate": card.rate,
        "version_no": card.version_no,
        "status": card.status,
        "remarks": card.remarks,
        "newest": card.id is None or card.versions[0].id == card.id,
    }
    lines: tuple[Line, ...] = tuple(
        {
            "category": row.category,
            "description": row.description,
            "currency": row.currency,
            "amount": row.amount,
            "rate": row.rate,
        }
        for row in card.rows
    )
    return derive_estimate(Draft(values, {"lines": lines}, card.id, 1 if card.id else None), "")


def load_estimate(reader: Reader, estimate_id: int) -> Draft:
    """Answer the draft of one version; raises NotFound."""
    return _draft(reader, estimate_card(reader, estimate_id))


def blank_estimate(reader: Reader, link: Link) -> Draft:
    """Answer the newest version of the contract in the link, or a proposal for its first."""
    return _draft(reader, contract_estimate(reader, int(str(link.param("contract")))))


def derive_estimate(draft: Draft, changed: str) -> Draft:
    """Fill in the rate of a line where it is known, and value every line in base currency; pure."""
    del changed
    base, currency = draft.text("base"), draft.text("currency")
    lines = []
    for line in draft.rows():
        code = str(line.get("currency") or base)
        rate = as_number(line.get("rate"))
        if code == base:
            rate = Decimal(1)
        elif code == currency and rate is None:
            rate = draft.number("rate")
        amount = as_number(line.get("amount"))
        value = None if amount is None or rate is None else convert(amount, rate, base)
        lines.append({**line, "currency": code, "rate": rate, "base_amount": value})
    return draft.put_rows("lines", lines)


def result_of(draft: Draft) -> ShipmentResult | None:
    """Answer the measures of what is typed, None while the rate is missing (section 2.4)."""
    rate, total, base = draft.number("rate"), draft.number("total") or ZERO, draft.text("base")
    if not rate or rate <= 0:
        return None
    costs = [
        CostLine(
            str(line["category"]),
            str(line["currency"]),
            as_number(line.get("amount")) or ZERO,
            as_number(line.get("base_amount")) or ZERO,
        )
        for line in draft.rows()
        if line.get("category")
    ]
    return shipment_result(
        invoice_total=total,
        currency=draft.text("currency"),
        revenue=convert(total, rate, base),
        costs=costs,
        reference_rate=rate,
        base_currency=base,
    )


def result_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer revenue, costs, profit, margin, mark-up, export cost and what the Incoterm makes doubtful."""
    found = result_of(draft)
    if found is None:
        return (Fact(_("Type the rate to see the result."), "", muted=True),)
    base = draft.text("base")
    tone = Tone.BAD if found.trading_profit < 0 else Tone.GOOD
    unit = _("n/a") if found.cost_per_unit is None else figure(found.cost_per_unit, 4)
    facts = [
        Fact(_("Revenue"), format_amount(found.revenue, base)),
        Fact(_("Costs in all"), format_amount(-found.total_cost, base)),
        Fact(_("Trading profit"), format_money(found.trading_profit, base), tone, strong=True),
        Fact(_("Margin"), percent(found.margin), tone),
        Fact(_("Mark-up on cost"), percent(found.markup)),
        Fact(_("Export cost of 1 {currency}").format(currency=draft.text("currency")), unit),
    ]
    present = [
        str(line["category"]) for line in draft.rows() if line.get("category") and line.get("base_amount")
    ]
    doubts = check_costs(draft.text("incoterm"), present)
    return (*facts, *(Fact(problem.message, "", Tone.WARN) for problem in doubts))


def version_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer every version with its profit; each opens."""
    card = contract_estimate(reader, int(draft.number("contract_id") or 0))
    titles = {choice.value: choice.label for choice in STATES}
    return tuple(
        Fact(
            _("Version {number}, {state}").format(number=row.version_no, state=_(titles[row.status])),
            format_money(row.profit, reader.base),
            link=Link.to("estimate", id=row.id),
            muted=row.status == "superseded",
        )
        for row in card.versions
    )


def build_estimate(draft: Draft) -> SaveEstimate:
    """Answer the command that keeps what is typed as the next version."""
    return SaveEstimate(
        int(draft.number("contract_id") or 0),
        draft.number("rate") or ZERO,
        tuple(
            EstimateRowDraft(
                str(line.get("category") or ""),
                str(line.get("currency") or ""),
                as_number(line.get("amount")) or ZERO,
                as_number(line.get("rate")),
                str(line.get("description") or ""),
            )
            for line in draft.rows()
        ),
        draft.text("remarks"),
    )


def _may_submit(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") == "draft" and bool(rows[0].get("newest"))


def _locked(draft: Draft) -> str:
    if draft.id is not None and not draft.flag("newest"):
        return _("This is an earlier version; it stands as it was kept.")
    if draft.text("status") == "submitted":
        return _("This version waits for approval.")
    return ""


def _steps(reader: Reader, estimate_id: int) -> tuple[Step, ...]:
    return contract_steps(reader, estimate_card(reader, estimate_id).contract_id)


def _cost_words(draft: Draft) -> list[str]:
    count = len(draft.rows())
    return [ngettext("{count} line", "{count} lines", count).format(count=count)]


def _cost_total(draft: Draft) -> tuple[str, str]:
    found = result_of(draft)
    return (
        ("", "")
        if found is None
        else (N_("Costs in all"), format_money(found.total_cost, draft.text("base")))
    )


SUBMIT = ActionSpec(
    "submit",
    N_("Submit for approval"),
    primary=True,
    needs="contract.write",
    enabled=_may_submit,
    operation=submit_estimate,
    command=lambda rows: SubmitEstimate(int(rows[0]["id"])),
    done=N_("The estimate is submitted."),
)
ESTIMATE_FORM = FormSpec(
    key="estimate",
    title=N_("Profit estimate"),
    kind="estimate",
    sections=(
        Section(
            "",
            (
                FieldSpec("contract", N_("Contract"), K.CODE, span=3, read_only=True),
                FieldSpec("total", N_("Total"), K.MONEY, span=3, read_only=True, currency_from="currency"),
                FieldSpec("rate", N_("Rate of the revenue"), K.RATE, required=True, span=3),
                FieldSpec("remarks", N_("Remarks"), span=3),
            ),
        ),
    ),
    load=load_estimate,
    blank=blank_estimate,
    save=save_estimate,
    build=build_estimate,
    lines=(
        LinesSpec(
            "lines",
            N_("Costs"),
            (
                FieldSpec("category", N_("Category"), K.CHOICE, choices=CATEGORIES, required=True, width=210),
                FieldSpec("description", N_("For what"), width=190),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, width=66),
                FieldSpec("amount", N_("Amount"), K.MONEY, required=True, width=96, currency_from="currency"),
                FieldSpec("rate", N_("Rate"), K.RATE, width=60),
                FieldSpec(
                    "base_amount",
                    N_("In base"),
                    K.MONEY,
                    width=96,
                    read_only=True,
                    currency_from=".base",
                ),
            ),
            summary=_cost_words,
            total=_cost_total,
            placeholder=N_("choose a category"),
        ),
    ),
    derive=derive_estimate,
    check=lambda draft: check_estimate(build_estimate(draft)),
    heading=lambda draft: _("Estimate {version} of {number}").format(
        version=int(draft.number("version_no") or 1), number=draft.text("contract")
    ),
    badges=partial(state_badges, STATES),
    locked=_locked,
    steps=_steps,
    panels=(
        PanelSpec("result", N_("Result"), compute=result_facts),
        PanelSpec("versions", N_("Versions"), query=version_facts),
    ),
    actions=(SUBMIT,),
    watches=frozenset({"estimate", "approval_request"}),
    needs="contract.write",
    saved=N_("The estimate is kept as a new version."),
)
