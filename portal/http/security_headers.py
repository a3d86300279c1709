"""Headers of every response beside the Content-Security-Policy: what a browser may do with our pages and files."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from portal.api.addresses import API_PREFIX

# No page of ours asks for any of these, so none that is slipped in can.
REFUSED_FEATURES = """
    accelerometer autoplay browsing-topics camera display-capture encrypted-media geolocation gyroscope hid
    idle-detection local-fonts magnetometer microphone midi payment picture-in-picture screen-wake-lock serial usb
    xr-spatial-tracking
""".split()
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in REFUSED_FEATURES)
OPEN_DATA, DESK = f"{API_PREFIX}/", f"{API_PREFIX}/desk/"  # the first is for pages of others, the second is not


class SecurityHeadersMiddleware:
    """Adds the headers to whatever is answered: pages, files, errors, what is cached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_open = request.path.startswith(OPEN_DATA) and not request.path.startswith(DESK)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "cross-origin" if is_open else "same-origin"
        return response
