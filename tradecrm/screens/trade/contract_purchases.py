"""What a sales contract's page shows of its purchases, and the action that splits it by factory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import ActionSpec, Fact, Row
from tradecrm.services.trade.contract_card import ChainPart, contract_chain, contract_origin
from tradecrm.services.trade.purchase_card import contract_purchases
from tradecrm.services.trade.purchase_split import SPLIT_STATES, SplitContract, split_contract
from tradecrm.services.trade.purchases import state_title

if TYPE_CHECKING:
    from tradecrm.services.work import Reader


def purchases_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer the purchase contracts that buy for a sales contract: number, factory, state, amount."""
    if draft.id is None:
        return ()
    facts = []
    for row in contract_purchases(reader, draft.id):
        link = Link.to("purchase", id=row.id)
        value = "" if row.total is None else format_money(row.total, row.currency)
        facts.append(Fact(f"{row.number}  {state_title(row.status)}", value, link=link))
        facts.append(Fact(row.supplier, "", muted=True))
    return tuple(facts)


def chain_with_purchases(reader: Reader, contract_id: int) -> tuple[ChainPart, ...]:
    """Answer the chain of a sales contract: what it was made of before it, its purchases after it (section 1.1)."""
    contract, *rest = contract_chain(reader, contract_id)
    bought = (
        ChainPart("purchase", row.number, Link.to("purchase", id=row.id))
        for row in contract_purchases(reader, contract_id)
        if row.status != "canceled"
    )
    return (*contract_origin(reader, contract_id), contract, *bought, *rest)


def _split(rows: Sequence[Row]) -> SplitContract:
    return SplitContract(int(rows[0]["id"]), rows[0]["today"])


def _may_split(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") in SPLIT_STATES and bool(rows[0].get("to_buy"))


def _made(purchases: tuple[int, ...]) -> Link:
    return Link.to("purchase", id=purchases[0]) if len(purchases) == 1 else Link.to("purchases")


SPLIT = ActionSpec(
    "split",
    N_("Split by factory"),
    icon="purchase",
    needs="purchase.write",
    primary=True,
    enabled=_may_split,
    operation=split_contract,
    command=_split,
    done=N_("The purchase contracts are drafted, one for each factory."),
    leads_to=_made,
)
