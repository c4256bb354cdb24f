"""The part of a contract's form about agency export (代理出口), and what it makes of the invoice (section 1.10)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradecrm.core.agency import AGENCY_TITLES, Agency, agency_fee
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.screens.crm.pickers import PARTNER
from tradecrm.screens.draft import Draft, Ref, Value
from tradecrm.screens.spec import Choice, Fact, FieldSpec, Section
from tradecrm.services.trade.agency import agency_split

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)


def is_agency(draft: Draft) -> bool:
    """Tell whether goods are exported for a principal or through an agent."""
    return bool(draft.text("agency"))


AGENCY = Section(
    N_("Agency export"),
    (
        FieldSpec(
            "agency",
            N_("Who exports"),
            K.CHOICE,
            choices=tuple(Choice(key, title) for key, title in AGENCY_TITLES),
            span=4,
        ),
        FieldSpec(
            "agency_party",
            N_("Principal or agent"),
            K.REF,
            picker=PARTNER,
            required=True,
            span=5,
            visible=is_agency,
        ),
        FieldSpec("agency_fee_rate", N_("Agency fee"), K.PERCENT, required=True, span=3, visible=is_agency),
    ),
    after_lines=True,
)


def agency_values(values: Mapping[str, Any] | None = None, party: str = "") -> dict[str, Value]:
    """Answer what the section begins with: the firm's own export, or what a contract says."""
    if values is None or not values["agency"]:
        return {"agency": "", "agency_party": None, "agency_fee_rate": ZERO}
    return {
        "agency": values["agency"],
        "agency_party": Ref(values["agency_party_id"], party),
        "agency_fee_rate": values["agency_fee_rate"],
    }


def typed_agency(draft: Draft) -> dict[str, Any]:
    """Answer what the section adds to the command of a contract."""
    if not is_agency(draft):
        return {}
    return {
        "agency": draft.text("agency"),
        "agency_party_id": draft.ref_id("agency_party"),
        "agency_fee_rate": draft.number("agency_fee_rate") or ZERO,
    }


def agency_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what is the firm's own of the contract, and who owes or is owed the rest; nothing for its own export."""
    if not is_agency(draft):
        return ()
    total, currency = draft.number("total") or ZERO, draft.text("currency")
    if len(currency) != 3:
        return ()
    fee = agency_fee(((total, draft.number("agency_fee_rate") or ZERO),), currency)
    return _split_facts(draft.text("agency"), fee, total, currency)


def shipment_agency(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer the same of a shipment, with the principal or the agent; nothing for the firm's own export."""
    found = None if draft.id is None else agency_split(reader, draft.id)
    if found is None:
        return ()
    link = Link.to("customer", id=found.party_id)
    party = Fact(_(dict(AGENCY_TITLES)[found.agency]), found.party, link=link)
    return (party, *_split_facts(found.agency, found.fee, found.total, found.currency))


def _split_facts(agency: str, fee: Decimal, total: Decimal, currency: str) -> tuple[Fact, ...]:
    if agency == Agency.AS_AGENT.value:
        return (
            Fact(_("Our revenue, the fee"), format_money(fee, currency), strong=True),
            Fact(_("Owed to the principal"), format_money(total - fee, currency)),
            Fact(_("No rebate on our side; it does not count as an order."), "", muted=True),
        )
    return (
        Fact(_("The agent owes us"), format_money(total, currency), strong=True),
        Fact(_("Fee of the agent, a cost"), format_money(fee, currency)),
        Fact(_("The rebate is ours with the agent's certificate."), "", muted=True),
    )
