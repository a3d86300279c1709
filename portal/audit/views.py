"""The ledger, for those who may read it, inside the Wagtail admin."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required
from wagtail.admin.paginator import WagtailPaginator

from portal.audit.forms import AuditForm
from portal.audit.models import AuditRoot
from portal.audit.reading import rows_of, subject_in_words

READ = "portal.read_audit"
PAGE = 50


@require_safe
@permission_required(READ)
def audit(request):
    """List what was done, latest first."""
    form = AuditForm(request.GET)
    page = WagtailPaginator(form.selected(), PAGE).get_page(request.GET.get("p"))
    shown = {
        "header": [{"url": "", "label": _("Audit ledger")}],
        "form": form,
        "about": subject_in_words(*form.subject),
        "page": page,
        "rows": rows_of(page.object_list),
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "root": AuditRoot.objects.published().first(),
    }
    return render(request, "portal/audit.html", shown, status=200 if form.is_valid() else 422)
