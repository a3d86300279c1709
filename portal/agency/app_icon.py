"""The icon of the site on a phone's first screen: a speech bubble with a tick, in the agency's colour."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from portal.agency.colour import PAPER

ICON_SIZES = (180, 192, 512)  # of Apple's phones; of others, small and large
FINENESS = 4  # drawn so many times as large, because Pillow does not smooth edges
GRID = 32  # of portal/static/portal/favicon.svg, whose points these are; all within what a phone's mask leaves
BUBBLE = [(7, 9), (25, 9), (25, 20), (15, 20), (10, 24.5), (10, 20), (7, 20)]
TICK = [(12, 14.5), (15, 17.5), (20.5, 12)]
TICK_WIDTH = 2.4


@lru_cache(maxsize=2 * len(ICON_SIZES))
def app_icon(colour: str, size: int) -> bytes:
    """Return the icon as a PNG file, so many pixels wide."""
    scale = size * FINENESS / GRID
    icon = Image.new("RGB", (size * FINENESS, size * FINENESS), colour)
    drawing = ImageDraw.Draw(icon)
    drawing.polygon([(x * scale, y * scale) for x, y in BUBBLE], fill=PAPER)
    tick = [(x * scale, y * scale) for x, y in TICK]
    drawing.line(tick, fill=colour, width=round(TICK_WIDTH * scale), joint="curve")
    for x, y in (tick[0], tick[-1]):  # round ends
        drawing.circle((x, y), TICK_WIDTH * scale / 2, fill=colour)
    file = BytesIO()
    icon.resize((size, size), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()
