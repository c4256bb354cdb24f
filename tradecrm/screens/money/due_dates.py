"""The dialogs by which another due date is agreed, and by which a promise to pay is kept (sections 3.6 and 3.8)."""

from __future__ import annotations

from datetime import date
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.text import N_
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import FieldSpec, FormSpec, Section
from tradecrm.services.money.due_dates import (
    ChangeDueDate,
    SavePromise,
    change_due_date,
    due_card,
    save_promise,
)


def _blank(reader: Any, link: Link) -> Draft:
    """Answer the instalment that the link names, with what holds now."""
    card = due_card(reader, int(str(link.param("instalment") or 0)))
    return Draft(
        {
            "instalment": card.instalment_id,
            "number": card.number,
            "currency": card.currency,
            "open": card.open_amount,
            "before": card.due_on,
            "promised_before": card.promised_on,
        }
    )


_SHOWN = (
    FieldSpec("number", N_("Number"), FieldKind.CODE, read_only=True, span=3),
    FieldSpec("open", N_("Open amount"), FieldKind.MONEY, currency_from="currency", read_only=True, span=3),
    FieldSpec("before", N_("Due until now"), FieldKind.DATE, read_only=True, span=3),
)


DUE_DATE_FORM = FormSpec(
    key="due_date",
    title=N_("Agree on another due date"),
    kind="instalment",
    sections=(
        Section(
            "",
            (
                *_SHOWN,
                FieldSpec("due_on", N_("New due date"), FieldKind.DATE, required=True, span=3),
                FieldSpec("reason", N_("Reason, and who agreed"), required=True, span=12),
            ),
        ),
    ),
    load=load_nothing,
    blank=_blank,
    save=change_due_date,
    build=lambda draft: ChangeDueDate(
        int(str(draft.get("instalment") or 0)), draft.day("due_on") or date.min, draft.text("reason")
    ),
    needs="receipt.write",
    saved=N_("The new due date counts from today on; earlier reports stay as they were."),
)

PROMISE_FORM = FormSpec(
    key="promise",
    title=N_("Promise to pay"),
    verb=N_("Record"),
    kind="promise",
    sections=(
        Section(
            "",
            (
                *_SHOWN,
                FieldSpec(
                    "promised_before", N_("Promised until now"), FieldKind.DATE, read_only=True, span=3
                ),
                FieldSpec(
                    "promised_on",
                    N_("Promised for"),
                    FieldKind.DATE,
                    span=4,
                    hint=N_("empty takes it back"),
                ),
                FieldSpec("note", N_("Who promised, and how"), span=8),
            ),
        ),
    ),
    load=load_nothing,
    blank=_blank,
    save=save_promise,
    build=lambda draft: SavePromise(
        int(str(draft.get("instalment") or 0)), draft.day("promised_on"), draft.text("note")
    ),
    needs="reminder.write",
    saved=N_("The promise is kept; reminders stop until that day."),
)
