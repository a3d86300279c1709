"""The data map as a page and as CSV."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.auth import any_permission_required

from moderation.views.privacy import SEALED
from portal.csv_cells import SheetWriter
from portal.privacy.data_kinds import DATA_KINDS
from portal.privacy.data_map import DataMap
from portal.staff.health import SEE_HEALTH

MAP_READERS = (SEALED, SEE_HEALTH)  # privacy officers and administrators


@require_safe
@any_permission_required(*MAP_READERS)
def data_map(request):
    """Show each kind of personal data with its columns, then what holds none."""
    mapped = DataMap()
    context = {
        "kinds": [(kind, mapped.of_kind(kind)) for kind in DATA_KINDS.values()],
        "not_personal": mapped.of_kind(None),
        "faults": mapped.faults,
        "header": [{"url": "", "label": _("Data map")}],
    }
    return render(request, "moderation/data_map.html", context)


@require_safe
@any_permission_required(*MAP_READERS)
def data_map_csv(request):
    """Hand the map out, a row for each column of a table."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="data-map.csv"'
    rows = SheetWriter(response)
    rows.writerow(["column", "in words", "kind", "purpose", "legal basis", "how long", "who sees it"])
    for column in DataMap().columns:
        kind = column.kind
        said = (kind.title, kind.purpose, kind.basis, kind.kept, kind.seen_by) if kind else (_("not personal"),)
        rows.writerow([column.label, column.words, *said])
    return response
