"""Seals: keyed hashes that somebody who has only the database cannot make.

Every seal is an HMAC-SHA256 over canonical JSON. Its key comes from SECRET_KEY and the purpose, so the seal of one
purpose never passes for one of another.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

ENTRY, HEAD, ROOT, TEXT = "entry", "head", "root", "text"
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(values: Mapping[str, Any]) -> bytes:
    """Return the one way to write the values: keys in order, no spaces, UTF-8."""
    return _write(values).encode(errors="surrogatepass")  # what somebody else put there is compared too


@lru_cache(maxsize=64)
def key_for(purpose: str, secret: str | bytes) -> bytes:
    """Derive the key of one purpose from a secret."""
    known = secret.encode() if isinstance(secret, str) else secret
    return hmac.digest(known, f"portal.audit.{purpose}".encode(), hashlib.sha256)


def sealed(purpose: str, values: Mapping[str, Any]) -> str:
    """Return the seal of the values under the key in use, as 64 hexadecimal digits."""
    return hmac.digest(key_for(purpose, settings.SECRET_KEY), canonical(values), "sha256").hex()


def fits(seal: str, purpose: str, values: Mapping[str, Any]) -> bool:
    """Return whether this is the values' seal, under the key in use or one of the keys before it."""
    written = canonical(values)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        made = hmac.digest(key_for(purpose, secret), written, "sha256").hex()
        if hmac.compare_digest(made.encode(), seal.encode()):
            return True
    return False


def text_digest(text: str) -> str:
    """Return a keyed hash to stand in the facts for what a person wrote: it proves the text and never shows it."""
    return sealed(TEXT, {"text": text})
