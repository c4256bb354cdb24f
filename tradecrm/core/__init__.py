"""The vocabulary of the program: money, rates, dates, fields, flows, problems. Standard library only."""
