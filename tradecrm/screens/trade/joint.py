"""Sharing a container (拼柜): what travels together, joining and parting, sharing a cost (domain.md 1.10 and 16.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradecrm.core.allocate import BASIS_TITLES
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.screens.claims.words import SHIPMENT
from tradecrm.screens.dialogs import dialog_form
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import ActionSpec, Choice, Fact, FieldSpec, PanelSpec, Row
from tradecrm.screens.trade.shipping import dialog_spec, shipment_of, start_dialog
from tradecrm.services.figures.joint_profit import joint_shipments
from tradecrm.services.trade.cost_card import cost_card
from tradecrm.services.trade.joint import (
    SHARED_BY,
    JoinShipments,
    PartShipment,
    ShareCost,
    join_shipments,
    part_shipment,
    share_cost,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
_TITLES = dict(BASIS_TITLES)


def joint_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer the shipments that share the container with one, and where their result stands; none for one alone."""
    if draft.id is None:
        return ()
    members = joint_shipments(reader, draft.id)
    facts = [
        Fact(each.number, format_money(each.total, each.currency), link=Link.to("shipment", id=each.id))
        for each in members
        if each.id != draft.id
    ]
    if facts and reader.actor.can("profit.read"):
        link = Link.to("report/joint_profit", shipment=draft.id)
        facts.append(Fact(_("Result of the container"), _("Show"), link=link))
    return tuple(facts)


JOINT_PANEL = PanelSpec("joint", N_("Shares its container with"), query=joint_facts)

JOIN_FORM = dialog_spec(
    "join_shipment",
    N_("Share a container"),
    (FieldSpec("other", N_("With shipment"), K.REF, picker=SHIPMENT, required=True, span=12),),
    start_dialog,
    join_shipments,
    lambda draft: JoinShipments(shipment_of(draft), draft.ref_id("other") or 0),
    N_("The shipments share a container."),
)


def _stands(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") not in {"closed", "void"}


def _is_joint(rows: Sequence[Row]) -> bool:
    return _stands(rows) and bool(rows[0].get("joint"))


JOINT_ACTIONS = (
    ActionSpec(
        "join",
        N_("Share a container…"),
        needs="shipment.write",
        enabled=_stands,
        opens=lambda rows: Link.to("join_shipment", shipment=int(rows[0]["id"])),
    ),
    ActionSpec(
        "part",
        N_("Ship in a container of its own"),
        needs="shipment.write",
        enabled=_is_joint,
        operation=part_shipment,
        command=lambda rows: PartShipment(int(rows[0]["id"])),
        done=N_("The shipment has a container of its own."),
    ),
)


def _blank_share(reader: Reader, link: Link) -> Draft:
    cost = cost_card(reader, int(link.param("cost") or 0))
    title = f"{cost.shipment} · {format_money(cost.amount, cost.currency)}"
    return Draft(
        {"cost": cost.id, "shipment": cost.shipment_id, "number": title, "basis": SHARED_BY[0].value}
    )


def _with_whom(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer the shipments that bear the cost."""
    members = joint_shipments(reader, shipment_of(draft))
    return tuple(Fact(each.number, format_money(each.total, each.currency)) for each in members)


SHARE_FORM = dialog_form(
    "share_cost",
    N_("Share over the container"),
    (
        FieldSpec(
            "basis",
            N_("Share by"),
            K.CHOICE,
            choices=tuple(Choice(basis.value, _TITLES[basis]) for basis in SHARED_BY),
            required=True,
            span=12,
        ),
    ),
    _blank_share,
    share_cost,
    lambda draft: ShareCost(int(draft.number("cost") or 0), draft.text("basis")),
    N_("Each shipment of the container bears its part."),
    (PanelSpec("members", N_("Who bears it"), query=_with_whom),),
    kind="cost_line",
)

SHARE_ACTION = ActionSpec(
    "share",
    N_("Share over the container…"),
    needs="shipment.write",
    enabled=lambda rows: bool(rows[0].get("joint")) and not rows[0].get("billed"),
    opens=lambda rows: Link.to("share_cost", cost=int(rows[0]["id"])),
)
