"""What the codes of RFC 3463 say about an address."""

import re

ENHANCED_CODE = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
# No such address or host, or a mailbox that is switched off. Full mailboxes and suspicions of spam may pass.
BAD_ADDRESS = re.compile(r"5\.(0\.0|1\.\d+|2\.[01]|4\.4)")


def enhanced_code(answer: str) -> str:
    """Return the code that a server's answer begins with; nothing when it gives none."""
    found = ENHANCED_CODE.match(answer)
    return found[0] if found else ""


def means_bad_address(code: str) -> bool:
    """Return whether a code says that nothing will ever reach the address."""
    return bool(BAD_ADDRESS.fullmatch(code))
