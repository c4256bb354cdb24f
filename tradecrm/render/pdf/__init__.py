"""Bricks for papers and reports as PDF: fonts, text, tables, pages; no business and no database in here."""
