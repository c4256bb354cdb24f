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
        N_("On loan {name} {found} is owed at the end of a day; more was repaid or taken back than drawn."),
        "SELECT id, number, min(owed), 0 FROM (SELECT loan.id, loan.number, sum(CASE move.kind WHEN 'draw' "
        "THEN move.amount WHEN 'repay' THEN -move.amount ELSE 0 END) OVER (PARTITION BY loan.id ORDER BY move.day "
        "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS owed "
        "FROM loan JOIN loan_move AS move ON move.loan_id = loan.id) AS running "
        "GROUP BY id, number HAVING min(owed) < 0",
    ),
    Rule(
        "loan_move",
        N_("On loan {name} the row that takes a movement back is over {found}; it should be {wanted}."),
        "SELECT back.id, loan.number, back.amount, -move.amount FROM loan_move AS back "
        "JOIN loan_move AS move ON move.id = back.reverses_id JOIN loan ON loan.id = back.loan_id "
        "WHERE back.amount <> -move.amount OR back.base_amount <> -move.base_amount OR back.kind <> move.kind "
        "OR back.loan_id <> move.loan_id OR back.account_id <> move.account_id OR back.day < move.day "
        "OR move.reverses_id IS NOT NULL",
    ),
    Rule(
        "loan_move",
        N_("A movement of loan {name} is of {found}; only one that takes another back is below zero."),
        "SELECT move.id, loan.number, move.amount, -move.amount FROM loan_move AS move "
        "JOIN loan ON loan.id = move.loan_id WHERE (move.amount < 0) <> (move.reverses_id IS NOT NULL)",
    ),
    Rule(
        "account_hold",
        N_(
            "On {name} {found} is held, until {wanted}; held money is above zero and free no earlier than held."
        ),
        "SELECT hold.id, account.name, hold.amount, hold.released_on FROM account_hold AS hold "
        "JOIN account ON account.id = hold.account_id "
        "WHERE hold.amount <= 0 OR hold.released_on < hold.day OR hold.expected_on < hold.day",
        plain=True,
    ),
    Rule(
        "loan",
        N_("Loan {name} has {found} movements and {wanted} postings."),
        "SELECT loan.id, loan.number, coalesce(moves.count, 0), coalesce(posted.count, 0) FROM loan "
        "LEFT JOIN (SELECT loan_id, count(*) AS count FROM loan_move GROUP BY loan_id) AS moves "
        "ON moves.loan_id = loan.id LEFT JOIN (SELECT source_id, count(*) AS count FROM posting "
        "WHERE source_kind = 'loan' GROUP BY source_id) AS posted ON posted.source_id = loan.id "
        "WHERE coalesce(moves.count, 0) <> coalesce(posted.count, 0)",
        plain=True,
    ),
)
"""Each row's matches make its amount; a finished reconciliation holds; never less than nothing is owed on a loan."""

RECEIPT_RULES = (
    Rule(
        "receipt",
        N_("Receipt {name} left {found} on its account; gross less charge and interest is {wanted}."),
        "SELECT paper.id, paper.number, coalesce(sum(entry.amount), 0), "
        "paper.gross - paper.charge - paper.interest FROM receipt AS paper "
        "JOIN item ON item.id = paper.item_id LEFT JOIN ledger_entry AS entry "
        "ON entry.posting_id = item.posting_id AND entry.account_id = paper.account_id "
        "GROUP BY paper.id, paper.number, paper.gross, paper.charge, paper.interest "
        "HAVING coalesce(sum(entry.amount), 0) <> paper.gross - paper.charge - paper.interest",
    ),
    Rule(
        "receipt",
        N_("Of receipt {name} the bank kept {found} of interest; {wanted} is booked as a cost."),
        "SELECT paper.id, paper.number, paper.interest, coalesce(sum(entry.amount), 0) FROM receipt AS paper "
        "JOIN item ON item.id = paper.item_id LEFT JOIN ledger_entry AS entry "
        "ON entry.posting_id = item.posting_id AND entry.book = 'COST' AND entry.category = 'INT' "
        "GROUP BY paper.id, paper.number, paper.interest HAVING coalesce(sum(entry.amount), 0) <> paper.interest",
    ),
)
"""What a receipt left on its account, and what the bank kept of it, are as its posting says (section 16.18)."""
