"""The network address of a request."""

from django.conf import settings


def network_address(request) -> str:
    """Return the client's address; behind a proxy, the address that the proxy reports."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and settings.BEHIND_PROXY:
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")
