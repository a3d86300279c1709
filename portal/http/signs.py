"""Signs that nobody types and that no table, index or file of ours should hold, in texts, addresses and JSON."""

import json
import re
import unicodedata
from typing import Any

# Below space all but tab and the ends of lines; DEL; halves of a pair of surrogates, which UTF-8 cannot hold.
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
# What turns the letters after it round: words typed backwards read plainly behind U+202E, and pass every rule. Letters
# have a direction of their own; the marks U+200E and U+200F, which only nudge a sign, stay.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
NOT_KEPT = re.compile(f"{CONTROL.pattern}|{TURNING.pattern}")
# The same control characters in an address, as they are and as they are escaped there; %09, %0A and %0D stay.
CONTROL_IN_ADDRESS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|%(?:0[0-8BCEFbcef]|1[0-9A-Fa-f]|7[Ff])")
# What JSON can hold though no text can: a NUL, or half a pair, both escaped. A whole pair is found too; it stays.
ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")

# Letters and signs of other categories that draw nothing: Hangul fillers, braille's blank, Khmer's inherent vowels.
BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
DRAWING_CATEGORIES = ("L", "N", "P", "S", "Co")  # marks (M) draw on a letter, and alone they are nobody's words

JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
JSON_BRACKETS = {"[": 1, "{": 1, "]": -1, "}": -1}


def without_controls(text: str) -> str:
    """Return a text without the signs that are not kept."""
    if text.isascii() and text.isprintable():  # most values
        return text
    return NOT_KEPT.sub("", text)


def shows_something(text: str) -> bool:
    """Return whether anybody can see anything in a text."""
    return any(unicodedata.category(sign).startswith(DRAWING_CATEGORIES) and sign not in BLANK for sign in text)


def address_without_controls(address: str) -> str:
    """Return a part of an address, escaped as it came, without control characters."""
    return CONTROL_IN_ADDRESS.sub("", address)


def nesting_depth(document: str) -> int:
    """Return how deep the brackets of a JSON text stand in each other; its strings hold none."""
    depth = deepest = 0
    for sign in JSON_STRING.sub("", document):
        depth += JSON_BRACKETS.get(sign, 0)
        deepest = max(deepest, depth)
    return deepest


def document_without_controls(document: str) -> str:
    """Return a JSON text whose strings hold no signs that are not kept; what is no JSON comes back as it is."""
    if not ESCAPED.search(document):
        return document
    try:
        return json.dumps(value_without_controls(json.loads(document)))
    except ValueError:
        return document


def value_without_controls(value: Any) -> Any:
    """Return plain data, such as JSON and TOML hold, without the signs that are not kept in any of its texts."""
    if isinstance(value, str):
        return without_controls(value)
    if isinstance(value, list):
        return [value_without_controls(each) for each in value]
    if isinstance(value, dict):
        return {without_controls(name): value_without_controls(each) for name, each in value.items()}
    return value
