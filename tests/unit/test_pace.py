"""A thread that works long beside a window rests as its work demands (the window's frames, docs/performance.md)."""

from __future__ import annotations

import time

from tradecrm.core.pace import Pace


def test_rest_follows_work_and_is_longer_than_it() -> None:
    rests: list[float] = []
    pace = Pace(rests.append)
    pace.rest()
    assert rests == []
    begun = time.thread_time()
    while time.thread_time() - begun < 0.004:
        pass
    pace.rest()
    pace.rest()
    assert len(rests) == 1
    assert rests[0] > 0.004
