"""How partners, people and payment terms are chosen by typing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tradecrm.core.links import Link
from tradecrm.core.presets import PRESETS, terms_wording
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import decode_terms, encode_terms
from tradecrm.core.text import _, current_language
from tradecrm.screens.draft import Ref
from tradecrm.screens.spec import PickerSpec
from tradecrm.services.crm.cards import people_choices
from tradecrm.services.crm.parties import PartyChoice, party_picker

_MOST = 20


def party_ref(choice: PartyChoice) -> Ref:
    """Answer a partner as a chosen record, with what a new paper takes over from it."""
    place = ", ".join(part for part in (choice.name_local, choice.city, choice.country) if part)
    extra = {
        "currency": choice.currency,
        "incoterm": choice.incoterm,
        "incoterm_place": choice.incoterm_place,
        "terms": choice.terms,
    }
    return Ref(choice.id, choice.name, choice.code, place, extra)


def find_customers(reader: Any, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:  # noqa: ARG001
    """Answer the customers for what was typed, best first."""
    return [party_ref(choice) for choice in party_picker(reader, text, ("is_customer",), _MOST)]


def find_payees(reader: Any, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:  # noqa: ARG001
    """Answer the suppliers, forwarders and service providers for what was typed, best first."""
    roles = ("is_supplier", "is_forwarder", "is_service")
    return [party_ref(choice) for choice in party_picker(reader, text, roles, _MOST)]


def find_partners(reader: Any, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:  # noqa: ARG001
    """Answer the partners of any role for what was typed, best first."""
    return [party_ref(choice) for choice in party_picker(reader, text, (), _MOST)]


def find_people(reader: Any, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:  # noqa: ARG001
    """Answer the people whose name holds what was typed."""
    typed = text.strip().casefold()
    return [Ref(key, name) for key, name in people_choices(reader) if typed in name.casefold()][:_MOST]


def terms_ref(stored: str) -> Ref | None:
    """Answer stored payment terms as a chosen value with their wording; None for none."""
    if not stored:
        return None
    try:
        wording = terms_wording(decode_terms(stored), "zh" if current_language() == "zh_CN" else "en")
    except Refusal:
        wording = stored
    return Ref(stored, wording)


def find_terms(reader: Any, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:  # noqa: ARG001
    """Answer the standard payment terms (section 3.2) whose title or wording holds what was typed."""
    typed = text.strip().casefold()
    found = []
    for preset in PRESETS:
        ref = terms_ref(encode_terms(preset.terms))
        if ref is not None and typed in f"{_(preset.title)} {ref.label}".casefold():
            found.append(Ref(ref.id, ref.label, detail=_(preset.title)))
    return found[:_MOST]


CUSTOMER = PickerSpec(find_customers, Link.to("customer"), "customer")
PAYEE = PickerSpec(find_payees, Link.to("customer", role="supplier"), "customer")
PARTNER = PickerSpec(find_partners, Link.to("customer"), "customer")
PERSON = PickerSpec(find_people)
TERMS = PickerSpec(find_terms)
