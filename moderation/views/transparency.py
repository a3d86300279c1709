"""What moderation did, in public: numbers to read, the same numbers to take away, and the registers."""

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moderation.models import CaretakerPeriod, Crisis, ExternalRequest
from moderation.statistics.suppression import MIN_PUBLISHED_COUNT
from moderation.statistics.transparency import live_figures
from portal.csv_cells import SheetWriter
from portal.http.page_cache import public_page
from portal.models import AuditRoot

ENTRIES_SHOWN = 20  # entries of each register


@require_safe
@public_page()
def transparency(request):
    """Show the numbers, the registers and the roots of the ledger."""
    context = {
        "figures": live_figures(),
        "most_hidden": MIN_PUBLISHED_COUNT - 1,
        "requests": ExternalRequest.objects.select_related("submission")[:ENTRIES_SHOWN],
        "crises": Crisis.objects.exclude(started_at=None)[:ENTRIES_SHOWN],
        "periods": CaretakerPeriod.objects.all()[:ENTRIES_SHOWN],
        "roots": AuditRoot.objects.published()[:7],
    }
    return render(request, "moderation/transparency.html", context)


@require_safe
@public_page()
def figures_json(request):
    """Give the numbers as JSON; one that is too small to be published is null."""
    return JsonResponse(asdict(live_figures()), json_dumps_params={"ensure_ascii": False})


@require_safe
@public_page()
def figures_csv(request):
    """Give the numbers as a table of four columns; one that is too small to be published is empty."""
    figures = live_figures()
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="moderation-{figures.since}-{figures.until}.csv"'
    sheet = SheetWriter(response)
    sheet.writerow(["group", "of", "name", "count"])
    sheet.writerows(cells(figures))
    return response


def cells(figures):
    """Yield every number as a row: group, what it is a number of, its name, the number."""
    for group in ("texts", "machine", "reports", "appeals"):
        for figure in getattr(figures, group):
            yield group, "", figure.name, blank(figure.count)
    for clause in figures.clauses:
        yield "clauses", f"{clause.number} {clause.title}", "refused", blank(clause.refused)
        yield "clauses", f"{clause.number} {clause.title}", "redacted", blank(clause.redacted)
    for row in figures.agreement:
        yield "agreement", f"{row.number} {row.title}", "alpha", row.alpha
    for name, value in asdict(figures.pace).items():
        yield "pace", "", name, blank(value)
    for month in figures.months:
        yield "months", month.month, "received", blank(month.received)
        yield "months", month.month, "refused", blank(month.refused)


def blank(value):
    """Return an empty cell for a number that is not published."""
    return "" if value is None else value
