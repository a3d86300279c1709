"""What people type, made safe to keep: plain text without control characters, in the order in which it was typed."""

import re
import unicodedata

from portal.http.signs import TURNING, shows_something

# All that ends a line somewhere: carriage returns, the signs of Word and Excel for one, and Unicode's separators.
LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Everything below space but tab and newline, DEL, C1, and the two noncharacters that XML cannot hold.
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# Windows has quotes and dashes where Unicode has controls that nobody types; U+0085 is a line end, as everywhere.
WINDOWS_SIGNS = {number: bytes([number]).decode("cp1252", "ignore") for number in range(0x80, 0xA0)}

# Marks of direction, and signs without width that no script needs: in a name they only make one look like another.
NAME_MARKS = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]")


def plain(text: str) -> str:
    """Return the text with one kind of line end, composed letters (NFC), and nothing that controls or turns it.

    A text in which nobody can see anything is ''.
    """
    if text.isascii() and text.isprintable():  # one line of plain letters, as most names and cells are
        return text.strip()
    text = LINE_END.sub("\n", text).translate(WINDOWS_SIGNS)
    text = unicodedata.normalize("NFC", TURNING.sub("", CONTROL.sub("", text))).strip()
    return text if shows_something(text) else ""


def plain_line(text: str) -> str:
    """Return the text as one line."""
    return " ".join(plain(text).split())


def plain_name(text: str) -> str:
    """Return somebody's name as one line, without marks that make it look like another."""
    return " ".join(plain(NAME_MARKS.sub("", text)).split())


def label_and_value(label: str, value: str) -> str:
    """Return what was asked with what was said, with one colon between them."""
    return f"{label} {value}" if label.endswith((":", "：")) else f"{label}: {value}"
