"""Expense claims, VAT invoices with rebate claims, and commission: what the firm claims and what is claimed of it."""
