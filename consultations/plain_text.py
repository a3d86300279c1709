"""What people type, made safe to keep: plain text without control characters, in the order in which it was typed."""

import re
import unicodedata

# All that ends a line somewhere: carriage returns, the signs of Word and Excel for one, and Unicode's separators.
LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Everything below space but tab and newline, DEL, C1, and the two noncharacters that XML cannot hold.
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# Windows has quotes and dashes where Unicode has controls that nobody types; U+0085 is a line end, as everywhere.
WINDOWS_SIGNS = {number: bytes([number]).decode("cp1252", "ignore") for number in range(0x80, 0xA0)}

# What turns the letters after it round: words typed backwards read plainly behind U+202E, and pass every rule. Letters
# have a direction of their own; the marks U+200E and U+200F, which only nudge a sign, stay.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Return the text with one kind of line end, composed letters (NFC), and nothing that controls or turns it."""
    if text.isascii() and text.isprintable():  # one line of plain letters, as most names and cells are
        return text.strip()
    text = LINE_END.sub("\n", text).translate(WINDOWS_SIGNS)
    return unicodedata.normalize("NFC", TURNING.sub("", CONTROL.sub("", text))).strip()


def plain_line(text: str) -> str:
    """Return the text as one line."""
    return " ".join(plain(text).split())


def label_and_value(label: str, value: str) -> str:
    """Return what was asked with what was said, with one colon between them."""
    return f"{label} {value}" if label.endswith((":", "：")) else f"{label}: {value}"
