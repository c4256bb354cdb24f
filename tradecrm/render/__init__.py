"""Bricks that draw PDF and Excel. Knows paper and cells, no business."""
