"""Structured data: what a page is about, in the words of schema.org, for search engines."""

import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString, mark_safe

# Within a script element nothing is escaped for the browser, so that no text may end it.
AS_JSON_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def data_block(data: dict[str, Any]) -> SafeString:
    """Return data as an element that no browser runs: the Content-Security-Policy asks for no nonce on a data block."""
    told = {"@context": "https://schema.org", **{name: value for name, value in data.items() if value}}
    text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    escaped = text.translate(AS_JSON_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{escaped}</script>')  # noqa: S308  (escaped one line above)


def organization(name: str, short_name: str = "") -> dict[str, Any]:
    """Return the agency as an organization."""
    known = {"@type": "GovernmentOrganization", "name": name, "url": f"{settings.SITE_URL}/"}
    return known | ({"alternateName": short_name} if short_name else {})
