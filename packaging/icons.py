"""Draws the icon of the program for Windows (ico) and macOS (icns) from ``resources/icons/tradecrm.svg``."""

from __future__ import annotations

import io
import os
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "resources" / "icons" / "tradecrm.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256)
LARGEST = 1024


def draw_icons(folder: Path) -> tuple[Path, Path]:
    """Write ``tradecrm.ico`` and ``tradecrm.icns`` into ``folder`` and answer them; each size is drawn anew."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PIL import Image
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication([])
    assert application is not None
    renderer = QSvgRenderer(str(SOURCE))

    def _drawn(size: int) -> Image.Image:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        kept = QBuffer()
        kept.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(kept, QByteArray(b"png")).write(image)
        return Image.open(io.BytesIO(kept.data().data()))

    folder.mkdir(parents=True, exist_ok=True)
    windows, mac = folder / "tradecrm.ico", folder / "tradecrm.icns"
    small = [_drawn(size) for size in SIZES]
    small[-1].save(windows, sizes=[(size, size) for size in SIZES], append_images=small[:-1])
    large = [_drawn(size) for size in (16, 32, 64, 128, 256, 512)]
    _drawn(LARGEST).save(mac, append_images=large)
    return windows, mac
