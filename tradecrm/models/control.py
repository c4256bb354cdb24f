"""People, settings, numbers, the audit trail, tasks and reminders."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tradecrm.models.base import APPEND_ONLY, Base, Id, Keyed, Owned, UtcMoment, Versioned


class Department(Keyed, Base):
    """A department (部门); its people see one another's records when their scope says so."""

    __tablename__ = "department"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("department.id"))


class Person(Keyed, Base):
    """Someone who works with the book (人员); a trader alone is the only one and is never asked to sign in."""

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    role: Mapped[str] = mapped_column(String(40))
    department_id: Mapped[int | None] = mapped_column(Id, ForeignKey("department.id"))
    active: Mapped[bool] = mapped_column(default=True)


class Setting(Base):
    """One setting of the firm; the value is JSON text."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class NumberSeries(Base):
    """The next free number of a document type in a month; a number is never used again."""

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    next_number: Mapped[int] = mapped_column(Integer)


class AuditEntry(Keyed, Base):
    """Who changed what, when, by which operation (操作日志); ``detail`` is JSON of old and new values."""

    __tablename__ = "audit_entry"

    at: Mapped[datetime] = mapped_column(UtcMoment)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    operation: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int | None] = mapped_column(Id)
    detail: Mapped[str] = mapped_column(Text, default="{}")

    __table_args__ = (Index("ix_audit_entry_record", "kind", "record_id"), {"info": APPEND_ONLY})


class Task(Owned, Versioned, Base):
    """Something to do by a day (待办任务), perhaps about a party."""

    __tablename__ = "task"

    title: Mapped[str] = mapped_column(String(300))
    notes: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date] = mapped_column(Date, index=True)
    party_id: Mapped[int | None] = mapped_column(Id, ForeignKey("party.id"), index=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class ReminderRule(Keyed, Base):
    """A rule that makes reminders from the data (提醒规则): on or off, how many days before, repeated when."""

    __tablename__ = "reminder_rule"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    days_before: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer, default=1)


class Reminder(Keyed, Base):
    """What a person did with one reminder: shown, put off, done. One row an occurrence, so none comes twice."""

    __tablename__ = "reminder"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    rule_key: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(Id)
    due_on: Mapped[date] = mapped_column(Date)
    shown_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcMoment)
    done_at: Mapped[datetime | None] = mapped_column(UtcMoment)

    __table_args__ = (UniqueConstraint("person_id", "rule_key", "subject_kind", "subject_id", "due_on"),)


class DesktopCard(Keyed, Base):
    """A card or shortcut that a person put on their desktop; ``target`` names it, ``position`` orders it."""

    __tablename__ = "desktop_card"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"), index=True)
    slot: Mapped[str] = mapped_column(String(12))
    target: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(Integer)

    __table_args__ = (UniqueConstraint("person_id", "slot", "target"),)
