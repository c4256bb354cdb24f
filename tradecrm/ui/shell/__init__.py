"""The window around the pages: sidebar, tabs, palette, status line."""
