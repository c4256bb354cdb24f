"""Limits on memory and processor time of the reading child, set by the child upon itself."""

from __future__ import annotations

import sys
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may use.

    ``memory`` (bytes) and ``seconds`` hold for ordinary files. A file whose pre-scan counted more than
    ``small`` bytes of honest content gets more, in proportion, up to ``most_memory`` and ``most_seconds``.
    """

    memory: int = 280 * MEGABYTE
    seconds: float = 10.0
    small: int = 24 * MEGABYTE
    most_memory: int = 2_048 * MEGABYTE
    most_seconds: float = 600.0
    most_bytes: int = 2_048 * MEGABYTE
    most_entries: int = 10_000

    def memory_for(self, counted: int) -> int:
        """Answer the bytes of memory for a file that holds ``counted`` bytes when unpacked."""
        beyond = max(0, counted - self.small)
        return min(self.most_memory, self.memory + 5 * beyond)

    def seconds_for(self, counted: int) -> float:
        """Answer the seconds for a file that holds ``counted`` bytes when unpacked."""
        beyond = max(0, counted - self.small)
        return min(self.most_seconds, self.seconds + beyond / MEGABYTE)


def _limit_posix(memory: int, seconds: float) -> None:
    import resource

    for what, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, int(seconds) + 1)):
        hard = resource.getrlimit(what)[1]
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (soft, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def limit_self(memory: int, seconds: float, job: int | None = None) -> int | None:
    """Limit this process to ``memory`` bytes and ``seconds`` of processor time; called again to raise them.

    What is answered is given back as ``job`` at the second call.

    Linux: address space and processor time. Windows: a job object. Elsewhere the parent watches the memory
    and the clock, since address-space limits are not honored there.
    """
    if sys.platform == "win32":
        from tradecrm.importing.windows_job import limit_by_job

        return limit_by_job(memory, seconds, job)
    if sys.platform.startswith("linux"):
        _limit_posix(memory, seconds)
    return None
