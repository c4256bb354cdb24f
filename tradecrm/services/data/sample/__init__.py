"""The sample book: a believable exporter with two years of trade, played through the services from one seed."""
