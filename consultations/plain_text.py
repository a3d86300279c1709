"""What people type, made safe to keep: plain text without control characters."""

import re
import unicodedata

# Everything below space but tab and newline, DEL, C1, and the two noncharacters that XML cannot hold.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def plain(text: str) -> str:
    """Return the text with one kind of line end, no control characters and composed letters (NFC)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", CONTROL.sub("", text)).strip()


def plain_line(text: str) -> str:
    """Return the text as one line."""
    return " ".join(plain(text).split())
