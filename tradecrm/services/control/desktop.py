"""What each person put on their desktop: cards with figures and shortcuts to functions, in their own order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from tradecrm.core.problems import Problem
from tradecrm.core.text import _
from tradecrm.models import DesktopCard
from tradecrm.services.work import Reader, Work, operation

CARD = "card"
SHORTCUT = "shortcut"
_ARRANGED = "arranged"

DEFAULT_CARDS = ("figures", "today", "orders_by_month", "aging", "shipments_under_way", "shortcuts")
DEFAULT_SHORTCUTS = ("customer", "contract", "shipment", "receipt", "import", "report/aging")
"""What stands on a desktop until its person changes it; a shortcut is the target of a link."""


@dataclass(frozen=True, slots=True)
class Desktop:
    """The targets on a person's desktop, each list in its order."""

    cards: tuple[str, ...]
    shortcuts: tuple[str, ...]

    def of(self, slot: str) -> tuple[str, ...]:
        """Answer one of the two lists by its name, ``card`` or ``shortcut``."""
        return self.cards if slot == CARD else self.shortcuts


@dataclass(frozen=True, slots=True)
class ArrangeDesktop:
    """The whole of one list in its new order; what is left out is removed."""

    slot: str
    targets: tuple[str, ...]


def check_desktop(command: ArrangeDesktop) -> list[Problem]:
    """Answer what is wrong with a change of the desktop."""
    targets = command.targets
    problems = []
    if command.slot not in (CARD, SHORTCUT):
        problems.append(
            Problem("slot", _("There is no place {slot} on the desktop.").format(slot=command.slot))
        )
    if len(set(targets)) != len(targets):
        problems.append(Problem("targets", _("The same thing cannot stand on the desktop twice.")))
    if any(not 0 < len(target) <= 80 for target in targets):
        problems.append(Problem("target", _("This cannot be put on the desktop.")))
    return problems


def desktop(reader: Reader) -> Desktop:
    """Answer the acting person's desktop; the defaults until they change something."""
    rows = reader.session.execute(
        select(DesktopCard.slot, DesktopCard.target)
        .where(DesktopCard.person_id == reader.actor.person_id)
        .order_by(DesktopCard.position)
    ).all()
    if not rows:
        return Desktop(DEFAULT_CARDS, DEFAULT_SHORTCUTS)
    return Desktop(
        tuple(target for slot, target in rows if slot == CARD),
        tuple(target for slot, target in rows if slot == SHORTCUT),
    )


@operation("desktop.write", check=check_desktop)
def arrange_desktop(work: Work, command: ArrangeDesktop) -> Desktop:
    """Write one of the two lists anew and answer the desktop."""
    return _write(work, command.slot, command.targets)


def _write(work: Work, slot: str, targets: tuple[str, ...]) -> Desktop:
    """Keep both lists as rows, so that an empty list stays empty instead of falling back to the defaults."""
    before = desktop(work)
    wanted = {CARD: before.cards, SHORTCUT: before.shortcuts, slot: targets, _ARRANGED: ("yes",)}
    person_id = work.actor.person_id
    kept = {
        (row.slot, row.target): row
        for row in work.session.scalars(select(DesktopCard).where(DesktopCard.person_id == person_id))
    }
    for place, names in wanted.items():
        for position, target in enumerate(names):
            row = kept.pop((place, target), None)
            if row is None:
                work.session.add(
                    DesktopCard(person_id=person_id, slot=place, target=target, position=position)
                )
            else:
                row.position = position
    for row in kept.values():
        work.session.delete(row)
    work.session.flush()
    return desktop(work)
