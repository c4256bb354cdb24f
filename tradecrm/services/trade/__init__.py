"""Products, contracts, shipments: their operations and queries."""
