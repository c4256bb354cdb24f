"""How late a customer usually pays, as its page shows it beside what is open (section 3.8)."""

from __future__ import annotations

from typing import Any

from tradecrm.core.links import Link
from tradecrm.core.text import _, ngettext
from tradecrm.screens.spec import Fact
from tradecrm.services.figures.delays import average_delays


def delay_facts(reader: Any, party: int) -> list[Fact]:
    """Answer how late a customer usually pays, a line a currency, each opening how it comes about (section 3.8)."""
    if not reader.actor.can("receivable.read"):
        return []
    facts = []
    for (_party, currency), delay in sorted(average_delays(reader, party).items()):
        days = delay.days() or 0
        words = (
            ngettext("{count} day late", "{count} days late", days) if days > 0 else _("{count} days early")
        )
        shown = words.format(count=abs(days)) if days else _("on the due day")
        how = Link.to("report/explained", figure="delay", party=party, currency=currency)
        facts.append(Fact(_("Usually pays {currency}").format(currency=currency), shown, link=how))
    return facts
