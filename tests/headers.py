"""What every response says to browsers."""

from csp.utils import build_policy

from portal.http.csp import EDITOR_POLICY, FILE_POLICY, is_editor
from portal.http.security_headers import PERMISSIONS_POLICY

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
}


def policy_for(response):
    """Return the Content-Security-Policy that a response should have, its parts in a fixed order."""
    if response.get("Content-Disposition", "").startswith("attachment"):
        return FILE_POLICY
    return build_policy(replace=EDITOR_POLICY) if is_editor(response.wsgi_request) else build_policy()


def faults_of_headers(response, *, is_open=False):
    """Return the headers of a response that are missing or say something else, with what they say."""
    expected = ALWAYS | {
        "Content-Security-Policy": policy_for(response),
        "Cross-Origin-Resource-Policy": "cross-origin" if is_open else "same-origin",
    }
    return {name: response.get(name) for name, value in expected.items() if parts(response.get(name)) != parts(value)}


def parts(header):
    """Return the parts of a header in a fixed order: django-csp writes them in that of a set."""
    return sorted(part.strip() for part in (header or "").split(";"))
