"""The tokens of the look: colors in light and dark, sizes of type, spacing, radius and rows (look.md)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colors of one mode, as ``#rrggbb``."""

    background: str
    surface: str
    sunken: str
    border: str
    grid: str
    text: str
    muted: str
    accent: str
    accent_soft: str
    on_accent: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    series: tuple[str, ...]


LIGHT = Tokens(
    background="#F5F6F8",
    surface="#FFFFFF",
    sunken="#EEF0F3",
    border="#E2E5EA",
    grid="#EEF0F3",
    text="#1B2330",
    muted="#667085",
    accent="#2358D5",
    accent_soft="#E9EFFC",
    on_accent="#FFFFFF",
    good="#13794C",
    good_soft="#E3F4EB",
    warn="#A65B07",
    warn_soft="#FCF0DC",
    bad="#BF3129",
    bad_soft="#FBE9E7",
    series=("#2358D5", "#9DB7F3", "#E0A23B", "#D9694B", "#B0302A"),
)
DARK = Tokens(
    background="#13161B",
    surface="#1B1F26",
    sunken="#232831",
    border="#2D333D",
    grid="#262B34",
    text="#E7EAEF",
    muted="#98A2B3",
    accent="#7CA5FF",
    accent_soft="#22304D",
    on_accent="#13161B",
    good="#59C793",
    good_soft="#1B3A2C",
    warn="#E5AA55",
    warn_soft="#3D2F18",
    bad="#F0857C",
    bad_soft="#432422",
    series=("#7CA5FF", "#3F5FA8", "#D9A441", "#D8795B", "#C44B43"),
)

SPACE_XS, SPACE_S, SPACE_M, SPACE_L, SPACE_XL = 4, 8, 12, 16, 24
RADIUS_FIELD, RADIUS_CARD = 6, 10
ROW, ROW_COMPACT = 32, 26
BODY, LABEL, SECTION, TITLE, FIGURE = 13, 11, 14, 20, 23
"""Sizes of type in logical pixels; sections, titles and figures are semibold."""


def channel(part: str) -> float:
    """Answer the linear light of one two-digit channel (WCAG 2.2, relative luminance)."""
    value = int(part, 16) / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """Answer the contrast ratio of two ``#rrggbb`` colors, 1 to 21 (WCAG 2.2)."""

    def light(color: str) -> float:
        red, green, blue = color[1:3], color[3:5], color[5:7]
        return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
