"""The style guide of the staff area."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required


@require_safe
@permission_required("wagtailadmin.access_admin")
def staff_style(request):
    """Show every component of the staff area, for those who build pages there."""
    return render(request, "style/staff.html", {"header": [{"url": "", "label": _("Style guide")}]})
