"""What the stylesheet of tokens declares."""

import re
from pathlib import Path

import portal

STATIC = Path(portal.__file__).parent / "static" / "portal"
TOKENS = (STATIC / "tokens.css").read_text()


def declared(css):
    """Return the custom properties of each group of conditions, such as {"media supports": {...}}."""
    groups, conditions = {}, []
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    for opening, name, value, closing in re.findall(r"([^{};]+)\{|--([\w-]+):\s*([^;]+);|(\})", css):
        if opening:
            conditions.append(re.sub(r"[^a-z].*", "", opening.strip().lstrip("@"), flags=re.S))
        elif closing:
            conditions.pop()
        else:
            groups.setdefault(" ".join(c for c in conditions if c), {})[name] = value
    return groups


GROUPS = declared(TOKENS)
