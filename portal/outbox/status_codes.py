"""Enhanced status codes (RFC 3463) that mean an unusable address."""

import re

ENHANCED_CODE = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
# No such address or host, or a disabled mailbox. Full mailboxes and spam suspicions are temporary.
BAD_ADDRESS = re.compile(r"5\.(0\.0|1\.\d+|2\.[01]|4\.4)")


def enhanced_code(answer: str) -> str:
    """Return the status code at the start of a reply; '' without one."""
    found = ENHANCED_CODE.match(answer)
    return found[0] if found else ""


def means_bad_address(code: str) -> bool:
    """Return whether a status code means that the address will never work."""
    return bool(BAD_ADDRESS.fullmatch(code))
