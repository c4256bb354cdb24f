"""Receipts, payments, allocations, accounts and the ledger they post to."""
