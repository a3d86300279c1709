import math
import re

import pytest

from portal.agency.colour import PAPER, READABLE, contrast, readable
from tests.portal.stylesheets import GROUPS, STATIC

CONTROLS = re.sub(r"/\*.*?\*/", "", (STATIC / "controls.css").read_text(), flags=re.DOTALL)
CONTROL = re.compile(r"\b(input|select|textarea)\b|\.button|-choice\b|\.choices label")
LINES = 3.0  # WCAG 2.2, 1.4.11: the least contrast for what is no text

GROUNDS = ["paper", "surface", "sunk"]
TINTS = ["action-tint", "good-tint", "wait-tint", "stop-tint", "note-tint"]
MEANINGS = ["good", "wait", "stop", "note"]
TEXT_PAIRS = [
    *[("ink", ground) for ground in GROUNDS + TINTS],
    *[("ink-soft", ground) for ground in GROUNDS],
    *[("link", ground) for ground in GROUNDS + TINTS],
    *[("action-deep", ground) for ground in GROUNDS + TINTS],
    *[(meaning, f"{meaning}-tint") for meaning in MEANINGS],
    *[("stop", ground) for ground in ["paper", "surface"]],
    *[("action-ink", ground) for ground in ["action", "action-deep"]],
    *[("on-meaning", ground) for ground in ["wait", "stop"]],
]
LINE_PAIRS = [
    *[("line-strong", ground) for ground in GROUNDS],
    *[("action", ground) for ground in [*GROUNDS, "line", "action-tint"]],
    *[("focus", ground) for ground in [*GROUNDS, "halo", *TINTS]],
    *[(meaning, ground) for meaning in MEANINGS for ground in ["paper", f"{meaning}-tint"]],
]
# The accent as it comes, and the palest that an editor may choose in each of twelve hues.
ACCENTS = ["#00596d"] + [
    readable(colour)
    for colour in (
        "#ff0000 #ff8000 #ffff00 #80ff00 #00ff00 #00ff80 #00ffff "
        "#0080ff #0000ff #8000ff #ff00ff #ff0080 #808080 #000000"
    ).split()
]


def tokens(*, dark, relative, accent):
    """Return every token as it stands in one kind of browser."""
    found = dict(GROUPS[""])
    for condition, holds in (("supports", relative), ("media", dark), ("media supports", dark and relative)):
        found |= GROUPS[condition] if holds else {}
    return found | {"accent": accent}


def to_oklab(colour):
    """Return L, a, b of `#rrggbb`."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    l, m, s = (  # noqa: E741  (the names of the cones)
        math.cbrt(x * red + y * green + z * blue)
        for x, y, z in (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        )
    )
    return (
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    )


def from_oklab(lightness, a, b):
    """Return `#rrggbb`, each channel cut off at the edge of sRGB as browsers do."""
    l, m, s = (  # noqa: E741  (the names of the cones)
        (lightness + x * a + y * b) ** 3
        for x, y in ((0.3963377774, 0.2158037573), (-0.1055613458, -0.0638541728), (-0.0894841775, -1.2914855480))
    )
    linear = (
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    )
    cut = [min(max(c, 0.0), 1.0) for c in linear]
    return "#" + "".join(
        f"{round(255 * (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055)):02x}" for c in cut
    )


def colour(expression, known):
    """Return `#rrggbb` of a colour as tokens.css writes it."""
    expression = {"white": "#ffffff", "black": "#000000"}.get(expression, expression).strip()
    if expression.startswith("#"):
        return expression
    if name := re.fullmatch(r"var\(--([\w-]+)\)", expression):
        return colour(known[name[1]], known)
    if mix := re.fullmatch(r"color-mix\(in oklab, (.+?) (\d+)%, (.+)\)", expression):
        first, second = (to_oklab(colour(part, known)) for part in (mix[1], mix[3]))
        share = int(mix[2]) / 100
        return from_oklab(*(share * x + (1 - share) * y for x, y in zip(first, second, strict=True)))
    if derived := re.fullmatch(r"oklch\(from (.+?) ([\d.]+) min\(c \* ([\d.]+), ([\d.]+)\) h\)", expression):
        _lightness, a, b = to_oklab(colour(derived[1], known))
        strength = min(float(derived[3]), float(derived[4]) / max(math.hypot(a, b), 1e-9))
        return from_oklab(float(derived[2]), a * strength, b * strength)
    lightness, chroma, hue = map(float, re.fullmatch(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)", expression).groups())
    return from_oklab(lightness, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue)))


def too_pale(pairs, least, known):
    """Return the pairs below the least contrast, with what they have."""
    ratios = {pair: contrast(*(colour(known[name], known) for name in pair)) for pair in pairs}
    return {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < least}


@pytest.mark.parametrize("accent", ACCENTS)
@pytest.mark.parametrize("relative", [True, False], ids=["relative", "plain"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_tokens_can_be_read(dark, relative, accent):
    known = tokens(dark=dark, relative=relative, accent=accent)

    assert too_pale(TEXT_PAIRS, READABLE, known) == {}
    assert too_pale(LINE_PAIRS, LINES, known) == {}


def test_paper_is_the_ground_that_accents_are_judged_on():
    assert GROUPS[""]["paper"] == PAPER


def test_edges_of_controls_are_drawn_in_colours_that_stand_out():
    edges = {
        token
        for selectors, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", CONTROLS)
        if CONTROL.search(selectors)
        for token in re.findall(r"border(?:-color)?:[^;]*var\(--([\w-]+)\)", rules)
    }
    seen = {first for first, _ground in LINE_PAIRS} | {first for first, _ground in TEXT_PAIRS}

    assert "line-strong" in edges
    assert edges - seen == set()


def test_contrast_finds_a_pair_that_is_too_pale():
    known = tokens(dark=False, relative=True, accent="#00596d") | {"ink-soft": "#999999"}

    assert too_pale([("ink-soft", "surface"), ("ink", "surface")], READABLE, known) == {("ink-soft", "surface"): 2.85}
