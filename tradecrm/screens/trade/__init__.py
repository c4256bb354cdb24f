"""Declarations of products, sales contracts, shipments and their costs."""
