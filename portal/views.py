"""The site's own small pages."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpResponse
from django.shortcuts import render
from django.views import defaults
from django.views.decorators.cache import cache_control

from portal.agency.branding import branding


@cache_control(max_age=300, public=True)
def theme(request):
    """Return the agency's colour as a stylesheet: nothing inline, so the strict policy holds."""
    return HttpResponse(f":root{{--accent:{branding()['accent']}}}\n", content_type="text/css")


@permission_required("wagtailadmin.access_admin", raise_exception=True)
def style(request):
    """Show every component, for those who build pages."""
    return render(request, "style/index.html")


def bad_request(request, exception):
    """Say that a form is too large; whatever else is wrong comes from no form of ours and is answered in a line.

    We do not read a body above the limit, so only the browser still has what was written.
    """
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return render(request, "portal/too_large.html", status=413)
    return defaults.bad_request(request, exception)
