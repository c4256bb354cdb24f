"""Declarations of the lists and forms of customers and other partners."""
