"""What the page of a shipment shows of its way: milestones, papers, what stands in the way, the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.letters import PRESENTATION
from tradecrm.core.links import Link
from tradecrm.core.milestones import Light
from tradecrm.core.phrases import told_of
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import _, ngettext
from tradecrm.core.trade_flows import DOCUMENT
from tradecrm.core.ways import NO_TITLE_MODES
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import Fact, Tone
from tradecrm.services.figures.quantities import GONE
from tradecrm.services.trade.checklist import document_rows
from tradecrm.services.trade.closing import closing_gaps
from tradecrm.services.trade.gates import loading_stops, release_stops
from tradecrm.services.trade.milestones import MilestoneRow, delays, milestone_rows
from tradecrm.services.trade.presentations import bank_view
from tradecrm.services.trade.releases import KIND_TITLES, STATUS_TITLES, releases_of
from tradecrm.services.trade.shipment_card import shipping_data

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind


def light_words(row: MilestoneRow, late: int) -> str:
    """Answer how a milestone stands: done, days overdue, days to go."""
    if row.light is Light.MET:
        return _("Done")
    if row.light is Light.OVERDUE:
        return ngettext("{count} day overdue", "{count} days overdue", late).format(count=late)
    if row.light is Light.OPEN:
        return _("No day yet") if row.revised_on is None else _("Not noted")
    if late == 0:
        return _("Today")
    return ngettext("in {count} day", "in {count} days", -late).format(count=-late)


def milestones_table(reader: Reader, shipment_id: int) -> Table:
    """Answer the milestones; the first cell notes one as done, its planned day plans another."""
    rows = milestone_rows(reader, shipment_id)
    found = []
    for row in rows:
        late = 0 if row.revised_on is None else (reader.today - row.revised_on).days
        over = row.light is Light.MET or (row.light is Light.OPEN and row.revised_on is not None)
        style = RowStyle.MUTED if over else RowStyle.NORMAL
        first = row.planned_on if row.planned_on != row.revised_on else None
        cells = (_(row.kind.title), row.revised_on, row.actual_on, light_words(row, late), first)
        meet = Link.to("milestone_met", shipment=shipment_id, code=row.code)
        plan = Link.to("milestone_plan", shipment=shipment_id, code=row.code)
        found.append(TableRow(cells, (meet, plan, meet), style=style))
    notes = []
    late_by = delays(rows)
    if late_by.departure:
        notes.append(_("Departure against the first plan: {days} days.").format(days=late_by.departure))
    if late_by.arrival:
        notes.append(_("Arrival against the first plan: {days} days.").format(days=late_by.arrival))
    return Table(
        "milestones",
        _("Milestones"),
        "",
        (
            TableColumn("title", _("Milestone")),
            TableColumn("planned", _("Planned day"), K.DATE),
            TableColumn("met", _("Done on"), K.DATE),
            TableColumn("light", _("State")),
            TableColumn("first", _("First planned"), K.DATE),
        ),
        tuple(found),
        notes=tuple(notes),
    )


def papers_table(reader: Reader, shipment_id: int) -> Table:
    """Answer the document checklist; the title takes a paper on, its number edits the row."""
    found = []
    papers = document_rows(reader, shipment_id)
    for row in papers:
        state = _(DOCUMENT.state(row.status).title)
        if row.late:
            state = _("{state}, late").format(state=state)
        count = f"{row.originals} + {row.copies}" if row.copies else str(row.originals)
        cells = (
            _(row.title),
            count,
            row.due_on,
            state,
            row.sent_on or row.issued_on,
            row.number or _("no number yet"),
            row.wording,
        )
        step = Link.to("paper_step", shipment=shipment_id, paper=row.id)
        edit = Link.to("shipment_paper", shipment=shipment_id, paper=row.id)
        style = RowStyle.MUTED if row.status in {"sent", "not_needed"} else RowStyle.NORMAL
        found.append(TableRow(cells, (step, None, None, None, None, edit, None), style=style))
    columns = [
        TableColumn("title", _("Paper")),
        TableColumn("count", _("Originals + copies")),
        TableColumn("due", _("Due on"), K.DATE),
        TableColumn("state", _("State")),
        TableColumn("done", _("Issued or sent"), K.DATE),
        TableColumn("number", _("Paper no.")),
    ]
    if any(row.wording for row in papers):
        columns.append(TableColumn("wording", _("As the letter of credit wants it")))
    return Table("papers", _("Papers"), "", tuple(columns), tuple(found))


def gate_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what stands against the next step: loading, the bill of lading, closing; and the releases."""
    if draft.id is None or draft.text("status") == "void":
        return ()
    status = draft.text("status")
    facts: list[Fact] = []
    if status not in GONE:
        stops = () if status in {"loaded", "declared"} else loading_stops(reader, draft.id)
        words = _("It may be loaded.") if status not in {"loaded", "declared"} else _("It may leave.")
        if draft.text("mode") in NO_TITLE_MODES:
            # Tested when the goods leave, for nothing can be withheld afterwards (section 16.2).
            stops += release_stops(reader, draft.id, "waybill")
        sentences = dict.fromkeys(stop.sentence for stop in stops)
        facts += [Fact(each, "", Tone.BAD) for each in sentences] or [Fact(words, "", Tone.GOOD)]
    elif status != "closed":
        facts += _after_leaving(reader, draft.id)
    kinds, states = dict(KIND_TITLES), dict(STATUS_TITLES)
    facts += [
        Fact(told_of(_(kinds[row.kind]), row.reason), _(states[row.status]), muted=True)
        for row in releases_of(reader, shipment_id=draft.id)
    ]
    return tuple(facts)


def _after_leaving(reader: Reader, shipment_id: int) -> list[Fact]:
    data = shipping_data(reader, shipment_id)
    if data.mode in NO_TITLE_MODES:
        words = _("No document of title: the release was tested at departure, nothing can be withheld now.")
        facts = [Fact(words, "", muted=True)]
    elif data.bl_released_on is not None:
        facts = [Fact(_("B/L given up"), data.bl_released_on.isoformat(), Tone.GOOD)]
    else:
        stops = release_stops(reader, shipment_id, data.bl_type)
        facts = [Fact(stop.sentence, "", Tone.BAD) for stop in stops] or [
            Fact(_("The B/L may be given up."), "", Tone.GOOD)
        ]
    gaps = closing_gaps(reader, shipment_id)
    if gaps:
        facts.append(Fact(_("Before closing"), "", strong=True))
        facts += [Fact(sentence, "", muted=True) for sentence in gaps]
    else:
        facts.append(Fact(_("It may be closed."), "", Tone.GOOD))
    return facts


def bank_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer letter of credit and presentation; nothing where the papers never go to a bank."""
    view = None if draft.id is None else bank_view(reader, draft.id)
    if view is None:
        return ()
    facts = []
    if view.letter_id is not None:
        facts.append(
            Fact(_("Letter of credit"), view.letter, link=Link.to("letter_of_credit", id=view.letter_id))
        )
    if view.deadline is not None:
        late = view.presented_on is None and view.deadline < reader.today
        facts.append(
            Fact(
                _("Present until"), view.deadline.isoformat(), Tone.BAD if late else Tone.NEUTRAL, strong=True
            )
        )
    for words, day in (
        (_("Presented"), view.presented_on),
        (_("Received by the bank or the drawee"), view.sight_on),
        (_("Accepted"), view.accepted_on),
        (_("Due on"), view.matures_on),
        (_("Paid"), view.paid_on),
    ):
        if day is not None:
            facts.append(Fact(words, day.isoformat()))
    if view.status:
        tone = Tone.BAD if view.status == "discrepant" else Tone.NEUTRAL
        facts.append(Fact(_("State"), _(PRESENTATION.state(view.status).title), tone))
    sentences = view.discrepancies.splitlines() if view.at_bank else list(view.problems)
    facts += [Fact(sentence, "", Tone.BAD) for sentence in sentences]
    return tuple(facts)
