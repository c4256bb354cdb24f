"""Mapped classes, column types and constraints, one file per area. No queries, no rules of business."""
