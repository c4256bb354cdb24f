"""Icons drawn from strokes in the color of a token; sharp at every scale, tinted when checked."""

from __future__ import annotations

import functools
import json

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from tradecrm.core.resources import resource_path

_FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{color}" '
    'stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">{strokes}</svg>'
)


@functools.cache
def strokes() -> dict[str, str]:
    """Answer every icon's strokes by name, read once from ``resources/icons/strokes.json``."""
    text = resource_path("icons", "strokes.json").read_text(encoding="utf-8")
    return {str(name): str(body) for name, body in json.loads(text).items()}


class _StrokeEngine(QIconEngine):
    """Paints one icon at the size asked for; the checked state takes the accent."""

    def __init__(self, name: str, color: str, checked: str) -> None:
        super().__init__()
        self._name = name
        self._colors = (color, checked)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        color = self._colors[1] if state is QIcon.State.On else self._colors[0]
        body = strokes().get(self._name, strokes()["dot"]).replace("currentColor", color)
        renderer = QSvgRenderer(QByteArray(_FRAME.format(color=color, strokes=body).encode()))
        painter.save()
        if mode is QIcon.Mode.Disabled:
            painter.setOpacity(0.45)
        renderer.render(painter, QRectF(rect))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """Answer the icon in ``size`` logical pixels, with ``scale`` device pixels to each."""
        pixmap = QPixmap(size * scale)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _StrokeEngine(self._name, *self._colors)


@functools.lru_cache(maxsize=512)
def themed_icon(name: str, color: str, checked: str) -> QIcon:
    """Answer the icon ``name`` in ``color`` (``#rrggbb``), in ``checked`` while its button is checked."""
    return QIcon(_StrokeEngine(name, color, checked))
