"""The check of what settles beside money: notes, write-offs, refunds, contra entries, and money kept for contracts."""

from __future__ import annotations

from tradecrm.core.text import N_
from tradecrm.services.data.check_money import Rule

_KEPT = """
SELECT item.id, item.number, sum(mark.amount), -item.amount FROM {table} AS mark
JOIN item ON item.id = mark.item_id GROUP BY item.id, item.number, item.amount
HAVING sum(mark.amount) > -item.amount OR sum(mark.amount) < 0
"""

SETTLING_RULES = (
    Rule(
        "note",
        N_("Note {name} is of {found}; its item is of {wanted}."),
        "SELECT paper.id, paper.number, paper.amount, item.amount FROM note AS paper "
        "JOIN item ON item.id = paper.item_id WHERE paper.currency <> item.currency "
        "OR paper.party_id <> item.party_id OR paper.side <> item.side "
        "OR item.amount <> CASE WHEN paper.kind = 'CN' THEN -paper.amount ELSE paper.amount END",
    ),
    Rule(
        "write_off",
        N_("Write-off {name} is of {found}; its item is of {wanted}."),
        "SELECT paper.id, paper.number, paper.amount, abs(credit.amount) FROM write_off AS paper "
        "JOIN item ON item.id = paper.item_id JOIN item AS credit ON credit.id = paper.credit_item_id "
        "WHERE paper.amount <> abs(credit.amount) OR credit.party_id <> item.party_id "
        "OR credit.side <> item.side OR credit.currency <> item.currency",
    ),
    Rule(
        "write_off",
        N_("Write-off {name} is kept as {found}, but its item says {wanted}."),
        "SELECT id, number, status, CASE WHEN credit_item_id IS NULL THEN 'pending' ELSE 'posted' END "
        "FROM write_off WHERE (credit_item_id IS NULL) <> (status IN ('pending', 'rejected')) "
        "OR (reversed_on IS NULL) = (status = 'reversed')",
        plain=True,
    ),
    Rule(
        "refund",
        N_("Refund {name} is of {found}; its item is of {wanted}."),
        "SELECT paper.id, paper.number, paper.amount, item.amount FROM refund AS paper "
        "JOIN item ON item.id = paper.item_id WHERE paper.amount <> item.amount "
        "OR paper.currency <> item.currency OR paper.party_id <> item.party_id OR paper.side <> item.side",
    ),
    Rule(
        "contra",
        N_("The two sides of contra entry {name} differ in base: {found}, {wanted}."),
        "SELECT paper.id, paper.number, -owed.base_amount, -owes.base_amount FROM contra AS paper "
        "JOIN item AS owed ON owed.id = paper.receivable_item_id "
        "JOIN item AS owes ON owes.id = paper.payable_item_id "
        "WHERE owed.base_amount <> owes.base_amount OR owed.base_amount <> -paper.base_amount "
        "OR owed.amount <> -paper.receivable_amount OR owes.amount <> -paper.payable_amount "
        "OR owed.party_id <> owes.party_id OR owed.side <> 'AR' OR owes.side <> 'AP'",
    ),
    Rule(
        "item",
        N_("{found} of {name} are kept for contracts, of {wanted} received."),
        _KEPT.format(table="earmark"),
    ),
    Rule(
        "item",
        N_("{found} of {name} are kept for purchases, of {wanted} paid."),
        _KEPT.format(table="purchase_earmark"),
    ),
)
