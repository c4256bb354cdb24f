"""Names under which a party's money comes and goes at the bank: learned from what people chose (代付; section 3.4)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from tradecrm.core.names import name_keys
from tradecrm.models import Party, PayerName
from tradecrm.services.work import Reader, Work

_LONGEST = 300


def payer_key(name: str) -> str:
    """Answer the key that a payer's name is learned under, empty for a name without letters."""
    keys = name_keys(name)
    return keys[-1][:_LONGEST] if keys else ""


def is_third_party(name: str, own_names: Iterable[str]) -> bool:
    """Tell whether money in the name of ``name`` comes from another than who bears ``own_names`` (section 16.19)."""
    key = payer_key(name)
    own = {payer_key(text) for text in own_names if text}
    return key != "" and not any(known and (key == known or key.startswith(f"{known} ")) for known in own)


def learn_payer(work: Work, party: Party, name: str) -> None:
    """Keep a payer's name with the party it was chosen for; the newest choice counts."""
    key = payer_key(name)
    if not key:
        return
    known = work.session.scalars(select(PayerName).where(PayerName.name_key == key)).one_or_none()
    if known is None:
        work.add(PayerName(name_key=key, party_id=party.id))
    elif known.party_id != party.id:
        known.party_id = party.id


def party_of_payer(reader: Reader, name: str) -> Party | None:
    """Answer the party whose money came under a name before, None when nobody's did that the actor may see."""
    query = select(Party).join(PayerName, PayerName.party_id == Party.id)
    return reader.session.scalars(query.where(PayerName.name_key == payer_key(name))).one_or_none()
