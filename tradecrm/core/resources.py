"""Where the program's resources lie: one function for source tree, installed wheel and frozen program."""

from __future__ import annotations

import sys
from pathlib import Path


def resource_path(*parts: str) -> Path:
    """Answer the path of a resource such as ``resource_path("fonts", "NotoSansSC-Regular.ttf")``."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen, "resources", *parts)
    package = Path(__file__).resolve().parent.parent
    beside = package.parent / "resources"
    root = beside if beside.is_dir() else package / "resources"
    return root.joinpath(*parts)
