"""The page on which codes are compared by group, and its table as a file."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.audit import record
from portal.audit.looking import record_look
from search.access.scope import EXPORT_PERMISSION, SEARCH_PERMISSION
from search.coding.forms import GroupsForm
from search.coding.groups import group_table
from search.coding.texts import progress_of, texts_of
from search.coding.views import for_officers, get_frame_or_404, header
from search.exports.writers import csv_bytes

TABLE_COLUMNS = ("code", "group", "count", "base", "per_cent", "low", "high", "differs")


@require_safe
@for_officers
def groups(request, pk):
    """Show how often each code was given in each group."""
    frame = get_frame_or_404(pk)
    form = GroupsForm(frame, request.GET)
    texts = texts_of(frame, request.user)
    by = form.cleaned_data["by"] if form.is_valid() else ""
    record_look("coding.compared", request.user, frame.consultation, question=f"{frame.question_id} {by}")
    context = {
        "header": header(frame, page=_("Codes by group")),
        "frame": frame,
        "form": form,
        "by": by,
        "table": group_table(frame, texts, by) if by else None,
        "progress": progress_of(texts),
        "may_export": request.user.has_perm(EXPORT_PERMISSION),
    }
    return render(request, "search/coding/groups.html", context)


@require_safe
@permission_required([SEARCH_PERMISSION, EXPORT_PERMISSION], raise_exception=True)
def groups_file(request, pk):
    """Hand the table out as CSV, without the figures that do not leave the house."""
    frame = get_frame_or_404(pk)
    form = GroupsForm(frame, request.GET)
    if not (form.is_valid() and form.cleaned_data["by"]):
        raise Http404("No such group.")
    table = group_table(frame, texts_of(frame, request.user), form.cleaned_data["by"])
    record("coding.exported", actor=request.user, subject=frame.consultation)
    data = b"".join(csv_bytes(TABLE_COLUMNS, table_rows(table)))
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="codes-by-group-{frame.pk}.csv"'
    return response


def table_rows(table):
    """Yield a row for each code and group, and one for all groups together where no figure of the code is kept."""
    for line in table.lines:
        for (_value, label, _base), cell in zip(table.groups, line.cells, strict=True):
            yield table_row(line.code, label, cell)
        yield table_row(line.code, "all", line.total)


def table_row(code, label, cell):
    """Return one figure as a row; of one that is kept only what it is of."""
    if cell.is_kept or cell.per_cent is None:
        return code.name, label, "", "", "", "", "", ""
    differs = ("higher" if cell.is_higher else "lower") if cell.differs else ""
    return code.name, label, cell.count, cell.base, cell.per_cent, *cell.interval, differs
