"""Approvals: rules with levels as data, deputies, requests, whose turn it is, and what was decided."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tradecrm.models.base import APPEND_ONLY, Amount, Base, Id, Keyed, Owned, UtcMoment, Versioned


class ApprovalRule(Keyed, Versioned, Base):
    """When a paper needs approval (审批规则, section 6): a trigger with its threshold and levels.

    ``trigger`` names the condition, ``threshold`` its number as text (an amount or a fraction).
    """

    __tablename__ = "approval_rule"

    kind: Mapped[str] = mapped_column(String(24))
    trigger: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)
    threshold: Mapped[str] = mapped_column(String(40), default="")

    __table_args__ = (UniqueConstraint("kind", "trigger"),)


class ApprovalLevel(Keyed, Base):
    """A level of a rule: a role or a person, any of them or all, up to ``ceiling`` in base currency."""

    __tablename__ = "approval_level"

    rule_id: Mapped[int] = mapped_column(Id, ForeignKey("approval_rule.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(String(40), default="")
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"))
    mode: Mapped[str] = mapped_column(String(4), default="ANY")
    ceiling: Mapped[Decimal | None] = mapped_column(Amount)

    __table_args__ = (UniqueConstraint("rule_id", "position"),)


class Deputy(Keyed, Base):
    """Who decides for whom (代理人) between two days, both included."""

    __tablename__ = "deputy"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"), index=True)
    from_day: Mapped[date] = mapped_column(Date)
    until_day: Mapped[date] = mapped_column(Date)


class ApprovalRequest(Owned, Versioned, Base):
    """A paper that waits for approval, with all its reasons and the hash of what may not change.

    ``reasons``, ``figures`` and ``levels`` are JSON; ``owner_id`` is who submitted it.
    States: pending, approved, rejected, withdrawn, void, consumed.
    """

    __tablename__ = "approval_request"

    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int] = mapped_column(Id)
    title: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(12), index=True)
    reasons: Mapped[str] = mapped_column(Text)
    figures: Mapped[str] = mapped_column(Text, default="[]")
    levels: Mapped[str] = mapped_column(Text, default="[]")
    level: Mapped[int] = mapped_column(Integer, default=0)
    snapshot: Mapped[str] = mapped_column(String(64))
    base_amount: Mapped[Decimal | None] = mapped_column(Amount)
    submitted_at: Mapped[datetime] = mapped_column(UtcMoment)
    decided_at: Mapped[datetime | None] = mapped_column(UtcMoment)

    __table_args__ = (Index("ix_approval_request_subject", "subject_kind", "subject_id"),)


class ApprovalTurn(Keyed, Base):
    """Whose decision a request waits for at a level; answered ones carry the decision."""

    __tablename__ = "approval_turn"

    request_id: Mapped[int] = mapped_column(Id, ForeignKey("approval_request.id"), index=True)
    level: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"), index=True)
    for_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"))
    since: Mapped[datetime] = mapped_column(UtcMoment)
    done: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("request_id", "level", "person_id"),)


class ApprovalDecision(Keyed, Base):
    """What was decided, by whom, for whom, when and why: never changed."""

    __tablename__ = "approval_decision"

    request_id: Mapped[int] = mapped_column(Id, ForeignKey("approval_request.id"), index=True)
    level: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    for_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"))
    decision: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcMoment)

    __table_args__ = ({"info": APPEND_ONLY},)
