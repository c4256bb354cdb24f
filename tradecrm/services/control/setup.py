"""The first rows of a new book: its owner, the reminder rules and the firm's settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tradecrm.core.clock import Clock
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import LANGUAGES, _
from tradecrm.models import Person, ReminderRule
from tradecrm.services.control.access import Actor
from tradecrm.services.control.reminders import RULE_DEFAULTS
from tradecrm.services.control.roles import ROLES
from tradecrm.services.control.settings import ChangeSettings, change_settings, check_settings
from tradecrm.services.work import BookSession, Work
from tradecrm.storage.held import BookStore
from tradecrm.storage.objects import follow_ids

_FIRST_PERSON = 1


@dataclass(frozen=True, slots=True)
class SetUp:
    """Who the firm is and who owns the book; ``settings`` are further settings by name."""

    company_name: str
    base_currency: str = "CNY"
    owner_name: str = "Owner"
    language: str = "zh_CN"
    company_name_local: str = ""
    settings: tuple[tuple[str, Any], ...] = ()

    @property
    def values(self) -> tuple[tuple[str, Any], ...]:
        """Answer every setting that is stored."""
        return (
            ("company_name", self.company_name.strip()),
            ("company_name_local", self.company_name_local.strip()),
            ("base_currency", self.base_currency),
            ("language", self.language),
            *self.settings,
        )


def check_set_up(command: SetUp) -> Sequence[Problem]:
    """Answer what is wrong with the particulars of a new book."""
    problems = list(check_settings(ChangeSettings(command.values)))
    if not command.company_name.strip():
        problems.append(Problem("company_name", _("Give the name of the firm, as it stands on papers.")))
    if not command.owner_name.strip():
        problems.append(Problem("owner_name", _("Give the name of the person who owns the book.")))
    if command.language not in LANGUAGES:
        problems.append(
            Problem("language", _("The program does not speak {language}.").format(language=command.language))
        )
    return problems


def set_up_book(store: BookStore, clock: Clock, command: SetUp) -> int:
    """Write the first rows of an empty book and answer its owner's id.

    Raises Refusal when something is wrong with the particulars, or when the book has people already.
    """
    problems = tuple(check_set_up(command))
    if problems:
        raise Refusal(problems)
    owner = Actor(_FIRST_PERSON, command.owner_name.strip(), ROLES["owner"], frozenset())
    info: dict[str, Any] = {"actor": owner, "operation": "set_up_book", "now": clock.now(), "changed": set()}
    with store.guard(), BookSession(store.writer, info=info) as session, session.begin():
        if session.scalar(select(Person.id).limit(1)) is not None:
            raise Refusal.of(_("This book is set up already. Open it instead."))
        work = Work(session, owner, clock)
        work.add(Person(id=_FIRST_PERSON, name=owner.name, role="owner", active=True))
        follow_ids(session.connection(), "person")
        for rule in RULE_DEFAULTS:
            session.add(ReminderRule(key=rule.key, active=True, days_before=rule.days_before))
        change_settings.within(work, ChangeSettings(command.values))
    store.mark_changed()
    return _FIRST_PERSON
