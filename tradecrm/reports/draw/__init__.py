"""A finished report table as Excel, PDF, CSV and JSON; nothing here queries or adds up."""
