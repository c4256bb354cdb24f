"""The rules of the check about bank statements, reconciliations and loans (domain.md section 12, number 10)."""

from __future__ import annotations

from tradecrm.core.text import N_
from tradecrm.services.data.check_money import Rule

_SHARE = """
WITH share(row_id, amount) AS (
  SELECT match.row_id, sum(entry.amount) FROM bank_match AS match
  JOIN ledger_entry AS entry ON entry.id = match.entry_id GROUP BY match.row_id)
"""

BANK_RULES = (
    Rule(
        "bank_row",
        N_("The bank's row of {name} is over {found}; the entries matched to it make {wanted}."),
        "SELECT line.id, line.day, line.amount, share.amount FROM bank_row AS line JOIN share "
        "ON share.row_id = line.id WHERE share.amount <> line.amount",
        prelude=_SHARE,
    ),
    Rule(
        "bank_row",
        N_("The bank's row of {name} is kept as {found}; its matches say {wanted}."),
        "SELECT line.id, line.day, line.status, CASE WHEN share.row_id IS NULL THEN 'open' ELSE 'matched' END "
        "FROM bank_row AS line LEFT JOIN share ON share.row_id = line.id "
        "WHERE (line.status = 'matched') <> (share.row_id IS NOT NULL)",
        plain=True,
        prelude=_SHARE,
    ),
    Rule(
        "reconciliation",
        N_("The reconciliation until {name} has {found} on the bank's side and {wanted} in the books."),
        "SELECT id, until, statement_balance + in_transit - outstanding, "
        "book_balance + unbooked_credits - unbooked_debits FROM reconciliation WHERE status = 'finished' "
        "AND statement_balance + in_transit - outstanding <> book_balance + unbooked_credits - unbooked_debits",
    ),
    Rule(
        "reconciliation",
        N_("The reconciliation until {name} is {found} and still locks {wanted} entries."),
        "SELECT record.id, record.until, record.status, count(locked.entry_id) FROM reconciliation AS record "
        "JOIN reconciled_entry AS locked ON locked.reconciliation_id = record.id "
        "WHERE record.status <> 'finished' GROUP BY record.id, record.until, record.status",
        plain=True,
    ),
    Rule(
        "loan",
        N_("On loan {name} {found} was repaid, more than the {wanted} drawn."),
        "SELECT loan.id, loan.number, sum(CASE WHEN move.kind = 'repay' THEN move.amount ELSE 0 END), "
        "sum(CASE WHEN move.kind = 'draw' THEN move.amount ELSE 0 END) FROM loan "
        "JOIN loan_move AS move ON move.loan_id = loan.id GROUP BY loan.id, loan.number "
        "HAVING sum(CASE WHEN move.kind = 'repay' THEN move.amount ELSE 0 END) > "
        "sum(CASE WHEN move.kind = 'draw' THEN move.amount ELSE 0 END)",
    ),
)
"""Each row's matches make its amount; a finished reconciliation holds; a loan is not repaid beyond what was drawn."""
