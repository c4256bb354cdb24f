"""Engines, keys, migrations, locks and backups of a book. Knows no business."""
