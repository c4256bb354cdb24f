"""Who may see and do what: the actor, the rule of every mapped class, and the guards that apply them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, inspect, or_, select, true
from sqlalchemy.orm import ORMExecuteState, Session

from tradecrm.core.errors import NotAllowed
from tradecrm.core.text import _
from tradecrm.models import (
    Account,
    AccountExpense,
    AccountHold,
    AccountMonth,
    Address,
    Allocation,
    ApprovalDecision,
    ApprovalLevel,
    ApprovalRequest,
    ApprovalRule,
    ApprovalTurn,
    Attachment,
    AuditEntry,
    BankLayout,
    BankMatch,
    BankRow,
    BankStatement,
    Base,
    BillOfLading,
    Clause,
    CollectionMatch,
    CommissionLine,
    CommissionRule,
    CommissionRun,
    Contact,
    Container,
    ContainerType,
    Contra,
    ContractLine,
    ContractVersion,
    CostLine,
    CreditTerms,
    DeclarationLine,
    Department,
    Deputy,
    DesktopCard,
    DueChange,
    Dunning,
    Earmark,
    Estimate,
    EstimateLine,
    ExpenseClaim,
    ExpenseLine,
    FreightBill,
    FreightBillLine,
    FreightCharge,
    FreightInquiry,
    FreightInvite,
    FreightQuote,
    GoodsReceipt,
    GoodsReturn,
    GoodsReturnLine,
    GoodsReturnNote,
    Holiday,
    ImportedRecord,
    ImportJob,
    ImportJobLine,
    ImportRun,
    Inquiry,
    InquiryLine,
    Instalment,
    IssuedPaper,
    Item,
    LedgerAccount,
    LedgerEntry,
    LetterOfCredit,
    Loan,
    LoanMove,
    Milestone,
    MilestoneChange,
    Note,
    NumberSeries,
    PaperStyle,
    Party,
    PartyBank,
    PartyKey,
    PayerName,
    Payment,
    PeriodEvent,
    Person,
    PlannedFlow,
    Posting,
    Presentation,
    PriceList,
    PriceListLine,
    Product,
    Proforma,
    ProformaLine,
    Promise,
    PurchaseContract,
    PurchaseEarmark,
    PurchaseLine,
    PurchaseLink,
    PurchaseVersion,
    Quotation,
    QuotationLine,
    Rate,
    RebateClaim,
    RebateClaimLine,
    RebateRate,
    RebateReceipt,
    Receipt,
    ReconciledEntry,
    Reconciliation,
    Refund,
    Release,
    Reminder,
    ReminderRule,
    Revaluation,
    RevaluationLine,
    SalesContract,
    Setting,
    Shipment,
    ShipmentDocument,
    ShipmentLine,
    Task,
    Tranche,
    Transfer,
    VatInvoice,
    VatInvoiceLine,
    WriteOffRequest,
)
from tradecrm.services.control.access_rules import (
    RowRule,
    allocation_rule,
    attachment_rule,
    due_change_rule,
    instalment_rule,
    ledger_rule,
    run_rule,
    visible_parties,
)
from tradecrm.services.control.roles import VERB_TITLES, Role, Scope
from tradecrm.services.control.statements import tables_of


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as of the moment they took their seat: verbs, scope, and whose records their team holds."""

    person_id: int
    name: str
    role: Role
    team: frozenset[int]

    def can(self, verb: str) -> bool:
        """Tell whether the person may do ``verb``."""
        return "*" in self.role.verbs or verb in self.role.verbs

    def demand(self, verb: str) -> None:
        """Raise NotAllowed unless the person may do ``verb``."""
        if not self.can(verb):
            raise NotAllowed(
                _("{person} may not {action}. Ask whoever manages permissions.").format(
                    person=self.name, action=_(VERB_TITLES.get(verb, verb))
                )
            )

    @property
    def owners(self) -> frozenset[int] | None:
        """Answer whose records the person sees; None means everyone's."""
        if self.role.scope is Scope.ALL:
            return None
        if self.role.scope is Scope.TEAM:
            return self.team | {self.person_id}
        return frozenset({self.person_id})


Rule = Callable[[Actor], ColumnElement[bool]]


def _owned(entity: Any) -> Rule:
    """Make the rule of a class whose rows have an owner."""

    def rule(actor: Actor) -> ColumnElement[bool]:
        owners = actor.owners
        return true() if owners is None else entity.owner_id.in_(sorted(owners))

    return rule


def party_rule(actor: Actor) -> ColumnElement[bool]:
    """Keep to customers within the scope; factories, forwarders and other partners are everyone's."""
    owners = actor.owners
    if owners is None:
        return true()
    return or_(Party.owner_id.in_(sorted(owners)), Party.is_customer.is_(False))


def _by_party(entity: Any) -> Rule:
    """Make the rule of a class whose rows belong to a party."""

    def rule(actor: Actor) -> ColumnElement[bool]:
        return true() if actor.owners is None else entity.party_id.in_(visible_parties(actor))

    return rule


def _by_item(entity: Any) -> Rule:
    """Make the rule of a class whose rows hang on a receivable or payable item."""

    def rule(actor: Actor) -> ColumnElement[bool]:
        if actor.owners is None:
            return true()
        table: Any = Item.__table__
        own = select(table.c.id).where(table.c.owner_id.in_(sorted(actor.owners)))
        criterion: ColumnElement[bool] = entity.item_id.in_(own)
        return criterion

    return rule


def _by_verb(verb: str) -> Rule:
    """Make the rule of a class that is seen whole or not at all."""

    def rule(actor: Actor) -> ColumnElement[bool]:
        return true() if actor.can(verb) else false()

    return rule


def _private(entity: Any) -> Rule:
    """Make the rule of a class whose rows only the person they are of may see, whatever the scope."""

    def rule(actor: Actor) -> ColumnElement[bool]:
        own: ColumnElement[bool] = entity.person_id == actor.person_id
        return own

    return rule


def _import_row_rule(actor: Actor) -> ColumnElement[bool]:
    """Keep to the person's own imports; someone who sees all sees all."""
    if actor.owners is None:
        return true()
    table: Any = ImportRun.__table__
    return ImportedRecord.run_id.in_(select(table.c.id).where(table.c.person_id.in_(sorted(actor.owners))))


def _by_person(entity: Any) -> Rule:
    """Make the rule of a class whose rows name who did something."""

    def rule(actor: Actor) -> ColumnElement[bool]:
        owners = actor.owners
        return true() if owners is None else entity.person_id.in_(sorted(owners))

    return rule


def _request_rule(actor: Actor) -> ColumnElement[bool]:
    """Show a request to whoever sees the person that submitted it, and to everyone it waits or waited for."""
    if actor.owners is None:
        return true()
    turns: Any = ApprovalTurn.__table__
    asked = select(turns.c.request_id).where(turns.c.person_id == actor.person_id)
    return or_(ApprovalRequest.owner_id.in_(sorted(actor.owners)), ApprovalRequest.id.in_(asked))


def _turn_rule(actor: Actor) -> ColumnElement[bool]:
    """Show whose turn it is with the requests the actor sees."""
    if actor.owners is None:
        return true()
    requests: Any = ApprovalRequest.__table__
    own = select(requests.c.id).where(requests.c.owner_id.in_(sorted(actor.owners)))
    return or_(ApprovalTurn.person_id == actor.person_id, ApprovalTurn.request_id.in_(own))


RULES: dict[type[Base], Rule] = {
    Party: party_rule,
    Contact: _by_party(Contact),
    Address: _by_party(Address),
    PartyKey: _by_party(PartyKey),
    SalesContract: _owned(SalesContract),
    ContractLine: _owned(ContractLine),
    Shipment: _owned(Shipment),
    ShipmentLine: _owned(ShipmentLine),
    CostLine: _owned(CostLine),
    Estimate: _owned(Estimate),
    EstimateLine: _owned(EstimateLine),
    Item: _owned(Item),
    Instalment: instalment_rule,
    Tranche: _by_item(Tranche),
    DueChange: due_change_rule,
    Allocation: allocation_rule,
    Earmark: _by_item(Earmark),
    Receipt: _owned(Receipt),
    Payment: _owned(Payment),
    LedgerEntry: ledger_rule,
    Account: _by_verb("account.read"),
    AccountMonth: _by_verb("account.read"),
    Transfer: _by_verb("account.read"),
    AccountExpense: _by_verb("account.read"),
    Task: _owned(Task),
    Reminder: _private(Reminder),
    DesktopCard: _private(DesktopCard),
    AuditEntry: _by_person(AuditEntry),
    ImportRun: _by_person(ImportRun),
    ImportedRecord: _import_row_rule,
    ContractVersion: _owned(ContractVersion),
    Inquiry: _owned(Inquiry),
    InquiryLine: _owned(InquiryLine),
    Proforma: _owned(Proforma),
    ProformaLine: _owned(ProformaLine),
    Quotation: _owned(Quotation),
    QuotationLine: _owned(QuotationLine),
    FreightBill: _owned(FreightBill),
    FreightBillLine: _owned(FreightBillLine),
    FreightCharge: _owned(FreightCharge),
    FreightInquiry: _owned(FreightInquiry),
    FreightInvite: _owned(FreightInvite),
    FreightQuote: _owned(FreightQuote),
    GoodsReceipt: _owned(GoodsReceipt),
    GoodsReturn: _owned(GoodsReturn),
    GoodsReturnLine: _owned(GoodsReturnLine),
    GoodsReturnNote: _owned(GoodsReturnNote),
    ImportJob: _owned(ImportJob),
    ImportJobLine: _owned(ImportJobLine),
    PurchaseContract: _owned(PurchaseContract),
    PurchaseLine: _owned(PurchaseLine),
    PurchaseLink: _owned(PurchaseLink),
    PurchaseVersion: _owned(PurchaseVersion),
    Attachment: attachment_rule,
    Container: _owned(Container),
    CreditTerms: _owned(CreditTerms),
    LetterOfCredit: _owned(LetterOfCredit),
    Milestone: _owned(Milestone),
    MilestoneChange: _owned(MilestoneChange),
    Presentation: _owned(Presentation),
    Release: _owned(Release),
    ShipmentDocument: _owned(ShipmentDocument),
    ApprovalRequest: _request_rule,
    ApprovalTurn: _turn_rule,
    Note: _owned(Note),
    WriteOffRequest: _owned(WriteOffRequest),
    Refund: _owned(Refund),
    Contra: _owned(Contra),
    Promise: _owned(Promise),
    Dunning: _owned(Dunning),
    PlannedFlow: _owned(PlannedFlow),
    CollectionMatch: _owned(CollectionMatch),
    Loan: _owned(Loan),
    LoanMove: _owned(LoanMove),
    ExpenseClaim: _owned(ExpenseClaim),
    ExpenseLine: _owned(ExpenseLine),
    VatInvoice: _owned(VatInvoice),
    VatInvoiceLine: _owned(VatInvoiceLine),
    DeclarationLine: _owned(DeclarationLine),
    RebateClaim: _owned(RebateClaim),
    RebateClaimLine: _owned(RebateClaimLine),
    RebateReceipt: _owned(RebateReceipt),
    CommissionRun: run_rule,
    CommissionLine: _owned(CommissionLine),
    BillOfLading: _owned(BillOfLading),
    IssuedPaper: _owned(IssuedPaper),
    AccountHold: _by_verb("account.read"),
    BankLayout: _by_verb("account.read"),
    BankMatch: _by_verb("account.read"),
    BankRow: _by_verb("account.read"),
    BankStatement: _by_verb("account.read"),
    Reconciliation: _by_verb("account.read"),
    ReconciledEntry: _by_verb("account.read"),
    Revaluation: _by_verb("account.read"),
    RevaluationLine: _by_verb("account.read"),
    PayerName: _by_party(PayerName),
    PartyBank: _by_party(PartyBank),
    PurchaseEarmark: _by_item(PurchaseEarmark),
}
"""The row rule of each class; a test demands that every mapped class stands here or in OPEN_TO_ALL."""

OPEN_TO_ALL: frozenset[type[Base]] = frozenset(
    {
        Department,
        Person,
        Setting,
        NumberSeries,
        Product,
        Rate,
        ReminderRule,
        Posting,
        ApprovalDecision,
        ApprovalLevel,
        ApprovalRule,
        Clause,
        Deputy,
        Holiday,
        PaperStyle,
        PriceList,
        PriceListLine,
        PeriodEvent,
        RebateRate,
        LedgerAccount,
        CommissionRule,
        ContainerType,
    }
)
"""Classes without a row rule: what everyone in the firm may see (a posting is only a day and a kind)."""


_PRIVATE: frozenset[type[Base]] = frozenset({Reminder, DesktopCard})
"""Classes whose rows are one person's alone, whatever the scope."""


def apply_rules(state: ORMExecuteState) -> None:
    """Join the row rules to an ORM statement (SQLAlchemy's ``do_orm_execute`` event)."""
    actor: Actor | None = state.session.info.get("actor")
    if actor is None or not (state.is_select or state.is_update or state.is_delete):
        return
    if state.is_column_load or state.is_relationship_load:
        return
    if criteria := _criteria(actor, tables_of(state.statement)):
        state.statement = state.statement.options(*criteria)


def _ruled(actor: Actor) -> Collection[type[Base]]:
    """Answer the classes of which the actor may not see every row."""
    return _PRIVATE if actor.owners is None and actor.can("account.read") else RULES


def sees_every(actor: Actor, entity: type[Base]) -> bool:
    """Tell whether no row of a class is hidden from the actor."""
    return entity not in _ruled(actor)


@functools.lru_cache(maxsize=1024)  # Making the rules of an actor costs more than a small query.
def _criteria(actor: Actor, tables: frozenset[str]) -> tuple[Any, ...]:
    """Answer the row rules of the classes of ``tables`` that are not wholly open to the actor.

    A rule for a table that a statement does not read would change nothing, and cost as much as the statement.
    """
    return tuple(
        RowRule(entity, RULES[entity](actor), include_aliases=True)
        for entity in _ruled(actor)
        if entity.__tablename__ in tables
    )


def guard_flush(session: Session, _context: Any, _instances: Any) -> None:
    """Refuse writing a row outside the actor's scope, by its old owner and by its new one."""
    _guard(session, lambda: (*session.new, *session.dirty, *session.deleted))


def guard_new(session: Session, row: Any) -> None:
    """Refuse writing a new row outside the actor's scope, as a flush would."""
    _guard(session, lambda: (row,))


def _guard(session: Session, rows: Callable[[], Iterable[Any]]) -> None:
    actor: Actor | None = session.info.get("actor")
    owners = None if actor is None else actor.owners
    if actor is None or owners is None:
        return
    for row in rows():
        if not hasattr(row, "owner_id") or _of_open_party(session, row):
            continue
        history = _owner_history(row)
        if any(owner is not None and owner not in owners for owner in history):
            raise NotAllowed(_("This record belongs to someone else; it was not changed."))


def _of_open_party(session: Session, row: Any) -> bool:
    """Tell whether a row is a partner that everyone may change (a factory, a forwarder), or hangs on one."""
    if isinstance(row, Contact | Address | PartyBank):
        with session.no_autoflush:
            row = session.get(Party, row.party_id)
    return isinstance(row, Party) and not row.is_customer


def _owner_history(row: Any) -> tuple[int | None, ...]:
    """Answer the owner before and after the change."""
    history = inspect(row).attrs.owner_id.history
    return (*history.deleted, *history.added, *history.unchanged)
