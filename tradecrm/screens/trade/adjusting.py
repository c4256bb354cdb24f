"""The discount or charge on a whole paper as typed: its row under the lines, its amount, the words of the foot."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tradecrm.core.adjusting import Adjustment, adjustment_problems, shares
from tradecrm.core.fields import FieldKind
from tradecrm.core.money import format_amount, format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Value
from tradecrm.screens.spec import Choice, FieldSpec, Section

K = FieldKind
ZERO = Decimal(0)
_RATES = frozenset({"discount_rate", "charge_rate"})
_AMOUNTS = frozenset({"discount", "charge"})
ADJUSTMENTS = (
    Choice("none", N_("None")),
    Choice("discount_rate", N_("Discount in %")),
    Choice("discount", N_("Discount, an amount")),
    Choice("charge_rate", N_("Charge in %")),
    Choice("charge", N_("Charge, an amount")),
)


def _by_rate(draft: Draft) -> bool:
    return draft.text("adjust") in _RATES


def _by_amount(draft: Draft) -> bool:
    return draft.text("adjust") in _AMOUNTS


def _is_adjusted(draft: Draft) -> bool:
    return _by_rate(draft) or _by_amount(draft)


ADJUSTING = Section(
    "",
    (
        FieldSpec("adjust", N_("Discount or charge on the whole"), K.CHOICE, choices=ADJUSTMENTS, span=3),
        FieldSpec("adjust_rate", N_("Rate of all lines"), K.PERCENT, span=2, visible=_by_rate),
        FieldSpec(
            "adjust_amount",
            N_("Amount off or on the whole"),
            K.MONEY,
            currency_from="currency",
            span=2,
            visible=_by_amount,
        ),
        FieldSpec(
            "adjustment_text",
            N_("What the paper calls it"),
            hint=N_("such as: early order, pallets"),
            span=5,
            visible=_is_adjusted,
        ),
    ),
    after_lines=True,
)


def adjustment_values(amount: Decimal = ZERO, rate: Decimal | None = None) -> dict[str, Value]:
    """Answer what the fields show of an adjustment: its kind, and rate or amount without the sign."""
    kind = "discount" if (amount if rate is None else rate) < 0 else "charge"
    if not Adjustment(amount, rate):
        return {"adjust": "none", "adjust_rate": None, "adjust_amount": None}
    if rate is not None:
        return {"adjust": f"{kind}_rate", "adjust_rate": abs(rate), "adjust_amount": None}
    return {"adjust": kind, "adjust_rate": None, "adjust_amount": abs(amount)}


def typed_adjustment(draft: Draft) -> Adjustment:
    """Answer the discount (below zero) or charge as typed; none as long as its figure is missing."""
    sign = -1 if draft.text("adjust").startswith("discount") else 1
    if _by_rate(draft):
        return Adjustment(rate=sign * abs(draft.number("adjust_rate") or ZERO))
    if _by_amount(draft):
        return Adjustment(sign * abs(draft.number("adjust_amount") or ZERO))
    return Adjustment()


def adjustment_text(draft: Draft) -> str:
    """Answer what the paper calls it; nothing where there is no discount or charge any more."""
    return draft.text("adjustment_text").strip() if typed_adjustment(draft) else ""


def typed_shares(draft: Draft, plain: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Answer each line's share while typing; none while the adjustment cannot be shared, which ``check`` tells."""
    adjustment, currency = typed_adjustment(draft), draft.text("currency")
    if not adjustment or adjustment_problems(adjustment, plain, currency):
        return (ZERO,) * len(plain)
    return shares(adjustment, plain, currency)


def adjusting_problems(draft: Draft, problems: Sequence[Problem]) -> list[Problem]:
    """Answer problems with those of the adjustment at the field that is typed, and those of its figure."""
    field = "adjust_rate" if _by_rate(draft) else "adjust_amount"
    found = [Problem(field, each.message) if each.field == "adjustment" else each for each in problems]
    figure = draft.number(field)
    if _is_adjusted(draft) and (figure is None or figure <= 0):
        words = _("Type how much, above zero; whether it is a discount or a charge is chosen beside it.")
        found.append(Problem(field, words))
    return found


def _rate(rate: Decimal) -> str:
    return f"{(abs(rate) * 100).normalize():f} %"


def total_label(draft: Draft) -> str:
    """Answer the words before the total: with a discount or charge the goods, and what is off or on them."""
    shared, currency = draft.number("adjustment") or ZERO, draft.text("currency")
    if not shared:
        return N_("Total")
    total, rate = draft.number("total") or ZERO, typed_adjustment(draft).rate
    words = _("Goods {goods} · charge {amount} · Total")
    if shared < 0:
        words = _("Goods {goods} · discount {amount} · Total")
    amount = format_amount(shared, currency)
    return words.format(
        goods=format_money(total - shared, currency),
        amount=amount if rate is None else f"{_rate(rate)} {amount}",
    )
