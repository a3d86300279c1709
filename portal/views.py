"""The site's own small pages."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.shortcuts import render
from django.views import defaults
from django.views.decorators.cache import cache_control

from portal.agency.branding import branding
from portal.api.addresses import API_PREFIX
from portal.api.problems import problem
from portal.http.refusals import TOO_LARGE, refuse_input


@cache_control(max_age=300, public=True)
def theme(request):
    """Return the agency's colour as a stylesheet: nothing inline, so the strict policy holds."""
    return HttpResponse(f":root{{--accent:{branding()['accent']}}}\n", content_type="text/css")


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


def server_error(request):
    """Say that something broke on our side, in a page that needs no database; to programs as a problem."""
    if request.path.startswith(API_PREFIX):
        return problem(500, "Something broke that nobody foresaw. It was written down; try again later.")
    return defaults.server_error(request)
