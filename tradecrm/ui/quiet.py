"""Quiet hours: when the program tells nothing of itself, on the clock of this computer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of the day to another, over midnight where the first is the later; equal times mean never."""

    start: time = time(0)
    end: time = time(0)

    @classmethod
    def from_text(cls, text: str) -> QuietHours:
        """Answer what ``as_text`` wrote; a text that cannot be read means never."""
        first, _dash, last = text.partition("-")
        try:
            return cls(time.fromisoformat(first), time.fromisoformat(last))
        except ValueError:
            return cls()

    def as_text(self) -> str:
        """Answer it as it is remembered: ``22:00-07:30``."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment lies in the quiet hours; the end itself is no longer quiet."""
        now = moment.astimezone().time()
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end
