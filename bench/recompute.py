"""What the check of a book recomputes, by hand: one statement for each kept figure, over the driver alone."""

from __future__ import annotations

from typing import Any

CACHE_KIB = 256_000
"""As much of the book as the check keeps."""

MONEY = (
    # Open amounts and days of settlement of items with allocations, then of those without.
    """
WITH taken(item_id, amount, base, last) AS (
  SELECT debit_item_id, sum(debit_amount), sum(debit_base), max(day) FROM allocation GROUP BY debit_item_id
  UNION ALL
  SELECT credit_item_id, -sum(credit_amount), -sum(credit_base), max(day) FROM allocation GROUP BY credit_item_id)
SELECT item.id FROM taken CROSS JOIN item WHERE item.id = taken.item_id AND (
  item.open_amount <> item.amount - taken.amount OR item.open_base <> item.base_amount - taken.base
  OR item.settled_on IS NOT CASE WHEN item.open_amount = 0 THEN max(item.day, taken.last) END)
""",
    """
SELECT id FROM item WHERE (open_amount <> amount OR settled_on IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM allocation WHERE debit_item_id = item.id)
  AND NOT EXISTS (SELECT 1 FROM allocation WHERE credit_item_id = item.id)
""",
    "SELECT id FROM allocation WHERE debit_amount < 0 OR credit_amount < 0",
    # The ledger of each party, in its currencies and in base, against its open items.
    """
SELECT party_id FROM (
  SELECT book AS side, party_id, currency, sum(amount) AS ledger, 0 AS open FROM ledger_entry
  WHERE book IN ('AR', 'AP') AND party_id IS NOT NULL GROUP BY book, party_id, currency
  UNION ALL SELECT side, party_id, currency, 0, CASE side WHEN 'AR' THEN open_amount ELSE -open_amount END
  FROM item WHERE open_amount <> 0)
GROUP BY side, party_id, currency HAVING sum(ledger) <> sum(open)
""",
    """
SELECT party_id FROM (
  SELECT book AS side, party_id, sum(base_amount) AS ledger, 0 AS open FROM ledger_entry
  WHERE book IN ('AR', 'AP') AND party_id IS NOT NULL GROUP BY book, party_id
  UNION ALL SELECT side, party_id, 0, CASE side WHEN 'AR' THEN open_base ELSE -open_base END
  FROM item WHERE open_amount <> 0)
GROUP BY side, party_id HAVING sum(ledger) <> sum(open)
""",
    # Instalments: their sums, what is open of those alone and of those beside others, the keys of their items.
    """
SELECT item.id FROM item LEFT JOIN instalment AS part ON part.item_id = item.id GROUP BY item.id
HAVING coalesce(sum(part.amount), 0) <> item.amount
""",
    """
SELECT part.id FROM instalment AS part JOIN item ON item.id = part.item_id
WHERE part.side <> item.side OR part.party_id <> item.party_id OR part.currency <> item.currency
  OR part.item_day <> item.day OR part.document_day <> item.document_day OR part.is_credit <> (item.amount < 0)
  OR part.settled_on IS NOT item.settled_on OR (part.is_whole AND part.open_amount <> item.open_amount)
""",
    """
SELECT id FROM (
  SELECT part.id, part.open_amount, part.amount, item.amount - item.open_amount - sum(part.amount) OVER (
    PARTITION BY part.item_id ORDER BY coalesce(part.due_on, '9999'), part.position) + part.amount AS left
  FROM instalment AS part JOIN item ON item.id = part.item_id WHERE NOT part.is_whole)
WHERE open_amount <> amount - min(max(left, 0), amount)
""",
    # Allocations join what belongs together.
    """
SELECT a.id FROM allocation AS a JOIN item AS d ON d.id = a.debit_item_id JOIN item AS c ON c.id = a.credit_item_id
WHERE a.day < d.day OR a.day < c.day OR d.party_id <> c.party_id OR d.side <> c.side OR a.party_id <> d.party_id
  OR a.side <> d.side OR d.amount < 0 OR c.amount > 0 OR a.debit_amount <= 0 OR a.credit_amount <= 0
""",
    # Postings are in balance and their rows of their day; months of accounts; nothing left of revaluations.
    "SELECT posting_id FROM ledger_entry GROUP BY posting_id HAVING sum(base_amount) <> 0",
    """
SELECT entry.id FROM ledger_entry AS entry JOIN posting ON posting.id = entry.posting_id
WHERE entry.day <> posting.day
""",
    """
SELECT month FROM (
  SELECT account_id, month, amount, base_amount FROM account_month
  UNION ALL SELECT account_id, substr(day, 1, 7), -sum(amount), -sum(base_amount) FROM ledger_entry
  WHERE account_id IS NOT NULL GROUP BY account_id, substr(day, 1, 7))
GROUP BY account_id, month HAVING sum(amount) <> 0 OR sum(base_amount) <> 0
""",
    """
SELECT book FROM ledger_entry WHERE book IN ('REVAL', 'STAFF', 'REBATE', 'STOCK')
GROUP BY book, category HAVING sum(base_amount) <> 0
""",
    # Receipts are of what their items are.
    """
SELECT paper.id FROM receipt AS paper JOIN item ON item.id = paper.item_id
WHERE paper.gross <> -item.amount OR paper.currency <> item.currency OR paper.party_id <> item.party_id
""",
    # No amount has more decimals than its currency: all but the yen have two in these books.
    *(
        f"SELECT id FROM {table} WHERE "
        + " OR ".join(
            f"{column} % CASE currency WHEN 'JPY' THEN 10000 ELSE 100 END <> 0" for column in columns
        )
        for table, columns in (
            ("item", ("amount", "open_amount")),
            ("instalment", ("amount", "open_amount")),
            ("receipt", ("gross", "charge")),
            ("ledger_entry", ("amount",)),
        )
    ),
)
"""Statements that answer no row of a sound book of the benchmarks."""

_GIVEN = """
SELECT given.head FROM (
  SELECT substr(number, 1, instr(number, '-') + 4) AS head,
         max(CAST(substr(number, instr(number, '-') + 6) AS INTEGER)) AS highest
  FROM {table} WHERE number GLOB '[A-Z]*-[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]*' GROUP BY head) AS given
LEFT JOIN number_series AS series ON series.prefix || '-' || series.period = given.head
WHERE coalesce(series.next_number, 1) <= given.highest
"""
NUMBERS = (
    "SELECT code FROM party GROUP BY code HAVING count(*) > 1",
    "SELECT number FROM receipt GROUP BY number HAVING count(*) > 1",
    "SELECT number FROM account_expense GROUP BY number HAVING count(*) > 1",
    _GIVEN.format(table="receipt"),
    _GIVEN.format(table="account_expense"),
)
"""No number given twice, none to be given again."""

READ = (
    "SELECT rowid, terms FROM search_index",
    "SELECT id, code, name, name_local, tax_no, website, email, phone FROM party ORDER BY id",
    "SELECT id, number FROM item WHERE side = 'AR' AND amount > 0",
    "SELECT id, number, reference, payer FROM receipt ORDER BY id",
    "SELECT party_id, kind, value FROM party_key ORDER BY party_id",
    "SELECT id, name, name_local, country, website, email, phone, tax_no FROM party ORDER BY id",
)
"""What no SQL can recompute, terms of search and keys of duplicates: only read, with what they are made of."""


def recompute_money(connection: Any) -> int:
    """Recompute what is kept of money; answers how many rows are not as they must be."""
    return _broken(connection, MONEY)


def recompute_book(connection: Any) -> int:
    """Look at every page and reference, recompute what SQL can recompute, and read the rest once."""
    pages = [found for (found,) in connection.execute("PRAGMA integrity_check") if found != "ok"]
    lost = connection.execute("PRAGMA foreign_key_check").fetchall()
    broken = _broken(connection, (*NUMBERS, *MONEY))
    for statement in READ:
        cursor = connection.execute(statement)
        while cursor.fetchmany(5_000):
            pass
    return len(pages) + len(lost) + broken


def _broken(connection: Any, statements: tuple[str, ...]) -> int:
    return sum(len(connection.execute(each).fetchall()) for each in statements)
