"""The check of items: what is kept of them is recomputed from their allocations, in one walk (domain.md section 12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from tradecrm.core.text import N_, _
from tradecrm.services.data.check_money import Rule, shown_amount, shown_plain
from tradecrm.services.data.check_sql import answer

if TYPE_CHECKING:
    from tradecrm.services.data.check import Fault

SETTLED_IN_PART = """
WITH taken(item_id, amount, base, last, undone, least_part) AS (
  SELECT debit_item_id, sum(debit_amount), sum(debit_base), max(day),
         max(CASE WHEN reverses_id IS NULL THEN 0 ELSE 1 END), min(debit_amount)
  FROM allocation GROUP BY debit_item_id
  UNION ALL
  SELECT credit_item_id, sum(credit_amount), sum(credit_base), max(day),
         max(CASE WHEN reverses_id IS NULL THEN 0 ELSE 1 END), min(credit_amount)
  FROM allocation GROUP BY credit_item_id),
state AS (
  SELECT item.id, item.number, item.open_amount AS kept, item.open_base AS kept_base, item.settled_on,
         item.amount - CASE WHEN item.amount >= 0 THEN taken.amount ELSE -taken.amount END AS remaining,
         item.base_amount - CASE WHEN item.amount >= 0 THEN taken.base ELSE -taken.base END AS base,
         CASE WHEN taken.undone = 0 THEN greatest(item.day, taken.last) END AS settled,
         CASE WHEN taken.least_part >= 0 THEN taken.amount END AS used, abs(item.amount) AS size
  FROM taken CROSS JOIN item WHERE item.id = taken.item_id)
SELECT id, number, kept, remaining, kept_base, base, settled_on, settled, used, size FROM state
WHERE kept <> remaining OR kept_base <> base OR (remaining = 0 AND base <> 0)
   OR (remaining <> 0 AND settled_on IS NOT NULL) OR (remaining = 0 AND settled_on IS NULL)
   OR (remaining = 0 AND settled IS NOT NULL AND settled_on <> settled) OR used > size
"""
"""Items with allocations that are not kept as these leave them.

Debits are walked by their index, then credits by theirs, and the item is fetched by its number: nothing is
sorted. ``settled`` is unknown where something was taken back; where all parts are positive, the most that was
ever ``used`` is what is used in the end.
"""

NEVER_SETTLED = """
SELECT id, number, open_amount, amount, open_base, base_amount, settled_on, day, NULL, NULL FROM item
WHERE (open_amount <> amount OR open_base <> base_amount OR (amount <> 0 AND settled_on IS NOT NULL)
   OR (amount = 0 AND (base_amount <> 0 OR settled_on IS NULL OR settled_on <> day)))
  AND NOT EXISTS (SELECT 1 FROM allocation WHERE debit_item_id = item.id)
  AND NOT EXISTS (SELECT 1 FROM allocation WHERE credit_item_id = item.id)
"""
"""Items without any allocation that are not kept as wholly open; one of nothing is settled on its day."""


def check_items(connection: Connection) -> Iterator[Fault]:
    """Find items whose open amounts or day of settlement are not what their allocations leave."""
    for statement in (SETTLED_IN_PART, NEVER_SETTLED):
        for row in answer(connection, statement):
            yield from _item_faults(*row)


def _item_faults(
    record: int,
    number: str,
    kept: int,
    remaining: int,
    kept_base: int,
    base: int,
    settled_on: str | None,
    settled: str | None,
    used: int | None,
    size: int | None,
) -> Iterator[Fault]:
    """Name everything that is wrong with one item."""
    from tradecrm.services.data.check import Fault

    def fault(sentence: str, found: Any, wanted: Any) -> Fault:
        return Fault("item", record, sentence.format(name=number, found=found, wanted=wanted))

    if kept != remaining:
        sentence = _("Item {name} is kept as {found} open; its allocations leave {wanted}.")
        yield fault(sentence, shown_amount(kept), shown_amount(remaining))
    if kept_base != base:
        sentence = _("Item {name} is kept as {found} open in base; its allocations leave {wanted}.")
        yield fault(sentence, shown_amount(kept_base), shown_amount(base))
    if remaining == 0 and base != 0:
        sentence = _("Item {name} is settled in full, but {found} of its base amount is left open.")
        yield fault(sentence, shown_amount(base), shown_amount(0))
    wanted = settled if remaining == 0 else None
    unlike = settled_on is None or (settled is not None and settled_on != settled)
    if unlike if remaining == 0 else settled_on is not None:
        sentence = _("Item {name} is kept as settled on {found}; by its allocations it was on {wanted}.")
        yield fault(sentence, shown_plain(settled_on), shown_plain(wanted))
    if used is not None and size is not None and used > size:
        sentence = _("On some day {found} of item {name} is allocated, more than its {wanted}.")
        yield fault(sentence, shown_amount(used), shown_amount(size))


PARTY_RULES = (
    Rule(
        "party",
        N_("{name}: the ledger of party and currency says {found}; its open items add up to {wanted}."),
        "SELECT party_id, side || ' ' || currency, sum(ledger), sum(remaining) FROM ("
        " SELECT book AS side, party_id, currency, sum(amount) AS ledger, 0 AS remaining FROM ledger_entry"
        " WHERE book IN ('AR', 'AP') AND party_id IS NOT NULL GROUP BY book, party_id, currency"
        " UNION ALL SELECT side, party_id, currency, 0, CASE side WHEN 'AR' THEN open_amount ELSE -open_amount END"
        " FROM item WHERE open_amount <> 0) AS both_sides"
        " GROUP BY side, party_id, currency HAVING sum(ledger) <> sum(remaining)",
    ),
    Rule(
        "party",
        N_("{name}: the ledger of the party says {found} in base; its open items add up to {wanted}."),
        "SELECT party_id, side, sum(ledger), sum(remaining) FROM ("
        " SELECT book AS side, party_id, sum(base_amount) AS ledger, 0 AS remaining FROM ledger_entry"
        " WHERE book IN ('AR', 'AP') AND party_id IS NOT NULL GROUP BY book, party_id"
        " UNION ALL SELECT side, party_id, 0, CASE side WHEN 'AR' THEN open_base ELSE -open_base END"
        " FROM item WHERE open_amount <> 0) AS both_sides"
        " GROUP BY side, party_id HAVING sum(ledger) <> sum(remaining)",
    ),
)
"""The ledger of a party is what its items have open: as they are kept, which ``check_items`` has recomputed."""

_RUNS = """
WITH given_back(item_id) AS (
  SELECT debit_item_id FROM allocation WHERE debit_amount < 0
  UNION SELECT credit_item_id FROM allocation WHERE credit_amount < 0),
moves(item_id, day, amount) AS (
  SELECT item_id, day, sum(amount) FROM (
    SELECT debit_item_id AS item_id, day, debit_amount AS amount FROM allocation
    WHERE debit_item_id IN (SELECT item_id FROM given_back)
    UNION ALL SELECT credit_item_id, day, credit_amount FROM allocation
    WHERE credit_item_id IN (SELECT item_id FROM given_back)) AS part
  GROUP BY item_id, day),
runs(item_id, day, total) AS (
  SELECT item_id, day, sum(amount) OVER (PARTITION BY item_id ORDER BY day) FROM moves)
"""

RUN_RULES = (
    Rule(
        "item",
        N_("On some day {found} of item {name} is allocated, more than its {wanted}."),
        "SELECT item.id, item.number, max(runs.total), abs(item.amount) FROM runs "
        "JOIN item ON item.id = runs.item_id WHERE runs.total > abs(item.amount) GROUP BY item.id",
        prelude=_RUNS,
    ),
    Rule(
        "item",
        N_("On some day {found} is allocated to item {name}: less than nothing."),
        "SELECT item.id, item.number, min(runs.total), 0 FROM runs "
        "JOIN item ON item.id = runs.item_id WHERE runs.total < 0 GROUP BY item.id",
        prelude=_RUNS,
    ),
)
"""Only where something was given back can more have been allocated on some day than there is in the end."""


_UNDONE = """
SELECT item.id, item.number, item.settled_on, move.day, sum(move.amount), abs(item.amount), item.day
FROM item JOIN (
  SELECT debit_item_id AS item_id, day, debit_amount AS amount FROM allocation
  UNION ALL SELECT credit_item_id, day, credit_amount FROM allocation) AS move ON move.item_id = item.id
WHERE item.open_amount = 0 AND item.id IN (
  SELECT debit_item_id FROM allocation WHERE reverses_id IS NOT NULL
  UNION SELECT credit_item_id FROM allocation WHERE reverses_id IS NOT NULL)
GROUP BY item.id, move.day ORDER BY item.id, move.day
"""


def check_settled(connection: Connection) -> Iterator[Fault]:
    """Find items whose day of settlement is wrong after an allocation was taken back.

    It is the first day from which on nothing is open any more; days that moved back and forth do not count.
    """
    from itertools import groupby

    from tradecrm.services.data.check import Fault

    for (record, number, kept), rows in groupby(answer(connection, _UNDONE), lambda row: row[:3]):
        left, day = None, None
        for _id, _number, _kept, at, amount, size, item_day in rows:
            before = size if left is None else left
            left = before - amount
            if left == 0 and (before != 0 or day is None):
                day = max(at, item_day)
        if day != kept:
            yield Fault(
                "item",
                record,
                _("Item {name} is kept as settled on {found}; by its allocations it was on {wanted}.").format(
                    name=number, found=shown_plain(kept), wanted=shown_plain(day)
                ),
            )
