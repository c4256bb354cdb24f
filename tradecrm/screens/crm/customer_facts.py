"""What stands beside the form of a customer or partner: what is open, the latest papers, the changes."""

from __future__ import annotations

from typing import Any

from tradecrm.core.clock import local_moment
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.phrases import told_of
from tradecrm.core.text import N_, _
from tradecrm.screens.crm.delays import delay_facts
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import Fact, Tone
from tradecrm.services.crm.cards import aging_strip, party_changes, party_papers


def balance_facts(reader: Any, draft: Draft) -> tuple[Fact, ...]:
    """Answer what is open with the partner by age, each figure opening its rows (section 3.6)."""
    if draft.id is None:
        return ()
    facts: list[Fact] = []
    for side, owed, ahead in (
        ("AR", N_("They owe {total}"), N_("We hold {total} of theirs")),
        ("AP", N_("We owe {total}"), N_("They hold {total} of ours")),
    ):
        for strip in aging_strip(reader, draft.id, side):
            # What was paid ahead exceeds what is open: the other side owes, and no minus is needed.
            title = ahead if strip.total < 0 else owed
            total = format_money(abs(strip.total), strip.currency)
            facts.append(Fact(_(title).format(total=total), "", strong=True))
            for number, (label, amount, bucket) in enumerate(strip.buckets):
                if amount == 0:
                    continue
                late = bucket != "unapplied" and number > 0
                link = Link.to(
                    "report/aging_detail",
                    side=side,
                    party=draft.id,
                    currency=strip.currency,
                    bucket=bucket,
                )
                tone = Tone.BAD if late and side == "AR" else Tone.NEUTRAL
                shown = format_money(amount, strip.currency)
                facts.append(Fact(_overdue(label) if late else label, shown, tone, link))
    facts += delay_facts(reader, draft.id)
    return tuple(facts) or (Fact(N_("Nothing is open."), "", muted=True),)


def _overdue(label: str) -> str:
    return _("Overdue {days} days").format(days=label)


def paper_facts(reader: Any, draft: Draft) -> tuple[Fact, ...]:
    """Answer the latest papers of the partner, each opening."""
    if draft.id is None:
        return ()
    papers = party_papers(reader, draft.id)[:12]
    facts = [
        # The number goes with the words, which may take a second line: an amount is never cut.
        Fact(f"{paper.day:%Y-%m-%d}  {paper.title}", paper.number, link=paper.link)
        if paper.amount is None
        else Fact(
            f"{paper.day:%Y-%m-%d}  {paper.title} {paper.number}",
            format_money(paper.amount, paper.currency),
            link=paper.link,
        )
        for paper in papers
    ]
    return tuple(facts) or (Fact(N_("No papers yet."), "", muted=True),)


def change_facts(reader: Any, draft: Draft) -> tuple[Fact, ...]:
    """Answer what was changed, by whom and when."""
    if draft.id is None:
        return ()
    facts = []
    for change in party_changes(reader, draft.id, 12):
        moment = local_moment(change.at)
        facts.append(Fact(f"{moment:%Y-%m-%d %H:%M}  {told_of(change.person, change.text)}", "", muted=True))
    return tuple(facts) or (Fact(N_("Nothing was changed that you may see."), "", muted=True),)
