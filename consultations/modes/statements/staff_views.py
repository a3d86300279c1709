"""The page on which editors add statements of the agency's own, and the file of votes for officers."""

from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from consultations.modes.statements.adding import NotAdded, add_lines, is_switched_on, reason_against
from consultations.modes.statements.ballot import Ballot
from consultations.modes.statements.forms import PastedStatementsForm
from consultations.modes.statements.votes_file import votes_file
from consultations.stages import EXPORT_TEXTS, editable_by, visible_to


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("wagtailadmin.access_admin")
def add_statements(request, pk):
    """Show the form beside the statements that are there, and store what was pasted."""
    may_add = editable_by(request.user).filter(pk=pk).exists()
    may_take_votes = request.user.has_perm(EXPORT_TEXTS)
    if not (may_add or (may_take_votes and request.method != "POST")):
        raise PermissionDenied
    page = get_object_or_404(visible_to(request.user), pk=pk)
    form = PastedStatementsForm(request.POST or None)
    if form.is_valid():
        try:
            say_what_was_added(request, *add_lines(page, form.cleaned_data["lines"], request.user))
        except NotAdded as refusal:
            form.add_error(None, str(refusal))  # what was typed stands in the form
        else:
            return redirect("consultation_statements", pk)
    reason = reason_against(page, request.user) if may_add else ""
    context = {
        "page": page,
        "form": form if may_add and (form.is_bound or not reason) else None,
        "reason": reason,
        "may_take_votes": may_take_votes,
        "is_on": is_switched_on(page),
        "number": Ballot(page, "").total,
        "header": [
            {"url": reverse("staff_consultations"), "label": _("Consultations")},
            {"url": "", "label": _("Statements")},
        ],
    }
    return render(request, "consultations/statements/add.html", context, status=422 if form.errors else 200)


def say_what_was_added(request, stored, doubles):
    """Say how many statements were stored, and name those that were there already."""
    if stored:
        said = ngettext("%(n)d statement is added.", "%(n)d statements are added.", stored) % {"n": stored}
        messages.success(request, said)
    for line in doubles:
        messages.warning(request, _("It was there already, so it is not added again: %s") % line)


@require_GET
@permission_required(EXPORT_TEXTS)
def votes(request, pk):
    """Hand out the votes on the public statements of a consultation; that somebody took them stands in the ledger."""
    page = get_object_or_404(visible_to(request.user), pk=pk)
    response = StreamingHttpResponse(votes_file(page, request.user), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{page.slug}-votes.csv"'
    return response
