"""The ledger page, in the Wagtail admin, and its list as a file."""

import csv
import json

from django.db import transaction
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required
from wagtail.admin.paginator import WagtailPaginator

from portal.audit.forms import AuditForm
from portal.audit.ledger import record
from portal.audit.ledger_check import LedgerCheck
from portal.audit.models import AuditRoot
from portal.audit.reading import describe_subject, entry_rows
from portal.audit.sentences import find_subjects, sentence_of
from portal.csv_cells import Echo, SheetWriter

READ_AUDIT_PERMISSION = "portal.read_audit"
ENTRIES_PER_PAGE = 50
ENTRIES_PER_BATCH = 1_000  # of the file
AUDIT_COLUMNS = ("number", "when", "kind", "action", "by whom", "sentence", "about", "facts", "digest")


@require_safe
@permission_required(READ_AUDIT_PERMISSION)
def audit(request):
    """List the entries, latest first."""
    form = AuditForm(request.GET)
    page = WagtailPaginator(form.selected(), ENTRIES_PER_PAGE).get_page(request.GET.get("p"))
    shown = {
        "header": [{"url": "", "label": _("Audit ledger")}],
        "form": form,
        "about": name_subject(form.subject, request.user),
        "page": page,
        "rows": entry_rows(page.object_list, request.user),
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "root": AuditRoot.objects.published().first(),
        "check": LedgerCheck.objects.order_by("-pk").first(),
        "query": request.GET.urlencode(),
    }
    return render(request, "portal/audit.html", shown, status=200 if form.is_valid() else 422)


def name_subject(subject, user):
    """Return what the subject of a filter is called; '' without one."""
    if not subject[0]:
        return ""
    return find_subjects([subject], user).get(subject, (describe_subject(*subject), ""))[0]


@require_safe
@permission_required(READ_AUDIT_PERMISSION)
def audit_csv(request):
    """Hand out the list that the page shows for the same filter, the whole of it; who took it stands in the ledger."""
    form = AuditForm(request.GET)
    entries = form.selected()
    last = entries.values_list("number", flat=True).first() or 0
    with transaction.atomic():
        asked = {name: str(value) for name, value in form.data.items() if value and name in form.fields}
        count = entries.filter(number__lte=last).count()
        record("audit.exported", actor=request.user, count=count, **({"filter": asked} if asked else {}))
    response = StreamingHttpResponse(
        csv_lines(entries.filter(number__lte=last), request.user), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="audit-ledger-{timezone.now():%Y-%m-%d}.csv"'
    return response


def csv_lines(entries, user):
    """Yield the lines of the file, a batch of entries at a time."""
    sheet = SheetWriter(Echo(), quoting=csv.QUOTE_ALL)
    yield sheet.writerow(AUDIT_COLUMNS)
    batch = list(entries[:ENTRIES_PER_BATCH])
    while batch:
        for row in entry_rows(batch, user):
            yield sheet.writerow(csv_cells(row))
        batch = list(entries.filter(number__lt=batch[-1].number)[:ENTRIES_PER_BATCH])


def csv_cells(row):
    """Return the cells of one entry."""
    entry, sentence = row.entry, sentence_of(row.entry.action)
    facts = json.dumps(entry.facts, ensure_ascii=False, sort_keys=True)
    told = (sentence.kind.label if sentence else "", entry.action, row.name, row.plain_sentence, row.about)
    return (entry.number, entry.at.isoformat(), *told, facts, entry.digest)
