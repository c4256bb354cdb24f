"""Customers, contacts, follow-ups and tasks: their operations and queries."""
