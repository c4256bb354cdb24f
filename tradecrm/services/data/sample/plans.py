"""What the sample firm plans and was promised: rent, salaries and taxes to come, promises and letters to customers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.money import round_money
from tradecrm.core.plans import Every
from tradecrm.services.data.sample.firm import SAMPLE_DAY, Firm, scaled
from tradecrm.services.figures.dunning import dunning_cases
from tradecrm.services.money.due_dates import SavePromise, save_promise
from tradecrm.services.money.dunning import RecordDunning, record_dunning
from tradecrm.services.money.planned import SavePlannedFlow, save_planned_flow
from tradecrm.services.work import Work, operation

_FLOWS = (
    ("rent", "OFFICE", 9_600, 5, Every.MONTHLY),
    ("salary", "SALARY", 56_000, 10, Every.MONTHLY),
    ("social", "OTHER", 14_400, 15, Every.MONTHLY),
    ("tax", "TAX", 3_100, 16, Every.QUARTERLY),
)
_PROMISED = 2


@operation("account.write")
def write_plans(work: Work, firm: Firm) -> None:
    """Write planned expenses, send the letters that were due to one customer, and keep promises of two more."""
    month = date(SAMPLE_DAY.year, SAMPLE_DAY.month, 1)
    for key, category, amount, day, every in _FLOWS:
        first = month.replace(day=day)
        if first < SAMPLE_DAY:
            first = (month + timedelta(days=32)).replace(day=day)
        value = -round_money(max(scaled(firm, amount), Decimal(300)), "CNY")
        save_planned_flow.within(work, SavePlannedFlow(firm.words[key], category, "CNY", value, every, first))
    cases = dunning_cases(work)
    for case in cases[:1]:
        lines = tuple((line.instalment_id, line.stage.number) for line in case.lines)
        text = firm.words["task_balance"].format(party=case.party)
        record_dunning.within(work, RecordDunning(case.party_id, lines, text))
    for case in cases[1 : 1 + _PROMISED]:
        promise = SavePromise(case.lines[-1].instalment_id, SAMPLE_DAY + timedelta(days=6))
        save_promise.within(work, promise)
