"""The site's own small pages."""

from datetime import UTC, timedelta
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info
from django.views import csrf
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.agency.app_icon import ICON_SIZES, app_icon
from portal.agency.branding import branding
from portal.agency.colour import PAPER
from portal.agency.models import Agency
from portal.api.addresses import API_PREFIX
from portal.api.problems import problem
from portal.http.outage import AWAY_STATUS, BROKEN_STATUS, is_database_away, outage_response
from portal.http.refusals import TOO_LARGE, refuse_input
from portal.http.security_events import SecurityEvent, mark_refusal

SECURITY_TXT_LASTS = timedelta(days=90)  # from the day on which it is asked for: it never grows stale

MANIFEST_ICON_PIXELS = 192  # smaller ones are linked from the page


@cache_control(max_age=300, public=True)
def theme(request):
    """Return the agency's colour as a stylesheet: nothing inline, so the strict policy holds."""
    return HttpResponse(f":root{{--accent:{branding()['accent']}}}\n", content_type="text/css; charset=utf-8")


@require_safe
@cache_control(max_age=300, public=True)
def manifest(request):
    """Say what a phone needs to put the site on its first screen (the W3C's Web Application Manifest)."""
    agency, language = branding(), get_language() or settings.LANGUAGE_CODE
    large = [size for size in ICON_SIZES if size >= MANIFEST_ICON_PIXELS]
    told = {
        "name": agency["name"],
        "short_name": agency["short_name"] or agency["name"],
        "lang": language,
        "dir": "rtl" if get_language_info(language)["bidi"] else "ltr",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "theme_color": agency["accent"],
        "background_color": PAPER,
        "icons": [manifest_icon(size, purpose) for size in large for purpose in ("any", "maskable")],
    }
    return JsonResponse(told, content_type="application/manifest+json")


def manifest_icon(size, purpose):
    """Return the icon in one size as the manifest names it."""
    address = reverse("portal:app_icon", args=[size])
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@require_safe
@cache_control(max_age=3600, public=True)
def icon(request, size):
    """Return the site's icon in the agency's colour, in one of the sizes that phones ask for."""
    if size not in ICON_SIZES:
        raise Http404("The icon is not made in this size.")
    return HttpResponse(app_icon(branding()["accent"], size), content_type="image/png")


@require_safe
@cache_control(max_age=3600, public=True)
def security_txt(request):
    """Say where to report a weakness (RFC 9116); not found while the agency has named no address."""
    agency = Agency.load()
    address = agency.security_email or agency.contact_email
    if not address:
        raise Http404("The agency has named no address.")
    midnight = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    fields = {
        "Contact": f"mailto:{quote(address, safe='@')}",
        "Expires": (midnight + SECURITY_TXT_LASTS).isoformat().replace("+00:00", "Z"),
        "Preferred-Languages": settings.LANGUAGE_CODE,
        "Canonical": settings.SITE_URL + request.path,
    }
    lines = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


@permission_required("wagtailadmin.access_admin", raise_exception=True)
def style(request):
    """Show every component, for those who build pages."""
    return render(request, "style/index.html")


def bad_request(request, exception):
    """Say that a form is too large, or that what was sent cannot be read; to programs as a problem.

    We do not read a body above the limit, so only the browser still has what was written.
    """
    is_large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return refuse_input(request, TOO_LARGE if is_large else 400, type(exception).__name__)


def csrf_failure(request, reason=""):
    """Say that a form did not come from a page of ours."""
    mark_refusal(request, SecurityEvent.OTHER_SITE)
    return csrf.csrf_failure(request, reason)


def server_error(request):
    """Say that something broke on our side, in a page that needs no database; to programs as a problem."""
    if request.path.startswith(API_PREFIX):
        if is_database_away():
            return problem(AWAY_STATUS, "The database is away. Try again in a minute.")
        return problem(BROKEN_STATUS, "Something broke that nobody foresaw. It was written down; try again later.")
    return outage_response(request)
