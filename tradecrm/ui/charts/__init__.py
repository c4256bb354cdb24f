"""Charts drawn from a table's chart declaration."""
