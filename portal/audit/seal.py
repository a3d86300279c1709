"""Seals: keyed hashes that cannot be made with access to the database alone.

A seal is an HMAC-SHA256 over canonical JSON. Its key is derived from SECRET_KEY and the purpose, so a seal of one
purpose is invalid for any other.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

ENTRY_SEAL, HEAD_SEAL, ROOT_SEAL, TEXT_SEAL = "entry", "head", "root", "text"
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical_json(values: Mapping[str, Any]) -> bytes:
    """Return the values as canonical JSON: sorted keys, no spaces, UTF-8."""
    return _write(values).encode(errors="surrogatepass")  # what somebody else put there is compared too


@lru_cache(maxsize=64)
def derive_key(purpose: str, secret: str | bytes) -> bytes:
    """Derive the key of a purpose from a secret."""
    known = secret.encode() if isinstance(secret, str) else secret
    return hmac.digest(known, f"portal.audit.{purpose}".encode(), hashlib.sha256)


def make_seal(purpose: str, values: Mapping[str, Any]) -> str:
    """Return the seal of the values under SECRET_KEY, as 64 hexadecimal digits."""
    return hmac.digest(derive_key(purpose, settings.SECRET_KEY), canonical_json(values), "sha256").hex()


def is_valid_seal(seal: str, purpose: str, values: Mapping[str, Any]) -> bool:
    """Return whether the seal matches the values under SECRET_KEY or one of SECRET_KEY_FALLBACKS."""
    written = canonical_json(values)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        made = hmac.digest(derive_key(purpose, secret), written, "sha256").hex()
        if hmac.compare_digest(made.encode(), seal.encode()):
            return True
    return False


def text_digest(text: str) -> str:
    """Return a keyed hash of a person's text, for the facts: it proves the text without revealing it."""
    return make_seal(TEXT_SEAL, {"text": text})
