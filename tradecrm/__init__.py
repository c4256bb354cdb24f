"""TradeCRM: customer management and the whole trade of a small exporter, offline."""

__version__ = "0.1.0"
