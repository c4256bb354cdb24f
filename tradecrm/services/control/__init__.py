"""Access, audit, approvals, numbering, settings and reminders."""
