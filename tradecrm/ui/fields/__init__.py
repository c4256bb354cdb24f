"""Fields: how each kind of value is shown, read from what was typed, and edited."""
