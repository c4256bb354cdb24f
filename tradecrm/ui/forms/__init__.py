"""Forms: the page over a frozen draft, its fields, lines and side panels."""
