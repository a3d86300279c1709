"""The ledger page, in the Wagtail admin."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required
from wagtail.admin.paginator import WagtailPaginator

from portal.audit.forms import AuditForm
from portal.audit.models import AuditRoot
from portal.audit.reading import describe_subject, entry_rows

READ_AUDIT_PERMISSION = "portal.read_audit"
ENTRIES_PER_PAGE = 50


@require_safe
@permission_required(READ_AUDIT_PERMISSION)
def audit(request):
    """List the entries, latest first."""
    form = AuditForm(request.GET)
    page = WagtailPaginator(form.selected(), ENTRIES_PER_PAGE).get_page(request.GET.get("p"))
    shown = {
        "header": [{"url": "", "label": _("Audit ledger")}],
        "form": form,
        "about": describe_subject(*form.subject),
        "page": page,
        "rows": entry_rows(page.object_list),
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "root": AuditRoot.objects.published().first(),
    }
    return render(request, "portal/audit.html", shown, status=200 if form.is_valid() else 422)
