"""Whether open data is still what it was."""

from hashlib import sha256

from django.http import HttpRequest

from portal.http import freshness


def etag(request: HttpRequest) -> str:
    """Return what changes whenever an answer may."""
    return f'W/"{sha256(f"{request.get_full_path()} {freshness.state()}".encode()).hexdigest()[:32]}"'
