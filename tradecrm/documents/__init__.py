"""Papers of the trade as PDF, laid out from what the services answer. No queries of their own."""
