"""What the forms that amend contracts share: a version with its reason, its state, history and steps (section 1.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import ActionSpec, Choice, Fact, FieldSpec, FormSpec, PanelSpec, Row, Section, Tone
from tradecrm.screens.trade.words import state_badges
from tradecrm.services.control.approvals import pending_request

if TYPE_CHECKING:
    from tradecrm.services.trade.versions import VersionRow
    from tradecrm.services.work import Operation, Reader

VERSION_STATES = (
    Choice("draft", N_("Draft")),
    Choice("submitted", N_("Waiting for approval"), Tone.WARN),
    Choice("in_force", N_("In force"), Tone.GOOD),
    Choice("superseded", N_("Superseded")),
    Choice("dropped", N_("Dropped")),
)
_OPEN = frozenset({"", "draft"})


def version_draft(reader: Reader, draft: Draft, row: VersionRow, kind: str) -> Draft:
    """Answer the draft of a contract as that of its version ``row``, with the request of ``kind`` it waits for."""
    waiting = pending_request(reader, kind, row.id)
    marked = draft.put(
        reason=row.reason,
        state=row.status,
        version_no=row.version_no,
        request=None if waiting is None else waiting.id,
    )
    return replace(marked, id=row.id)


def blank_version(current: Draft) -> Draft:
    """Answer the draft of an amendment of a contract as it stands."""
    return replace(current.put(reason="", state=""), id=None)


def locked_version(draft: Draft) -> str:
    """Answer why a version cannot be typed in, empty while it is a draft."""
    if draft.text("state") in _OPEN:
        return ""
    if draft.text("state") == "submitted":
        return _("This version waits for approval; the contract in force is unchanged until then.")
    return _("This version is kept as it is. To change the contract, amend it again.")


def version_facts(rows: Sequence[VersionRow], currency: str, target: str) -> tuple[Fact, ...]:
    """Answer the versions of a contract, the newest first; each opens the page ``target``."""
    titles = {choice.value: choice.label for choice in VERSION_STATES}
    facts = []
    for row in rows:
        words = _("Version {number}, {state}").format(number=row.version_no, state=_(titles[row.status]))
        tone = Tone.WARN if row.status == "submitted" else Tone.NEUTRAL
        facts.append(Fact(words, format_money(row.total, currency), tone, Link.to(target, id=row.id)))
        if row.reason:
            facts.append(Fact(row.reason, "", muted=True))
    return tuple(facts)


def version_actions(
    contract: ActionSpec, needs: str, drop: Operation[Any, Any], command: Callable[[Sequence[Row]], object]
) -> tuple[ActionSpec, ...]:
    """Answer the steps of a version: open its contract, open its approval, drop it."""
    return (
        contract,
        ActionSpec(
            "approval",
            N_("Open approval"),
            icon="check",
            primary=True,
            enabled=lambda rows: rows[0].get("state") == "submitted",
            opens=lambda rows: (
                Link.to("approval", id=int(rows[0]["request"])) if rows[0].get("request") else None
            ),
        ),
        ActionSpec(
            "drop",
            N_("Drop the amendment"),
            needs=needs,
            enabled=lambda rows: rows[0].get("state") in {"draft", "submitted"},
            operation=drop,
            command=command,
            done=N_("The amendment is dropped; the contract stays as it was."),
        ),
    )


def version_form(
    contract: FormSpec,
    key: str,
    kind: str,
    *,
    load: Callable[..., Draft],
    blank: Callable[..., Draft],
    save: Operation[Any, Any],
    build: Callable[[Draft], object],
    versions: PanelSpec,
    actions: tuple[ActionSpec, ...],
    locked: Callable[[Draft], str] = locked_version,
) -> FormSpec:
    """Answer the form of an amendment: the fields of the form ``contract``, and why they change."""
    why = Section("", (FieldSpec("reason", N_("Why it is amended"), required=True, span=12),))
    panels = tuple(panel for panel in contract.panels if panel.compute is not None)
    return FormSpec(
        key=key,
        title=N_("Amendment"),
        kind=kind,
        sections=(why, *contract.sections),
        load=load,
        blank=blank,
        save=save,
        build=build,
        lines=contract.lines,
        derive=contract.derive,
        check=partial(_check, contract.check),
        heading=_heading,
        badges=partial(state_badges, VERSION_STATES, field="state"),
        locked=locked,
        panels=(*panels, versions),
        actions=actions,
        watches=frozenset({kind, "approval_request"}),
        needs=contract.needs,
        saved=N_("The amendment is kept."),
    )


def _check(check: Callable[[Draft], Sequence[Problem]], draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed."""
    found = [*check(draft)]
    if not draft.text("reason").strip():
        found.append(Problem("reason", _("Say why the contract is amended; it stands in its history.")))
    return found


def _heading(draft: Draft) -> str:
    if draft.id is None:
        return _("Amend {number}").format(number=draft.text("number"))
    return _("{number}, version {version}").format(
        number=draft.text("number"), version=draft.text("version_no")
    )
