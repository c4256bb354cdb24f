"""Bank statements: their list, and what the page of matching and reconciling shows, as tables and facts (section 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradecrm.core.bank_matching import Proposal, Why
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import (
    ActionSpec,
    Choice,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    ListSpec,
    Row,
    Section,
    Tone,
    ViewSpec,
)
from tradecrm.services.money.bank_desk import STATEMENTS, Desk
from tradecrm.services.money.matching import IgnoreRow, ignore_row
from tradecrm.services.money.reconciling import (
    Agreement,
    OpenRow,
    ReopenReconciliation,
    reopen_reconciliation,
)
from tradecrm.services.money.statements import RemoveStatement, remove_statement

ZERO = Decimal(0)
BANK_CHANGES = frozenset(
    {"bank_statement", "bank_row", "bank_match", "reconciliation", "ledger_entry", "account"}
)
WHY_TITLES = {
    Why.SAME_DAY: N_("same day"),
    Why.NEAR_DAY: N_("near day"),
    Why.REFERENCE: N_("same reference"),
    Why.NAME: N_("same name"),
    Why.ONLY_ONE: N_("only one of the amount"),
    Why.SUM: N_("amounts add up"),
}
FORMATS = (
    Choice("csv", "CSV"),
    Choice("xlsx", "xlsx"),
    Choice("xls", "xls"),
    Choice("ods", "ods"),
    Choice("html", "HTML"),
    Choice("ofx", "OFX"),
    Choice("camt", "CAMT.053"),
    Choice("mt940", "MT940"),
)


def open_desk(row: Row) -> Link:
    """Answer the page that matches and reconciles the account of a statement."""
    return Link.to("bank_desk", account=row["account_id"])


STATEMENT_LIST = ListSpec(
    key="bank_statements",
    title=N_("Bank statements"),
    kind="bank_statement",
    source=STATEMENTS,
    columns=(
        ColumnSpec("account", N_("Account"), width=220, link=open_desk),
        ColumnSpec("from", N_("From"), FieldKind.DATE),
        ColumnSpec("to", N_("To"), FieldKind.DATE),
        ColumnSpec("currency", N_("Currency"), FieldKind.CURRENCY),
        ColumnSpec("opening", N_("Opening balance"), FieldKind.MONEY, currency_key="currency"),
        ColumnSpec("closing", N_("Closing balance"), FieldKind.MONEY, currency_key="currency"),
        ColumnSpec("rows", N_("Rows"), FieldKind.INTEGER),
        ColumnSpec(
            "open_rows",
            N_("To be matched"),
            FieldKind.INTEGER,
            tone=lambda row: Tone.WARN if row.get("open_rows") else Tone.NEUTRAL,
        ),
        ColumnSpec("file", N_("File"), width=200),
        ColumnSpec("format", N_("Format"), FieldKind.CHOICE, choices=FORMATS),
        ColumnSpec("person", N_("Brought in by"), hidden_by_default=True),
    ),
    opens=open_desk,
    default_sort=(SortKey("to", descending=True), SortKey("account")),
    views=(ViewSpec("open", N_("To be matched"), (Filter("open_rows", Op.AT_LEAST, (1,)),)),),
    actions=(
        ActionSpec(
            "remove",
            N_("Take out"),
            "undo",
            needs="account.write",
            enabled=lambda rows: len(rows) == 1,
            operation=remove_statement,
            command=lambda rows: RemoveStatement(int(rows[0]["id"])),
            done=N_("The statement and its rows are taken out."),
        ),
    ),
    new=Link.to("bank_import"),
    new_title=N_("Bring in a statement"),
    watches=BANK_CHANGES,
    empty_title=N_("No bank statements yet"),
    empty_text=N_(
        "Bring in what your bank gives you, as a table (Excel, CSV) or as OFX, CAMT.053 or MT940; its rows are "
        "matched to your receipts, payments and expenses."
    ),
    icon="bank",
)


def why_words(proposal: Proposal) -> str:
    """Answer the reasons of a proposal in words."""
    return ", ".join(_(WHY_TITLES[why]) for why in proposal.why)


def _open_cells(desk: Desk, row: OpenRow) -> tuple[Any, ...]:
    words = " · ".join(word for word in (row.name, row.text, row.reference) if word)
    proposal = desk.proposals.get(row.id)
    if row.status == "ignored":
        said = _("Left out: {reason}").format(reason=row.remark)
    elif proposal is None:
        said = _("Not in the books")
    else:
        entries = "; ".join(desk.entries.get(key, "") for key in proposal.entry_ids)
        sure = _("Sure: {entries}") if proposal.sure else _("Perhaps: {entries}")
        said = sure.format(entries=entries)
    return (row.day, words, row.amount, said)


def _columns(currency: str) -> tuple[TableColumn, ...]:
    return (
        TableColumn("day", _("Date"), FieldKind.DATE),
        TableColumn("words", _("What the bank says")),
        TableColumn("amount", _("Amount"), FieldKind.MONEY, currency),
        TableColumn("books", _("In the books")),
    )


def open_rows_table(desk: Desk) -> tuple[Table, tuple[int, ...]]:
    """Answer the bank's rows that are not in the books, those to be decided first, and the row of each line."""
    rows = sorted(desk.agreement.unbooked, key=lambda row: (row.status != "open", row.day, row.id))
    lines = tuple(
        TableRow(
            _open_cells(desk, row),
            style=RowStyle.MUTED if row.status != "open" else RowStyle.NORMAL,
        )
        for row in rows
    )
    return Table("rows", "", "", _columns(desk.agreement.currency), lines), tuple(row.id for row in rows)


def done_rows_table(desk: Desk) -> tuple[Table, tuple[int, ...]]:
    """Answer the bank's rows that are matched or left out, newest first, and the row of each line."""
    lines = tuple(
        TableRow(
            (
                row.day,
                " · ".join(word for word in (row.name, row.text, row.reference) if word),
                row.amount,
                row.words if row.status == "matched" else _("Left out: {reason}").format(reason=row.words),
            ),
            style=RowStyle.NORMAL if row.status == "matched" else RowStyle.MUTED,
        )
        for row in desk.done
    )
    return Table("done", "", "", _columns(desk.agreement.currency), lines), tuple(row.id for row in desk.done)


def entries_table(desk: Desk) -> tuple[Table, tuple[int, ...]]:
    """Answer the entries of the books that the bank has not shown, and the entry of each line."""
    found = desk.agreement
    columns = (
        TableColumn("day", _("Date"), FieldKind.DATE),
        TableColumn("words", _("Entry")),
        TableColumn("amount", _("Amount"), FieldKind.MONEY, found.currency),
    )
    lines = tuple(
        TableRow((entry.day, " · ".join(word for word in (entry.memo, entry.name) if word), entry.amount))
        for entry in found.transit
    )
    return Table("entries", "", "", columns, lines), tuple(entry.id for entry in found.transit)


def identity_facts(found: Agreement) -> tuple[Fact, ...]:
    """Answer the identity of section 4 line by line, and whether it holds."""

    def money(amount: Decimal) -> str:
        return format_money(amount, found.currency)

    facts = [
        Fact(N_("Balance on the statement"), money(found.statement_balance), strong=True),
        Fact(N_("+ deposits in transit"), money(found.in_transit)),
        Fact(N_("− outstanding payments"), money(found.outstanding)),
        Fact(N_("= the bank's side"), money(found.bank_side), strong=True),
        Fact(N_("Balance in the books"), money(found.book_balance), strong=True),
        Fact(N_("+ credits not booked"), money(found.credits_)),
        Fact(N_("− debits not booked"), money(found.debits)),
        Fact(N_("= the books' side"), money(found.book_side), strong=True),
    ]
    if found.difference == 0:
        facts.append(Fact(N_("Both sides agree"), money(ZERO), Tone.GOOD, strong=True))
    else:
        facts.append(Fact(N_("Difference"), money(found.difference), Tone.BAD, strong=True))
    return (*facts, *_hints(found))


def _hints(found: Agreement) -> list[Fact]:
    """Answer in words where a difference comes from, as far as it can be told."""
    hints = []
    if found.start is None:
        return [Fact(N_("Bring in a statement to begin with."), "", muted=True)]
    if found.before_bank is not None and found.before_bank != found.before_books:
        text = _("Before {day} the bank had {bank}, the books {books}.").format(
            day=found.start,
            bank=format_money(found.before_bank, found.currency),
            books=format_money(found.before_books, found.currency),
        )
        hints.append(Fact(text, "", Tone.WARN))
    if found.stated is not None and found.stated != found.statement_balance:
        text = _("The rows brought in reach {stated}.").format(
            stated=format_money(found.stated, found.currency)
        )
        hints.append(Fact(text, "", Tone.WARN))
    return hints


IGNORE_FORM = FormSpec(
    key="ignore_row",
    title=N_("Leave out"),
    kind="bank_row",
    sections=(Section("", (FieldSpec("reason", N_("Why it is left out"), required=True, span=12),)),),
    load=lambda reader, identity: Draft(id=identity),  # noqa: ARG005 - the shape of every load
    blank=lambda reader, link: Draft({"row": link.param("row")}),  # noqa: ARG005 - the shape of every blank
    save=ignore_row,
    build=lambda draft: IgnoreRow(int(str(draft.get("row"))), draft.text("reason")),
    needs="account.write",
    saved=N_("The row is left out."),
)

REOPEN_FORM = FormSpec(
    key="reopen_reconciliation",
    title=N_("Reopen"),
    kind="reconciliation",
    sections=(Section("", (FieldSpec("reason", N_("Why it is opened again"), required=True, span=12),)),),
    load=lambda reader, identity: Draft(id=identity),  # noqa: ARG005 - the shape of every load
    blank=lambda reader, link: Draft({"id": link.param("id")}),  # noqa: ARG005 - the shape of every blank
    save=reopen_reconciliation,
    build=lambda draft: ReopenReconciliation(int(str(draft.get("id"))), draft.text("reason")),
    needs="account.reopen",
    saved=N_("The reconciliation is open again."),
)
