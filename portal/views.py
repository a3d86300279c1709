"""The site's own small pages."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
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
