"""Where the program's resources lie: one function for source tree, installed wheel and frozen program."""

from __future__ import annotations

import sys
from pathlib import Path


def resource_path(*parts: str) -> Path:
    """Answer the path of a resource such as ``resource_path("fonts", "NotoSansSC-Regular.ttf")``.

    A frozen program unpacks them under its own folder, a wheel carries them inside the package, and the
    source tree keeps them beside it. The package is asked first: beside an installed package lies the
    folder of all packages, where another may have put a ``resources`` of its own.
    """
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen, "resources", *parts)
    package = Path(__file__).resolve().parent.parent
    inside = package / "resources"
    root = inside if inside.is_dir() else package.parent / "resources"
    return root.joinpath(*parts)
