"""Contrast of colours, for the agency's accent."""

import re

PAPER = "#fbfaf7"  # the lightest background of the accent, as in tokens.css
READABLE = 4.5  # WCAG 2.2, 1.4.3: minimum contrast of text


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue (0–255) of `#rrggbb`."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"{colour!r} is not a colour such as #00596d.")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, ground: str = PAPER) -> str:
    """Return the colour, darkened as little as text in it needs to be readable on the background."""
    red, green, blue = channels(colour)
    for step in range(100, -1, -1):
        darker = "#{:02x}{:02x}{:02x}".format(*(round(value * step / 100) for value in (red, green, blue)))
        if contrast(darker, ground) >= READABLE:
            return darker
    return "#000000"
