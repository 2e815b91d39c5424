"""A partnership's colours as the page needs them: tints, and a tone that can be read on dark paper."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_DARK_PAPER = "#2a2724"
_READABLE = 7.0
"""Contrast of links and outlines on dark paper. Source: WCAG 2.2, 1.4.6 (AAA); 4.5 would be enough for AA."""


def css_variables(colours: Mapping[str, str]) -> str:
    """The colours as CSS variables, for light and dark.

    `--primary` with `--on-primary` on it; `--accent` for links and outlines on paper; `--tint` a breath of it.
    A colour that is not written as `#rrggbb` is used as it stands, without tints of its own.
    """
    primary, on_primary = colours["primary"], colours["on_primary"]
    base = f":root{{--primary:{primary};--on-primary:{on_primary}"
    if not _HEX.fullmatch(primary):
        return base + "}"
    dark = f"--tint:{mixed(primary, '#1d1b19', 0.28)};--accent:{readable(primary, _DARK_PAPER)}"
    light = f"--tint:{mixed(primary, '#ffffff', 0.09)};--accent:{primary}"
    return f"{base};{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def mixed(colour: str, with_colour: str, share: float) -> str:
    """A share (0 to 1) of the first colour in the second."""
    pairs = zip(_channels(colour), _channels(with_colour))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def readable(colour: str, paper: str) -> str:
    """The colour, made lighter until it reads on dark paper."""
    for step in range(10, -1, -1):
        candidate = mixed(colour, "#ffffff", step / 10)
        if contrast(candidate, paper) >= _READABLE:
            return candidate
    return "#ffffff"


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21.

    Source: WCAG 2.2, definition of contrast ratio and relative luminance.
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
