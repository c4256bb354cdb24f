"""Declarations of the lists and forms of money: receivables, receipts, payments, accounts, rates."""
