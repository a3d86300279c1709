"""The status of search, inside the Wagtail admin."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from search.access.scope import SEARCH
from search.index.status import status
from search.models import PoisonDocument

LISTED = 20  # poison documents, those that wait longest first
HEADER = [{"url": reverse_lazy("desk"), "label": _("Desk")}, {"url": "", "label": _("Search status")}]


@permission_required(SEARCH, raise_exception=True)
def page(request):
    """Show how search is."""
    poison = PoisonDocument.objects.select_related("submission").order_by("first_at")[:LISTED]
    return render(request, "search/status.html", {"header": HEADER, "status": status(), "poison": poison})
