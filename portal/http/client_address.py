"""The network address of a request."""

from django.conf import settings


def network_address(request) -> str:
    """Return the visitor's address; behind a proxy, the one the proxy saw."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and settings.BEHIND_PROXY:
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")
