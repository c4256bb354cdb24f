"""The report of a fault on the command line: version, system and places in the code, no customer data."""

from __future__ import annotations

import platform
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from tradecrm import __version__
from tradecrm.core.clock import Clock


def keep_report(error: BaseException, clock: Clock) -> str:
    """Write a report beside those of the window and answer its place; ``-`` when the disk refuses.

    Messages of errors may hold values of the book, so only their kinds and the lines of code are kept.
    """
    import platformdirs

    folder = Path(platformdirs.user_config_dir("TradeCRM", appauthor=False)) / "reports"
    moment = clock.now()
    lines = [
        f"TradeCRM {__version__}, command line",
        f"{moment:%Y-%m-%d %H:%M:%S} UTC",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        f"Python {sys.version.split()[0]}",
        "",
        *_described(error),
        "",
    ]
    path = folder / f"crash-{moment:%Y%m%d-%H%M%S}-cli.txt"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8")
        return str(path)
    return "-"


def _described(error: BaseException) -> list[str]:
    lines: list[str] = []
    one: BaseException | None = error
    while one is not None and len(lines) < 400:
        lines.append(f"{type(one).__module__}.{type(one).__qualname__} (message left out)")
        lines.extend(
            f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(one.__traceback__)
        )
        one = one.__cause__ or one.__context__
        if one is not None:
            lines.append("caused by")
    return lines
