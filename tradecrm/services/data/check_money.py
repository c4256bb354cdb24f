"""The check of what is kept about money: each rule is one statement that answers the rows that break it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from tradecrm.core.money import minor_units
from tradecrm.core.text import N_, _
from tradecrm.models.base import AMOUNT_SCALE, from_scaled
from tradecrm.services.data.check_sql import answer

if TYPE_CHECKING:
    from tradecrm.services.data.check import Fault, Step


@dataclass(frozen=True, slots=True)
class Rule:
    """A statement answering (record, name, is, should be) of every row that breaks it, amounts scaled by 10^4.

    ``sentence`` is filled with ``name``, ``found`` and ``wanted``; with ``plain`` the two are shown as they are.
    """

    kind: str
    sentence: str
    statement: str
    plain: bool = False
    prelude: str = ""


PART_RULES = (
    Rule(
        "item",
        N_("The instalments of item {name} add up to {found}, not to {wanted}."),
        "SELECT item.id, item.number, sum(part.amount), item.amount FROM item "
        "LEFT JOIN instalment AS part ON part.item_id = item.id GROUP BY item.id "
        "HAVING coalesce(sum(part.amount), 0) <> item.amount",
    ),
    Rule(
        "instalment",
        N_("An instalment of item {name} is kept as {found} open; it must be {wanted}."),
        "WITH filled(id, number, kept, size, before, taken, sign) AS ("
        " SELECT part.id, item.number, part.open_amount, abs(part.amount),"
        " sum(abs(part.amount)) OVER ("
        "  PARTITION BY part.item_id ORDER BY coalesce(part.due_on, '9999-12-31'), part.position)"
        "  - abs(part.amount),"
        " abs(item.amount - item.open_amount), CASE WHEN part.amount >= 0 THEN 1 ELSE -1 END"
        " FROM instalment AS part JOIN item ON item.id = part.item_id WHERE NOT part.is_whole)"
        " SELECT id, number, kept, sign * (size - least(greatest(taken - before, 0), size)) FROM filled"
        " WHERE kept <> sign * (size - least(greatest(taken - before, 0), size))",
    ),
    Rule(
        "instalment",
        N_("An instalment of item {name} is kept as {found} open; it must be {wanted}."),
        "SELECT part.id, item.number, part.open_amount, item.open_amount FROM instalment AS part "
        "JOIN item ON item.id = part.item_id WHERE part.is_whole AND part.open_amount <> item.open_amount",
    ),
    Rule(
        "instalment",
        N_("An instalment of item {name} does not carry the keys of its item ({found}, {wanted})."),
        "SELECT part.id, item.number, part.currency, item.currency FROM instalment AS part "
        "JOIN item ON item.id = part.item_id WHERE part.side <> item.side OR part.party_id <> item.party_id "
        "OR part.currency <> item.currency OR part.item_day <> item.day "
        "OR part.document_day <> item.document_day OR part.is_credit <> (item.amount < 0) "
        "OR (part.amount <> 0 AND part.settled_on IS DISTINCT FROM item.settled_on)",
        plain=True,
    ),
    Rule(
        "item",
        N_("The tranches of item {name} add up to {found}, not to {wanted}."),
        "SELECT item.id, item.number, sum(abs(part.amount)), abs(item.amount) FROM tranche AS part "
        "JOIN item ON item.id = part.item_id GROUP BY item.id "
        "HAVING sum(abs(part.amount)) <> abs(item.amount)",
    ),
    Rule(
        "item",
        N_("The tranches of item {name} add up to {found} in base, not to {wanted}."),
        "SELECT item.id, item.number, sum(abs(part.base_amount)), abs(item.base_amount) FROM tranche AS part "
        "JOIN item ON item.id = part.item_id GROUP BY item.id "
        "HAVING sum(abs(part.base_amount)) <> abs(item.base_amount)",
    ),
)

ALLOCATION_RULES = (
    Rule(
        "allocation",
        N_("An allocation of {name} takes effect on {found}, before its items, which are of {wanted}."),
        "SELECT a.id, d.number, a.day, greatest(d.day, c.day) FROM allocation AS a "
        "JOIN item AS d ON d.id = a.debit_item_id JOIN item AS c ON c.id = a.credit_item_id "
        "WHERE a.day < d.day OR a.day < c.day",
        plain=True,
    ),
    Rule(
        "allocation",
        N_("An allocation of {name} joins items of different parties, sides or signs."),
        "SELECT a.id, d.number, a.party_id, c.party_id FROM allocation AS a "
        "JOIN item AS d ON d.id = a.debit_item_id JOIN item AS c ON c.id = a.credit_item_id "
        "WHERE d.party_id <> c.party_id OR d.side <> c.side OR a.party_id <> d.party_id OR a.side <> d.side "
        "OR d.amount < 0 OR c.amount > 0 OR (a.reverses_id IS NULL AND (a.debit_amount <= 0 OR a.credit_amount <= 0))",
        plain=True,
    ),
    Rule(
        "allocation",
        N_("The row that takes an allocation of {name} back does not mirror it ({found}, {wanted})."),
        "SELECT b.id, item.number, b.debit_amount, -a.debit_amount FROM allocation AS b "
        "JOIN allocation AS a ON a.id = b.reverses_id JOIN item ON item.id = a.debit_item_id "
        "WHERE a.debit_item_id <> b.debit_item_id OR a.credit_item_id <> b.credit_item_id "
        "OR a.debit_amount + b.debit_amount <> 0 OR a.credit_amount + b.credit_amount <> 0 "
        "OR a.debit_base + b.debit_base <> 0 OR a.credit_base + b.credit_base <> 0 OR a.fx + b.fx <> 0 "
        "OR b.day < a.day OR a.reverses_id IS NOT NULL",
    ),
)

LEDGER_RULES = (
    Rule(
        "posting",
        N_("Posting no. {name} is out of balance by {found}."),
        "SELECT posting_id, posting_id, sum(base_amount), 0 FROM ledger_entry GROUP BY posting_id "
        "HAVING sum(base_amount) <> 0",
    ),
    Rule(
        "posting",
        N_("A row of posting no. {name} is dated {found}, the posting {wanted}."),
        "SELECT posting.id, posting.id, ledger_entry.day, posting.day FROM ledger_entry "
        "JOIN posting ON posting.id = ledger_entry.posting_id WHERE ledger_entry.day <> posting.day",
        plain=True,
    ),
    Rule(
        "account_month",
        N_("The month {name} is kept as {found}; the ledger says {wanted}."),
        "WITH sums(account_id, month, amount, base) AS ("
        " SELECT account_id, month_of(day), sum(amount), sum(base_amount) FROM ledger_entry"
        " WHERE account_id IS NOT NULL GROUP BY account_id, month_of(day))"
        " SELECT coalesce(kept.account_id, sums.account_id),"
        " coalesce(kept.month, sums.month) || ' (' || account.name || ')',"
        " coalesce(kept.amount, 0), coalesce(sums.amount, 0) FROM account_month AS kept"
        " FULL OUTER JOIN sums ON sums.account_id = kept.account_id AND sums.month = kept.month"
        " JOIN account ON account.id = coalesce(kept.account_id, sums.account_id)"
        " WHERE coalesce(kept.amount, 0) <> coalesce(sums.amount, 0)"
        " OR coalesce(kept.base_amount, 0) <> coalesce(sums.base, 0)",
    ),
    Rule(
        "posting",
        N_("Posting no. {name} of {found} was entered after the books were closed until {wanted}."),
        "WITH closing(day, since) AS (SELECT"
        " (SELECT day_of(told.day) FROM (SELECT json_text(value) AS day FROM setting"
        " WHERE key = 'closed_until') AS told),"
        " (SELECT max(at) FROM audit_entry WHERE kind = 'setting'))"
        " SELECT posting.id, posting.id, posting.day, closing.day FROM posting, closing"
        " WHERE posting.day <= closing.day AND posting.entered_at > closing.since",
        plain=True,
    ),
)

PAPER_RULES = (
    Rule(
        "sales_contract",
        N_("Contract {name} shows a total of {found}; its lines add up to {wanted}."),
        "SELECT paper.id, paper.number, paper.total, coalesce(sum(line.amount), 0) FROM sales_contract AS paper "
        "LEFT JOIN contract_line AS line ON line.contract_id = paper.id GROUP BY paper.id "
        "HAVING paper.total <> coalesce(sum(line.amount), 0)",
    ),
    Rule(
        "shipment",
        N_("Shipment {name} shows a total of {found}; its lines add up to {wanted}."),
        "SELECT paper.id, paper.number, paper.total, coalesce(sum(line.amount), 0) FROM shipment AS paper "
        "LEFT JOIN shipment_line AS line ON line.shipment_id = paper.id GROUP BY paper.id "
        "HAVING paper.total <> coalesce(sum(line.amount), 0)",
    ),
    Rule(
        "receipt",
        N_("Receipt {name} is of {found}; its item is of {wanted}."),
        "SELECT paper.id, paper.number, paper.gross, -item.amount FROM receipt AS paper "
        "JOIN item ON item.id = paper.item_id WHERE paper.gross <> -item.amount "
        "OR paper.currency <> item.currency OR paper.party_id <> item.party_id",
    ),
    Rule(
        "payment",
        N_("Payment {name} is of {found}; its item is of {wanted}."),
        "SELECT paper.id, paper.number, paper.amount, -item.amount FROM payment AS paper "
        "JOIN item ON item.id = paper.item_id WHERE paper.party_id <> item.party_id "
        "OR (paper.currency = item.currency AND paper.amount <> -item.amount)",
    ),
)

_AMOUNTS = (
    ("item", "number", ("amount", "open_amount")),
    ("sales_contract", "number", ("total", "deposit_due", "adjustment")),
    ("shipment", "number", ("total",)),
    ("receipt", "number", ("gross", "charge", "interest")),
    ("payment", "number", ("amount",)),
    ("instalment", "item_id", ("amount", "open_amount")),
    ("ledger_entry", "id", ("amount",)),
)


def steps() -> tuple[tuple[str, Step], ...]:
    """Answer the steps of the check that concern money, each with its title."""
    from tradecrm.services.data.check_bank import BANK_RULES, RECEIPT_RULES
    from tradecrm.services.data.check_claims import CLAIM_RULES
    from tradecrm.services.data.check_items import PARTY_RULES, RUN_RULES, check_items, check_settled
    from tradecrm.services.data.check_late import LATE_RULES
    from tradecrm.services.data.check_papers import ADJUSTMENT_RULES, check_adjusted
    from tradecrm.services.data.check_periods import PERIOD_RULES
    from tradecrm.services.data.check_returns import RETURN_RULES
    from tradecrm.services.data.check_settling import SETTLING_RULES

    return (
        (_("Open amounts of items"), check_items),
        (_("Instalments and tranches"), partial(_break, PART_RULES)),
        (_("Allocations"), partial(_break, (*RUN_RULES, *ALLOCATION_RULES))),
        (_("Ledger and accounts"), partial(_break, (*PARTY_RULES, *LEDGER_RULES))),
        (_("Papers and their lines"), partial(_break, PAPER_RULES)),
        (_("Discounts on whole papers"), partial(_break, ADJUSTMENT_RULES)),
        (_("Amounts under a discount"), check_adjusted),
        (_("Claims, rebates and commission"), partial(_break, CLAIM_RULES)),
        (_("Notes, write-offs, refunds and contra entries"), partial(_break, SETTLING_RULES)),
        (_("Goods returned"), partial(_break, RETURN_RULES)),
        (_("Late costs of closed shipments"), partial(_break, LATE_RULES)),
        (_("Bank statements and loans"), partial(_break, (*BANK_RULES, *RECEIPT_RULES))),
        (_("Revaluations"), partial(_break, PERIOD_RULES)),
        (_("Settlement after taking back"), check_settled),
        (_("Decimals of currencies"), check_decimals),
    )


def _break(rules: Iterable[Rule], connection: Connection) -> Iterator[Fault]:
    """Answer the faults that the statements of ``rules`` find."""
    from tradecrm.services.data.check import Fault

    for rule in rules:
        show: Callable[[object], object] = shown_plain if rule.plain else shown_amount
        for record, name, found, wanted in answer(connection, rule.prelude + rule.statement):
            sentence = _(rule.sentence).format(name=name, found=show(found), wanted=show(wanted))
            yield Fault(rule.kind, record, sentence)


def shown_plain(value: object) -> object:
    """Answer a cell as a sentence of the check shows it."""
    return "—" if value is None else value


def shown_amount(value: object) -> object:
    """Answer an amount scaled by 10^4 as a sentence of the check shows it."""
    return "—" if not isinstance(value, int) else f"{from_scaled(value):,.2f}"


def check_decimals(connection: Connection) -> Iterator[Fault]:
    """Find amounts with more decimals than their currency has, such as half a yen (domain.md section 11)."""
    from tradecrm.services.data.check import Fault

    for table, name, columns in _AMOUNTS:
        used = answer(connection, f"SELECT DISTINCT currency FROM {table}")  # noqa: S608 - own names
        steps_of = {currency: 10 ** (AMOUNT_SCALE - minor_units(currency)) for (currency,) in used}
        whens = " ".join(f"WHEN '{code}' THEN {step}" for code, step in steps_of.items() if code.isalpha())
        if not whens:
            continue
        broken = " OR ".join(f"{column} % CASE currency {whens} ELSE 1 END <> 0" for column in columns)
        rows = answer(
            connection,
            f"SELECT id, {name}, currency, {', '.join(columns)} FROM {table} WHERE {broken}",  # noqa: S608
        )
        for record, shown, currency, *amounts in rows:
            for amount in amounts:
                if amount % steps_of[currency]:
                    sentence = _("{name}: {amount} has more decimals than {currency} allows.").format(
                        name=shown, amount=from_scaled(amount), currency=currency
                    )
                    yield Fault(table, record, sentence)
